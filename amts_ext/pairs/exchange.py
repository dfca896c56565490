"""Pairs to files and back: CSV, TSV and TMX 1.4, by the rules of Amazon Translate's parallel data.

https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html:
UTF-8, the first row holds the language codes, the source's first; one segment a line, at most 1000
bytes; of equal sources the last one counts, in TMX the one with the newest ``changedate``. Tables
are read and written by :mod:`amts_ext.pairs.tables`, TMX by :mod:`amts_ext.pairs.tmx`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.pairs import tables, tmx
from amts_ext.pairs.tables import Defect, TableRecord
from amts_ext.pairs.tmx import NotXmlError, TmxReader, TmxUnit

SEGMENT_BYTES = 1000
FORMATS = (*tables.DELIMITERS, "tmx")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Example:
    """One source segment and its translations: one row of parallel data or of a terminology."""

    source: str
    targets: Mapping[str, str]
    """Text by language."""
    place: str = ""
    """``file:line`` of the source side."""
    by_machine: bool = False
    """Whether its file says that a machine made it."""
    changed: datetime | None = None
    """When it was changed, if its file says so."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was left out, and why."""

    place: str
    reason: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}: {self.text[:60]}"


@dataclass(slots=True)
class Examples:
    """The rows of one or several files."""

    source: str
    targets: list[str]
    rows: list[Example] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def extend(self, other: Examples) -> None:
        """Add another file's rows; raises :class:`InputError` if its source is another language."""
        if other.source != self.source:
            raise InputError(f"the source language is {other.source}, not {self.source}")
        self.targets += [t for t in other.targets if t not in self.targets]
        self.rows += other.rows
        self.skipped += other.skipped


def usable(examples: Examples, form: str, limit: int = SEGMENT_BYTES) -> Examples:
    """Only what the service takes in a file of format ``form``, with what it does not and why.

    A segment becomes one line, because a line end is layout.
    """
    kept: dict[str, Example] = {}
    skipped = list(examples.skipped)
    for row in examples.rows:
        source = _one_line(row.source)
        targets = {}
        if problem := _problem(source, form, limit):
            skipped.append(Skipped(row.place, f"the source {problem}", source))
            continue
        for language, text in row.targets.items():
            text = _one_line(text)
            if problem := _problem(text, form, limit):
                skipped.append(Skipped(row.place, f"{language} {problem}", text or source))
            else:
                targets[language] = text
        if not targets:
            continue
        _keep(kept, replace(row, source=source, targets=targets), skipped)
    found = [t for t in examples.targets if any(t in row.targets for row in kept.values())]
    return Examples(examples.source, found, list(kept.values()), skipped)


def dump(examples: Examples, form: str) -> bytes:
    """The rows as a file of format ``form``; they must be :func:`usable`."""
    if form == "tmx":
        text = tmx.dump(examples.source, ((row.source, row.targets) for row in examples.rows))
    else:
        text = tables.dump(_rows(examples), form)
    return text.encode()


def read(path: Path, source: str = "") -> Examples:
    """Read a CSV, TSV or TMX file; the format is told by the suffix.

    ``source`` is the source language if the file does not say (TMX with ``*all*``). Rows that
    cannot be used are listed. Raises :class:`InputError` if the file as a whole cannot.
    """
    form = path.suffix.lower().lstrip(".")
    if form not in FORMATS:
        allowed = ", ".join(f".{f}" for f in FORMATS)
        raise InputError(f"unknown suffix; allowed: {allowed}", file=str(path))
    return _tmx(path, source) if form == "tmx" else _table(path, form)


def _problem(text: str, form: str, limit: int) -> str:
    if not text:
        return "is empty"
    if len(text.encode()) > limit:
        return f"has {len(text.encode())} bytes; {limit} are allowed"
    if form in tables.DELIMITERS and text.startswith(tables.FORMULA):
        return f"begins with '{text[0]}', which a CSV or TSV field must not; use TMX"
    return ""


def _keep(kept: dict[str, Example], row: Example, skipped: list[Skipped]) -> None:
    """Add a row; of two with one source, one counts and the other is told."""
    earlier = kept.get(row.source)
    if earlier and tmx.is_newer(earlier.changed, row.changed):
        reason = "an earlier pair has the same source and a newer changedate"
        skipped.append(Skipped(row.place, reason, row.source))
        return
    if earlier:
        del kept[row.source]
        skipped.append(Skipped(earlier.place, "a later pair has the same source", row.source))
    kept[row.source] = row


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _rows(examples: Examples) -> list[list[str]]:
    head = [examples.source, *examples.targets]
    targets = examples.targets
    return [head, *([r.source, *(r.targets.get(t, "") for t in targets)] for r in examples.rows)]


def _is_code(code: str, wanted: str) -> bool:
    return code.lower() == wanted.lower()


def _is_region(code: str, wanted: str) -> bool:
    """``en-US`` is a kind of ``en``."""
    return code.lower().replace("_", "-").startswith(f"{wanted.lower()}-")


_SAME = (_is_code, _is_region)
"""How a tool may spell a language, the likeliest first."""


def _table(path: Path, form: str) -> Examples:
    """Rows of a CSV or TSV file; a row that cannot be read is listed, the rest is used."""
    data = files.read_bytes(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("is UTF-16; save the file as UTF-8", file=str(path), line=1)
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    records = tables.read(text, form)
    codes = _languages(next(records, None), path)
    found = Examples(codes[0], codes[1:])
    for record in records:
        place = f"{path}:{record.line}"
        if record.defect:
            reason = _reason(record, record.defect, len(codes))
            found.skipped.append(Skipped(place, reason, record.beginning))
        elif any(record.fields):
            source, *texts = record.fields
            targets = {code: text for code, text in zip(codes[1:], texts, strict=False) if text}
            found.rows.append(Example(source, targets, place))
    return found


def _languages(head: TableRecord | None, path: Path) -> list[str]:
    """The languages in the first row. Raises :class:`InputError` if it does not hold them."""
    codes = [code.strip() for code in head.fields] if head else []
    if len(codes) < 2 or not all(_LANGUAGE.fullmatch(code) for code in codes):
        message = "the first row must hold the language codes, the source's first, like en,zh"
        raise InputError(message, file=str(path), line=1)
    if twice := [code for code in codes if codes.count(code) > 1]:
        message = f"the first row names {twice[0]} twice; name each language once"
        raise InputError(message, file=str(path), line=1)
    return codes


def _reason(record: TableRecord, defect: Defect, languages: int) -> str:
    if defect is Defect.MORE_FIELDS:
        return f"has {len(record.fields)} fields for {languages} languages; check the quotes"
    if defect is Defect.NOT_UTF8:
        return f"not UTF-8 (byte 0x{record.byte:02x}); save the file as UTF-8"
    return "not CSV (a quote is not closed or not doubled); double the quotes inside a field"


def _tmx(path: Path, source: str) -> Examples:
    reader = TmxReader(files.read_bytes(path))
    units, broken = _units(reader, path)
    named = reader.source or source
    own, others = _own_language(units, named, path)
    found = Examples(own, others)
    for unit in units:
        texts = {code: text for code, text in unit.variants if code}
        place, text = f"{path}:{unit.line}", texts.pop(own, None)
        if text is not None:
            found.rows.append(Example(text, texts, place, unit.by_machine, unit.changed))
        else:
            reason = f"has no {own} segment"
            found.skipped.append(Skipped(place, reason, next(iter(texts.values()), "")))
    found.skipped += broken
    return found


def _units(reader: TmxReader, path: Path) -> tuple[list[TmxUnit], list[Skipped]]:
    """The units of a file, and what cannot be read; raises :class:`InputError` if all of it."""
    units: list[TmxUnit] = []
    try:
        for unit in reader:
            units.append(unit)
    except NotXmlError as error:
        if error.is_unsafe:
            message = "declares entities, which are refused; take the declarations out"
            raise InputError(message, file=str(path)) from error
        if not units:
            raise InputError(f"not XML: {error}", file=str(path), line=error.line) from error
        reason = f"not XML from here on ({error})"
        return units, [Skipped(f"{path}:{error.line}", reason, "the rest of the file")]
    return units, []


def _own_language(units: Iterable[TmxUnit], named: str, path: Path) -> tuple[str, list[str]]:
    """The source language as the file spells it, and the others; raises :class:`InputError`."""
    languages = list(dict.fromkeys(code for unit in units for code, _ in unit.variants if code))
    own = next((code for same in _SAME for code in languages if same(code, named)), None)
    if own is None or len(languages) < 2:
        listed = ", ".join(languages) or "none"
        message = f"needs segments in {named or 'a source language'} and in another; has: {listed}"
        raise InputError(message, file=str(path))
    return own, [code for code in languages if code != own]
