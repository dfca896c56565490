"""One document in one language, kept up to date while its source is written.

>>> from amts_ext.languages.profiles import load
>>> from amts_ext.pipeline import Pipeline
>>> live = Live(Pipeline("en", "pt", load("pt"), None, None), "a.md", "md")
>>> change = live.update("# Herons\\n\\nThey wait. They eat.")
>>> [row.source for row in change.rows]
['Herons', 'They wait.', 'They eat.']
>>> change = live.update("# Herons\\n\\nThey wait. They sleep.")
>>> [row.source for row in change.rows], len(change.chunks)
(['They sleep.'], 2)

There is no HTTP here: a server, a panel of JupyterLab or an editor's plug-in calls
:meth:`Live.update` and shows the :class:`Update` that it returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_ext import formats
from amts_ext.errors import DocumentError
from amts_ext.model import Slot, to_tokens
from amts_ext.pages.authors import author_of
from amts_ext.pages.editions import direction
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.preview.rendering.assembly import Address, as_written
from amts_ext.preview.rendering.executed import Outputs
from amts_ext.preview.rendering.notation import RowSpan
from amts_ext.preview.rendering.render import render
from amts_ext.text.ids import digest, ids_of
from amts_ext.text.outcome import Outcome, Source, Status, TranslatedDocument

READ = frozenset({"human", "stale", "left-out"})
"""The statuses of rows that a person wrote, or read."""
STALE, REJECTED, LEFT_OUT = "stale", "rejected", "left-out"


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence and its translation, as the preview shows it."""

    id: str
    """Made of its words: it stays while the sentence stays, wherever it moves."""
    line: int
    """1-based line in the source's file."""
    kind: str
    """The kind of its block: ``title``, ``paragraph``, …"""
    status: str
    """``human machine draft untranslated rejected stale left-out``"""
    reason: str
    """Why it is not translated, or why a person has to look at it."""
    source: str
    """With slots as tokens, as ``target``."""
    target: str
    """Empty if there is no translation."""
    slots: Mapping[str, str]
    """What each token stands for."""
    read: bool
    """True if a person wrote it, or read it."""
    position: int
    """The index of its block in the document."""
    version: str
    """A digest of status and target, by which two editors notice each other."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One top-level element of a side of the page."""

    id: str
    html: str


@dataclass(frozen=True, slots=True)
class View:
    """Both sides of the page, as a whole."""

    path: str
    lang: str
    source_lang: str
    direction: str
    """``ltr`` or ``rtl``, of the translation."""
    title: str
    revision: int
    left: Sequence[Chunk]
    right: Sequence[Chunk]
    rows: Sequence[Row]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Update:
    """What an update has changed."""

    revision: int
    left: Sequence[str]
    """The ids of all chunks of the side, in order."""
    right: Sequence[str]
    chunks: Mapping[str, str]
    """The HTML of those that are new, by id."""
    rows: Sequence[Row]
    """The rows that are new or changed."""
    order: Sequence[str]
    """The ids of all rows, in order."""
    counts: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.chunks or self.rows or self.moved)

    moved: bool = False
    """True if chunks or rows have gone or have another order."""


@dataclass(slots=True)
class _Shown:
    """What was shown last."""

    left: dict[str, str] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    document: TranslatedDocument | None = None


class Live:
    """A document whose segments are looked up again whenever it changes; nobody is asked.

    ``path`` is its name in the book, ``format`` that of its format, and ``file`` where it lies.
    ``address`` says where its images and links lead, and ``executed`` returns the outputs that a
    build has kept of its code. It is not safe for several threads at once.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        path: str,
        format: str,
        file: Path | None = None,
        address: Address = as_written,
        executed: Callable[[], Outputs] = dict,
    ) -> None:
        self.path = path
        self.lang = pipeline.pair[1]
        self.revision = 0
        self.unsaved: str | None = None
        """The text of an editor's buffer that is shown instead of the file's."""
        self._pipeline = pipeline
        self._format = format
        self._file = file
        self._address = address
        self._executed = executed
        self._shown = _Shown()

    @property
    def rows(self) -> Mapping[str, Row]:
        """The rows by id, in the document's order."""
        return self._shown.rows

    @property
    def document(self) -> TranslatedDocument:
        """The translated document as it was written last.

        Raises :class:`DocumentError` before the first :meth:`update`.
        """
        if self._shown.document is None:
            raise DocumentError("has not been read yet", file=self.path)
        return self._shown.document

    def outcome(self, row: str) -> Outcome:
        """Return the outcome that a row shows; KeyError if there is none with that id."""
        number = list(self.rows).index(row) if row in self.rows else -1
        if number < 0:
            raise KeyError(row)
        return self.document.segments[number]

    @property
    def source(self) -> Source:
        """The document as the pipeline takes it: the editor's text, or the file's."""
        text = self.unsaved if self.unsaved is not None else self._file
        if text is None:
            raise DocumentError("it has no file, and no text was given", file=self.path)
        return Source(self.path, text, self._format, wanted=())

    def write_as(self, text: str | None) -> None:
        """Show ``text`` from the next update on; None: the file's own text."""
        self.unsaved = text

    def update(self, text: str | None = None) -> Update:
        """Read and look up the document again, and return what has changed.

        ``text`` is the text of an editor's buffer; None: as it was shown last, from the file if no
        buffer was given.

        Raises :class:`~amts_ext.errors.InputError` if it cannot be read; what was shown last stays.
        """
        if text is not None:
            self.unsaved = text
        before, self._shown = self._shown, self._read()
        now = self._shown
        known = before.left | before.right
        change = Update(
            self.revision + 1,
            list(now.left),
            list(now.right),
            {i: html for i, html in (now.left | now.right).items() if i not in known},
            [row for i, row in now.rows.items() if before.rows.get(i) != row],
            list(now.rows),
            _counts(now.rows.values()),
            _orders(before) != _orders(now),
        )
        self.revision += bool(change)
        return change

    def page(self) -> View:
        """Return both sides as a whole, as the last update left them."""
        shown = self._shown
        titles = [r.target or r.source for r in shown.rows.values() if r.kind == "title"]
        return View(
            self.path,
            self.lang,
            self._pipeline.pair[0],
            direction(self.lang),
            titles[0] if titles else self.path,
            self.revision,
            [Chunk(*c) for c in shown.left.items()],
            [Chunk(*c) for c in shown.right.items()],
            list(shown.rows.values()),
            _counts(shown.rows.values()),
        )

    def look(self) -> tuple[TranslatedDocument, list[Row]]:
        """Read and look up the document, without showing it: it and its rows, in order.

        Raises :class:`~amts_ext.errors.InputError` if it cannot be read.
        """
        result = self._pipeline.translate([self.source])
        if not result.documents:
            problem = result.problems[0]
            raise DocumentError(problem.reason, file=problem.file, line=problem.line)
        document = result.documents[0]
        drafts = self._pipeline.translator is not None and self._pipeline.translator.drafts(
            *self._pipeline.pair
        )
        return document, _rows(document, drafts)

    def _read(self) -> _Shown:
        document, rows = self.look()
        format = formats.get(self._format)
        placed = list(zip(rows, document.segments, strict=True))
        left = [RowSpan(o.segment.start, o.segment.end, r.id, "") for r, o in placed]
        right = [RowSpan(o.start, o.end, r.id, r.status) for r, o in placed]
        translated = document.result or document.source
        look = self._address, self._executed()
        return _Shown(
            _chunks("l", render(document.source, format, left, *look)),
            _chunks("r", render(translated, format, right, *look)),
            {row.id: row for row in rows},
            document,
        )


def _rows(document: TranslatedDocument, drafts: bool) -> list[Row]:
    blocks = document.source.blocks
    made = []
    sources = [outcome.segment.tokens for outcome in document.segments]
    placed = zip(document.segments, sources, ids_of(sources), strict=True)
    for outcome, source, row in placed:
        segment = outcome.segment
        target = to_tokens(outcome.parts or segment.parts) if outcome.ok else ""
        status = status_of(outcome, drafts)
        slots = [*segment.slots, *(p for p in outcome.parts or () if isinstance(p, Slot))]
        made.append(
            Row(
                row,
                segment.line,
                blocks[segment.block].kind,
                status,
                outcome.reason,
                source,
                target,
                {slot.token: slot.content for slot in slots},
                status in READ,
                segment.block,
                digest(status, target),
            )
        )
    return made


def status_of(outcome: Outcome, drafts: bool) -> str:
    """Return the status of a sentence as the preview names it."""
    if outcome.status is Status.LEFT_OUT:
        return LEFT_OUT
    if outcome.status is Status.REJECTED:
        return REJECTED
    author = author_of(outcome, drafts)
    return STALE if author == "older" else str(author)


def _chunks(side: str, rendered: Iterable[str]) -> dict[str, str]:
    found = list(rendered)
    return dict(zip(ids_of(found, side), found, strict=True))


def _orders(shown: _Shown) -> tuple[list[str], list[str], list[str]]:
    return list(shown.left), list(shown.right), list(shown.rows)


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    return dict(Counter(row.status for row in rows))
