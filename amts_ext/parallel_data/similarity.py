"""Alignment of sentences by their meaning, for documents without common structure.

The method is that of B. Thompson, P. Koehn, "Vecalign: Improved Sentence Alignment in Linear Time
and Space", EMNLP 2019: the cheapest monotone path by the cosine distances of sentence embeddings,
each divided by the usual distance of its sentences. For the embeddings see
:mod:`amts_ext.alignment.meaning`.
"""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.alignment import Bead
from amts_ext.alignment.blocks import UNSURE
from amts_ext.alignment.gale_church import PRIORS, Move, best_path
from amts_ext.alignment.meaning import EQUAL, Vectors, embed

LEAVE = 0.35
"""The cost of a sentence without a partner. Two unrelated sentences cost about 1, translations of
each other less than half."""
SCALE = 1.25
"""The factor that brings scores to the range up to 1: the distance of exact translations is about
0.8 below the usual one."""
ROWS = 512
"""Number of sentences that are compared with all others at once, to save memory."""
SAMPLE = 64
"""Number of sentences of the other side from which the usual distance is measured."""


def align(source: Sequence[str], target: Sequence[str]) -> list[Bead]:
    """Align two lists of sentences; every sentence is in exactly one bead, in order.

    A bead's score grows from 0 for unrelated sentences to 1 for exact translations, as the scores
    of :mod:`amts_ext.alignment` do. It is 0 for a sentence without a partner. A bead is unsure if
    another sentence is nearer to one of its own: the two texts may have different orders.

    Raises :class:`InputError` without the extra ``meaning``.
    """
    if not (source and target):
        return [Bead((i,), (), 0.0) for i in range(len(source))] + [
            Bead((), (j,), 0.0) for j in range(len(target))
        ]
    measure = _Measure(embed(source), embed(target))
    beads: list[Bead] = []
    i = j = 0
    for move in best_path(len(source), len(target), tuple(PRIORS), measure.cost):
        i, j = i + move[0], j + move[1]
        near = 1.0 - measure.distance(i, j, move) if move[0] and move[1] else 0.0
        score = min(1.0, max(0.0, SCALE * near))
        if near and not measure.has_the_nearest(i, j, move):
            score = min(score, UNSURE)
        beads.append(Bead(tuple(range(i - move[0], i)), tuple(range(j - move[1], j)), score))
    return beads


class _Measure:
    """Distances between groups of consecutive sentences; a group's vector is the sum of theirs.

    The arguments ``i``, ``j`` and ``move`` of its methods name two groups: the ``move[0]`` source
    sentences before ``i`` and the ``move[1]`` target sentences before ``j``.
    """

    def __init__(self, source: Vectors, target: Vectors) -> None:
        import numpy as np

        self._norm = np.linalg.norm
        self._sides = source, target
        self._nearest = tuple(
            np.concatenate(
                [(one[i : i + ROWS] @ other.T).max(axis=1) for i in range(0, len(one), ROWS)]
            )
            for one, other in ((source, target), (target, source))
        )
        self._usual = tuple(
            1.0 - one @ other[:: max(1, len(other) // SAMPLE)].mean(axis=0)
            for one, other in ((source, target), (target, source))
        )

    def has_the_nearest(self, i: int, j: int, move: Move) -> bool:
        """Return True if no sentence outside two groups is nearer to one inside."""
        ours, theirs = slice(i - move[0], i), slice(j - move[1], j)
        inside = self._sides[0][ours] @ self._sides[1][theirs].T + EQUAL
        return bool(
            (inside.max(axis=1) >= self._nearest[0][ours]).all()
            and (inside.max(axis=0) >= self._nearest[1][theirs]).all()
        )

    def distance(self, i: int, j: int, move: Move) -> float:
        """Return the cosine distance of two groups by the usual one; about 1 if unrelated."""
        ours = self._sides[0][i - move[0] : i].sum(axis=0)
        theirs = self._sides[1][j - move[1] : j].sum(axis=0)
        cosine = float(ours @ theirs / (self._norm(ours) * self._norm(theirs)))
        usual = self._usual[0][i - move[0] : i].mean() + self._usual[1][j - move[1] : j].mean()
        return float(2 * (1 - cosine) / max(usual, 1e-6))

    def cost(self, i: int, j: int, move: Move) -> float:
        """Return the cost of a move: the distance once for each pair of sentences in it.

        If it counted only once, large groups would always be the cheapest.
        """
        if not (move[0] and move[1]):
            return LEAVE
        return self.distance(i, j, move) * move[0] * move[1]
