"""Numbers in words: "three", 三百, "two million", "March", "minus"."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from math import prod

import regex

from amts_ext.facts.number_words import TIMES, number_words
from amts_ext.languages.scripts import is_unspaced

SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mil": 3, "millón": 6,
    "millones": 6, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "trilhões": 12,
    "billones": 12, "十": 1, "百": 2, "千": 3, "万": 4, "億": 8, "亿": 8, "兆": 12, "만": 4,
    "억": 8, "k": 3, "m": 6, "b": 9,
}  # fmt: skip
"""Exponents of ten by the word that follows a number; Spanish uses the long scale."""
_FACTORS = {word: 10**power for word, power in SCALES.items() if len(word) > 1} | TIMES
_SCALED = regex.compile(rf"(?: (?:{'|'.join(_FACTORS)})(?= ))+")
"""Words that multiply a number, between other words: "two hundred thousand rows", "two dozen"."""
_HAN = regex.compile("[零〇一二两三四五六七八九十百千万亿億]+(?:[点點][零〇一二三四五六七八九]+)?")
_PER_CENT = regex.compile("百分之(?!百)")
_ROMAN = regex.compile(
    r"\b(?P<numeral>(?=[IVXLC]{2})C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?<=[IVXLC])(?:\b|(?=e\b))"
    r"|(?:século|siglo|siècle|secolo|thế kỷ)\s+(?P<numeral>[IVX])\b"
)
"""Roman numerals: of two letters and more, or of one for a century."""
_WORDS = regex.compile(r"[\p{L}\p{M}-]+")
_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
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


def spelled(text: str, language: str) -> set[int | Decimal]:
    """Return the numbers that a text has in words: "two million", "March", "XIX", 九点五.

    >>> sorted(spelled("duas dúzias no século XIX", "pt"))
    [2, 19, 24]
    """
    found: set[int | Decimal] = {_roman(m["numeral"]) for m in _ROMAN.finditer(text)}
    if is_unspaced(language):
        runs = _HAN.findall(_PER_CENT.sub("", text))
        return found.union(*map(_han, runs))
    known = number_words(language)
    folded = f" {' '.join(_WORDS.findall(text.lower()))} "
    found = found.union(*(numbers for words, numbers in known.items() if f" {words} " in folded))
    for scales in _SCALED.finditer(folded):
        before = folded[: scales.start() + 1]
        counts = [
            number
            for words, numbers in known.items()
            if before.endswith(f" {words} ")
            for number in numbers
        ]
        factor = prod(_FACTORS[word] for word in scales.group().split())
        found |= {number * factor for number in counts or [1]}
    return found


def _roman(numeral: str) -> int:
    """Return the value of a Roman numeral.

    >>> _roman("XIX")
    19
    """
    values = [_LETTERS[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def _han(run: str) -> Iterator[int | Decimal]:
    """Yield every value that a run of Chinese numerals may stand for: 三百 is 300 or 3.

    Its single digits count too, because neighbouring characters may belong to different words. A
    run of digits alone is also read position by position: 二〇 is 20.
    """
    run, _, fraction = run.replace("點", "点").partition("点")
    total = section = digit = 0
    for character in run:
        if character in _DIGITS:
            digit = _DIGITS[character]
            yield digit
        elif character in _POWERS:
            if not digit:
                yield _POWERS[character]
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _GROUPS[character]
            section = digit = 0
    value = total + section + digit
    yield value
    if fraction:
        yield Decimal(f"{value}.{_positions(fraction)}")
    if all(c in _DIGITS for c in run):
        yield int(_positions(run))


def _positions(digits: str) -> str:
    return "".join(str(_DIGITS[c]) for c in digits)


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
