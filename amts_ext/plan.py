"""What a build would send: counts, characters and an estimate from the configured prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amts_ext.book import Book
from amts_ext.model import Segment
from amts_ext.sources import notebooks

MILLION = 1_000_000


def plan_book(book: Book, lang: str, tab: str | None = None) -> dict[str, Any]:
    """The plan of one language; nothing is sent and nothing is executed.

    Keys: ``lang documents segments human memory send characters cost``. ``segments`` counts every
    place, ``send`` each text once; ``characters`` are those of ``send``, slots not counted;
    ``cost`` is in USD, None without a price or without a paid translator.
    """
    pipeline = book.pipeline(lang)
    sources = notebooks(book.config, tab)
    result, missing = pipeline.plan(sources)
    counts = result.counts
    characters = sum(map(_characters, missing))
    price = book.config.price if book.config.translator else None
    return {
        "lang": lang,
        "documents": len(sources),
        "segments": sum(counts.values()),
        "human": counts["human"],
        "memory": counts["memory"],
        "send": len(missing),
        "characters": characters,
        "cost": None if price is None else round(characters * price / MILLION, 2),
    }


def _characters(segment: Segment) -> int:
    return sum(len(p) for p in segment.parts if isinstance(p, str))


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
