"""Alignment of a document with its translation: blocks first, then the sentences inside them.

1. Anchors, which a translation keeps (code, labels, image paths), divide both documents.
2. Between the anchors blocks are aligned by kind, length and the features that they share.
3. Inside aligned blocks sentences are aligned by :mod:`amts_ext.alignment.gale_church`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from amts_ext.alignment.blocks import (
    ALONE,
    ONE_TO_ONE,
    UNSURE,
    Bead,
    Indices,
    align_sides,
    quotient,
)
from amts_ext.alignment.evidence import items
from amts_ext.alignment.gale_church import (
    PRIORS,
    Item,
    Measure,
    Move,
    is_straight,
    search,
    sure_score,
)
from amts_ext.alignment.meaning import Meaning, compare, is_installed, prose, speaks
from amts_ext.alignment.stretches import DocumentSide
from amts_ext.model import Document, Pair, Segment, Span

VERSION = "8"
"""Version of the algorithm: change it with the results."""


def version() -> str:
    """Return the version by which results are cached; the encoder of meaning gives others."""
    return f"{VERSION}+meaning" if is_installed() else VERSION


def align(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    blocks: Sequence[Bead] | None = None,
    languages: Sequence[str] = (),
) -> list[Bead]:
    """Align the segments of two documents; every segment is in exactly one bead, in order.

    ``blocks`` is the result of :func:`align_blocks` for the same arguments, if it is known.
    ``languages`` are those of the two documents; empty: such that the encoder knows.
    """
    first, second = _sides(source, source_segments, target, target_segments)
    if blocks is None:
        blocks = align_sides(first, second, languages)
    ratio = _ratio(blocks, first, second)
    beads: list[Bead] = []
    inside = [(_segments_of(b.source, first), _segments_of(b.target, second)) for b in blocks]
    sure = [bead.score > UNSURE for bead in blocks]
    meanings = _meanings(inside, sure, first, second, languages)
    for number, (bead, (ours, theirs)) in enumerate(zip(blocks, inside, strict=True)):
        held = [first.items[i] for i in ours], [second.items[j] for j in theirs]
        several = len(bead.source) > 1, len(bead.target) > 1
        # Sentences of two blocks that are no partners are no partners either.
        most = UNSURE if bead.score <= UNSURE else 1.0
        for a, b, score in _beads(*held, ratio, meanings.get(number)):
            s, t = tuple(ours[a]), tuple(theirs[b])
            left = _blocks_of(s, first) if several[0] or not s else bead.source
            right = _blocks_of(t, second) if several[1] or not t else bead.target
            beads.append(Bead(s, t, min(score, most), left, right))
    return beads


def _meanings(
    inside: Sequence[tuple[Sequence[int], Sequence[int]]],
    sure: Sequence[bool],
    first: DocumentSide,
    second: DocumentSide,
    languages: Sequence[str],
) -> dict[int, Meaning]:
    """Compare the meaning of the sentences of sure blocks that have several of them.

    Where both sides have as many, nothing needs to be known of it.
    """
    even = speaks(languages)
    doubtful = [
        n
        for n, (a, b) in enumerate(inside)
        if a and b and sure[n] and (len(a) != len(b) or (even and len(a) > 1))
    ]
    texts = []
    for ours, theirs in (inside[n] for n in doubtful):
        sentences = [prose([first.segments[i]]) for i in ours]
        texts.append((sentences, [prose([second.segments[j]]) for j in theirs]))
    return dict(zip(doubtful, compare(texts, languages), strict=True))


def align_blocks(
    source: Document,
    source_segments: Sequence[Segment],
    target: Document,
    target_segments: Sequence[Segment],
    languages: Sequence[str] = (),
) -> list[Bead]:
    """Align the blocks that hold segments; a bead's indices are those of blocks.

    ``languages`` are those of the two documents; empty: such that the encoder knows.
    """
    return align_sides(*_sides(source, source_segments, target, target_segments), languages)


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
) -> tuple[DocumentSide, DocumentSide]:
    ours, theirs = items(source_segments, target_segments)
    return _side(source, source_segments, ours), _side(target, target_segments, theirs)


def _side(document: Document, segments: Sequence[Segment], items: list[Item]) -> DocumentSide:
    of_block: dict[int, list[int]] = {}
    for index, segment in enumerate(segments):
        of_block.setdefault(segment.block, []).append(index)
    return DocumentSide(document, segments, items, of_block)


def _segments_of(blocks: Indices, side: DocumentSide) -> Sequence[int]:
    if len(blocks) == 1:
        return side.of_block.get(blocks[0], ())
    return [i for block in blocks for i in side.of_block.get(block, ())]


def _blocks_of(indices: Sequence[int], side: DocumentSide) -> Indices:
    return tuple(dict.fromkeys([side.segments[i].block for i in indices]))


def _ratio(blocks: Iterable[Bead], first: DocumentSide, second: DocumentSide) -> float:
    """Measure the paper's *c* on the blocks that found exactly one partner."""
    partners = [bead for bead in blocks if len(bead.source) == len(bead.target) == 1]
    return quotient(
        (first.items[i].length for bead in partners for i in first.of_block[bead.source[0]]),
        (second.items[j].length for bead in partners for j in second.of_block[bead.target[0]]),
    )


def _beads(
    source: Sequence[Item], target: Sequence[Item], ratio: float, meaning: Meaning | None
) -> Iterator[tuple[slice, slice, float]]:
    """Align the sentences inside one pair of block groups; yield slices of both, and the score.

    With ``meaning``, lengths do not suffice. Where both sides have as many sentences and each has
    its own partner, their places speak for them; else a pair must mean the same.
    """
    n, m = len(source), len(target)
    if n == m == 1 and (score := sure_score(source[0], target[0], ratio)):
        yield slice(0, 1), slice(0, 1), score
        return
    measure = Measure(source, target, ratio)
    path = _sentence_path(n, m, measure)
    doubted = _doubted(path, measure, meaning) if meaning is not None else [False] * len(path)
    i = j = 0
    for move, is_doubted in zip(path, doubted, strict=True):
        i, j = i + move[0], j + move[1]
        score = measure.score(i, j, move)
        yield (
            slice(i - move[0], i),
            slice(j - move[1], j),
            min(score, UNSURE) if is_doubted else score,
        )


def _doubted(path: Sequence[Move], measure: Measure, meaning: Meaning) -> list[bool]:
    """Return for each bead of a path whether its meaning does not speak for it.

    If every sentence has its own partner, it is enough that meaning does not speak against it.
    """
    meaning.follow(path)
    straight = all(move == (1, 1) for move in path)
    ends = list(accumulate(path, lambda end, move: (end[0] + move[0], end[1] + move[1])))
    proven = [
        not all(move) or measure.is_supported(*end, move)
        for end, move in zip(ends, path, strict=True)
    ]
    doubted = [
        not proven[k]
        and (meaning.contradicts(*ends[k]) if straight else not meaning.is_near(*ends[k], move))
        for k, move in enumerate(path)
    ]
    loose = [False, *(d or m != (1, 1) for d, m in zip(doubted, path, strict=True)), False]
    return [
        doubted[k]
        or (
            path[k] == (1, 1)
            and not proven[k]
            and meaning.is_part(*ends[k], loose[k], loose[k + 2])
        )
        for k in range(len(path))
    ]


def _sentence_path(n: int, m: int, measure: Measure) -> list[Move]:
    if not (n and m):
        return [(1, 0)] * n + [(0, 1)] * m
    if n == m and is_straight(measure.cost, [ONE_TO_ONE - gain for gain in measure.gain]):
        return [(1, 1)] * n
    return search(n, m, measure.cost, PRIORS, measure.gain, ALONE)
