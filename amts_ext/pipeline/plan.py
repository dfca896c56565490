"""The plan of a build: what it would send, in characters, and its cost by the book's prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalogs import wanted


def plan_book(book: Book, lang: str, tab: str | None = None) -> dict[str, Any]:
    """Return the plan of a build of ``tab`` into ``lang``; nothing is sent or executed.

    Keys: ``lang documents`` and the fields of :class:`amts_ext.pipeline.cost.Estimate`. A section
    counts once for all its tabs, and so does a sentence that several of them have. The segments of
    gettext catalogs that the build fills are counted, too.
    """
    sources, messages = wanted(book, lang, tab)
    estimate, _ = book.estimate(lang, [*sources, *messages])
    documents = len({s.name for s in sources}) - (book.project.title() is not None)
    return {"lang": lang, "documents": documents, **asdict(estimate)}


def table(plans: Sequence[dict[str, Any]]) -> str:
    """Return plans as a table for a terminal, with a line for each language.

    >>> print(table([{"lang": "pt", "send": 1200, "cost": 0.018}]))
    lang   send  cost
      pt  1,200  0.02
    """
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
