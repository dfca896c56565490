"""What a build would send: counts, characters and an estimate from the configured prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amts_ext.book import Book
from amts_ext.model import characters
from amts_ext.sources import notebooks, title


def plan_book(book: Book, lang: str, tab: str | None = None) -> dict[str, Any]:
    """The plan of one language; nothing is sent and nothing is executed.

    Keys: ``lang documents segments human memory send characters cost``. ``segments`` counts every
    place, ``send`` each text once; ``characters`` are what of them is sent;
    ``cost`` is in USD, None without a price or without a paid translator.
    """
    pipeline = book.pipeline(lang)
    sources = [title(book.config), *notebooks(book.config, tab)]
    result, missing = pipeline.plan(sources)
    counts = result.counts
    count = sum(characters(segment.parts) for segment in missing)
    cost = book.prices.estimate({pipeline.pair[1]: count})
    return {
        "lang": lang,
        "documents": len(sources) - 1,
        "segments": sum(counts.values()),
        "human": counts["human"],
        "memory": counts["memory"],
        "send": len(missing),
        "characters": count,
        "cost": None if cost is None else round(cost, 2),
    }


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
    return f"{value:,}" if isinstance(value, int) else str(value)
