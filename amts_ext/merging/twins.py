"""What the human had put in before the source did: a label, a cell, a tab.

It is there already, so it is not put in again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from amts_ext.merging.pieces import Piece
from amts_ext.merging.trio import Trio

_BEGIN, _END = ":begin_tab:", ":end_tab:"


@dataclass(frozen=True, slots=True)
class Twins:
    """Pieces of the source that the base has not, and their twins in the target."""

    pieces: dict[int, int] = field(default_factory=dict)
    """Pieces of the target by those of the source that are the same."""
    tabs: list[tuple[range, range]] = field(default_factory=list)
    """Tabs of one name, whose texts may differ: their pieces in the source and in the target."""

    def target_of(self, j: int) -> tuple[int, ...]:
        """Return the pieces of the target at which a piece of the source stands."""
        tabs = (tuple(theirs) for ours, theirs in self.tabs if j in ours)
        return (self.pieces[j],) if j in self.pieces else next(tabs, ())

    @property
    def source(self) -> set[int]:
        return {*self.pieces, *(j for tab, _ in self.tabs for j in tab)}

    @property
    def target(self) -> set[int]:
        return {*self.pieces.values(), *(k for _, tab in self.tabs for k in tab)}


def twins(trio: Trio) -> Twins:
    """Find what is new in the source and stands at the same place of the target already."""
    places: dict[str, list[int]] = {}
    for own in sorted(trio.own):
        places.setdefault(_name(trio.target.pieces[own]), []).append(own)
    found = Twins()
    for j, piece in enumerate(trio.source.pieces):
        here = places.get(_name(piece), ())
        if piece.kind == "prose" or piece.key == _END or not here or j in trio.found.back:
            continue
        first, last = _around(trio, j)
        free = [k for k in here if first < k < last and k not in found.target]
        if not free or j in found.source:
            continue
        k = free[0]
        if not piece.key.startswith(_BEGIN):
            found.pieces[j] = k
            continue
        tabs = _tab(trio.source.pieces, j), _tab(trio.target.pieces, k)
        if trio.found.back.keys().isdisjoint(tabs[0]) and {*tabs[1]} <= trio.own:
            found.tabs.append(tabs)
    return found


def _name(piece: Piece) -> str:
    return f"{piece.kind}:{piece.key}"


def _tab(pieces: list[Piece], begin: int) -> range:
    """Return the pieces of a tab, with its first and its last line."""
    ends = (k for k in range(begin, len(pieces)) if pieces[k].key == _END)
    return range(begin, next(ends, begin) + 1)


def _around(trio: Trio, j: int) -> tuple[int, int]:
    """Return the target's pieces between which it has what is at a place of the source."""
    before = map(trio.target_of, range(j - 1, -1, -1))
    after = map(trio.target_of, range(j + 1, len(trio.source.pieces)))
    first, last = next(filter(None, before), (-1,)), next(filter(None, after), None)
    return first[-1], last[0] if last else len(trio.target.pieces)
