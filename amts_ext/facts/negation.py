"""Negation: a "not" that a translation loses or gains, by the words of both languages' profiles.

The rule is strict: it would reject sound sentences of a good engine that says a thing the other way
round. So it is none of the rules for every translator; an engine that drafts applies it to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import regex

from amts_ext.facts.sides import Side
from amts_ext.languages import profiles
from amts_ext.languages.scripts import is_unspaced

LOST = "loses a negation"
GAINED = "gains a negation"


def changed_negation(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    """Yield a fault if a translation has fewer negations than its source, or more.

    >>> list(changed_negation(Side(("It is not small.",)), Side(("它很小。",)), ("en", "zh")))
    ['loses a negation: not']
    >>> list(changed_negation(Side(("nonnegative",)), Side(("非负",)), ("en", "zh")))
    []

    A word for which other languages may say "not" (``half_negations`` in a profile) may stand for a
    negation, and needs none. A language whose profile has no negations is not judged.
    """
    ours, theirs = (
        _read(s.text, code) for s, code in zip((source, target), languages, strict=True)
    )
    if ours is None or theirs is None:
        return
    for fault, (whole, _), (others, halves) in ((LOST, ours, theirs), (GAINED, theirs, ours)):
        if len(whole) > len(others) + len(halves):
            yield f"{fault}: {', '.join(dict.fromkeys(whole))}"


def _read(text: str, code: str) -> tuple[list[str], list[str]] | None:
    """Return the negations of a text, and the words that may be some; None: not known."""
    pattern = _pattern(profiles.spelled(code))
    if pattern is None:
        return None
    found: tuple[list[str], list[str]] = [], []
    for match in pattern.finditer(text):
        if match.lastgroup != "none":
            found[match.lastgroup == "half"].append(match.group().casefold())
    return found


@cache
def _pattern(code: str) -> regex.Pattern[str] | None:
    """Return the pattern of a language's words; the group ``whole``, ``half`` or ``none`` matches.

    At one place a word without ``*`` comes before one with it, and a longer one before a shorter.
    """
    if code not in profiles.available():
        return None
    profile = profiles.load(code)
    if not profile.negations:
        return None
    lists = {
        "whole": profile.negations, "half": profile.half_negations, "none": profile.no_negations
    }  # fmt: skip
    words = [(kind, word) for kind, listed in lists.items() for word in _listed(listed)]
    words.sort(key=lambda each: ("*" in each[1], -len(each[1])))
    joined = "|".join(f"(?P<{kind}>{_expression(word)})" for kind, word in words)
    edges = ("", "") if is_unspaced(code) else (r"(?<![\p{L}\p{M}])", r"(?![\p{L}\p{M}])")
    return regex.compile(f"{edges[0]}(?:{joined}){edges[1]}", regex.IGNORECASE)


def _listed(words: str) -> list[str]:
    return [word for each in words.split(",") if (word := each.strip())]


def _expression(word: str) -> str:
    """Return a word of a profile as an expression; ``*`` stands for letters, hyphens and quotes."""
    return r"[\p{L}\p{M}'’-]+".join(map(regex.escape, word.split("*")))
