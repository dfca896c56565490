"""The data that every check works on: the two sides of a segment, the languages, the findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from amts_ext.facts.sides import SLOT, WORD, Side
from amts_ext.languages.profiles import Profile
from amts_ext.languages.scripts import writing

__all__ = ["SLOT", "WORD", "Context", "Finding", "Kind", "Severity", "Side"]


class Kind(StrEnum):
    """A kind of fault in a translation."""

    UNTRANSLATED = "untranslated"
    """No translation, an empty one, or words copied from the source."""
    SCRIPT = "script"
    """Letters that the target language is not written with."""
    LANGUAGE = "language"
    """Another language than the target's."""
    NUMBERS = "numbers"
    """Numbers that only one side has."""
    SIGNS = "signs"
    """Signs, units and brackets around numbers that the other side does not have."""
    LETTERS = "letters"
    """Letters of other alphabets, and names, that were changed."""
    SLOTS = "slots"
    """Formulas, code, references or addresses that the other side does not have."""
    LINK = "link"
    """A link to a title that leads nowhere, though it does not so in the source."""
    LENGTH = "length"
    """A translation much shorter or much longer than is usual for its source."""
    SHORT = "short"
    """A title or another short text that gains or loses a mark, or says much more."""
    REPEATED = "repeated"
    """A word or a phrase twice in a row."""
    TERM = "term"
    """A term of the source whose translation in the terminology the target lacks."""
    PUNCTUATION = "punctuation"
    """A wrong mark at the end, an unpaired bracket or quote, a mark twice."""
    WIDTH = "width"
    """ASCII punctuation where the profile wants full width, or the other way round."""
    SPACING = "spacing"
    """A blank that does not belong there, or a missing one."""
    CAPITAL = "capital"
    """A small letter where the source begins with a capital."""
    DAMAGE = "damage"
    """Remains of a program: slot tokens, entities, broken characters."""


class Severity(StrEnum):
    """The weight of a finding: an error says something wrong or nothing; a warning looks wrong."""

    ERROR = "error"
    WARNING = "warning"


SEVERITY: Mapping[Kind, Severity] = {
    kind: Severity.WARNING
    if kind in (Kind.LENGTH, Kind.SHORT, Kind.PUNCTUATION, Kind.WIDTH, Kind.SPACING, Kind.CAPITAL)
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
    """The facts that hold for all segments of one translation."""

    source: str
    """Language of the source, a BCP 47 code."""
    profile: Profile
    """Profile of the target language."""
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The translations of each source term; any of them is right."""
    ratio: float | None = None
    """Characters of the target for one of the source; None: what is usual for the languages."""

    @property
    def target(self) -> str:
        return self.profile.language

    @property
    def languages(self) -> tuple[str, str]:
        return self.source, self.target


_SCRIPTS = {
    "Hans": ("Han",),
    "Hant": ("Han",),
    "Jpan": ("Han", "Hiragana", "Katakana"),
    "Kore": ("Hangul", "Han"),
}


def scripts(language: str) -> tuple[str, ...]:
    """Return the scripts that a language is written in, by their Unicode names or ISO 15924 codes.

    >>> scripts("ja")
    ('Han', 'Hiragana', 'Katakana')
    >>> scripts("pt")
    ('Latn',)
    """
    code = writing(language)
    return _SCRIPTS.get(code, (code,))


UNMARKED = frozenset({"caption", "title", "cell"})
"""Kinds of blocks in which a final full stop is a matter of the publisher's style."""
_CLOSERS = "\"'”’»」』)）]】*_ "


def last_mark(text: str) -> str:
    """Return the last character, closing brackets and quotes not counted.

    >>> last_mark("(See below.)")
    '.'
    """
    return text.rstrip(_CLOSERS)[-1:]


def ends_open(source: Side, target: Side) -> bool:
    """Return whether the source ends with a full stop or exclamation mark, the target with a word.

    >>> ends_open(Side(("It works.",)), Side(("Funciona",)))
    True

    Always False in :data:`UNMARKED` blocks.
    """
    end = last_mark(source.text)
    stops = bool(end) and end in ".!" and source.block not in UNMARKED
    return stops and last_mark(target.text).isalpha()


def quoted(text: str, limit: int = 40) -> str:
    """Return a text in quotes for a message, cut after ``limit`` characters.

    >>> quoted("a long sentence", limit=6)
    "'a long…'"
    """
    text = text.replace(SLOT, "…")
    return f"'{text if len(text) <= limit else text[:limit] + '…'}'"
