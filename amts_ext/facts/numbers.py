"""Numbers: both sides of a segment have to hold the same ones, with the same signs.

A number may be written in words ("three layers", 三层), with the separators of either language
("1,500.5", Portuguese "1.500,5"; from CLDR), with a word for a power of ten ("2 million", 200万),
or as a fraction ("½"). All these forms are compared by value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

from amts_ext.facts.months import changed_month
from amts_ext.facts.number_words import SPELLED, says
from amts_ext.facts.numerals import SCALES, has_fraction, has_minus, spelled
from amts_ext.facts.sides import Side

_VULGAR = "¼½¾⅐-⅞↉"
_JOINED = r"(?<![\p{Latin}\p{Greek}\p{Cyrillic}\p{N}\p{M}_)\]}°%'’\-−–—\ufffc])"
_NUMBER = regex.compile(
    rf"(?P<sign>{_JOINED}[-−–－])?"
    rf"(?:\d+(?:[.,\u00a0\u202f]\d+)*(?P<more>[{_VULGAR}])?|(?P<only>[{_VULGAR}]))"
)
"""A number with its sign. A dash behind a letter, a digit or a slot joins: "GPT-4", "3-5"."""
_DIVIDED = regex.compile(r"(?<![\d.,])\d{1,6}[ \u00a0\u202f]\d{1,6}(?![\d.,]*\d)")
"""A slip of the source, which a translator may mend: "4 0 GB"."""
_GROUPED = regex.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,]*\d)")
"""Thousands with plain blanks between them."""
_PLAIN = regex.compile(r"\d+(?:\.\d+)*")
_SCALE = regex.compile(
    rf"[\s-]*(?:({'|'.join(sorted(SCALES, key=len, reverse=True))})\b"
    r"|(kilo|mega|giga)(?=\p{Ll})|([十百千万億亿兆만억]+))",
    regex.I,
)
_DECADE = regex.compile(r"0(?:['’]?s|er)\b")
_AFTERNOON = regex.compile(r"(?::\d\d)?\s*p\.?m\b", regex.I)
_IN_CENTURY = regex.compile(
    r"(?<!\d)(\d{1,2})\s*(?:世纪|世紀|세기)[的の]?\s*(\d0|[一二三四五六七八九]十)(?=年代|년대)"
)
"""A decade of a century: 20世纪40年代 are the 1940s."""
HALF = Decimal("0.5")
DIGITS = 24
"""The most digits of a number that is compared as one; decimals are exact up to 28."""
LARGEST = 1_000_000
"""The smallest number that is not looked for in words, but for powers of ten."""
_PREFIXES = {"kilo": 3, "mega": 6, "giga": 9}

Number = tuple[str, frozenset[Decimal | str]]
"""A number as it is written, and every value that it can mean."""


def changed_numbers(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    """Find numbers that one side has and the other has neither in digits nor in words.

    >>> def found(source, target):
    ...     return list(changed_numbers(Side((source,)), Side((target,)), ("en", "pt")))
    >>> found("It has 3 layers.", "Tem três camadas.")
    []
    >>> found("It fell to −5 °C.", "Caiu para 5 °C.")
    ['the sign of −5 is lost']

    A single digit that the translation adds is no fault if no number is missing: translators turn
    "(i) … (ii)" into "(1) … (2)" and "all zeros" into "all 0".
    """
    lost, added = unmatched(source, target, languages)
    for number in list(lost):
        other = next((t for t in added if t[1] & _negated(number[1])), None)
        if other is not None:
            lost.remove(number)
            added.remove(other)
            how = "lost" if _is_negative(number) else "new"
            yield f"the sign of {(number if how == 'lost' else other)[0]} is {how}"
    yield from (f"the number {text} is missing" for text, _ in lost)
    for text, _ in added:
        if lost or len(text) > 1:
            yield f"the number {text} is not in the source"
    if month := changed_month(source.text, target.text, languages):
        yield month


_HAS_NUMBER = regex.compile(rf"[\d{_VULGAR}]").search


def unmatched(
    source: Side, target: Side, languages: tuple[str, str]
) -> tuple[list[Number], list[Number]]:
    """Return the numbers that one side has and the other has neither in digits nor in words.

    >>> unmatched(Side(("It has 3 layers.",)), Side(("Tem 4 camadas.",)), ("en", "pt"))
    ([('3', frozenset({Decimal('3')}))], [('4', frozenset({Decimal('4')}))])
    """
    if not (_HAS_NUMBER(source.text) or _HAS_NUMBER(target.text)):
        return [], []
    ours_all = list(found_numbers(source.text, languages[0]))
    ours, theirs = list(ours_all), list(found_numbers(target.text, languages[1]))
    for number in ours_all:
        partner = next((t for t in theirs if t[1] & number[1]), None)
        if partner is not None:
            ours.remove(number)
            theirs.remove(partner)
    lost = [n for n in ours if not _is_elsewhere(n, target, languages[1])]
    added = [n for n in theirs if not _is_elsewhere(n, source, languages[0])]
    _join(source.text, _DIVIDED, lost, added)
    _join(target.text, _GROUPED, added, lost)
    return lost, added


def _join(
    text: str, pattern: regex.Pattern[str], divided: list[Number], whole: list[Number]
) -> None:
    """Take the numbers out that one text divides by blanks and the other writes as one.

    >>> lost, added = [("4", frozenset({Decimal(4)}))], [("40", frozenset({Decimal(40)}))]
    >>> _join("4 0 GB", _DIVIDED, lost, added)
    >>> lost, added
    ([], [])
    """
    for match in pattern.finditer(text) if whole else ():
        joined = Decimal("".join(match.group().split()))
        partner = next((number for number in whole if joined in number[1]), None)
        if partner is not None:
            whole.remove(partner)
            for piece in match.group().split():
                divided[:] = [number for number in divided if number[0] != piece]


def _decade(match: regex.Match[str]) -> str:
    tens = match[2] if match[2].isdigit() else str(10 * next(iter(spelled(match[2][0], "zh"))))
    return f"{int(match[1]) - 1}{tens}"


def _negated(values: Iterable[Decimal | str]) -> frozenset[Decimal | str]:
    return frozenset(-value for value in values if isinstance(value, Decimal))


def _is_negative(number: Number) -> bool:
    return all(isinstance(value, Decimal) and value < 0 for value in number[1])


def found_numbers(text: str, language: str) -> Iterator[Number]:
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
    text = _IN_CENTURY.sub(_decade, text)
    for match in _matches(text, language):
        body, sign, fraction = _divided(match)
        found = {_value(body, rule) for rule in (language, "en")} if body else {Decimal(0)}
        values = {value + fraction for value in found if value is not None}
        if _DECADE.match(text, match.end() - 1):  # "the 1990s" may become 90年代
            values |= {value % 100 for value in values}
            # "The 2000s" are also a century.
            values |= {value // 100 + 1 for value in values if value >= 1000 and value % 100 == 0}
        if _AFTERNOON.match(text, match.end()):
            values |= {value + 12 for value in values if value < 12}
        scale = _SCALE.match(text, match.end())
        if scale:
            values |= {value.scaleb(_power(scale)) for value in values}
        if sign:
            negative = {-value for value in values}
            # Behind a letter without blanks a hyphen may join: 轴-1 is the axis 1.
            joins = sign in "-–" and text[: match.start()][-1:].isalpha()
            values = negative | values if joins else negative
        yield match.group(), frozenset(values) or frozenset({body})


def localized(number: str, source: str, target: str) -> str:
    """Return a number with the separators of another language.

    >>> localized("1,500.5", "en", "pt"), localized("2024", "en", "pt")
    ('1.500,5', '2024')

    What is no number by the rules of ``source`` (a date, a version) stays as it is.
    """
    if _value(number, source) is None:
        return number
    return number.translate(dict(zip(map(ord, _symbols(source)), _symbols(target), strict=True)))


_DECIMAL = regex.compile(r"(?<![\w.,])(?:0[.,]\d+|\d+[.,](?:\d{1,2}|\d{4,}))(?![\w.,]*\d)")
"""A number that a sign divides, and that is no thousand by any rule."""
_NAMED = regex.compile(
    r"(?:\p{Lu}\p{L}*|\p{L}\.|\b(?i:vers|rele|se[cçk]|cap|fig|tab|eq|ec)\p{L}*|[(§#])\s?$"
)
"""What stands before the number of a version, a figure or a section: "Python 3.11"."""


def mixed_decimals(source: str, target: str, languages: tuple[str, str]) -> tuple[str, str] | None:
    """Return two decimals of a target that have different decimal signs.

    >>> mixed_decimals("From 0.40 to 0.60.", "De 0,40 a 0.60.", ("en", "pt"))
    ('0,40', '0.60')
    >>> mixed_decimals("0.40 in Python 3.11.", "0,40 em Python 3.11.", ("en", "pt"))

    Both have to be decimals of the source, and the target's language has to have another sign.
    """
    kept = _kept_decimals(source, target, languages)
    if not kept:
        return None
    said = {localized(number, *languages) for number in _DECIMAL.findall(source)}
    own = next((m[0] for m in _DECIMAL.finditer(target) if m[0] in said), "")
    return (own, kept[0][0]) if own else None


def respelled(source: str, target: str, languages: tuple[str, str], whole: str = "") -> str:
    """Return a target in which the decimals of its source have the target's decimal sign.

    >>> respelled("It is < 0.1 in version 0.9.", "É < 0.1 na versão 0.9.", ("en", "pt"))
    'É < 0,1 na versão 0.9.'

    A number from 1 may be that of a version; it is changed beside one from 0, or one with the sign.
    ``target`` may be a part of the ``whole`` one, in which these are looked for.
    """
    whole = whole or target
    is_sure = any(m[0][0] == "0" for m in _kept_decimals(source, whole, languages))
    if is_sure or mixed_decimals(source, whole, languages):
        for match in reversed(_kept_decimals(source, target, languages)):
            said = localized(match[0], *languages)
            target = target[: match.start()] + said + target[match.end() :]
    return target


def _kept_decimals(source: str, target: str, languages: tuple[str, str]) -> list[regex.Match[str]]:
    """Return the decimals that a target writes as its source does, though its sign is another."""
    ours, theirs = (_symbols(language)[1] for language in languages)
    if ours == theirs or ours not in target:
        return []
    known = set(_DECIMAL.findall(source))
    found = (m for m in _DECIMAL.finditer(target) if ours in m[0] and m[0] in known)
    return [m for m in found if not _NAMED.search(target[: m.start()])]


def _divided(match: regex.Match[str]) -> tuple[str, str, Decimal]:
    """Return a number's digits, its sign, and the value of the fraction at its end."""
    if match.re is _PLAIN:
        return match.group(), "", Decimal(0)
    sign, fraction = match["sign"] or "", match["more"] or match["only"] or ""
    body = match.group()[len(sign) : len(match.group()) - len(fraction)]
    return body, sign, Decimal(unicodedata.numeric(fraction)) if fraction else Decimal(0)


def _matches(text: str, language: str) -> Iterator[regex.Match[str]]:
    for match in _NUMBER.finditer(text):
        body, _, _ = _divided(match)
        if "," in body and not any(_value(body, r) for r in (language, "en")):
            yield from _PLAIN.finditer(text, match.start(), match.end())
        else:
            yield match


def _power(match: regex.Match[str]) -> int:
    if word := match.group(1):
        return SCALES[word.lower()]
    if prefix := match.group(2):
        return _PREFIXES[prefix.lower()]
    return sum(SCALES[character] for character in match.group(3))


def _value(text: str, language: str) -> Decimal | None:
    """Return the value by the rules of one language; None if they do not allow this spelling."""
    group, point = _symbols(language)
    whole, _, fraction = text.partition(point)
    groups = regex.split(rf"[{regex.escape(group)}\u00a0\u202f]", whole)
    if (
        len(text) > DIGITS
        or not (fraction or "0").isdigit()
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


def _is_elsewhere(number: Number, other: Side, language: str) -> bool:
    """Return whether the other side has the number in a slot or in words, by its value.

    A word for a power of ten may follow the slot: ``$10$万`` is 100,000.
    """
    text, values = number
    if _is_negative(number):
        bare = text.lstrip("-−–－"), _negated(values)
        return has_minus(other.text, language) and _stands(bare, other, language)
    if any(isinstance(v, Decimal) and v % 1 == HALF for v in values):
        whole = frozenset(v - HALF for v in values if isinstance(v, Decimal))
        if has_fraction(other.whole, 1, 2) and _stands((text, whole), other, language):
            return True
    fraction = next((c for c in text if not c.isdecimal() and c.isnumeric()), "")
    if fraction:
        parts = Fraction(unicodedata.numeric(fraction)).limit_denominator(10)
        if has_fraction(other.whole, parts.numerator, parts.denominator):
            return True
    return _stands(number, other, language)


def _stands(number: Number, other: Side, language: str) -> bool:
    held = found_numbers(f"{other.figures}\n{other.held}", language)
    known = any(number[1] & values for _, values in held)
    return known or is_spelled(number[1], other.text, language)


def is_spelled(readings: Iterable[Decimal | str], text: str, language: str) -> bool:
    """Return whether a text has one of a number's values in words.

    >>> is_spelled([Decimal(3)], "as três camadas", "pt")
    True
    >>> is_spelled([Decimal(300)], "三百层", "zh")
    True
    """
    values = {v for v in readings if isinstance(v, Decimal)}
    if values & spelled(text, language):
        return True
    large = (int(v) for v in values if SPELLED < v < LARGEST and v == v.to_integral_value())
    return any(says(number, text, language) for number in large)
