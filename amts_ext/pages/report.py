"""The report of a build: who wrote each sentence, as a page (``report.html``) and as JSON.

Both hold the same data, described in docs/who-wrote-what.md. The page is one file that needs no
other; it is made of ``report_page.html`` beside this module, with the head of all reports,
``report_head.html``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from amts_ext import files
from amts_ext.pages.authors import Author

VERSION = 1
"""The version of the JSON."""
_DATA, _TITLE, _HEAD = "/*DATA*/null", "<!--TITLE-->", "<!--HEAD-->"
"""The places in a report's page where data, title and head are put."""


@dataclass(slots=True)
class ReportRow:
    """One sentence of a build, or a block that a human translated as a whole."""

    file: str
    line: int | None
    author: Author
    status: str
    """``human memory machine untranslated rejected``, as the build counts them."""
    source: str
    target: str
    """The translation; empty if there is none."""
    reason: str = ""
    """Why a sentence is not translated, or why to look at its translation."""
    link: str = ""
    """Address in the built page, relative to the report; empty if there is none."""
    unused: dict[str, Any] = field(default_factory=dict)
    """A human's translation that is not used: ``file line text reason``."""
    suggestion: dict[str, Any] = field(default_factory=dict)
    """A similar sentence that a human translated: ``source target likeness``."""
    doubts: tuple[str, ...] = ()
    """What a human's translation has that its source lacks, or the other way round; each begins
    with the place in the human's file."""


@dataclass(slots=True)
class PageReport:
    """The report of one language of a book."""

    title: str
    source: str
    language: str
    name: str
    """The language's English name."""
    rows: Sequence[ReportRow]
    pages: dict[str, str] = field(default_factory=dict)
    """The address of each file's page, relative to the report."""
    sources: str = ""
    """The way from the report's folder to the files, with a slash at its end."""
    notices: Sequence[dict[str, Any]] = ()
    """Places in files of the human translation to look at: ``file line text``, and ``stale`` where
    the text is older than its source."""

    @property
    def counts(self) -> Counter[str]:
        """Numbers of sentences by status.

        >>> row = ReportRow("a.md", 1, Author.HUMAN, "human", "A mean.", "Una media.")
        >>> PageReport("Means", "en", "es", "Spanish", [row]).counts
        Counter({'human': 1})
        """
        return Counter(row.status for row in self.rows)

    def data(self) -> dict[str, Any]:
        """Return the report as it stands in ``report.json``: without what is empty."""
        by_file: dict[str, Counter[str]] = {}
        for row in self.rows:
            by_file.setdefault(row.file, Counter())[row.author] += 1
        listed = [
            {"file": file, "page": self.pages.get(file, ""), "authors": dict(counts)}
            for file, counts in by_file.items()
        ]
        return {
            "version": VERSION,
            "title": self.title,
            "source": self.source,
            "language": self.language,
            "name": self.name,
            "counts": dict(self.counts),
            "files": listed,
            "sources": self.sources,
            "notices": list(self.notices),
            "sentences": [
                {key: value for key, value in asdict(row).items() if value or key == "line"}
                for row in self.rows
            ],
        }


def write_report(report: PageReport, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.json`` into ``folder``; return their paths.

    Raises :class:`~amts_ext.errors.InputError` if the folder does not allow it.
    """
    data = report.data()
    page, raw = folder / "report.html", folder / "report.json"
    files.write_text(raw, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    files.write_text(page, as_page(data))
    return page, raw


def as_page(data: dict[str, Any]) -> str:
    """Return the report as HTML."""
    template = packaged("amts_ext.pages", "report_page.html")
    return filled(template, f"{data['title']}: {data['name']}", data)


def packaged(package: str, name: str) -> str:
    """Return the text of a file that stands beside a package's modules."""
    return resources.files(package).joinpath(name).read_text("utf-8")


def filled(template: str, title: str, data: dict[str, Any]) -> str:
    """Put head, title and data into a page that shows them by its script.

    >>> filled("<title><!--TITLE--></title><script>show(/*DATA*/null)</script>", "A & B", {"n": 1})
    '<title>A &amp; B</title><script>show({"n":1})</script>'

    In the script, ``<`` is written as an escape: no sentence can end the script.
    """
    script = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        script = script.replace(character, f"\\u{ord(character):04x}")
    name = title.replace("&", "&amp;").replace("<", "&lt;")
    head = packaged("amts_ext.pages", "report_head.html").rstrip("\n")
    before, after = template.replace(_HEAD, head).split(_DATA)
    return before.replace(_TITLE, name) + script + after
