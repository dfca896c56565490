"""What waits for a person, as a list that leads to its places.

The preview knows neither synchronization nor checks; the shell hands their lists over::

    def findings(desk, lang):
        review = check_book(desk.book, lang, terms)
        return [WorkItem(f.source.file, f.source.line, None, f"check: {f.finding.kind}", …) …]

    items(desk, "zh", [findings])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from amts_ext.errors import AmtsError
from amts_ext.preview.book.overview import OverviewRow, documents
from amts_ext.preview.desk import Desk


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to look at."""

    path: str
    """The document in the book; empty if it is about the whole book."""
    line: int
    """In the source file; 0 if not known."""
    id: str | None
    """The row; None until :func:`items` has found it, and if there is none."""
    kind: str
    """``sync: changed``, ``check: numbers`` …"""
    message: str
    source: str = ""
    """The source sentence with slots as tokens, if known: then its row is found by it."""


Gather = Callable[[Desk, str], Iterable[WorkItem]]
"""A function of the shell: the desk and a language to items of a sync or findings of a check."""


def items(desk: Desk, lang: str, gathers: Sequence[Gather]) -> list[WorkItem]:
    """Return the items of all ``gathers`` with the ids of their rows, in the book's order.

    What one of them cannot do is an item too: the others are listed. Raises
    :class:`~amts_ext.errors.InputError` for a language that is none of the preview's.
    """
    known = {each.path: each.entries for each in documents(desk, lang)}
    found: list[WorkItem] = []
    for gather in gathers:
        try:
            found += gather(desk, lang)
        except AmtsError as error:
            found.append(WorkItem("", 0, None, "problem", str(error)))
    order = {path: number for number, path in enumerate(known)}
    placed = [_with_row(item, known.get(item.path, ())) for item in found]
    return sorted(placed, key=lambda item: (order.get(item.path, -1), item.line))


def _with_row(item: WorkItem, entries: Sequence[OverviewRow]) -> WorkItem:
    """Return the item with the row that has its source, the nearest to its line; else the row that
    its line is in."""
    if item.id is not None:
        return item
    words = item.source.split()
    same = [entry for entry in entries if words and entry.source.split() == words]
    if same:
        return replace(item, id=min(same, key=lambda e: abs(e.line - item.line)).id)
    before = [entry for entry in entries if 0 < entry.line <= item.line]
    return replace(item, id=before[-1].id) if before else item
