"""What the letters and words of a sentence say about its language: which script, copied or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

SCRIPTS = {
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "ja": "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff",
    "ko": "\uac00-\ud7a3",
    "ru": "\u0400-\u04ff",
    "uk": "\u0400-\u04ff",
    "bg": "\u0400-\u04ff",
    "el": "\u0370-\u03ff",
    "ar": "\u0600-\u06ff",
    "fa": "\u0600-\u06ff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
}
"""The letters of languages that are not written in Latin script."""
LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """The runs of letters in ``text``; in a script without spaces, whole clauses."""
    return _WORD.findall(text)


def is_name(word: str) -> bool:
    """Upper case beyond the first letter: no common word."""
    return word[1:] != word[1:].lower() or (len(word) == 1 and word.isupper())


@cache
def letters(language: str) -> re.Pattern[str]:
    """One letter of the language's script; Latin for a language that is not listed."""
    return re.compile(f"[{SCRIPTS.get(language.split('-')[0], LATIN)}]")


def same_script(first: str, second: str) -> bool:
    """Whether two languages share their letters, so that these cannot tell them apart."""
    return letters(first) == letters(second)


def is_latin(language: str) -> bool:
    """Whether the language is written in Latin letters."""
    return language.split("-")[0] not in SCRIPTS


def is_unspaced(language: str) -> bool:
    """Whether sentences follow one another without a space."""
    return language.split("-")[0] in ("zh", "ja", "th")


def is_foreign(found: Sequence[str], language: str) -> bool:
    """Whether a sentence of these words is not, or mostly not, in the language's script."""
    script = letters(language)
    own = sum(len(script.findall(word)) for word in found)
    foreign = [word for word in found if not script.search(word) and not is_name(word)]
    return not own or (len(foreign) > 3 and sum(map(len, foreign)) > 4 * own)
