"""Files of parallel data and of custom terminology: CSV, TSV and TMX 1.4 by the documented rules.

Rules: https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
and https://docs.aws.amazon.com/translate/latest/dg/creating-custom-terminology.html.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import ElementTree as ET

FORBIDDEN = ("+", "-", "=", "@")
"""A CSV field must not begin with these: a spreadsheet would take it for a formula."""

_CSV_FIELD = r'(?:"(?:[^"]|"")*"|[^",]*)'
_CSV_LINE = re.compile(rf"{_CSV_FIELD}(?:,{_CSV_FIELD})*")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class CorpusError(ValueError):
    """The file as a whole cannot be used."""


@dataclass(slots=True)
class Corpus:
    """What was taken from one file, and what was not."""

    source: str
    targets: list[str]
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    """Source text to its translations by language."""
    size: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def imported(self) -> int:
        return len(self.rows)

    def between(self, source: str, target: str, both_ways: bool = False) -> dict[str, str]:
        """Source text to target text for one language pair."""
        if source == self.source:
            return {s: row[target] for s, row in self.rows.items() if target in row}
        if not both_ways or source not in self.targets:
            return {}
        every = ({self.source: s, **row} for s, row in self.rows.items())
        return {row[source]: row[target] for row in every if source in row and target in row}

    def add(self, record: list[tuple[str, str]], limit: int) -> None:
        """Take one record, the source first; empty and over-long parts are left out."""
        (_, source), *rest = record
        targets = {code: text for code, text in rest if _fits(text, limit)}
        if not _fits(source, limit) or not targets:
            self.skipped += 1
            return
        self.skipped += source in self.rows  # the last of equal sources wins
        self.rows[source] = targets


def read_corpus(data: bytes, form: str, limit: int) -> Corpus:
    """Read a file in the format ``CSV``, ``TSV`` or ``TMX``.

    Raises :class:`CorpusError` if it is not text of that format or names no two languages.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"the file is not UTF-8: {error}") from error
    corpus = _read_tmx(text, limit) if form == "TMX" else _read_table(text, form, limit)
    corpus.size = len(data)
    return corpus


def write_corpus(corpus: Corpus, form: str) -> bytes:
    """The usable rows in another format."""
    codes = [corpus.source, *corpus.targets]
    rows = [[s, *(row.get(t, "") for t in corpus.targets)] for s, row in corpus.rows.items()]
    if form == "TMX":
        return _tmx(codes, rows).encode()
    out = io.StringIO()
    if form == "TSV":
        out.writelines("\t".join(row) + "\n" for row in [codes, *rows])
    else:
        csv.writer(out, lineterminator="\n").writerows([codes, *rows])
    return out.getvalue().encode()


def _tmx(codes: list[str], rows: list[list[str]]) -> str:
    units = "".join(
        "<tu>"
        + "".join(
            f'<tuv xml:lang="{code}"><seg>{escape(text)}</seg></tuv>'
            for code, text in zip(codes, row, strict=True)
            if text
        )
        + "</tu>\n"
        for row in rows
    )
    header = (
        f'<header creationtool="amts" creationtoolversion="1" segtype="phrase" o-tmf="amts"'
        f' adminlang="en" srclang="{codes[0]}" datatype="plaintext"/>'
    )
    return f'<tmx version="1.4">{header}<body>\n{units}</body></tmx>\n'


def _read_table(text: str, form: str, limit: int) -> Corpus:
    lines = text.splitlines()
    codes = [c.strip() for c in _fields(lines[0], form) or []] if lines else []
    if len(codes) < 2 or not all(codes):
        raise CorpusError("the first row must hold at least two language codes")
    corpus = Corpus(codes[0], codes[1:])
    for line in lines[1:]:
        if not line.strip():
            corpus.skipped += 1
            continue
        fields = _fields(line, form)
        if not fields or len(fields) > len(codes):
            corpus.failed += 1
        else:
            corpus.add(list(zip(codes, fields, strict=False)), limit)
    return corpus


def _fields(line: str, form: str) -> list[str] | None:
    """The fields of one line; None if they break the rules.

    Quotes that do not match mean a field over several lines, which is not allowed either.
    """
    if form == "TSV":
        return line.split("\t")
    if not _CSV_LINE.fullmatch(line):
        return None
    fields = next(csv.reader([line]), [])
    return None if any(f.startswith(FORBIDDEN) for f in fields) else fields


def _read_tmx(text: str, limit: int) -> Corpus:
    try:
        root = ET.fromstring(text)
    except (ParseError, ValueError) as error:
        raise CorpusError(f"the file is not XML: {error}") from error
    header = root.find("header")
    source = (header.get("srclang") or "" if header is not None else "").strip()
    units = list(_tmx_units(root))
    if source in ("", "*all*"):
        source = units[0][0][0] if units and units[0] else ""
    codes = dict.fromkeys(code for unit in units for code, _ in unit)
    targets = [code for code in codes if code != source]
    if not source or not targets:
        raise CorpusError("the file names no source or no target language")
    corpus = Corpus(source, targets)
    for unit in units:
        here = [pair for pair in unit if pair[0] == source]
        if here:
            corpus.add([here[0], *(pair for pair in unit if pair[0] != source)], limit)
        else:
            corpus.failed += 1
    return corpus


def _tmx_units(root: Element) -> Iterator[list[tuple[str, str]]]:
    for unit in root.iter("tu"):
        yield [
            (tuv.get(XML_LANG) or tuv.get("lang") or "", "".join(seg.itertext()))
            for tuv in unit.iter("tuv")
            if (seg := tuv.find("seg")) is not None
        ]


def _fits(text: str, limit: int) -> bool:
    return bool(text.strip()) and len(text.encode()) <= limit
