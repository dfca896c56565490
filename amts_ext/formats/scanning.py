"""Marks that the parser has no events for: addresses, constructs, escapes, lines of one's own.

They are looked for in a run of prose, between the marks that are known already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from amts_ext.formats.constructs import Inline
from amts_ext.formats.inline import Run
from amts_ext.model import Mark

QUOTE = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
"""A line break in a block quote, with the ``>`` of the next line."""
LINE_END = re.compile(r"[ \t]*(\r?\n[ \t>]*)?")
"""The end of a line, and what stands before the text of the next line."""
ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]|&(?:\w+|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_NO_ADDRESS = (
    r"\s<>()\u3000-\u303f\uff00-\uffef\xab\xbb\u2013-\u201f\u2026\u2039\u203a\u2190-\u21ff"
)
URL = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,15}}://(?:[^{_NO_ADDRESS}]|\([^\s<>()]*\))+(?<![?!.,:;*_~'\"\]])"
)
"""A bare address. Quotes, dashes, dots and arrows of no ASCII character end it."""
ROLE = re.compile(r"(?::[A-Za-z][\w:+.-]*:|\{[A-Za-z][\w:+.-]*\})\Z")
"""The name of a role, at the end of the text before a code span."""


ByHint = Sequence[tuple[str, Sequence[Inline]]]
"""Rows of the table of pieces, by the text that they all hold."""


def by_hint(rows: Sequence[Inline]) -> ByHint:
    """Group the rows, in the order of their hints."""
    hints = dict.fromkeys(row.hint for row in rows)
    return tuple((hint, tuple(r for r in rows if r.hint == hint)) for hint in hints)


def scanned(text: str, run: Run, marks: list[Mark], rows: ByHint) -> list[Mark]:
    """Add the marks that have no events: URLs, constructs, escapes, the ``>`` of a quote's line."""
    words = text[run.start : run.end]
    if run.quoted and "\n" in words:
        marks = _between(QUOTE, "soft", text, run, marks)
    if "://" in words:
        marks = _between(URL, "url", text, run, marks)
    bare = None if marks else words
    for hint, found in rows:
        if hint in words:
            bare = _prose(text, run, marks) if bare is None else bare
            for row in found if hint in bare else ():
                marks = _between(row.pattern, row.kind, text, run, marks)
    if "\\" in words or "&" in words:
        bare = _prose(text, run, marks) if bare is None else bare
        if "\\" in bare or "&" in bare:
            marks = _between(ESCAPE, "escape", text, run, marks)
    return marks


def _prose(text: str, run: Run, marks: Sequence[Mark]) -> str:
    """Return the text of a run without its marks: most backslashes and carets are in formulas."""
    pieces, at = [], run.start
    for mark in marks:
        pieces.append(text[at : mark.start])
        at = max(at, mark.end)
    pieces.append(text[at : run.end])
    return "".join(pieces)


def _between(
    pattern: re.Pattern[str], kind: str, text: str, run: Run, marks: list[Mark]
) -> list[Mark]:
    """Add a mark of this kind for every match of the pattern between the marks."""
    found: list[Mark] = []
    at, after = run.start, 0
    for index, mark in enumerate([*marks, Mark(run.end, run.end, "")]):
        if at < mark.start:
            matches = [Mark(*m.span(), kind) for m in pattern.finditer(text, at, mark.start)]
            if matches:
                found += marks[after:index]
                found += matches
                after = index
        at = max(at, mark.end)
    return found + marks[after:] if found else marks


def on_lines(text: str, run: Run, marks: list[Mark]) -> list[Mark]:
    """Note which formulas of a run with other text stand on lines of their own."""
    for index, mark in enumerate(marks):
        if mark.kind == "math":
            lines = _lines_around(text, run.start, run.end, mark)
            if lines:
                marks[index] = replace(mark, lines=lines)
    return marks


def _lines_around(text: str, start: int, end: int, mark: Mark) -> str:
    """Return the line break and the indent of a mark on lines of its own in ``text[start:end]``.

    Empty if there is other text on its lines, or nothing else at all.
    """
    before = mark.start
    while before > start and text[before - 1] in " \t>":
        before -= 1
    rest = LINE_END.match(text, mark.end, end)
    assert rest is not None
    if before > start and text[before - 1] != "\n":
        return ""
    if rest[1]:
        return rest[1]
    if rest.end() < end or before == start:
        return ""
    return ("\r\n" if text[before - 2] == "\r" else "\n") + text[before : mark.start]


def roles_joined(text: str, marks: list[Mark]) -> list[Mark]:
    """Join ``:name:`` or ``{name}`` and the code span after it to one mark, a role."""
    for index, mark in enumerate(marks):
        if mark.kind == "code" and text[mark.start - 1] in ":}":
            floor = marks[index - 1].end if index else 0
            role = ROLE.search(text, max(floor, mark.start - 40), mark.start)
            if role:
                marks[index] = Mark(role.start(), mark.end, "role")
    return marks
