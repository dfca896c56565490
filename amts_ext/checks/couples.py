"""The couples of source and translation that a review checks, from files that are aligned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_ext import alignment, checks, files, formats
from amts_ext.checks import Context, Side
from amts_ext.checks.places import FormatOf, Place
from amts_ext.languages import profiles
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Document, Parts, Segment, Slot
from amts_ext.text.masking import mask, unmask

SURE = 0.5
"""The score from which on an alignment is sure."""
MISSING = "the translation lacks this sentence, or one beside it"
WHOLE = 0.0
"""Standard deviations by which the text around whole blocks is too short if these are missing."""
LEFT_OVER = 12
"""Beads on each side in which a sentence that only the translation has may be the missing one."""
REACH = 3
"""Beads on each side of a gap in which a missing sentence is looked for."""

_WIDE = re.compile(f"[{WIDE}]")
_BLANKS = re.compile(r"[\s>]+")


@dataclass(frozen=True, slots=True)
class Nearby:
    """The place of a couple, or of a gap, among the beads of an alignment.

    People merge and move sentences, and an alignment may be wrong by one. So what seems to be
    missing is looked for in the neighbours too.
    """

    beads: Sequence[alignment.Bead]
    segments: tuple[Sequence[Segment], Sequence[Segment]]
    first: int
    last: int
    """Places of the first and the last bead."""
    is_fewer: bool = False
    """True if the translation has fewer blocks of the kind that the first one stands in."""

    def windows(self, reach: int) -> Iterator[tuple[Side, Side]]:
        """Yield both sides with up to ``reach`` beads before, behind, and on both sides."""
        for n in range(1, reach + 1):
            for before, after in ((n, 0), (0, n), (n, n)):
                start, end = max(0, self.first - before), self.last + after + 1
                yield self._sides(self.beads[start:end])

    def is_empty(self, context: Context) -> bool:
        """Return whether a gap's text is missing, by the lengths around it.

        Less evidence is enough if whole blocks are in the gap, the translation has fewer blocks of
        their kind, nothing near is left over, and no neighbour may hold them.
        """
        limit = WHOLE if self.is_fewer and self._is_whole() else checks.LONG
        return all(checks.is_short(*sides, context, limit) for sides in self.windows(REACH))

    def _is_whole(self) -> bool:
        gap, near = self.beads[self.first : self.last + 1], self._near(REACH)
        blocks = {self._block(i) for bead in gap for i in bead.source}
        others = (bead for bead in near if bead.source and bead.target)
        paired = {self._block(i) for bead in others for i in bead.source}
        left = any(not bead.source for bead in self._near(LEFT_OVER))
        return not (blocks & paired or left or any(map(_may_hold_more, near)))

    def before_gap(self) -> bool:
        """Return whether the next sentence has no translation: this one's may hold it."""
        return self.last + 1 < len(self.beads) and not self.beads[self.last + 1].target

    def blocks(self) -> tuple[Side, Side]:
        """Return both sides of all beads that have a sentence of the first one's blocks.

        A list in a sentence, or a reference, may stand in another sentence of its paragraph.
        """
        mine = {self._block(i) for i in self.beads[self.first].source}
        start, end = self.first, self.last + 1
        while start > 0 and self._touches(start - 1, mine):
            start -= 1
        while end < len(self.beads) and self._touches(end, mine):
            end += 1
        return self._sides(self.beads[start:end])

    def _touches(self, bead: int, blocks: Collection[int]) -> bool:
        """Return whether a bead has a sentence of the blocks, or none of the source at all."""
        source = self.beads[bead].source
        return not source or any(self._block(i) in blocks for i in source)

    def _near(self, reach: int) -> Sequence[alignment.Bead]:
        return self.beads[max(0, self.first - reach) : self.last + reach + 1]

    def _block(self, segment: int) -> int:
        return self.segments[0][segment].block

    def _sides(self, beads: Sequence[alignment.Bead]) -> tuple[Side, Side]:
        ours = (part for bead in beads for i in bead.source for part in self.segments[0][i].parts)
        theirs = (p for bead in beads for j in bead.target for p in self.segments[1][j].parts)
        return Side(tuple(ours)), Side(tuple(theirs))


def _may_hold_more(bead: alignment.Bead) -> bool:
    """Return whether a pair has more sentences of the translation than of the source, or is unsure.

    >>> _may_hold_more(alignment.Bead((3,), (4, 5), 0.9))
    True
    """
    both = bool(bead.source and bead.target)
    return both and (len(bead.target) > len(bead.source) or bead.score < SURE)


@dataclass(frozen=True, slots=True)
class Couple:
    """A segment with its translation."""

    source: Parts
    target: Parts
    places: tuple[Place | None, Place | None] = (None, None)
    """Places of source and target."""
    origin: str = ""
    problem: str = ""
    """The reason if there is no translation."""
    sure: bool = True
    """False: the two may not belong together."""
    block: str = ""
    """The kind of block that the source stands in."""
    nearby: Nearby | None = None
    """Its neighbours, if source and translation come from an alignment."""
    is_told: bool = True
    """False: an earlier sentence of its block stands in the same gap, which is told once."""

    @property
    def by_person(self) -> bool:
        """True if a person wrote the translation, as in files that people edit."""
        return self.origin in ("", "human")

    def mentions(self, term: str) -> bool:
        """Return whether the source has the term."""
        return term.casefold() in one_line(self.source).casefold()


def aligned(
    original: Path, translated: Path, langs: tuple[str, str], format_of: FormatOf
) -> Iterator[Couple]:
    """Yield the segments of two files as alignment brings them together."""
    ours, theirs = (
        formats.get(format_of(path)).read(files.read_text(path), str(path))
        for path in (original, translated)
    )
    segments = mask(ours, langs[0]), mask(theirs, langs[1])
    joiner = profiles.for_pair(*langs).joiner
    beads = list(alignment.align(ours, segments[0], theirs, segments[1], languages=langs))
    counts = [Counter(block.kind for block in document.blocks) for document in (ours, theirs)]
    # A pair that is not sure does not end a gap: what is missing may be left over behind it.
    is_sure = [bool(b.source and b.target) and b.score >= SURE for b in beads]
    for number, bead in enumerate(beads):
        sides = [segments[0][i] for i in bead.source], [segments[1][j] for j in bead.target]
        if bead.source:
            places = _place(ours, sides[0]), _place(theirs, sides[1])
            problem = "" if bead.target else MISSING
            texts = _joined(ours, sides[0], " "), _joined(theirs, sides[1], joiner)
            kind = ours.blocks[sides[0][0].block].kind
            first, last = _run(is_sure, number)
            nearby = Nearby(beads, segments, first, last, counts[0][kind] > counts[1][kind])
            before = (i for other in beads[first:number] for i in other.source)
            told = all(segments[0][i].block != sides[0][0].block for i in before)
            yield Couple(*texts, places, "", problem, bead.score >= SURE, kind, nearby, told)


def _run(is_sure: Sequence[bool], number: int) -> tuple[int, int]:
    """Return the first and the last bead of the gap at a place; a sure pair: the bead itself.

    >>> _run([True, False, False, True], 2), _run([True, False, False, True], 3)
    ((1, 2), (3, 3))
    """
    first = last = number
    while not is_sure[number] and first > 0 and not is_sure[first - 1]:
        first -= 1
    while not is_sure[number] and last + 1 < len(is_sure) and not is_sure[last + 1]:
        last += 1
    return first, last


def _place(document: Document, segments: Sequence[Segment]) -> Place | None:
    if not segments:
        return None
    text = " ".join(one_line(segment.parts) for segment in segments)
    return Place(document.name, segments[0].line, text)


def _joined(document: Document, segments: Sequence[Segment], joiner: str) -> Parts:
    joined: list[str | Slot] = []
    for segment in segments:
        joined += [joiner] * bool(joined and joiner)
        joined += unwrapped(segment, document.text)
    return tuple(joined)


def unwrapped(segment: Segment, text: str) -> Parts:
    """Return a segment's parts without the blanks that stand for line ends beside wide characters.

    A script without blanks has none where a person wraps a line. ``text`` is the document's text.

    >>> document = formats.get("md").read("神经\\n网络很好。")
    >>> segment = mask(document, "zh")[0]
    >>> segment.parts, unwrapped(segment, document.text)
    (('神经 网络很好。',), ('神经网络很好。',))
    """
    parts: list[str | Slot] = []
    at = segment.start
    for part in segment.parts:
        if isinstance(part, Slot):
            found = text.find(part.content, at, segment.end)
            at = found + len(part.content) if found >= 0 else at
            parts.append(part)
            continue
        kept = ""
        for index, character in enumerate(part):
            blanks = _BLANKS.match(text, at) if character == " " else None
            at = blanks.end() if blanks else at + 1
            around = part[index - 1 : index], part[index + 1 : index + 2]
            if not (blanks and "\n" in blanks.group() and any(map(_WIDE.match, around))):
                kept += character
        parts.append(kept)
    return tuple(part for part in parts if part)


def one_line(parts: Parts) -> str:
    return " ".join(unmask(parts).split())
