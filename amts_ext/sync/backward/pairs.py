"""What of a piece was exchanged for what: places that one side has, paired with those of the other.

>>> old, new = (Held("formula", text, f"${text}$", 0) for text in ("x_i+y", "x_j+y"))
>>> list(pairs([old], [new])) == [(old, new)]
True
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import regex
from rapidfuzz import fuzz

from amts_ext.sync.backward.places import Held

LIKE = {"formula": 0.65, "code": 0.5, "link": 0.5, "reference": 0.5}
"""The least likeness of a place and its correction, by their keys."""
ALONE = 0.6
"""The share of it that is enough if each side has only one such place."""
_OTHER = regex.compile(r"[[\p{L}]--[\p{Latin}\p{Greek}\p{Common}]]", regex.V1)
"""A letter that stands in words alone, as no formula and no code is made of it."""
_TERMS = regex.compile(r"[+,=]")


def name(place: Held) -> tuple[str, str]:
    """Return what is compared of a place."""
    return place.kind, place.key


def unlike(ours: Sequence[Held], theirs: Sequence[Held]) -> tuple[list[Held], list[Held]]:
    """Return the places that only one of two sides has, each once."""
    counts = Counter(map(name, ours)), Counter(map(name, theirs))
    lost, gained = counts[0] - counts[1], counts[1] - counts[0]
    left = {name(place): place for place in ours if name(place) in lost}
    right = {name(place): place for place in theirs if name(place) in gained}
    return list(left.values()), list(right.values())


def pairs(lost: Sequence[Held], gained: Sequence[Held]) -> Iterator[tuple[Held, Held]]:
    """Yield what was exchanged for what: the most alike first, each once."""
    counts = [Counter(place.kind for place in side) for side in (lost, gained)]
    scores = [
        (_likeness(old, new), -i, -j)
        for i, old in enumerate(lost)
        for j, new in enumerate(gained)
        if old.kind == new.kind
    ]
    taken: set[tuple[str, int]] = set()
    for score, i, j in sorted(scores, reverse=True):
        old, new = lost[-i], gained[-j]
        is_alone = counts[0][old.kind] == counts[1][old.kind] == 1
        least = LIKE[old.kind] * (ALONE if is_alone else 1)
        if score >= least and taken.isdisjoint({("old", i), ("new", j)}):
            taken |= {("old", i), ("new", j)}
            yield old, new


def _likeness(old: Held, new: Held) -> float:
    """How alike two places are; 0 for formulas that say the same, or of which one has the other."""
    a, b = old.key, new.key
    if old.kind == "formula":
        if a in b or b in a or _is_regrouped(a, b):
            return 0.0
        if len(a) == len(b) == 1:
            return 1.0
    return fuzz.ratio(a.casefold(), b.casefold()) / 100


def _is_regrouped(old: str, new: str) -> bool:
    """Return True if two formulas have the same terms, in another order or otherwise joined."""
    ours, theirs = _TERMS.split(old), _TERMS.split(new)
    return sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs)


def has_words(changes: Sequence[tuple[str, str]]) -> bool:
    """Return True if a human put words of a language in, whose letters no code is made of.

    >>> has_words([("cat", "猫")]), has_words([("cat", "dog")])
    (True, False)
    """
    return any(set(_OTHER.findall(new)) - set(_OTHER.findall(old)) for old, new in changes)
