"""Terms and their translations, from files of pairs, Markdown pages and the project's own files.

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
"""Bytes of a term, and of its translation, in UTF-8, at most.

https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
"""

# The line below the head of a Markdown table, such as ``|---|---|``.
_RULE = re.compile(r"\s*\|[|:\- ]*-[|:\- ]*")


def read(path: Path, source: str, target: str) -> Examples:
    """Read the terms of a file of pairs (:func:`.exchange.read`) or of a Markdown page.

    >>> _ = Path("T.tsv").write_text("en\\tpt\\nmean\\tmédia\\n", "utf-8")
    >>> [(row.source, row.targets) for row in read(Path("T.tsv"), "en", "pt").rows]
    [('mean', {'pt': 'média'})]

    Raises :class:`InputError` if the file holds none or cannot be read.
    """
    if path.suffix.lower() == ".md":
        return glossary(files.read_text(path), path, source, target)
    return exchange.read(path, source)


def glossary(text: str, path: Path, source: str, target: str) -> Examples:
    """Read the terms of a Markdown page: from tables of two columns, and lines like ``均值，mean``.

    The source term comes first, unless only one side of the line is ASCII. That side is the source
    term if the source language has the Latin script, else the translation.

    Raises :class:`InputError` if no line holds two terms.
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
    """Read the terms that a build knows, by (source, target) language.

    >>> of_project()["en", "pt"]["weighted mean"]
    'média ponderada'

    They are the project's (``book_config/terminology/``) and those of the book in the folder
    ``book`` (``terminology/SOURCE-TARGET.csv``). If both have a term, the book's translation
    counts.

    Raises :class:`InputError` for a file that cannot be used.
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
    """Split a line into its terms: table cells, or parts between commas.

    A line with a wide comma is split at wide commas only, because a term may hold the other comma.
    """
    line = line.strip()
    if line.startswith("#") or _RULE.fullmatch(line):
        return []
    if line.startswith("|"):
        return [cell.strip() for cell in line.strip("|").split("|")]
    comma = "，" if "，" in line else ","
    return [term.strip() for term in line.lstrip("-* ").split(comma) if term.strip()]
