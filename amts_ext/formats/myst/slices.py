r"""Slices: the stretches of prose in a piece of markup, such as the title in ``:::{tip} A title``.

>>> text = ":::{tip} A title\n:class: wide\n"
>>> [text[o.start : o.end] for o in divided(text, 0, 29, [Slice(9, 16, "title")])]
[':::', '{tip} ', '\n:class: wide']

To the parser the piece is one heading, so that nothing is joined with it; what is no prose in it is
a *divider*, a mark that ends one slice and gives the next one its kind. The format makes a block
of every slice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from amts_ext.formats.overlays import Overlay

DIVIDER = "="
"""The first character of a divider's kind; after it comes the kind of the slice that follows."""
_BREAK = re.compile(r"[ \t\r]*\n[ \t>]*")


class Slice(NamedTuple):
    """A stretch of prose."""

    start: int
    end: int
    kind: str
    """Kind of the block that it becomes."""
    escapes: tuple[tuple[int, int], ...] = ()
    """Characters in it that YAML or CSV has escaped, such as two quotes for one."""


def divided(text: str, start: int, end: int, slices: Sequence[Slice]) -> Iterator[Overlay]:
    """Cover ``text[start:end]`` but for the slices in it; without slices, as a border."""
    anchor = f"markup:{without(text, start, end, slices)}"
    if not slices:
        yield border(text, start, end, anchor)
        return
    yield Overlay(start, start + 3, "", paint=lead(text, start), anchor=anchor)
    yield from dividers(text, start + 3, end, slices)


def dividers(text: str, start: int, end: int, slices: Sequence[Slice]) -> Iterator[Overlay]:
    """Cover ``text[start:end]`` by dividers between the slices."""
    at = start
    for piece in slices:
        yield Overlay(at, piece.start, DIVIDER + piece.kind)
        inner = [(m.start(), m.end(), "soft") for m in _BREAK.finditer(text, *piece[:2])]
        inner += [(*place, "escape") for place in piece.escapes]
        yield from (Overlay(*place) for place in sorted(inner))
        at = piece.end
    if at < end:
        yield Overlay(at, end, DIVIDER)


def without(text: str, start: int, end: int, slices: Sequence[Slice]) -> str:
    """Return ``text[start:end]`` with three dots for every slice."""
    pieces: list[str] = []
    at = start
    for piece in slices:
        pieces += (text[at : piece.start], "…")
        at = piece.end
    return "".join([*pieces, text[at:end]])


def border(text: str, start: int, end: int, anchor: str) -> Overlay:
    """Cover a stretch of at least three characters so that nothing before it goes on after it.

    Where a line begins it is an empty line and an empty heading, which ends HTML, tables and lists;
    inside a list or a quote it is a rule.
    """
    return Overlay(start, end, "", paint="\n# " if begins_line(text, start) else "_", anchor=anchor)


def lead(text: str, start: int) -> str:
    """Return the beginning of a heading, in three characters."""
    return "\n# " if begins_line(text, start) else "#  "


def begins_line(text: str, at: int) -> bool:
    """Return whether a line begins at ``at``, outside all lists and quotes."""
    return at == 0 or text[at - 1] == "\n"
