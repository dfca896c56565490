"""What a dialect hides from the parser: stretches painted over with inert characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from amts_ext.model import Half, Mark


class Overlay(NamedTuple):
    """A stretch that is hidden from the parser.

    With ``paint=","`` it stays in its run of prose as a mark; with ``paint=" "`` it is no part of
    any run and its line counts as blank. ``anchor`` names what alignment may hold on to.
    """

    start: int
    end: int
    kind: str
    half: Half = Half.SINGLE
    paint: str = ","
    anchor: str = ""


class Spans:
    """Stretches of a text that are spoken for; they must not overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._spans)

    def free(self, start: int, end: int) -> bool:
        """Whether none of them touches ``start:end``."""
        index = bisect_right(self._starts, start)
        before = index == 0 or self._spans[index - 1][1] <= start
        return before and (index == len(self._spans) or self._starts[index] >= end)


def paint(text: str, overlays: Sequence[Overlay]) -> str:
    """``text`` with every overlay covered, character for character."""
    pieces: list[str] = []
    at = 0
    for overlay in overlays:
        start, end = overlay.start, overlay.end
        pieces += (text[at:start], overlay.paint * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def overlaid(marks: list[Mark], overlays: Sequence[Overlay]) -> list[Mark]:
    """Parser's marks and overlays in order; an overlay inside another slot is part of it."""
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
