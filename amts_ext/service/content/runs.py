"""Runs of text with markup, and the help to translate them, as data.

A *run* is the inline content between two block tags of a document. "Run <code>pip</code> now" is
a string, a :class:`Markup` and a string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from amts_ext.model import Half
from amts_ext.service.engines.alphabet import Alphabet


@dataclass(frozen=True, slots=True)
class Markup:
    """Markup inside a run: a kept element, a void element, or one half of a formatting pair.

    It also stands for a passage of text that an engine must not see, such as a term.
    """

    raw: str
    """The text that is written into the result."""
    half: Half = Half.SINGLE
    pair: int = -1
    """The number shared by the two halves of a pair; -1 without a pair."""
    inner: str = ""
    """The plain text of a kept element or passage; empty for a term, whose source differs."""
    term: bool = False
    """True if ``raw`` is text, not markup, and so becomes part of the text around it."""


Piece = str | Markup
"""A part of a run."""
Run = Sequence[Piece]
Translate = Callable[[list[str]], list[str]]
"""A function that translates sentences; the result has one string for each."""


@dataclass(frozen=True)
class Help:
    """The adaptation of a translation: parallel data, terminology and an adapted engine."""

    examples: Mapping[str, str] = field(default_factory=dict)
    """Parallel data: translations of whole sentences, by :func:`key` of the source."""
    terms: Mapping[str, str] = field(default_factory=dict)
    """Terminology: translations of terms."""
    target: str = ""
    """The target language, to make the words before a term agree with it; empty: they stay."""
    engine: Translate | None = None
    """An engine that parallel data trained or corrected, used instead of the service's own."""
    halves: bool = False
    """True if that engine tells the halves of pairs apart: ``XM0A`` opens, ``XM1Z`` closes."""
    doubts: Callable[[str], Sequence[str]] | None = None
    """For an engine that drafts: what it doubts about its translation of a sentence."""
    alphabet: Alphabet | None = None
    """The characters that the engine can spell; None: all."""
    name: str = ""
    """The name of the engine and of its adaptation, for reports."""


def key(text: str) -> str:
    r"""Return the form in which a sentence is looked up: all white space becomes single blanks.

    >>> key("  The bin\n  width. ")
    'The bin width.'
    """
    return " ".join(text.split())


def plain(pieces: Iterable[Piece]) -> str:
    """Return the plain text of a run, with the text of its kept elements.

    >>> plain(["Run ", Markup("<code>pip</code>", inner="pip"), " now"])
    'Run pip now'
    """
    return "".join(p if isinstance(p, str) else p.inner for p in pieces)


def spaced(char: str) -> bool:
    """Return whether a character's script puts spaces between words, by its place in Unicode.

    >>> spaced("a"), spaced("网")
    (True, False)

    U+2E80 is the first character of the Han radicals; Han, kana and Hangul come after it.
    """
    return ord(char) < 0x2E80


def emptied(pieces: Sequence[Piece]) -> set[int]:
    """Return the numbers of the pairs that hold nothing at all."""
    return {
        a.pair
        for a, b in pairwise(pieces)
        if isinstance(a, Markup)
        and isinstance(b, Markup)
        and a.half is Half.OPEN
        and a.pair == b.pair
    }


def nested(pieces: Iterable[Piece]) -> bool:
    """Return whether the pairs nest like brackets."""
    open_pairs: list[int] = []
    for mark in marks_of(pieces):
        if mark.half is Half.OPEN:
            open_pairs.append(mark.pair)
        elif mark.half is Half.CLOSE and (not open_pairs or open_pairs.pop() != mark.pair):
            return False
    return not open_pairs


def marks_of(pieces: Iterable[Piece]) -> list[Markup]:
    """Return the marks of a run, without its text."""
    return [p for p in pieces if isinstance(p, Markup)]
