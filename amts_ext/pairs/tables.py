"""CSV and TSV: the records of a file, each with its line, or with what is wrong with it.

https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
gives both the same rules: a field with the delimiter is enclosed in quotes, a quote inside a field
is doubled (enclosed or not), a field stands on one line, and none begins with ``+ - = @``.
:func:`dump` keeps them. :func:`read` insists on them, as Amazon Translate does, or also takes what
other tools write:

>>> [(record.line, record.fields) for record in read("en,pt\\n34 in,34 pol\\n", "csv")]
[(1, ['en', 'pt']), (2, ['34 in', '34 pol'])]
>>> [record.defect for record in read('34" in,34 pol', "csv", strict=True)]
[<Defect.OPEN_QUOTE: 'a quote is not closed'>]
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""By format, in lower case."""
FORMULA = ("+", "-", "=", "@")
"""No field of CSV or TSV may begin with these: a spreadsheet would take it for a formula."""

_BREAK = re.compile(r"\r\n|\r|\n")
_DOUBLED = re.compile(r'(?:[^"]++|"")*+')
_NOT_UTF8 = re.compile(r"[\udc80-\udcff]")
"""How Python shows a byte that is not UTF-8 (``surrogateescape``)."""


class Defect(Enum):
    """What can be wrong with a record; the readers say in their own words what to do about it."""

    OPEN_QUOTE = "a quote is not closed"
    STRAY_QUOTE = "a quote is not doubled"
    FORMULA = "a field begins like a formula"
    MORE_FIELDS = "more fields than languages"
    NOT_UTF8 = "a byte that is not UTF-8"


class TableRecord(Struct, frozen=True, gc=False):
    """One record of a table."""

    line: int
    """On which it begins, from 1."""
    text: str
    """That line as it stands."""
    fields: list[str]
    """Empty if the quotes are wrong."""
    defect: Defect | None = None

    @property
    def formula(self) -> int:
        """The number, from 1, of the first field that begins like a formula; 0 if none does."""
        at = (n for n, field in enumerate(self.fields, 1) if field.startswith(FORMULA))
        return next(at, 0)

    @property
    def byte(self) -> int:
        """The first byte that is not UTF-8; 0 if there is none."""
        found = _NOT_UTF8.search("".join(self.fields))
        return ord(found[0]) - 0xDC00 if found else 0

    @property
    def beginning(self) -> str:
        """The first field, or the line if it has none, as it can be printed."""
        text = self.fields[0] if self.fields else self.text.strip()
        return _NOT_UTF8.sub("\ufffd", text)


def _field(delimiter: str) -> re.Pattern[str]:
    """One field and what ends it: the text in quotes (1), or the text without (2), and the end (3).

    A field over several lines is taken if a tool can have meant one: not if it would hold tabs of
    TSV, where a lone quote is likelier.
    """
    line = r'(?:[^"\n]++|"")*+'
    several = r'(?:[^"\t]++|"")*+' if delimiter == "\t" else r'(?:[^"]++|"")*+'
    end = rf"({delimiter}|\n|\Z)"
    return re.compile(rf'(?:"({line}|{several})"|([^{delimiter}\n]*)){end}')


_FIELD = {delimiter: _field(delimiter) for delimiter in DELIMITERS.values()}


def dump(rows: Iterable[Sequence[str]], form: str) -> str:
    """Rows as text, strictly by the rules; a line end inside a field becomes a space.

    Which rows may go into such a file (:data:`FORMULA`) is the caller's to know.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITERS[form], lineterminator="\n")
    writer.writerows([_BREAK.sub(" ", text) for text in row] for row in rows)
    return out.getvalue()


def read(text: str, form: str, *, strict: bool = False) -> Iterator[TableRecord]:
    """The records of a table, one by one; the first one should hold the languages.

    ``strict``: by the rules only, one record a line. Otherwise a field in quotes may go over
    several lines, quotes that are not doubled are taken as they stand where that can mean one thing
    only (inside a field of CSV, and anywhere in a line of TSV, whose tool then quotes nothing), and
    a field may begin like a formula.
    """
    delimiter = DELIMITERS[form]
    unquote = _by_the_rules if strict else _as_meant
    text = _BREAK.sub("\n", text) if "\r" in text else text
    at, line, languages = 0, 1, 0
    while at < len(text):
        end = _line_end(text, at)
        written = text[at:end]
        fields, defect, last = written.split(delimiter), None, end
        if '"' in written:
            fields, defect, last = unquote(text, at, end, delimiter)
        languages = languages or len(fields)
        yield TableRecord(line, written, fields, defect or _defect(fields, languages, strict))
        line += 1 if last == end else text.count("\n", at, last) + 1
        at = last + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


Unquoted = tuple[list[str], Defect | None, int]
"""The fields of a record with quotes, or what is wrong with them, and where its last line ends."""


def _by_the_rules(text: str, at: int, end: int, delimiter: str) -> Unquoted:
    written = text[at:end]
    parts = _parts(written, 0, delimiter)
    if all(map(_is_doubled, parts)):
        return _texts(parts, is_doubled=True), None, end
    is_open = written.count('"') % 2 == 1
    return [], Defect.OPEN_QUOTE if is_open else Defect.STRAY_QUOTE, end


def _as_meant(text: str, at: int, end: int, delimiter: str) -> Unquoted:
    parts = _parts(text, at, delimiter)
    if delimiter == "," and any(map(_is_open, parts)):
        return [], Defect.OPEN_QUOTE, end
    is_doubled = all(map(_is_doubled, parts))
    if delimiter == "," or is_doubled:
        return _texts(parts, is_doubled), None, parts[-1].start(3)
    return text[at:end].split(delimiter), None, end


def _parts(text: str, at: int, delimiter: str) -> list[re.Match[str]]:
    """The fields of the record that begins at ``at``."""
    parts = []
    while True:
        part = _FIELD[delimiter].match(text, at)
        assert part is not None  # the second branch takes whatever stands there
        parts.append(part)
        if part[3] != delimiter:
            return parts
        at = part.end()


def _is_doubled(part: re.Match[str]) -> bool:
    return part[2] is None or _DOUBLED.fullmatch(part[2]) is not None


def _is_open(part: re.Match[str]) -> bool:
    """Whether a field begins with a quote that nothing matches."""
    return not _is_doubled(part) and part[2].startswith('"')


def _texts(parts: Sequence[re.Match[str]], is_doubled: bool) -> list[str]:
    """The texts of fields; a doubled quote without enclosing ones is one if all are so doubled."""
    return [
        (part[2] or "") if part[1] is None and not is_doubled
        else (part[1] or part[2] or "").replace('""', '"')
        for part in parts
    ]  # fmt: skip


def _defect(fields: Sequence[str], languages: int, strict: bool) -> Defect | None:
    for text in fields if strict else ():
        if text.startswith(FORMULA):
            return Defect.FORMULA
    if len(fields) > languages:
        return Defect.MORE_FIELDS
    text = "".join(fields)
    return Defect.NOT_UTF8 if not text.isascii() and _NOT_UTF8.search(text) else None
