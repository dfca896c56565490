"""Comparisons as a bar chart: a panel for each direction, a group of bars for each article."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.evaluation.comparison import Comparison, score
from amts_ext.evaluation.counts import not_installed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".svg", ".png")
COLORS = ("#b8c4d0", "#6f9bc8", "#1f4e79", "#d98c3f", "#7a9a5b")
"""Colours of the columns. They differ in grey too, and for people who do not see red or green."""
INK = "#333333"
WIDTH, HEIGHT = 8.0, 3.4
"""Size of one panel in inches."""


def check(file: Path) -> None:
    """Raise :class:`InputError` for a file name without one of the :data:`SUFFIXES`."""
    if file.suffix.lower() not in SUFFIXES:
        raise InputError(f"unknown suffix; allowed: {', '.join(SUFFIXES)}", file=str(file))


def save(file: Path, comparisons: Sequence[Comparison], metric: str = "BLEU") -> None:
    """Draw the scores of ``metric`` on the prose alone, 0 to 100, into an SVG or PNG file.

    Raises :class:`InputError` for another suffix and without the package ``matplotlib``.
    """
    check(file)
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise not_installed("matplotlib") from error
    # Equal numbers make equal files: without a date and without random ids.
    with rc_context({"svg.hashsalt": "amts", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(WIDTH, HEIGHT * len(comparisons)))
        figure.set_layout_engine("constrained", hspace=0.08)
        panels = figure.subplots(len(comparisons), squeeze=False)[:, 0]
        for axes, comparison in zip(panels, comparisons, strict=True):
            _panel(axes, comparison, metric)
        out = io.BytesIO()
        form = file.suffix.lower()[1:]
        metadata = {"Date": None} if form == "svg" else {}
        figure.savefig(out, format=form, dpi=150, metadata=metadata)
    files.write_bytes(file, out.getvalue())


def _panel(axes: Axes, comparison: Comparison, metric: str) -> None:
    names = [*comparison.articles, *(["average"] if len(comparison.articles) > 1 else [])]
    count = len(comparison.columns)
    width, top = 0.8 / count, 10.0
    for index, column in enumerate(comparison.columns):
        values = [score(s, "prose", metric) for s in column.articles.values()]
        if len(values) > 1:
            values.append(column.average("prose", metric))
        top = max([top, *values])
        label = column.output.name + ("" if values else " (no scores)")
        places = [i + (index - (count - 1) / 2) * width for i in range(len(values))]
        color = COLORS[index % len(COLORS)]
        bars = axes.bar(places, values, width * 0.94, color=color, label=label)
        axes.bar_label(bars, fmt="%.1f", padding=1.5, fontsize=7, color=INK)
    axes.set_xticks(range(len(names)), [_wrapped(name) for name in names])
    if len(comparison.articles) > 1:
        axes.axvline(len(names) - 1.5, color="#cccccc", linewidth=0.8)
    _dress(axes, comparison, metric, top)


def _dress(axes: Axes, comparison: Comparison, metric: str, top: float) -> None:
    direction = f"{comparison.source} → {comparison.target}" if comparison.source else ""
    axes.set_title(
        f"{direction or comparison.target}: {metric} of the prose", loc="left", color=INK
    )
    axes.margins(x=0.02)
    axes.set_ylim(0, top * 1.12)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, colors=INK)
    axes.yaxis.grid(True, color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(
        frameon=False, ncols=len(comparison.columns), loc="lower right", bbox_to_anchor=(1, 1),
        borderaxespad=0.2, labelcolor=INK,
    )  # fmt: skip


def _wrapped(name: str, longest: int = 16) -> str:
    """Return a name over several lines, broken at blanks and hyphens."""
    lines = [""]
    for piece in name.replace("-", "- ").split():
        if lines[-1] and len(lines[-1]) + len(piece) > longest:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)
