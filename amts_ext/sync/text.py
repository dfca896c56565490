"""``sync_text``: one translation brought in step with its source; no file is touched."""
