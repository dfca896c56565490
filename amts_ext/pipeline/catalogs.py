"""Gettext catalogs: their empty messages are filled from the memory and the translator.

::

    with open_book(load("config.ini")) as book:
        found = find_catalogs([Path("locale")], "en", ["zh"])
        for filling in fill(book, found).values():
            print(filling)

Each message is a document of its own. What all catalogs lack goes out as one batch. A human's
translations are learned first, so other messages get their words, and are never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from amts_ext.errors import ConfigError
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_work import CatalogWork, Filling
from amts_ext.pipeline.cost import Bill, Estimate
from amts_ext.progress import Progress, silent
from amts_ext.project import catalogs_of, translated
from amts_ext.text.outcome import Source

__all__ = ["BUILT", "MARKS", "Filling", "fill", "wanted"]

MARKS = ("comment", "fuzzy")
"""How a machine's translation is marked: by a comment alone, or by the flag ``fuzzy`` too, which
keeps it out of a build until a human has taken the flag off."""
BUILT = "rst"
"""The format of the messages that a build fills; the others are of files that it translates."""


def fill(
    book: Book,
    catalogs: Mapping[str, Sequence[Path]],
    *,
    mark: str = "comment",
    format: str = "",
    only: str = "",
    dry_run: bool = False,
    documents: Sequence[Source] = (),
    progress: Progress = silent,
    announce: Callable[[Estimate | Bill], object] = lambda told: None,
) -> dict[str, Filling]:
    """Fill the catalogs of each language, and return what was done.

    ``mark`` is one of :data:`MARKS`. ``format`` is that of all messages; empty: ``rst``, and
    Markdown for those from ``.md`` and ``.ipynb`` files. ``only`` is a format: messages of others
    are not filled, but a human's are learned from. ``dry_run`` writes no catalog, asks no
    translator, and gives the estimates. A translator that bills is asked for what the ``documents``
    lack in the same batch. A catalog that cannot be read is listed, and the others are filled.

    Raises :class:`~amts_ext.errors.FrozenError` if the book is frozen and something is missing,
    :class:`~amts_ext.errors.AmtsError` before anything is sent if it costs more than ``max_cost``,
    and :class:`~amts_ext.errors.TranslatorError` if the translator fails as a whole.
    """
    if mark not in MARKS:
        raise ConfigError(f"mark: '{mark}' is not allowed; allowed: {', '.join(MARKS)}")
    works = {
        lang: CatalogWork(book, lang, paths, mark, format, only) for lang, paths in catalogs.items()
    }
    for work in works.values():
        work.learn(progress)
    if dry_run:
        return {lang: work.planned(progress) for lang, work in works.items()}
    sources = {lang: [*documents, *work.sources] for lang, work in works.items()}
    if bill := book.fetch_each(sources, progress, announce):
        announce(bill)
    for work in works.values():
        work.translate(progress)
    return {lang: work.written() for lang, work in works.items()}


def wanted(
    book: Book, lang: str, tab: str | None = None, progress: Progress = silent
) -> tuple[list[Source], list[Source]]:
    """Return all that a build of ``tab`` into ``lang`` translates: its documents, its messages.

    Of the project's catalogs, these are the messages that the build fills. A human's translations
    are learned before. A catalog that cannot be read has no messages here; the build lists it.

    Raises what :meth:`Book.learn` raises.
    """
    work = CatalogWork(book, lang, catalogs_of(book.project, lang), only=BUILT)
    work.learn(progress)
    return translated(book.project, tab), work.sources
