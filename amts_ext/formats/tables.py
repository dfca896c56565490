"""Tables that only pandoc reads, drawn with plus signs or dashes. They stay as they are.

>>> text = "+---+\\n| a |\\n+---+\\n\\nWords.\\n"
>>> [text[o.start : o.end].count("\\n") for o in drawn_tables(text)]
[2]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_ext.formats.formulas import BLANK_LINE
from amts_ext.formats.overlays import Overlay, holds

GRID = re.compile(r"\n[ \t]*\+[-=:+]+\+[ \t\r]*(?:\n[ \t]*[|+].*)+")
"""pandoc's grid table."""
DASHES = re.compile(r"\n[ \t]*--+(?: +-+)+[ \t]*(?![^\n])")
"""The line of dashes in pandoc's simple and multiline tables."""
TOP = re.compile(r"[ \t]*---+[ \t]*\n")
CLOSING = re.compile(r"\n[ \t]*---+[ \t]*(?=\r?\n[ \t]*\r?\n|\r?\n?\Z)")
"""The first and the last line of a multiline table, whose rows are divided by blank lines."""


def drawn_tables(text: str) -> Iterator[Overlay]:
    """Find the tables that are drawn with plus signs or dashes."""
    if holds(text, "+-") or holds(text, "+="):
        for match in GRID.finditer("\n" + text):
            yield Overlay(match.start(), match.end() - 1, "table")
    if holds(text, "-- "):
        yield from dashed_tables(text)


def dashed_tables(text: str) -> Iterator[Overlay]:
    """Find pandoc's simple tables, which end at a blank line, and its multiline tables."""
    at = 0
    closes = True
    while dashes := DASHES.search(text, at):
        start = text.rfind("\n", at, dashes.start()) + 1 or at
        end = BLANK_LINE.search(text, dashes.end())
        top = max(text.rfind("\n\n", at, dashes.start()) + 2, at)
        if closes and top < start and TOP.match(text, top):
            closing = CLOSING.search(text, dashes.end())
            closes = closing is not None
            start, end = (top, closing) if closing else (start, end)
        at = (end.end() if end.re is CLOSING else end.start()) if end else len(text)
        if text[dashes.end() : at].strip():  # else it is a rule
            yield Overlay(start, at, "table")
