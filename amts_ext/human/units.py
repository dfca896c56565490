"""Human units from one document and its human translation, once the two are aligned.

A sentence with one partner becomes a sentence unit; a block with one partner becomes a whole-block
unit that holds for that very block. What could do harm elsewhere is not offered, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from amts_ext.alignment import Bead, align, align_blocks
from amts_ext.languages import profiles, scripts
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Document, Half, Origin, Segment, Slot, Unit
from amts_ext.text.masking import contents_digest, mask

VERSION = "5"
"""Changes when the same alignment would give other units: results are cached by it."""

SURE = {"sentence": 0.45, "block": 0.32}
"""Below this score a pair is rather wrong, or says more or less than its source, than just free.

Read on 9,000 sentences and 4,600 blocks of a real book: a whole block stays in its place, so a free
translation does no harm there; a sentence may be used elsewhere.
"""
OPTIONAL = frozenset({"emphasis", "strong", "strikethrough", "slide", "soft", "break"})
"""Slots that a translator may drop without changing what the sentence says."""
REFERENCES = frozenset({"role", "image", "footnote"})
"""What would dangle in a document that does not have it already."""
EXACT = frozenset({"math", "role"})
"""What a sentence must share with its source, slot by slot, to stand in other contexts too."""

_KEYS = re.compile(r"`([^`]*)`")
_WIDE_BLANK = re.compile(rf"(?<=[{WIDE}]) (?=[{WIDE}])|(?<=[。，、；：！？]) ")
"""The blank that a line break became: none belongs between wide characters, nor after wide
punctuation that may stand before a role (after a Han letter or a bracket its blank is needed)."""
_TOKEN = re.compile(r"⟦/?[a-z_]+\d+⟧")


class Reason(StrEnum):
    """Why a segment of the source, or a pair, gives no unit."""

    NO_PARTNER = "no human partner"
    MERGED = "merged or split by the human"
    UNTRANSLATED = "not translated"
    SCRIPT = "not in the target language's script"
    UNSURE = "alignment unsure"
    SLOTS = "other formulas or references"
    DANGLING = "refers to what the original does not have"


@dataclass(frozen=True, slots=True)
class Skip:
    """One pair or segment that gives no unit."""

    reason: Reason
    level: str
    """``sentence`` or ``block``."""
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class _Partners:
    """One source segment and one target segment that translate each other."""

    source: Segment
    target: Segment
    score: float


def make_units(
    original: Document, human: Document, pair: tuple[str, str], document: str
) -> tuple[list[Unit], list[Skip]]:
    """The human units of one document, and what gave none.

    ``document`` is the original's name in the book. Raises :class:`amts_ext.errors.ConfigError`
    for a target language without a profile.
    """
    source, target = pair
    ours, theirs = mask(original, source), mask(human, target)
    blocks = align_blocks(original, ours, human, theirs)
    beads = align(original, ours, human, theirs, blocks)
    maker = _Maker(original, pair, document)
    skips = list(_unpaired(beads, ours, original.name))
    whole = mask(original, source, "paragraph"), mask(human, target, "paragraph")
    sentences = _partners(beads, ours, theirs)
    units: list[Unit] = []
    for level, partners in (("sentence", sentences), ("block", _block_partners(blocks, *whole))):
        for found in partners:
            made = maker.unit(found, level)
            if isinstance(made, Unit):
                units.append(made)
            else:
                skips.append(Skip(made, level, human.name, found.target.line))
    return units, skips


def _partners(
    beads: Sequence[Bead], ours: Sequence[Segment], theirs: Sequence[Segment]
) -> Iterator[_Partners]:
    for index, bead in enumerate(beads):
        if len(bead.source) == len(bead.target) == 1 and not _is_beside(beads, index):
            yield _Partners(ours[bead.source[0]], theirs[bead.target[0]], bead.score)


def _is_beside(beads: Sequence[Bead], index: int) -> bool:
    """Whether a neighbour in the same block has no partner.

    Where one was left out or added, lengths alone may have paired the wrong two: "A. B. C." became
    "A and B. C", and C stands beside B. The block as a whole is not in doubt.
    """
    bead = beads[index]
    for other in beads[max(0, index - 1) : index + 2]:
        alone = not (other.source and other.target)
        same = {*other.source_blocks} & {*bead.source_blocks}
        if alone and (same or {*other.target_blocks} & {*bead.target_blocks}):
            return True
    return False


def _block_partners(
    blocks: Iterable[Bead], ours: Sequence[Segment], theirs: Sequence[Segment]
) -> Iterator[_Partners]:
    of_source, of_target = ({s.block: s for s in side} for side in (ours, theirs))
    for bead in blocks:
        if len(bead.source) == len(bead.target) == 1:
            yield _Partners(of_source[bead.source[0]], of_target[bead.target[0]], bead.score)


def _unpaired(beads: Sequence[Bead], ours: Sequence[Segment], name: str) -> Iterator[Skip]:
    """The sentences that give no unit of their own, each with its reason."""
    for index, bead in enumerate(beads):
        if len(bead.source) != 1 or len(bead.target) != 1:
            reason = Reason.MERGED if bead.target else Reason.NO_PARTNER
        elif _is_beside(beads, index):
            reason = Reason.UNSURE
        else:
            continue
        for sentence in bead.source:
            yield Skip(reason, "sentence", name, ours[sentence].line)


class _Maker:
    """Makes units for one original; knows what its text holds."""

    def __init__(self, original: Document, pair: tuple[str, str], document: str) -> None:
        self._pair = pair
        self._document = document
        self._spaced = profiles.load(pair[1]).joiner != ""
        self._formulas = {_flat(w.partition(":")[2]) for _, w in original.anchors}
        self._known = {
            key
            for block in original.blocks
            for mark in block.marks
            if mark.kind in REFERENCES
            for key in _keys(mark.content or original.text[mark.start : mark.end])
        }

    def unit(self, partners: _Partners, level: str) -> Unit | Reason:
        """A unit, or why there is none."""
        if problem := self._problem(partners, SURE[level]):
            return problem
        source, target = partners.source, self._trimmed(partners)
        if not _same_displays(source.slots, target.slots):
            return Reason.SLOTS
        names, literals = _match(source.slots, target.slots)
        if any(self._dangles(slot) for slot in literals):
            return Reason.DANGLING
        if level == "sentence" and not _exact(source.slots, target.slots):
            return Reason.SLOTS
        bound = level == "block" or literals or _drops(source.slots, names)
        return Unit(
            source.tokens,
            self._text(target, names),
            self._pair,
            Origin.HUMAN,
            contents=contents_digest(source) if bound else "",
            literals=tuple(slot.content for slot in literals),
            document=self._document,
            position=source.block,
        )

    def _problem(self, partners: _Partners, sure: float) -> Reason | None:
        source, target = (_words(s) for s in (partners.source, partners.target))
        if source == target:
            # A name ("BERT", "GloVe") is itself in every language.
            return None if all(map(scripts.is_name, source)) else Reason.UNTRANSLATED
        if scripts.is_foreign(target, self._pair[1]):
            return Reason.SCRIPT
        return Reason.UNSURE if partners.score < sure else None

    def _trimmed(self, partners: _Partners) -> Segment:
        """The target without display formulas at its ends that stand outside the source's block.

        Whether a formula is a paragraph of its own is a matter of blank lines.
        """
        own = {_flat(slot.content) for slot in partners.source.slots}
        parts = list(partners.target.parts)
        for end in (0, -1):
            while parts and self._belongs_outside(parts[end], own):
                del parts[end]
        return replace(partners.target, parts=tuple(parts))

    def _belongs_outside(self, part: str | Slot, own: set[str]) -> bool:
        if isinstance(part, str):
            return not part.strip()
        flat = _flat(part.content)
        return _is_display(part) and flat in self._formulas and flat not in own

    def _dangles(self, slot: Slot) -> bool:
        return slot.kind in REFERENCES and not _keys(slot.content) <= self._known

    def _text(self, target: Segment, names: dict[int, str]) -> str:
        """The target with the source's tokens; ``names`` by index of the part's slot."""
        rendered = []
        index = 0
        for part in target.parts:
            if isinstance(part, Slot):
                rendered.append(names[index])
                index += 1
            else:
                rendered.append(part)
        text = "".join(rendered).strip()
        return text if self._spaced else close_up(text)


def close_up(text: str) -> str:
    """Text of a script without spaces, without the blanks that line breaks left in it."""
    return _WIDE_BLANK.sub("", text)


def _match(source: Sequence[Slot], target: Sequence[Slot]) -> tuple[dict[int, str], list[Slot]]:
    """Name the target's slots: by source token, or ``⟦own1⟧`` for what the source does not have.

    Display formulas are matched by order, other slots by kind and content, pairs after that by
    kind and order. Returns the tokens by index of the target's slot, and the slots that became
    literals, in order.
    """
    displays = iter([slot for slot in source if _is_display(slot)])
    names = {i: next(displays).token for i, slot in enumerate(target) if _is_display(slot)}
    free = [s for s in source if s.half is Half.SINGLE and not _is_display(s)]
    for index, slot in enumerate(target):
        same = (s for s in free if (s.kind, s.content) == (slot.kind, slot.content))
        found = next(same, None) if slot.half is Half.SINGLE else None
        if found is not None:
            names[index] = found.token
            free.remove(found)
    _match_pairs(source, target, names)
    literals = []
    for index, slot in enumerate(target):
        if index not in names:
            literals.append(slot)
            names[index] = f"⟦own{len(literals)}⟧"
    return names, literals


def _match_pairs(source: Sequence[Slot], target: Sequence[Slot], names: dict[int, str]) -> None:
    free, wanted = _halves(source), _halves(target)
    for by_content in (True, False):
        for number in list(wanted):
            first, last = (target[i] for i in wanted[number])
            for candidate in free:
                opened, closed = (source[i] for i in free[candidate])
                same = (opened.content, closed.content) == (first.content, last.content)
                if opened.kind == first.kind and (same or not by_content):
                    names[wanted[number][0]] = opened.token
                    names[wanted[number][1]] = closed.token
                    del free[candidate], wanted[number]
                    break


def _halves(slots: Sequence[Slot]) -> dict[int, tuple[int, int]]:
    """Where the two halves of each pair stand, by the pair's number."""
    opened = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.OPEN}
    closed = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.CLOSE}
    return {number: (i, closed[number]) for number, i in opened.items() if number in closed}


def _is_display(slot: Slot) -> bool:
    return slot.kind == "math" and slot.content.startswith(("$$", "\\["))


def _flat(content: str) -> str:
    return " ".join(content.split())


def _same_displays(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    """Whether display formulas correspond one by one: none may be lost, doubled or moved.

    They may differ (words inside them, a full stop); the source's is what will stand there.
    """
    ours, theirs = (
        [_flat(slot.content) for slot in side if _is_display(slot)] for side in (source, target)
    )
    moved = any(a != b and b in ours for a, b in zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and not moved


def _exact(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    ours, theirs = (
        sorted((s.kind, _flat(s.content)) for s in side if s.kind in EXACT)
        for side in (source, target)
    )
    return ours == theirs


def _drops(source: Iterable[Slot], names: dict[int, str]) -> bool:
    """Whether the human left out something that may be another thing elsewhere."""
    kept = set(names.values())
    return any(s.token not in kept for s in source if s.kind not in OPTIONAL)


def _keys(content: str) -> frozenset[str]:
    """What a role or an image points at: its keys, or the path."""
    found = _KEYS.search(content)
    inside = found.group(1) if found else content.rpartition("](")[2].rstrip(")")
    return frozenset(key.strip() for key in inside.split(","))


def _words(segment: Segment) -> list[str]:
    return scripts.words(_TOKEN.sub(" ", segment.tokens))
