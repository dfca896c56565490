"""How much a sentence or a block of the source has changed.

>>> from amts_ext.formats import get
>>> from amts_ext.text.masking import mask
>>> def segment(text):
...     return mask(get("d2l").read(text), "en")[0]
>>> grade(segment("See :numref:`fig_a` for the 10 means."), segment("See :numref:`fig_b`."))
<Grade.MUCH: 'much'>
>>> grade(segment("See :numref:`fig_a` for it."), segment("See :numref:`fig_b` for it."))
<Grade.SLOTS: 'slots'>
>>> grade(segment("The mean is a kind of sum."), segment("The mean is some kind of sum."))
<Grade.LITTLE: 'little'>
>>> grade(segment("The mean is a good number."), segment("The mean is not a good number."))
<Grade.MUCH: 'much'>
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from amts_ext.merging.critical import NUMBER, turns
from amts_ext.model import Segment, Slot

ALIKE = 80.0
"""The least likeness, in percent, of two sentences that differ a little."""
_WORD = re.compile(rf"{NUMBER.pattern}|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_MARKS = re.compile(r"[\[\](){}*~_`$\\]")
_FEW = re.compile(r"\ba (?=(?:few|little)\b)")
"""An article that is not the same as none: "a few"."""
_HYPHEN = re.compile(r"(?<=\w) [-‐–] (?=[^\W\d])")
_SILENT = frozenset({"-", "‐", "–", "—", ",", "(", ")", '"', "“", "”", "'", "’"})
"""What comes and goes without a trace in a translation."""
_ARTICLES = frozenset({"a", "an", "the"})
"""English words that do."""


class Grade(StrEnum):
    """How much changed."""

    SAME = "same"
    """Nothing, but for the way the lines are wrapped."""
    SLOTS = "slots"
    """Formulas, references, marks or numbers, or what a translation does not show; no word."""
    LITTLE = "little"
    """Some words, but no number and no "not"."""
    MUCH = "much"


def grade(old: Segment, new: Segment, language: str = "en") -> Grade:
    """Compare a sentence (or a block as a whole) with its new state; ``language`` is theirs."""
    if content(old) == content(new):
        return Grade.SAME
    ours, theirs = words(old), words(new)
    if form(ours, language) == form(theirs, language):
        critical = is_critical(bare(ours), bare(theirs), "en")
        return Grade.MUCH if critical else Grade.SLOTS
    if fuzz.ratio(_folded(ours), _folded(theirs)) < ALIKE or is_critical(ours, theirs, language):
        return Grade.MUCH
    return Grade.LITTLE


def content(segment: Segment) -> tuple[str, ...]:
    """Return a segment's words and the contents of its slots, with line breaks as blanks."""
    return tuple(
        " ".join(p.split()) if isinstance(p, str) else " ".join(p.content.split()) or " "
        for p in segment.parts
        if not (isinstance(p, str) and not p.strip())
    )


def words(segment: Segment) -> list[str]:
    """Return a segment's words, numbers and signs, in lower case and without its slots."""
    return words_of(" ".join(p for p in segment.parts if not isinstance(p, Slot)))


def words_of(text: str) -> list[str]:
    """Return the words, numbers and signs of a text, in lower case."""
    return [word.casefold() for word in _WORD.findall(text)]


def bare(words: Iterable[str]) -> list[str]:
    """Return the words with every number as 0."""
    return ["0" if NUMBER.fullmatch(word) else word for word in words]


def form(words: Iterable[str], language: str = "en") -> str:
    """Return what of some words a translation shows, with every number as 0.

    >>> form(["let", "us", "see", "the", "fully", "-", "connected", "layer"])
    "let'sseefullyconnectedlayer"
    >>> form(["let's", "see", "a", "fully", "connected", "layer"])
    "let'sseefullyconnectedlayer"
    """
    text = " ".join(word for word in bare(words) if word not in _SILENT)
    if language.partition("-")[0] == "en":
        text = _FEW.sub("a", re.sub(r"\blet us\b", "let's", text))
        text = " ".join(word for word in text.split() if word not in _ARTICLES)
    return text.replace(" ", "")


def is_critical(old: Iterable[str], new: Iterable[str], language: str = "en") -> bool:
    """Return True if a number or a "not" came, went or changed, or a word turned round."""
    return turns(_folded(old), _folded(new), language)


def _folded(words: Iterable[str]) -> list[str]:
    """Return the words, with those that a hyphen joins as one."""
    return _HYPHEN.sub("", " ".join(words)).split()


def likeness(old: str, new: str) -> float:
    """Return how alike two texts are, from 0 to 1, by their words."""
    return fuzz.ratio(_without_marks(old), _without_marks(new)) / 100


@lru_cache(65_536)
def _without_marks(text: str) -> list[str]:
    """Return the words of a text; every text of a document is compared with many others."""
    return _WORD.findall(_MARKS.sub("", text))
