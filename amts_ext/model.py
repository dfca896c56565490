"""The words of the project as data: Document, Block, Mark, Slot, Segment, Unit, Pair.

All are immutable. Those that a book has by the ten thousand are structs of msgspec, which are made
several times faster than dataclasses and named tuples, and take less room. Positions are character
offsets into the document's text (not bytes), half open.

A segment's text is a tuple of *parts*: plain strings and slots. Where parts have to travel as
one string (the memory, a translator without markup, a message to a person), :func:`to_tokens`
renders each slot as ``⟦math1⟧`` (pairs: ``⟦strong2⟧words⟦/strong2⟧``), and :func:`from_tokens`
reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct


class Half(StrEnum):
    """Whether a slot stands alone or is one half of a formatting pair."""

    SINGLE = ""
    OPEN = "open"
    CLOSE = "close"


class Mark(Struct, frozen=True, gc=False):
    """An inline span of a block that is not prose, as the reader found it."""

    start: int
    end: int
    kind: str
    """``math code role link image html url escape break strong emphasis strikethrough slide …``"""
    half: Half = Half.SINGLE
    content: str = ""
    """What is put back where that is not the span's own text (a shortcut link's label)."""

    def moved(self, by: int) -> Mark:
        """The mark ``by`` positions further on."""
        return Mark(self.start + by, self.end + by, self.kind, self.half, self.content)


class Block(Struct, frozen=True, gc=False):
    """One run of prose in a document."""

    kind: str
    """``title paragraph item cell caption quote``"""
    start: int
    end: int
    line: int
    """1-based line of ``start``."""
    marks: tuple[Mark, ...] = ()
    """In order, not overlapping; halves nest."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source file: its text and the blocks of prose in it, in order, not overlapping."""

    name: str
    text: str
    blocks: tuple[Block, ...]
    anchors: tuple[tuple[int, str], ...] = ()
    """(position, kind:content) of what is not prose but does not change in translation either
    (code blocks, display math, labels, image paths): fixed points for alignment."""


class Slot(Struct, frozen=True, gc=False):
    """A masked inline piece of a segment."""

    id: int
    """Number within the segment, from 1, in source order; both halves of a pair share it."""
    kind: str
    content: str
    """What is put back, byte for byte."""
    half: Half = Half.SINGLE

    @property
    def token(self) -> str:
        """The slot as it travels in a string."""
        return _token(self.kind, self.id, self.half is Half.CLOSE)


@lru_cache
def _token(kind: str, number: int, closes: bool) -> str:
    """Few tokens are different, and a book is rendered many times."""
    return f"⟦{'/' if closes else ''}{kind}{number}⟧"


Parts = tuple[str | Slot, ...]

TOKEN = re.compile(r"⟦(/?)([a-z_]+)(\d+)⟧")


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
        """The segment's text with its slots as tokens: what the memory's key is made of."""
        return to_tokens(self.parts)

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(p for p in self.parts if isinstance(p, Slot))


class Origin(StrEnum):
    """Who made a translation."""

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
    """For machine units: engine and version, parallel-data and terminology revision."""
    contents: str = ""
    """If not empty, the unit holds only where the source slots hold exactly this (a digest)."""
    literals: tuple[str, ...] = ()
    """What the target's ``⟦own1⟧ ⟦own2⟧ …`` tokens hold: the human's own inline markup."""
    document: str = ""
    position: int = 0
    """Index of the block in ``document``, for ties."""
    when: float = 0.0
    """Unix time in seconds."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one document."""

    start: int
    end: int
    line: int


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
    """``sentence`` or the block's kind, when the whole block is one pair."""


def characters(parts: Iterable[str | Slot]) -> int:
    """What a translator is sent of a segment: its text, and what slots hold that stand alone.

    Halves of pairs travel as tags, which are not counted.
    """
    return sum([
        len(p) if isinstance(p, str) else 0 if p.half else len(p.content)
        for p in parts
    ])  # fmt: skip


def to_tokens(parts: Iterable[str | Slot]) -> str:
    """Render parts as one string, slots as tokens."""
    return "".join([p if isinstance(p, str) else p.token for p in parts])


def from_tokens(text: str, slots: Iterable[Slot]) -> Parts:
    """Read a string with tokens back into parts.

    A token that names none of ``slots`` stays in the text, where the slot check finds it.
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
