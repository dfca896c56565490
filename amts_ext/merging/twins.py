"""What the human had put in before the source did: a label, a cell, a tab.

It is there already, so it is not put in again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from amts_ext.merging.pieces import Piece
from amts_ext.merging.tabs import BEGIN, END, tab_of
from amts_ext.merging.trio import Trio

_LABELS = (":label:", ":eqlabel:")
"""What stands once in a book."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Pieces of the source that the base has not, and their twins in the target."""

    pieces: dict[int, int] = field(default_factory=dict)
    """Pieces of the target by those of the source that are the same."""
    elsewhere: dict[int, int] = field(default_factory=dict)
    """Labels that stand at another place of the target."""
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
        pieces = (*self.pieces.values(), *self.elsewhere.values())
        return {*pieces, *(k for _, tab in self.tabs for k in tab)}


def twins(trio: Trio) -> Twins:
    """Find what is new in the source and stands at the same place of the target already."""
    places: dict[str, list[int]] = {}
    for own in sorted(trio.own):
        places.setdefault(_name(trio.target.pieces[own]), []).append(own)
    found = Twins()
    for j, piece in enumerate(trio.source.pieces):
        here = places.get(_name(piece), ())
        if piece.kind == "prose" or piece.key == END or not here or j in trio.found.back:
            continue
        first, last = _around(trio, j)
        free = [k for k in here if first < k < last and k not in found.target]
        if j in found.source:
            continue
        if free and piece.key.startswith(BEGIN):
            _pair_tabs(found, trio, j, free[0])
        elif free:
            found.pieces[j] = free[0]
        elif piece.key.startswith(_LABELS):
            found.elsewhere.update((j, k) for k in here[:1])
    return found


def _pair_tabs(found: Twins, trio: Trio, j: int, k: int) -> None:
    """Pair a new tab of the source with one of the human's; or, around old text, just its marks."""
    ours, theirs = tab_of(trio.source.pieces, j), tab_of(trio.target.pieces, k)
    if theirs[-1] not in trio.own or ours[-1] in trio.found.back:
        return
    if trio.found.back.keys().isdisjoint(ours):
        found.tabs.append((ours, theirs))
    else:
        found.pieces.update({ours[0]: theirs[0], ours[-1]: theirs[-1]})


def _name(piece: Piece) -> str:
    return f"{piece.kind}:{piece.key}"


def _around(trio: Trio, j: int) -> tuple[int, int]:
    """Return the target's pieces between which it has what is at a place of the source."""
    before = map(trio.target_of, range(j - 1, -1, -1))
    after = map(trio.target_of, range(j + 1, len(trio.source.pieces)))
    first, last = next(filter(None, before), (-1,)), next(filter(None, after), None)
    return first[0], last[-1] if last else len(trio.target.pieces)
