"""What a file of pairs has to keep to: shared by all that write one and all that read one.

https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
gives CSV and TSV the same rules: a field with the delimiter is enclosed in quotes, a quote inside a
field is doubled (enclosed or not), a field stands on one line, and none begins with ``+ - = @``.
What is written here keeps them; :func:`fields` insists on them; :func:`records` also reads what
other tools write.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""By format, in lower case."""
FORMULA = ("+", "-", "=", "@")
"""No field of CSV or TSV may begin with these: a spreadsheet would take it for a formula."""

_BREAK = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_DOUBLED = re.compile(r'(?:[^"]++|"")*+')
_NOT_CSV = "not CSV (a quote is not closed or not doubled); double the quotes inside a field"


class BadRecordError(ValueError):
    """A record breaks the rules; the text says which."""


def _field(delimiter: str) -> re.Pattern[str]:
    """One field and what ends it: the text in quotes (1), or the text without (2), and the end (3).

    A field over several lines is taken if a tool can have meant one: not if it would hold tabs of
    TSV, where a lone quote is likelier.
    """
    line = r'(?:[^"\r\n]++|"")*+'
    several = r'(?:[^"\t]++|"")*+' if delimiter == "\t" else r'(?:[^"]++|"")*+'
    end = rf"({delimiter}|\r\n|\r|\n|\Z)"
    return re.compile(rf'(?:"({line}|{several})"|([^{delimiter}\r\n]*)){end}')


_FIELD = {delimiter: _field(delimiter) for delimiter in DELIMITERS.values()}


def dump(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    """Rows as text, strictly by the rules; a line end inside a field becomes a space.

    Which rows may go into such a file (:data:`FORMULA`) is the caller's to know.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([_BREAK.sub(" ", text) for text in row] for row in rows)
    return out.getvalue()


def fields(line: str, delimiter: str) -> list[str]:
    """The fields of one line, without its end; raises :class:`BadRecordError`."""
    found = line.split(delimiter) if '"' not in line else _strict(line, delimiter)
    for number, text in enumerate(found, 1):
        if text.startswith(FORMULA):
            raise BadRecordError(
                f"field {number} begins with '{text[0]}', which a CSV or TSV field must not"
            )
    return found


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Records with the lines on which they begin; or a line that begins none, and why.

    Beyond the rules, a field in quotes may go over several lines, and quotes that are not doubled
    are taken as they stand where that can mean one thing only: inside a field of CSV, and anywhere
    in a line of TSV, whose tool then quotes nothing.
    """
    at, line = 0, 1
    while at < len(text):
        rest = _line(text, at)
        first = rest[1]
        record, problem, over = first.split(delimiter), "", 0
        if '"' in first:
            parts = _parts(text, at, delimiter)
            if delimiter == "," and any(map(_is_open, parts)):
                record, problem = [first.strip()], _NOT_CSV
            elif delimiter == "," or all(map(_is_doubled, parts)):
                record, rest = _texts(parts), _line(text, parts[-1].start(3))
                over = len(_BREAK.findall(text, at, rest.start()))
        yield line, record, problem
        at, line = rest.end(), line + 1 + over


def changed(date: str | None) -> datetime | None:
    """The time of a TMX ``changedate`` (ISO 8601, basic or extended; UTC unless it says otherwise).

    None if it is missing or not a date.
    """
    try:
        moment = datetime.fromisoformat((date or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_newer(earlier: datetime | None, later: datetime | None) -> bool:
    """Whether, of two units with one source, the earlier one in the file counts.

    It does if both are dated and its date is the more recent; otherwise the one nearest to the end
    counts.
    """
    return earlier is not None and later is not None and earlier > later


def _line(text: str, at: int) -> re.Match[str]:
    """The line from ``at`` on (1), and its end."""
    found = _LINE.match(text, at)
    assert found is not None  # it may be empty
    return found


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


def _texts(parts: Sequence[re.Match[str]]) -> list[str]:
    """The texts of fields; a doubled quote without enclosing ones is one if all are so doubled."""
    is_doubled = all(map(_is_doubled, parts))
    return [
        (part[2] or "") if part[1] is None and not is_doubled
        else (part[1] or part[2] or "").replace('""', '"')
        for part in parts
    ]  # fmt: skip


def _strict(line: str, delimiter: str) -> list[str]:
    parts = _parts(line, 0, delimiter)
    if all(map(_is_doubled, parts)):
        return _texts(parts)
    raise BadRecordError(
        "a quote is not closed; a field must stand on one line"
        if line.count('"') % 2
        else "stray quotes; a field with quotes is quoted, and those inside are doubled"
    )
