"""Alignment of two sequences by length: W. A. Gale, K. W. Church, "A Program for Aligning Sentences
in Bilingual Corpora", Computational Linguistics 19(1), 1993.

Two additions to the paper: what translation keeps (formulas, numbers, Latin words) is evidence
besides the lengths, and only promising paths are followed, so that time and memory grow linearly.
Costs are negative natural logarithms of probabilities.
"""

from __future__ import annotations

import math
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
        (1, 1): 0.83,
        (1, 0): 0.05,
        (0, 1): 0.05,
        (2, 1): 0.03,
        (1, 2): 0.03,
        (2, 2): 0.01,
    }.items()
}
"""Translators of books leave out and add ten times as much as those of the paper's parliaments."""
OTHERWISE = min(PRIORS[2, 2] - 2 * PRIORS[1, 1], 2 * PRIORS[1, 0] - PRIORS[1, 1])
"""What any other path costs more, at least, than beads of 1-1 as cheap as can be."""
WORST = 25.0
"""No length is so wrong that it outweighs everything else."""
WORST_LOSS = 1.0
"""Nor does a long sentence that was left out: the paper's model glues it to a neighbour."""
KEPT = {"slot": 0.9, "number": 0.7, "word": 0.5}
"""How often a translation keeps a feature that the whole of it keeps somewhere, by kind."""
BEAM = 8.0
"""Paths that are so much dearer than another one that has come as far are given up."""
BAND = 64
"""Paths that are followed side by side at most."""


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

    A feature is evidence as in naive Bayes: a bead whose sides both have it is likelier by
    log(kept / how frequent it is), one of which a side lacks it is less likely by
    log((1 - kept) / (1 - how frequent it is)).
    """

    def __init__(self, source: Sequence[Item], target: Sequence[Item], ratio: float) -> None:
        self._ratio = ratio
        self._source = list(accumulate([item.length for item in source], initial=0))
        self._target = list(accumulate([item.length / ratio for item in target], initial=0.0))
        self._items = (source, target)
        self._known: dict[str, tuple[float, float]] = {}
        """What a feature costs that the other side of a bead lacks, and what it gains if not."""
        self._find_known()
        known = self._known
        self._held = [[item.features & known.keys() for item in side] for side in self._items]
        """The features of every item that count at all."""
        self._lacks = [[sum([known[f][0] for f in held]) for held in side] for side in self._held]
        gains = [sum([known[f][1] - 2 * known[f][0] for f in held]) for held in self._held[0]]
        self.gains = list(accumulate(gains, initial=0.0))
        """What the features of the source's items can gain at most, summed up to each item."""

    def _find_known(self) -> None:
        source, target = self._items
        first, second = (Counter([f for i in side for f in i.features]) for side in self._items)
        for feature in first.keys() & second.keys():
            rates = (first[feature] / (len(source) + 1), second[feature] / (len(target) + 1))
            rate = math.sqrt(rates[0] * rates[1])
            kept = KEPT.get(feature.partition(":")[0], 0.5)
            lack = max(0.0, math.log((1 - rate) / (1 - kept)))
            self._known[feature] = lack, max(0.0, math.log(kept / rate)) + 2 * lack

    def deviation(self, i: int, j: int, move: Move) -> float:
        """The paper's delta for the bead before (i, j), in standard deviations.

        Both lengths count equally in the variance, so that the direction does not matter.
        """
        source = self._source[i] - self._source[i - move[0]]
        target = self._target[j] - self._target[j - move[1]]
        return (target - source) / math.sqrt(VARIANCE * max(1.0, (source + target) / 2))

    def cost(self, i: int, j: int, move: Move) -> float:
        """Minus the logarithm of the probability of such lengths, less what features say."""
        a, b = move
        source = self._source[i] - self._source[i - a]
        target = self._target[j] - self._target[j - b]
        spread = VARIANCE * max(1.0, (source + target) / 2)
        tail = math.erfc(abs(target - source) / math.sqrt(2 * spread))
        cost = -math.log(tail) if tail > 0 else WORST
        if not (a and b):
            return min(cost, WORST_LOSS)
        return min(cost - self._draw(i, j, move), WORST) if self._known else min(cost, WORST)

    def _draw(self, i: int, j: int, move: Move) -> float:
        """The evidence of features; of several items of a side, their union."""
        known = self._known
        if move == (1, 1):
            shared = self._held[0][i - 1] & self._held[1][j - 1]
            lacks = self._lacks[0][i - 1] + self._lacks[1][j - 1]
        else:
            source = frozenset().union(*self._held[0][i - move[0] : i])
            target = frozenset().union(*self._held[1][j - move[1] : j])
            shared = source & target
            lacks = sum([known[f][0] for side in (source, target) for f in side])
        return sum([known[f][1] for f in shared]) - lacks if shared else -lacks

    def score(self, i: int, j: int, move: Move) -> float:
        """0 to 1: how far lengths and features speak for the bead before (i, j)."""
        if not (move[0] and move[1]):
            return 0.0
        length = math.sqrt(math.erfc(abs(self.deviation(i, j, move)) / math.sqrt(2)))
        source = self._telling(0, i - move[0], i)
        target = self._telling(1, j - move[1], j)
        total = len(source) + len(target)
        likeness = (1 + 2 * len(source & target)) / (1 + total)
        return min(1.0, (length + likeness) / 2) * {2: 1.0, 3: 0.9}.get(sum(move), 0.8)

    def _features(self, side: int, start: int, end: int) -> frozenset[str]:
        items = self._items[side]
        found = items[start].features
        for index in range(start + 1, end):
            found |= items[index].features
        return found

    def _telling(self, side: int, start: int, end: int) -> set[str]:
        """Words that the other side never uses say nothing: they are translated."""
        found = self._features(side, start, end)
        return {f for f in found if f in self._known or not f.startswith("word:")}


def is_straight(n: int, cost: Callable[[int, int, Move], float], least: float) -> bool:
    """Whether no path over n and n items can be cheaper than n beads of 1-1.

    That is so where they cost little more than ``least``, what n such beads cost at least: any
    other path has a bead of 2-2, or leaves items alone, or merges some of either side.
    """
    left = least + OTHERWISE
    for i in range(1, n + 1):
        left -= cost(i, i, (1, 1))
    return left >= 0


def best_path(
    n: int,
    m: int,
    moves: Sequence[Move],
    cost: Callable[[int, int, Move], float],
    least: Mapping[Move, float] | None = None,
    gains: Sequence[float] = (),
    detour: float = 0.0,
) -> list[Move]:
    """The cheapest sequence of moves from (0, 0) to (n, m), by beam search.

    ``cost(i, j, move)`` is what the bead costs that ends before items i and j. It is not asked
    where ``least[move]``, less what the bead's source items may gain (``gains``: sums up to each
    item), is too much already. ``moves`` must hold (1, 0) and (0, 1), the likely ones first.

    All paths that have taken the same number of items are compared; those dearer than the best by
    more than :data:`BEAM` are given up. To what they have cost comes ``detour`` for every item of
    one side that can have no partner any more. So time and memory grow with ``n`` + ``m``.
    """
    kept: list[dict[int, float]] = [{} for _ in range(n + m + 1)]
    back: list[dict[int, Move]] = [{} for _ in range(n + m + 1)]
    kept[0][0] = 0.0
    steps = [(move, *move, sum(move), least[move] if least else -math.inf) for move in moves]
    longest = max(map(sum, moves))
    gained = gains or [0.0] * (n + 1)
    for taken in range(1, n + m + 1):
        possible = [step for step in steps if step[3] <= taken]
        reached = {i + step[1] for step in possible for i in kept[taken - step[3]]}
        cells, chosen = kept[taken], back[taken]
        even, limit = n - m + taken, math.inf
        for i in sorted(reached, key=lambda i: abs(2 * i - even)):
            j = taken - i
            if i > n or not 0 <= j <= m:
                continue
            missing = detour * abs(2 * i - even)
            best = most = limit - missing
            for move, a, _, size, floor in possible:
                before = kept[taken - size].get(i - a)
                if before is None or before + floor + gained[i - a] - gained[i] >= best:
                    continue
                total = before + cost(i, j, move)
                if total < best:
                    best, chosen[i] = total, move
            if best < most:
                cells[i] = best
                limit = min(limit, best + missing + BEAM)
        if len(cells) > 1:
            _prune(cells, even, detour)
        if taken > longest:
            kept[taken - longest - 1].clear()
    path = []
    i, j = n, m
    while i or j:
        move = back[i + j][i]
        path.append(move)
        i, j = i - move[0], j - move[1]
    return path[::-1]


def _prune(cells: dict[int, float], even: int, detour: float) -> None:
    """Forget the paths that are much dearer than the best one; at 2i = ``even`` as much is left of
    the one side as of the other."""
    ahead = {i: cost + detour * abs(2 * i - even) for i, cost in cells.items()}
    limit = min(ahead.values()) + BEAM
    if len(cells) > BAND:
        limit = min(limit, sorted(ahead.values())[BAND - 1])
    for i, cost in ahead.items():
        if cost > limit:
            del cells[i]
