"""Documents as chunks of safe HTML, with every sentence under its id.

A format's own overlays say what plain Markdown lacks (:mod:`.notation`), the parser makes HTML of
the rest, :mod:`.safety` takes out what could act, and :mod:`.assembly` puts in the sentences and
what the dialect has.
"""
