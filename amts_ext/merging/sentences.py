"""The merge of blocks sentence by sentence, where base and target pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from amts_ext.alignment import Bead
from amts_ext.formats import splice
from amts_ext.human.open_items import ItemKind
from amts_ext.merging import grades
from amts_ext.merging.grades import Grade
from amts_ext.merging.items import Behind, Change, Joint, Stretch, behind
from amts_ext.merging.links import link
from amts_ext.merging.patches import patch
from amts_ext.merging.texts import Text, is_clean
from amts_ext.model import Segment

Carry = Callable[[int], tuple[int, str] | None]
"""Gives the human's words for sentences of the source that the base has elsewhere, from one on: how
many they are for, and the words."""


class Spot(Struct, frozen=True):
    """Sentences of the base, and those of the target that translate them."""

    base: tuple[int, ...]
    target: tuple[int, ...]
    is_clean: bool
    """True if these are surely the translation of just those."""


class SentenceMerge:
    """A merge of sentences: those of one block, or of several that belong together."""

    def __init__(
        self,
        texts: tuple[Text, Text, Text],
        sentences: tuple[Sequence[int], Sequence[int], Sequence[int]],
        beads: Sequence[Bead],
        is_sure: bool,
        carry: Carry = lambda index: None,
    ) -> None:
        """``sentences`` are the indices in base, source and target; ``beads`` theirs."""
        self._base, self._source, self._target = texts
        self._ours, self._theirs, self._human = sentences
        self._links = link(texts[0], texts[1], self._ours, self._theirs)
        self._spots = list(self._joined(beads, is_sure))
        self._carry = carry
        self.kept = 0
        """Sentences of the target that stay as they are, since their source did."""
        self._removed: list[Change] = []
        self._done: set[int] = set()
        """Sentences of the source whose translation is put in with others'."""

    def changes(self) -> Iterator[Change]:
        """Yield the changes, in the target's order but for what is put in."""
        if not self._links.of_base and all(s.base for s in self._spots):
            # No sentence became another: the block is the unit.
            first, last = (self._target.segments[self._human[k]] for k in (0, -1))
            clean = all(s.is_clean for s in self._spots)
            yield from self.change(
                self._ours, self._theirs, first.start, last.end, Grade.MUCH, clean
            )
            return
        for index in range(len(self._spots)):
            yield from self._spot(index)
        yield from self._removals()
        yield from self._put_in()
        yield from self._divide()

    def _joined(self, beads: Sequence[Bead], is_sure: bool) -> Iterator[Spot]:
        """Yield the spots: beads, joined where the source merged sentences of several."""
        run: list[int] = []
        for index in range(len(beads)):
            run.append(index)
            held = {i for n in run for i in beads[n].source}
            links = {i for h in held for j in self._links.of_base.get(h, ()) for i in
                     self._links.of_source[j]}  # fmt: skip
            later = {i for other in beads[index + 1 :] for i in other.source}
            if links & later:
                continue
            yield Spot(
                tuple(i for n in run for i in beads[n].source if i in self._ours),
                tuple(j for n in run for j in beads[n].target if j in self._human),
                is_sure and all(is_clean(beads, n) for n in run),
            )
            run = []

    def _spot(self, index: int) -> Iterator[Change]:
        spot = self._spots[index]
        new = self._new(spot)
        grade = self._grade(spot.base, new)
        if grade is Grade.SAME:
            self.kept += len(spot.target)
        elif not spot.target:
            yield from self._left_out(index, spot.base, new)
        else:
            first, last = (self._target.segments[spot.target[k]] for k in (0, -1))
            yield from self.change(spot.base, new, first.start, last.end, grade, spot.is_clean)

    def _new(self, spot: Spot) -> list[int]:
        """Return what the source has for a spot."""
        found = [j for i in spot.base for j in self._links.of_base.get(i, ())]
        return list(dict.fromkeys(found))

    def _grade(self, held: Sequence[int], new: Sequence[int]) -> Grade:
        """Grade what became of the base's sentences in one spot."""
        if not held:
            return Grade.SAME
        if not all(i in self._links.of_base for i in held):
            return Grade.MUCH
        both = self._joined_to_one(self._base, held), self._joined_to_one(self._source, new)
        return grades.grade(*both, self._source.language)

    def change(
        self,
        held: Sequence[int],
        new: Sequence[int],
        start: int,
        end: int,
        grade: Grade,
        sure: bool,
    ) -> Iterator[Change]:
        """Follow a change of the sentences ``held`` in the target's ``start:end``."""
        base, source, target = self._base, self._source, self._target
        texts = self._raw(base, held), self._raw(source, new)
        if grade is Grade.SLOTS:
            edits = patch(
                [base.segments[i] for i in held],
                [source.segments[j] for j in new],
                target.document, start, end,
            )  # fmt: skip
            if edits == []:
                told = ItemKind.PATCHED
                yield Change(start, end, told, None, *texts, behind=self._behind(held))
                return
            if edits:
                moved = [type(e)(e.start - start, e.end - start, e.text) for e in edits]
                text = splice(target.document.text[start:end], moved)
                yield Change(start, end, ItemKind.PATCHED, (text,), *texts)
                return
            both = self._words(base, held), self._words(source, new)
            critical = grades.is_critical(*both, source.language)
            grade = Grade.MUCH if critical else Grade.LITTLE
        wanted = self._stretch(new) if new else None
        if grade is Grade.LITTLE:
            yield Change(start, end, ItemKind.CHANGED, None, *texts, wanted, self._behind(held))
        elif wanted is None:
            yield from self._taken_out(held, start, end, sure, texts)
        elif not sure:
            yield Change(start, end, ItemKind.CONFLICT, None, *texts, wanted, self._behind(held))
        else:
            self._done.update(range(new[0], new[-1] + 1))
            yield Change(start, end, ItemKind.CHANGED, (wanted,), *texts)

    def _taken_out(
        self, held: Sequence[int], start: int, end: int, sure: bool, texts: tuple[str, str]
    ) -> Iterator[Change]:
        if not sure:
            yield Change(start, end, ItemKind.CONFLICT, None, *texts, None, self._behind(held))
            return
        gone = [self._base.segments[i] for i in held]
        kind = None if self._source.has_as_often(gone, self._base) else ItemKind.DELETED
        self._removed.append(Change(start, end, kind, ("",), *texts))

    def _removals(self) -> Iterator[Change]:
        """Take out sentences with the blank before the next one, or behind the one before them."""
        human = [self._target.segments[j] for j in self._human]
        run: list[Change] = []
        for change, after in pairwise([*self._removed, None]):
            assert change
            run.append(change)
            following = next((s for s in human if s.start >= change.end), None)
            if after and following and after.start == following.start:
                continue
            yield from self._removal(run, human, following)
            run = []

    def _removal(
        self, run: Sequence[Change], human: Sequence[Segment], after: Segment | None
    ) -> Iterator[Change]:
        first = next(s for s in human if s.start == run[0].start)
        before = next((s for s in reversed(human) if s.end <= first.start), None)
        last = next(s for s in human if s.end == run[-1].end)
        # Within the block, or with the whole of it.
        with_next = after and (after.block == last.block or not before
                               or before.block != first.block)  # fmt: skip
        for index, change in enumerate(run):
            start, end = change.start, change.end
            if with_next and after:
                end = run[index + 1].start if index + 1 < len(run) else after.start
            elif index or before:
                start = run[index - 1].end if index else before.end if before else start
            yield replace(change, start=start, end=end)

    def _left_out(self, index: int, held: Sequence[int], new: Sequence[int]) -> Iterator[Change]:
        """The human has no sentence for what changed; it is told beside the one before it."""
        at = self._end_before(index)
        texts = self._raw(self._base, held), self._raw(self._source, new)
        wanted = self._stretch(new) if new else None
        yield Change(at, at, ItemKind.CONFLICT, None, *texts, wanted, self._behind(held))

    def _end_before(self, index: int) -> int:
        """Return the end of the target's last sentence before a spot, or the block's start."""
        ends = [self._target.segments[j].end for s in self._spots[:index] for j in s.target]
        return max(ends, default=self._target.segments[self._human[0]].start)

    # --- what is new ----------------------------------------------------------------------------

    def _put_in(self) -> Iterator[Change]:
        """Put in the source's new sentences, behind the translation of the one before them."""
        new = [j for j in self._theirs if j not in self._links.of_source and j not in self._done]
        run: list[int] = []
        end = 0
        for j in new:
            if j < end:
                continue
            size, own = self._carry(j) or (1, "")
            own = own if {*range(j, j + size)} <= {*new} else ""
            if run and (own or j != run[-1] + 1 or self._divides(run[-1])):
                yield self._insertion(run, self._stretch(run), ItemKind.NEW)
                run = []
            if own:
                yield self._insertion(range(j, j + size), own, ItemKind.MOVED)
                end = j + size
            else:
                run.append(j)
        if run:
            yield self._insertion(run, self._stretch(run), ItemKind.NEW)

    def _insertion(self, run: Sequence[int], words: str | Stretch, kind: ItemKind) -> Change:
        """Put in sentences where the source has them: in the block of the one before, or after."""
        place = self._theirs.index(run[0])
        before = next((j for j in reversed(self._theirs[:place]) if j in self._links.of_source), -1)
        spot = self._spot_of(before)
        text = self._raw(self._source, run)
        ends = place > 0, run[-1] != self._theirs[-1]
        divided = ends[0] and self._divides(run[0] - 1), ends[1] and self._divides(run[-1])
        joints = self._joint(run[0] - 1, divided[0]), self._joint(run[-1], divided[1])
        at = self._end_before(spot + 1)
        if spot >= 0 and not (divided[0] and ends[1] and not divided[1]):
            return Change(at, at, kind, (joints[0], words), "", text)
        following = [j for s in self._spots[spot + 1 :] for j in s.target]
        if following:
            at = self._target.segments[following[0]].start
        return Change(at, at, kind, (words, joints[1]), "", text)

    def _spot_of(self, j: int) -> int:
        """Return the index of the spot of a sentence of the source; -1 if it has none."""
        held = self._links.of_source.get(j, ())
        return next((n for n, s in enumerate(self._spots) if not {*held}.isdisjoint(s.base)), -1)

    # --- where blocks end -----------------------------------------------------------------------

    def _divide(self) -> Iterator[Change]:
        """Split and merge the target's blocks where the source's were."""
        linked = [entry for entry in self._links.entries if all(entry)]
        for (i, j), (i2, j2) in pairwise(linked):
            if i[-1] + 1 != i2[0] or j[-1] >= j2[0]:
                continue
            ends = [n for n in range(j[-1], j2[0]) if self._divides(n)]
            places = self._spot_of(j[-1]), self._spot_of(j2[0])
            if -1 in places or bool(ends) == self._is_divided(self._base, i[-1]):
                continue
            spots = self._spots[places[0]], self._spots[places[1]]
            if not all(s.target for s in spots):
                continue
            last, first = spots[0].target[-1], spots[1].target[0]
            if last + 1 != first or self._is_divided(self._target, last) == bool(ends):
                continue
            joint = self._joint(ends[-1] if ends else j[-1], bool(ends))
            segments = self._target.segments
            texts = self._raw(self._base, (*i, *i2)), self._raw(self._source, (*j, *j2))
            yield Change(
                segments[last].end, segments[first].start, ItemKind.MOVED, (joint,), *texts
            )

    def _divides(self, j: int) -> bool:
        """Return True if a block ends behind a sentence of the source."""
        return self._is_divided(self._source, j)

    def _is_divided(self, text: Text, index: int) -> bool:
        some = text.segments[index : index + 2]
        return len(some) == 2 and some[0].block != some[1].block

    def _joint(self, j: int, divided: bool) -> str | Joint:
        """Return what stands behind a sentence of the source: its own, where a block ends."""
        if not divided:
            return Joint()
        some = self._source.segments[j : j + 2]
        return self._source.document.text[some[0].end : some[1].start]

    def _behind(self, held: Sequence[int]) -> tuple[Behind, ...]:
        whole = self._ours, self._theirs
        sides = self._base.segments, self._source.segments
        return behind(held, self._links.of_base, *sides, whole)

    def _stretch(self, indices: Sequence[int]) -> Stretch:
        segments = self._source.segments
        return Stretch(segments[indices[0]].start, segments[indices[-1]].end)

    def _raw(self, text: Text, indices: Sequence[int]) -> str:
        if not indices:
            return ""
        first, last = text.segments[indices[0]], text.segments[indices[-1]]
        return text.document.text[first.start : last.end]

    def _words(self, text: Text, indices: Sequence[int]) -> list[str]:
        return [word for i in indices for word in grades.words(text.segments[i])]

    def _joined_to_one(self, text: Text, indices: Sequence[int]) -> Segment:
        return joined([text.segments[i] for i in indices])


def joined(segments: Sequence[Segment]) -> Segment:
    """Join segments to one, to be compared."""
    if len(segments) == 1:
        return segments[0]
    first = segments[0]
    parts = tuple(p for s in segments for p in (*s.parts, " "))
    return Segment(parts, first.start, segments[-1].end, first.line, first.block)
