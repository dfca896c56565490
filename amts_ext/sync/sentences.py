"""The merge of blocks sentence by sentence, where base and target pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amts_ext.alignment import Bead
from amts_ext.formats import splice
from amts_ext.human.units import SURE
from amts_ext.model import Segment
from amts_ext.sync import grades
from amts_ext.sync.differences import exchanged, pairing
from amts_ext.sync.grades import Grade
from amts_ext.sync.items import Behind, Change, ItemKind, Joint, Stretch, behind
from amts_ext.sync.patches import patch
from amts_ext.sync.texts import Text

LIKE = 0.5
"""The least likeness of two sentences that are the same one, changed."""


class SentenceMerge:
    """A merge of sentences: those of one block, or of several that belong together."""

    def __init__(
        self,
        texts: tuple[Text, Text, Text],
        sentences: tuple[Sequence[int], Sequence[int], Sequence[int]],
        beads: Sequence[Bead],
        is_sure: bool,
    ) -> None:
        """``sentences`` are the indices in base, source and target; ``beads`` theirs."""
        self._base, self._source, self._target = texts
        self._ours, self._theirs, self._human = sentences
        self._beads = beads
        self._is_sure = is_sure
        self.kept = 0
        """Sentences of the target that stay as they are, since their source did."""
        self._partner: dict[int, int] = {}
        """Indices of the source's sentences by those of the base."""
        self._new: list[int] = []

    def changes(self) -> Iterator[Change]:
        """Yield the changes, in the target's order but for what is put in."""
        old, new = self._base.segments, self._source.segments
        found = exchanged(
            pairing(
                [grades.content(old[i]) for i in self._ours],
                [grades.content(new[j]) for j in self._theirs],
                _like,
            )
        )
        for i, j in found:
            if i is not None and j is not None:
                self._partner[self._ours[i]] = self._theirs[j]
            elif j is not None:
                self._new.append(self._theirs[j])
        for index in range(len(self._beads)):
            yield from self._bead(index)
        yield from self._put_in()

    def _bead(self, index: int) -> Iterator[Change]:
        bead = self._beads[index]
        held = [i for i in bead.source if i in self._ours]
        partners = [self._partner.get(i) for i in held]
        grade = self._grade(held, partners)
        if grade is Grade.SAME:
            self.kept += len(bead.target)
            return
        there = [j for j in bead.target if j in self._human]
        if not there:
            yield self._left_out(index, held, partners)
            return
        first, last = (self._target.segments[there[k]] for k in (0, -1))
        new = [j for j in partners if j is not None]
        yield from self.change(held, new, first.start, last.end, grade, self._is_clean(index))

    def _grade(self, held: Sequence[int], partners: Sequence[int | None]) -> Grade:
        """Grade what became of the base's sentences in one bead."""
        if not any(p is not None for p in partners):
            return Grade.MUCH if held else Grade.SAME
        new = [j for j in partners if j is not None]
        if len(new) < len(held):
            return Grade.MUCH
        return grades.grade(self._joined(self._base, held), self._joined(self._source, new))

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
            if edits:
                moved = [type(e)(e.start - start, e.end - start, e.text) for e in edits]
                text = splice(target.document.text[start:end], moved)
                yield Change(start, end, ItemKind.PATCHED, (text,), *texts)
                return
            critical = grades.is_critical(
                *(self._words(t, s) for t, s in ((base, held), (source, new)))
            )
            grade = Grade.MUCH if critical else Grade.LITTLE
        wanted = self._stretch(new) if new else None
        if grade is Grade.LITTLE:
            yield Change(start, end, ItemKind.CHANGED, None, *texts, wanted, self._behind(held))
        elif wanted is None:
            yield from self._taken_out(held, start, end, sure, texts)
        elif not sure:
            yield Change(start, end, ItemKind.CONFLICT, None, *texts, wanted, self._behind(held))
        else:
            yield Change(start, end, ItemKind.CHANGED, (wanted,), *texts)

    def _taken_out(
        self, held: Sequence[int], start: int, end: int, sure: bool, texts: tuple[str, str]
    ) -> Iterator[Change]:
        if not sure:
            yield Change(start, end, ItemKind.CONFLICT, None, *texts, None, self._behind(held))
            return
        gone = [self._base.segments[i] for i in held]
        kind = None if self._source.has_all(gone) else ItemKind.DELETED
        # With the blank before the next sentence, or the one behind the last.
        after = [self._target.segments[j].start for j in self._human]
        following = next((at for at in after if at >= end), None)
        if following is not None:
            yield Change(start, following, kind, ("",), *texts)
            return
        ends = [self._target.segments[j].end for j in self._human]
        yield Change(max((e for e in ends if e <= start), default=start), end, kind, ("",), *texts)

    def _left_out(self, index: int, held: Sequence[int], partners: Sequence[int | None]) -> Change:
        """The human has no sentence for what changed; it is told beside the one before it."""
        new = [j for j in partners if j is not None]
        at = self._end_before(index)
        texts = self._raw(self._base, held), self._raw(self._source, new)
        wanted = self._stretch(new) if new else None
        return Change(at, at, ItemKind.CONFLICT, None, *texts, wanted, self._behind(held))

    def _end_before(self, index: int) -> int:
        """Return the end of the target's last sentence before a bead, or the block's start."""
        ends = [
            self._target.segments[j].end
            for bead in self._beads[:index]
            for j in bead.target
            if j in self._human
        ]
        if ends:
            return max(ends)
        return self._target.segments[self._human[0]].start

    def _put_in(self) -> Iterator[Change]:
        """Put in the source's new sentences, behind the translation of the one before them."""
        run: list[int] = []
        for j in self._theirs:
            if j in self._new:
                run.append(j)
            elif run:
                yield self._insertion(run)
                run = []
        if run:
            yield self._insertion(run)

    def _insertion(self, run: Sequence[int]) -> Change:
        before = [i for i, j in self._partner.items() if j < run[0]]
        wanted = self._stretch(run)
        text = self._raw(self._source, run)
        bead = max(
            (n for n, b in enumerate(self._beads) if before and max(before) in b.source), default=-1
        )
        at = self._end_before(bead + 1)
        if bead < 0:
            return Change(at, at, ItemKind.NEW, (wanted, Joint()), "", text)
        return Change(at, at, ItemKind.NEW, (Joint(), wanted), "", text)

    def _is_clean(self, index: int) -> bool:
        """Return True if a bead is surely the human's translation of just these sentences."""
        bead = self._beads[index]
        near = self._beads[max(0, index - 1) : index + 2]
        alone = any(not (other.source and other.target) for other in near)
        least = "sentence" if len(bead.source) == len(bead.target) == 1 else "block"
        return self._is_sure and not alone and bead.score >= SURE[least]

    def _behind(self, held: Sequence[int]) -> tuple[Behind, ...]:
        whole = self._ours, self._theirs
        sides = self._base.segments, self._source.segments
        return behind(held, self._partner, *sides, whole)

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

    def _joined(self, text: Text, indices: Sequence[int]) -> Segment:
        return joined([text.segments[i] for i in indices])


def joined(segments: Sequence[Segment]) -> Segment:
    """Join segments to one, to be compared."""
    if len(segments) == 1:
        return segments[0]
    first = segments[0]
    parts = tuple(p for s in segments for p in (*s.parts, " "))
    return Segment(parts, first.start, segments[-1].end, first.line, first.block)


def _like(old: Sequence[str], new: Sequence[str]) -> float:
    ratio = grades.likeness(" ".join(old), " ".join(new))
    return ratio if ratio >= LIKE else 0.0
