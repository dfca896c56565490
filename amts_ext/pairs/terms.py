"""Terms and their translations, from files of pairs, Markdown pages and the project's own files.

>>> page = "均值，mean\\n\\n| English | 中文 |\\n|---|---|\\n| median | 中位数 |\\n"
>>> [(row.source, row.targets["zh"]) for row in glossary(page, Path("T.md"), "en", "zh").rows]
[('mean', '均值'), ('median', '中位数')]
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.languages import profiles
from amts_ext.languages.scripts import is_latin
from amts_ext.pairs import exchange, tables
from amts_ext.pairs.exchange import Example, Examples, Skipped

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


def of_project() -> dict[tuple[str, str], dict[str, str]]:
    """Read the terms that every build knows (``book_config/terminology/``), by language pair.

    >>> of_project()["en", "pt"]["weighted mean"]
    'média ponderada'
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for file in resources.files("amts_ext.book_config").joinpath("terminology").iterdir():
        if file.name.endswith(".csv"):
            head, *rows = (row.fields for row in tables.read(file.read_text("utf-8"), "csv"))
            source, target = head
            found[source, target] = dict(rows)
    return found


def of_book(path: Path, source: str) -> Examples:
    """Read a book's own file of terms; rows that cannot be used are in ``skipped``.

    >>> _ = Path("own.csv").write_text("en,pt-BR\\nmean,média\\nmode,\\n", "utf-8")
    >>> found = of_book(Path("own.csv"), "en")
    >>> [(row.source, row.targets) for row in found.rows], [str(each) for each in found.skipped]
    ([('mean', {'pt': 'média'})], ['own.csv:3: has no translation: mode'])

    Languages are spelled as in their profiles. Raises :class:`InputError` if the file cannot be
    read, or holds no terms of ``source``.
    """
    read = exchange.read(path, source)
    found = exchange.usable(read, "csv", TERM_BYTES)
    if profiles.spelled(found.source, [source]) != source or not found.rows:
        message = (
            f"holds no terms from {source} that can be used; begin it with a row like {source},pt"
        )
        raise InputError(message, file=str(path))
    empty = [row for row in read.rows if not row.targets]
    found.skipped += [Skipped(row.place, "has no translation", row.source) for row in empty]
    found.rows = [
        replace(row, targets={profiles.spelled(code): said for code, said in row.targets.items()})
        for row in found.rows
    ]
    found.targets = [profiles.spelled(code) for code in found.targets]
    return found


def files_of_book(book: Path, source: str, named: Path | None = None) -> list[Path]:
    """Return a book's files of terms, the one that counts most last.

    They are ``terminology/SOURCE-TARGET.csv`` in its folder, and ``named``, that of its
    configuration.
    """
    files = sorted((book / "terminology").glob(f"{source}-*.csv"))
    return [*files, named] if named else files


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
