"""The book view: every file with its title and the share that is done, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amts_ext.preview.book.overview import documents
from amts_ext.preview.desk import Desk
from amts_ext.preview.live import READ

DONE = frozenset({"human", "stale", "machine", "draft", "left-out"})
"""The statuses of rows that need no translation."""


@dataclass(frozen=True, slots=True)
class FileShare:
    """One file of the book."""

    path: str
    title: str
    """Its first heading, translated if it is."""
    counts: Mapping[str, int]
    """Rows by status."""
    done: float
    """Share of rows with a translation, 0 to 1."""
    read: float
    """Share of rows that a person wrote or marked as read."""
    problem: str = ""
    """Why the file cannot be read; empty if it can."""


@dataclass(frozen=True, slots=True)
class Tree:
    """JSON of ``GET /api/book``."""

    files: Sequence[FileShare]
    """In the book's order."""
    total: FileShare
    """Of the whole book; its path is empty."""


def tree(desk: Desk, lang: str) -> Tree:
    """Return the book in one language.

    Raises :class:`~amts_ext.errors.InputError` for a language that is none of the preview's.
    """
    files, total = [], Counter[str]()
    for each in documents(desk, lang):
        counts = Counter(entry.status for entry in each.entries)
        files.append(_share(each.path, each.title, counts, each.problem))
        total += counts
    return Tree(files, _share("", "", total))


def _share(path: str, title: str, counts: Counter[str], problem: str = "") -> FileShare:
    rows = counts.total() or 1
    done, read = (sum(counts[s] for s in which) / rows for which in (DONE, READ))
    if not counts:
        done = read = 0.0 if problem else 1.0
    return FileShare(path, title, dict(counts), done, read, problem)
