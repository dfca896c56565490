"""The three texts of a merge, and what belongs together in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from amts_ext.merging.compare import SAME, compare
from amts_ext.merging.grades import content
from amts_ext.merging.items import Stretch
from amts_ext.merging.texts import Text, Tie, Ties


class Trio:
    """Base, source and target; pieces and sentences are named by their indices."""

    def __init__(self, base: Text, source: Text, target: Text, ties: Ties) -> None:
        self.base, self.source, self.target = base, source, target
        self.beads = ties
        self.found = compare(base, source)
        self.ties = list(self._joined(ties.ties))
        """What of the base the target translates; pieces that the source merged are in one."""
        self.tie_of = {i: tie for tie in self.ties for i in tie.base}

    @cached_property
    def own(self) -> set[int]:
        """The target's pieces that translate nothing of the base."""
        tied = {j for tie in self.ties for j in tie.target}
        return {*range(len(self.target.pieces))} - tied

    def target_of(self, j: int) -> tuple[int, ...]:
        """Return the target's pieces for one of the source; none if it is new."""
        return self.tie_of[self.found.back[j][-1]].target if j in self.found.back else ()

    @property
    def texts(self) -> tuple[Text, Text, Text]:
        return self.base, self.source, self.target

    def _joined(self, ties: Sequence[Tie]) -> Iterator[Tie]:
        """Yield the ties; those whose pieces the source merged are one."""
        last: Tie | None = None
        for tie in ties:
            links = {i for k in tie.base for j in self.found.links.get(k, ())
                     for i in self.found.back[j]}  # fmt: skip
            if last and not links.isdisjoint(last.base):
                target = tuple(sorted({*last.target, *tie.target}))
                last = Tie(last.base + tie.base, target, last.is_sure and tie.is_sure)
                continue
            if last:
                yield last
            last = tie
        if last:
            yield last

    def there(self, i: int) -> bool:
        return bool(self.tie_of[i].target)

    def end_of(self, i: int) -> int:
        """Return the end of the target's translation of a piece of the base."""
        return self.target.pieces[self.tie_of[i].target[-1]].end

    def end_before(self, i: int) -> int:
        """Return the end of what stands before a piece of the base in the target."""
        before = next((k for k in range(i - 1, -1, -1) if self.there(k)), None)
        return 0 if before is None else self.end_of(before)

    def sentences_of(self, text: Text, piece: int) -> range:
        found = text.pieces[piece]
        return text.between(found.start, found.end)

    def old(self, tie: Tie) -> str:
        first, last = self.base.pieces[tie.base[0]], self.base.pieces[tie.base[-1]]
        return self.base.document.text[first.start : last.end]

    def raw(self, indices: Sequence[int]) -> str:
        if not indices:
            return ""
        stretch = self.stretch(indices)
        return self.source.document.text[stretch.start : stretch.end]

    def stretch(self, indices: Sequence[int]) -> Stretch:
        pieces = self.source.pieces
        return Stretch(pieces[indices[0]].start, pieces[indices[-1]].end)

    def carry(self, j: int) -> tuple[int, str] | None:
        """Return the human's words for sentences of the source that the base has elsewhere.

        With them, how many sentences they are for, from ``j`` on.
        """
        sentence = self.source.segments[j]
        if sentence.end - sentence.start < SAME:
            return None
        for i in self.base.places.get(content(sentence), ()):
            bead = self.beads.surely(i)
            size = len(bead.source) if bead else 0
            now = self.source.segments[j : j + size]
            same = [content(self.base.segments[k]) for k in bead.source] if bead else []
            if bead and [content(s) for s in now] == same and now[-1].block == sentence.block:
                first, last = (self.target.segments[bead.target[k]] for k in (0, -1))
                if first.block == last.block:
                    return size, self.target.document.text[first.start : last.end]
        return None
