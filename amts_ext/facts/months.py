"""Months: a date keeps its month, whether that is a name or a number."""

from __future__ import annotations

from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError

_NUMBERED = regex.compile(r"(?<![\d.])(1[0-2]|0?[1-9])\s?[月월](?!\p{Han}?[间間])")
"""A month in Chinese, Japanese or Korean: 3月, 3월."""
_BESIDE = r"(?:in|of|since|until|from|to|by|last|next|\d(?:st|nd|rd|th)?,?)\s+"
"""What stands before the name of a month in English: "may" and "march" are other words, too."""


def changed_month(source: str, target: str, languages: tuple[str, str]) -> str:
    """Return what is wrong if both texts name months, and none of them is the same.

    >>> changed_month("In March 2020 it rose.", "2020年5月上涨。", ("en", "zh"))
    'the month March is missing'
    >>> changed_month("In March 2020 it rose.", "Subiu em março de 2020.", ("en", "pt"))
    ''
    """
    ours = _named(source, languages[0])
    theirs = set(_named(target, languages[1]).values()) if ours else set()
    if not theirs or theirs & set(ours.values()):
        return ""
    return f"the month {next(iter(ours))} is missing"


def _named(text: str, language: str) -> dict[str, int]:
    """Return the months that a text names, as they are written."""
    found = {m.group(): int(m[1]) for m in _NUMBERED.finditer(text)}
    names, pattern = _names(language)
    if pattern:
        words = (next(filter(None, m.groups())) for m in pattern.finditer(text))
        found |= {word: names[word.casefold()] for word in words}
    return found


@cache
def _names(language: str) -> tuple[dict[str, int], regex.Pattern[str] | None]:
    """Return the names of the months (CLDR) in small letters, and a pattern that finds them."""
    try:
        months = Locale.parse(language, sep="-").months["format"]["wide"]
    except (UnknownLocaleError, ValueError, KeyError):
        return {}, None
    names = {name.casefold(): number for number, name in months.items()}
    if any(name[:1].isdigit() for name in names):
        return {}, None
    listed = "|".join(map(regex.escape, months.values()))
    if language.split("-")[0] == "en":
        return names, regex.compile(rf"\b{_BESIDE}({listed})\b|\b({listed})\s+\d")
    return names, regex.compile(rf"\b({listed})\b", regex.I)
