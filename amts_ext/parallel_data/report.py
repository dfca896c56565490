"""The report of ``amts parallel-data prepare``: one HTML page without further files."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TypeVar

from amts_ext import files
from amts_ext.parallel_data import Prepared
from amts_ext.parallel_data.candidates import Candidate, Dropped
from amts_ext.parallel_data.filters import SURE
from amts_ext.parallel_data.gathering import AlignmentShape

T = TypeVar("T")

SAMPLES = 20
"""Number of kept pairs that are shown; for each reason, half as many dropped ones."""
HEAD = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Parallel data</title>'
"""The beginning of every report, by which an earlier one is known."""
BINS = 20
"""Number of bars in the histogram of scores."""
SEED = 1
"""The seed of the samples: equal pairs give an equal page."""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em;
  color: #1c2733; background: #fff }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2em }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top;
  padding: .3em .8em .3em 0; border-bottom: 1px solid #dde3ea } td.n, th.n { text-align: right }
.place { color: #5b6b7b; font-size: .8em; overflow-wrap: anywhere }
.pictures { display: flex; flex-wrap: wrap; gap: 1.2em } figure { margin: 0; width: 11em }
figcaption { font-size: .75em; color: #5b6b7b; overflow-wrap: anywhere }
svg { background: #f4f7fa; max-width: 100% } svg text { font-size: 11px; fill: #5b6b7b }
.sure { stroke: #1769aa; fill: #1769aa } .unsure { stroke: #d98200; fill: #d98200 }
.alone { stroke: #c4314b; fill: #c4314b } details { margin: .6em 0 } summary { cursor: pointer }
"""


def page(done: Prepared) -> str:
    """Return the report as HTML: counts, scores, samples of kept and dropped pairs, pictures.

    Each picture shows how a document was aligned.
    """
    languages = f"{done.source} → {', '.join(done.targets)}"
    parts = [
        f"<h1>Parallel data, {escape(languages)}</h1>",
        _summary(done),
        "<h2>Scores</h2>",
        _histogram([pair.score for pair in (*done.kept, *(d.candidate for d in done.dropped))]),
        f"<h2>A sample of what was kept</h2>{_kept(done.kept)}",
        f"<h2>What was left out</h2>{''.join(_left_out(done.dropped))}",
        *_lists(done),
        "<h2>Documents</h2>",
        "<p>From the first sentence of both sides (top left) to the last: ",
        '<span class="sure">sure</span>, <span class="unsure">unsure</span>, ',
        '<span class="alone">without a partner</span>.</p>',
        f'<div class="pictures">{"".join(map(_picture, done.aligned))}</div>',
    ]
    head = f"{HEAD}<style>{STYLE}</style></head><body>\n"
    return head + "\n".join([*parts, "</body></html>\n"])


def is_free(path: Path) -> bool:
    """Return whether a report may be written to ``path``, because it would replace no other file.

    A new, an empty file and an earlier report are free.
    """
    if not path.exists():
        return True
    if not path.is_file():
        return False
    begin = HEAD.encode()
    found = files.read_bytes(path)
    return not found or found.replace(b"\r\n", b"\n").startswith(begin)


def _summary(done: Prepared) -> str:
    rows = list(done.counts.items())
    rows += [("rows that cannot be read", len(done.skipped))] if done.skipped else []
    rows += [("rows that the format cannot hold", len(done.refused))] if done.refused else []
    rows += [("files left out", len(done.problems))] if done.problems else []
    rows += [("files without a partner", len(done.alone))] if done.alone else []
    held = f"<p>Held out: {escape(', '.join(done.held_out))}.</p>" if done.held_out else ""
    return held + _table(("pairs", ""), [(escape(what), f"{n:,}") for what, n in rows], numbers=1)


def _histogram(scores: Sequence[float]) -> str:
    """Return a histogram of scores from 0 to 1; unsure ones have another colour."""
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, int(score * BINS))] += 1
    most = max([*counts, 1])
    bars = []
    for index, count in enumerate(counts):
        height = 120 * count / most
        kind = "sure" if index / BINS >= SURE else "unsure"
        title = f"{index / BINS:.2f} to {(index + 1) / BINS:.2f}: {count:,} pairs"
        bars.append(
            f'<rect class="{kind}" x="{40 + 24 * index}" y="{130 - height:.1f}" width="22" '
            f'height="{height:.1f}"><title>{title}</title></rect>'
        )
    labels = [f'<text x="{40 + 24 * BINS * x:.0f}" y="146">{x:g}</text>' for x in (0, 0.5, 1)]
    top = f'<text x="2" y="16">{most:,}</text>'
    return f'<svg width="560" height="150" role="img">{"".join(bars + labels)}{top}</svg>'


def _kept(pairs: Sequence[Candidate]) -> str:
    rows = [(*_sides(pair), f"{pair.score:.2f}") for pair in _sample(pairs, SAMPLES)]
    return _table(("source", "translation", "score"), rows, numbers=1)


def _left_out(dropped: Sequence[Dropped]) -> Iterator[str]:
    reasons: dict[str, list[Dropped]] = {}
    for drop in dropped:
        reasons.setdefault(str(drop.reason), []).append(drop)
    for reason, drops in sorted(reasons.items(), key=lambda item: -len(item[1])):
        rows = [(*_sides(d.candidate), escape(d.detail)) for d in _sample(drops, SAMPLES // 2)]
        table = _table(("source", "translation", "what exactly"), rows)
        head = f"<summary>{escape(reason)}: {len(drops):,}</summary>"
        yield f"<details>{head}{table}</details>"


def _lists(done: Prepared) -> Iterator[str]:
    for title, said in (
        ("Rows that cannot be read", done.skipped),
        ("Rows that the format cannot hold", done.refused),
        ("Files left out", done.problems),
        ("Files without a partner", done.alone),
    ):
        if said:
            items = "".join(f"<li>{escape(str(each))}</li>" for each in said)
            head = f"<summary>{title}: {len(said):,}</summary>"
            yield f"<details>{head}<ul>{items}</ul></details>"


def _picture(document: AlignmentShape) -> str:
    """Return the picture of an alignment: a path through the sentences of both sides."""
    n, m = (max(1, size) for size in document.sizes)
    lines = []
    i = j = 0
    for a, b, score in document.beads:
        kind = "alone" if not (a and b) else "sure" if score >= SURE else "unsure"
        x, y, i, j = 140 * i / n, 140 * j / m, i + a, j + b
        lines.append(
            f'<line class="{kind}" x1="{x:.1f}" y1="{y:.1f}" '
            f'x2="{140 * i / n:.1f}" y2="{140 * j / m:.1f}"/>'
        )
    how = ", by meaning" if document.by_meaning else ""
    caption = f"{escape(document.name)}<br>{document.sizes[0]} and {document.sizes[1]} sentences"
    svg = f'<svg width="140" height="140" stroke-width="2.5" role="img">{"".join(lines)}</svg>'
    return f"<figure>{svg}<figcaption>{caption}{how}</figcaption></figure>"


def _sides(pair: Candidate) -> tuple[str, str]:
    languages = pair.languages
    texts = zip((pair.source, pair.target), (pair.source_place, pair.target_place), strict=True)
    first, second = (
        f'<span lang="{escape(language)}">{escape(text)}</span>'
        f'<div class="place">{escape(place)}</div>'
        for (text, place), language in zip(texts, languages, strict=True)
    )
    return first, second


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """Return an HTML table of cells in HTML; the last ``numbers`` columns are right aligned."""

    def line(cells: Sequence[str], tag: str) -> str:
        plain = len(cells) - numbers
        kinds = [' class="n"' if k >= plain else "" for k in range(len(cells))]
        inner = "".join(f"<{tag}{k}>{c}</{tag}>" for k, c in zip(kinds, cells, strict=True))
        return f"<tr>{inner}</tr>"

    return f"<table>{line(tuple(head), 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


def _sample(pairs: Sequence[T], count: int) -> list[T]:
    """Return ``count`` of the pairs, in order; always the same ones."""
    if len(pairs) <= count:
        return list(pairs)
    return [pairs[i] for i in sorted(random.Random(SEED).sample(range(len(pairs)), count))]
