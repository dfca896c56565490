"""Human units from one document and its human translation.

Both are aligned. A sentence with one partner becomes a sentence unit. A block with one partner
becomes a block unit, which holds only where the slots have the same contents. A translation that
could do harm elsewhere becomes no unit, and is listed with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext.alignment import Bead
from amts_ext.human import moved
from amts_ext.human.aligned import SURE, Aligned, TextSide, align_sides, is_beside, is_sure
from amts_ext.human.partners import Partners, of_blocks, of_groups, of_sentences
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
from amts_ext.text.groups import size
from amts_ext.text.masking import contents_digest, unmask

VERSION = "13"
"""Version of the algorithm, by which results are cached: change it with the results."""

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


_NONE: Mapping[tuple[int, int], str] = {}


class Reason(StrEnum):
    """A reason why a segment of the source, or a pair, gives no unit."""

    NO_PARTNER = "no human partner"
    MOVED = "moved by the human"
    MERGED = "merged or split by the human"
    UNTRANSLATED = "not translated"
    SCRIPT = "not in the target language's script"
    UNSURE = "alignment unsure"
    SLOTS = "other formulas or references"
    DANGLING = "refers to what the original does not have"


class Tried(NamedTuple):
    """Two partners, and what they give."""

    partners: Partners
    level: str
    """``sentence`` or ``block``."""
    made: Unit | Reason


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


def make_units(
    original: Document,
    human: Document,
    pair: tuple[str, str],
    document: str,
    unchanged: bool = False,
    book: frozenset[str] = frozenset(),
    aligned: Aligned | None = None,
    unread: Sequence[tuple[int, int]] = (),
    older: Mapping[tuple[int, int], str] = _NONE,
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
    labels and citations of the other originals. ``aligned`` is the alignment of the two, where it
    is known already. ``unread`` are places of the translation that a machine wrote and nobody has
    read: they become no unit. ``older`` are places where the translation is that of an earlier
    original, each with the reason to look at it, which becomes the signature of its units. Raises
    :class:`amts_ext.errors.ConfigError` for a target language without a profile.
    """
    sides = TextSide(original, pair[0]), TextSide(human, pair[1])
    aligned = aligned or align_sides(*sides, unchanged)
    made = units_of_sides(sides, pair, document, unchanged, book, aligned, unread, older)
    return made.units, made.skips


def units_of_sides(
    sides: tuple[TextSide, TextSide],
    pair: tuple[str, str],
    document: str,
    unchanged: bool,
    book: frozenset[str],
    aligned: Aligned,
    unread: Sequence[tuple[int, int]] = (),
    older: Mapping[tuple[int, int], str] = _NONE,
    asked: Container[str] | None = None,
) -> Made:
    """Make the human units of an aligned document, as :func:`make_units` does.

    ``asked`` are the tokens of all segments that will be looked up: only for these, and for groups
    of blocks, are units made. None: for all.
    """
    ours, theirs = sides
    maker = _Maker(ours.document, pair, document, unchanged, book)
    made = Made(maker, theirs.document.name, ours.segments, unread, older, asked)
    beads = moved.apart(aligned.sentences, aligned.moved)
    beads = [b for b in beads if not made.is_unread(theirs.segments[j] for j in b.target)]
    made.skips += _unpaired(beads, aligned.moved, ours, theirs)
    whole = [b for b in beads if aligned.joined.isdisjoint(b.source_blocks)]
    made.add(of_sentences(whole, ours, theirs), "sentence")
    covered = made.add(of_groups(aligned.groups, ours, theirs), "block")
    grouped = {block for group in aligned.groups for block in group.source}
    rest = [b for b in aligned.blocks if (covered if is_sure(b) else grouped).isdisjoint(b.source)]
    hosts = moved.hosts(aligned.moved, aligned.blocks, ours.segments, theirs.segments)
    hosts = set() if unchanged else hosts
    made.add(of_blocks(rest, ours, theirs, hosts), "block")
    left_out = [i for group in aligned.groups if not group.target for i in group.source]
    made.leave_out(ours.blocks[i] for i in left_out)
    return made


def _unused(source: Segment, target: Sequence[Segment], file: str, reason: Reason) -> Unused | None:
    """Return the human's text for a segment that gives no unit; None if there is none.

    One word that both languages write alike (``Animal``) may be a translation.
    """
    text = " ".join(" ".join(unmask(segment.parts).split()) for segment in target)
    if not text or (reason is Reason.UNTRANSLATED and len(_words(source)) == 1):
        return None
    return Unused(source.tokens, text, file, target[0].line, str(reason))


def _unpaired(
    beads: Sequence[Bead], elsewhere: Mapping[int, int], ours: TextSide, theirs: TextSide
) -> Iterator[Skip]:
    """List the sentences that are in no pair, each with its reason."""
    for index, bead in enumerate(beads):
        if len(bead.source) != 1 or len(bead.target) != 1:
            reason = Reason.MERGED if bead.target else Reason.NO_PARTNER
        elif is_beside(beads, index):
            reason = Reason.UNSURE
        else:
            continue
        for sentence in bead.source:
            is_moved = sentence in elsewhere
            found = (elsewhere[sentence],) if is_moved else bead.target
            why = Reason.MOVED if is_moved else reason
            source, target = ours.segments[sentence], [theirs.segments[j] for j in found]
            left = _unused(source, target, theirs.document.name, why)
            yield Skip(why, "sentence", ours.document.name, source.line, left)


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

    def unit(self, partners: Partners, level: str) -> Unit | Reason:
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

    def _problem(self, partners: Partners, level: str) -> Reason | None:
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

    def _trimmed(self, partners: Partners) -> Segment:
        """Return the target as it can stand in the original.

        A display formula at an end that the source's block lacks stands elsewhere in the original:
        a blank line decides whether it belongs to a paragraph, and a human may have set it
        differently. A label that the human renamed has the original's name.
        """
        first, last = self.outside(partners)
        parts = list(partners.target.parts[first : len(partners.target.parts) - last])
        if self._unchanged:
            parts = with_references_of(partners.source.slots, parts, self._dangles)
        return replace(partners.target, parts=tuple(parts))

    def outside(self, partners: Partners) -> tuple[int, int]:
        """Count the parts at both ends of the target that stand elsewhere in the original."""
        own = {flat(slot.content) for slot in partners.source.slots}
        outside = [self._belongs_outside(part, own) for part in partners.target.parts]
        first = len(list(takewhile(bool, outside)))
        return first, len(list(takewhile(bool, reversed(outside[first:]))))

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
class Made:
    """The units of one document so far, and what gave none."""

    maker: _Maker
    file: str
    """The human's file."""
    sentences: Sequence[Segment]
    """Of the original."""
    unread: Sequence[tuple[int, int]]
    """Places in the human's file that a machine wrote and nobody has read."""
    older: Mapping[tuple[int, int], str]
    """Places in it whose original has changed, each with a reason to look at it."""
    asked: Container[str] | None = None
    """The tokens of the segments that will be looked up; None: of all."""
    alone: set[int] = field(default_factory=set)
    """Where the sentences begin that have a unit of their own."""
    units: list[Unit] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    """All partners that are no machine's."""

    def add(self, some: Iterable[Partners], level: str) -> set[int]:
        """Make the units of partners; return the blocks that have one."""
        covered: set[int] = set()
        for both in some:
            if self.is_unread([both.target]) or not self.is_asked(both.source):
                continue
            reason = self._older(both.target)
            if level == "block" and reason and self._is_alone(both.source):
                continue  # so that just the sentence that is older is told
            made = self.maker.unit(both, level)
            self.tried.append(Tried(both, level, made))
            if isinstance(made, Unit):
                self.alone |= {both.source.start} if level == "sentence" else set()
                self.units.append(replace(made, signature=reason) if reason else made)
                covered.update(range(made.position, made.position + size(both.source.parts)))
            else:
                left = _unused(both.source, [both.target], self.file, made)
                self.skips.append(Skip(made, level, self.file, both.target.line, left))
        return covered

    def kept(self, partners: Partners) -> tuple[int, int]:
        """Return the range of the target's parts that a unit is made of."""
        first, last = self.maker.outside(partners)
        return first, len(partners.target.parts) - last

    def is_asked(self, source: Segment) -> bool:
        """Return True if a segment will be looked up; of a group of blocks nobody can tell."""
        return self.asked is None or source.tokens in self.asked or size(source.parts) > 1

    def is_unread(self, segments: Iterable[Segment]) -> bool:
        """Return True if one of some segments of the translation is, or has, a machine's text."""
        if not self.unread:
            return False
        return any(a < s.end and s.start < b for s in segments for a, b in self.unread)

    def _older(self, segment: Segment) -> str:
        """Return the reason to look at a segment of the translation; empty if there is none."""
        places = self.older.items()
        found = (why for (a, b), why in places if a < segment.end and segment.start < b)
        return next(found, "")

    def _is_alone(self, block: Segment) -> bool:
        """Return True if each sentence of a block, or of a group of blocks, has its own unit."""
        inside = [s.start for s in self.sentences if block.start <= s.start < block.end]
        return len(inside) > 1 and self.alone.issuperset(inside)

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
