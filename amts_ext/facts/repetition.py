"""Repetition: a word or a phrase twice in a row, which is a slip unless the language means it."""

from __future__ import annotations

from collections.abc import Callable

import regex

from amts_ext.facts.sides import Side
from amts_ext.languages.profiles import Profile
from amts_ext.languages.scripts import is_unspaced

_WORD = regex.compile(r"[\p{L}\p{M}'’]+|[^\s\p{L}\p{M}]")
_CHARACTER = regex.compile(r"\S")
_EACH = frozenset({"từng"})
"""Words that begin a phrase which is said twice: Vietnamese "từng bước từng bước"."""
_TRIED = (
    "考虑|讨论|研究|练习|尝试|观察|了解|休息|学习|比较|检查|试验|思考|商量|整理|体会|回忆|介绍|分析|对比|估计"
    "|计算"
)
"""Chinese verbs of two characters that are doubled to say "a little"."""
_HAN_TWICE = regex.compile(
    r"(?<![目标众端])(的)的|(了)了(?![解如])|(是)是(?![否非])"
    r"|(?<![现存正所内潜实自外好旨贵])(在)在|(?!的)(\p{Han}{3,12})\5"
    rf"|(?!一|{_TRIED})(\p{{Han}}{{2}})\6"
)
"""A Chinese particle, phrase or word twice in a row. The two characters of 了了解 and 目的的 belong
to two words; 一步一步 is an idiom, and A的B的C is said of things that belong to one another."""
LONG_RUN = 8
"""The fewest characters of a repeated run in a script without blanks between words."""


def said_twice(source: Side, target: Side, profile: Profile) -> str:
    """Return the first word or phrase that the target says twice in a row, with both.

    >>> from amts_ext.languages.profiles import load
    >>> said_twice(Side(("We see.",)), Side(("Nós nós vemos.",)), load("pt"))
    'nós nós'

    The text is empty if there is none, or if the source says something twice as well.
    """
    if is_unspaced(profile.language):
        found = _HAN_TWICE.search(target.divided)
        twice = found.group() if found else _twice(_tokens(target, _CHARACTER), LONG_RUN)
    else:
        twice = _twice(_tokens(target, _WORD), allowed=lambda run: _is_figure(run, profile))
    return twice if twice and not _twice(_tokens(source, _WORD)) else ""


def _tokens(side: Side, pattern: regex.Pattern[str]) -> list[str]:
    """Return the text's matches of ``pattern`` and the content of each single slot, in order."""
    found: list[str] = []
    for part in side.parts:
        if isinstance(part, str):
            found += pattern.findall(part.casefold())
        elif not part.half:
            found.append(part.content)
    return found


def _is_figure(run: list[str], profile: Profile) -> bool:
    """Return whether a language says such words twice on purpose: Turkish "yavaş yavaş"."""
    never = profile.never_doubled.split()
    return bool(never) and (run[0] in _EACH or (len(run) == 1 and run[0] not in never))


def _twice(
    tokens: list[str], least: int = 1, allowed: Callable[[list[str]], bool] = lambda run: False
) -> str:
    """Return the first run of at least ``least`` tokens that is repeated at once, or nothing.

    The run has to begin with a word, so that "… …" is no finding. A run that is ``allowed`` may be
    said twice, not three times.
    """
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token, []).append(place)
    for start, first in enumerate(tokens):
        for middle in places[first] if first[:1].isalpha() else ():
            size = middle - start
            run = tokens[start:middle]
            thrice = run == tokens[middle + size : middle + 2 * size]
            said_twice = size >= least and run == tokens[middle : middle + size]
            if said_twice and (thrice or not allowed(run)):
                return " ".join(tokens[start : middle + size])
    return ""
