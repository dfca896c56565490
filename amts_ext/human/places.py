"""Places in a human's file: one sentence is put for another, and nothing else changes.

>>> from pathlib import Path
>>> from amts_ext.files import write_text
>>> from amts_ext.text.masking import mask
>>> for name, text in (("mean.md", "A mean. A sum."), ("es/mean.md", "Una media.\\nUna suma.")):
...     _ = write_text(Path(name), text)
>>> file = HumanFile.find(Path("es"), Path("."), "mean.md", "md")
>>> places = Places.of(file, ("en", "es"))
>>> place = places.find(places.file.ours, mask(places.file.ours, "en")[1])
>>> places.edited(place, "Una suma total.", ()).file.raw
'Una media.\\nUna suma total.'

A place is found by the alignment that builds learn from, and what is written is read back: a build
has to get from the file what the person wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from amts_ext.formats import Edit
from amts_ext.human.aligned import Aligned
from amts_ext.human.glyphs import Glyph, changed, glyphs_of
from amts_ext.human.human_file import HumanFile
from amts_ext.human.slots import match
from amts_ext.human.units import Made, Tried, close_up, units_of_sides
from amts_ext.languages import profiles
from amts_ext.model import TOKEN, Document, Half, Parts, Segment, Slot, Unit, from_tokens
from amts_ext.text import notes
from amts_ext.text.groups import size
from amts_ext.text.masking import unmask

OWN = "own"
"""The kind of the tokens for a human's own markup."""


class Edited(NamedTuple):
    """A human's file with another text in one place."""

    file: HumanFile
    aligned: Aligned
    before: str
    """What stood in the place."""
    now: str
    """What stands there."""
    line: int
    """1-based, in the human's file."""


@dataclass(frozen=True)
class Places:
    """The places of one human's file that translate something of its original."""

    file: HumanFile
    pair: tuple[str, str]
    aligned: Aligned
    made: Made

    @classmethod
    def of(cls, file: HumanFile, pair: tuple[str, str], aligned: Aligned | None = None) -> Self:
        """Align a file, unless ``aligned`` is known, and find its places.

        Raises :class:`~amts_ext.errors.InputError` if one of the texts cannot be read.
        """
        aligned = aligned or file.align(pair)
        made = units_of_sides(
            file.sides(pair), pair, file.name, file.unchanged, file.references, aligned
        )
        return cls(file, pair, aligned, made)

    def find(self, document: Document, segment: Segment) -> Tried | None:
        """Return the place that translates a segment of the source ``document``; None if none does.

        The source may have moved on since: then its nearest segment with the same words is meant.
        """
        words = segment.tokens.split()
        found = [t for t in self.made.tried if t.partners.source.tokens.split() == words]
        if document.text == self.file.ours.text:
            found = [t for t in found if t.partners.source.start == segment.start]
        else:
            near = min((_distance(t, segment) for t in found), default=0)
            found = [t for t in found if _distance(t, segment) == near]
            if len({t.partners.source.start for t in found}) > 1:
                return None  # nobody can tell which of the two is meant
        return max(found, key=lambda tried: tried.level == "block", default=None)

    def text(self, place: Tried) -> str:
        """Return what stands in a place."""
        target = place.partners.target
        return self.file.theirs.text[target.start : target.end]

    def line(self, place: Tried) -> int:
        """Return the 1-based line of a place in the human's file."""
        start = place.partners.target.start
        if self.file.theirs.text != self.file.mended[0]:
            return place.partners.target.line
        return self.file.raw.count("\n", 0, notes.position(self.file.raw, start)) + 1

    def is_unread(self, place: Tried) -> bool:
        """Return True if a machine wrote some of a place, and nobody has read it."""
        target = place.partners.target
        return any(a < target.end and target.start < b for a, b in self.file.unread)

    def edited(self, place: Tried, target: str, slots: Sequence[Slot]) -> Edited | None:
        """Return the file with ``target``, which has slots as tokens, in a place.

        ``slots`` are what its tokens stand for, where the human's own text has no slot for them.
        None if a build would not get from the file what is written: then it belongs elsewhere.
        """
        if size(place.partners.target.parts) > 1 or size(place.partners.source.parts) > 1:
            return None  # what stands between its paragraphs may be more than blank lines
        own = self._slots(place)
        parts = from_tokens(target, [*own.values(), *(s for s in slots if s.token not in own)])
        if any(isinstance(part, str) and TOKEN.search(part) for part in parts):
            return None  # the text has a slot that stands for nothing in this file
        for start, end, text in self._edits(place, parts):
            raw = self._spliced(Edit(start, end, text))
            found = raw and self._read_back(place, raw, target, parts)
            if found:
                return found
        return None

    def restored(self, place: Tried, now: str, before: str) -> Edited | None:
        """Return the file with ``before`` where ``now`` stands; None if it does not stand there."""
        segment = place.partners.target
        if self.text(place) != now:
            return None
        raw = self._spliced(Edit(segment.start, segment.end, before))
        if not raw:
            return None
        file = self.file.with_text(raw)
        return Edited(file, file.align(self.pair), now, before, self.line(place))

    def _slots(self, place: Tried) -> dict[str, Slot]:
        """Return the slots of the human's own text, by the tokens of a unit made of it."""
        held = self._kept_slots(place)
        found = {}
        for index, token in self._names(place).items():
            if match := TOKEN.fullmatch(token):
                half = Half.SINGLE if match[2] == OWN else held[index].half
                slot = held[index]
                found[token] = Slot(int(match[3]), match[2], slot.content, half, slot.lines)
        return found

    def _kept_slots(self, place: Tried) -> list[Slot]:
        first, last = self.made.kept(place.partners)
        return [p for p in place.partners.target.parts[first:last] if isinstance(p, Slot)]

    def _names(self, place: Tried) -> dict[int, str]:
        return match(place.partners.source.slots, self._kept_slots(place))[0]

    def _edits(self, place: Tried, parts: Parts) -> list[tuple[int, int, str]]:
        """Return the least change of a place that makes it ``parts``, and the change of it all."""
        target = place.partners.target
        first, _ = self.made.kept(place.partners)
        before = sum(isinstance(p, Slot) for p in target.parts[:first])
        names = self._names(place)
        count = before + len(names)
        glyphs = glyphs_of(self.file.theirs, target, {before + i: t for i, t in names.items()})
        glyphs = _between(glyphs, before, count)
        if not glyphs:
            return []
        whole = glyphs[0].start, glyphs[-1].end, unmask(parts)
        spaced = profiles.load(self.pair[1]).joiner != ""
        least = changed(glyphs, parts, None if spaced else close_up)
        return [least, whole] if least else [whole]

    def _spliced(self, edit: Edit) -> str:
        """Return the text of the human's file with an edit of its document."""
        file = self.file
        if file.raw == file.mended[0]:
            return file.reader.write(file.theirs, [edit])
        document = file.reader.read(file.raw, file.name)
        if document.text != file.raw or file.theirs.text != file.mended[0]:
            return ""  # the notes in a notebook are a part of its JSON
        start, end = (notes.position(file.raw, at) for at in (edit.start, edit.end))
        return file.reader.write(document, [Edit(start, end, edit.text)])

    def _read_back(self, place: Tried, raw: str, target: str, parts: Parts) -> Edited | None:
        """Return the edited file if a build would get from it what the person wrote."""
        again = Places.of(self.file.with_text(raw), self.pair)
        if _shape(again.file.theirs) != _shape(self.file.theirs):
            return None
        source = place.partners.source
        for tried in again.made.tried:
            same = (tried.level, tried.partners.source.start) == (place.level, source.start)
            if same and isinstance(tried.made, Unit):
                own = [Slot(n, OWN, text) for n, text in enumerate(tried.made.literals, 1)]
                found = from_tokens(tried.made.target, [*source.slots, *own])
                if _told(found) != _told(from_tokens(target, [*source.slots, *_own(parts)])):
                    return None
                line = again.line(tried)
                before, now = self.text(place), again.text(tried)
                return Edited(again.file, again.aligned, before, now, line)
        return None


def _distance(tried: Tried, segment: Segment) -> int:
    return abs(tried.partners.source.block - segment.block)


def _own(parts: Parts) -> list[Slot]:
    return [p for p in parts if isinstance(p, Slot) and p.kind == OWN]


def _told(parts: Parts) -> str:
    """Return parts as one text by which two are compared: a human's own markup as it is."""
    text = "".join(
        p if isinstance(p, str) else p.content if p.kind == OWN else p.token for p in parts
    )
    return "".join(text.split())


def _shape(document: Document) -> tuple[list[str], list[str]]:
    return [block.kind for block in document.blocks], [what for _, what in document.walls]


def _between(glyphs: Sequence[Glyph], first: int, last: int) -> list[Glyph]:
    """Return the glyphs from the slot number ``first`` to the one before ``last``, and the text
    between them and around, without blanks at the ends."""
    numbers = [number for number, glyph in enumerate(glyphs) if glyph.is_slot]
    start = numbers[first - 1] + 1 if first else 0
    end = numbers[last] if last < len(numbers) else len(glyphs)
    kept = list(glyphs[start:end])
    while kept and kept[0].key == " ":
        del kept[0]
    while kept and kept[-1].key == " ":
        del kept[-1]
    return kept
