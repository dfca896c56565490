"""Minimum error rate training: it finds the weights that make translations most like the human's.

A round translates every sentence into several hypotheses and chooses the weights that give the best
score on them. The next round translates with these weights. Method: F. J. Och, "Minimum Error Rate
Training in Statistical Machine Translation", ACL 2003. The score is BLEU (K. Papineni and others,
ACL 2002) of the whole part to tune on. Its units are those of sacrebleu's tokenizers: characters
for scripts without blanks, else words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from amts_ext.service.adaptation.corpus import SentencePair, Words
from amts_ext.service.adaptation.decoder import FEATURES, START, Hypothesis
from amts_ext.service.adaptation.words import DENSE

ROUNDS = 4
"""The number of rounds; in the end the weights of the round that translated best are kept."""
HYPOTHESES = 60
"""The most hypotheses of a sentence in one round."""
MOST, MOST_WORDS = 250, 5000
"""The most sentences to tune on, and their words in all: decoding takes most of the time."""
FEWEST = 40
"""The fewest sentences to tune on. With fewer, the score is noise, and the first weights stay."""
STARTS, SWEEPS, SEED = 5, 6, 20
"""The points where a search begins, the times that it goes over all lines, and the random seed."""
STEPS = np.concatenate([-np.geomspace(0.02, 2, 14), np.geomspace(0.02, 2, 14)])
"""Lengths of the steps that are tried along a line."""
POSITIVE = [1, 4, 5, 6]
"""Features whose weights stay positive: a likelier hypothesis must not lose by it."""
ENOUGH = 2e-4
"""A gain in BLEU that counts; a sweep that gains less than a tenth of it is the last."""

Floats: TypeAlias = npt.NDArray[np.float64]
Decode = Callable[[Sequence[float], Sequence[Words], int], list[list[Hypothesis]]]
"""A function from weights, sentences and a number to up to so many hypotheses of each sentence."""
_UNIT = re.compile(rf"[^\W{DENSE}]+|\S")
"""A unit that BLEU counts: a word, a character of a script without blanks, or a sign."""


def tune(
    decode: Decode, examples: Sequence[SentencePair], progress: Callable[[int, int], None]
) -> tuple[float, ...]:
    """Return the best weights that were found; :data:`START` if there are too few examples.

    ``progress`` gets the number of finished rounds and of all rounds.
    """
    length = sum(len(e.source.words) for e in examples) / max(1, len(examples))
    chosen = _spread(examples, min(MOST, int(MOST_WORDS / max(1, length))))
    if len(chosen) < FEWEST:
        return START
    pool = HypothesisPool([e.target.words for e in chosen])
    weights = np.array(START)
    tried: list[tuple[float, tuple[float, ...]]] = []
    for number in range(ROUNDS):
        progress(number, ROUNDS)
        found = decode(tuple(weights), [e.source.words for e in chosen], HYPOTHESES)
        reached = bleu(np.sum([pool.add(i, f) for i, f in enumerate(found)], axis=0))
        tried.append((reached, tuple(float(round(w, 6)) for w in weights)))
        weights = pool.best(weights)
    return max(tried)[1]


def _spread(examples: Sequence[SentencePair], most: int) -> list[SentencePair]:
    """Return at most so many examples, evenly over the whole."""
    if len(examples) <= most:
        return list(examples)
    return [examples[i * len(examples) // most] for i in range(most)]


class HypothesisPool:
    """All hypotheses so far of every sentence, with their features and BLEU :func:`statistics`."""

    def __init__(self, references: Sequence[Sequence[str]]) -> None:
        self._references = [_units(words) for words in references]
        self._found: list[dict[tuple[str, ...], tuple[tuple[float, ...], list[int]]]]
        self._found = [{} for _ in references]

    def add(self, sentence: int, hypotheses: Sequence[Hypothesis]) -> list[int]:
        """Add hypotheses of one sentence; return the BLEU statistics of the first of them."""
        found = self._found[sentence]
        for hypothesis in hypotheses:
            if hypothesis.words not in found:
                counted = statistics(_units(hypothesis.words), self._references[sentence])
                found[hypothesis.words] = (hypothesis.features, counted)
        return found[hypotheses[0].words][1]

    def best(self, start: Floats) -> Floats:
        """Return the best weights found from a start and from random places near it.

        The weights are scaled so that the largest absolute value is 1.
        """
        random = np.random.default_rng(SEED)
        features, counted = self._arrays()
        starts = [start]
        starts += [start * np.exp(random.normal(0, 0.6, FEATURES)) for _ in range(STARTS - 1)]
        found = [_climb(s, features, counted, random) for s in starts]
        weights: Floats = max(found, key=lambda f: f[0])[1]
        weights /= np.abs(weights).max()
        return weights

    def _arrays(self) -> tuple[Floats, Floats]:
        """Return features and statistics by sentence and hypothesis.

        Their shapes are (sentences, hypotheses, FEATURES) and (sentences, hypotheses, 10). A
        sentence with fewer hypotheses is filled up with very bad ones.
        """
        most = max(map(len, self._found))
        features = np.full((len(self._found), most, FEATURES), -1e6)
        counted = np.zeros((len(self._found), most, 10))
        features[:, :, [0, 2, 3]] = 0  # their weights may be negative
        for i, found in enumerate(self._found):
            for j, (values, counts) in enumerate(found.values()):
                features[i, j], counted[i, j] = values, counts
        return features, counted


def _climb(
    weights: Floats, features: Floats, counted: Floats, random: np.random.Generator
) -> tuple[float, Floats]:
    """Search along single features and random lines until nothing gets better.

    Returns the best BLEU and its weights.
    """
    every = np.arange(len(features))

    def score(values: Floats) -> float:
        return bleu(counted[every, values.argmax(axis=1)].sum(axis=0))

    best = score(features @ weights)
    for _ in range(SWEEPS):
        before = best
        for line in (*np.eye(FEATURES), *random.normal(0, 1, (FEATURES, FEATURES))):
            base, slope = features @ weights, features @ line
            allowed = [s for s in STEPS if ((weights + s * line)[POSITIVE] > 0).all()]
            found = [(score(base + s * slope), s) for s in allowed]
            top, step = max(found, default=(0.0, 0.0))
            if top > best:
                best, weights = top, weights + step * line
        if best < before + ENOUGH / 10:
            break
    return best, weights


def statistics(words: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Return the ten numbers that BLEU needs of one sentence.

    >>> statistics(["the", "cat", "sat", "down"], ["the", "cat", "sat", "here"])
    [4, 4, 3, 4, 2, 3, 1, 2, 0, 1]

    These are both lengths and then, for n-grams of 1 to 4 words, the matches and the total.
    """
    found = [len(words), len(reference)]
    for order in range(1, 5):
        ours, theirs = (
            Counter(zip(*(side[i:] for i in range(order)), strict=False))
            for side in (words, reference)
        )
        found += [(ours & theirs).total(), max(0, len(words) - order + 1)]
    return found


def bleu(totals: Sequence[float] | Floats) -> float:
    """Return BLEU, 0 to 1, of the sum of :func:`statistics` over sentences.

    >>> reference = ["the", "cat", "sat", "on", "the", "mat", "today"]
    >>> round(bleu(statistics(reference[:-1], reference)), 3)
    0.846
    """
    if min(totals[2::2]) <= 0:
        return 0.0
    logs = sum(math.log(totals[i] / totals[i + 1]) for i in (2, 4, 6, 8)) / 4
    return math.exp(logs + min(0.0, 1 - totals[1] / totals[0]))


def _units(words: Sequence[str]) -> list[str]:
    """Return the units that BLEU counts: characters of scripts without blanks, else words."""
    return [unit for word in words for unit in _UNIT.findall(word)]
