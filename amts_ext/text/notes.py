"""Notes to a translator in a file: comments that no reader of the book sees.

``amts sync --inline`` writes them, before the block that they are about, or, in lists and quotes,
at the end of a line::

    <!-- amts: changed: the source changed a little | source: A [-tiny-]{+small+} mean. -->

    Una media pequeña.

>>> without("Una media. <!-- amts: new: look -->\\nUna suma.\\n")
'Una media.\\nUna suma.\\n'

Whoever reads a human's file reads it without them.
"""

from __future__ import annotations

import re

KINDS = ("changed", "new", "patched", "conflict", "deleted", "moved", "own")
BEGIN = "<!-- amts: "
_NOTE = rf"<!-- amts: (?:{'|'.join(KINDS)}): [^\n]*? -->"
_NOTES = re.compile(rf"^{_NOTE}(?:\n\n|\Z)|[ ]?{_NOTE}", re.M)
"""A note that is a block of its own, with the blank line behind it, or one in a line."""


def note(kind: str, said: str) -> str:
    """Write a note.

    >>> note("new", "look -->\\nhere | there")
    '<!-- amts: new: look -\\u2010> here ¦ there -->'
    """
    line = " ".join(said.split()).replace("|", "¦")
    while "--" in line:  # two hyphens end a comment, or may
        line = line.replace("--", "-\u2010")
    return f"<!-- amts: {kind}: {line} -->"


def without(text: str) -> str:
    """Return a text without the notes in it."""
    return _NOTES.sub("", text) if BEGIN in text else text


def position(text: str, at: int) -> int:
    """Return the place in a text that is ``at`` in the text without notes."""
    for found in _NOTES.finditer(text):
        if found.start() > at:
            break
        at += len(found.group())
    return at
