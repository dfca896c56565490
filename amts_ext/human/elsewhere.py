"""Blocks that seem to be left out by the human, but whose words stand elsewhere in the translation.

Two paragraphs that the human merged look like a pair and a paragraph without a partner, if the pair
is sure of itself. The sentences tell: one of the translation then means what a sentence of the
other paragraph says, much rather than anything that its own partner says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from amts_ext.alignment.meaning import Meaning, compare, is_installed, prose
from amts_ext.human.counterparts import Group
from amts_ext.model import Segment

NEAR, MORE = 0.5, 0.1
"""The least cosine of a sentence and its translation in another block's partner, and by how much it
is above that of any sentence of the block itself. They find 8 of 13 such blocks of a real book, and
none of 8 that the human did leave out."""
REACH = 3
"""So many pairs before and behind a block are looked at."""


def corrected(
    found: Iterable[Group],
    sure: Iterable[Group],
    ours: Sequence[Segment],
    theirs: Sequence[Segment],
) -> tuple[list[Group], set[int]]:
    """Return the groups, without blocks as left out whose words stand elsewhere.

    A block whose words stand with its neighbour's is joined with it; one whose words stand in
    blocks of their own beside another's has these as its translation. The second result are all
    blocks of the source that were joined: their sentences may be paired wrongly. ``sure`` are the
    pairs outside the groups; ``ours`` and ``theirs`` are the sentences of both sides. Without the
    encoder nothing changes.
    """
    groups = {group.source[0]: group for group in found}
    left_out = [group for group in groups.values() if not group.target]
    if not left_out or not is_installed():
        return list(groups.values()), set()
    joined: set[int] = set()
    sentences = _by_block(ours), _by_block(theirs)
    for group in left_out:
        pairs = {p.source[0]: p for p in (*sure, *groups.values()) if p.target}
        near = _near(group, [pairs[first] for first in sorted(pairs)])
        holder = next((p for p in near if _holds(p, group, *sentences)), None)
        if holder is None:
            continue
        del groups[group.source[0]]
        own = _own_blocks(holder, group, *sentences)
        if own:
            rest = tuple(j for j in holder.target if j not in own)
            groups[holder.source[0]] = Group(holder.source, rest)
            groups[group.source[0]] = Group(group.source, own)
        elif max(holder.source) + 1 == group.source[0] or max(group.source) + 1 == holder.source[0]:
            groups.pop(holder.source[0], None)
            both = Group(tuple(sorted(holder.source + group.source)), holder.target)
            groups[both.source[0]] = both
            joined |= {*both.source}
    return list(groups.values()), joined


def _by_block(segments: Iterable[Segment]) -> dict[int, list[str]]:
    """Return the words of the sentences of every block."""
    found: dict[int, list[str]] = {}
    for segment in segments:
        found.setdefault(segment.block, []).append(prose([segment]))
    return found


def _near(group: Group, pairs: Sequence[Group]) -> list[Group]:
    """Return the pairs around a group, the nearest first."""
    before = [pair for pair in pairs if pair.source[0] < group.source[0]][-REACH:]
    behind = [pair for pair in pairs if pair.source[0] > group.source[-1]][:REACH]
    return sorted(before + behind, key=lambda pair: abs(pair.source[0] - group.source[0]))


def _holds(
    pair: Group, group: Group, ours: Mapping[int, list[str]], theirs: Mapping[int, list[str]]
) -> bool:
    """Return True if the pair's translation has a sentence that means one of the group's."""
    human = [text for j in pair.target for text in theirs.get(j, ())]
    own, others = ([t for i in side.source for t in ours.get(i, ())] for side in (pair, group))
    if not (human and own and others):
        return False
    with_own, with_others = compare([(own, human), (others, human)])
    return any(
        _best(with_others, len(others), j) >= max(NEAR, _best(with_own, len(own), j) + MORE)
        for j in range(1, len(human) + 1)
    )


def _own_blocks(
    pair: Group, group: Group, ours: Mapping[int, list[str]], theirs: Mapping[int, list[str]]
) -> tuple[int, ...]:
    """Return the blocks of the pair's translation that are the group's: the human moved them there.

    Empty if there is none, or if none is left for the pair.
    """
    single = [Group(pair.source, (j,)) for j in pair.target]
    own = tuple(p.target[0] for p in single if _holds(p, group, ours, theirs))
    return own if len(own) < len(pair.target) else ()


def _best(meaning: Meaning, count: int, j: int) -> float:
    return max(meaning.cosine(i, j, (1, 1)) for i in range(1, count + 1))
