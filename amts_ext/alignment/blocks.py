"""Alignment of the blocks of two documents, by their anchors, kinds, lengths and features."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from amts_ext.alignment.gale_church import (
    BLOCK_PRIORS,
    PRIORS,
    Cost,
    Measure,
    Move,
    are_alike,
    is_straight,
    search,
    sure_score,
)
from amts_ext.alignment.meaning import BETTER, MOST, Meaning, compare, evidence, prose, speaks
from amts_ext.alignment.stretches import DocumentSide, Element, Stretch, elements, stretches

FREE = {"paragraph", "item", "quote"}
"""Kinds of blocks that a translator may split, merge and turn into one another."""
OTHER_KIND = 2.0
"""Extra cost of a bead of different kinds, all of them free. (Costs: see ``gale_church``.)"""
UNLIKE = 9.0
"""Extra cost of a bead of two kinds that are hardly ever partners, such as a title and a cell."""
SAME_ANCHOR, OTHER_ANCHOR, LOST_ANCHOR = -4.0, 1.5, 1.0
"""Costs of two equal anchors, of two other anchors of one kind, and of an anchor left alone."""
CLEARLY = 3.0
"""By so much a path by meaning has to be cheaper than the path by lengths and features."""
NO_MORE = 3.0
"""Extra cost of a merge that says no more than a smaller bead in it."""
SHORT = frozenset({"title", "cell"})
"""Kinds of blocks with few words, whose vectors say less."""
FEW = 15
"""So many characters are a word or two, such as a term, in whatever kind of block."""
LIKELY = 0.45
"""The least that a bead must score by lengths and features, however near its sides are."""
UNSURE = 0.3
"""The most that an alignment scores for which nothing but lengths speaks: it is not offered."""
REPLACED = {"code", "image", "math"}
"""Kinds of anchors that a translator may replace by others of their kind."""
ONE_TO_ONE, ALONE = PRIORS[1, 1], PRIORS[1, 0]
# The least that a bead of blocks or anchors can cost.
_LEAST = {**BLOCK_PRIORS, (1, 0): LOST_ANCHOR, (0, 1): LOST_ANCHOR, (1, 1): SAME_ANCHOR}
_ANCHOR_KIND = re.compile(r":?([a-z_]*)")

Indices = tuple[int, ...]


class Bead(Struct, frozen=True, gc=False):
    """Segments of two documents that translate each other; one side may be empty."""

    source: Indices
    """Indices of the source's segments (or blocks, see :func:`align_blocks`)."""
    target: Indices
    score: float
    """0 to 1; 0 where a side is empty."""
    source_blocks: Indices = ()
    """Indices of the blocks that hold the source's segments."""
    target_blocks: Indices = ()


def align_sides(
    first: DocumentSide, second: DocumentSide, languages: Sequence[str] = ()
) -> list[Bead]:
    """Divide both sides at common anchors, and align each stretch between them.

    ``languages`` are those of the two sides; empty: such that the encoder knows.
    """
    ours, theirs = elements(first), elements(second)
    ratio = quotient(*([e.item.length for e in side if e.block >= 0] for side in (ours, theirs)))
    between = [(ours[a], theirs[b]) for a, b in stretches(ours, theirs)]
    meanings = _meanings(between, first, second, languages)
    beads: list[Bead] = []
    for number, pair in enumerate(between):
        beads += _align_stretch(*pair, ratio, meanings.get(number))
    return beads


def _meanings(
    between: Sequence[Stretch],
    first: DocumentSide,
    second: DocumentSide,
    languages: Sequence[str],
) -> dict[int, Meaning]:
    """Compare the meaning of blocks in the stretches that lengths alone would decide.

    The place of a pair between two anchors speaks for it. So nothing needs to be known of its
    meaning.
    """
    lone = speaks(languages)
    doubtful = [
        number
        for number, pair in enumerate(between)
        if _is_doubtful(*pair) or (lone and _is_lone(*pair))
    ]
    texts = [(_texts(between[n][0], first), _texts(between[n][1], second)) for n in doubtful]
    return dict(zip(doubtful, compare(texts, languages), strict=True))


def _texts(elements: Sequence[Element], side: DocumentSide) -> list[str]:
    """Return the words of each block; nothing for an anchor."""
    return [
        prose(side.segments[i] for i in side.of_block[e.block]) if e.block >= 0 else ""
        for e in elements
    ]


def _is_doubtful(ours: Sequence[Element], theirs: Sequence[Element]) -> bool:
    """Return True for stretches of several blocks in which a pair has no feature of its own.

    A feature is a pair's own if it stands in no other block of the stretch on either side.
    """
    blocks = [[e for e in side if e.block >= 0] for side in (ours, theirs)]
    if not all(blocks) or max(map(len, blocks)) == 1:
        return False
    if len(blocks[0]) != len(blocks[1]):
        return True
    counts = [Counter(f for e in side for f in e.item.features) for side in blocks]
    return not all(
        a.kind == b.kind
        and any(counts[0][f] == counts[1][f] == 1 for f in a.item.features & b.item.features)
        for a, b in zip(*blocks, strict=True)
    )


def _is_lone(ours: Sequence[Element], theirs: Sequence[Element]) -> bool:
    """Return True for two blocks that stand alone between two anchors, and may be partners."""
    if not len(ours) == len(theirs) == 1:
        return False
    first, second = ours[0], theirs[0]
    return (first.kind, first.tab) == (second.kind, second.tab) and not first.anchor


def quotient(source: Iterable[int], target: Iterable[int]) -> float:
    """Divide the sum of the target's lengths by that of the source's; 1 if either is 0."""
    lengths = sum(source), sum(target)
    return lengths[1] / lengths[0] if all(lengths) else 1.0


def _align_stretch(
    ours: Sequence[Element], theirs: Sequence[Element], ratio: float, meaning: Meaning | None
) -> Iterator[Bead]:
    """Align the blocks between two anchors.

    With ``meaning``, lengths do not suffice: a bead is sure only if its sides mean the same or
    share features.
    """
    if not (ours and theirs):
        yield from (Bead((e.block,), (), 0.0, (e.block,)) for e in ours if e.block >= 0)
        yield from (Bead((), (e.block,), 0.0, (), (e.block,)) for e in theirs if e.block >= 0)
        return
    if _is_lone(ours, theirs):
        first, second = ours[0], theirs[0]
        score = sure_score(first.item, second.item, ratio)
        if score:
            if meaning is not None and _are_strangers(first, second, meaning):
                score = min(score, UNSURE)
            yield Bead((first.block,), (second.block,), score, (first.block,), (second.block,))
            return
        meaning = None
    measure = Measure([e.item for e in ours], [e.item for e in theirs], ratio)
    path = _path(ours, theirs, measure)
    if meaning is not None and meaning.is_known:
        path = _nearer_path(ours, theirs, measure, meaning, path)
        meaning.follow(path)
    i = j = 0
    for move in path:
        i, j = i + move[0], j + move[1]
        source = tuple([e.block for e in ours[i - move[0] : i] if e.block >= 0])
        target = tuple([e.block for e in theirs[j - move[1] : j] if e.block >= 0])
        if source or target:
            score = measure.score(i, j, move) if source and target else 0.0
            if meaning is not None and not measure.is_supported(i, j, move):
                short = _is_short(ours[i - 1], theirs[j - 1])
                if score < LIKELY or not (
                    meaning.is_near(i, j, move, short)
                    and (sum(move) == 2 or _is_more(i, j, move, measure, meaning))
                ):
                    score = min(score, UNSURE)
            yield Bead(source, target, score, source, target)


def _are_strangers(first: Element, second: Element, meaning: Meaning) -> bool:
    """Return True if two blocks in the same place do not mean the same, and share no features."""
    if are_alike(first.item.features, second.item.features):
        return False
    return meaning.contradicts(1, 1, _is_short(first, second))


def _is_short(ours: Element, theirs: Element) -> bool:
    """Return True if the vectors of two blocks say little, since they have few words."""
    few = max(ours.item.length, theirs.item.length) <= FEW
    return few or ours.kind in SHORT or theirs.kind in SHORT


def _path(ours: Sequence[Element], theirs: Sequence[Element], measure: Measure) -> list[Move]:
    cost = _block_cost(ours, theirs, measure)
    anchors = [[e.block < 0 for e in side] for side in (ours, theirs)]
    if anchors[0] == anchors[1]:
        least = [
            SAME_ANCHOR if anchor else ONE_TO_ONE - gain
            for anchor, gain in zip(anchors[0], measure.gain, strict=True)
        ]
        if is_straight(cost, least):
            return [(1, 1)] * len(ours)
    return _search(ours, theirs, cost, measure.gain)


def _search(
    ours: Sequence[Element], theirs: Sequence[Element], cost: Cost, gain: Sequence[float]
) -> list[Move]:
    """Find the cheapest path through a stretch; see :func:`.gale_church.search`."""
    anchors = any(e.block < 0 for e in (*ours, *theirs))
    # A bead can take no more blocks of a side than may be merged in a row.
    longest = max(1, *_runs(ours)), max(1, *_runs(theirs))
    moves = {m: c for m, c in _LEAST.items() if m[0] <= longest[0] and m[1] <= longest[1]}
    return search(len(ours), len(theirs), cost, moves, gain, LOST_ANCHOR if anchors else ALONE)


def _nearer_path(
    ours: Sequence[Element],
    theirs: Sequence[Element],
    measure: Measure,
    meaning: Meaning,
    path: list[Move],
) -> list[Move]:
    """Find the path that meaning makes cheapest; it replaces ``path`` if it is clearly cheaper."""
    plain = _block_cost(ours, theirs, measure)

    def cost(i: int, j: int, move: Move, most: float) -> float:
        total = plain(i, j, move, math.inf)
        if not (move[0] and move[1]) or ours[i - 1].block < 0 or total == math.inf:
            return total
        if sum(move) > 2 and not _is_more(i, j, move, measure, meaning):
            total += NO_MORE
        return total - evidence(meaning.cosine(i, j, move))

    nearer = _search(ours, theirs, cost, [gain + MOST for gain in measure.gain])
    return nearer if _total(nearer, cost) < _total(path, cost) - CLEARLY else path


def _is_more(i: int, j: int, move: Move, measure: Measure, meaning: Meaning) -> bool:
    """Return True if a merge says more than each smaller bead in it, by features or by meaning."""
    shared, cosine = measure.shared(i, j, move), meaning.cosine(i, j, move)
    a, b = move
    return all(
        measure.shared(i - x, j - y, (c, d)) < shared
        or meaning.cosine(i - x, j - y, (c, d)) + BETTER <= cosine
        for c in range(1, a + 1)
        for d in range(1, b + 1)
        if (c, d) != move
        for x in range(a - c + 1)
        for y in range(b - d + 1)
    )


def _total(path: Sequence[Move], cost: Cost) -> float:
    """Return the cost of a whole path."""
    total, i, j = 0.0, 0, 0
    for move in path:
        i, j = i + move[0], j + move[1]
        total += cost(i, j, move, math.inf)
    return total


def _block_cost(ours: Sequence[Element], theirs: Sequence[Element], measure: Measure) -> Cost:
    """Return the cost function of beads of blocks or anchors; infinite: no such bead."""
    alone = [[LOST_ANCHOR if e.block < 0 else ALONE for e in side] for side in (ours, theirs)]
    free = _runs(ours), _runs(theirs)

    def cost(i: int, j: int, move: Move, most: float) -> float:
        a, b = move
        if not (a and b):
            return alone[0][i - 1] if a else alone[1][j - 1]
        if a + b > 2 and (free[0][i] < a or free[1][j] < b):
            return math.inf
        first, second = ours[i - 1], theirs[j - 1]
        if a == b == 1:
            if first.anchor or second.anchor:
                both = first.anchor and second.anchor
                return _anchor_cost(first.anchor, second.anchor) if both else math.inf
            if first.tab != second.tab:
                return math.inf
            if first.kind == second.kind:
                extra = 0.0
            else:
                extra = OTHER_KIND if first.kind in FREE and second.kind in FREE else UNLIKE
        else:
            merged = (*ours[i - a : i], *theirs[j - b : j])
            if any(e.tab != first.tab for e in merged):
                return math.inf
            kinds = {e.kind for e in merged}
            extra = OTHER_KIND if len(kinds) > 1 else 0.0
        return measure.cost(i, j, move, most, extra)

    return cost


def _runs(elements: Sequence[Element]) -> list[int]:
    """Return, for each place, the number of blocks in a row before it that may be merged."""
    found = [0]
    for element in elements:
        found.append(found[-1] + 1 if element.kind in FREE else 0)
    return found


def _anchor_cost(first: str, second: str) -> float:
    """Return the cost of a bead of two anchors; infinite if they cannot be partners."""
    if first == second:
        return SAME_ANCHOR
    kind = _anchor_kind(first)
    return OTHER_ANCHOR if kind in REPLACED and kind == _anchor_kind(second) else math.inf


@lru_cache(maxsize=10_000)
def _anchor_kind(anchor: str) -> str:
    """Return the kind of an anchor: ``math`` of ``math:$$x$$``."""
    return _ANCHOR_KIND.match(anchor)[1]  # type: ignore[index]
