"""What a build would send: counts, characters and an estimate from the configured prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from amts_ext.pipeline.book import Book


def plan_book(book: Book, lang: str, tab: str | None = None) -> dict[str, Any]:
    """The plan of one language; nothing is sent and nothing is executed.

    Keys: ``lang documents``, and those of :class:`amts_ext.pipeline.cost.Estimate`.
    """
    title, documents = book.project.title(), book.project.built(tab)
    estimate, _ = book.estimate(lang, [*([title] if title else []), *documents])
    return {"lang": lang, "documents": len(documents), **asdict(estimate)}


def table(plans: Sequence[dict[str, Any]]) -> str:
    """Plans for a terminal, a line a language."""
    heads = list(plans[0])
    rows = [heads, *([_cell(plan[head]) for head in heads] for plan in plans)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    return "\n".join(
        "  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) for row in rows
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
