"""Human units from one document and its human translation.

Both are aligned. A sentence with one partner becomes a sentence unit. A block with one partner
becomes a block unit, which holds only where the slots have the same contents. A translation that
could do harm elsewhere becomes no unit, and is listed with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec.structs import replace

from amts_ext.alignment import Bead, align, align_blocks
from amts_ext.human import elsewhere, groups
from amts_ext.human.counterparts import ENDS, BlockSide, Group
from amts_ext.human.slots import (
    drops,
    flat,
    is_display,
    is_exact,
    keys,
    match,
    same_displays,
    with_references_of,
)
from amts_ext.human.unused import Unused
from amts_ext.languages import profiles, scripts
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Document, Origin, Segment, Slot, Unit
from amts_ext.text.groups import join, size
from amts_ext.text.masking import contents_digest, mask, unmask

VERSION = "10"
"""Version of the algorithm, by which results are cached: change it with the results."""

SURE = {"sentence": 0.45, "block": 0.32}
"""The least score of a pair that becomes a unit. Most pairs below it are wrong, or say more or less
than their source; most pairs above it are right, if free.

The scores were read off 9,000 sentences and 4,600 blocks of a real book. A block needs less: it
stays in its place, where a free translation does no harm. A sentence may be used elsewhere.
"""
KEPT = 4
"""So many words may stand in the source's language if the human left them so: ``[Discussions](…)``,
``25 ns``. More are a text that nobody has translated yet."""
KEPT_IN_CELL = 8
"""The same for a table's cell: it is a label or a value, ``Launch CUDA kernel on GPU``."""
LEFT_OUT = "left out by the human"
REFERENCES = frozenset({"role", "image", "footnote"})
"""Kinds of slots that refer to something, which the document has to have."""

# The blank that a line break became. None belongs between wide characters, and none after wide
# punctuation. After a Han letter or a bracket a blank stays: a role there needs it.
_WIDE_BLANK = re.compile(rf"(?<=[{WIDE}]) (?=[{WIDE}])|(?<=[。，、；：！？]) ")
_TOKEN = re.compile(r"⟦/?[a-z_]+\d+⟧")


class Reason(StrEnum):
    """A reason why a segment of the source, or a pair, gives no unit."""

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
    unused: Unused | None = None
    """The human's text, if there is one."""


@dataclass(frozen=True, slots=True)
class _Partners:
    """One source segment and one target segment that translate each other."""

    source: Segment
    target: Segment
    score: float


def make_units(
    original: Document,
    human: Document,
    pair: tuple[str, str],
    document: str,
    unchanged: bool = False,
    book: frozenset[str] = frozenset(),
) -> tuple[list[Unit], list[Skip]]:
    """Make the human units of one document; return them, and the pairs and segments without one.

    >>> from amts_ext.formats import get
    >>> read = get("md").read
    >>> original, human = read("A mean. A sum."), read("Una media. Una suma.")
    >>> units, skips = make_units(original, human, ("en", "es"), "mean.md")
    >>> for unit in units:
    ...     print(unit.source, "|", unit.target)
    A mean. | Una media.
    A sum. | Una suma.
    A mean. A sum. | Una media. Una suma.

    ``document`` is the original's name in the book. ``unchanged`` says that the original is the
    text that the human translated, not a later one (see :func:`.groups.find`). ``book`` has the
    labels and citations of the other originals. Raises :class:`amts_ext.errors.ConfigError` for a
    target language without a profile.
    """
    source, target = pair
    ours, theirs = mask(original, source), mask(human, target)
    blocks = align_blocks(original, ours, human, theirs)
    beads = align(original, ours, human, theirs, blocks)
    made = _Made(_Maker(original, pair, document, unchanged, book), human.name)
    made.skips += _unpaired(beads, ours, theirs, original.name, human.name)
    first, second = _side(original, source), _side(human, target)
    found = groups.find(blocks, SURE["block"], first, second, unchanged)
    pairs = [Group(b.source, b.target) for b in blocks if b.source and b.target and _is_sure(b)]
    found, joined = elsewhere.corrected(found, pairs, ours, theirs)
    whole = [bead for bead in beads if joined.isdisjoint(bead.source_blocks)]
    made.add(_partners(whole, ours, theirs), "sentence")
    covered = made.add(_group_partners(found, first, second), "block")
    grouped = {block for group in found for block in group.source}
    single = [b for b in blocks if (covered if _is_sure(b) else grouped).isdisjoint(b.source)]
    made.add(_block_partners(single, first, second), "block")
    made.leave_out(first.blocks[i] for g in found if not g.target for i in g.source)
    return made.units, made.skips


def _is_sure(bead: Bead) -> bool:
    """Return True for a pair of blocks that stands even if the group around it gives no unit."""
    return bead.score >= SURE["block"]


def _side(document: Document, language: str) -> BlockSide:
    return BlockSide(document, {s.block: s for s in mask(document, language, "paragraph")})


def _unused(source: Segment, target: Sequence[Segment], file: str, reason: Reason) -> Unused | None:
    """Return the human's text for a segment that gives no unit; None if there is none."""
    text = " ".join(" ".join(unmask(segment.parts).split()) for segment in target)
    if not text or reason is Reason.UNTRANSLATED:
        return None
    return Unused(source.tokens, text, file, target[0].line, str(reason))


def _partners(
    beads: Sequence[Bead], ours: Sequence[Segment], theirs: Sequence[Segment]
) -> Iterator[_Partners]:
    """Find the sentences that have exactly one partner, and no doubtful neighbour."""
    for index, bead in enumerate(beads):
        if len(bead.source) == len(bead.target) == 1 and not _is_beside(beads, index):
            yield _Partners(ours[bead.source[0]], theirs[bead.target[0]], bead.score)


def _is_beside(beads: Sequence[Bead], index: int) -> bool:
    """Return whether a neighbouring bead in the same block has no partner.

    Where a sentence was left out or added, lengths may have paired the wrong two. In "A. B. C." and
    its translation "A and B. C.", for instance, B may be paired with C. The block as a whole is not
    in doubt.
    """
    bead = beads[index]
    for other in beads[max(0, index - 1) : index + 2]:
        alone = not (other.source and other.target)
        same = {*other.source_blocks} & {*bead.source_blocks}
        if alone and (same or {*other.target_blocks} & {*bead.target_blocks}):
            return True
    return False


def _block_partners(
    blocks: Iterable[Bead], ours: BlockSide, theirs: BlockSide
) -> Iterator[_Partners]:
    """Find the blocks that have exactly one partner."""
    for bead in blocks:
        if len(bead.source) == len(bead.target) == 1:
            source, target = ours.blocks[bead.source[0]], theirs.blocks[bead.target[0]]
            yield _Partners(source, target, bead.score)


def _group_partners(
    found: Iterable[Group], ours: BlockSide, theirs: BlockSide
) -> Iterator[_Partners]:
    """Join the blocks of groups that have both sides."""
    for group in found:
        source = join(ours.document, [ours.blocks[i] for i in group.source])
        target = join(theirs.document, [theirs.blocks[j] for j in group.target], ENDS)
        if source and target:
            yield _Partners(source, target, 1.0)


def _unpaired(
    beads: Sequence[Bead],
    ours: Sequence[Segment],
    theirs: Sequence[Segment],
    name: str,
    human: str,
) -> Iterator[Skip]:
    """List the sentences that are in no pair, each with its reason."""
    for index, bead in enumerate(beads):
        if len(bead.source) != 1 or len(bead.target) != 1:
            reason = Reason.MERGED if bead.target else Reason.NO_PARTNER
        elif _is_beside(beads, index):
            reason = Reason.UNSURE
        else:
            continue
        for sentence in bead.source:
            left = _unused(ours[sentence], [theirs[i] for i in bead.target], human, reason)
            yield Skip(reason, "sentence", name, ours[sentence].line, left)


class _Maker:
    """A maker of units for one original, which knows its formulas and its references."""

    def __init__(
        self,
        original: Document,
        pair: tuple[str, str],
        document: str,
        unchanged: bool,
        book: frozenset[str] = frozenset(),
    ) -> None:
        self._pair = pair
        self._unchanged = unchanged
        self._document = document
        self._spaced = profiles.load(pair[1]).joiner != ""
        self._formulas = {flat(w.partition(":")[2]) for _, w in original.anchors}
        self._cells = {i for i, b in enumerate(original.blocks) if b.kind == "cell"}
        self._known = book.union(
            key
            for block in original.blocks
            for mark in block.marks
            if mark.kind in REFERENCES
            for key in keys(mark.content or original.text[mark.start : mark.end])
        )

    def unit(self, partners: _Partners, level: str) -> Unit | Reason:
        """Make a unit of two partners, or return the reason why there is none."""
        if problem := self._problem(partners, level):
            return problem
        source, target = partners.source, self._trimmed(partners)
        if not same_displays(source.slots, target.slots):
            return Reason.SLOTS
        names, literals = match(source.slots, target.slots)
        if any(self._dangles(slot) for slot in literals):
            return Reason.DANGLING
        if level == "sentence" and not is_exact(source.slots, target.slots):
            return Reason.SLOTS
        bound = level == "block" or literals or drops(source.slots, names)
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

    def _problem(self, partners: _Partners, level: str) -> Reason | None:
        """Return the reason, if any, why the words of two partners give no unit."""
        source, target = (_words(s) for s in (partners.source, partners.target))
        if source == target:
            # Names ("BERT", "GloVe") are the same in every language.
            if all(map(scripts.is_name, source)):
                return None
            most = KEPT_IN_CELL if partners.source.block in self._cells else KEPT
            kept = self._unchanged and level == "block" and len(source) <= most
            return None if kept else Reason.UNTRANSLATED
        if scripts.is_foreign(target, self._pair[1]) and size(partners.target.parts) == 1:
            return Reason.SCRIPT
        return Reason.UNSURE if partners.score < SURE[level] else None

    def left_out(self, source: Segment) -> Unit:
        """Make a unit that says that the human left a block out: it has no target."""
        unit = Unit(source.tokens, "", self._pair, Origin.HUMAN, document=self._document)
        contents = contents_digest(source)
        return replace(unit, contents=contents, literals=(LEFT_OUT,), position=source.block)

    def _trimmed(self, partners: _Partners) -> Segment:
        """Return the target as it can stand in the original.

        A display formula at an end that the source's block lacks stands elsewhere in the original:
        a blank line decides whether it belongs to a paragraph, and a human may have set it
        differently. A label that the human renamed has the original's name.
        """
        own = {flat(slot.content) for slot in partners.source.slots}
        parts = list(partners.target.parts)
        for end in (0, -1):
            while parts and self._belongs_outside(parts[end], own):
                del parts[end]
        if self._unchanged:
            parts = with_references_of(partners.source.slots, parts, self._dangles)
        return replace(partners.target, parts=tuple(parts))

    def _belongs_outside(self, part: str | Slot, own: set[str]) -> bool:
        if isinstance(part, str):
            return not part.strip()
        text = flat(part.content)
        return is_display(part) and text in self._formulas and text not in own

    def _dangles(self, slot: Slot) -> bool:
        """Return whether a slot refers to something that the original does not refer to."""
        return slot.kind in REFERENCES and not keys(slot.content) <= self._known

    def _text(self, target: Segment, names: dict[int, str]) -> str:
        """Write the target as text; ``names`` has the token of every slot by its index."""
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


@dataclass(slots=True)
class _Made:
    """The units of one document so far, and what gave none."""

    maker: _Maker
    file: str
    """The human's file."""
    units: list[Unit] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)

    def add(self, some: Iterable[_Partners], level: str) -> set[int]:
        """Make the units of partners; return the blocks that have one."""
        covered: set[int] = set()
        for both in some:
            made = self.maker.unit(both, level)
            if isinstance(made, Unit):
                self.units.append(made)
                covered.update(range(made.position, made.position + size(both.source.parts)))
            else:
                left = _unused(both.source, [both.target], self.file, made)
                self.skips.append(Skip(made, level, self.file, both.target.line, left))
        return covered

    def leave_out(self, blocks: Iterable[Segment]) -> None:
        """Make the units of blocks that the human left out."""
        self.units += map(self.maker.left_out, blocks)


def close_up(text: str) -> str:
    """Remove the blanks that line breaks left in a text of a script without spaces.

    >>> close_up("均值 很小， 如 BERT 所示")
    '均值很小，如 BERT 所示'
    """
    return _WIDE_BLANK.sub("", text)


def _words(segment: Segment) -> list[str]:
    """Return the words of a segment, without its slots."""
    return scripts.words(_TOKEN.sub(" ", segment.tokens))
