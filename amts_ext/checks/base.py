"""What all checks work on: both sides of one segment, and what is known of the languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import regex

from amts_ext.languages.profiles import Profile
from amts_ext.languages.scripts import writing
from amts_ext.model import Half, Parts, Slot

SLOT = "\ufffc"
"""Stands for one slot in the text that is checked (Unicode's object replacement character)."""


class Kind(StrEnum):
    """What can be wrong with a translation."""

    UNTRANSLATED = "untranslated"
    """There is none, it is empty, or words of the source were copied."""
    SCRIPT = "script"
    """Letters that the target language is not written with."""
    LANGUAGE = "language"
    """Another language than the target's."""
    NUMBERS = "numbers"
    SLOTS = "slots"
    """Formulas, code, references or addresses that the other side does not have."""
    LENGTH = "length"
    """Much shorter or much longer than such a source becomes."""
    REPEATED = "repeated"
    """A word or a phrase twice in a row."""
    TERM = "term"
    """A term of the source whose translation the terminology knows, and the target lacks."""
    PUNCTUATION = "punctuation"
    """Another end mark, unpaired brackets or quotes, a mark twice."""
    WIDTH = "width"
    """ASCII punctuation where the profile wants full width, or the other way round."""
    SPACING = "spacing"
    """Blanks where none belong, or none where one does."""
    CAPITAL = "capital"
    """A small letter where the source begins with a capital."""
    DAMAGE = "damage"
    """What a program left behind: slot tokens, entities, broken characters."""


class Severity(StrEnum):
    """An error says something wrong or nothing; a warning looks wrong."""

    ERROR = "error"
    WARNING = "warning"


SEVERITY: Mapping[Kind, Severity] = {
    kind: Severity.WARNING
    if kind in (Kind.LENGTH, Kind.PUNCTUATION, Kind.WIDTH, Kind.SPACING, Kind.CAPITAL)
    else Severity.ERROR
    for kind in Kind
}


class Finding(NamedTuple):
    """One thing that a reviewer should look at."""

    kind: Kind
    message: str

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.kind]


@dataclass(frozen=True, slots=True)
class Context:
    """What is the same for all segments of one translation."""

    source: str
    """Language of the source, a BCP 47 code."""
    profile: Profile
    """The target language."""
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Terms of the source language with their translations; each of these will do."""
    ratio: float | None = None
    """Characters of the target for one of the source; None: the usual of these languages."""

    @property
    def target(self) -> str:
        return self.profile.language


@dataclass(frozen=True)
class Side:
    """One side of a segment. Blanks count once; a slot is one :data:`SLOT`."""

    parts: Parts
    block: str = ""
    """Kind of the block it stands in, as in :class:`~amts_ext.model.Block`; empty: any."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(p for p in self.parts if isinstance(p, Slot))

    @cached_property
    def text(self) -> str:
        """The words with slots that stand alone as one character, halves of pairs as nothing."""
        shown = (p if isinstance(p, str) else "" if p.half else SLOT for p in self.parts)
        return "".join(shown)

    @cached_property
    def words(self) -> list[str]:
        """Runs of letters and the marks on them."""
        return WORD.findall(self.text)

    @cached_property
    def letters(self) -> int:
        return sum(map(len, self.words))

    @cached_property
    def held(self) -> str:
        """What the slots hold that are no halves, one on a line."""
        return "\n".join(s.content for s in self.slots if s.half is Half.SINGLE)


WORD = regex.compile(r"[\p{L}\p{M}]+")
_SCRIPTS = {
    "Hans": ("Han",),
    "Hant": ("Han",),
    "Jpan": ("Han", "Hiragana", "Katakana"),
    "Kore": ("Hangul", "Han"),
}


def scripts(language: str) -> tuple[str, ...]:
    """Unicode's names of the scripts that a language is written in."""
    code = writing(language)
    return _SCRIPTS.get(code, (code,))


UNMARKED = frozenset({"caption", "title", "cell"})
_CLOSERS = "\"'”’»」』)）]】*_ "


def last_mark(text: str) -> str:
    """The last character that closes no bracket or quote."""
    return text.rstrip(_CLOSERS)[-1:]


def ends_open(source: Side, target: Side) -> bool:
    """Whether the source ends with a full stop and the target with a word.

    Not in :data:`UNMARKED` blocks, where it is a matter of the publisher's style.
    """
    end = last_mark(source.text)
    stops = bool(end) and end in ".!" and source.block not in UNMARKED
    return stops and last_mark(target.text).isalpha()


def quoted(text: str, limit: int = 40) -> str:
    """A piece of text for a message."""
    text = text.replace(SLOT, "…")
    return f"'{text if len(text) <= limit else text[:limit] + '…'}'"
