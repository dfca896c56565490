"""Search in both languages of a book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amts_ext.preview.book.overview import documents
from amts_ext.preview.desk import Desk

MOST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One row that has the words."""

    path: str
    id: str
    line: int
    """1-based, in the source's file."""
    source: str
    """With slots as tokens, as ``target``."""
    target: str


@dataclass(frozen=True, slots=True)
class Hits:
    """JSON of ``GET /api/search``."""

    hits: Sequence[Hit]
    more: bool
    """True if there are more than were asked for."""


def search(desk: Desk, q: str, lang: str, most: int = MOST) -> Hits:
    """Find the rows that have the text ``q`` in either language, in the book's order.

    Case and the width of blanks do not count. Raises :class:`~amts_ext.errors.InputError` for a
    language that is none of the preview's.
    """
    wanted = _plain(q)
    hits: list[Hit] = []
    for each in documents(desk, lang) if wanted else ():
        for entry in each.entries:
            if wanted in _plain(entry.source) or wanted in _plain(entry.target):
                if len(hits) == most:
                    return Hits(hits, more=True)
                hits.append(Hit(each.path, entry.id, entry.line, entry.source, entry.target))
    return Hits(hits, more=False)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
