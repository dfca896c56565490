"""Alignment of two sequences by length: W. A. Gale, K. W. Church, "A Program for Aligning Sentences
in Bilingual Corpora", Computational Linguistics 19(1), 1993.

Two additions to the paper: what translation keeps (formulas, numbers, Latin words) is evidence
besides the lengths, and only promising paths are followed, so that time and memory grow linearly.
Costs are negative natural logarithms of probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import erfc, exp, fsum, inf, log, nextafter, sqrt

from msgspec import Struct

Move = tuple[int, int]
"""How many items of the source and of the target a bead takes."""
Cost = Callable[[int, int, Move, float], float]
"""Of the bead that ends before items i and j and is so large; what is not less than the last
argument may be given as infinite."""

VARIANCE = 6.8
"""Of the length of a translation, per character of its source (the paper, section 3.2)."""
PRIORS: Mapping[Move, float] = {
    move: -log(probability)
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
BLOCK_PRIORS: Mapping[Move, float] = {**PRIORS, (1, 3): 6.0, (3, 1): 6.0}
"""Translators split and merge paragraphs more freely than sentences."""
TWINS = PRIORS[2, 2] - 2 * PRIORS[1, 1]
"""What a bead of 2-2 costs more, at least, than two beads of 1-1 as cheap as can be."""
DETOUR = 2 * PRIORS[1, 0] - PRIORS[1, 1]
"""The same of a path that leaves the diagonal: somewhere a bead has more of the source, somewhere
one has more of the target, and the cheapest such beads are items left alone."""
SURE = exp(-DETOUR)
"""Two items that face each other alone are partners if their lengths are no less likely."""
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
NOTHING: frozenset[str] = frozenset()

_ROOT = sqrt(2)
_SURENESS = {2: 1.0, 3: 0.9}
"""What the score of a bead of so many items is multiplied by; larger ones: 0.8."""


class Item(Struct, frozen=True, gc=False):
    """What alignment needs to know of a sentence or a block."""

    length: int
    """In characters, without slots."""
    features: frozenset[str] = frozenset()
    """What a translation keeps: formulas, numbers, Latin words."""


class Measure:
    """How well stretches of two sequences fit together.

    ``ratio``: characters of the target per character of the source (the paper's *c*).

    A feature is evidence as in naive Bayes: a bead whose sides both have it is likelier by
    log(kept / how frequent it is), one of which a side lacks it is less likely by
    log((1 - kept) / (1 - how frequent it is)).
    """

    def __init__(self, source: Sequence[Item], target: Sequence[Item], ratio: float) -> None:
        self._source = list(accumulate([item.length for item in source], initial=0))
        self._target = list(accumulate([item.length / ratio for item in target], initial=0.0))
        sides = [item.features for item in source], [item.features for item in target]
        ours, theirs = NOTHING.union(*sides[0]), NOTHING.union(*sides[1])
        words = [f for f in ours ^ theirs if f.startswith("word:")]
        self._telling = [[f.difference(words) for f in side] for side in sides] if words else sides
        """The features of every item; but words that the other side never uses say nothing: they
        are translated."""
        self._known: dict[str, tuple[float, float]] = {}
        """What a feature costs that the other side of a bead lacks, and what it gains if not."""
        self._gained = [0.0] * (len(source) + 1)
        self.gain = self._gained[1:]
        """What the features of each item of the source can gain at most."""
        if common := ours & theirs:
            self._weigh(common)

    def _weigh(self, common: frozenset[str]) -> None:
        """Take the features that both sides have as evidence.

        Sums are exact: sets have another order in every process, and ties hang on the last bit.
        """
        self._held = [[found & common for found in side] for side in self._telling]
        known = self._known = _known(*self._held)
        self._lacks = [
            [fsum([known[f][0] for f in held]) if held else 0.0 for held in side]
            for side in self._held
        ]
        self.gain = [
            fsum([known[f][1] - 2 * known[f][0] for f in held]) if held else 0.0
            for held in self._held[0]
        ]
        self._gained = list(accumulate(self.gain, initial=0.0))

    def cost(self, i: int, j: int, move: Move, most: float = inf, extra: float = 0.0) -> float:
        """Minus the logarithm of the probability of the bead before (i, j), and ``extra``.

        That is the bead's prior, and the probability of such lengths, less what features say. What
        is not less than ``most`` may be given as infinite.
        """
        a, b = move
        fixed = BLOCK_PRIORS[move] + extra
        source = self._source[i] - self._source[i - a]
        target = self._target[j] - self._target[j - b]
        length = source + target
        x = abs(target - source) / sqrt(VARIANCE * (length if length > 2.0 else 2.0))
        square = x * x
        if not (a and b):
            return fixed + (min(-log(erfc(x)), WORST_LOSS) if square < WORST_LOSS else WORST_LOSS)
        # The complementary error function is never more than exp(-x²).
        least = square - self._gained[i] + self._gained[i - a]
        if fixed + (least if least < WORST else WORST) >= most:
            return inf
        tail = erfc(x)
        cost = -log(tail) if tail > 0 else WORST
        if self._known:
            cost -= self._draw(i, j, a, b)
        return fixed + (cost if cost < WORST else WORST)

    def _draw(self, i: int, j: int, a: int, b: int) -> float:
        """The evidence of features; of several items of a side, their union."""
        known = self._known
        if a == b == 1:
            shared = self._held[0][i - 1] & self._held[1][j - 1]
            lacks = self._lacks[0][i - 1] + self._lacks[1][j - 1]
        else:
            source = NOTHING.union(*self._held[0][i - a : i])
            target = NOTHING.union(*self._held[1][j - b : j])
            shared = source & target
            lacks = fsum([known[f][0] for side in (source, target) for f in side])
        return fsum([known[f][1] for f in shared]) - lacks if shared else -lacks

    def score(self, i: int, j: int, move: Move) -> float:
        """0 to 1: how far lengths and features speak for the bead before (i, j)."""
        a, b = move
        if not (a and b):
            return 0.0
        lengths = self._source[i] - self._source[i - a], self._target[j] - self._target[j - b]
        tail = erfc(abs(deviation(*lengths)) / _ROOT)
        source, target = self._telling[0][i - 1], self._telling[1][j - 1]
        if a + b > 2:
            source = source.union(*self._telling[0][i - a : i - 1])
            target = target.union(*self._telling[1][j - b : j - 1])
        likeness = (1 + 2 * len(source & target)) / (1 + len(source) + len(target))
        return min(1.0, (sqrt(tail) + likeness) / 2) * _SURENESS.get(a + b, 0.8)


def deviation(source: float, target: float) -> float:
    """The paper's delta for two lengths, in standard deviations.

    Both count equally in the variance, so that the direction does not matter.
    """
    length = source + target
    return (target - source) / sqrt(VARIANCE / 2 * (length if length > 2.0 else 2.0))


def sure_score(source: Item, target: Item, ratio: float) -> float:
    """The score of two items that face each other alone, 0 if they may be no partners.

    What :class:`Measure` and :func:`is_straight` would say, without the work: most beads are such.
    What both items have can only speak for them.
    """
    tail = erfc(abs(deviation(source.length, target.length / ratio)) / _ROOT)
    if tail <= SURE:
        return 0.0
    likeness = 1.0
    if source.features or target.features:
        shared = source.features & target.features
        telling = [f for f in source.features ^ target.features if not f.startswith("word:")]
        likeness = (1 + 2 * len(shared)) / (1 + 2 * len(shared) + len(telling))
    return min(1.0, (sqrt(tail) + likeness) / 2)


def _known(
    source: Sequence[frozenset[str]], target: Sequence[frozenset[str]]
) -> dict[str, tuple[float, float]]:
    """What every feature costs and gains, from how many items of either side have it."""
    first, second = _counts(source), _counts(target)
    n, m = len(source) + 1, len(target) + 1
    return {f: _weight(f[: f.index(":")], (first[f] / n) * (second[f] / m)) for f in first}


def _counts(sets: Iterable[Iterable[str]]) -> dict[str, int]:
    """What :class:`collections.Counter` would count, which takes longer to begin with."""
    counts: dict[str, int] = {}
    for found in sets:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    return counts


@lru_cache(maxsize=10_000)
def _weight(kind: str, share: float) -> tuple[float, float]:
    """What a feature costs and gains that this share of all pairs of items have by chance."""
    rate = sqrt(share)
    kept = KEPT.get(kind, 0.5)
    lack = max(0.0, log((1 - rate) / (1 - kept)))
    return lack, max(0.0, log(kept / rate)) + 2 * lack


def is_straight(cost: Cost, least: Sequence[float]) -> bool:
    """Whether no path over two sequences of one length can be cheaper than beads of 1-1 alone.

    ``least`` is what each of these costs at least. They win where they cost little more than
    that: two are not dearer than the bead of 2-2 in their place, and all are not dearer than the
    cheapest path that leaves the diagonal.
    """
    left, before = DETOUR, 0.0
    for i, cheapest in enumerate(least, 1):
        more = cost(i, i, (1, 1), cheapest + left) - cheapest
        left -= more
        if left <= 0:
            return False
        if before + more > TWINS:
            two = before + more + least[i - 2] + cheapest
            if cost(i, i, (2, 2), two) < two:
                return False
        before = more
    return True


def best_path(
    n: int, m: int, moves: Sequence[Move], cost: Callable[[int, int, Move], float]
) -> list[Move]:
    """The cheapest sequence of moves from (0, 0) to (n, m), by beam search.

    ``cost(i, j, move)`` is what the bead costs that ends before items i and j; what an item costs
    that is left alone must not depend on the other side. ``moves`` must hold (1, 0) and (0, 1), the
    likely ones first.
    """
    least = dict.fromkeys(moves, -inf)
    return search(n, m, lambda i, j, move, _: cost(i, j, move), least, [0.0] * n, 0.0)


def search(
    n: int, m: int, cost: Cost, least: Mapping[Move, float], gain: Sequence[float], detour: float
) -> list[Move]:
    """:func:`best_path`, where more is known of the costs.

    They are not asked where ``least[move]``, less what the bead's source items may gain (``gain``:
    of each), is too much already; those of an item that is left alone are asked once, with 0 for
    the place on the other side, as they do not depend on it.

    All paths that have taken the same number of items are compared; those dearer than the best by
    more than :data:`BEAM` are given up. To what they have cost comes ``detour`` for every item of
    one side that can have no partner any more. So time and memory grow with ``n`` + ``m``.
    """
    kept: list[dict[int, float]] = [{} for _ in range(n + m + 1)]
    back: list[dict[int, Move]] = [{} for _ in range(n + m + 1)]
    kept[0][0] = 0.0
    steps = [(move, move[0], sum(move), floor) for move, floor in least.items()]
    longest = max(map(sum, least))
    kept += [{} for _ in range(longest)]  # What comes before the first diagonal.
    left = [0.0] + [cost(i, 0, (1, 0), inf) for i in range(1, n + 1)]
    added = [0.0] + [cost(0, j, (0, 1), inf) for j in range(1, m + 1)]
    gained = list(accumulate(gain, initial=0.0))
    for taken in range(1, n + m + 1):
        cells, chosen = kept[taken], back[taken]
        even, limit = n - m + taken, inf
        for move, a, size, floor in steps:
            if not (found := kept[taken - size]):
                continue
            for start, before in found.items():
                i = start + a
                j = taken - i
                if i > n or j > m:
                    continue
                missing = detour * abs(2 * i - even)
                best = cells.get(i, limit - missing)
                if before + floor + gained[start] - gained[i] >= best:
                    continue
                if size > 1:
                    total = before + cost(i, j, move, best - before)
                else:
                    total = before + (left[i] if a else added[j])
                if total < best:
                    cells[i], chosen[i] = total, move
                    if total + missing + BEAM < limit:
                        limit = total + missing + BEAM
        if len(cells) > BAND:
            ahead = sorted(total + detour * abs(2 * i - even) for i, total in cells.items())
            limit = min(limit, nextafter(ahead[BAND - 1], inf))
        if len(cells) > 1:
            for i in [i for i, c in cells.items() if c + detour * abs(2 * i - even) >= limit]:
                del cells[i]
        if taken > longest:
            kept[taken - longest - 1].clear()
    path = []
    i, j = n, m
    while i or j:
        move = back[i + j][i]
        path.append(move)
        i, j = i - move[0], j - move[1]
    return path[::-1]
