"""Weights that make translations most like the human's: minimum error rate training.

F. J. Och, "Minimum Error Rate Training in Statistical Machine Translation", ACL 2003: translate
with several hypotheses a sentence, choose weights by the measure itself on those, and again. The
measure is BLEU (K. Papineni and others, ACL 2002) of the whole part to tune on, in the units of
sacrebleu's tokenizers: characters for scripts without blanks, else words.
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
"""Of translating with weights and choosing new ones; the weights that translated best are kept."""
HYPOTHESES = 60
MOST, MOST_WORDS = 250, 5000
"""Sentences to tune on, and their words: decoding them is what takes the time."""
FEWEST = 40
"""With fewer, the measure is noise, and the start's weights stay."""
STARTS, SWEEPS, SEED = 5, 6, 20
STEPS = np.concatenate([-np.geomspace(0.02, 2, 14), np.geomspace(0.02, 2, 14)])
POSITIVE = [1, 4, 5, 6]
"""Features that are probabilities: a better one must not count against a hypothesis."""
ENOUGH = 2e-4

Floats: TypeAlias = npt.NDArray[np.float64]
Decode = Callable[[Sequence[float], Sequence[Words], int], list[list[Hypothesis]]]
"""Weights, sentences and a number give up to so many translations of each sentence."""
_UNIT = re.compile(rf"[^\W{DENSE}]+|\S")


def tune(
    decode: Decode, examples: Sequence[SentencePair], progress: Callable[[int, int], None]
) -> tuple[float, ...]:
    """The best weights that were found."""
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
    """At most so many, evenly over the whole."""
    if len(examples) <= most:
        return list(examples)
    return [examples[i * len(examples) // most] for i in range(most)]


class HypothesisPool:
    """All hypotheses so far of every sentence, with their features and what BLEU counts of them."""

    def __init__(self, references: Sequence[Sequence[str]]) -> None:
        self._references = [_units(words) for words in references]
        self._found: list[dict[tuple[str, ...], tuple[tuple[float, ...], list[int]]]]
        self._found = [{} for _ in references]

    def add(self, sentence: int, hypotheses: Sequence[Hypothesis]) -> list[int]:
        """Add to the hypotheses of one sentence; what BLEU counts of the first of them."""
        found = self._found[sentence]
        for hypothesis in hypotheses:
            if hypothesis.words not in found:
                counted = statistics(_units(hypothesis.words), self._references[sentence])
                found[hypothesis.words] = (hypothesis.features, counted)
        return found[hypotheses[0].words][1]

    def best(self, start: Floats) -> Floats:
        """The best weights, searched from the start and from random places near it."""
        random = np.random.default_rng(SEED)
        features, counted = self._arrays()
        starts = [start]
        starts += [start * np.exp(random.normal(0, 0.6, FEATURES)) for _ in range(STARTS - 1)]
        found = [_climb(s, features, counted, random) for s in starts]
        weights: Floats = max(found, key=lambda f: f[0])[1]
        weights /= np.abs(weights).max()
        return weights

    def _arrays(self) -> tuple[Floats, Floats]:
        """Features and counts by sentence and hypothesis; what is missing is infinitely bad."""
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
    """Search along single features and along random lines until nothing gets better."""
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
    """What BLEU needs of one sentence: both lengths; for 1 to 4 words, matches and how many."""
    found = [len(words), len(reference)]
    for order in range(1, 5):
        ours, theirs = (
            Counter(zip(*(side[i:] for i in range(order)), strict=False))
            for side in (words, reference)
        )
        found += [(ours & theirs).total(), max(0, len(words) - order + 1)]
    return found


def bleu(totals: Sequence[float] | Floats) -> float:
    """BLEU (0 to 1) of summed :func:`statistics`."""
    if min(totals[2::2]) <= 0:
        return 0.0
    logs = sum(math.log(totals[i] / totals[i + 1]) for i in (2, 4, 6, 8)) / 4
    return math.exp(logs + min(0.0, 1 - totals[1] / totals[0]))


def _units(words: Sequence[str]) -> list[str]:
    """Characters of scripts without blanks, words of the others."""
    return [unit for word in words for unit in _UNIT.findall(word)]
