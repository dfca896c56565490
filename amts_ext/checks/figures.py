"""Numbers: they have to be the same on both sides, however each language writes them.

A number may be written out on either side ("three layers", 三层), grouped and pointed by the rules
of either language (CLDR), and take its power of ten along ("2 million", 200万).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol
from num2words import num2words

from amts_ext.checks.base import Context, Finding, Kind, Side
from amts_ext.languages.scripts import is_unspaced

SPELLED = 100
"""Numbers up to this one are looked for as words."""

_NUMBER = regex.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_PLAIN = regex.compile(r"\d+(?:\.\d+)*")
_SCALES = {
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mil": 3, "millón": 6,
    "millones": 6, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "trilhões": 12,
    "billones": 12, "十": 1, "百": 2, "千": 3, "万": 4, "億": 8, "亿": 8, "兆": 12, "만": 4,
    "억": 8, "k": 3, "m": 6, "b": 9,
}  # fmt: skip
"""Powers of ten that follow a number as a word (long scale in Spanish)."""
_SCALE = regex.compile(
    rf"\s*(?:({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b|([十百千万億亿兆만억]+))",
    regex.I,
)
_HAN = regex.compile("[零〇一二两三四五六七八九十百千万亿億]+")
_WORDS = regex.compile(r"[\p{L}\p{M}-]+")
_DIGITS = {"零": 0, "〇": 0, "两": 2} | {d: n for n, d in enumerate("一二三四五六七八九", 1)}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8, "億": 10**8}

_Number = tuple[str, frozenset[Decimal | str]]
"""As it is written, and all that it can mean."""


def numbers(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Numbers of one side that the other neither has nor spells out.

    A small one that the translation adds and none replaces is free: "(i) … (ii)", "all zeros".
    """
    ours = list(found_numbers(source.text, context.source))
    theirs = list(found_numbers(target.text, context.target))
    for text, readings in list(ours):
        partner = next((t for t in theirs if t[1] & readings), None)
        if partner is not None:
            ours.remove((text, readings))
            theirs.remove(partner)
    lost = [t for t, r in ours if not _elsewhere(t, r, target, context.target)]
    added = [t for t, r in theirs if not _elsewhere(t, r, source, context.source)]
    for text in lost:
        yield Finding(Kind.NUMBERS, f"the number {text} is missing")
    for text in added:
        if lost or len(text) > 1:
            yield Finding(Kind.NUMBERS, f"the number {text} is not in the source")


def found_numbers(text: str, language: str) -> Iterator[_Number]:
    """Every number with all that it can mean: by the language's own rules and by English ones.

    What is no number by either is a list ("3,4") or means what is written (a date, a version).
    """
    for match in _matches(text, language):
        found = {_value(match.group(), rule) for rule in (language, "en")}
        values = {value for value in found if value is not None}
        if text.startswith("0s", match.end() - 1):  # "the 1990s" are 90年代
            values |= {value % 100 for value in values}
        scale = _SCALE.match(text, match.end())
        if scale:
            values |= {value.scaleb(_power(scale)) for value in values}
        yield match.group(), frozenset(values) or frozenset({match.group()})


def _matches(text: str, language: str) -> Iterator[regex.Match[str]]:
    for match in _NUMBER.finditer(text):
        if "," in match.group() and not any(_value(match.group(), r) for r in (language, "en")):
            yield from _PLAIN.finditer(text, match.start(), match.end())
        else:
            yield match


def _power(match: regex.Match[str]) -> int:
    if word := match.group(1):
        return _SCALES[word.lower()]
    return sum(_SCALES[character] for character in match.group(2))


def _value(text: str, language: str) -> Decimal | None:
    """The value by the rules of one language; None if they do not allow it."""
    group, point = _symbols(language)
    whole, _, fraction = text.partition(point)
    groups = regex.split(rf"[{regex.escape(group)}\u00a0\u202f]", whole)
    if (
        not (fraction or "0").isdigit()
        or not all(g.isdigit() for g in groups)
        or any(len(g) != 3 for g in groups[1:])
    ):
        return None
    return Decimal("".join(groups) + (f".{fraction}" if fraction else "")).normalize()


@cache
def _symbols(language: str) -> tuple[str, str]:
    """Group separator and decimal sign (CLDR)."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return ",", "."
    return get_group_symbol(locale), get_decimal_symbol(locale)


def _elsewhere(text: str, readings: Iterable[Decimal | str], other: Side, language: str) -> bool:
    """Whether the other side has the number in a slot or in words."""
    return text in _NUMBER.findall(other.held) or is_spelled(readings, other.text, language)


def is_spelled(readings: Iterable[Decimal | str], text: str, language: str) -> bool:
    """Whether a text has in words what a number can mean."""
    values = (v for v in readings if isinstance(v, Decimal))
    wanted = {int(v) for v in values if v == v.to_integral_value()}
    return bool(wanted) and bool(wanted & _spelled(text, language))


def _spelled(text: str, language: str) -> set[int]:
    """The numbers that a text has in words, months as their number."""
    if is_unspaced(language):
        return {n for run in _HAN.findall(text) for n in _han(run)}
    known = _number_words(language)
    folded = f" {' '.join(_WORDS.findall(text.lower()))} "
    return {n for words, n in known.items() if f" {words} " in folded}


def _han(run: str) -> Iterator[int]:
    """The value of Chinese numerals, and those of its digits: 三 of 三百 may be a word's part."""
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
    """Cardinals, ordinals and months by their words; empty for a language that is not known."""
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
    """What is a number in a sentence, and no numeral."""
    if language != "en":
        return {"uno": 1, "una": 1, "um": 1, "uma": 1, "duas": 2}
    return {"a": 1, "an": 1, "single": 1, "once": 1, "twice": 2, "both": 2, "half": 2, "pair": 2,
            "double": 2, "quarter": 4, "dozen": 12}  # fmt: skip
