"""The decoder: it translates words by a trained model, and tells the source of each phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import thot.alignment
import thot.translation

FEATURES = 7
"""The number of features of a translation. In order: word count, language model, length of target
phrases, jumps, length of source phrases, phrases given the source, phrases given the target. Thot's
eighth feature, the length of the sentence, is not used."""
START = (-0.5, 0.2, -0.2, 0.0, 0.1, 1.0, 0.2)
"""The weights that tuning begins with; a model that is too small to be tuned keeps them."""
STACK = 10
"""The hypotheses that the search keeps for each number of translated words."""
LONGEST_SOURCE = 10
"""The most words of a source phrase."""
THRESHOLD = 0.4
"""The least likelihood of a phrase's translation that is used, as a share of the best one's."""
LOCAL = 6
"""The number of Thot's heuristic for the rest of a sentence: local, with distortion."""
LEARNING = {"algorithm": 0, "learning_rate_policy": 0, "learn_step_size": 1.0, "em_iters": 5}
"""Thot's settings for online learning. Method: D. Ortiz-Martínez, I. García-Varea, F. Casacuberta,
"Online Learning for Interactive Statistical Machine Translation", NAACL 2010."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence."""

    words: tuple[str, ...]
    features: tuple[float, ...]
    """The values of its :data:`FEATURES` features."""
    phrases: tuple[tuple[int, int, int, int], ...]
    """The places of each phrase: start and end in the source, start and end in the target. Places
    are counted from 0, ends are exclusive, and phrases are in the order of the target."""
    unknown: frozenset[int]
    """Places of target words that the model does not know and copied from the source."""


class Decoder:
    """A model loaded from its files; one thread uses it."""

    def __init__(self, translation: Path, language: Path, weights: Sequence[float]) -> None:
        """Load the translation model and the language model, each by the prefix of its files.

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
        """Use other weights from now on; ``weights`` has one for each of the :data:`FEATURES`."""
        self._model.weights = [*weights, 0.0]

    def best(self, words: Sequence[str]) -> Hypothesis:
        """Return the most likely translation."""
        return _hypothesis(self._decoder.translate(" ".join(words)))

    def several(self, words: Sequence[str], number: int) -> list[Hypothesis]:
        """Return up to ``number`` translations, the most likely first."""
        return [_hypothesis(t) for t in self._decoder.translate_n(" ".join(words), number)]

    def learn(self, source: Sequence[str], target: Sequence[str]) -> None:
        """Learn one pair online: its phrases, its words and its n-grams."""
        self._decoder.train_sentence_pair(" ".join(source), " ".join(target))

    def probability(self, target: str, source: str | None) -> float:
        """Return the probability of a target word, given a source word or, if None, given none.

        It is that of the lexicon, and 0.0 for words that the lexicon does not know.
        """
        lexicon = self._model.direct_word_alignment_model
        if not lexicon.trg_word_exists(target) or (source and not lexicon.src_word_exists(source)):
            return 0.0
        given = lexicon.get_src_word_index(source) if source else 0
        return float(lexicon.translation_prob(given, lexicon.get_trg_word_index(target)))

    def close(self) -> None:
        """Free the model's memory."""
        self._decoder.clear()
        self._model.clear()


def _hypothesis(found: thot.translation.TranslationData) -> Hypothesis:
    """Return a translation by Thot as data; Thot counts source words from 1, ends inclusive."""
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
