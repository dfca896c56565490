"""Words that turn a statement round: a change of one is never a little.

>>> def changed(old, new):
...     return turns(old.split(), new.split())
>>> changed("it is stable", "it is unstable"), changed("at least 3", "at most 3")
(True, True)
>>> changed("three tests", "3 tests"), changed("all of the tests", "all the tests")
(False, False)

The words are English ones. In another language any word that came or went may be such a one, unless
it is another form of one that went or came:

>>> turns("das ist gut".split(), "das ist nicht gut".split(), "de")
True
>>> turns("die kleine stadt".split(), "die kleinen städte".split(), "de")
True
>>> turns("das kleine haus".split(), "das kleinere haus".split(), "de")
False
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz.distance import Prefix

from amts_ext.languages.scripts import is_unspaced

NUMBER = re.compile(r"(?:(?<![0-9A-Za-z_.)\]}])[-−])?\d+(?:[.,]\d+)*")
"""A number with its sign."""
_KNOWN = ("en",)
"""Languages whose words are listed here."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
_NAMES = {
    word: str(number)
    for number, word in enumerate(
        f"zero one two three four five six seven eight nine {_TENS}".split()
    )
    if word != "one"  # which is a pronoun too
}
_AMOUNTS = _set(
    "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half twice "
    "double triple dozen"
)
_NEGATIONS = _set(
    "no not never none nor neither without nothing nobody nowhere hardly scarcely barely rarely "
    "seldom unless except must"
)
_OPPOSITES = [
    _set(group)
    for group in (
        "more less fewer equal",
        "most least",
        "increase decrease reduce raise lower grow shrink rise fall",
        "increases decreases reduces raises lowers grows shrinks rises falls",
        "increased decreased reduced raised lowered",
        "increasing decreasing reducing growing shrinking rising falling",
        "greater smaller larger lower higher bigger less",
        "large small big high low",
        "longer shorter",
        "faster slower",
        "better worse",
        "best worst",
        "before after until since",
        "above below",
        "over under",
        "all some any few many only both either",
        "always sometimes often usually",
        "minimum maximum",
        "minimal maximal",
        "minimize maximize",
        "minimizing maximizing",
        "minima maxima",
        "left right",
        "true false",
        "positive negative",
        "add subtract remove",
        "adding subtracting removing",
        "up down",
        "rows columns",
        "row column",
        "input output",
        "inputs outputs",
        "first second third fourth fifth last",
        "easy hard difficult",
        "easier harder",
        "include exclude",
        "includes excludes",
        "inside outside",
        "early late",
        "same different",
        "strong weak",
        "sum product difference",
        "multiply divide",
    )
]
_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis", "anti")


def turns(old: Iterable[str], new: Iterable[str], language: str = "en") -> bool:
    """Return True if a number, a "not" or the like came, went or changed, or a word turned round.

    Words are in lower case. Of a ``language`` whose words are not known here, True as well where
    another word came or went: nobody can say that it is no "not".
    """
    is_known = language.partition("-")[0] in _KNOWN
    ours, theirs = (Counter(map(_normal, side) if is_known else side) for side in (old, new))
    gone, came = ours - theirs, theirs - ours
    if any(_counts(word) for word in (*gone, *came)):
        return True
    if not is_known:
        return bool(gone or came) and (is_unspaced(language) or not _are_forms(gone, came))
    return any(_are_opposite(a, b) for a in gone for b in came)


def _normal(word: str) -> str:
    """Return the number that a word names, and ``not`` for its short forms."""
    if re.fullmatch(r"\w+n['’]t|cannot", word):
        return "not"
    return _NAMES.get(word, word)


def _counts(word: str) -> bool:
    return bool(NUMBER.fullmatch(word)) or word in _NEGATIONS or word in _AMOUNTS


def _are_forms(gone: Counter[str], came: Counter[str]) -> bool:
    """Return True if every word that went became another form of itself: it ends otherwise."""
    ours, theirs = ([w for w in sorted(side.elements()) if w.isalpha()] for side in (gone, came))
    return len(ours) == len(theirs) and all(map(_is_form, ours, theirs))


def _is_form(old: str, new: str) -> bool:
    shared = Prefix.similarity(old, new)
    return shared >= max(3, 0.6 * max(len(old), len(new)))


def _are_opposite(old: str, new: str) -> bool:
    if any(old in group and new in group for group in _OPPOSITES):
        return True
    short, long = sorted((old, new), key=len)
    if len(short) > 3 and any(long == prefix + short for prefix in _PREFIXES):
        return True
    # "useful" and "useless".
    ends = {old[-4:], new[-4:]}
    return "less" in ends and old[-4:] != new[-4:] and _stem(old) == _stem(new) != ""


def _stem(word: str) -> str:
    found = re.fullmatch(r"(\w{3,})(?:less|ful)", word)
    return found[1] if found else ""
