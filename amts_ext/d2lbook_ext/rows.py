"""The rows of a build's report: every sentence with its place, its author, and what to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.d2lbook_ext.destination import Destination, Written
from amts_ext.d2lbook_ext.places import Sections
from amts_ext.languages import profiles
from amts_ext.pages.authors import Author
from amts_ext.pages.finishing import FinishedPages
from amts_ext.pages.report import PageReport, ReportRow
from amts_ext.pipeline.book import Book
from amts_ext.text.outcome import Problem, Suggestion

if TYPE_CHECKING:
    from amts_ext.d2lbook_ext.doubts import Doubts
    from amts_ext.d2lbook_ext.left_out import LeftOut


def page_report(
    book: Book,
    config: Any,
    done: Destination,
    problems: Sequence[Problem],
    pages: FinishedPages,
) -> PageReport:
    """Make the report of one language; ``config`` is d2lbook's Config of it.

    ``problems`` have the suggestions for what is untranslated, and ``pages`` the marks.
    """
    language = Path(config.tgt_dir).name
    rows = _Rows(book, config, language, problems, pages)
    return PageReport(
        " ".join(str(config.project["title"]).replace("%%", "%").split()),
        book.config.source,
        language,
        profiles.load(language).name,
        sorted(rows.all(done), key=lambda row: (row.file, row.line or 0)),
        rows.pages,
        _way(config.src_dir, config.tgt_dir),
        rows.doubts.notices() if rows.doubts else (),
    )


def _way(to: str | Path, start: str | Path) -> str:
    """Return the relative address of a folder, with a slash at its end."""
    return Path(os.path.relpath(to, start)).as_posix() + "/"


class _Rows:
    """The maker of rows for one language."""

    def __init__(
        self,
        book: Book,
        config: Any,
        language: str,
        problems: Sequence[Problem],
        pages: FinishedPages,
    ) -> None:
        self._sections = Sections(Path(config.src_dir))
        self._suggestions: dict[tuple[str, str], Suggestion] = {
            (p.file, p.source): p.suggestion for p in problems if p.suggestion
        }
        self._marked = pages.found
        self._html = Path(config.html_dir)
        self._way = _way(config.html_dir, config.tgt_dir)
        self.doubts: Doubts | None = None
        self._left_out: LeftOut | None = None
        if language in book.config.human:
            self._read_humans(book, language)
        self.pages: dict[str, str] = {}
        """The address of each file's page."""

    def _read_humans(self, book: Book, language: str) -> None:
        # Late: they import all checks, which takes a quarter of a second.
        from amts_ext.d2lbook_ext.doubts import Doubts
        from amts_ext.d2lbook_ext.left_out import LeftOut

        self.doubts, self._left_out = Doubts(book, language), LeftOut(book, language)

    def all(self, done: Destination) -> Iterator[ReportRow]:
        """Yield the rows of all sentences."""
        for each in done.sentences():
            yield self._row(each)

    def _row(self, each: Written) -> ReportRow:
        tokens = each.outcome.segment.tokens
        file, line = self._sections.place(each.name, each.outcome.segment.line, tokens)
        row = ReportRow(
            file,
            line,
            each.author,
            str(each.outcome.status),
            each.source,
            each.target,
            each.outcome.reason,
            self._link(each, file),
        )
        if each.author in (Author.HUMAN, Author.OLDER):
            row.doubts = self.doubts.of(each) if self.doubts else ()
        else:
            self._tell_of_human(row, each, tokens)
        return row

    def _tell_of_human(self, row: ReportRow, each: Written, tokens: str) -> None:
        """Tell what a human wrote for this sentence, or for one like it."""
        if self._left_out and (left := self._left_out.find(each)):
            row.unused = asdict(left)
            del row.unused["source"]
        elif found := self._suggestions.get((each.name, tokens)):
            row.suggestion = asdict(found)

    def _link(self, each: Written, file: str) -> str:
        if file not in self.pages:
            page = self._html / f"{each.section}.html"
            self.pages[file] = f"{self._way}{each.section}.html" if page.is_file() else ""
        page_address = self.pages[file]
        marked = each.number in self._marked.get(each.section, ())
        return f"{page_address}#amts-{each.number}" if page_address and marked else page_address
