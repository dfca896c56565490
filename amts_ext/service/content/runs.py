"""Runs of text with markup in them, and what helps to translate them, as data.

A *run* is what stands between two block tags of a document: strings and :class:`Markup` s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from amts_ext.model import Half


@dataclass(frozen=True, slots=True)
class Markup:
    """Markup inside a run: a kept element, a void element, or one half of a formatting pair."""

    raw: str
    """What is written into the result."""
    half: Half = Half.SINGLE
    pair: int = -1
    """Number shared by the two halves of a pair."""
    inner: str = ""
    """Plain text of a kept element, for the look-up in parallel data."""
    term: bool = False
    """``raw`` is text of a terminology, not markup."""


Piece = str | Markup
Run = Sequence[Piece]
Translate = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class Help:
    """What adapts the output: parallel data (whole sentences) and terminology (words)."""

    examples: Mapping[str, str] = field(default_factory=dict)
    """Source to target, keys made by :func:`key`."""
    terms: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    """The language of the translation, for the words before a term; empty: those stay."""
    engine: Translate | None = None
    """What translates instead of the service's engine: one that parallel data adapted."""
    halves: bool = False
    """Whether that engine tells the halves of pairs apart: ``XM0A`` opens, ``XM1Z`` closes."""
    name: str = ""
    """Of the engine and what adapts it, for reports."""


def key(text: str) -> str:
    """The form in which a sentence is looked up in parallel data: whitespace does not count."""
    return " ".join(text.split())


def plain(pieces: Iterable[Piece]) -> str:
    """The text of a run, with what its kept elements hold."""
    return "".join(p if isinstance(p, str) else p.inner for p in pieces)


def spaced(char: str) -> bool:
    """Whether the character's script puts spaces between words; Han, kana, Hangul come after."""
    return ord(char) < 0x2E80
