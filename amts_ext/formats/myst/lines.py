r"""Lines that are markup as a whole: targets, comments, breaks, attributes; and definitions.

>>> text = "(sec-mean)=\n# The mean\n% a comment\n+++ {\"a\": 1}\n"
>>> [text[o.start : o.end] for o in marked_lines(text)]
['(sec-mean)=', '% a comment', '+++ {"a": 1}']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_ext.formats.overlays import Overlay

_LINES = re.compile(
    r"^[ \t>]*(?P<mark>\([^()\n]+\)=|%[^\n]*?|\+\+\+[^\n]*?|\^\^\^+|\{[.#][^{}\n]*\}|"
    r"\{[\w-]+=[^{}\n]*\})[ \t\r]*$",
    re.MULTILINE,
)
_HINTS = (")=", "%", "+++", "^^^", "{")
_DEFINITION = re.compile(r"\n[ \t>]{0,9}(?P<mark>[:~])(?=[ \t]+\S)")
_BLANK = re.compile(r"[ \t>\r]*")


def marked_lines(text: str) -> Iterator[Overlay]:
    """Find the lines, wherever they stand."""
    if not any(hint in text for hint in _HINTS):
        return
    for match in _LINES.finditer(text):
        start, end = match.span("mark")
        paint = "_" if end - start > 2 else " "
        yield Overlay(start, end, "", paint=paint, anchor=f"line:{match['mark']}")


def definitions(text: str) -> Iterator[Overlay]:
    """Find the signs that begin a definition, below its term or an empty line below that.

    To the parser a sign is a bullet, so that the definition is a block.

    >>> text = "Mean\\n: A sum, divided.\\n\\n: Or a middle.\\n"
    >>> [(o.start, o.paint) for o in definitions(text)]
    [(5, '*'), (24, '*')]
    """
    for match in _DEFINITION.finditer(text):
        before = _line_before(text, match.start())
        if before is None:
            before = _line_before(text, text.rfind("\n", 0, match.start()))
        if before and not before.startswith(("|", "#", ":::", "```")):
            yield Overlay(*match.span("mark"), "", paint="*")


def _line_before(text: str, end: int) -> str | None:
    """Return the line that ends at ``end``, without its prefix; None if it is empty."""
    line = text[text.rfind("\n", 0, max(end, 0)) + 1 : max(end, 0)]
    return line[_BLANK.match(line).end() :] or None  # type: ignore[union-attr]
