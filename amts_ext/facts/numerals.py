"""Numbers in words: "three", 三百, "two million", "March", "minus"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError

from amts_ext.languages.scripts import is_unspaced

SPELLED = 100
"""The largest number that is looked for in words, but for powers of ten."""
SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mil": 3, "millón": 6,
    "millones": 6, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "trilhões": 12,
    "billones": 12, "十": 1, "百": 2, "千": 3, "万": 4, "億": 8, "亿": 8, "兆": 12, "만": 4,
    "억": 8, "k": 3, "m": 6, "b": 9,
}  # fmt: skip
"""Exponents of ten by the word that follows a number; Spanish uses the long scale."""
_SCALED = regex.compile(rf"(?: (?:{'|'.join(w for w in SCALES if len(w) > 1)})(?= ))+")
"""Words for powers of ten between other words, as in "two hundred thousand rows"."""
_HAN = regex.compile("[零〇一二两三四五六七八九十百千万亿億]+")
_WORDS = regex.compile(r"[\p{L}\p{M}-]+")
_DIGITS = {"零": 0, "〇": 0, "两": 2} | {d: n for n, d in enumerate("一二三四五六七八九", 1)}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8, "億": 10**8}
_MINUS = {"en": "minus negative below", "pt": "menos negativo abaixo", "zh": "负 負 零下",
          "es": "menos negativo bajo", "ja": "マイナス 負 零下", "vi": "âm trừ dưới"}  # fmt: skip
"""Words for a minus sign by language, beside the one of num2words."""
_FRACTIONS = {
    (1, 2): "half halve mei met mitad medi moitié demi halb hälfte yarı buçuk nửa rưỡi 半 반 절반",
    (1, 3): "third terç terc tiers drittel üçte",
    (1, 4): "quarter quart cuart viertel çeyrek",
    (3, 4): "quarter quart cuart viertel çeyrek",
}
"""Beginnings of words for fractions."""
_OF = regex.compile(r"分之|分の|분의|phần|terços|tercios|thirds|quarters|quartos|cuartos")
"""Words that make a fraction of two numbers in words, as in 三分之二."""


def spelled(text: str, language: str) -> set[int]:
    """Return the numbers that a text has in words; "March" is 3, "two million" is 2,000,000."""
    if is_unspaced(language):
        return {n for run in _HAN.findall(text) for n in _han(run)}
    known = _number_words(language)
    folded = f" {' '.join(_WORDS.findall(text.lower()))} "
    found = {n for words, n in known.items() if f" {words} " in folded}
    for scales in _SCALED.finditer(folded):
        power = sum(SCALES[word] for word in scales.group().split())
        before = folded[: scales.start() + 1]
        counts = [n for words, n in known.items() if before.endswith(f" {words} ")] or [1]
        found |= {n * 10**power for n in counts}
    return found


def _han(run: str) -> Iterator[int]:
    """Yield every value that a run of Chinese numerals may stand for: 三百 is 300, 3 or 100.

    Its single digits count too, because neighbouring characters may belong to different words. A
    run of digits alone is also read position by position: 二〇 is 20.
    """
    total = section = digit = 0
    for character in run:
        if character in _DIGITS:
            digit = _DIGITS[character]
            yield digit
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
            yield _POWERS[character]
        else:
            total = (total + section + digit or 1) * _GROUPS[character]
            section = digit = 0
    yield total + section + digit
    if all(c in _DIGITS for c in run):
        yield int("".join(str(_DIGITS[c]) for c in run))


@cache
def _number_words(language: str) -> dict[str, int]:
    """Return the values of a language's cardinals, ordinals and months by their words.

    Languages that num2words or CLDR do not know have none from there.
    """
    from num2words import num2words  # takes a while to load, and few texts need it

    words: dict[str, int] = {}
    for n in range(SPELLED + 1):
        for form in ("ordinal", "cardinal"):
            try:
                words[num2words(n, to=form, lang=language.replace("-", "_")).lower()] = n
            except (NotImplementedError, OverflowError, KeyError):
                continue
    return words | _months(language) | _more_words(language)


def _months(language: str) -> dict[str, int]:
    try:
        months = Locale.parse(language, sep="-").months["format"]
    except (UnknownLocaleError, ValueError):
        return {}
    named = (months["wide"], months["abbreviated"])
    return {name.lower().rstrip("."): n for names in named for n, name in names.items()}


def _more_words(language: str) -> dict[str, int]:
    """Return words that say a number without being a numeral, such as "twice" and "dozen"."""
    if language != "en":
        return {"uno": 1, "una": 1, "um": 1, "uma": 1, "duas": 2}
    return {"a": 1, "an": 1, "single": 1, "once": 1, "twice": 2, "both": 2, "half": 2, "pair": 2,
            "double": 2, "quarter": 4, "dozen": 12}  # fmt: skip


def has_minus(text: str, language: str) -> bool:
    """Return whether a text says "minus", "below zero" or the like.

    >>> has_minus("a temperatura de menos cinco", "pt"), has_minus("cinco graus", "pt")
    (True, False)
    """
    low = text.casefold()
    return any(word in low for word in _minus_words(language.split("-")[0]))


@cache
def _minus_words(language: str) -> tuple[str, ...]:
    from num2words import num2words

    known = _MINUS.get(language, "").split()
    try:
        below, one = (num2words(n, lang=language).lower() for n in (-1, 1))
    except (NotImplementedError, KeyError, ValueError):
        return tuple(known)
    return (*known, below.removesuffix(one).strip()) if below.endswith(one) else tuple(known)


def has_fraction(text: str, numerator: int, denominator: int) -> bool:
    """Return whether a text has a fraction in words, or as two numbers.

    >>> has_fraction("cerca de metade dos dias", 1, 2), has_fraction("1/3 dos dias", 1, 2)
    (True, False)
    """
    low = text.casefold()
    written = rf"(?<!\d)(?:{numerator}\s*[/⁄]\s*{denominator}|\\[dt]?frac\{{?{numerator}\}}?"
    if regex.search(rf"{written}\{{?{denominator}\}}?)(?!\d)", low) or _OF.search(low):
        return True
    words = _FRACTIONS.get((numerator, denominator), "").split()
    return any(regex.search(rf"(?<!\p{{Latin}}){word}", low) for word in words)
