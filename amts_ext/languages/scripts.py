"""Scripts: which one a language is written in, which letters it has, whether it has blanks.

These are the only answers to these questions in the project, by Unicode's CLDR.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
LETTERS = {
    "Hans": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Hant": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Jpan": "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff",
    "Kore": "\uac00-\ud7a3",
    "Cyrl": "\u0400-\u04ff",
    "Grek": "\u0370-\u03ff",
    "Arab": "\u0600-\u06ff",
    "Hebr": "\u0590-\u05ff",
    "Deva": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
}
"""The letters of scripts, by their ISO 15924 code; :data:`LATIN` for all others."""
WIDE = "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Han, kana, full-width forms and CJK punctuation; Hangul is spaced as Latin is."""

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """The runs of letters in ``text``; in a script without spaces, whole clauses."""
    return _WORD.findall(text)


def is_name(word: str) -> bool:
    """Upper case beyond the first letter: no common word."""
    return word[1:] != word[1:].lower() or (len(word) == 1 and word.isupper())


@cache
def writing(language: str) -> str:
    """The ISO 15924 code of the script that a language is usually written in (Unicode's CLDR).

    >>> writing("zh"), writing("zh-TW"), writing("uk"), writing("pt")
    ('Hans', 'Hant', 'Cyrl', 'Latn')
    """
    from babel.core import get_global

    subtags = get_global("likely_subtags")
    code = language.replace("-", "_")
    likely = str(subtags.get(code) or subtags.get(code.split("_")[0]) or "und_Latn_ZZ")
    return next((tag for tag in likely.split("_")[1:] if len(tag) == 4), "Latn")


@cache
def letters(language: str) -> re.Pattern[str]:
    """One letter of the language's script; Latin for a script that is not listed."""
    return re.compile(f"[{LETTERS.get(writing(language), LATIN)}]")


def same_script(first: str, second: str) -> bool:
    """Whether two languages share their letters, so that these cannot tell them apart."""
    return letters(first) == letters(second)


def is_latin(language: str) -> bool:
    """Whether the language is written in Latin letters."""
    return writing(language) == "Latn"


def is_cased(language: str) -> bool:
    """Whether the language's script has capital letters."""
    return writing(language) in ("Latn", "Cyrl", "Grek", "Armn")


def is_unspaced(language: str) -> bool:
    """Whether words, and so sentences, stand without blanks between them."""
    return writing(language) in ("Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr")


def is_foreign(found: Sequence[str], language: str) -> bool:
    """Whether a sentence of these words is not, or mostly not, in the language's script."""
    script = letters(language)
    own = sum(len(script.findall(word)) for word in found)
    foreign = [word for word in found if not script.search(word) and not is_name(word)]
    return not own or (len(foreign) > 3 and sum(map(len, foreign)) > 4 * own)
