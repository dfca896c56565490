"""Files of parallel data and of custom terminology: CSV, TSV and TMX 1.4 by the rules of AWS.

Rules: https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data-input-files.html
and https://docs.aws.amazon.com/translate/latest/dg/creating-custom-terminology.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

from amts_ext.pairs import tables, tmx
from amts_ext.pairs.tables import Defect, TableRecord
from amts_ext.pairs.tmx import NotXmlError, TmxReader, TmxUnit
from amts_ext.service.content.remarks import Remarks


class CorpusError(ValueError):
    """A file that cannot be used at all; the message says why."""


@dataclass(slots=True)
class Corpus:
    """The usable records of one file, with remarks on the others."""

    source: str
    """The source language."""
    targets: list[str]
    """The target languages."""
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    """For each source text, its translations by language."""
    size: int = 0
    """The size of the file in bytes."""
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def imported(self) -> int:
        """The number of records that were taken."""
        return len(self.rows)

    @property
    def characters(self) -> int:
        """The number of characters in the texts that were taken."""
        return sum(len(text) for s, row in self.rows.items() for text in (s, *row.values()))

    @property
    def skipped(self) -> int:
        """The number of records with nothing to learn from."""
        return self.remarks.skipped

    @property
    def failed(self) -> int:
        """The number of records that cannot be read."""
        return self.remarks.failed

    def between(self, source: str, target: str, both_ways: bool = False) -> dict[str, str]:
        """Return the target texts of one language pair by their source texts.

        >>> corpus = Corpus("en", ["pt"], {"network": {"pt": "rede"}})
        >>> corpus.between("en", "pt")
        {'network': 'rede'}
        >>> corpus.between("pt", "en", both_ways=True)
        {'rede': 'network'}

        With ``both_ways``, each language of the file may be the source.
        """
        if source == self.source:
            return {s: row[target] for s, row in self.rows.items() if target in row}
        if not both_ways or source not in self.targets:
            return {}
        every = ({self.source: s, **row} for s, row in self.rows.items())
        return {row[source]: row[target] for row in every if source in row and target in row}


@dataclass(slots=True)
class _Intake:
    """The state of reading one file: its corpus, and the place and date of every row so far."""

    corpus: Corpus
    limit: int
    """Bytes of one text at most."""
    places: dict[str, int] = field(default_factory=dict)
    """The line or unit that each row was taken from, by its source text."""
    dates: dict[str, datetime] = field(default_factory=dict)
    """The date of change of each row that has one, by its source text."""

    def take(self, place: int, record: list[tuple[str, str]], date: datetime | None = None) -> None:
        """Take one record into the corpus, without its empty and over-long translations.

        ``record`` has pairs of language and text, the source first. ``date`` is when the record
        was changed, if its file says so.
        """
        (_, source), *rest = record
        remarks = self.corpus.remarks
        if problem := self._problem(source):
            remarks.skip(place, f"the source {problem}", source)
            return
        targets = {code: text for code, text in rest if not self._problem(text)}
        if len(targets) < len(rest) or not rest:
            self._tell(place, source, rest, is_kept=bool(targets))
        if targets:
            self._keep(place, source, targets, date)

    def _tell(
        self, place: int, source: str, texts: list[tuple[str, str]], *, is_kept: bool
    ) -> None:
        """Add remarks on the texts left out of a record; an empty text needs none.

        ``is_kept`` says whether any translation is left.
        """
        judged = [(code, self._problem(text)) for code, text in texts if text.strip()]
        problems = [f"{code} {problem}" for code, problem in judged if problem]
        if is_kept:
            for problem in problems:
                self.corpus.remarks.warn(place, f"{problem}, and is left out", source)
        else:
            self.corpus.remarks.skip(place, ", ".join(problems) or "no translation", source)

    def _keep(
        self, place: int, source: str, targets: dict[str, str], date: datetime | None
    ) -> None:
        """Keep one row. Of two with equal sources, the newer by date stays, or else the later."""
        remarks, earlier = self.corpus.remarks, self.places.get(source)
        known = self.dates.pop(source, None)
        if known and tmx.is_newer(known, date):
            reason = f"{remarks.unit} {earlier} has the same source and a newer changedate"
            remarks.skip(place, reason, source)
            self.dates[source] = known
            return
        if earlier is not None:
            reason = f"{remarks.unit} {place} has the same source and replaces it"
            remarks.skip(earlier, reason, source)
        self.corpus.rows[source], self.places[source] = targets, place
        if date:
            self.dates[source] = date

    def _problem(self, text: str) -> str:
        """Return why a text cannot be taken; empty if it can."""
        if not text.strip():
            return "is empty"
        size = len(text.encode())
        return f"has {size} bytes; {self.limit} are allowed" if size > self.limit else ""


def read_corpus(data: bytes, form: str, limit: int) -> Corpus:
    """Read a file in the format ``CSV``, ``TSV`` or ``TMX``.

    >>> corpus = read_corpus(b"en,pt\\nnetwork,rede\\nlayer,\\n", "CSV", limit=1000)
    >>> corpus.rows
    {'network': {'pt': 'rede'}}
    >>> print(corpus.remarks.text())
    line 3: skipped: no translation: layer

    ``limit`` is in bytes of UTF-8, for one text. Raises :class:`CorpusError` if the file is not
    UTF-8, is not in that format or does not name two languages.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"the file is not UTF-8: {error}") from error
    corpus = _read_tmx(text, limit) if form == "TMX" else _read_table(text, form.lower(), limit)
    corpus.size = len(data)
    return corpus


def write_corpus(corpus: Corpus, form: str) -> bytes:
    """Return the rows of a corpus as a file in the format ``CSV``, ``TSV`` or ``TMX``.

    >>> write_corpus(Corpus("en", ["pt"], {"network": {"pt": "rede"}}), "TSV")
    b'en\\tpt\\nnetwork\\trede\\n'
    """
    codes = [corpus.source, *corpus.targets]
    rows = [[s, *(row.get(t, "") for t in corpus.targets)] for s, row in corpus.rows.items()]
    if form == "TMX":
        return _tmx(codes, rows).encode()
    return tables.dump([codes, *rows], form.lower()).encode()


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
    records = tables.read(text, form, strict=True)
    codes = _languages(next(records, None))
    corpus = Corpus(codes[0], codes[1:])
    intake = _Intake(corpus, limit)
    for record in records:
        if not record.text.strip():
            corpus.remarks.skip(record.line, "the line is empty")
        elif record.defect:
            reason = _reason(record, record.defect, len(codes))
            corpus.remarks.fail(record.line, reason, record.text)
        else:
            intake.take(record.line, list(zip(codes, record.fields, strict=False)))
    return corpus


def _languages(head: TableRecord | None) -> list[str]:
    """Return the languages in the first row. Raises :class:`CorpusError` for less than two."""
    if head and head.defect:
        raise CorpusError(f"the first row cannot be read: {_reason(head, head.defect)}")
    codes = [code.strip() for code in head.fields] if head else []
    if len(codes) < 2 or not all(codes):
        raise CorpusError("the first row must hold at least two language codes")
    return codes


def _reason(record: TableRecord, defect: Defect, languages: int = 0) -> str:
    """Return a defect of a record in words for the client."""
    if defect is Defect.OPEN_QUOTE:
        return "a quote is not closed; a field must stand on one line"
    if defect is Defect.STRAY_QUOTE:
        return "stray quotes; a field with quotes is quoted, and those inside are doubled"
    if defect is Defect.FORMULA:
        number = record.formula
        begin = record.fields[number - 1][0]
        return f"field {number} begins with '{begin}', which a CSV or TSV field must not"
    return f"{len(record.fields)} fields for {languages} languages"


def _read_tmx(text: str, limit: int) -> Corpus:
    reader = TmxReader(text, keep_codes=True)
    corpus = Corpus("", [], remarks=Remarks("unit"))
    intake = _Intake(corpus, limit)
    languages: dict[str, None] = {}
    try:
        for number, unit in enumerate(reader, 1):
            if number == 1:
                corpus.source = reader.source or (unit.variants[0][0] if unit.variants else "")
            languages.update(dict.fromkeys(code for code, _ in unit.variants))
            _take(intake, number, unit)
    except NotXmlError as error:
        raise CorpusError(f"the file is not XML: {error}") from error
    corpus.targets = [code for code in languages if code != corpus.source]
    if not corpus.source or not corpus.targets:
        raise CorpusError("the file names no source or no target language")
    return corpus


def _take(intake: _Intake, number: int, unit: TmxUnit) -> None:
    """Take one unit of a TMX file; it fails without a segment in the source language."""
    source = intake.corpus.source
    own = next((pair for pair in unit.variants if pair[0] == source), None)
    if own:
        others = [pair for pair in unit.variants if pair[0] != source]
        intake.take(number, [own, *others], unit.changed)
    else:
        text = unit.variants[0][1] if unit.variants else ""
        intake.corpus.remarks.fail(number, f"no {source} segment", text)
