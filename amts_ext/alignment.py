"""Alignment of a document with its translation: typed blocks first, then sentences inside them.

What does not change in translation (code, labels, image paths) divides the documents first; between
those fixed points blocks are aligned by type, length and what they share, and inside the aligned
blocks sentences by :mod:`amts_ext.gale_church`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_ext.gale_church import PRIORS, Item, Measure, Move, best_path, is_straight
from amts_ext.model import Document, Half, Pair, Segment, Slot, Span

VERSION = "2"
"""Changes when the same two texts would be aligned differently: results are cached by it."""

BLOCK_PRIORS: dict[Move, float] = {**PRIORS, (1, 3): 6.0, (3, 1): 6.0}
"""Translators split and merge paragraphs more freely than sentences."""
FREE = {"paragraph", "item", "quote"}
"""Blocks of these kinds may be split, merged and turned into one another."""
OTHER_KIND = 2.0
UNLIKE = 9.0
"""A title and a table cell: hardly ever partners."""
SAME_ANCHOR, OTHER_ANCHOR, LOST_ANCHOR = -4.0, 1.5, 1.0
WORDLESS = frozenset({"soft", "break", "escape", "emphasis", "strong", "strikethrough", "slide"})
"""Slots that come and go in translation."""

ONE_TO_ONE, ALONE = PRIORS[1, 1], PRIORS[1, 0]
_LEAST = {**BLOCK_PRIORS, (1, 0): LOST_ANCHOR, (0, 1): LOST_ANCHOR, (1, 1): SAME_ANCHOR}
"""What a bead of blocks or anchors costs at least."""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ANCHOR_KIND = re.compile(r":?([a-z_]*)")


@dataclass(frozen=True, slots=True)
class Bead:
    """Parts of two documents that translate each other; one side may be empty."""

    source: tuple[int, ...]
    """Indices into the source's segments (or blocks, see :func:`align_blocks`)."""
    target: tuple[int, ...]
    score: float
    """0 to 1; 0 where a side is empty."""
    source_blocks: tuple[int, ...] = ()
    target_blocks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item of the block sequence; ``index`` is its block's, or -1 for an anchor."""

    item: Item
    index: int
    anchor: str = ""


def align(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    blocks: Sequence[Bead] | None = None,
) -> list[Bead]:
    """Align the segments of two documents; every segment is in exactly one bead, in order.

    ``blocks``: what :func:`align_blocks` gave for the same arguments, if it is known already.
    """
    source_items = [_item(segment) for segment in source_segments]
    target_items = [_item(segment) for segment in target_segments]
    if blocks is None:
        items = source_items, target_items
        blocks = align_blocks(source, source_segments, target, target_segments, items)
    ratio = _ratio(blocks, source_segments, source_items, target_segments, target_items)
    of_source, of_target = _by_block(source_segments), _by_block(target_segments)
    beads: list[Bead] = []
    for bead in blocks:
        ours = [i for block in bead.source for i in of_source.get(block, ())]
        theirs = [j for block in bead.target for j in of_target.get(block, ())]
        measure = Measure([source_items[i] for i in ours], [target_items[j] for j in theirs], ratio)
        for a, b, score in _beads(len(ours), len(theirs), measure):
            s, t = tuple(ours[i] for i in a), tuple(theirs[j] for j in b)
            beads.append(
                Bead(s, t, score, _blocks_of(s, source_segments), _blocks_of(t, target_segments))
            )
    return beads


def align_blocks(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    items: tuple[Sequence[Item], Sequence[Item]] | None = None,
) -> list[Bead]:
    """Align the blocks that hold segments; a bead's indices are those of the blocks.

    ``items``: what alignment needs to know of the segments, if it is known already.
    """
    sides = source_segments, target_segments
    items = items or ([_item(s) for s in sides[0]], [_item(s) for s in sides[1]])
    ours = _entries(source, source_segments, items[0])
    theirs = _entries(target, target_segments, items[1])
    lengths = [sum(e.item.length for e in side if e.index >= 0) for side in (ours, theirs)]
    ratio = lengths[1] / lengths[0] if all(lengths) else 1.0
    beads: list[Bead] = []
    for a, b in _stretches(ours, theirs):
        beads += _align_stretch(ours[a.start : a.stop], theirs[b.start : b.stop], ratio)
    return beads


def pairs(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    beads: Iterable[Bead] | None = None,
) -> list[Pair]:
    """The beads with two sides as pairs of readable text, slots as they stand in the documents."""
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
    """From the first segment to the last, with the line on which the first one stands."""
    first, last = segments[0], segments[-1]
    block = document.blocks[first.block]
    line = block.line + document.text.count("\n", block.start, first.start)
    return Span(first.start, last.end, line)


def _item(segment: Segment) -> Item:
    """A segment's length without slots, and what a translation would keep of it."""
    parts = segment.parts
    text = " ".join([part for part in parts if isinstance(part, str)])
    features = [f"slot:{s.content}" for s in parts if isinstance(s, Slot) and _telling(s)]
    features += [f"number:{number}" for number in _NUMBER.findall(text)]
    features += [f"word:{w.lower()}" for w in _WORD.findall(text) if _name_like(w)]
    return Item(max(1, len("".join(text.split()))), frozenset(features))


def _telling(slot: Slot) -> bool:
    return slot.kind not in WORDLESS and slot.half is not Half.OPEN


def _name_like(word: str) -> bool:
    """Short common words are chance hits between languages of one script."""
    return len(word) > 3 or not (word.islower() or word.istitle())


def _by_block(segments: Sequence[Segment]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index, segment in enumerate(segments):
        found.setdefault(segment.block, []).append(index)
    return found


def _blocks_of(indices: Iterable[int], segments: Sequence[Segment]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(segments[i].block for i in indices))


def _ratio(
    blocks: Iterable[Bead],
    source_segments: Sequence[Segment],
    source_items: Sequence[Item],
    target_segments: Sequence[Segment],
    target_items: Sequence[Item],
) -> float:
    """The paper's c, from the blocks that found exactly one partner."""
    partners = [bead for bead in blocks if len(bead.source) == len(bead.target) == 1]
    ours = {bead.source[0] for bead in partners}
    theirs = {bead.target[0] for bead in partners}
    sides = ((source_segments, source_items, ours), (target_segments, target_items, theirs))
    lengths = [
        sum(item.length for s, item in zip(segments, items, strict=True) if s.block in chosen)
        for segments, items, chosen in sides
    ]
    return lengths[1] / lengths[0] if all(lengths) else 1.0


def _entries(
    document: Document, segments: Sequence[Segment], items: Sequence[Item]
) -> list[_Entry]:
    """Blocks with prose and the anchors between them, by position.

    Anchors inside a block of prose are slots of its segments already.
    """
    blocks: dict[int, list[Item]] = {}
    for segment, item in zip(segments, items, strict=True):
        blocks.setdefault(segment.block, []).append(item)
    placed: list[tuple[int, _Entry]] = []
    for index, held in blocks.items():
        block = document.blocks[index]
        features = frozenset().union(*[item.features for item in held])
        item = Item(sum([item.length for item in held]), features, block.kind)
        placed.append((block.start, _Entry(item, index)))
    stretches = [(document.blocks[i].start, document.blocks[i].end) for i in sorted(blocks)]
    starts = [start for start, _ in stretches]
    for position, what in document.anchors:
        before = bisect_right(starts, position) - 1
        if before < 0 or stretches[before][1] <= position or stretches[before][0] == position:
            kind = _ANCHOR_KIND.match(what)
            item = Item(len(what), kind=kind.group(1) if kind else "")
            placed.append((position, _Entry(item, -1, what)))
    placed.sort(key=lambda p: (p[0], p[1].index >= 0))
    return [entry for _, entry in placed]


def _stretches(ours: Sequence[_Entry], theirs: Sequence[_Entry]) -> Iterator[tuple[range, range]]:
    """Divide both sequences at anchors that stand exactly once on either side, in one order.

    The longest common rising sequence of such anchors is taken, as in patience diff.
    """
    once = [_once(side) for side in (ours, theirs)]
    common = [(i, once[1][what]) for what, i in once[0].items() if what in once[1]]
    i = j = 0
    for a, b in _rising(sorted(common)):
        yield range(i, a), range(j, b)
        i, j = a + 1, b + 1
    yield range(i, len(ours)), range(j, len(theirs))


def _once(entries: Sequence[_Entry]) -> dict[str, int]:
    counts = Counter(entry.anchor for entry in entries if entry.anchor)
    return {e.anchor: i for i, e in enumerate(entries) if counts.get(e.anchor) == 1}


def _rising(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest sequence of points that rises on both axes (the first axis is sorted)."""
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
        yield from (Bead((e.index,), (), 0.0, (e.index,)) for e in ours if e.index >= 0)
        yield from (Bead((), (e.index,), 0.0, (), (e.index,)) for e in theirs if e.index >= 0)
        return
    measure = Measure([e.item for e in ours], [e.item for e in theirs], ratio)
    free = [[e.index >= 0 and e.item.kind in FREE for e in side] for side in (ours, theirs)]

    def cost(i: int, j: int, move: Move) -> float:
        a, b = move
        if a == b == 1:
            first, second = ours[i - 1], theirs[j - 1]
            if first.index < 0 or second.index < 0:
                return _anchor_cost(first, second)
            fixed = ONE_TO_ONE + _kind_cost(first.item.kind, second.item.kind)
            return fixed + measure.cost(i, j, move)
        if not (a and b):
            alone = ours[i - 1] if a else theirs[j - 1]
            return LOST_ANCHOR if alone.index < 0 else BLOCK_PRIORS[move]
        if not (all(free[0][i - a : i]) and all(free[1][j - b : j])):
            return math.inf
        kinds = {e.item.kind for e in (*ours[i - a : i], *theirs[j - b : j])}
        other = OTHER_KIND if len(kinds) > 1 else 0.0
        return BLOCK_PRIORS[move] + other + measure.cost(i, j, move)

    path = _path(ours, theirs, cost, measure)
    i = j = 0
    for move in path:
        i, j = i + move[0], j + move[1]
        source = tuple([e.index for e in ours[i - move[0] : i] if e.index >= 0])
        target = tuple([e.index for e in theirs[j - move[1] : j] if e.index >= 0])
        if source or target:
            score = measure.score(i, j, move) if source and target else 0.0
            yield Bead(source, target, score, source, target)


def _path(
    ours: Sequence[_Entry],
    theirs: Sequence[_Entry],
    cost: Callable[[int, int, Move], float],
    measure: Measure,
) -> list[Move]:
    anchors = [[e.index < 0 for e in side] for side in (ours, theirs)]
    fixed = sum(anchors[0])
    if anchors[0] == anchors[1]:
        least = fixed * SAME_ANCHOR + (len(ours) - fixed) * ONE_TO_ONE - measure.gains[-1]
        if is_straight(len(ours), cost, least):
            return [(1, 1)] * len(ours)
    return best_path(
        len(ours),
        len(theirs),
        tuple(BLOCK_PRIORS),
        cost,
        _LEAST,
        measure.gains,
        LOST_ANCHOR if any(map(any, anchors)) else ALONE,
    )


def _kind_cost(first: str, second: str) -> float:
    """What types say to two blocks."""
    if first == second:
        return 0.0
    return OTHER_KIND if first in FREE and second in FREE else UNLIKE


def _anchor_cost(first: _Entry, second: _Entry) -> float:
    """What it costs to put an anchor and another entry together; infinite for what cannot be."""
    if first.index >= 0 or second.index >= 0:
        return math.inf
    if first.anchor == second.anchor:
        return SAME_ANCHOR
    same_kind = first.item.kind == second.item.kind and first.item.kind in ("code", "image", "math")
    return OTHER_ANCHOR if same_kind else math.inf


def _beads(n: int, m: int, measure: Measure) -> Iterator[tuple[range, range, float]]:
    """The sentence beads inside one pair of block groups."""
    if not (n and m):
        yield from ((range(i, i + 1), range(0), 0.0) for i in range(n))
        yield from ((range(0), range(j, j + 1), 0.0) for j in range(m))
        return

    def cost(i: int, j: int, move: Move) -> float:
        return PRIORS[move] + measure.cost(i, j, move)

    if n == m and is_straight(n, cost, n * ONE_TO_ONE - measure.gains[-1]):
        path = [(1, 1)] * n
    else:
        path = best_path(n, m, tuple(PRIORS), cost, PRIORS, measure.gains, ALONE)
    i = j = 0
    for move in path:
        i, j = i + move[0], j + move[1]
        yield range(i - move[0], i), range(j - move[1], j), measure.score(i, j, move)
