"""Words that stand for numbers, by language: numerals, months, "twice", "dozen", "the forties".

Cardinals and ordinals come from num2words, months from CLDR. What neither has is in the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError

SPELLED = 100
"""The largest number whose words are kept; those of larger ones are made when they are needed."""
_OWN: Mapping[str, Mapping[str, int]] = {
    "en": {"a": 1, "an": 1, "single": 1, "once": 1, "twice": 2, "both": 2, "half": 2, "pair": 2,
           "double": 2, "quarter": 4, "dozen": 12, "hundredth": 100, "twenties": 20,
           "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
           "eighties": 80, "nineties": 90},
    "pt": {"um": 1, "uma": 1, "duas": 2, "ambos": 2, "ambas": 2, "dobro": 2, "par": 2,
           "dúzia": 12},
    "es": {"un": 1, "una": 1, "primer": 1, "ambos": 2, "ambas": 2, "doble": 2, "par": 2,
           "tercer": 3, "docena": 12},
    "fr": {"une": 1, "double": 2, "douzaine": 12},
    "de": {"ein": 1, "eine": 1, "beide": 2, "dutzend": 12},
}  # fmt: skip
"""Words that say a number without being a numeral, and other forms of numerals."""
TIMES = {"dozen": 12, "dozens": 12, "dúzia": 12, "dúzias": 12, "docena": 12, "docenas": 12,
         "douzaine": 12, "douzaines": 12, "dutzend": 12}  # fmt: skip
"""Words that multiply the number before them, beside the powers of ten."""
_GENDERED = frozenset({"es", "it", "pt"})
"""Languages whose numerals in -o also end in -a: "terceiro", "terceira"."""
_WORDS = regex.compile(r"[\p{L}\p{M}-]+")
_AND = regex.compile(r"\b(?:and|e|y)\b|[,-]")


@cache
def number_words(language: str) -> Mapping[str, frozenset[int]]:
    """Return the numbers that words of a language stand for.

    >>> sorted(number_words("pt")["dez"])  # ten, and short for dezembro
    [10, 12]

    Languages that num2words or CLDR do not know have none from there.
    """
    known: dict[str, set[int]] = {}
    own = _OWN.get(language.split("-")[0], {})
    for word, number in (*_numerals(language), *_months(language), *own.items()):
        known.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in known.items()}


def _numerals(language: str) -> Iterator[tuple[str, int]]:
    for number in range(SPELLED + 1):
        for words in _said(number, language):
            yield words, number
            if language.split("-")[0] in _GENDERED:
                yield regex.sub(r"o\b", "a", words), number


def _said(number: int, language: str) -> Iterator[str]:
    """Yield the ordinal and the cardinal of a number in words, as far as num2words has them."""
    from num2words import num2words  # takes a while to load, and few texts need it

    for form in ("ordinal", "cardinal"):
        try:
            yield num2words(number, to=form, lang=language.replace("-", "_")).lower()
        except (NotImplementedError, OverflowError, KeyError):
            continue


def _months(language: str) -> Iterator[tuple[str, int]]:
    try:
        months = Locale.parse(language, sep="-").months["format"]
    except (UnknownLocaleError, ValueError):
        return
    for form in ("wide", "abbreviated"):
        yield from ((name.lower().rstrip("."), n) for n, name in months[form].items())


def says(number: int, text: str, language: str) -> bool:
    """Return whether a text has a number in words.

    >>> says(125, "There were one hundred twenty five of them.", "en")
    True

    Hyphens, commas and words for "and" do not count: writers differ in them.
    """
    there = f" {_bare(text)} "
    return any(f" {_bare(words)} " in there for words in _said(number, language))


def _bare(text: str) -> str:
    return " ".join(_WORDS.findall(_AND.sub(" ", text.lower())))
