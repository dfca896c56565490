"""Alignment of two sequences by length: W. A. Gale, K. W. Church, "A Program for Aligning Sentences
in Bilingual Corpora", Computational Linguistics 19(1), 1993.

Two additions to the paper: items that share something that translation keeps (formulas, numbers,
Latin words) are drawn together, and the search keeps to a band around the diagonal, so that its
memory grows linearly. Costs are negative natural logarithms of probabilities.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

Move = tuple[int, int]
"""How many items of the source and of the target a bead takes."""

VARIANCE = 6.8
"""Of the length of a translation, per character of its source (the paper, section 3.2)."""
PRIORS: Mapping[Move, float] = {
    move: -math.log(probability)
    for move, probability in {
        (1, 1): 0.89,
        (1, 0): 0.0099 / 2,
        (0, 1): 0.0099 / 2,
        (2, 1): 0.089 / 2,
        (1, 2): 0.089 / 2,
        (2, 2): 0.011,
    }.items()
}
"""The paper's table 5; the probability of two mirror images is shared between them."""
WORST = 25.0
"""No length is so wrong that it outweighs everything else."""
WORST_LOSS = 6.0
"""Nor does a long sentence that was left out: the paper's model glues it to a neighbour."""
DRAW = 2.0
"""What a feature is worth that stands once on either side."""
BAND = 64
"""Items to either side of the diagonal."""


@dataclass(frozen=True, slots=True)
class Item:
    """What alignment needs to know of a sentence or a block."""

    length: int
    """In characters, without slots."""
    features: frozenset[str] = frozenset()
    """What a translation keeps: formulas, numbers, Latin words."""
    kind: str = ""


class Measure:
    """How well stretches of two sequences fit together.

    ``ratio``: characters of the target per character of the source (the paper's *c*).
    """

    def __init__(self, source: Sequence[Item], target: Sequence[Item], ratio: float) -> None:
        self._ratio = ratio
        self._source = list(accumulate((item.length for item in source), initial=0))
        self._target = list(accumulate((item.length for item in target), initial=0))
        self._items = (source, target)
        counts = [Counter(f for item in side for f in item.features) for side in self._items]
        # Rare on both sides: a strong hint. Everywhere: none.
        self._weights = {
            feature: 1 / math.sqrt(count * counts[1][feature])
            for feature, count in counts[0].items()
            if feature in counts[1]
        }
        self._shared = self._find_shared()

    def _find_shared(self) -> dict[tuple[int, int], float]:
        where: dict[str, list[int]] = {}
        for j, item in enumerate(self._items[1]):
            for feature in item.features & self._weights.keys():
                where.setdefault(feature, []).append(j)
        shared: dict[tuple[int, int], float] = {}
        for i, item in enumerate(self._items[0]):
            for feature in item.features & self._weights.keys():
                for j in _near(where[feature], i, len(self._items[0]), len(self._items[1])):
                    shared[i, j] = shared.get((i, j), 0.0) + self._weights[feature]
        return shared

    def deviation(self, i: int, j: int, move: Move) -> float:
        """The paper's delta for the bead before (i, j), in standard deviations.

        Both lengths count equally in the variance, so that the direction does not matter.
        """
        source = self._source[i] - self._source[i - move[0]]
        target = (self._target[j] - self._target[j - move[1]]) / self._ratio
        return (target - source) / math.sqrt(VARIANCE * max(1.0, (source + target) / 2))

    def cost(self, i: int, j: int, move: Move) -> float:
        """Minus the logarithm of the probability of such lengths, less what is shared."""
        tail = math.erfc(abs(self.deviation(i, j, move)) / math.sqrt(2))
        cost = -math.log(tail) if tail > 0 else WORST
        if not (move[0] and move[1]):
            return min(cost, WORST_LOSS)
        return min(cost - DRAW * self._draw(i, j, move), WORST)

    def _draw(self, i: int, j: int, move: Move) -> float:
        """The weight of what both sides of a bead hold; what stands in two of its items once."""
        if move == (1, 1):
            return self._shared.get((i - 1, j - 1), 0.0)
        places = ((a, b) for a in range(i - move[0], i) for b in range(j - move[1], j))
        if not any(place in self._shared for place in places):
            return 0.0
        both = self._features(0, i - move[0], i) & self._features(1, j - move[1], j)
        return sum(self._weights[feature] for feature in both)

    def score(self, i: int, j: int, move: Move) -> float:
        """0 to 1: how far lengths and features speak for the bead before (i, j)."""
        if not (move[0] and move[1]):
            return 0.0
        length = math.sqrt(math.erfc(abs(self.deviation(i, j, move)) / math.sqrt(2)))
        source = self._features(0, i - move[0], i)
        target = self._features(1, j - move[1], j)
        total = len(source) + len(target)
        likeness = (1 + 2 * len(source & target)) / (1 + total)
        return min(1.0, (length + likeness) / 2) * {2: 1.0, 3: 0.9}.get(sum(move), 0.8)

    def _features(self, side: int, start: int, end: int) -> set[str]:
        """Words that the other side never uses say nothing: they are translated."""
        found = set().union(*(item.features for item in self._items[side][start:end]))
        return {f for f in found if f in self._weights or not f.startswith("word:")}


def _near(places: list[int], i: int, n: int, m: int) -> list[int]:
    """The places inside the band: a frequent feature must not make the work quadratic."""
    centre = i * m // max(1, n)
    low = bisect_left(places, centre - BAND - 2)
    return places[low : bisect_left(places, centre + BAND + 3)]


def best_path(
    n: int, m: int, moves: Sequence[Move], cost: Callable[[int, int, Move], float]
) -> list[Move]:
    """The cheapest sequence of moves from (0, 0) to (n, m).

    ``cost(i, j, move)`` is what the bead costs that ends before items i and j. ``moves`` must hold
    (1, 0) and (0, 1). Time and memory grow with ``n`` + ``m`` times :data:`BAND`.
    """
    costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
    back: dict[tuple[int, int], Move] = {}
    depth = max(move[0] for move in moves)
    rows: list[range] = []
    for i in range(n + 1):
        rows.append(_row(i, n, m))
        for j in rows[i]:
            _step(i, j, moves, cost, costs, back)
        if i >= depth:
            for j in rows[i - depth]:
                costs.pop((i - depth, j), None)
    path = []
    i, j = n, m
    while i or j:
        move = back[i, j]
        path.append(move)
        i, j = i - move[0], j - move[1]
    return path[::-1]


def _row(i: int, n: int, m: int) -> range:
    """The band in row i; rows overlap, whatever the slope, so that a path always exists."""
    low, high = i * m // (n + 1), (i + 1) * m // (n + 1)
    return range(max(0, low - BAND), min(m, high + BAND) + 1)


def _step(
    i: int,
    j: int,
    moves: Sequence[Move],
    cost: Callable[[int, int, Move], float],
    costs: dict[tuple[int, int], float],
    back: dict[tuple[int, int], Move],
) -> None:
    best = math.inf
    for move in moves:
        before = costs.get((i - move[0], j - move[1]))
        if before is not None and before < best:
            total = before + cost(i, j, move)
            if total < best:
                best, back[i, j] = total, move
    if best < math.inf:
        costs[i, j] = best
