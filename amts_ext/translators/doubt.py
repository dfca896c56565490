"""Whether the answer to a title, a caption, a cell or another short text looks damaged.

Small sentence models are made for sentences. Given two words, they invent what a sentence would
have: "Dive into Deep Learning" came back as ``Mer: "Aprendizagem Profunda)``, "Preliminaries" as
``Preliminaries (``.
"""

from __future__ import annotations

import re

from amts_ext.languages.scripts import LETTERS, WIDE
from amts_ext.model import Half, Parts, Slot

WORDS = 6
"""Longer texts are sentences to a model."""
TIMES = 3
"""An answer of more than so many times the length says more than its source."""

_MARKS = {
    "bracket": re.compile(r"[()\[\]{}（）［］｛｝【】〔〕〈〉]"),
    "quotation mark": re.compile(r"[\"“”„‟«»‹›「」『』《》＂]|(?<!\w)['‘’](?=\w)"),
    "comma": re.compile(r"(?<!\d)[,，、،](?!\d)|(?<=\d)[,，、،](?!\d)|(?<!\d)[,，、،](?=\d)"),
    "colon": re.compile(r"(?<!\d)[:：]|[:：](?!\d)"),
}
"""Marks that a translation keeps. Inside a number or a time they are spelling, and an apostrophe is
no quotation mark."""
_PAIRED = ("bracket", "quotation mark")
_WIDE = re.compile(f"[{WIDE}{LETTERS['Kore']}]")
"""Characters that stand for a syllable or a word."""
_WORD = re.compile(r"[\w'’-]+")


def doubt(source: Parts, answer: Parts) -> str:
    """Why an answer looks damaged; empty if it does not, or if its source is not short.

    ::

        doubt(("Preliminaries",), ("Preliminaries (",))  # "gains a bracket"
    """
    if word_count(source) > WORDS:
        return ""
    ours, theirs = _text(source), _text(answer)
    for name, pattern in _MARKS.items():
        before, after = len(pattern.findall(ours)), len(pattern.findall(theirs))
        serial = name == "comma" and before and after and abs(before - after) == 1  # ", and"
        if before != after and not serial:
            return f"{'gains' if after > before else 'loses'} a {name}"
        moved = name in _PAIRED and after and after % 2 == 0  # the word in quotes is the last now
        if _ends_in(pattern, theirs) and not _ends_in(pattern, ours) and not moved:
            return f"ends in a {name}"
    if _size(theirs) > TIMES * max(_size(ours), 4):
        return f"is more than {TIMES} times as long"
    return ""


def word_count(parts: Parts) -> int:
    """How many words a text has: a slot is one, and so are two characters without blanks."""
    text = _text(parts)
    wide = len(_WIDE.findall(text))
    slots = sum(isinstance(p, Slot) and p.half is Half.SINGLE for p in parts)
    return len(_WORD.findall(_WIDE.sub(" ", text))) + (wide + 1) // 2 + slots


def _text(parts: Parts) -> str:
    """The words, without what slots hold."""
    return "".join(p if isinstance(p, str) else "\ufffc" for p in parts).strip()


def _ends_in(pattern: re.Pattern[str], text: str) -> bool:
    return bool(text) and pattern.search(text, len(text) - 1) is not None


def _size(text: str) -> int:
    return len(text) + 2 * len(_WIDE.findall(text))
