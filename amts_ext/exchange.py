"""Pairs to files and back: CSV, TSV and TMX 1.4, by the rules of Amazon Translate's parallel data.

https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html:
UTF-8, the first row holds the language codes, the source's first; one segment a line, at most 1000
bytes; in CSV no field begins with ``+ - = @``; of equal sources the last one counts. TMX:
https://www.gala-global.org/tmx-14b.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import ElementTree as ET
from defusedxml.common import DefusedXmlException

from amts_ext import __version__, files
from amts_ext.errors import InputError

SEGMENT_BYTES = 1000
FORMULA = ("+", "-", "=", "@")
FORMATS = ("csv", "tsv", "tmx")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Example:
    """One source segment and its translations: one row of parallel data or of a terminology."""

    source: str
    targets: Mapping[str, str]
    """Text by language."""
    place: str = ""
    """``file:line`` of the source side."""


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
        if earlier := kept.pop(source, None):
            reason = "a later pair has the same source"
            skipped.append(Skipped(earlier.place, reason, source))
        kept[source] = Example(source, targets, row.place)
    found = [t for t in examples.targets if any(t in row.targets for row in kept.values())]
    return Examples(examples.source, found, list(kept.values()), skipped)


def dump(examples: Examples, form: str) -> bytes:
    """The rows as a file of format ``form``; they must be :func:`usable`."""
    return _DUMP[form](examples).encode()


def read(path: Path, source: str = "") -> Examples:
    """Read a CSV, TSV or TMX file; the format is told by the suffix.

    ``source`` is the source language if the file does not say (TMX with ``*all*``). Rows that
    cannot be used are listed. Raises :class:`InputError` if the file as a whole cannot.
    """
    form = path.suffix.lower().lstrip(".")
    if form not in FORMATS:
        allowed = ", ".join(f".{f}" for f in FORMATS)
        raise InputError(f"unknown suffix; allowed: {allowed}", file=str(path))
    text = files.read_text(path).removeprefix("\ufeff")
    return _tmx(text, path, source) if form == "tmx" else _table(text, path, form)


def _problem(text: str, form: str, limit: int) -> str:
    if not text:
        return "is empty"
    if len(text.encode()) > limit:
        return f"has {len(text.encode())} bytes; {limit} are allowed"
    if form == "csv" and text.startswith(FORMULA):
        return f"begins with '{text[0]}', which a CSV field must not; use --format tsv or tmx"
    return ""


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _rows(examples: Examples) -> list[list[str]]:
    head = [examples.source, *examples.targets]
    targets = examples.targets
    return [head, *([r.source, *(r.targets.get(t, "") for t in targets)] for r in examples.rows)]


def _dump_csv(examples: Examples) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_rows(examples))
    return out.getvalue()


def _dump_tsv(examples: Examples) -> str:
    return "".join("\t".join(row) + "\n" for row in _rows(examples))


def _dump_tmx(examples: Examples) -> str:
    root = Element("tmx", version="1.4")
    header = {
        "creationtool": "amts", "creationtoolversion": __version__, "segtype": "sentence",
        "o-tmf": "amts", "adminlang": "en", "srclang": examples.source, "datatype": "plaintext",
    }  # fmt: skip
    SubElement(root, "header", header)
    body = SubElement(root, "body")
    for row in examples.rows:
        unit = SubElement(body, "tu")
        for language, text in {examples.source: row.source, **row.targets}.items():
            variant = SubElement(unit, "tuv", {_XML_LANG: language})
            SubElement(variant, "seg").text = text
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


_DUMP: Mapping[str, Callable[[Examples], str]] = {
    "csv": _dump_csv,
    "tsv": _dump_tsv,
    "tmx": _dump_tmx,
}


def _table(text: str, path: Path, form: str) -> Examples:
    rows = _records(text, path, form)
    _, head = next(rows, (0, []))
    codes = [code.strip() for code in head]
    if len(codes) < 2 or not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise InputError(
            "the first row must hold the language codes, the source's first, like en,zh",
            file=str(path),
            line=1,
        )
    found = Examples(codes[0], codes[1:])
    for line, record in rows:
        place = f"{path}:{line}"
        if len(record) > len(codes):
            reason = f"has {len(record)} fields for {len(codes)} languages; check the quotes"
            found.skipped.append(Skipped(place, reason, record[0]))
        elif any(record):
            targets = dict(zip(codes[1:], record[1:], strict=False))
            found.rows.append(Example(record[0], {t: x for t, x in targets.items() if x}, place))
    return found


def _records(text: str, path: Path, form: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the lines on which they begin."""
    if form == "tsv":
        yield from ((n, line.split("\t")) for n, line in enumerate(text.split("\n"), 1))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"not CSV from here on ({error}); double the quotes inside a quoted field"
        raise InputError(message, file=str(path), line=line) from error


def _tmx(text: str, path: Path, source: str) -> Examples:
    try:
        root = ET.fromstring(text)
    except (ParseError, ValueError, DefusedXmlException) as error:
        line = error.position[0] if isinstance(error, ParseError) else None
        raise InputError(f"not XML: {error}", file=str(path), line=line) from error
    header = root.find("header")
    named = (header.get("srclang") or "").strip() if header is not None else ""
    source = source if named in ("", "*all*") else named
    units = [dict(_variants(unit)) for unit in root.iter("tu")]
    languages = dict.fromkeys(code for unit in units for code in unit)
    own = next((code for code in languages if code.lower() == source.lower()), None)
    if own is None or len(languages) < 2:
        listed = ", ".join(languages) or "none"
        message = f"needs segments in {source or 'a source language'} and in another; has: {listed}"
        raise InputError(message, file=str(path))
    found = Examples(own, [code for code in languages if code != own])
    for number, unit in enumerate(units, 1):
        place = f"{path}: unit {number}"
        if own in unit:
            targets = {code: text for code, text in unit.items() if code != own}
            found.rows.append(Example(unit[own], targets, place))
        else:
            reason = f"has no {own} segment"
            found.skipped.append(Skipped(place, reason, next(iter(unit.values()), "")))
    return found


def _variants(unit: Element) -> Iterator[tuple[str, str]]:
    """Texts by language; inline tags, which hold a tool's own codes, are left out."""
    for variant in unit.iter("tuv"):
        segment = variant.find("seg")
        code = variant.get(_XML_LANG) or variant.get("lang") or ""
        if segment is not None and code:
            yield code, "".join(_text(segment))


_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})


def _text(element: Element) -> Iterable[str]:
    if element.tag not in _CODES:
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""


def glossary(text: str, path: Path, source: str, target: str) -> Examples:
    """Terms of a Markdown page: a table of two columns, or lines of two terms and a comma.

    Which side is the source's is told by its script: the side with the letters of one is not the
    other's. Raises :class:`InputError` if no line holds two terms.
    """
    found = Examples(source, [target])
    for number, line in enumerate(text.splitlines(), 1):
        terms = _terms(line)
        if len(terms) != 2:
            continue
        first, second = terms
        if first.isascii() == second.isascii() or first.isascii() == _is_latin(source):
            term, translation = first, second
        else:
            term, translation = second, first
        found.rows.append(Example(term, {target: translation}, f"{path}:{number}"))
    if not found.rows:
        message = "no line holds a term and its translation: write 'term，translation' or a table"
        raise InputError(message, file=str(path))
    return found


def _terms(line: str) -> Sequence[str]:
    line = line.strip()
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        return [] if all(set(cell) <= set(":- ") for cell in cells) else cells
    if line.startswith("#"):
        return []
    return [term.strip() for term in re.split("[，,]", line.lstrip("-* ")) if term.strip()]


def _is_latin(language: str) -> bool:
    return language.split("-")[0] not in ("zh", "ja", "ko", "ru", "ar", "he", "el", "hi", "th")
