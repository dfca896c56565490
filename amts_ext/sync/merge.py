"""The merge of three texts: what changed from base to source is changed in the target.

The target is the skeleton. What did not change keeps its bytes, since it is in no change. Nothing
here knows a file, a memory or a translator: a new text is a recipe, in which stretches of the
source stand for their translations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from amts_ext.sync import code, grades
from amts_ext.sync.differences import merge3, pairing
from amts_ext.sync.items import Behind, Change, ItemKind, Joint, Recipe, Stretch, behind
from amts_ext.sync.pieces import Piece
from amts_ext.sync.sentences import SentenceMerge
from amts_ext.sync.texts import LIKE_CODE, Text, Tie, Ties

LIKE = 0.45
"""The least likeness of two pieces of prose that are the same one, changed."""
LIKE_TITLE = 0.3
LIKE_MOVED = 0.6
MOVED = 30
"""The least likeness and length of a piece that is known again elsewhere."""


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


def merge(base: Text, source: Text, target: Text, ties: Ties) -> Merge:
    """Merge the changes from base to source into the target; ``ties`` are of base and target."""
    return _Merger(base, source, target, ties).merge()


class _Merger:
    def __init__(self, base: Text, source: Text, target: Text, ties: Ties) -> None:
        self._base, self._source, self._target = base, source, target
        self._ties = ties
        self._merge = Merge()
        self._partner: dict[int, int] = {}
        """Indices of the source's pieces by those of the base."""
        self._new: list[int] = []
        self._tie_of = {i: tie for tie in ties.ties for i in tie.base}
        self._moved: dict[int, int] = {}
        """Indices of the base's pieces by those of the source, where they stand elsewhere."""

    def merge(self) -> Merge:
        self._compare()
        for tie in self._ties.ties:
            self._merge.changes += (self._with_behind(c, tie) for c in self._tie(tie))
        self._merge.changes += self._put_in()
        self._merge.changes.sort(key=lambda c: (c.start, c.end))
        return self._merge

    def _compare(self) -> None:
        """Find the partner of every piece of the base in the source."""
        old, new = self._base.pieces, self._source.pieces
        keys = [[f"{p.kind}:{p.key}" for p in side] for side in (old, new)]
        gone: list[int] = []
        for i, j in pairing(keys[0], keys[1], _like):
            if i is not None and j is not None:
                self._partner[i] = j
            elif j is not None:
                self._new.append(j)
            elif i is not None and len(old[i].key) >= MOVED and len(self._tie_of[i].base) == 1:
                gone.append(i)
        for j in self._new:
            if len(new[j].key) >= MOVED and gone:
                likeness, best = max((_like(keys[0][i], keys[1][j]), -i) for i in gone)
                if likeness >= LIKE_MOVED:
                    self._moved[j] = -best
                    gone.remove(-best)

    def _with_behind(self, change: Change, tie: Tie) -> Change:
        """Return a change that keeps the human's text with what the base keeps: whole pieces."""
        if change.recipe is not None or change.behind:
            return change
        pieces = self._base.pieces, self._source.pieces
        return replace(change, behind=behind(tie.base, self._partner, *pieces))

    # --- one tie --------------------------------------------------------------------------------

    def _tie(self, tie: Tie) -> Iterator[Change]:
        base, source = self._base, self._source
        partners = [self._partner.get(i) for i in tie.base]
        pairs = [(i, j) for i, j in zip(tie.base, partners, strict=True) if j is not None]
        if (
            all(base.pieces[i].key == source.pieces[j].key for i, j in pairs)
            and None not in partners
        ):
            self._keep(tie)
        elif not tie.target:
            yield self._left_out(tie)
        elif not pairs:
            yield from self._taken_out(tie)
        elif len(tie.base) > 1 or len(tie.target) > 1:
            yield from self._whole(tie, pairs)
        else:
            yield from self._piece(tie, source.pieces[pairs[0][1]])

    def _keep(self, tie: Tie) -> None:
        for j in tie.target:
            piece = self._target.pieces[j]
            self._merge.kept += len(self._target.between(piece.start, piece.end))

    def _left_out(self, tie: Tie) -> Change:
        """What the human left out has changed or gone; it is told where it would stand."""
        at = self._end_before(tie.base[0])
        new = [j for i in tie.base if (j := self._partner.get(i)) is not None]
        texts = self._old(tie), self._raw(new)
        return Change(at, at, ItemKind.CONFLICT, None, *texts, self._stretch(new) if new else None)

    def _taken_out(self, tie: Tie) -> Iterator[Change]:
        is_moved = {*tie.base} <= {*self._moved.values()}
        gone = [s for i in tie.base for s in self._base.held(self._base.pieces[i])]
        is_moved = is_moved or (bool(gone) and self._source.has_all(gone))
        for j in tie.target:
            start, end = self._with_gap(j)
            if is_moved:
                yield Change(start, end, None, ("",), self._old(tie))
            elif self._is_as_in_base(tie, j):
                yield Change(start, end, ItemKind.DELETED, ("",), self._old(tie))
            else:
                yield Change(self._target.pieces[j].start, self._target.pieces[j].end,
                             ItemKind.CONFLICT, None, self._old(tie))  # fmt: skip

    def _is_as_in_base(self, tie: Tie, j: int) -> bool:
        """Return True if a piece of the target holds nothing of the human's own but translation."""
        piece = self._target.pieces[j]
        return piece.kind == "prose" or any(self._base.pieces[i].key == piece.key for i in tie.base)

    def _with_gap(self, j: int) -> tuple[int, int]:
        """Return a piece of the target with the blank lines behind it, or before the last one."""
        pieces = self._target.pieces
        if j + 1 < len(pieces):
            return pieces[j].start, pieces[j + 1].start
        return (pieces[j - 1].end if j else 0), pieces[j].end

    def _whole(self, tie: Tie, pairs: Sequence[tuple[int, int]]) -> Iterator[Change]:
        """Follow a change in pieces of which the human made others: by their sentences."""
        texts = (self._base, self._source, self._target)
        indices = (tie.base, [j for _, j in pairs], tie.target)
        held = [
            [i for k in some for i in t.between(t.pieces[k].start, t.pieces[k].end)]
            for t, some in zip(texts, indices, strict=True)
        ]
        if all(held):
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)
            return
        human = [self._target.pieces[j] for j in tie.target]
        wanted = self._stretch(indices[1])
        yield Change(human[0].start, human[-1].end, ItemKind.CONFLICT, None,
                     self._old(tie), self._raw(indices[1]), wanted)  # fmt: skip

    def _piece(self, tie: Tie, new: Piece) -> Iterator[Change]:
        """Follow a change of one piece that all three texts have."""
        old, human = self._base.pieces[tie.base[0]], self._target.pieces[tie.target[0]]
        if old.kind != "prose" or human.kind != "prose" or new.kind != "prose":
            yield from self._other(old, new, human)
            return
        sizes = {len(piece.blocks) for piece in (old, new, human)}
        if len(sizes) > 1:
            yield from self._whole(tie, [(tie.base[0], self._source.pieces.index(new))])
            return
        yield from self._frames(old, new, human)
        texts = (self._base, self._source, self._target)
        for blocks in zip(old.blocks, new.blocks, human.blocks, strict=True):
            held = [text.of_block(block) for text, block in zip(texts, blocks, strict=True)]
            yield from self._sentences((held[0], held[1], held[2]), tie.is_sure)

    def _sentences(
        self, held: tuple[Sequence[int], Sequence[int], Sequence[int]], is_sure: bool
    ) -> Iterator[Change]:
        beads = self._ties.between(held[0], held[2])
        texts = (self._base, self._source, self._target)
        part = SentenceMerge(texts, held, beads, is_sure)
        yield from part.changes()
        self._merge.kept += part.kept

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
        run: list[int] = []
        for j in self._new:
            if run and (j != run[-1] + 1 or j in self._moved or run[-1] in self._moved):
                yield self._insertion(run)
                run = []
            run.append(j)
        if run:
            yield self._insertion(run)

    def _insertion(self, run: Sequence[int]) -> Change:
        """Put new pieces of the source in behind the translation of the one before them."""
        pieces, text = self._source.pieces, self._source.document.text
        first, last = pieces[run[0]], pieces[run[-1]]
        recipe: Recipe = (Stretch(first.start, last.end),)
        kind, was = ItemKind.NEW, ""
        if run[0] in self._moved:
            tie = self._tie_of[self._moved[run[0]]]
            if tie.target:
                kind, recipe = self._carried(tie, first)
                was = self._old(tie)
        old = {j: i for i, j in self._partner.items()}
        before = next(
            (old[j] for j in range(run[0] - 1, -1, -1) if j in old and self._there(old[j])), None
        )
        if before is None:
            gap = text[last.end : pieces[run[-1] + 1].start] if run[-1] + 1 < len(pieces) else "\n"
            at = self._target.pieces[0].start if self._target.pieces else 0
            return Change(at, at, kind, (*recipe, gap), was, self._raw(run))
        gap = text[pieces[run[0] - 1].end : first.start] if run[0] else "\n\n"
        at = self._end_of(before)
        return Change(at, at, kind, (gap, *recipe), was, self._raw(run))

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
            if change.kind not in (None, ItemKind.PATCHED):
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


def _frame(text: Text, piece: Piece) -> Iterator[tuple[int, int, str]]:
    """Yield what stands before, between and behind the blocks of a piece."""
    at = piece.start
    for index in piece.blocks:
        block = text.document.blocks[index]
        yield at, block.start, text.document.text[at : block.start]
        at = block.end
    yield at, piece.end, text.document.text[at : piece.end]


def _like(old: str, new: str) -> float:
    """How alike two pieces are, by their keys with their kinds before them."""
    kind = old.partition(":")[0]
    if kind != new.partition(":")[0]:
        return 0.0
    if kind == "code":
        ratio = code.likeness(old[5:], new[5:])
        return ratio if ratio >= LIKE_CODE else 0.0
    if kind == "prose":
        ratio = grades.likeness(old, new)
        is_title = old.startswith("prose:#")
        if is_title != new.startswith("prose:#"):
            return 0.0
        return ratio if ratio >= (LIKE_TITLE if is_title else LIKE) else 0.0
    return 0.5 if old.split("`")[0] == new.split("`")[0] or kind == "math" else 0.0
