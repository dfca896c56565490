"""What is new in the source, or stands elsewhere in it: where the target gets it, and with what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from amts_ext.human.open_items import GLANCE, ItemKind
from amts_ext.merging import code, tabs
from amts_ext.merging.items import Change, Joint, Recipe, Stretch, apart
from amts_ext.merging.pieces import Piece
from amts_ext.merging.texts import Tie
from amts_ext.merging.trio import Trio
from amts_ext.merging.twins import Twins

Follow = Callable[[Tie, Piece], Iterable[Change]]
"""Gives the changes of the target that follow a change of one piece."""


class Arrivals:
    """The source's pieces that the base has not, or has elsewhere."""

    def __init__(self, trio: Trio, twins: Twins, follow: Follow) -> None:
        self._trio = trio
        self._twins = twins
        self._follow = follow

    def changes(self) -> Iterator[Change]:
        """Put in the source's new pieces, those that stand together at one place."""
        known = self._trio.found.back.keys() | self._twins.source
        new = [j for j in range(len(self._trio.source.pieces)) if j not in known]
        alone = {*self._trio.found.moved, *(j for j in new if self._known_sentences(j))}
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
        for ours, theirs in self._twins.tabs:
            yield from self._other_tab(ours, theirs)

    def _other_tab(self, ours: Sequence[int], theirs: Sequence[int]) -> Iterator[Change]:
        """Tell of a tab that the human had put in before the source did, if it has other words."""
        source, target = self._trio.source.pieces, self._trio.target.pieces
        if [source[j].key for j in ours] != [target[k].key for k in theirs]:
            start, end = target[theirs[0]].start, target[theirs[-1]].end
            new, wanted = self._trio.raw(ours), self._trio.stretch(ours)
            yield Change(start, end, ItemKind.CONFLICT, None, "", new, wanted)

    def _insertions(self, group: Sequence[Sequence[int]]) -> Iterator[Change]:
        """Put in pieces behind the one before them; or before the next, if it stands nearer."""
        first, last = group[0][0], group[-1][-1]
        before, after = (
            self._target_of(range(first - 1, -1, -1)),
            self._target_of(range(last + 1, len(self._trio.source.pieces))),
        )
        is_nearer = self._gap(last).count("\n") < self._gap(first - 1).count("\n")
        in_front = not before or (after is not None and is_nearer)
        pieces = self._trio.target.pieces
        if in_front:
            at = pieces[after[0]].start if after else pieces[0].start if pieces else 0
        else:
            at = pieces[before[-1]].end if before else 0
        lead = self._lead(first, after[0]) if in_front and after else ""
        tab = tabs.tab_at(pieces, at)
        for run in group:
            new = [self._trio.source.pieces[j] for j in run]
            if tab and any(map(tabs.is_mark, new)):
                # The end alone needs no word: the beginning has been told.
                if any(piece.key != tabs.END for piece in new):
                    yield self._beside_tab(run, tab)
                continue
            kind, recipe, was = self._put(run)
            gap = self._gap(run[-1] if in_front else run[0] - 1)
            recipe = (lead, *recipe, gap) if in_front else (gap, *recipe)
            lead = ""
            yield Change(at, at, kind, recipe, was, self._trio.raw(run))

    def _lead(self, first: int, after: int) -> str:
        """Return the blank lines that the source has before a new piece, and the target has not."""
        if not first or not after:
            return ""
        pieces, text = self._trio.target.pieces, self._trio.target.document.text
        there = text[pieces[after - 1].end : pieces[after].start]
        return "\n" * (self._gap(first - 1).count("\n") - there.count("\n"))

    def _beside_tab(self, run: Sequence[int], tab: range) -> Change:
        """Put in whole tabs behind one of the target; others are told, since tabs hold no tabs."""
        at, new = self._trio.target.pieces[tab[-1]].end, self._trio.raw(run)
        if not tabs.are_whole(self._trio.source.pieces[j] for j in run):
            return Change(at, at, ItemKind.CONFLICT, None, "", new, self._trio.stretch(run))
        kind, recipe, was = self._put(run)
        return Change(at, at, kind, (self._gap(run[0] - 1), *recipe), was, new)

    def _target_of(self, places: Iterable[int]) -> tuple[int, ...] | None:
        """Return the target's pieces for the first of the source's that has some."""
        held = (self._trio.target_of(j) or self._twins.target_of(j) for j in places)
        return next(filter(None, held), None)

    def _gap(self, j: int) -> str:
        """Return what stands behind a piece of the source."""
        pieces = self._trio.source.pieces
        if not 0 <= j < len(pieces) - 1:
            return "\n" if j >= 0 else "\n\n"
        return self._trio.source.document.text[pieces[j].end : pieces[j + 1].start]

    def _put(self, run: Sequence[int]) -> tuple[ItemKind, Recipe, str]:
        """Return kind and text of what is put in, and what it was, if it stood elsewhere."""
        if run[0] in self._trio.found.moved:
            tie = self._trio.tie_of[self._trio.found.moved[run[0]]]
            if tie.target and len(tie.base) == 1:
                return *self._carried(tie, self._trio.source.pieces[run[0]]), self._trio.old(tie)
        known = self._known_sentences(run[0])
        if known:
            made = tuple(self._renewed(self._trio.source.pieces[run[0]], known))
            is_new = any(isinstance(part, Stretch) for part in made)
            return ItemKind.NEW if is_new else ItemKind.MOVED, made, ""
        return ItemKind.NEW, tuple(self._fresh(run)), ""

    def _known_sentences(self, j: int) -> dict[int, tuple[int, str]]:
        """Return the human's words for the sentences of a new piece that the base has elsewhere."""
        piece = self._trio.source.pieces[j]
        found: dict[int, tuple[int, str]] = {}
        end = 0
        for k in self._trio.source.of_block(piece.blocks[0]) if len(piece.blocks) == 1 else ():
            known = self._trio.carry(k) if k >= end else None
            if known:
                found[k] = known
                end = k + known[0]
        return found

    def _renewed(
        self, piece: Piece, known: dict[int, tuple[int, str]]
    ) -> Iterator[str | Stretch | Joint]:
        """Yield a new piece with the human's words for the sentences that they have translated."""
        text, segments = self._trio.source.document.text, self._trio.source.segments
        held = self._trio.source.of_block(piece.blocks[0])
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
        pieces = self._trio.source.pieces
        start = pieces[run[0]].start
        for piece in (pieces[j] for j in run if pieces[j].kind == "code"):
            old = self._trio.source.text(piece)
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
        for tie in self._trio.ties:
            if len(tie.base) == len(tie.target) == 1:
                old, human = (
                    self._trio.base.pieces[tie.base[0]],
                    self._trio.target.pieces[tie.target[0]],
                )
                if old.kind == human.kind == "code" and old.key != human.key:
                    found.update(
                        code.comments(self._trio.base.text(old), self._trio.target.text(human))
                    )
        return found

    def _carried(self, tie: Tie, new: Piece) -> tuple[ItemKind, Recipe]:
        """Return what becomes of the target's piece at the place where the source has it now."""
        start, end = (self._trio.target.pieces[tie.target[k]] for k in (0, -1))
        text = self._trio.target.document.text
        if self._trio.base.pieces[tie.base[0]].key == new.key:
            return ItemKind.MOVED, (text[start.start : end.end],)
        recipe: list[str | Stretch | Joint] = []
        kind, at = ItemKind.MOVED, start.start
        for change in apart(self._follow(tie, new)):
            there = text[change.start : change.end]
            recipe += (text[at : change.start], *(change.recipe or (there,)))
            at = change.end
            if change.kind is not None and change.kind not in GLANCE:
                kind = ItemKind.CHANGED
        return kind, (*recipe, text[at : end.end])
