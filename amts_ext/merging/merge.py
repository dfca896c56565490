"""The merge of three texts: what changed from base to source is changed in the target.

The target is the skeleton. What did not change keeps its bytes, since it is in no change. Nothing
here knows a file, a memory or a translator: a new text is a recipe, in which stretches of the
source stand for their translations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from amts_ext.human.open_items import ItemKind
from amts_ext.merging.arrivals import Arrivals
from amts_ext.merging.departures import Departures
from amts_ext.merging.entries import entries, frames
from amts_ext.merging.items import Change, Stretch, apart, behind
from amts_ext.merging.pieces import Piece
from amts_ext.merging.pins import allowed
from amts_ext.merging.sentences import SentenceMerge
from amts_ext.merging.texts import Text, Tie, Ties
from amts_ext.merging.trio import Trio
from amts_ext.merging.twins import twins


@dataclass(slots=True)
class Merge:
    """The result of a merge: what to change in the target, in its order."""

    changes: list[Change] = field(default_factory=list)
    kept: int = 0
    """Sentences of the human's that stay as they are, since their source did."""

    @property
    def wanted(self) -> list[Stretch]:
        """The stretches of the source whose translation is wanted."""
        recipes = [part for change in self.changes for part in change.recipe or ()]
        found = [part for part in recipes if isinstance(part, Stretch)]
        return found + [c.suggestion for c in self.changes if c.suggestion]


def merge(
    base: Text, source: Text, target: Text, ties: Ties, pinned: Sequence[tuple[int, int]] = ()
) -> Merge:
    """Merge the changes from base to source into the target; ``ties`` are of base and target.

    ``pinned`` are places of the target that no change may touch.
    """
    return _Merger(Trio(base, source, target, ties), pinned).merge()


class _Merger:
    def __init__(self, trio: Trio, pinned: Sequence[tuple[int, int]]) -> None:
        self._trio = trio
        self._pinned = pinned
        self._merge = Merge()
        self._departures = Departures(trio)
        found = twins(trio)
        for label in found.elsewhere.values():
            self._departures.moved(label)
        self._own = trio.own - found.target
        """The target's pieces that may be a translation that was not known again."""
        self._arrivals = Arrivals(trio, found, self._followed)

    def merge(self) -> Merge:
        for tie in self._trio.ties:
            self._merge.changes += (
                self._with_behind(self._allowed(c), tie) for c in self._tie(tie)
            )
        self._merge.changes += map(self._allowed, self._departures.changes())
        self._merge.changes += map(self._allowed, self._arrivals.changes())
        self._merge.changes = list(apart(self._merge.changes))
        return self._merge

    def _allowed(self, change: Change) -> Change:
        return allowed(change, self._trio.target.document.text, self._pinned)

    def _with_behind(self, change: Change, tie: Tie) -> Change:
        """Return a change that keeps the human's text with what the base keeps: whole pieces."""
        if change.recipe is not None or change.behind:
            return change
        pieces = self._trio.base.pieces, self._trio.source.pieces
        return replace(change, behind=behind(tie.base, self._trio.found.links, *pieces))

    # --- one tie --------------------------------------------------------------------------------

    def _tie(self, tie: Tie) -> Iterator[Change]:
        links = self._trio.found.links
        new = list(dict.fromkeys(j for i in tie.base for j in links.get(i, ())))
        if all(i in links for i in tie.base) and self._keys(
            self._trio.base, tie.base
        ) == self._keys(self._trio.source, new):
            self._keep(tie)
        elif not tie.target:
            yield from self._left_out(tie, new)
        elif not new:
            yield from self._departures.of(tie)
        elif len(tie.base) == len(tie.target) == len(new) == 1:
            yield from self._piece(tie, self._trio.source.pieces[new[0]])
        else:
            yield from self._whole(tie, new)

    def _keys(self, text: Text, indices: Sequence[int]) -> list[str]:
        return [text.pieces[i].key for i in indices]

    def _keep(self, tie: Tie) -> None:
        for j in tie.target:
            piece = self._trio.target.pieces[j]
            self._merge.kept += len(self._trio.target.between(piece.start, piece.end))

    def _left_out(self, tie: Tie, new: Sequence[int]) -> Iterator[Change]:
        """What the human left out has changed or gone; it is told where it would stand."""
        at = self._trio.end_before(tie.base[0])
        texts = self._trio.old(tie), self._trio.raw(new)
        if new or self._has_own(tie):
            wanted = self._trio.stretch(new) if new else None
            yield Change(at, at, ItemKind.CONFLICT, None, *texts, wanted)

    def _has_own(self, tie: Tie) -> bool:
        """Return True if something without a source stands where a piece may have its translation.

        It may be the translation, which was not known again.
        """
        near = [k for k in range(tie.base[0]) if self._trio.there(k)][-1:]
        first = self._trio.tie_of[near[0]].target[-1] + 1 if near else 0
        behind = (
            self._trio.tie_of[k] for k in range(tie.base[-1] + 1, len(self._trio.base.pieces))
        )
        last = next((t.target[0] for t in behind if t.target), len(self._trio.target.pieces))
        return any(j in self._own for j in range(first, last))

    def _whole(self, tie: Tie, new: Sequence[int]) -> Iterator[Change]:
        """Follow a change in pieces of which human or source made others: by their sentences."""
        texts = self._trio.texts
        held = [
            [i for k in some for i in t.between(t.pieces[k].start, t.pieces[k].end)]
            for t, some in zip(texts, (tie.base, new, tie.target), strict=True)
        ]
        if all(held):
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)
            return
        human = [self._trio.target.pieces[j] for j in tie.target]
        wanted = self._trio.stretch(new)
        yield Change(human[0].start, human[-1].end, ItemKind.CONFLICT, None,
                     self._trio.old(tie), self._trio.raw(new), wanted)  # fmt: skip

    def _followed(self, tie: Tie, new: Piece) -> Iterator[Change]:
        """Follow a change of one piece, whatever the human made of it."""
        if len(tie.target) == 1:
            return self._piece(tie, new)
        return self._whole(tie, [self._trio.source.pieces.index(new)])

    def _piece(self, tie: Tie, new: Piece) -> Iterator[Change]:
        """Follow a change of one piece that all three texts have."""
        old, human = self._trio.base.pieces[tie.base[0]], self._trio.target.pieces[tie.target[0]]
        texts, pieces = self._trio.texts, (old, new, human)
        if any(piece.kind != "prose" for piece in pieces):
            yield from entries(texts, pieces)
            return
        sizes = {len(piece.blocks) for piece in pieces}
        if len(sizes) > 1:
            yield from self._whole(tie, [self._trio.source.pieces.index(new)])
            return
        yield from frames(texts, pieces)
        for blocks in zip(old.blocks, new.blocks, human.blocks, strict=True):
            held = [text.of_block(block) for text, block in zip(texts, blocks, strict=True)]
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)

    def _sentences(
        self, held: tuple[Sequence[int], Sequence[int], Sequence[int]], is_sure: bool
    ) -> Iterator[Change]:
        beads = self._trio.beads.between(held[0], held[2])
        texts = self._trio.texts
        part = SentenceMerge(texts, held, beads, is_sure, self._trio.carry)
        yield from part.changes()
        self._merge.kept += part.kept
