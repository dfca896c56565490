"""The language model: n-grams of the target side, interpolated.

F. Jelinek, R. L. Mercer, "Interpolated Estimation of Markov Source Parameters from Sparse Data",
1980: the weight of an order depends on how often its history was seen, and is estimated by EM on
text that the counts do not come from. The files are ``sil-thot``'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

ORDER = 4
BUCKETS, BUCKET = 10, 2
"""Histories seen 0 or 1 times share weights, so do those seen 2 or 3 times, … 18 or more times."""
START, END, UNKNOWN = "<s>", "</s>", "<unk>"
ROUNDS = 30

Gram = tuple[str, ...]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]


class Counts:
    """How often every n-gram and every history stands in the sentences.

    A word's first occurrence counts as unknown: that is how often new words come.
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self.grams: Counter[Gram] = Counter()
        self.histories: Counter[Gram] = Counter()
        seen: set[str] = set()
        for sentence in sentences:
            words = [w if w in seen else UNKNOWN for w in _noted(sentence, seen)]
            self._add((START, *words, END))
        self.vocabulary = sum(len(gram) == 1 for gram in self.grams)

    def _add(self, words: Gram) -> None:
        for order in range(1, ORDER + 1):
            for at in range(len(words) - order + 1):
                gram = words[at : at + order]
                self.grams[gram] += 1
                self.histories[gram[:-1]] += 1

    def write(self, prefix: Path) -> None:
        """The file of counts: the n-gram, its history's count, its own."""
        ordered = sorted(self.grams.items(), key=lambda item: (len(item[0]), item[0]))
        with prefix.open("w", encoding="utf-8", newline="\n") as file:
            for gram, count in ordered:
                file.write(f"{' '.join(gram)} {self.histories[gram[:-1]]} {count}\n")


def write(
    prefix: Path, sentences: Sequence[Sequence[str]], tuning: Sequence[Sequence[str]]
) -> None:
    """Count ``sentences``, estimate the weights on ``tuning``, and write both below ``prefix``."""
    counts = Counts(sentences)
    counts.write(prefix)
    weights = estimate(counts, tuning)
    text = " ".join(f"{w:.4f}" for w in weights.ravel())
    prefix.with_name(prefix.name + ".weights").write_text(f"{ORDER} {BUCKETS} {BUCKET} {text}\n")
    prefix.with_name(prefix.name + ".wp").write_text("")


def estimate(counts: Counts, tuning: Sequence[Sequence[str]]) -> Floats:
    """The weight of each order (row) and bucket (column) that makes ``tuning`` most probable."""
    probabilities, buckets = _observations(counts, tuning)
    weights = np.full((ORDER, BUCKETS), 0.5)
    for _ in range(ROUNDS if len(probabilities) else 0):
        chosen = weights[np.arange(ORDER), buckets] * (buckets >= 0)
        shares = _shares(chosen) * probabilities
        shares /= shares.sum(axis=1, keepdims=True)
        reached = np.cumsum(shares, axis=1)
        for order in range(ORDER):
            for bucket in range(BUCKETS):
                here = buckets[:, order] == bucket
                if total := reached[here, order + 1].sum():
                    share = shares[here, order + 1].sum() / total
                    weights[order, bucket] = min(0.99, max(0.01, share))
    return weights


def _shares(chosen: Floats) -> Floats:
    """The weight of each order in the mixture, the uniform one first."""
    shares = np.empty((len(chosen), ORDER + 1))
    rest = np.ones(len(chosen))
    for order in range(ORDER, 0, -1):
        shares[:, order] = rest * chosen[:, order - 1]
        rest = rest * (1 - chosen[:, order - 1])
    shares[:, 0] = rest
    return shares


def _observations(counts: Counts, tuning: Sequence[Sequence[str]]) -> tuple[Floats, Ints]:
    """For each word: its relative frequency in each order (the uniform first), and the buckets.

    A bucket is -1 where the sentence has no history as long as that.
    """
    probabilities, buckets = [], []
    for words, at in _positions(counts, tuning):
        row, places = [1 / (counts.vocabulary + 1)], []
        for order in range(1, ORDER + 1):
            history = words[max(0, at - order + 1) : at]
            seen = counts.histories.get(history, 0)
            complete = len(history) == order - 1
            row.append(
                counts.grams.get((*history, words[at]), 0) / seen if seen and complete else 0
            )
            places.append(min(seen // BUCKET, BUCKETS - 1) if complete else -1)
        probabilities.append(row)
        buckets.append(places)
    return np.array(probabilities, dtype=float), np.array(buckets, dtype=np.int64)


def _positions(counts: Counts, tuning: Sequence[Sequence[str]]) -> Iterator[tuple[Gram, int]]:
    for sentence in tuning:
        words = (w if (w,) in counts.grams else UNKNOWN for w in sentence)
        padded = (START, *words, END)
        yield from ((padded, at) for at in range(1, len(padded)))


def _noted(sentence: Sequence[str], seen: set[str]) -> Iterator[str]:
    """The words, each noted as seen after it was looked at."""
    for word in sentence:
        yield word
        seen.add(word)
