"""Comparisons: several translations of the same articles, each scored against a human's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from amts_ext import evaluation
from amts_ext.evaluation import Scores, Significance, Text, evaluate
from amts_ext.evaluation.counts import TermPairs

METRICS = ("BLEU", "chrF", "TER")
VIEWS = ("prose", "whole")
"""The texts that are scored: the prose alone, and the text with its slots."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text that is translated, with a human's translation of each segment."""

    name: str
    references: Sequence[Text]
    sources: Sequence[Text] = ()
    """Segments of the source; without them, slots and terms are not counted."""


@dataclass(frozen=True, slots=True)
class Output:
    """One translator's translation of all articles."""

    name: str
    texts: Mapping[str, Sequence[Text | None]]
    """Translated segments by article; None where nothing came back."""
    translator: str = ""
    """The translator's signature."""
    pairs: int | None = None
    """Number of pairs that adapted the translator; None without parallel data."""
    leaks: int = 0
    """Number of pairs left out because a held-out document says the same."""
    problem: str = ""
    """The reason if there is no text at all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One translator's scores."""

    output: Output
    articles: Mapping[str, Scores]
    """Scores by article; empty if there was no output."""
    total: Scores | None = None
    """Scores of all articles as one text."""
    change: Significance | None = None
    """Test of the difference to the column before, on all articles; None for the first column."""

    def average(self, view: str, metric: str) -> float:
        """Return the mean of the articles' scores, 0 to 100; every article has the same weight."""
        return fmean(score(s, view, metric) for s in self.articles.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """The scores of one direction of translation: a column for each output."""

    source: str
    target: str
    articles: tuple[str, ...]
    segments: int
    columns: tuple[Column, ...]
    unsure: int = 0
    """Number of alignments left out because they are not sure."""


def score(scores: Scores, view: str, metric: str) -> float:
    """Return one score, 0 to 100, by its view (:data:`VIEWS`) and metric (:data:`METRICS`)."""
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
    """Score every output on each article and on all articles, and test it against the one before.

    >>> article = Article("cats", ["O gato dorme aqui."])
    >>> outputs = [Output("a", {"cats": ["O gato dorme."]}), Output("b", {"cats": ["Um gato."]})]
    >>> found = compare("en", "pt", [article], outputs)
    >>> [round(column.average("prose", "chrF"), 1) for column in found.columns]
    [64.5, 16.0]

    ``terms`` are (source term, target term). ``progress`` gets a stage, how many outputs are done,
    and how many there are.

    Raises :class:`~amts_ext.errors.InputError` if texts and references differ in number, and
    without the packages of the extra ``evaluate``.
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
