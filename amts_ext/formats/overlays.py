"""Overlays: stretches of a text that a dialect hides from the Markdown parser.

A stretch is painted over with as many inert characters, so that every position stays true:

>>> text = "Let $$x * y$$ be *small*."
>>> paint(text, [Overlay(4, 13, "math")])
'Let ,,,,,,,,, be *small*.'
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from amts_ext.model import Half, Mark


class Overlay(NamedTuple):
    """A stretch that is hidden from the parser."""

    start: int
    end: int
    kind: str
    """Kind of the mark that it becomes; empty: it becomes none."""
    half: Half = Half.SINGLE
    paint: str = ","
    """What the parser sees instead; its last character is repeated. A comma leaves the stretch in
    its run of prose, as a mark. A blank takes it out of all prose, and a line that it fills counts
    as empty. ``* `` makes it the bullet of a list item."""
    anchor: str = ""
    """A fixed point for alignment (:attr:`~amts_ext.model.Document.anchors`); empty: none."""
    half_open: bool = False
    """True for a construct without its end: it stays as it is, and a person is told."""


class Spans:
    """Stretches of a text that are taken; they must not overlap.

    >>> code = Spans([(2, 7)])
    >>> code.free(0, 2), code.free(5, 9)
    (True, False)
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._spans)

    def free(self, start: int, end: int) -> bool:
        """Return whether none of them overlaps ``start:end``."""
        index = bisect_right(self._starts, start)
        before = index == 0 or self._spans[index - 1][1] <= start
        return before and (index == len(self._spans) or self._starts[index] >= end)

    def end_of(self, at: int) -> int:
        """Return the end of the stretch that ``at`` lies in; ``at`` itself if it lies in none.

        >>> Spans([(2, 7)]).end_of(3), Spans([(2, 7)]).end_of(7)
        (7, 7)
        """
        index = bisect_right(self._starts, at)
        return max(at, self._spans[index - 1][1]) if index else at


def covered(overlays: Iterable[Overlay], code: Iterable[tuple[int, int]]) -> Spans:
    """Return the stretches that overlays and code take, which may overlap.

    >>> list(covered([Overlay(4, 13, "math")], [(6, 8), (20, 22)]))
    [(4, 13), (20, 22)]
    """
    found = disjoint([*overlays, *(Overlay(start, end, "") for start, end in code)])
    return Spans((o.start, o.end) for o in found)


@cache
def _search(piece: str) -> re.Pattern[str]:
    return re.compile(re.escape(piece))


def holds(text: str, piece: str) -> bool:
    """Return whether a text has a piece of a few characters.

    >>> holds("Let $$x$$ be.", "$$"), holds("Let $x$ be.", "$$")
    (True, False)

    In a long text, an expression finds that there is none in half the time that ``in`` takes.
    """
    return piece in text if len(piece) == 1 else _search(piece).search(text) is not None


def paint(text: str, overlays: Sequence[Overlay]) -> str:
    """Cover every overlay in ``text`` by its inert character; the length stays."""
    pieces: list[str] = []
    at = 0
    for overlay in overlays:
        start, end, size = overlay.start, overlay.end, overlay.end - overlay.start
        pieces += (text[at:start], overlay.paint.ljust(size, overlay.paint[-1])[:size])
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def overlaid(marks: list[Mark], overlays: Sequence[Overlay]) -> list[Mark]:
    """Merge the parser's marks and the overlays, by position.

    An overlay inside a mark, such as a formula in an image's path, is part of that mark.
    """
    merged: list[Mark] = []
    index = taken = 0
    for start, end, kind, half, *_ in overlays:
        while index < len(marks) and marks[index].start < start:
            taken = marks[index].end
            merged.append(marks[index])
            index += 1
        if taken <= start and (index == len(marks) or end <= marks[index].start):
            merged.append(Mark(start, end, kind, half))
    return merged + marks[index:]


def disjoint(overlays: Iterable[Overlay]) -> list[Overlay]:
    """Sort the overlays by position; of two that overlap the first stays, or the longer one."""
    kept: list[Overlay] = []
    for overlay in sorted(overlays, key=lambda o: (o.start, -o.end)):
        if not kept or kept[-1].end <= overlay.start:
            kept.append(overlay)
    return kept
