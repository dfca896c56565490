"""Damage in the translations of titles, captions, cells and other short texts.

Small sentence models are made for sentences. Given two words, they may invent the rest of a
sentence: "Dive into Deep Learning" came back as ``Mer: "Aprendizagem Profunda)``, "Preliminaries"
as ``Preliminaries (``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection

from amts_ext.facts.repetition import said_twice
from amts_ext.facts.sides import Side
from amts_ext.languages import profiles
from amts_ext.languages.profiles import Profile
from amts_ext.languages.scripts import LETTERS, WIDE
from amts_ext.model import Half, Parts, Slot

WORDS = 6
"""Words of a short text, at most. A model takes longer ones for sentences, and they are not
checked."""
TIMES = 3
"""An answer more than this many times as long as its source says more than the source."""

# Marks that a translation keeps. A comma or colon inside a number or a time is spelling.
_MARKS = {
    "bracket": re.compile(r"[()\[\]{}（）［］｛｝【】〔〕〈〉]"),
    "quotation mark": re.compile(r"[\"“”„‟«»‹›「」『』《》＂]"),
    "comma": re.compile(r"(?<!\d)[,，、،](?!\d)|(?<=\d)[,，、،](?!\d)|(?<!\d)[,，、،](?=\d)"),
    "colon": re.compile(r"(?<!\d)[:：]|[:：](?!\d)"),
}
_ENDED = re.compile(r"[.!?。！？]\Z")
_SERIAL = re.compile(r"[,，](?=\s*(?:and|or|but)\b)")
_PAIRED = ("bracket", "quotation mark")
# Characters that stand for a syllable or a word.
_WIDE = re.compile(f"[{WIDE}{LETTERS['Kore']}]")
_WORD = re.compile(r"[\w'’-]+")
# Single quotation marks around something; an apostrophe is none, nor is the mark of "’Tis so".
_SINGLE_QUOTED = re.compile(
    rf"(?:(?<!\w)['‚]|‘)(?=\S)((?:[^'‘’\n]|(?<=\w)['’](?=[^\W{WIDE}]))*)(?<=\S)['’](?![^\W{WIDE}])"
)
_QUOTES = frozenset("\"'“”„‟«»‹›‘’‚")
_OF_TEX = {"``": "“", "''": "”"}


def doubt(source: Parts, answer: Parts, target: str = "", free: Collection[str] = ()) -> str:
    """Return the reason why an answer looks damaged; empty if it looks sound.

    >>> doubt(("Preliminaries",), ("Preliminaries (",))
    'gains a bracket'
    >>> doubt(("Preliminaries",), ("Preliminares",))
    ''

    Sources of more than :data:`WORDS` words are not checked. ``target`` is the language of the
    answer; some languages say a word twice on purpose. ``free`` names marks that the answer may
    gain and lose, though it may not end in one that its source does not end in: ``colon``.
    """
    if word_count(source) > WORDS:
        return ""
    ours, theirs = _doubled(_text(source)), _doubled(_text(answer))
    is_sentence = bool(_ENDED.search(ours) and _ENDED.search(theirs))
    for name, pattern in _MARKS.items():
        if name == "comma" and is_sentence:
            continue  # "Then check it." is "Depois, verifique."
        before, after = len(pattern.findall(ours)), len(pattern.findall(theirs))
        # English may write a comma before "and" where others write none, or the other way round.
        serial = name == "comma" and before and after and abs(before - after) == 1
        less = len(_SERIAL.findall(ours)) if name == "comma" else 0
        if not (before - less <= after <= before or serial or name in free):
            return f"{'gains' if after > before else 'loses'} a {name}"
        # Another word order may bring the word in quotes or brackets to the end.
        moved = name in _PAIRED and after and after % 2 == 0
        if _ends_in(pattern, theirs) and not _ends_in(pattern, ours) and not moved:
            return f"ends in a {name}"
    if _size(theirs) > TIMES * max(_size(ours), 4):
        return f"is more than {TIMES} times as long"
    twice = said_twice(Side(source), Side(answer), _profile(target))
    return f"says “{twice}”" if twice else ""


def _profile(language: str) -> Profile:
    code = profiles.spelled(language)
    known = code in profiles.available()
    return profiles.load(code) if known else Profile(language or "und", "", "")


def word_count(parts: Parts) -> int:
    """Count the words of a text.

    >>> word_count(("Let ", Slot(1, "math", "$x$"), " be small"))
    4
    >>> word_count(("深度学习",))
    2

    A slot counts as one word, and so do two characters of Chinese, Japanese or Korean.
    """
    text = _text(parts)
    wide = len(_WIDE.findall(text))
    slots = sum(isinstance(p, Slot) and p.half is Half.SINGLE for p in parts)
    return len(_WORD.findall(_WIDE.sub(" ", text))) + (wide + 1) // 2 + slots


def _text(parts: Parts) -> str:
    """Return the text with one placeholder for each slot (Unicode's object replacement).

    A quotation mark that is an entity or follows a backslash stands as itself.
    """
    return "".join(p if isinstance(p, str) else _shown(p) for p in parts).strip()


def _shown(slot: Slot) -> str:
    said = html.unescape(slot.content.removeprefix("\\")) if slot.kind == "escape" else ""
    return said if said in _QUOTES else "\ufffc"


def _doubled(text: str) -> str:
    """Return a text in which double quotation marks stand for single ones and for TeX's.

    >>> print(_doubled("Don't say ``yes'' or 'no'."))
    Don't say “yes” or “no”.
    """
    for mark, double in _OF_TEX.items():
        text = text.replace(mark, double)
    return _SINGLE_QUOTED.sub(r"“\1”", text)


def _ends_in(pattern: re.Pattern[str], text: str) -> bool:
    return bool(text) and pattern.search(text, len(text) - 1) is not None


def _size(text: str) -> int:
    """Return the length in letters, where a Chinese, Japanese or Korean character counts three."""
    return len(text) + 2 * len(_WIDE.findall(text))
