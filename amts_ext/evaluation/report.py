"""Comparisons as text: tables for a terminal, tables in Markdown, JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from amts_ext.evaluation import Metric, Scores
from amts_ext.evaluation.comparison import METRICS, VIEWS, Column, Comparison, score
from amts_ext.evaluation.counts import Share

IN_WORDS = {"prose": "prose alone", "whole": "with slots"}
NONE = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text cells; the first cell of each row is its name."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def text(comparisons: Sequence[Comparison]) -> str:
    """Return tables for a terminal: BLEU by article, then all measures."""
    blocks = []
    for one in comparisons:
        tables = [_by_article(one, "BLEU", "prose")]
        tables += [_by_measure(one)] if any(c.total for c in one.columns) else []
        blocks.append("\n\n".join([_headline(one), *map(_aligned, tables), *_notes(one)]))
    return "\n\n\n".join(blocks)


def markdown(comparisons: Sequence[Comparison]) -> str:
    """Return Markdown tables: each metric by article, all measures together, how they were made."""
    blocks = []
    for one in comparisons:
        blocks.append(f"## {_headline(one)}")
        views = [(metric, view) for metric in METRICS for view in VIEWS]
        tables = [_by_article(one, *each) for each in views]
        blocks += [_piped(table) for table in (*tables, _by_measure(one))]
        lines = [line for note in _notes(one) for line in note.split("\n")]
        blocks.append("\n".join(f"- {line}" for line in (*lines, *problems([one]))))
    return "\n\n".join(blocks) + "\n"


def as_json(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Return all results as JSON data; scores are given from 0 to 100 and from 0 to 1."""
    return [
        {
            "source": one.source,
            "target": one.target,
            "articles": list(one.articles),
            "segments": one.segments,
            "unsure": one.unsure,
            "columns": [_column(column) for column in one.columns],
        }
        for one in comparisons
    ]


def _column(column: Column) -> dict[str, Any]:
    made = column.output
    return {
        "name": made.name,
        "translator": made.translator,
        "pairs": made.pairs,
        "leaks": made.leaks,
        "problem": made.problem,
        "articles": {name: _scores(scores) for name, scores in column.articles.items()},
        "average": _averages(column) if column.articles else None,
        "total": _scores(column.total) if column.total else None,
        "p": asdict(column.change) if column.change else None,
    }


def _averages(column: Column) -> dict[str, Any]:
    return {view: {m: _both(column.average(view, m)) for m in METRICS} for view in VIEWS}


def _scores(scores: Scores) -> dict[str, Any]:
    def metric(one: Metric) -> dict[str, Any]:
        return {**_both(one.score), "signature": one.signature}

    return {
        "segments": scores.segments,
        "untranslated": scores.untranslated,
        "prose": {name: metric(one) for name, one in scores.prose.items()},
        "whole": {name: metric(one) for name, one in scores.whole.items()},
        "terms": {**asdict(scores.terms), "fraction": scores.terms.fraction},
        "slots": {**asdict(scores.slots), "fraction": scores.slots.fraction},
        "effort": {**asdict(scores.effort), "fraction": scores.effort.fraction},
    }


def _both(score: float) -> dict[str, float]:
    return {"score": round(score, 4), "fraction": round(score / 100, 6)}


def _headline(one: Comparison) -> str:
    articles = f"{len(one.articles)} article{'s' if len(one.articles) != 1 else ''}"
    left = f"; {one.unsure} left out, their alignment is not sure" if one.unsure else ""
    direction = f"{one.source} to {one.target}" if one.source else f"To {one.target}"
    return f"{direction}: {articles}, {one.segments} segments{left}"


def _by_article(one: Comparison, metric: str, view: str) -> Table:
    better = "less is better" if metric == "TER" else "more is better"
    title = f"{metric}, {IN_WORDS[view]}: 0-100 (0-1), {better}"
    rows = [
        [name, *(_cell(c, lambda s: score(s, view, metric), name) for c in one.columns)]
        for name in one.articles
    ]
    if len(one.articles) > 1:
        rows.append(["average", *(_average(c, view, metric) for c in one.columns)])
    if any(c.change for c in one.columns):
        rows.append(["p against the column before", *(_p(c, view, metric) for c in one.columns)])
    return Table(title, ["", *(c.output.name for c in one.columns)], rows)


def _by_measure(one: Comparison) -> Table:
    rows = [
        [f"{metric}, {IN_WORDS[view]}", *(_average(c, view, metric) for c in one.columns)]
        for metric in METRICS
        for view in VIEWS
    ]
    counted: list[tuple[str, Callable[[Scores], str]]] = [
        ("terms kept, %", lambda s: _share(s.terms)),
        ("slots kept, %", lambda s: _share(s.slots)),
        ("typed, % of reference", lambda s: _share(Share(s.effort.typed, s.effort.reference))),
        ("untranslated segments", lambda s: str(s.untranslated)),
    ]
    for name, of in counted:
        rows.append([name, *(of(c.total) if c.total else _why(c) for c in one.columns)])
    title = "Averages of the articles; below, counts over all articles"
    return Table(title, ["", *(c.output.name for c in one.columns)], rows)


def _cell(column: Column, of: Callable[[Scores], float], name: str) -> str:
    return _number(of(column.articles[name])) if column.articles else _why(column)


def _average(column: Column, view: str, metric: str) -> str:
    return _number(column.average(view, metric)) if column.articles else _why(column)


def _p(column: Column, view: str, metric: str) -> str:
    if column.change is None:
        return NONE
    value: float = getattr(column.change, view)[metric]
    return f"{value:.3f}" if value >= 0.001 else "<0.001"


def _number(value: float) -> str:
    return f"{value:.1f} ({value / 100:.3f})"


def _share(share: Share) -> str:
    if share.fraction is None:
        return NONE
    return f"{100 * share.fraction:.1f} ({share.found:,}/{share.wanted:,})"


def _why(column: Column) -> str:
    """Return the few words that stand in the place of a number; :func:`problems` has the rest."""
    reason = column.output.problem
    short = ("no engine", "no pairs")
    return next((each for each in short if reason.startswith(each)), "failed" if reason else NONE)


def problems(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield the reasons why columns have no scores, each once with the names of its columns.

    >>> from amts_ext.evaluation.comparison import Output
    >>> failed = Column(Output("sentence", {}, problem="no pairs are left"), {})
    >>> list(problems([Comparison("en", "pt", ("cnn",), 12, (failed,))]))
    ['en to pt (sentence): no pairs are left']
    """
    for one in comparisons:
        reasons: dict[str, list[str]] = {}
        for column in one.columns:
            if column.output.problem:
                reasons.setdefault(column.output.problem, []).append(column.output.name)
        for reason, names in reasons.items():
            yield f"{one.source} to {one.target} ({', '.join(names)}): {reason}"


def _notes(one: Comparison) -> Iterator[str]:
    """Yield the translators of the columns, then the signatures of the metrics."""
    lines = [line for column in one.columns for line in _about(column)]
    if lines:
        yield "\n".join(lines)
    scored = next((c for c in one.columns if c.total), None)
    if scored is None or scored.total is None:
        return
    signatures = [f"{name}: {m.signature}" for name, m in scored.total.prose.items()]
    change = next((c.change for c in one.columns if c.change), None)
    if change is not None:
        signatures.append(f"p: paired bootstrap over all segments, {change.signature}")
    yield "\n".join(signatures)


def _about(column: Column) -> Iterator[str]:
    made = column.output
    pairs = "" if made.pairs is None else f", {made.pairs:,} pairs"
    if made.translator:
        yield f"{made.name}: {made.translator}{pairs}"
    if made.leaks:
        yield f"{made.name}: {made.leaks} pairs that a held-out document has too were left out"


def _aligned(table: Table) -> str:
    rows = [table.head, *table.rows]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(table.head))]
    lines = [
        "  ".join([row[0] + " " * (widths[0] - _width(row[0]))]
                  + [" " * (w - _width(c)) + c for c, w in zip(row[1:], widths[1:], strict=True)])
        for row in rows
    ]  # fmt: skip
    return "\n".join([table.title, *(line.rstrip() for line in lines)])


def _width(text: str) -> int:
    """Return the columns that a text takes on a terminal: two for a Han character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _piped(table: Table) -> str:
    bars = ["---", *("--:" for _ in table.head[1:])]
    rows = [[_escaped(c) for c in row] for row in (table.head, bars, *table.rows)]
    return f"{table.title}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")
