"""A document to segments and back: reading, masking, spacing, writing, and the results of a run.

``reading`` reads a source and has ``masking`` cut it into segments. When these are translated,
``spacing`` gives the translations the language's punctuation, and ``writing`` splices them into the
document's text and reads it again. The result is a translated document, which knows of every
segment who wrote it and where it stands (``outcome``).
"""
