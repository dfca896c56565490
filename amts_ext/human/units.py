"""Human units from one document and its human translation.

Both are aligned. A sentence with one partner becomes a sentence unit. A block with one partner
becomes a block unit, which holds only where the slots have the same contents. A translation that
could do harm elsewhere becomes no unit, and is listed with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from amts_ext.alignment import Bead, align, align_blocks
from amts_ext.human import groups
from amts_ext.languages import profiles, scripts
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Document, Half, Origin, Segment, Slot, Unit
from amts_ext.text.groups import join, size
from amts_ext.text.masking import contents_digest, mask

VERSION = "6"
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
LEFT_OUT = "left out by the human"
OPTIONAL = frozenset({"emphasis", "strong", "strikethrough", "slide", "soft", "break"})
"""Kinds of slots that a translator may drop without changing what the sentence says."""
REFERENCES = frozenset({"role", "image", "footnote"})
"""Kinds of slots that refer to something, which the document has to have."""
EXACT = frozenset({"math", "role"})
"""Kinds of slots in which a sentence must equal its source, if it is to serve in other places."""

_KEYS = re.compile(r"`([^`]*)`")
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
    text that the human translated, not a later one (see :func:`.groups.find`). Raises :class:`amts_ext.errors.ConfigError`
    for a target language without a profile.
    """
    source, target = pair
    ours, theirs = mask(original, source), mask(human, target)
    blocks = align_blocks(original, ours, human, theirs)
    beads = align(original, ours, human, theirs, blocks)
    maker = _Maker(original, pair, document, unchanged)
    skips = list(_unpaired(beads, ours, original.name))
    whole = tuple(
        groups.Side(text, {s.block: s for s in mask(text, language, "paragraph")})
        for text, language in ((original, source), (human, target))
    )
    found = groups.find(blocks, SURE["block"], *whole, unchanged)
    grouped = {block for group in found for block in group.source}
    partners = [
        ("sentence", _partners(beads, ours, theirs)),
        ("block", _block_partners((b for b in blocks if not grouped & {*b.source}), *whole)),
        ("block", _group_partners(found, *whole)),
    ]
    units: list[Unit] = []
    for level, both in ((level, both) for level, some in partners for both in some):
        made = maker.unit(both, level)
        if isinstance(made, Unit):
            units.append(made)
        else:
            skips.append(Skip(made, level, human.name, both.target.line))
    units += [
        maker.left_out(whole[0].blocks[i]) for g in found if not g.target for i in g.source
    ]
    return units, skips


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
    blocks: Iterable[Bead], ours: groups.Side, theirs: groups.Side
) -> Iterator[_Partners]:
    """Find the blocks that have exactly one partner."""
    for bead in blocks:
        if len(bead.source) == len(bead.target) == 1:
            source, target = ours.blocks[bead.source[0]], theirs.blocks[bead.target[0]]
            yield _Partners(source, target, bead.score)


def _group_partners(
    found: Iterable[groups.Group], ours: groups.Side, theirs: groups.Side
) -> Iterator[_Partners]:
    """Join the blocks of groups that have both sides."""
    for group in found:
        source = join(ours.document, [ours.blocks[i] for i in group.source])
        target = join(theirs.document, [theirs.blocks[j] for j in group.target])
        if source and target:
            yield _Partners(source, target, 1.0)


def _unpaired(beads: Sequence[Bead], ours: Sequence[Segment], name: str) -> Iterator[Skip]:
    """List the sentences that are in no pair, each with its reason."""
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
    """A maker of units for one original, which knows its formulas and its references."""

    def __init__(
        self, original: Document, pair: tuple[str, str], document: str, unchanged: bool
    ) -> None:
        self._pair = pair
        self._unchanged = unchanged
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
        """Make a unit of two partners, or return the reason why there is none."""
        if problem := self._problem(partners, level):
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

    def _problem(self, partners: _Partners, level: str) -> Reason | None:
        """Return the reason, if any, why the words of two partners give no unit."""
        source, target = (_words(s) for s in (partners.source, partners.target))
        if source == target:
            # Names ("BERT", "GloVe") are the same in every language.
            if all(map(scripts.is_name, source)):
                return None
            kept = self._unchanged and level == "block" and len(source) <= KEPT
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
        """Return the target without the display formulas at its ends that the source's block lacks.

        They stand elsewhere in the original. A blank line decides whether a formula belongs to a
        paragraph, and a human may have set it differently.
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
        """Return whether a slot refers to something that the original does not refer to."""
        return slot.kind in REFERENCES and not _keys(slot.content) <= self._known

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


def close_up(text: str) -> str:
    """Remove the blanks that line breaks left in a text of a script without spaces.

    >>> close_up("均值 很小， 如 BERT 所示")
    '均值很小，如 BERT 所示'
    """
    return _WIDE_BLANK.sub("", text)


def _match(source: Sequence[Slot], target: Sequence[Slot]) -> tuple[dict[int, str], list[Slot]]:
    """Name the target's slots by the source's tokens; ``⟦own1⟧ …`` are those it does not have.

    Display formulas are matched by order, other single slots by kind and content, and pairs by kind
    and content, or else by kind and order. Returns the tokens by index of the target's slot, and
    the slots of the target's own, in order.
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
    """Add to ``names`` the halves of the target's pairs that the source has too."""
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
    """Return the indices of the two halves of each pair, by the pair's number."""
    opened = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.OPEN}
    closed = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.CLOSE}
    return {number: (i, closed[number]) for number, i in opened.items() if number in closed}


def _is_display(slot: Slot) -> bool:
    return slot.kind == "math" and slot.content.startswith(("$$", "\\["))


def _flat(content: str) -> str:
    return " ".join(content.split())


def _same_displays(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    """Return whether display formulas correspond one by one: none is lost, doubled or moved.

    Two that correspond may differ, in words inside them or in a full stop: the source's is used.
    """
    ours, theirs = (
        [_flat(slot.content) for slot in side if _is_display(slot)] for side in (source, target)
    )
    moved = any(a != b and b in ours for a, b in zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and not moved


def _exact(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    """Return whether both sides have the same formulas and roles, in any order."""
    ours, theirs = (
        sorted((s.kind, _flat(s.content)) for s in side if s.kind in EXACT)
        for side in (source, target)
    )
    return ours == theirs


def _drops(source: Iterable[Slot], names: dict[int, str]) -> bool:
    """Return whether the human left out a slot that says something (see :data:`OPTIONAL`).

    Such a unit is right only where the slots have the same contents.
    """
    kept = set(names.values())
    return any(s.token not in kept for s in source if s.kind not in OPTIONAL)


def _keys(content: str) -> frozenset[str]:
    """Return the keys that a role refers to, or the path of an image.

    >>> sorted(_keys(":numref:`fig_mean,fig_sum`")), sorted(_keys("![A mean](img/mean.svg)"))
    (['fig_mean', 'fig_sum'], ['img/mean.svg'])
    """
    found = _KEYS.search(content)
    inside = found.group(1) if found else content.rpartition("](")[2].rstrip(")")
    return frozenset(key.strip() for key in inside.split(","))


def _words(segment: Segment) -> list[str]:
    """Return the words of a segment, without its slots."""
    return scripts.words(_TOKEN.sub(" ", segment.tokens))
