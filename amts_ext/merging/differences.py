"""Differences: which elements of one sequence became which of another.

>>> old = ["A dog.", "It is small.", "It barks."]
>>> new = ["A dog.", "It is very small.", "A cat.", "It barks."]
>>> def like(a, b):
...     return 0.8 if "small" in a and "small" in b else 0.0
>>> pairing(old, new, like)
[(0, 0), (1, 1), (None, 2), (2, 3)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeVar

Pairing = list[tuple[int | None, int | None]]
"""Indices of old and new elements, in an order that rises on both sides; None: no partner."""
Like = Callable[[Any, Any], float]
"""How alike two elements are; 0 for two that cannot be partners."""


Part = TypeVar("Part")
"""An element of sequences that are merged."""
Opcode = tuple[str, int, int, int, int]
"""A stretch of both sequences, as :mod:`difflib` tells it: what became of it, and where it is."""


def opcodes(old: Sequence[Any], new: Sequence[Any]) -> list[Opcode]:
    """Return what became of each stretch of a sequence; most sequences have not changed.

    >>> opcodes("abc", "abc"), opcodes("abc", "ab")
    ([('equal', 0, 3, 0, 3)], [('equal', 0, 2, 0, 2), ('delete', 2, 3, 2, 2)])
    """
    if old == new:
        return [("equal", 0, len(old), 0, len(new))] if old else []
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def pairing(old: Sequence[Any], new: Sequence[Any], like: Like) -> Pairing:
    """Pair equal elements, and then like ones between them.

    What stands in both, but in another order, has no other partner.
    """
    found: Pairing = []
    stretches = opcodes(old, new)
    free = [code[1:] for code in stretches if code[0] != "equal"]
    gone = {old[i] for i1, i2, _, _ in free for i in range(i1, i2)}
    moved = gone & {new[j] for _, _, j1, j2 in free for j in range(j1, j2)}

    def other(first: Any, second: Any) -> float:
        return 0.0 if first in moved or second in moved else like(first, second)

    for tag, i1, i2, j1, j2 in stretches:
        if tag == "equal":
            found += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            found += _like_pairs(old, new, (i1, i2), (j1, j2), other)
    return found


def exchanged(pairs: Pairing, fits: Callable[[int, int], bool] = lambda old, new: True) -> Pairing:
    """Pair what went with what came in its place, where both are alone and fit one another.

    >>> exchanged([(0, 0), (1, None), (None, 1), (2, 2)])
    [(0, 0), (1, 1), (2, 2)]
    """
    found: Pairing = []
    for place, pair in enumerate(pairs):
        before, after = pairs[place - 2 : place - 1] if place > 1 else [], pairs[place + 1 :][:1]
        last = found[-1] if found else (None, None)
        is_alone = all(None not in other for other in (*before, *after))
        if None in last and None in pair and last != pair and is_alone:
            i = last[0] if last[0] is not None else pair[0]
            j = last[1] if last[1] is not None else pair[1]
            if i is not None and j is not None and fits(i, j):
                found[-1] = (i, j)
                continue
        found.append(pair)
    return found


def _like_pairs(
    old: Sequence[Any],
    new: Sequence[Any],
    ours: tuple[int, int],
    theirs: tuple[int, int],
    like: Like,
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the elements of two stretches so that the sum of likeness is greatest."""
    (i1, i2), (j1, j2) = ours, theirs
    n, m = i2 - i1, j2 - j1
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    scores = [[like(old[i], new[j]) for j in range(j1, j2)] for i in range(i1, i2)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            both = best[i + 1][j + 1] + scores[i][j] if scores[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both)
    i = j = 0
    while i < n and j < m:
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            yield i1 + i, j1 + j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield i1 + i, None
            i += 1
        else:
            yield None, j1 + j
            j += 1
    yield from ((i1 + k, None) for k in range(i, n))
    yield from ((None, j1 + k) for k in range(j, m))


def merge3(base: Sequence[Part], ours: Sequence[Part], theirs: Sequence[Part]) -> list[Part] | None:
    """Merge two sets of changes to one sequence; None if both changed the same place.

    An element that both left as it was is that of the base.

    >>> merge3(["a", "b", "c"], ["a", "B", "c"], ["a", "b", "c", "d"])
    ['a', 'B', 'c', 'd']
    >>> merge3(["a", "b"], ["a", "x"], ["a", "y"]) is None
    True
    """
    changes = {*_changes(base, theirs), *_changes(base, ours)}  # of equal ones, theirs stays
    merged: list[Part] = []
    at, put_in = 0, -1
    for start, end, new in sorted(changes, key=lambda change: change[:2]):
        if start < at or start == end == put_in:
            return None  # both changed it, or both put something in: the order would be a guess
        merged += base[at:start]
        merged += new
        at, put_in = end, start if start == end else -1
    return merged + list(base[at:])


def _changes(
    base: Sequence[Part], new: Sequence[Part]
) -> Iterator[tuple[int, int, tuple[Part, ...]]]:
    for tag, i1, i2, j1, j2 in opcodes(base, new):
        if tag != "equal":
            yield i1, i2, tuple(new[j1:j2])
