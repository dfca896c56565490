"""Several translations of the same articles side by side, each against the human's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from amts_ext import evaluation
from amts_ext.evaluation import Scores, Significance, Text, evaluate
from amts_ext.evaluation.counts import TermPairs

METRICS = ("BLEU", "chrF", "TER")
VIEWS = ("prose", "whole")


@dataclass(frozen=True, slots=True)
class Article:
    """What is translated, and how a human did."""

    name: str
    references: Sequence[Text]
    sources: Sequence[Text] = ()
    """May be empty: then slots and terms are not counted."""


@dataclass(frozen=True, slots=True)
class Output:
    """One translator's work on all articles."""

    name: str
    texts: Mapping[str, Sequence[Text | None]]
    """By article; None where nothing came back."""
    translator: str = ""
    """Its signature."""
    pairs: int | None = None
    """Pairs of parallel data that adapted it; None: it has none."""
    leaks: int = 0
    """Pairs that were left out because a held-out document says the same."""
    problem: str = ""
    """Why there is no text at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One translator's scores."""

    output: Output
    articles: Mapping[str, Scores]
    """Empty if there was no output."""
    total: Scores | None = None
    """All articles as one text."""
    change: Significance | None = None
    """Against the column before, on all articles as one text; None for the first."""

    def average(self, view: str, metric: str) -> float:
        """The mean of the articles' scores, 0 to 100, each article counting the same."""
        return fmean(score(s, view, metric) for s in self.articles.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """One direction's table."""

    source: str
    target: str
    articles: tuple[str, ...]
    segments: int
    columns: tuple[Column, ...]
    unsure: int = 0
    """Aligned stretches that were left out, because the alignment is not sure."""


def score(scores: Scores, view: str, metric: str) -> float:
    """One score, 0 to 100; ``view`` is ``prose`` or ``whole``."""
    found: Mapping[str, evaluation.Metric] = getattr(scores, view)
    return found[metric].score


def compare(
    source: str,
    target: str,
    articles: Sequence[Article],
    outputs: Sequence[Output],
    terms: TermPairs = (),
    progress: Callable[[str, int, int], object] = lambda stage, done, total: None,
) -> Comparison:
    """Score every output on every article and on all of them, and each against the one before.

    Raises :class:`~amts_ext.errors.InputError` as :func:`amts_ext.evaluate`.
    """
    columns: list[Column] = []
    for done, output in enumerate(outputs, 1):
        before = next((c.output for c in reversed(columns) if c.total), None)
        columns.append(_column(target, articles, output, before, terms))
        progress("score", done, len(outputs))
    count = sum(len(article.references) for article in articles)
    return Comparison(source, target, tuple(a.name for a in articles), count, tuple(columns))


def _column(
    target: str,
    articles: Sequence[Article],
    output: Output,
    before: Output | None,
    terms: TermPairs,
) -> Column:
    if output.problem:
        return Column(output, {})
    found = {
        a.name: evaluate(output.texts[a.name], a.references, target, sources=a.sources, terms=terms)
        for a in articles
    }
    references = [r for a in articles for r in a.references]
    sources = [s for a in articles for s in a.sources]
    texts = [t for a in articles for t in output.texts[a.name]]
    total = evaluate(texts, references, target, sources=sources, terms=terms)
    change = None
    if before is not None:
        earlier = [t for a in articles for t in before.texts[a.name]]
        one, other = (evaluation.filled(t, sources) for t in (earlier, texts))
        change = evaluation.significance(one, other, references, target)
    return Column(output, found, total, change)
