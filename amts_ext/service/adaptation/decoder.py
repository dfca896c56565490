"""A trained model at work: words in, words out, with what stands for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import thot.alignment
import thot.translation

FEATURES = 7
"""Word count, language model, target length, jump, source length, phrases given source, and given
target. An eighth, the sentence's length, is not used."""
START = (-0.5, 0.2, -0.2, 0.0, 0.1, 1.0, 0.2)
"""Weights to begin to tune with, and those of a model too small to be tuned."""
STACK = 10
"""Hypotheses kept for each number of translated words."""
LONGEST_SOURCE = 10
THRESHOLD = 0.4
"""A translation of a phrase is used if it is at least this likely, relative to the best."""
LOCAL = 6
"""Thot's heuristic for the rest of a sentence: local, with distortion."""
LEARNING = {"algorithm": 0, "learning_rate_policy": 0, "learn_step_size": 1.0, "em_iters": 5}
"""Online learning: D. Ortiz-Martínez, I. García-Varea, F. Casacuberta, "Online Learning for
Interactive Statistical Machine Translation", NAACL 2010."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation."""

    words: tuple[str, ...]
    features: tuple[float, ...]
    phrases: tuple[tuple[int, int, int, int], ...]
    """Places in the source (from, to) and in the target (from, to) of each phrase, in the target's
    order; ends are exclusive."""
    unknown: frozenset[int]
    """Places of target words that were copied from the source."""


class Decoder:
    """A model loaded from its files; used by one thread."""

    def __init__(self, translation: Path, language: Path, weights: Sequence[float]) -> None:
        """Load the models below two prefixes.

        Raises OSError if they cannot be read.
        """
        model = thot.translation.SmtModel(thot.alignment.AlignmentModelType.FAST_ALIGN)
        for load, prefix in (
            (model.load_translation_model, translation),
            (model.load_language_model, language),
        ):
            if not load(str(prefix)):
                raise OSError(f"{prefix}: the model does not load")
        model.non_monotonicity = 0
        model.w, model.a, model.e, model.heuristic = THRESHOLD, LONGEST_SOURCE, 2, LOCAL
        learning = thot.translation.OnlineTrainingParameters()
        for name, value in LEARNING.items():
            setattr(learning, name, value)
        model.online_training_parameters = learning
        self._model = model  # the decoder holds no reference of its own
        self.weigh(weights)
        self._decoder = thot.translation.SmtDecoder(model)
        self._decoder.s = STACK
        self._decoder.is_breadth_first = True

    def weigh(self, weights: Sequence[float]) -> None:
        """Decode with other weights from now on."""
        self._model.weights = [*weights, 0.0]

    def best(self, words: Sequence[str]) -> Hypothesis:
        """The most likely translation."""
        return _hypothesis(self._decoder.translate(" ".join(words)))

    def several(self, words: Sequence[str], number: int) -> list[Hypothesis]:
        """Up to ``number`` translations, the most likely first."""
        return [_hypothesis(t) for t in self._decoder.translate_n(" ".join(words), number)]

    def learn(self, source: Sequence[str], target: Sequence[str]) -> None:
        """Learn one pair: its phrases, its words and its n-grams."""
        self._decoder.train_sentence_pair(" ".join(source), " ".join(target))

    def close(self) -> None:
        """Give the memory back."""
        self._decoder.clear()
        self._model.clear()


def _hypothesis(found: thot.translation.TranslationData) -> Hypothesis:
    phrases, start = [], 0
    for (first, last), cut in zip(
        found.source_segmentation, found.target_segment_cuts, strict=True
    ):
        phrases.append((first - 1, last, start, cut))
        start = cut
    return Hypothesis(
        tuple(found.target),
        tuple(found.score_components[:FEATURES]),
        tuple(phrases),
        frozenset(found.target_unknown_words),
    )
