"""The three texts of a merge, read; and what of the base the target translates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from amts_ext.alignment import Bead, align, align_blocks
from amts_ext.human import groups
from amts_ext.human.counterparts import BlockSide
from amts_ext.human.units import SURE
from amts_ext.model import Document, Segment
from amts_ext.sync import code
from amts_ext.sync.differences import pairing
from amts_ext.sync.grades import content
from amts_ext.sync.pieces import Piece, pieces
from amts_ext.text.masking import mask

LIKE_CODE = 0.3
"""The least likeness of two code cells that are the same one, changed."""


@dataclass(frozen=True)
class Text:
    """One of the three texts."""

    document: Document
    language: str

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.document)

    @cached_property
    def segments(self) -> list[Segment]:
        return mask(self.document, self.language)

    @cached_property
    def blocks(self) -> dict[int, Segment]:
        """Each block as one segment, by the block's index."""
        return {s.block: s for s in mask(self.document, self.language, "paragraph")}

    @cached_property
    def contents(self) -> frozenset[tuple[str, ...]]:
        """What every sentence holds."""
        return frozenset(content(segment) for segment in self.segments)

    def has_all(self, others: Iterable[Segment]) -> bool:
        """Return True if all of some sentences are sentences of this text too."""
        return all(content(segment) in self.contents for segment in others)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def between(self, start: int, end: int) -> range:
        """Return the indices of the sentences in a stretch."""
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def of_block(self, block: int) -> range:
        """Return the indices of a block's sentences."""
        found = self.document.blocks[block]
        return self.between(found.start, found.end)

    def held(self, piece: Piece) -> list[Segment]:
        """Return the sentences of a piece."""
        return [self.segments[i] for i in self.between(piece.start, piece.end)]

    def text(self, piece: Piece) -> str:
        return self.document.text[piece.start : piece.end]


@dataclass(frozen=True, slots=True)
class Tie:
    """Pieces of the base, and those of the target that translate them."""

    base: tuple[int, ...]
    target: tuple[int, ...]
    """Empty: the human left the piece out."""
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Ties:
    """What of the base the target translates."""

    ties: list[Tie]
    """Every piece of the base is in one, in order."""
    beads: list[Bead] = field(default_factory=list)
    """The beads of sentences, in order."""

    def between(self, base: Sequence[int], target: Sequence[int]) -> list[Bead]:
        """Return the beads of some sentences of the base and of the target."""
        ours, theirs = {*base}, {*target}
        return [
            b
            for b in self.beads
            if not ours.isdisjoint(b.source) or not theirs.isdisjoint(b.target)
        ]


def tied(base: Text, target: Text) -> Ties:
    """Find the target's translation of every piece of the base."""
    first, second = base.document, target.document
    ours, theirs = base.segments, target.segments
    blocks = align_blocks(first, ours, second, theirs)
    beads = align(first, ours, second, theirs, blocks)
    sides = BlockSide(first, base.blocks), BlockSide(second, target.blocks)
    found = groups.find(blocks, SURE["block"], *sides, True)
    grouped = {block for group in found for block in group.source}
    links = [(g.source, g.target, True) for g in found]
    links += [
        (b.source, b.target, b.score >= SURE["block"])
        for b in blocks
        if b.source and b.target and grouped.isdisjoint(b.source)
    ]
    return Ties(list(_ties(base, target, links)), beads)


def _ties(
    base: Text, target: Text, links: Iterable[tuple[Sequence[int], Sequence[int], bool]]
) -> Iterator[Tie]:
    prose = _joined(base, target, links)
    i = j = 0
    for tie in [*prose, None]:
        last = len(base.pieces), len(target.pieces)
        ends = (tie.base[0], min(tie.target, default=j)) if tie else last
        yield from _between(base, target, (i, ends[0]), (j, max(j, ends[1])))
        if tie:
            yield tie
            i, j = tie.base[-1] + 1, max(j, max(tie.target, default=j - 1) + 1)


def _joined(
    base: Text, target: Text, links: Iterable[tuple[Sequence[int], Sequence[int], bool]]
) -> list[Tie]:
    """Join the links of blocks that share a piece."""
    holds = [{b: n for n, p in enumerate(t.pieces) for b in p.blocks} for t in (base, target)]
    ties: list[Tie] = []
    for source, translation, is_sure in sorted(links, key=lambda link: tuple(link[0])):
        ours = {holds[0][block] for block in source}
        theirs = {holds[1][block] for block in translation}
        while ties and (ours & {*ties[-1].base} or theirs & {*ties[-1].target}):
            last = ties.pop()
            ours, theirs = ours | {*last.base}, theirs | {*last.target}
            is_sure = is_sure and last.is_sure
        whole = tuple(range(min(ours), max(ours) + 1))
        if ties and whole[0] <= ties[-1].base[-1]:
            continue
        ties.append(Tie(whole, tuple(sorted(theirs)), is_sure))
    return ties


def _between(
    base: Text, target: Text, ours: tuple[int, int], theirs: tuple[int, int]
) -> Iterator[Tie]:
    """Tie the pieces that no prose ties: code, formulas, marks."""
    free = [p if p.kind != "prose" else None for p in target.pieces[slice(*theirs)]]
    first = base.pieces[slice(*ours)]
    keys = [f"{p.kind}:{p.key}" for p in first], [f"{p.kind}:{p.key}" if p else "" for p in free]

    def like(old: str, new: str) -> float:
        kind = old.partition(":")[0]
        if kind == "prose" or kind != new.partition(":")[0]:
            return 0.0
        if kind != "code":
            return _anchor_like(old, new)
        ratio = code.likeness(old[5:], new[5:])
        return ratio if ratio >= LIKE_CODE else 0.0

    for i, j in pairing(*keys, like):
        if i is not None:
            yield Tie((ours[0] + i,), () if j is None else (theirs[0] + j,))


def _anchor_like(old: str, new: str) -> float:
    """Marks of one name, ``:label:`` and ``:label:``, and formulas may be partners."""
    return 0.5 if old.split("`")[0] == new.split("`")[0] or old.startswith("math:") else 0.0
