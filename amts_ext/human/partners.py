"""Partners: what of a source and of a human's text translates each other, one to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_ext.alignment import Bead
from amts_ext.human.aligned import TextSide, is_beside
from amts_ext.human.counterparts import ENDS, Group
from amts_ext.model import Segment
from amts_ext.text.groups import join


@dataclass(frozen=True, slots=True)
class Partners:
    """One source segment and one target segment that translate each other."""

    source: Segment
    target: Segment
    score: float


def of_sentences(beads: Sequence[Bead], ours: TextSide, theirs: TextSide) -> Iterator[Partners]:
    """Find the sentences that have exactly one partner, and no doubtful neighbour."""
    for index, bead in enumerate(beads):
        if len(bead.source) == len(bead.target) == 1 and not is_beside(beads, index):
            source, target = ours.segments[bead.source[0]], theirs.segments[bead.target[0]]
            yield Partners(source, target, bead.score)


def of_blocks(
    blocks: Iterable[Bead], ours: TextSide, theirs: TextSide, hosts: set[int]
) -> Iterator[Partners]:
    """Find the blocks that have exactly one partner, which holds no other block's words."""
    for bead in blocks:
        if len(bead.source) == len(bead.target) == 1 and hosts.isdisjoint(bead.target):
            source, target = ours.blocks[bead.source[0]], theirs.blocks[bead.target[0]]
            yield Partners(source, target, bead.score)


def of_groups(found: Iterable[Group], ours: TextSide, theirs: TextSide) -> Iterator[Partners]:
    """Join the blocks of groups that have both sides."""
    for group in found:
        source = join(ours.document, [ours.blocks[i] for i in group.source])
        target = join(theirs.document, [theirs.blocks[j] for j in group.target], ENDS)
        if source and target:
            yield Partners(source, target, 1.0)
