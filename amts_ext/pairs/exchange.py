"""Pairs to files and back: CSV, TSV and TMX 1.4, by the rules of Amazon Translate's parallel data.

>>> pairs = Examples("en", ["pt"], [Example("A cat.", {"pt": "Um gato."})])
>>> _ = Path("pairs.csv").write_bytes(dump(pairs, "csv"))
>>> [(row.source, row.targets, row.place) for row in read(Path("pairs.csv")).rows]
[('A cat.', {'pt': 'Um gato.'}, 'pairs.csv:2')]

The rules: files are UTF-8. The first row of a table holds the language codes, the source's first. A
segment is one line of at most 1000 bytes. Of pairs with the same source the last one counts, in TMX
the one with the newest ``changedate``. Tables are read and written by
:mod:`amts_ext.pairs.tables`, TMX by :mod:`amts_ext.pairs.tmx`.
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
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
from amts_ext.pairs.po import PoFile
from amts_ext.pairs.po_writers import PoWriter, writer
from amts_ext.pairs.tables import Defect, TableRecord
from amts_ext.pairs.tmx import NotXmlError, TmxReader, TmxUnit

SEGMENT_BYTES = 1000
"""Bytes of a segment in UTF-8, at most."""
FORMATS = (*tables.DELIMITERS, "tmx")
"""The formats of files of pairs, each the suffix of its files."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Example:
    """One source segment and its translations: one row of parallel data or of a terminology."""

    source: str
    targets: Mapping[str, str]
    """The translation by language."""
    place: str = ""
    """``file:line`` of the source segment."""
    by_machine: bool = False
    """True: the file says that a machine translated it."""
    changed: datetime | None = None
    """The time of its last change; None if the file does not say."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row, or a field of it, that was left out, with the reason.

    >>> print(Skipped("pairs.csv:3", "pt is empty", "A dog."))
    pairs.csv:3: pt is empty: A dog.
    """

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
    """Return the rows that the service takes in a file of format ``form``; skip the others.

    >>> rows = [Example("A\\ncat.", {"pt": "Um gato."}), Example("=1", {"pt": "=1"}, "pairs.csv:3")]
    >>> done = usable(Examples("en", ["pt"], rows), "csv")
    >>> [row.source for row in done.rows]
    ['A cat.']
    >>> print(done.skipped[0])
    pairs.csv:3: the source begins with '=', which a CSV or TSV field must not; use TMX: =1

    Each segment becomes one line, because its line ends are only layout. ``limit`` is the largest
    size of a segment in bytes.
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
    """Return the rows as a file of format ``form``; :func:`usable` must keep all of them."""
    if form == "tmx":
        text = tmx.dump(examples.source, ((row.source, row.targets) for row in examples.rows))
    else:
        text = tables.dump(_rows(examples), form)
    return text.encode()


def read(path: Path, source: str = "") -> Examples:
    """Read a CSV, TSV or TMX file, or a gettext catalog; its suffix tells the format.

    ``source`` is the source language of a file that names none (TMX with ``*all*``, a catalog).
    Rows that cannot be used are in ``skipped``.

    Raises :class:`InputError` if the whole file cannot be used.
    """
    form = path.suffix.lower().lstrip(".")
    if form == "po":
        return _catalog(path, source)
    if form not in FORMATS:
        allowed = ", ".join(f".{f}" for f in (*FORMATS, "po"))
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
    """Add a row; of two rows with the same source, keep the one that counts, and skip the other."""
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
    """Return whether a code is a regional form of the wanted one, as ``en-US`` is of ``en``."""
    return code.lower().replace("_", "-").startswith(f"{wanted.lower()}-")


# Comparisons of a file's language with the wanted one; the first that fits decides.
_SAME = (_is_code, _is_region)


def _table(path: Path, form: str) -> Examples:
    """Read the rows of a CSV or TSV file; skip the rows that cannot be read."""
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
    """Read the language codes in the first row.

    Raises :class:`InputError` if the row does not hold two and more different codes.
    """
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


def _catalog(path: Path, source: str) -> Examples:
    """Read the messages of a gettext catalog; texts that are flagged as fuzzy are skipped.

    Raises :class:`InputError` if its header names no language.
    """
    file = PoFile.read(files.read_bytes(path), str(path))
    language = file.header.get("language", "")
    if not language:
        raise InputError("its header names no language; write it there", file=str(path), line=1)
    found = Examples(source, [language])
    for message in file.messages:
        place, by = f"{path}:{message.line}", writer(message)
        if by in (PoWriter.HUMAN, PoWriter.PROGRAM):
            for text, target in zip(message.sources, message.texts, strict=False):
                row = Example(text, {language: target}, place, by_machine=by is PoWriter.PROGRAM)
                found.rows += [row] if target else []
        elif by in (PoWriter.UNSURE, PoWriter.OUTDATED):
            found.skipped.append(Skipped(place, f"{language} is fuzzy", message.text))
    return found


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
    """Read the units of a file; the rest of a broken file is skipped.

    Raises :class:`InputError` if no unit can be read, or the file declares entities.
    """
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
    """Return the source language as the file spells it, and the file's other languages.

    Raises :class:`InputError` if the file lacks the source language or any other.
    """
    languages = list(dict.fromkeys(code for unit in units for code, _ in unit.variants if code))
    own = next((code for same in _SAME for code in languages if same(code, named)), None)
    if own is None or len(languages) < 2:
        listed = ", ".join(languages) or "none"
        message = f"needs segments in {named or 'a source language'} and in another; has: {listed}"
        raise InputError(message, file=str(path))
    return own, [code for code in languages if code != own]
