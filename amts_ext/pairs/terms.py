"""Files of terms: tables and TMX as pairs are, pages of Markdown, and the terms of a project.

>>> page = "均值，mean\\n\\n| English | 中文 |\\n|---|---|\\n| median | 中位数 |\\n"
>>> [(row.source, row.targets["zh"]) for row in glossary(page, Path("T.md"), "en", "zh").rows]
[('mean', '均值'), ('median', '中位数')]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.languages.scripts import is_latin
from amts_ext.pairs import exchange, tables
from amts_ext.pairs.exchange import Example, Examples

TERM_BYTES = 200
"""Of a term and of its translation, at most.

https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
"""

_RULE = re.compile(r"\s*\|[|:\- ]*-[|:\- ]*")
"""Stands in a Markdown table below its head."""


def read(path: Path, source: str, target: str) -> Examples:
    """The terms of a file of pairs (:func:`.exchange.read`) or of a Markdown page.

    Raises :class:`InputError` if the file holds none or cannot be read.
    """
    if path.suffix.lower() == ".md":
        return glossary(files.read_text(path), path, source, target)
    return exchange.read(path, source)


def glossary(text: str, path: Path, source: str, target: str) -> Examples:
    """Terms of a Markdown page: a table of two columns, or lines of two terms and a comma.

    Which side is the source's is told by its script: the side with the letters of one is not the
    other's. Raises :class:`InputError` if no line holds two terms.
    """
    found = Examples(source, [target])
    lines = text.splitlines()
    for number, (line, below) in enumerate(zip(lines, [*lines[1:], ""], strict=True), 1):
        terms = _cells(line)
        if len(terms) != 2 or _RULE.fullmatch(below):  # above the rule stands the table's head
            continue
        first, second = terms
        if first.isascii() == second.isascii() or first.isascii() == is_latin(source):
            term, translation = first, second
        else:
            term, translation = second, first
        found.rows.append(Example(term, {target: translation}, f"{path}:{number}"))
    if not found.rows:
        message = "no line holds a term and its translation: write 'term，translation' or a table"
        raise InputError(message, file=str(path))
    return found


def of_project(book: Path | None = None) -> dict[tuple[str, str], dict[str, str]]:
    """The terms that every build knows (``book_config/terminology/``), by source and target.

    Those of the book's own ``terminology/SOURCE-TARGET.csv`` come before them; ``book`` is its
    folder. Raises :class:`InputError` for a file that cannot be used.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for file in resources.files("amts_ext.book_config").joinpath("terminology").iterdir():
        if file.name.endswith(".csv"):
            head, *rows = (row.fields for row in tables.read(file.read_text("utf-8"), "csv"))
            source, target = head
            found[source, target] = dict(rows)
    for path in sorted((book / "terminology").glob("*-*.csv")) if book else ():
        source, _, target = path.stem.partition("-")
        own = exchange.read(path, source)
        rows_of = {r.source: r.targets[target] for r in own.rows if r.targets.get(target)}
        found.setdefault((source, target), {}).update(rows_of)
    return found


def _cells(line: str) -> Sequence[str]:
    """The terms of a line: by the wide comma, if it has one, because a term may hold the other."""
    line = line.strip()
    if line.startswith("#") or _RULE.fullmatch(line):
        return []
    if line.startswith("|"):
        return [cell.strip() for cell in line.strip("|").split("|")]
    comma = "，" if "，" in line else ","
    return [term.strip() for term in line.lstrip("-* ").split(comma) if term.strip()]
