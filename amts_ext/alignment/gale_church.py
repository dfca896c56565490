"""Alignment of two sequences by the lengths of their items.

A translation is about as long as its source. So each *bead* (some items of the source and those of
the target that translate them) has a probability, and the alignment is the likeliest sequence of
beads:

>>> source, target = [Item(40), Item(20)], [Item(42), Item(9), Item(12)]
>>> measure = Measure(source, target, ratio=1.0)
>>> best_path(2, 3, list(PRIORS), measure.cost)
[(1, 1), (1, 2)]

The first item has one partner; the second one was split into two. The method is that of W. A. Gale,
K. W. Church, "A Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics
19(1), 1993, with two additions. The features that a translation keeps (formulas, numbers, Latin
words) are evidence besides the lengths. And only promising paths are followed, so that time and
memory grow linearly.

*Costs* are negative natural logarithms of probabilities: the cheapest path is the likeliest. "The
bead before (i, j)" takes the last items of the first ``i`` of the source and ``j`` of the target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import erfc, exp, fsum, inf, log, nextafter, sqrt

from msgspec import Struct

Move = tuple[int, int]
"""The numbers of items of the source and of the target that a bead takes."""
Cost = Callable[[int, int, Move, float], float]
"""A cost function: ``cost(i, j, move, most)`` is the cost of the bead ``move`` before (i, j). If it
is not less than ``most``, it may be infinite instead: the caller has no use for it."""

VARIANCE = 6.8
"""Variance of a translation's length per character of its source (the paper, section 3.2)."""
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
"""Cost of each kind of bead before lengths are looked at. Translators of books leave out and add
sentences ten times as often as those of the parliaments in the paper's corpus."""
BLOCK_PRIORS: Mapping[Move, float] = {**PRIORS, (1, 3): 6.0, (3, 1): 6.0}
"""Cost of each kind of bead of blocks: paragraphs are split and merged more freely than
sentences."""
TWINS = PRIORS[2, 2] - 2 * PRIORS[1, 1]
"""The least that a bead of 2-2 costs more than two beads of 1-1 that fit perfectly."""
DETOUR = 2 * PRIORS[1, 0] - PRIORS[1, 1]
"""The least that a path off the diagonal costs more than beads of 1-1 that fit perfectly. Such a
path has a bead with more of the source and one with more of the target; the cheapest ones are an
item left alone on either side."""
SURE = exp(-DETOUR)
"""Two items that are alone on their sides are partners if their lengths are likelier than this."""
WORST = 25.0
"""Cost of lengths at most: none is so wrong that it outweighs everything else."""
WORST_LOSS = 1.0
"""Cost at most of the length of an item left alone. In the paper's model a long sentence that was
left out costs so much that it is glued to a neighbour."""
KEPT = {"slot": 0.9, "number": 0.7, "word": 0.5}
"""Probability, by kind, that a translation keeps a feature that it keeps somewhere."""
BEAM = 8.0
"""A path is given up if it costs so much more than another one over as many items."""
BAND = 64
"""The largest number of paths that are followed side by side."""
NOTHING: frozenset[str] = frozenset()

_ROOT = sqrt(2)
# Factor of a bead's score, by its number of items on both sides; 0.8 for larger beads.
_SURENESS = {2: 1.0, 3: 0.9}


class Item(Struct, frozen=True, gc=False):
    """A sentence or a block as alignment sees it."""

    length: int
    """Number of characters, without slots."""
    features: frozenset[str] = frozenset()
    """Things that a translation keeps: ``slot:$x$``, ``number:3.5``, ``word:bert``."""


class Measure:
    """The costs and scores of all beads of two sequences.

    >>> measure = Measure([Item(40)], [Item(42), Item(90)], ratio=1.0)
    >>> round(measure.cost(1, 1, (1, 1)), 2), round(measure.score(1, 1, (1, 1)), 2)
    (0.29, 0.98)

    ``ratio`` is the number of characters of the target per character of the source (the paper's
    *c*).

    Features are evidence as in naive Bayes. Let *kept* be the probability that a translation keeps
    a feature (:data:`KEPT`), and *rate* the share of items that have it. A feature on both sides of
    a bead lowers its cost by log(kept / rate). A feature that one side lacks raises it by
    log((1 - rate) / (1 - kept)).
    """

    def __init__(self, source: Sequence[Item], target: Sequence[Item], ratio: float) -> None:
        self._source = list(accumulate([item.length for item in source], initial=0))
        self._target = list(accumulate([item.length / ratio for item in target], initial=0.0))
        sides = [item.features for item in source], [item.features for item in target]
        ours, theirs = NOTHING.union(*sides[0]), NOTHING.union(*sides[1])
        words = [f for f in ours ^ theirs if f.startswith("word:")]
        self._telling = [[f.difference(words) for f in side] for side in sides] if words else sides
        """The features of every item, without words that the other side never uses: these were
        translated and say nothing."""
        self._known: dict[str, tuple[float, float]] = {}
        """Two numbers for each feature: its cost if one side of a bead lacks it, and its gain if
        both have it. The gain includes twice the cost, which :meth:`_draw` subtracts once for each
        side that has the feature."""
        self._gained = [0.0] * (len(source) + 1)
        """Sums of :attr:`gain` over the first items."""
        self.gain = self._gained[1:]
        """The most that the features of each item of the source can lower a cost."""
        if common := ours & theirs:
            self._weigh(common)

    def _weigh(self, common: frozenset[str]) -> None:
        """Weigh the features that both sides have.

        Sums are exact (``fsum``), because sets have another order in every process, and the last
        bit may decide between two paths.
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
        """Return the cost of the bead ``move`` before (i, j).

        It is the bead's prior, ``extra`` and the cost of its lengths, less the gain of its
        features. If it is not less than ``most``, it may be infinite instead.
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
        # erfc(x) is at most exp(-x²), so x² is a lower bound of its cost.
        least = square - self._gained[i] + self._gained[i - a]
        if fixed + (least if least < WORST else WORST) >= most:
            return inf
        tail = erfc(x)
        cost = -log(tail) if tail > 0 else WORST
        if self._known:
            cost -= self._draw(i, j, a, b)
        return fixed + (cost if cost < WORST else WORST)

    def _draw(self, i: int, j: int, a: int, b: int) -> float:
        """Return the gain of a bead's features; those of several items on a side are united."""
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

    def is_supported(self, i: int, j: int, move: Move) -> bool:
        """Return True if two items share most of their features, and at least two."""
        return move == (1, 1) and are_alike(self._telling[0][i - 1], self._telling[1][j - 1])

    def shared(self, i: int, j: int, move: Move) -> int:
        """Return the number of features that both sides of the bead before (i, j) have."""
        source = NOTHING.union(*self._telling[0][i - move[0] : i])
        return len(source.intersection(NOTHING.union(*self._telling[1][j - move[1] : j])))

    def score(self, i: int, j: int, move: Move) -> float:
        """Return how far lengths and features speak for the bead before (i, j), from 0 to 1."""
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


def are_alike(source: frozenset[str], target: frozenset[str]) -> bool:
    """Return True if two items share most of their features, and at least two."""
    shared = len(source & target)
    return shared >= 2 and 4 * shared >= len(source) + len(target)


def deviation(source: float, target: float) -> float:
    """Return the paper's *delta* of two lengths, in standard deviations.

    >>> deviation(100, 100), round(deviation(100, 120), 2)
    (0.0, 0.73)

    Both lengths count equally in the variance, so that the direction does not matter.
    """
    length = source + target
    return (target - source) / sqrt(VARIANCE / 2 * (length if length > 2.0 else 2.0))


def sure_score(source: Item, target: Item, ratio: float) -> float:
    """Return the score of two items that are alone on their sides; 0 if it is unsure.

    >>> sure_score(Item(40), Item(40), 1.0), sure_score(Item(40), Item(400), 1.0)
    (1.0, 0.0)

    It is unsure whether they are partners if their lengths are so unlikely that leaving both alone
    may cost less. Most beads are of this kind, and this function saves them the work of
    :class:`Measure` and :func:`is_straight`, with the same result: features that both items have
    can only speak for the bead, so the lengths decide.
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
    """Weigh every feature by the numbers of items that have it on either side."""
    first, second = _counts(source), _counts(target)
    n, m = len(source) + 1, len(target) + 1
    return {f: _weight(f[: f.index(":")], (first[f] / n) * (second[f] / m)) for f in first}


def _counts(sets: Iterable[Iterable[str]]) -> dict[str, int]:
    """Count the sets that hold each feature; for small sets faster than ``Counter``."""
    counts: dict[str, int] = {}
    for found in sets:
        for feature in found:
            counts[feature] = counts.get(feature, 0) + 1
    return counts


@lru_cache(maxsize=10_000)
def _weight(kind: str, share: float) -> tuple[float, float]:
    """Return the cost and the gain of a feature (see :class:`Measure`).

    ``share`` is the share of pairs of items, one of each side, that would both have it by chance.
    """
    rate = sqrt(share)
    kept = KEPT.get(kind, 0.5)
    lack = max(0.0, log((1 - rate) / (1 - kept)))
    return lack, max(0.0, log(kept / rate)) + 2 * lack


def is_straight(cost: Cost, least: Sequence[float]) -> bool:
    """Return whether beads of 1-1 alone are the cheapest path over two sequences of one length.

    ``least`` has a lower bound of the cost of each of these beads. The answer is true if they cost
    so little more than their bounds that any two neighbours cost no more than the bead of 2-2 in
    their place, and all together no more than the cheapest path that leaves the diagonal. If it is
    false, a search may still find that they are the cheapest.
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
    """Find the cheapest sequence of moves from (0, 0) to (n, m), by beam search.

    ``cost(i, j, move)`` is the cost of the bead ``move`` before (i, j). That of an item left alone
    must not depend on the place on the other side. ``moves`` holds (1, 0) and (0, 1), and the
    likely moves come first.
    """
    least = dict.fromkeys(moves, -inf)
    return search(n, m, lambda i, j, move, _: cost(i, j, move), least, [0.0] * n, 0.0)


def search(
    n: int, m: int, cost: Cost, least: Mapping[Move, float], gain: Sequence[float], detour: float
) -> list[Move]:
    """Find the cheapest sequence of moves from (0, 0) to (n, m), with bounds that save work.

    It goes from diagonal to diagonal: on each, all paths have taken the same number of items. A
    path that costs more than the best one there by over :data:`BEAM` is given up, so that time and
    memory grow with ``n`` + ``m``. ``detour`` is added in this comparison for every item that can
    have no partner any more, because its side has more items left than the other.

    ``least`` has a lower bound of the cost of every move, and ``gain`` the most that each item of
    the source can lower it. The cost of a bead is not asked if its bound is too high already. That
    of an item left alone is asked once, with 0 for the place on the other side, since it must not
    depend on it.
    """
    kept: list[dict[int, float]] = [{} for _ in range(n + m + 1)]
    back: list[dict[int, Move]] = [{} for _ in range(n + m + 1)]
    kept[0][0] = 0.0
    steps = [(move, move[0], sum(move), floor) for move, floor in least.items()]
    longest = max(map(sum, least))
    kept += [{} for _ in range(longest)]  # empty diagonals before the first, at negative indices
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
