"""The three texts of a merge, read; and what of the base the target translates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from amts_ext.alignment import Bead
from amts_ext.formats.cells import BETWEEN
from amts_ext.human.aligned import SURE, Aligned, TextSide, is_beside, is_sure
from amts_ext.merging import code
from amts_ext.merging.differences import pairing
from amts_ext.merging.grades import content
from amts_ext.merging.pieces import Piece, pieces
from amts_ext.model import Segment

_DIVIDER = f"mark:{BETWEEN}"
FITS = 0.3
"""The least share of a base's prose that surely has a translation. Right pairs of a real book have
0.68 and more, wrong ones 0.04 and less."""
LIKE_CODE = 0.3
"""The least likeness of two code cells that are the same one, changed."""


class Text(TextSide):
    """One of the three texts."""

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces(self.document)

    @cached_property
    def places(self) -> dict[tuple[str, ...], list[int]]:
        """The indices of the sentences by what they hold."""
        found: dict[tuple[str, ...], list[int]] = {}
        for index, segment in enumerate(self.segments):
            found.setdefault(content(segment), []).append(index)
        return found

    def has_as_often(self, some: Iterable[Segment], other: Text) -> bool:
        """Return True if each of some sentences stands here as often as in another text."""
        held = [content(segment) for segment in some]
        return all(len(self.places.get(c, ())) >= len(other.places.get(c, ())) for c in held)

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

    def kinds(self, piece: Piece) -> list[str]:
        """Return the kinds of a piece's blocks."""
        return [self.document.blocks[index].kind for index in piece.blocks]

    def text(self, piece: Piece) -> str:
        return self.document.text[piece.start : piece.end]


@dataclass(frozen=True, slots=True)
class Tie:
    """Pieces of the base, and those of the target that translate them."""

    base: tuple[int, ...]
    target: tuple[int, ...]
    """Empty: the human left the piece out."""
    is_sure: bool = True


@dataclass(frozen=True)
class Ties:
    """What of the base the target translates."""

    ties: list[Tie]
    """Every piece of the base is in one, in order."""
    beads: list[Bead] = field(default_factory=list)
    """The beads of sentences, in order."""

    def between(self, base: Sequence[int], target: Sequence[int]) -> list[Bead]:
        """Return the beads of some sentences of the base and of the target, in order."""
        ours, theirs = self._holders
        found = {ours[i] for i in base if i in ours} | {theirs[j] for j in target if j in theirs}
        return [self.beads[index] for index in sorted(found)]

    @cached_property
    def _holders(self) -> tuple[dict[int, int], dict[int, int]]:
        """The index of the bead that holds a sentence, for both sides."""
        return (
            {i: index for index, bead in enumerate(self.beads) for i in bead.source},
            {j: index for index, bead in enumerate(self.beads) for j in bead.target},
        )

    def surely(self, base: int) -> Bead | None:
        """Return the bead that begins with a sentence of the base, if it is sure."""
        index = self._bead_of.get(base)
        return None if index is None else self.beads[index]

    @cached_property
    def _bead_of(self) -> dict[int, int]:
        return {
            bead.source[0]: index
            for index, bead in enumerate(self.beads)
            if bead.source and bead.target and is_clean(self.beads, index)
        }


def is_clean(beads: Sequence[Bead], index: int) -> bool:
    """Return True if a bead is surely the human's translation of just its sentences."""
    bead = beads[index]
    least = "sentence" if len(bead.source) == len(bead.target) == 1 else "block"
    return not is_beside(beads, index) and bead.score >= SURE[least]


def tied(base: Text, target: Text, aligned: Aligned) -> Ties:
    """Return the target's translation of every piece of the base, by the alignment of both."""
    grouped = {block for group in aligned.groups for block in group.source}
    links = [(g.source, g.target, True) for g in aligned.groups]
    links += [
        (b.source, b.target, is_sure(b))
        for b in aligned.blocks
        if b.source and b.target and grouped.isdisjoint(b.source)
    ]
    return Ties(list(_ties(base, target, links)), aligned.sentences)


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
    for source, translation, sure in sorted(links, key=lambda link: tuple(link[0])):
        ours = {holds[0][block] for block in source}
        theirs = {holds[1][block] for block in translation}
        tabs = {base.pieces[i].tab for i in ours}
        theirs = {
            j for j in theirs if target.pieces[j].tab in tabs
        } or theirs  # others are own tabs
        while ties and (ours & {*ties[-1].base} or theirs & {*ties[-1].target}):
            last = ties.pop()
            ours, theirs = ours | {*last.base}, theirs | {*last.target}
            sure = sure and last.is_sure
        whole = tuple(range(min(ours), max(ours) + 1))
        if ties and whole[0] <= ties[-1].base[-1]:
            continue
        ties.append(Tie(whole, tuple(sorted(theirs)), sure))
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

    tied = [(i, j) for i, j in pairing(*keys, like) if i is not None]
    following = theirs[1] - theirs[0]
    found: list[Tie] = []
    for i, j in reversed(tied):
        at = j
        if j is not None:
            if keys[1][j] == _DIVIDER:  # it belongs to the cell behind it
                at = next(k for k in range(following - 1, -1, -1) if keys[1][k] == _DIVIDER)
            following = j
        found.append(Tie((ours[0] + i,), () if at is None else (theirs[0] + at,)))
    yield from reversed(found)


def _anchor_like(old: str, new: str) -> float:
    """Marks of one name, ``:label:`` and ``:label:``, and formulas may be partners."""
    return 0.5 if old.split("`")[0] == new.split("`")[0] or old.startswith("math:") else 0.0


def fit(base: Text, aligned: Aligned) -> float:
    """Return the share of a base's prose, by characters, that surely has a translation.

    Blocks that are grouped just by where they stand do not count: any two texts have such.
    """
    sizes = [block.end - block.start for block in base.document.blocks]
    sure = {i for b in aligned.blocks if b.source and b.target and is_sure(b) for i in b.source}
    return sum(sizes[i] for i in sure) / sum(sizes) if sum(sizes) else 1.0
