"""Scripts of languages: their letters, their capitals, their blanks between words.

>>> writing("uk"), is_latin("vi"), is_unspaced("zh")
('Cyrl', True, True)

No other module of the project answers such questions. The script of a language comes from Unicode's
CLDR.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
"""Latin letters, as the inside of a character class."""
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
"""Letters of a script by its ISO 15924 code; a script that is not listed counts as Latin."""
WIDE = "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Wide characters: Han, kana, full-width forms and CJK punctuation. Hangul is not among them,
because Korean has blanks between words as Latin scripts have."""

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """Find the runs of letters in ``text``. In a script without spaces they are whole clauses.

    >>> words("In 2020, the mean falls"), words("均值，很小")
    (['In', 'the', 'mean', 'falls'], ['均值', '很小'])
    """
    return _WORD.findall(text)


def is_name(word: str) -> bool:
    """Return whether a word has capitals that a common word has not.

    >>> is_name("BERT"), is_name("GloVe"), is_name("Mean")
    (True, True, False)

    A single capital letter counts as a name.
    """
    return word[1:] != word[1:].lower() or (len(word) == 1 and word.isupper())


@cache
def writing(language: str) -> str:
    """Return the ISO 15924 code of the script that a language is usually written in.

    >>> writing("zh"), writing("zh-TW"), writing("uk"), writing("pt")
    ('Hans', 'Hant', 'Cyrl', 'Latn')

    The source is Unicode's CLDR, "likely subtags"; an unknown language counts as Latin.
    """
    from babel.core import get_global

    subtags = get_global("likely_subtags")
    code = language.replace("-", "_")
    likely = str(subtags.get(code) or subtags.get(code.split("_")[0]) or "und_Latn_ZZ")
    return next((tag for tag in likely.split("_")[1:] if len(tag) == 4), "Latn")


@cache
def letters(language: str) -> re.Pattern[str]:
    """Return the pattern of one letter of the language's script.

    >>> letters("uk").findall("BERT є модель")
    ['є', 'м', 'о', 'д', 'е', 'л', 'ь']
    """
    return re.compile(f"[{LETTERS.get(writing(language), LATIN)}]")


def same_script(first: str, second: str) -> bool:
    """Return whether two languages share their letters, which then cannot tell them apart.

    >>> same_script("en", "es"), same_script("en", "uk")
    (True, False)
    """
    return letters(first) == letters(second)


def is_latin(language: str) -> bool:
    """Return whether the language is written in Latin letters."""
    return writing(language) == "Latn"


def is_cased(language: str) -> bool:
    """Return whether the language's script has capital letters."""
    return writing(language) in ("Latn", "Cyrl", "Grek", "Armn")


def is_unspaced(language: str) -> bool:
    """Return whether the language writes words, and so sentences, without blanks between them."""
    return writing(language) in ("Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr")


def is_foreign(found: Sequence[str], language: str) -> bool:
    """Return whether a sentence of these words is in another script than the language's.

    >>> is_foreign(["The", "mean", "is", "small"], "zh"), is_foreign(["均值很小", "BERT"], "zh")
    (True, False)

    It is if it has no letter of the language's script, or if more than three of its words, names
    not counted, are in another script and have over four times as many letters.
    """
    script = letters(language)
    own = sum(len(script.findall(word)) for word in found)
    foreign = [word for word in found if not script.search(word) and not is_name(word)]
    return not own or (len(foreign) > 3 and sum(map(len, foreign)) > 4 * own)
