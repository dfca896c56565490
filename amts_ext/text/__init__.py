"""A document to segments and back: reading, masking, spacing, writing, and what became of each.

A source comes in and is read and masked; outcomes come in and are spliced into the document's text,
which is then read again. What goes out is a translated document that knows, for every segment, who
wrote it and where it stands.
"""
