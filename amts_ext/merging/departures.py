"""What the source has no longer: what of it the target loses, and what stays as the human's own."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from amts_ext.human.open_items import ItemKind
from amts_ext.merging.items import Change
from amts_ext.merging.texts import Tie
from amts_ext.merging.trio import Trio


class Departures:
    """The target's pieces that go."""

    def __init__(self, trio: Trio) -> None:
        self._trio = trio
        self._removed: dict[int, Change] = {}
        """What the target loses, by the indices of its pieces."""

    def of(self, tie: Tie) -> Iterator[Change]:
        """Take out what translates some pieces; yield what stays although they are gone."""
        is_moved = len(tie.base) == 1 and tie.base[0] in self._trio.found.moved.values()
        gone = [s for i in tie.base for s in self._trio.base.held(self._trio.base.pieces[i])]
        is_moved = is_moved or (
            bool(gone) and self._trio.source.has_as_often(gone, self._trio.base)
        )
        own = not any(True for _ in self._translations(tie))
        for j in tie.target if own else self._translations(tie):
            piece = self._trio.target.pieces[j]
            if not own and (is_moved or self._is_as_in_base(tie, j)):
                kind = None if is_moved else ItemKind.DELETED
                self._removed[j] = Change(piece.start, piece.end, kind, ("",), self._trio.old(tie))
            else:
                kind = ItemKind.OWN if piece.kind == "prose" else ItemKind.CONFLICT
                yield Change(piece.start, piece.end, kind, None, self._trio.old(tie))

    def moved(self, j: int) -> None:
        """Take out a piece that the target gets at another place."""
        piece = self._trio.target.pieces[j]
        self._removed[j] = Change(piece.start, piece.end, ItemKind.MOVED, ("",), piece.key)

    def _translations(self, tie: Tie) -> Iterator[int]:
        """Yield the pieces of a tie that translate something; others are the human's own."""
        held = {i for k in tie.base for i in self._trio.sentences_of(self._trio.base, k)}
        for j in tie.target:
            own = {*self._trio.sentences_of(self._trio.target, j)}
            beads = self._trio.beads.between((), tuple(own))
            if not own or not beads or any(not held.isdisjoint(bead.source) for bead in beads):
                yield j

    def _is_as_in_base(self, tie: Tie, j: int) -> bool:
        """Return True if a piece of the target holds nothing of the human's own but translation."""
        piece = self._trio.target.pieces[j]
        held = {*self._trio.sentences_of(self._trio.target, j)}
        if any(not bead.source for bead in self._trio.beads.between((), tuple(held))):
            return False
        return piece.kind == "prose" or any(
            self._trio.base.pieces[i].key == piece.key for i in tie.base
        )

    def changes(self) -> Iterator[Change]:
        """Take out pieces with the smaller of the gaps before and behind them."""
        pieces = self._trio.target.pieces
        run: list[int] = []
        for j in sorted(self._removed):
            run.append(j)
            if j + 1 in self._removed:
                continue
            before = pieces[run[0]].start - pieces[run[0] - 1].end if run[0] else 0
            after = pieces[j + 1].start - pieces[j].end if j + 1 < len(pieces) else 0
            with_before = run[0] > 0 and (before < after or not after)
            for k in run:
                start = pieces[k - 1].end if with_before else pieces[k].start
                end = pieces[k].end if with_before or k + 1 == len(pieces) else pieces[k + 1].start
                yield replace(self._removed[k], start=start, end=end)
            run = []
