"""The check of numbers: both sides of a segment have to hold the same ones.

A number may be written in words ("three layers", 三层), with the separators of either language
("1,500.5", Portuguese "1.500,5"; from CLDR), and with a word for a power of ten ("2 million",
200万). All these forms are compared by value.
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
"""The largest number that is also looked for in words."""

_NUMBER = regex.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_PLAIN = regex.compile(r"\d+(?:\.\d+)*")
_SCALES = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mil": 3, "millón": 6,
    "millones": 6, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "trilhões": 12,
    "billones": 12, "十": 1, "百": 2, "千": 3, "万": 4, "億": 8, "亿": 8, "兆": 12, "만": 4,
    "억": 8, "k": 3, "m": 6, "b": 9,
}  # fmt: skip
"""Exponents of ten by the word that follows a number; Spanish uses the long scale."""
_SCALE = regex.compile(
    rf"\s*(?:({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b|([十百千万億亿兆만억]+))",
    regex.I,
)
_SCALED = regex.compile(rf"(?: (?:{'|'.join(w for w in _SCALES if len(w) > 1)})(?= ))+")
"""Words for powers of ten between other words, as in "two hundred thousand rows"."""
_HAN = regex.compile("[零〇一二两三四五六七八九十百千万亿億]+")
_WORDS = regex.compile(r"[\p{L}\p{M}-]+")
_DIGITS = {"零": 0, "〇": 0, "两": 2} | {d: n for n, d in enumerate("一二三四五六七八九", 1)}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8, "億": 10**8}

_Number = tuple[str, frozenset[Decimal | str]]
"""A number as it is written, and every value that it can mean."""


def numbers(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find numbers that one side has and the other has neither in digits nor in words.

    >>> from amts_ext.languages.profiles import load
    >>> chinese = Context("en", load("zh"))
    >>> list(numbers(Side(("It has 3 layers.",)), Side(("它有三层。",)), chinese))
    []

    A single digit that the translation adds is no fault if no number is missing: translators turn
    "(i) … (ii)" into "(1) … (2)" and "all zeros" into "all 0".
    """
    ours = list(found_numbers(source.text, context.source))
    theirs = list(found_numbers(target.text, context.target))
    for text, readings in list(ours):
        partner = next((t for t in theirs if t[1] & readings), None)
        if partner is not None:
            ours.remove((text, readings))
            theirs.remove(partner)
    lost = [t for t, r in ours if not _elsewhere(r, target, context.target)]
    added = [t for t, r in theirs if not _elsewhere(r, source, context.source)]
    for text in lost:
        yield Finding(Kind.NUMBERS, f"the number {text} is missing")
    for text in added:
        if lost or len(text) > 1:
            yield Finding(Kind.NUMBERS, f"the number {text} is not in the source")


def found_numbers(text: str, language: str) -> Iterator[_Number]:
    """Find the numbers of a text, each with every value that it can mean.

    A text in another language may follow that language's rules or the English ones, so "1.500" in
    Portuguese is 1500 or 1.5.

    >>> for written, values in found_numbers("1.500 de 2 milhões", "pt"):
    ...     print(written, sorted(map(float, values)))
    1.500 [1.5, 1500.0]
    2 [2.0, 2000000.0]

    A comma between digits that fits neither rule separates two numbers ("3,4" in a list). Anything
    else that fits neither (a date, a version) has its text as its only value.
    """
    for match in _matches(text, language):
        found = {_value(match.group(), rule) for rule in (language, "en")}
        values = {value for value in found if value is not None}
        if text.startswith("0s", match.end() - 1):  # "the 1990s" may become 90年代
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
    """Return the value by the rules of one language; None if they do not allow this spelling."""
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
    """Return the group separator and the decimal sign of a language (CLDR); English by default."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return ",", "."
    return get_group_symbol(locale), get_decimal_symbol(locale)


def _elsewhere(readings: Iterable[Decimal | str], other: Side, language: str) -> bool:
    """Return whether the other side has the number in a slot or in words, by its value.

    A word for a power of ten may follow the slot: ``$10$万`` is 100,000.
    """
    values = frozenset(readings)
    held = found_numbers(f"{other.figures}\n{other.held}", language)
    return any(values & known for _, known in held) or is_spelled(values, other.text, language)


def is_spelled(readings: Iterable[Decimal | str], text: str, language: str) -> bool:
    """Return whether a text has one of a number's values in words.

    >>> is_spelled([Decimal(3)], "as três camadas", "pt")
    True
    >>> is_spelled([Decimal(300)], "三百层", "zh")
    True
    """
    values = (v for v in readings if isinstance(v, Decimal))
    wanted = {int(v) for v in values if v == v.to_integral_value()}
    return bool(wanted) and bool(wanted & _spelled(text, language))


def _spelled(text: str, language: str) -> set[int]:
    """Return the numbers that a text has in words; "March" is 3, "two million" is 2,000,000."""
    if is_unspaced(language):
        return {n for run in _HAN.findall(text) for n in _han(run)}
    known = _number_words(language)
    folded = f" {' '.join(_WORDS.findall(text.lower()))} "
    found = {n for words, n in known.items() if f" {words} " in folded}
    for scales in _SCALED.finditer(folded):
        power = sum(_SCALES[word] for word in scales.group().split())
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
