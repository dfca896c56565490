"""The merge of three texts: what changed from base to source is changed in the target.

The target is the skeleton. What did not change keeps its bytes, since it is in no change. Nothing
here knows a file, a memory or a translator: a new text is a recipe, in which stretches of the
source stand for their translations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace

from amts_ext.sync import code
from amts_ext.sync.compare import SAME, compare
from amts_ext.sync.differences import merge3
from amts_ext.sync.grades import content
from amts_ext.sync.items import GLANCE, Behind, Change, ItemKind, Joint, Recipe, Stretch, behind
from amts_ext.sync.pieces import Piece
from amts_ext.sync.pins import allowed
from amts_ext.sync.sentences import SentenceMerge
from amts_ext.sync.texts import Text, Tie, Ties


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
    return _Merger(base, source, target, ties, pinned).merge()


class _Merger:
    def __init__(
        self, base: Text, source: Text, target: Text, ties: Ties, pinned: Sequence[tuple[int, int]]
    ) -> None:
        self._base, self._source, self._target = base, source, target
        self._beads = ties
        self._pinned = pinned
        self._merge = Merge()
        self._found = compare(base, source)
        self._ties = list(self._joined(ties.ties))
        self._tie_of = {i: tie for tie in self._ties for i in tie.base}
        self._tied = {j for tie in self._ties for j in tie.target}
        self._removed: dict[int, Change] = {}
        """What the target loses, by the indices of its pieces."""

    def merge(self) -> Merge:
        for tie in self._ties:
            self._merge.changes += (
                self._with_behind(self._allowed(c), tie) for c in self._tie(tie)
            )
        self._merge.changes += map(self._allowed, self._removals())
        self._merge.changes += map(self._allowed, self._put_in())
        self._merge.changes = list(_apart(self._merge.changes))
        return self._merge

    def _joined(self, ties: Sequence[Tie]) -> Iterator[Tie]:
        """Yield the ties; those whose pieces the source merged are one."""
        last: Tie | None = None
        for tie in ties:
            links = {i for k in tie.base for j in self._found.links.get(k, ())
                     for i in self._found.back[j]}  # fmt: skip
            if last and not links.isdisjoint(last.base):
                target = tuple(sorted({*last.target, *tie.target}))
                last = Tie(last.base + tie.base, target, last.is_sure and tie.is_sure)
                continue
            if last:
                yield last
            last = tie
        if last:
            yield last

    def _allowed(self, change: Change) -> Change:
        return allowed(change, self._target.document.text, self._pinned)

    def _with_behind(self, change: Change, tie: Tie) -> Change:
        """Return a change that keeps the human's text with what the base keeps: whole pieces."""
        if change.recipe is not None or change.behind:
            return change
        pieces = self._base.pieces, self._source.pieces
        return replace(change, behind=behind(tie.base, self._found.links, *pieces))

    # --- one tie --------------------------------------------------------------------------------

    def _tie(self, tie: Tie) -> Iterator[Change]:
        links = self._found.links
        new = list(dict.fromkeys(j for i in tie.base for j in links.get(i, ())))
        if all(i in links for i in tie.base) and self._keys(self._base, tie.base) == self._keys(
            self._source, new
        ):
            self._keep(tie)
        elif not tie.target:
            yield from self._left_out(tie, new)
        elif not new:
            yield from self._taken_out(tie)
        elif len(tie.base) == len(tie.target) == len(new) == 1:
            yield from self._piece(tie, self._source.pieces[new[0]])
        else:
            yield from self._whole(tie, new)

    def _keys(self, text: Text, indices: Sequence[int]) -> list[str]:
        return [text.pieces[i].key for i in indices]

    def _keep(self, tie: Tie) -> None:
        for j in tie.target:
            piece = self._target.pieces[j]
            self._merge.kept += len(self._target.between(piece.start, piece.end))

    def _left_out(self, tie: Tie, new: Sequence[int]) -> Iterator[Change]:
        """What the human left out has changed or gone; it is told where it would stand."""
        at = self._end_before(tie.base[0])
        texts = self._old(tie), self._raw(new)
        if new or self._has_own(tie):
            wanted = self._stretch(new) if new else None
            yield Change(at, at, ItemKind.CONFLICT, None, *texts, wanted)

    def _has_own(self, tie: Tie) -> bool:
        """Return True if something without a source stands where a piece may have its translation.

        It may be the translation, which was not known again.
        """
        near = [k for k in range(tie.base[0]) if self._there(k)][-1:]
        first = self._tie_of[near[0]].target[-1] + 1 if near else 0
        behind = (self._tie_of[k] for k in range(tie.base[-1] + 1, len(self._base.pieces)))
        last = next((t.target[0] for t in behind if t.target), len(self._target.pieces))
        return any(j not in self._tied for j in range(first, last))

    def _taken_out(self, tie: Tie) -> Iterator[Change]:
        is_moved = {*tie.base} <= {*self._found.moved.values()}
        gone = [s for i in tie.base for s in self._base.held(self._base.pieces[i])]
        is_moved = is_moved or (bool(gone) and self._source.has_as_often(gone, self._base))
        own = not any(True for _ in self._translations(tie))
        for j in tie.target if own else self._translations(tie):
            piece = self._target.pieces[j]
            if not own and (is_moved or self._is_as_in_base(tie, j)):
                kind = None if is_moved else ItemKind.DELETED
                self._removed[j] = Change(piece.start, piece.end, kind, ("",), self._old(tie))
            else:
                yield Change(piece.start, piece.end, ItemKind.CONFLICT, None, self._old(tie))

    def _translations(self, tie: Tie) -> Iterator[int]:
        """Yield the pieces of a tie that translate something; others are the human's own."""
        held = {i for k in tie.base for i in self._sentences_of(self._base, k)}
        for j in tie.target:
            own = {*self._sentences_of(self._target, j)}
            beads = self._beads.between((), tuple(own))
            if not own or not beads or any(not held.isdisjoint(bead.source) for bead in beads):
                yield j

    def _sentences_of(self, text: Text, piece: int) -> range:
        found = text.pieces[piece]
        return text.between(found.start, found.end)

    def _removals(self) -> Iterator[Change]:
        """Take out pieces with the smaller of the gaps before and behind them."""
        pieces = self._target.pieces
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

    def _is_as_in_base(self, tie: Tie, j: int) -> bool:
        """Return True if a piece of the target holds nothing of the human's own but translation."""
        piece = self._target.pieces[j]
        held = {*self._sentences_of(self._target, j)}
        if any(not bead.source for bead in self._beads.between((), tuple(held))):
            return False
        return piece.kind == "prose" or any(self._base.pieces[i].key == piece.key for i in tie.base)

    def _whole(self, tie: Tie, new: Sequence[int]) -> Iterator[Change]:
        """Follow a change in pieces of which human or source made others: by their sentences."""
        texts = (self._base, self._source, self._target)
        held = [
            [i for k in some for i in t.between(t.pieces[k].start, t.pieces[k].end)]
            for t, some in zip(texts, (tie.base, new, tie.target), strict=True)
        ]
        if all(held):
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)
            return
        human = [self._target.pieces[j] for j in tie.target]
        wanted = self._stretch(new)
        yield Change(human[0].start, human[-1].end, ItemKind.CONFLICT, None,
                     self._old(tie), self._raw(new), wanted)  # fmt: skip

    def _piece(self, tie: Tie, new: Piece) -> Iterator[Change]:
        """Follow a change of one piece that all three texts have."""
        old, human = self._base.pieces[tie.base[0]], self._target.pieces[tie.target[0]]
        if old.kind != "prose" or human.kind != "prose" or new.kind != "prose":
            yield from self._other(old, new, human)
            return
        sizes = {len(piece.blocks) for piece in (old, new, human)}
        if len(sizes) > 1:
            yield from self._whole(tie, [self._source.pieces.index(new)])
            return
        yield from self._frames(old, new, human)
        texts = (self._base, self._source, self._target)
        for blocks in zip(old.blocks, new.blocks, human.blocks, strict=True):
            held = [text.of_block(block) for text, block in zip(texts, blocks, strict=True)]
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)

    def _sentences(
        self, held: tuple[Sequence[int], Sequence[int], Sequence[int]], is_sure: bool
    ) -> Iterator[Change]:
        beads = self._beads.between(held[0], held[2])
        texts = (self._base, self._source, self._target)
        part = SentenceMerge(texts, held, beads, is_sure, self._carry)
        yield from part.changes()
        self._merge.kept += part.kept

    def _carry(self, j: int) -> tuple[int, str] | None:
        """Return the human's words for sentences of the source that the base has elsewhere.

        With them, how many sentences they are for, from ``j`` on.
        """
        sentence = self._source.segments[j]
        if sentence.end - sentence.start < SAME:
            return None
        for i in self._base.places.get(content(sentence), ()):
            bead = self._beads.surely(i)
            size = len(bead.source) if bead else 0
            now = self._source.segments[j : j + size]
            same = [content(self._base.segments[k]) for k in bead.source] if bead else []
            if bead and [content(s) for s in now] == same and now[-1].block == sentence.block:
                first, last = (self._target.segments[bead.target[k]] for k in (0, -1))
                if first.block == last.block:
                    return size, self._target.document.text[first.start : last.end]
        return None

    def _frames(self, old: Piece, new: Piece, human: Piece) -> Iterator[Change]:
        """Follow what stands around the prose: an image's path, the rank of a title."""
        ours, theirs, own = (
            list(_frame(text, piece))
            for text, piece in ((self._base, old), (self._source, new), (self._target, human))
        )
        for (a, b, before), (c, d, after), (start, end, there) in zip(
            ours, theirs, own, strict=True
        ):
            if before == after or after == there:
                continue
            if there == before:
                yield Change(start, end, ItemKind.PATCHED, (after,), before, after)
            else:
                kept = Behind(Stretch(a, b), Stretch(c, d))
                yield Change(start, end, ItemKind.CONFLICT, None, before, after, behind=(kept,))

    def _other(self, old: Piece, new: Piece, human: Piece) -> Iterator[Change]:
        """Follow a change of code, of a formula, of a label."""
        before, after = self._base.text(old), self._source.text(new)
        there = self._target.text(human)
        stale = False
        merged: str | None
        if old.kind == new.kind == human.kind == "code":
            merged, stale = code.merge_code(before, after, there)
        elif there in (before, after):
            merged = after
        else:
            tokens = merge3(*map(code.pieces, (before, after, there)))
            merged = None if tokens is None else "".join(tokens)
        if merged is None:
            yield Change(human.start, human.end, ItemKind.CONFLICT, None, before, after)
        elif merged != there or stale:
            own = ItemKind.CONFLICT if stale else ItemKind.PATCHED
            kind = None if there == before else own
            yield Change(human.start, human.end, kind, (merged,), before, after)

    # --- what is new -----------------------------------------------------------------------------

    def _put_in(self) -> Iterator[Change]:
        """Put in the source's new pieces, those that stand together at one place."""
        new = [j for j in range(len(self._source.pieces)) if j not in self._found.back]
        alone = {*self._found.moved, *(j for j in new if self._known_sentences(j))}
        group: list[list[int]] = []
        for j in new:
            if group and group[-1][-1] + 1 != j:
                yield from self._insertions(group)
                group = []
            if group and alone.isdisjoint({group[-1][-1], j}):
                group[-1].append(j)
            else:
                group.append([j])
        if group:
            yield from self._insertions(group)

    def _insertions(self, group: Sequence[Sequence[int]]) -> Iterator[Change]:
        """Put in pieces behind the one before them; or before the next, if it stands nearer."""
        first, last = group[0][0], group[-1][-1]
        before, after = (
            self._target_of(range(first - 1, -1, -1)),
            self._target_of(range(last + 1, len(self._source.pieces))),
        )
        is_nearer = self._gap(last).count("\n") < self._gap(first - 1).count("\n")
        in_front = not before or (after is not None and is_nearer)
        pieces = self._target.pieces
        if in_front:
            at = pieces[after[0]].start if after else pieces[0].start if pieces else 0
        else:
            at = pieces[before[-1]].end if before else 0
        for run in group:
            kind, recipe, was = self._put(run)
            gap = self._gap(run[-1] if in_front else run[0] - 1)
            recipe = (*recipe, gap) if in_front else (gap, *recipe)
            yield Change(at, at, kind, recipe, was, self._raw(run))

    def _target_of(self, places: Iterable[int]) -> tuple[int, ...] | None:
        """Return the target's pieces for the first of the source's that has some."""
        held = (self._tie_of[self._found.back[j][-1]] for j in places if j in self._found.back)
        return next((tie.target for tie in held if tie.target), None)

    def _gap(self, j: int) -> str:
        """Return what stands behind a piece of the source."""
        pieces = self._source.pieces
        if not 0 <= j < len(pieces) - 1:
            return "\n" if j >= 0 else "\n\n"
        return self._source.document.text[pieces[j].end : pieces[j + 1].start]

    def _put(self, run: Sequence[int]) -> tuple[ItemKind, Recipe, str]:
        """Return kind and text of what is put in, and what it was, if it stood elsewhere."""
        if run[0] in self._found.moved:
            tie = self._tie_of[self._found.moved[run[0]]]
            if tie.target and len(tie.base) == 1:
                return *self._carried(tie, self._source.pieces[run[0]]), self._old(tie)
        known = self._known_sentences(run[0])
        if known:
            made = tuple(self._renewed(self._source.pieces[run[0]], known))
            is_new = any(isinstance(part, Stretch) for part in made)
            return ItemKind.NEW if is_new else ItemKind.MOVED, made, ""
        return ItemKind.NEW, tuple(self._fresh(run)), ""

    def _known_sentences(self, j: int) -> dict[int, tuple[int, str]]:
        """Return the human's words for the sentences of a new piece that the base has elsewhere."""
        piece = self._source.pieces[j]
        found: dict[int, tuple[int, str]] = {}
        end = 0
        for k in self._source.of_block(piece.blocks[0]) if len(piece.blocks) == 1 else ():
            known = self._carry(k) if k >= end else None
            if known:
                found[k] = known
                end = k + known[0]
        return found

    def _renewed(
        self, piece: Piece, known: dict[int, tuple[int, str]]
    ) -> Iterator[str | Stretch | Joint]:
        """Yield a new piece with the human's words for the sentences that they have translated."""
        text, segments = self._source.document.text, self._source.segments
        held = self._source.of_block(piece.blocks[0])
        yield text[piece.start : segments[held[0]].start]
        k = held[0]
        while k <= held[-1]:
            if k != held[0]:
                yield Joint()
            size, words = known.get(k, (1, ""))
            yield words or Stretch(segments[k].start, segments[k].end)
            k += size
        yield text[segments[held[-1]].end : piece.end]

    def _fresh(self, run: Sequence[int]) -> Iterator[str | Stretch]:
        """Yield the translation of new pieces; code has the human's comments where there are."""
        pieces = self._source.pieces
        start = pieces[run[0]].start
        for piece in (pieces[j] for j in run if pieces[j].kind == "code"):
            old = self._source.text(piece)
            new = code.with_known(old, self._comments)
            if new != old:
                if start < piece.start:
                    yield Stretch(start, piece.start)
                yield new
                start = piece.end
        if start < pieces[run[-1]].end:
            yield Stretch(start, pieces[run[-1]].end)

    @cached_property
    def _comments(self) -> dict[str, str]:
        """The human's comments by those of the base."""
        found: dict[str, str] = {}
        for tie in self._ties:
            if len(tie.base) == len(tie.target) == 1:
                old, human = self._base.pieces[tie.base[0]], self._target.pieces[tie.target[0]]
                if old.kind == human.kind == "code" and old.key != human.key:
                    found.update(code.comments(self._base.text(old), self._target.text(human)))
        return found

    def _carried(self, tie: Tie, new: Piece) -> tuple[ItemKind, Recipe]:
        """Return what becomes of the target's piece at the place where the source has it now."""
        start, end = (self._target.pieces[tie.target[k]] for k in (0, -1))
        text = self._target.document.text
        if len(tie.target) > 1 or self._base.pieces[tie.base[0]].key == new.key:
            return ItemKind.MOVED, (text[start.start : end.end],)
        recipe: list[str | Stretch | Joint] = []
        kind, at = ItemKind.MOVED, start.start
        for change in sorted(self._piece(tie, new), key=lambda c: (c.start, c.end)):
            there = text[change.start : change.end]
            recipe += (text[at : change.start], *(change.recipe or (there,)))
            at = change.end
            if change.kind is not None and change.kind not in GLANCE:
                kind = ItemKind.CHANGED
        return kind, (*recipe, text[at : end.end])

    def _there(self, i: int) -> bool:
        return bool(self._tie_of[i].target)

    def _end_of(self, i: int) -> int:
        """Return the end of the target's translation of a piece of the base."""
        return self._target.pieces[self._tie_of[i].target[-1]].end

    def _end_before(self, i: int) -> int:
        """Return the end of what stands before a piece of the base in the target."""
        before = next((k for k in range(i - 1, -1, -1) if self._there(k)), None)
        return 0 if before is None else self._end_of(before)

    def _old(self, tie: Tie) -> str:
        first, last = self._base.pieces[tie.base[0]], self._base.pieces[tie.base[-1]]
        return self._base.document.text[first.start : last.end]

    def _raw(self, indices: Sequence[int]) -> str:
        if not indices:
            return ""
        stretch = self._stretch(indices)
        return self._source.document.text[stretch.start : stretch.end]

    def _stretch(self, indices: Sequence[int]) -> Stretch:
        pieces = self._source.pieces
        return Stretch(pieces[indices[0]].start, pieces[indices[-1]].end)


def _apart(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield changes in order. What is told or put in inside of what goes stands behind it."""
    end = 0
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if change.start >= end:
            yield change
        elif change.start == change.end:
            yield replace(change, start=end, end=end)
        else:  # two changes of one place
            kept = ItemKind.CONFLICT
            yield replace(change, start=end, end=end, kind=kept, recipe=None)
        end = max(change.end, end)


def _frame(text: Text, piece: Piece) -> Iterator[tuple[int, int, str]]:
    """Yield what stands before, between and behind the blocks of a piece."""
    at = piece.start
    for index in piece.blocks:
        block = text.document.blocks[index]
        yield at, block.start, text.document.text[at : block.start]
        at = block.end
    yield at, piece.end, text.document.text[at : piece.end]
