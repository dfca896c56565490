"""BLEU, chrF and TER of texts in a language, and the paired bootstrap test, by sacrebleu.

The metrics: K. Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation",
ACL 2002; M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015; M.
Snover et al., "A Study of Translation Edit Rate with Targeted Human Annotation", AMTA 2006. The
signatures: M. Post, "A Call for Clarity in Reporting BLEU Scores", WMT 2018.

This module needs the extra ``evaluate``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

LOG = logging.getLogger("amts")

TOKENIZERS = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
"""sacrebleu's tokenizers for BLEU by language. All other languages have 13a, as at WMT."""
CHARACTERS = ("zh", "ja")
"""Languages of which TER counts characters as words (Tercom's support for Asian languages)."""
SAMPLES = 1000
"""Number of resamplings of the paired bootstrap."""
SEED = "12345"
"""sacrebleu's seed, unless the environment variable ``SACREBLEU_SEED`` names another."""


class Ter(TER):
    """TER that keeps the statistics of each segment.

    TER is slow, and a segment is scored several times: in its article, in the total, in each test.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._known: dict[tuple[str, tuple[str, ...]], list[float]] = {}

    def _compute_segment_statistics(
        self, hypothesis: str, ref_kwargs: dict[str, Any]
    ) -> list[float]:
        key = hypothesis, tuple(" ".join(words) for words in ref_kwargs["ref_words"])
        if key not in self._known:
            self._known[key] = super()._compute_segment_statistics(hypothesis, ref_kwargs)
        return self._known[key]


def score(
    hypotheses: Sequence[str], references: Sequence[str], target: str
) -> dict[str, tuple[float, str]]:
    """Return the score of all segments, 0 to 100, and the signature by metric.

    >>> scores = score(["O gato dorme."], ["O gato dorme aqui."], "pt")
    >>> {name: round(value, 1) for name, (value, signature) in scores.items()}
    {'BLEU': 49.8, 'chrF': 64.5, 'TER': 50.0}
    """
    found = {}
    for name, metric in measures(target).items():
        value = metric.corpus_score(hypotheses, [references]).score
        found[name] = value, str(metric.get_signature())
    return found


def p_values(
    before: Sequence[str], after: Sequence[str], references: Sequence[str], target: str
) -> dict[str, float]:
    """Return by metric the probability that chance alone makes so large a difference."""
    metrics = measures(target)
    if list(before) == list(after):  # sacrebleu says 0.001: no sample exceeds a difference of 0
        return dict.fromkeys(metrics, 1.0)
    systems = [("before", before), ("after", after)]
    _, results = PairedTest(systems, metrics, [references], "bs", SAMPLES)()
    last = {name: rows[-1] for name, rows in results.items()}
    return {
        name.rstrip("0123456789+"): row.p_value  # chrF2 is chrF with its beta
        for name, row in last.items()
        if not isinstance(row, str) and row.p_value is not None
    }


def bootstrap() -> str:
    """Return the signature of the bootstrap: seed and number of resamplings."""
    return f"seed:{os.environ.get('SACREBLEU_SEED', SEED)}|bs:{SAMPLES}"


def measures(target: str) -> dict[str, Metric]:
    """Return the metrics for texts in a language, new each time: sacrebleu keeps state in them."""
    language = target.split("-")[0]
    return {"BLEU": BLEU(tokenize=tokenizer(language)), "chrF": CHRF(), "TER": _ter(language)}


@cache
def _ter(language: str) -> Ter:
    each = language in CHARACTERS
    return Ter(normalized=each, asian_support=each)


@cache
def tokenizer(language: str) -> str:
    """Return the name of BLEU's tokenizer for a language.

    >>> tokenizer("zh"), tokenizer("pt")
    ('zh', '13a')

    It is ``char`` if the tokenizer's package is not installed; a warning is logged then.
    """
    name = TOKENIZERS.get(language, "13a")
    try:
        BLEU(tokenize=name)
    except (ImportError, RuntimeError):
        LOG.warning(
            "BLEU counts characters, not words: the tokenizer %s is not installed; "
            "pip install 'sacrebleu[%s]'", name, language,
        )  # fmt: skip
        return "char"
    return name
