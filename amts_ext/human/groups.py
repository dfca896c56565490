"""Groups: what a human translated in other blocks than the original has, to be used as a whole.

An alignment of blocks has beads of one block each, and others: two blocks for one, one for three,
blocks without a partner, partners that are unsure. Several such beads in a row are one *group*.
Between two sure places it can only be the translation of what stands there in the original, so
where that is unchanged, the human's whole stretch is right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from amts_ext.alignment import Bead
from amts_ext.alignment.evidence import tab_behind
from amts_ext.model import Document, Segment


class Group(NamedTuple):
    """Indices of blocks of both sides; without a target, the human left the source's out."""

    source: tuple[int, ...]
    target: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BlockSide:
    """One document, with its blocks that hold words, by index."""

    document: Document
    blocks: Mapping[int, Segment]

    def before(self, block: int) -> int:
        """Return the number of walls before a block."""
        return bisect_left(self.document.walls, (self.blocks[block].start, ""))

    def after(self, block: int) -> int:
        """Return the number of walls before a block's end."""
        return bisect_left(self.document.walls, (self.blocks[block].end, ""))

    def wall(self, number: int) -> str:
        """Return one wall; empty before the first and after the last."""
        walls = self.document.walls
        return walls[number][1] if 0 <= number < len(walls) else ""

    def tab(self, block: int) -> str:
        """Return the tab that a block stands in; empty for none."""
        tab = ""
        for _, what in self.document.walls[: self.before(block)]:
            tab = tab_behind(what, tab)
        return tab


def find(
    beads: Sequence[Bead], least: float, ours: BlockSide, theirs: BlockSide, unchanged: bool
) -> list[Group]:
    """Find the groups of an alignment; a bead that scores ``least`` is sure.

    A sure bead of several blocks is a group. With ``unchanged``, the original is the text that the
    human had. Then what lies between two sure places is a group too, whatever its shape, and what
    the human added belongs to the block before it.
    """
    sure = [bool(b.source and b.target) and b.score >= least for b in beads]
    found = {
        b.source[0]: Group(b.source, b.target)
        for b, is_sure in zip(beads, sure, strict=True)
        if is_sure and len(b.source) + len(b.target) > 2
    }
    for start, end in _settled(beads, sure, ours, theirs) if unchanged else ():
        source = tuple(i for b in beads[start:end] for i in b.source)
        target = tuple(j for b in beads[start:end] for j in b.target)
        before = beads[start - 1] if start and sure[start - 1] else None
        after = beads[end] if end < len(beads) and sure[end] else None
        if target and not _is_between(before, source, target, after, ours, theirs):
            continue
        if source:
            found[source[0]] = Group(source, target)
        elif before and theirs.after(before.target[-1]) == theirs.before(target[0]):
            known = found.get(before.source[0], Group(before.source, before.target))
            found[before.source[0]] = Group(known.source, known.target + target)
    return list(found.values())


def _settled(
    beads: Sequence[Bead], sure: Sequence[bool], ours: BlockSide, theirs: BlockSide
) -> Iterator[tuple[int, int]]:
    """Yield the runs, but for those beside one that only one side has: a text may have moved there.

    A title that the human put before a code cell instead of behind it is such a text.
    """
    runs = list(_runs(beads, sure, ours, theirs))
    for run in runs:
        near = [other for other in runs if run[0] <= other[1] and other[0] <= run[1]]
        if near == [run] or all(map(_has_both, (beads[a:b] for a, b in near))):
            yield run


def _has_both(beads: Sequence[Bead]) -> bool:
    """Return True if beads have blocks of both sides, not always in one bead."""
    return any(bead.source for bead in beads) and any(bead.target for bead in beads)


def _runs(
    beads: Sequence[Bead], sure: Sequence[bool], ours: BlockSide, theirs: BlockSide
) -> Iterator[tuple[int, int]]:
    """Yield start and end of the beads in a row that are not sure, with no wall between them."""
    start = 0
    passed: list[int | None] = [None, None]
    for index, bead in enumerate(beads):
        walls = [
            ours.before(bead.source[0]) if bead.source else None,
            theirs.before(bead.target[0]) if bead.target else None,
        ]
        apart = any(a != b for a, b in zip(passed, walls, strict=True) if None not in (a, b))
        if sure[index] or apart:
            if start < index:
                yield start, index
            start = index + sure[index]
            passed = [None, None]
        if not sure[index]:
            passed = [w if w is not None else p for p, w in zip(passed, walls, strict=True)]
    if start < len(beads):
        yield start, len(beads)


def _is_between(
    before: Bead | None,
    source: Sequence[int],
    target: Sequence[int],
    after: Bead | None,
    ours: BlockSide,
    theirs: BlockSide,
) -> bool:
    """Return True if blocks of both sides lie between the same two places, and in the same tab.

    A place is a sure bead, or a wall that both sides have.
    """
    sides = [(side, own) for side, own in ((ours, source), (theirs, target)) if own]
    first = {side.wall(side.before(own[0]) - 1) for side, own in sides}
    last = {side.wall(side.after(own[-1])) for side, own in sides}
    tabs = {side.tab(own[0]) for side, own in sides}
    starts, ends = bool(before) or len(first) == 1, bool(after) or len(last) == 1
    return len(tabs) == 1 and starts and ends
