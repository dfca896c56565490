"""The language model: interpolated n-grams of the target side.

The probability of a word is a mixture of its relative frequencies after histories of 0 to 3 words.
The weight of each order depends on how often the history was seen. It is estimated by EM on text
that the counts do not come from. Method: F. Jelinek, R. L. Mercer, "Interpolated Estimation of
Markov Source Parameters from Sparse Data", 1980. The format of the files is ``sil-thot``'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

ORDER = 4
"""The length of the longest n-gram, in words."""
BUCKETS, BUCKET = 10, 2
"""The number of buckets of histories, and the counts that share one: a history seen 0 or 1 times is
in the first bucket, one seen 2 or 3 times in the second, one seen 18 or more times in the last."""
START, END, UNKNOWN = "<s>", "</s>", "<unk>"
"""Words for the beginning and the end of a sentence, and for every unknown word."""
ROUNDS = 30
"""Rounds of EM."""

Gram = tuple[str, ...]
"""Words in a row."""
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]


class Counts:
    """Counts of every n-gram, and of every history, in sentences.

    >>> counts = Counts([["a", "network"], ["a", "model"]])
    >>> counts.grams[("a",)], counts.grams[(UNKNOWN,)]
    (1, 3)

    The first occurrence of a word is counted as unknown. So the count of unknown words tells how
    often new words come.
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
        """Write the file of counts; a line has an n-gram, its history's count and its own."""
        ordered = sorted(self.grams.items(), key=lambda item: (len(item[0]), item[0]))
        with prefix.open("w", encoding="utf-8", newline="\n") as file:
            for gram, count in ordered:
                file.write(f"{' '.join(gram)} {self.histories[gram[:-1]]} {count}\n")


def write(
    prefix: Path, sentences: Sequence[Sequence[str]], tuning: Sequence[Sequence[str]]
) -> None:
    """Count ``sentences``, estimate the weights on ``tuning``, and write both.

    The names of the files begin with ``prefix``.
    """
    counts = Counts(sentences)
    counts.write(prefix)
    weights = estimate(counts, tuning)
    text = " ".join(f"{w:.4f}" for w in weights.ravel())
    prefix.with_name(prefix.name + ".weights").write_text(f"{ORDER} {BUCKETS} {BUCKET} {text}\n")
    prefix.with_name(prefix.name + ".wp").write_text("")


def estimate(counts: Counts, tuning: Sequence[Sequence[str]]) -> Floats:
    """Return the weights that make ``tuning`` most probable; shape (ORDER, BUCKETS).

    A weight is 0.01 to 0.99: the part of an order in the mixture of itself and all lower orders. A
    bucket that ``tuning`` does not reach keeps 0.5.
    """
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
    """Return the shares of all orders in the mixture; shape (words, ORDER + 1).

    ``chosen`` has the weight of each order. An order gets its weight of what the higher orders
    left; the uniform distribution, in the first column, gets the rest.
    """
    shares = np.empty((len(chosen), ORDER + 1))
    rest = np.ones(len(chosen))
    for order in range(ORDER, 0, -1):
        shares[:, order] = rest * chosen[:, order - 1]
        rest = rest * (1 - chosen[:, order - 1])
    shares[:, 0] = rest
    return shares


def _observations(counts: Counts, tuning: Sequence[Sequence[str]]) -> tuple[Floats, Ints]:
    """Return two arrays with one row for each word of ``tuning``.

    The first has the word's probability by each order, the uniform distribution first: shape
    (words, ORDER + 1). The second has the bucket of each order's history: shape (words, ORDER). It
    is -1 where the sentence has no history of that length.
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
    """Yield each sentence between its marks, with the place of each word to predict."""
    for sentence in tuning:
        words = (w if (w,) in counts.grams else UNKNOWN for w in sentence)
        padded = (START, *words, END)
        yield from ((padded, at) for at in range(1, len(padded)))


def _noted(sentence: Sequence[str], seen: set[str]) -> Iterator[str]:
    """Yield the words; each is added to ``seen`` after the caller has looked at it."""
    for word in sentence:
        yield word
        seen.add(word)
