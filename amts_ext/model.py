"""The words of the project as data: Document, Block, Mark, Slot, Segment, Unit, Pair.

A segment's text is a tuple of *parts*: plain strings and slots. Where parts have to travel as
one string (the memory, a translator without markup, a message to a person), :func:`to_tokens`
renders each slot as ``⟦math1⟧`` (pairs: ``⟦strong2⟧words⟦/strong2⟧``), and :func:`from_tokens`
reads it back.

>>> parts = ("Let ", Slot(1, "math", "$x$"), " be small.")
>>> to_tokens(parts)
'Let ⟦math1⟧ be small.'
>>> from_tokens("Sea ⟦math1⟧ pequeño.", [parts[1]]) == ("Sea ", parts[1], " pequeño.")
True

All types are immutable. A book has tens of thousands of some; these are structs of msgspec, which
are made several times faster than dataclasses and named tuples, and take less room. Positions are
character offsets into the document's text (not bytes); ranges are half open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct


class Half(StrEnum):
    """The role of a mark or slot: alone, or the opening or closing half of a formatting pair."""

    SINGLE = ""
    OPEN = "open"
    CLOSE = "close"


class Mark(Struct, frozen=True, gc=False):
    """An inline span of a block that is not prose, as the reader found it.

    A formatting pair has a mark for each half: ``**any**`` has two of kind ``strong``.
    """

    start: int
    end: int
    kind: str
    """``math code role link image html url escape break strong emphasis strikethrough slide …``"""
    half: Half = Half.SINGLE
    content: str = ""
    """Text to put back, if it is not the span's own. In ``[label]``, a shortcut link, the closing
    bracket has to become ``][label]``, so that the link finds its target when its text changes."""
    lines: str = ""
    """A line break and an indent, if the span has lines of its own, as a display formula may. A
    translation keeps it on lines of its own. Empty for a span inside a line."""

    def moved(self, by: int) -> Mark:
        """Return the mark ``by`` positions further on."""
        start, end = self.start + by, self.end + by
        return Mark(start, end, self.kind, self.half, self.content, self.lines)


class Link(Struct, frozen=True, gc=False):
    """The address of a link that names a place in a document: ``mean.md#history``."""

    start: int
    end: int
    line: int
    """1-based line of ``start``."""
    address: str
    """The address as it is written."""


class Block(Struct, frozen=True, gc=False):
    """One run of prose in a document."""

    kind: str
    """``title paragraph item cell caption quote``"""
    start: int
    end: int
    line: int
    """1-based line of ``start``."""
    marks: tuple[Mark, ...] = ()
    """In order, without overlaps; pairs of halves nest."""


class Doubt(Struct, frozen=True):
    """Something in a source that its format is not sure how to read."""

    line: int
    """1-based."""
    source: str
    """The beginning of it."""
    reason: str
    """What is done about it, and what a person can do."""
    of_book: bool = False
    """True if the answer is one for the whole book, so that it is told of once in a run."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source file: its text and the blocks of prose in it."""

    name: str
    text: str
    blocks: tuple[Block, ...]
    """In order, without overlaps."""
    anchors: tuple[tuple[int, str], ...] = ()
    """Fixed points for alignment, as (position, ``kind:content``): code blocks, display math,
    labels and image paths. They are no prose, and a translation keeps them."""
    titles: tuple[tuple[int, int], ...] = ()
    """Start and end of every heading, with its marks: ``## The mean``."""
    links: tuple[Link, ...] = ()
    """The addresses with a ``#``, in order."""

    @property
    def walls(self) -> tuple[tuple[int, str], ...]:
        """Places, as in ``anchors``, that one piece of text cannot span."""
        return self.anchors


class Slot(Struct, frozen=True, gc=False):
    """A masked inline piece of a segment."""

    id: int
    """Number within the segment, from 1, in source order; both halves of a pair share it."""
    kind: str
    content: str
    """The text that is put back, byte for byte."""
    half: Half = Half.SINGLE
    lines: str = ""
    """What stands before and after it if it keeps lines of its own; see :attr:`Mark.lines`."""

    @property
    def token(self) -> str:
        """The slot as it travels in a string.

        >>> Slot(2, "strong", "**", Half.CLOSE).token
        '⟦/strong2⟧'
        """
        return _token(self.kind, self.id, self.half is Half.CLOSE)


@lru_cache
def _token(kind: str, number: int, closes: bool) -> str:
    """Spell a token. Few tokens differ, and a book is rendered many times, so they are cached."""
    return f"⟦{'/' if closes else ''}{kind}{number}⟧"


Parts = tuple[str | Slot, ...]
"""The text of a segment or of its translation: strings and slots."""

TOKEN = re.compile(r"⟦(/?)([a-z_]+)(\d+)⟧")
"""A slot's token; groups: a slash if it closes a pair, the kind, the number."""


class Segment(Struct, frozen=True, gc=False):
    """The unit that is translated and remembered: a sentence, or a whole block."""

    parts: Parts
    start: int
    end: int
    line: int
    block: int
    """Index of its block in the document."""

    @property
    def tokens(self) -> str:
        """The segment's text with its slots as tokens; the memory's key is made of it."""
        return to_tokens(self.parts)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The segment's slots in order."""
        return tuple(p for p in self.parts if isinstance(p, Slot))


class Origin(StrEnum):
    """The maker of a translation: a human or a machine."""

    HUMAN = "human"
    MACHINE = "machine"


class Unit(Struct, frozen=True, gc=False):
    """A translation unit: one source segment and its translation, both with slots as tokens."""

    source: str
    target: str
    pair: tuple[str, str]
    """(source language, target language)."""
    origin: Origin
    signature: str = ""
    """For machine units: engine and version, parallel-data and terminology revision. Of a human
    unit empty; or, if the human translated an earlier version of the source, the reason to look at
    it."""
    contents: str = ""
    """A digest of the source slots' contents. If not empty, the unit holds only for a segment
    whose slots have this digest."""
    literals: tuple[str, ...] = ()
    """A human's own inline markup, which the target's tokens ``⟦own1⟧ ⟦own2⟧ …`` stand for. Of a
    machine unit, one text: what is doubted about it or, without a target, why it was refused."""
    document: str = ""
    position: int = 0
    """Index of the block in ``document``; it decides between units of one source."""
    when: float = 0.0
    """Unix time in seconds."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one document."""

    start: int
    end: int
    line: int
    """1-based line of ``start``."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One example of parallel data, and where both of its sides stand."""

    source: str
    target: str
    score: float
    """0 to 1: how sure the alignment is."""
    source_span: Span
    target_span: Span
    kind: str = "sentence"
    """``sentence``, or the block's kind if a whole block is one pair."""


def characters(parts: Iterable[str | Slot]) -> int:
    """Count the characters of a segment that a translator is sent.

    These are its text and the contents of slots that stand alone. Halves of pairs travel as tags,
    which are not counted.

    >>> characters(("Let ", Slot(1, "math", "$x$"), " be small."))
    17
    """
    return sum([
        len(p) if isinstance(p, str) else 0 if p.half else len(p.content)
        for p in parts
    ])  # fmt: skip


def to_tokens(parts: Iterable[str | Slot]) -> str:
    """Render parts as one string, with slots as tokens: ``Let ⟦math1⟧ be small.``"""
    return "".join([p if isinstance(p, str) else p.token for p in parts])


def from_tokens(text: str, slots: Iterable[Slot]) -> Parts:
    """Read a string with tokens back into parts.

    A token that names none of ``slots`` stays in the text, where the check of slots finds it.
    """
    known: Mapping[str, Slot] = {s.token: s for s in slots}
    parts: list[str | Slot] = []
    at = 0
    for match in TOKEN.finditer(text):
        slot = known.get(match.group())
        if slot is None:
            continue
        if match.start() > at:
            parts.append(text[at : match.start()])
        parts.append(slot)
        at = match.end()
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)
