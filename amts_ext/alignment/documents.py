"""Alignment of a document with its translation: blocks first, then the sentences inside them.

1. Anchors, which a translation keeps (code, labels, image paths), divide both documents.
2. Between the anchors blocks are aligned by kind, length and the features that they share.
3. Inside aligned blocks sentences are aligned by :mod:`amts_ext.alignment.gale_church`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct

from amts_ext.alignment.evidence import items
from amts_ext.alignment.gale_church import (
    BLOCK_PRIORS,
    PRIORS,
    Cost,
    Item,
    Measure,
    Move,
    is_straight,
    search,
    sure_score,
)
from amts_ext.model import Document, Pair, Segment, Span

VERSION = "2"
"""Version of the algorithm, by which results are cached: change it with the results."""

FREE = {"paragraph", "item", "quote"}
"""Kinds of blocks that a translator may split, merge and turn into one another."""
OTHER_KIND = 2.0
"""Extra cost of a bead of different kinds, all of them free. (Costs: see ``gale_church``.)"""
UNLIKE = 9.0
"""Extra cost of a bead of two kinds that are hardly ever partners, such as a title and a cell."""
SAME_ANCHOR, OTHER_ANCHOR, LOST_ANCHOR = -4.0, 1.5, 1.0
"""Costs of two equal anchors, of two other anchors of one kind, and of an anchor left alone."""
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


class _Entry(Struct, frozen=True, gc=False):
    """A block of prose, or an anchor between blocks."""

    item: Item
    kind: str
    block: int
    """The block's index in the document; -1 for an anchor."""
    anchor: str = ""


class _Side(NamedTuple):
    """One of the two documents, with the items of its segments."""

    document: Document
    segments: Sequence[Segment]
    items: list[Item]
    of_block: dict[int, list[int]]
    """Indices of the segments of every block that has any."""


def align(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    blocks: Sequence[Bead] | None = None,
) -> list[Bead]:
    """Align the segments of two documents; every segment is in exactly one bead, in order.

    ``blocks`` is the result of :func:`align_blocks` for the same arguments, if it is known.
    """
    first, second = _sides(source, source_segments, target, target_segments)
    if blocks is None:
        blocks = _align_blocks(first, second)
    ratio = _ratio(blocks, first, second)
    beads: list[Bead] = []
    for bead in blocks:
        ours, theirs = _segments_of(bead.source, first), _segments_of(bead.target, second)
        held = [first.items[i] for i in ours], [second.items[j] for j in theirs]
        several = len(bead.source) > 1, len(bead.target) > 1
        for a, b, score in _beads(*held, ratio):
            s, t = tuple(ours[a]), tuple(theirs[b])
            left = _blocks_of(s, first) if several[0] or not s else bead.source
            right = _blocks_of(t, second) if several[1] or not t else bead.target
            beads.append(Bead(s, t, score, left, right))
    return beads


def align_blocks(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
) -> list[Bead]:
    """Align the blocks that hold segments; a bead's indices are those of blocks."""
    return _align_blocks(*_sides(source, source_segments, target, target_segments))


def _align_blocks(first: _Side, second: _Side) -> list[Bead]:
    """Divide both sides at common anchors, and align each stretch between them."""
    ours, theirs = _entries(first), _entries(second)
    ratio = _quotient(*([e.item.length for e in side if e.block >= 0] for side in (ours, theirs)))
    beads: list[Bead] = []
    for a, b in _stretches(ours, theirs):
        beads += _align_stretch(ours[a], theirs[b], ratio)
    return beads


def pairs(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    beads: Iterable[Bead] | None = None,
) -> list[Pair]:
    """Return the beads with two sides as pairs of text, with slots as the documents have them.

    ``beads`` is the result of :func:`align` for the same arguments, if it is known.
    """
    if beads is None:
        beads = align(source, source_segments, target, target_segments)
    found = []
    for bead in beads:
        if bead.source and bead.target:
            ours = [source_segments[i] for i in bead.source]
            theirs = [target_segments[j] for j in bead.target]
            texts = _readable(ours), _readable(theirs)
            found.append(Pair(*texts, bead.score, _span(source, ours), _span(target, theirs)))
    return found


def _readable(segments: Iterable[Segment]) -> str:
    texts = ("".join(p if isinstance(p, str) else p.content for p in s.parts) for s in segments)
    return " ".join(" ".join(texts).split())


def _span(document: Document, segments: Sequence[Segment]) -> Span:
    """Return the stretch from the first segment to the last, with the first one's line."""
    first, last = segments[0], segments[-1]
    block = document.blocks[first.block]
    line = block.line + document.text.count("\n", block.start, first.start)
    return Span(first.start, last.end, line)


def _sides(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
) -> tuple[_Side, _Side]:
    ours, theirs = items(source_segments, target_segments)
    return _side(source, source_segments, ours), _side(target, target_segments, theirs)


def _side(document: Document, segments: Sequence[Segment], items: list[Item]) -> _Side:
    of_block: dict[int, list[int]] = {}
    for index, segment in enumerate(segments):
        of_block.setdefault(segment.block, []).append(index)
    return _Side(document, segments, items, of_block)


def _segments_of(blocks: Indices, side: _Side) -> Sequence[int]:
    if len(blocks) == 1:
        return side.of_block.get(blocks[0], ())
    return [i for block in blocks for i in side.of_block.get(block, ())]


def _blocks_of(indices: Sequence[int], side: _Side) -> Indices:
    return tuple(dict.fromkeys([side.segments[i].block for i in indices]))


def _ratio(blocks: Iterable[Bead], first: _Side, second: _Side) -> float:
    """Measure the paper's *c* on the blocks that found exactly one partner."""
    partners = [bead for bead in blocks if len(bead.source) == len(bead.target) == 1]
    return _quotient(
        (first.items[i].length for bead in partners for i in first.of_block[bead.source[0]]),
        (second.items[j].length for bead in partners for j in second.of_block[bead.target[0]]),
    )


def _quotient(source: Iterable[int], target: Iterable[int]) -> float:
    """Divide the sum of the target's lengths by that of the source's; 1 if either is 0."""
    lengths = sum(source), sum(target)
    return lengths[1] / lengths[0] if all(lengths) else 1.0


def _entries(side: _Side) -> list[_Entry]:
    """List the blocks with prose and the anchors between them, by position.

    Anchors inside a block of prose are left out: they are slots of its segments.
    """
    blocks = side.document.blocks
    stretches = [blocks[i] for i in sorted(side.of_block)]
    starts = [block.start for block in stretches]
    placed: list[tuple[int, _Entry]] = []
    for position, what in side.document.anchors:
        before = bisect_right(starts, position) - 1
        if before < 0 or stretches[before].end <= position or starts[before] == position:
            placed.append((position, _Entry(Item(len(what)), "", -1, what)))
    for index, held in side.of_block.items():
        item = _whole([side.items[i] for i in held])
        placed.append((blocks[index].start, _Entry(item, blocks[index].kind, index)))
    placed.sort(key=itemgetter(0))
    return [entry for _, entry in placed]


def _whole(items: Sequence[Item]) -> Item:
    """Join the items of a block's sentences to one."""
    if len(items) == 1:
        return items[0]
    features = frozenset().union(*[item.features for item in items])
    return Item(sum([item.length for item in items]), features)


def _stretches(ours: Sequence[_Entry], theirs: Sequence[_Entry]) -> Iterator[tuple[slice, slice]]:
    """Divide both sequences at anchors that both have exactly once, and in the same order.

    As in patience diff, these are the longest common sequence of such anchors.
    """
    once = [_once(side) for side in (ours, theirs)]
    common = [(i, once[1][what]) for what, i in once[0].items() if what in once[1]]
    i = j = 0
    for a, b in _rising(sorted(common)):
        yield slice(i, a), slice(j, b)
        i, j = a + 1, b + 1
    yield slice(i, len(ours)), slice(j, len(theirs))


def _once(entries: Sequence[_Entry]) -> dict[str, int]:
    """Return the places of the anchors that stand exactly once."""
    counts = Counter(entry.anchor for entry in entries if entry.anchor)
    return {e.anchor: i for i, e in enumerate(entries) if counts.get(e.anchor) == 1}


def _rising(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Find the longest sequence of points that rises on both axes; the first one is sorted.

    >>> _rising([(0, 5), (1, 2), (2, 3)])
    [(1, 2), (2, 3)]
    """
    tails: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(points):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
        chosen[place : place + 1] = [index]
        before.append(chosen[place - 1] if place else -1)
    path = []
    at = chosen[-1] if chosen else -1
    while at >= 0:
        path.append(points[at])
        at = before[at]
    return path[::-1]


def _align_stretch(
    ours: Sequence[_Entry], theirs: Sequence[_Entry], ratio: float
) -> Iterator[Bead]:
    if not (ours and theirs):
        yield from (Bead((e.block,), (), 0.0, (e.block,)) for e in ours if e.block >= 0)
        yield from (Bead((), (e.block,), 0.0, (), (e.block,)) for e in theirs if e.block >= 0)
        return
    first, second = ours[0], theirs[0]
    if len(ours) == len(theirs) == 1 and first.kind == second.kind and not first.anchor:
        score = sure_score(first.item, second.item, ratio)
        if score:
            yield Bead((first.block,), (second.block,), score, (first.block,), (second.block,))
            return
    measure = Measure([e.item for e in ours], [e.item for e in theirs], ratio)
    i = j = 0
    for move in _path(ours, theirs, measure):
        i, j = i + move[0], j + move[1]
        source = tuple([e.block for e in ours[i - move[0] : i] if e.block >= 0])
        target = tuple([e.block for e in theirs[j - move[1] : j] if e.block >= 0])
        if source or target:
            score = measure.score(i, j, move) if source and target else 0.0
            yield Bead(source, target, score, source, target)


def _path(ours: Sequence[_Entry], theirs: Sequence[_Entry], measure: Measure) -> list[Move]:
    cost = _block_cost(ours, theirs, measure)
    anchors = [[e.block < 0 for e in side] for side in (ours, theirs)]
    if anchors[0] == anchors[1]:
        least = [
            SAME_ANCHOR if anchor else ONE_TO_ONE - gain
            for anchor, gain in zip(anchors[0], measure.gain, strict=True)
        ]
        if is_straight(cost, least):
            return [(1, 1)] * len(ours)
    detour = LOST_ANCHOR if any(map(any, anchors)) else ALONE
    # A bead can take no more blocks of a side than may be merged in a row.
    longest = max(1, *_runs(ours)), max(1, *_runs(theirs))
    moves = {m: c for m, c in _LEAST.items() if m[0] <= longest[0] and m[1] <= longest[1]}
    return search(len(ours), len(theirs), cost, moves, measure.gain, detour)


def _block_cost(ours: Sequence[_Entry], theirs: Sequence[_Entry], measure: Measure) -> Cost:
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
            if first.kind == second.kind:
                extra = 0.0
            else:
                extra = OTHER_KIND if first.kind in FREE and second.kind in FREE else UNLIKE
        else:
            kinds = {e.kind for e in (*ours[i - a : i], *theirs[j - b : j])}
            extra = OTHER_KIND if len(kinds) > 1 else 0.0
        return measure.cost(i, j, move, most, extra)

    return cost


def _runs(entries: Sequence[_Entry]) -> list[int]:
    """Return, for each place, the number of blocks in a row before it that may be merged."""
    found = [0]
    for entry in entries:
        found.append(found[-1] + 1 if entry.kind in FREE else 0)
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


def _beads(
    source: Sequence[Item], target: Sequence[Item], ratio: float
) -> Iterator[tuple[slice, slice, float]]:
    """Align the sentences inside one bead of blocks; yield both stretches and the score."""
    n, m = len(source), len(target)
    if n == m == 1 and (score := sure_score(source[0], target[0], ratio)):
        yield slice(0, 1), slice(0, 1), score
        return
    measure = Measure(source, target, ratio)
    i = j = 0
    for move in _sentence_path(n, m, measure):
        i, j = i + move[0], j + move[1]
        yield slice(i - move[0], i), slice(j - move[1], j), measure.score(i, j, move)


def _sentence_path(n: int, m: int, measure: Measure) -> list[Move]:
    if not (n and m):
        return [(1, 0)] * n + [(0, 1)] * m
    if n == m and is_straight(measure.cost, [ONE_TO_ONE - gain for gain in measure.gain]):
        return [(1, 1)] * n
    return search(n, m, measure.cost, PRIORS, measure.gain, ALONE)
