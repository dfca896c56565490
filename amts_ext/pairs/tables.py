"""Reader and writer of CSV and TSV: the records of a file, each with its line and its defect.

>>> [(record.line, record.fields) for record in read("en,pt\\n34 in,34 pol\\n", "csv")]
[(1, ['en', 'pt']), (2, ['34 in', '34 pol'])]
>>> [record.defect for record in read('34" in,34 pol', "csv", strict=True)]
[<Defect.OPEN_QUOTE: 'a quote is not closed'>]

Amazon Translate has the same rules for both formats. A field with the delimiter is enclosed in
quotes. A quote inside a field is doubled, whether the field is enclosed or not. A field stands on
one line, and none begins with ``+ - = @``. :func:`dump` writes by these rules. :func:`read` reads
strictly by them, as Amazon Translate does, or also takes files as other tools write them.
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""The delimiter of each format."""
FORMULA = ("+", "-", "=", "@")
"""The characters that no field may begin with: a spreadsheet would take it for a formula."""

_BREAK = re.compile(r"\r\n|\r|\n")
_DOUBLED = re.compile(r'(?:[^"]++|"")*+')
# A byte that is not UTF-8, as Python's ``surrogateescape`` decodes it.
_NOT_UTF8 = re.compile(r"[\udc80-\udcff]")


class Defect(Enum):
    """A fault of a record. The callers of :func:`read` tell a person what to do about it."""

    OPEN_QUOTE = "a quote is not closed"
    STRAY_QUOTE = "a quote is not doubled"
    FORMULA = "a field begins like a formula"
    MORE_FIELDS = "more fields than languages"
    NOT_UTF8 = "a byte that is not UTF-8"


class TableRecord(Struct, frozen=True, gc=False):
    """One record of a table."""

    line: int
    """The line that it begins on, from 1."""
    text: str
    """That line as the file has it."""
    fields: list[str]
    """The fields' texts, without quotes; empty if the quotes are wrong."""
    defect: Defect | None = None

    @property
    def formula(self) -> int:
        """The number, from 1, of the first field that begins like a formula; 0 if none does."""
        at = (n for n, field in enumerate(self.fields, 1) if field.startswith(FORMULA))
        return next(at, 0)

    @property
    def byte(self) -> int:
        """The value of the first byte that is not UTF-8; 0 if there is none."""
        found = _NOT_UTF8.search("".join(self.fields))
        return ord(found[0]) - 0xDC00 if found else 0

    @property
    def beginning(self) -> str:
        """The first field, or the line if there are no fields, in a form that can be printed."""
        text = self.fields[0] if self.fields else self.text.strip()
        return _NOT_UTF8.sub("\ufffd", text)


def _field(delimiter: str) -> re.Pattern[str]:
    """Compile the pattern of one field with its end.

    Its groups are the text in quotes (1), or the text without quotes (2), and the delimiter or line
    end (3). A text in quotes may go over several lines. In TSV it may not hold tabs then, because a
    quote that is not closed is likelier.
    """
    line = r'(?:[^"\n]++|"")*+'
    several = r'(?:[^"\t]++|"")*+' if delimiter == "\t" else r'(?:[^"]++|"")*+'
    end = rf"({delimiter}|\n|\Z)"
    return re.compile(rf'(?:"({line}|{several})"|([^{delimiter}\n]*)){end}')


_FIELD = {delimiter: _field(delimiter) for delimiter in DELIMITERS.values()}


def dump(rows: Iterable[Sequence[str]], form: str) -> str:
    """Write rows as text, strictly by the rules; a line end inside a field becomes a space.

    >>> print(dump([("en", "pt"), ('a "cat", here', "um gato")], "csv"), end="")
    en,pt
    "a ""cat"", here",um gato

    The caller must leave out rows with a field that begins like a formula (:data:`FORMULA`).
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=DELIMITERS[form], lineterminator="\n")
    writer.writerows([_BREAK.sub(" ", text) for text in row] for row in rows)
    return out.getvalue()


def read(text: str, form: str, *, strict: bool = False) -> Iterator[TableRecord]:
    """Read the records of a table, one by one; the first one should hold the languages.

    >>> [record.fields for record in read('en,pt\\n"A\\ncat","Um\\ngato"\\n', "csv")]
    [['en', 'pt'], ['A\\ncat', 'Um\\ngato']]

    With ``strict``, each line is a record and must follow the rules. Otherwise:

    - A field in quotes may go over several lines.
    - Quotes that are not doubled are taken literally if that is unambiguous: inside a field of CSV,
      and anywhere in a line of TSV, because the tool that wrote the line quotes nothing.
    - A field may begin like a formula.
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
"""The fields of a record with quotes, the defect of its quotes, and the end of its last line."""


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
    """Match the fields of the record that begins at ``at``."""
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
    """Return whether a field begins with a quote that is not closed."""
    return not _is_doubled(part) and part[2].startswith('"')


def _texts(parts: Sequence[re.Match[str]], is_doubled: bool) -> list[str]:
    """Return the texts of fields.

    Two quotes inside a field mean one. In a field that is not enclosed, they do so only if all
    quotes of the record are doubled (``is_doubled``).
    """
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
