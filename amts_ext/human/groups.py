"""Groups: what a human translated in other blocks than the original has, to be used as a whole.

An alignment of blocks has beads of one block each, and others: two blocks for one, one for three,
blocks without a partner, partners that are unsure. Several such beads in a row are one *group*.
Between two sure places it can only be the translation of what stands there in the original, so
where that is unchanged, the human's whole stretch is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from amts_ext.alignment import Bead
from amts_ext.human.counterparts import BlockSide, Counterparts, Group, between, title_pairs


def find(
    beads: Sequence[Bead], least: float, ours: BlockSide, theirs: BlockSide, unchanged: bool
) -> list[Group]:
    """Find the groups of an alignment; a bead that scores ``least`` is sure.

    A sure bead of several blocks is a group. With ``unchanged``, the original is the text that the
    human had. Then what lies between two sure places is a group too, whatever its shape, and what
    the human added belongs to the block beside it.
    """
    sure = [Group(b.source, b.target) for b in beads if b.source and b.target and b.score >= least]
    found = {g.source[0]: g for g in sure if len(g.source) + len(g.target) > 2}
    if not unchanged:
        return list(found.values())
    titles = [pair for ends in _gaps(sure) for pair in title_pairs(*ends, ours, theirs)]
    found.update((pair.source[0], pair) for pair in titles)
    for before, after in _gaps(sorted(sure + titles)):
        for place in _settled(between(before, after, ours, theirs)):
            source, target = place.group
            if source:
                found[source[0]] = place.group
            elif before and place.is_first:
                known = found.get(before.source[0], before)
                found[before.source[0]] = Group(known.source, known.target + target)
            elif after and place.is_last and not theirs.is_title(after.target[0]):
                found[after.source[0]] = Group(after.source, target + after.target)
    return list(found.values())


def _gaps(sure: Iterable[Group]) -> Iterator[tuple[Group | None, Group | None]]:
    """Yield the neighbours in a row of pairs; None is an end of the documents."""
    return pairwise([None, *sure, None])


def _settled(places: Sequence[Counterparts]) -> Iterator[Counterparts]:
    """Yield the places whose text the human left there.

    Beside a place that only one side has, a text may have moved: a title that the human put before
    a code cell instead of behind it. Such a text is neither left out nor added. Nor is a part of
    what the human added, such as a title without its text.
    """
    for index, place in enumerate(places):
        near = [*places[max(0, index - 1) : index], *places[index + 1 : index + 2]]
        near = [other for other in near if place.is_beside(other)]
        if not place.is_sure or not all(other.group.target for other in near):
            continue
        is_added = place.group.target and all(o.is_sure and o.group.source for o in near)
        if all(place.group) or not near or is_added:
            yield place
