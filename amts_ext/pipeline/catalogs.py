"""Gettext catalogs: their empty messages are filled from the memory and the translator.

::

    with open_book(load("config.ini")) as book:
        found = find_catalogs([Path("locale")], "en", ["zh"])
        for filling in fill(book, found).values():
            print(filling)

Each message is a document of its own. What all catalogs lack goes out as one batch. A human's
translations are learned first, so other messages get their words, and are never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext import files
from amts_ext.errors import AmtsError, ConfigError, DocumentError, InputError
from amts_ext.formats.halves import MYST
from amts_ext.formats.rst import with_noqa, without_noqa
from amts_ext.human.messages import Translated, learn_messages
from amts_ext.model import Slot
from amts_ext.pairs.po import Message, PoChange, PoFile
from amts_ext.pairs.po_writers import PoWord, PoWriter, filling, is_current, writer
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import format_of
from amts_ext.pipeline.cost import Bill, Estimate
from amts_ext.progress import Progress, silent
from amts_ext.text.outcome import Problem, Source, Status, TranslatedDocument

MARKS = ("comment", "fuzzy")
"""How a machine's translation is marked: by a comment alone, or by the flag ``fuzzy`` too, which
keeps it out of a build until a human has taken the flag off."""
_LEFT_ALONE = {PoWriter.HUMAN: "human", PoWriter.UNSURE: "fuzzy", PoWriter.OTHER: "plural"}
"""What is counted of messages that are not filled."""


@dataclass(slots=True)
class Filling:
    """What was done to the catalogs of one language.

    >>> print(Filling("zh", 2, Counter(human=10, filled=3, code=1)))
    zh: 2 catalogs, 14 messages: 10 human, 3 filled, 1 code
    """

    lang: str
    catalogs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Messages: ``human``; ``fuzzy``, which are left to a human; ``filled`` now, ``filled again``
    and ``filled before``; ``left empty`` for a reason that is listed; ``no words``; ``plural``."""
    problems: list[Problem] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    """The catalogs that were changed."""
    estimate: Estimate | None = None
    """What would be sent; only of a dry run."""

    def __str__(self) -> str:
        listed = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        told = f"{self.lang}: {self.catalogs:,} catalogs, {self.counts.total():,} messages"
        return f"{told}: {listed}" if listed else told


def fill(
    book: Book,
    catalogs: Mapping[str, Sequence[Path]],
    *,
    mark: str = "comment",
    format: str = "",
    only: str = "",
    dry_run: bool = False,
    progress: Progress = silent,
    announce: Callable[[Estimate | Bill], object] = lambda told: None,
) -> dict[str, Filling]:
    """Fill the catalogs of each language, and return what was done.

    ``mark`` is one of :data:`MARKS`. ``format`` is that of all messages; empty: ``rst``, and
    Markdown for those from ``.md`` and ``.ipynb`` files. ``only`` is a format: messages of others
    are not filled, but a human's are learned from. ``dry_run`` writes no catalog, asks no
    translator, and gives the estimates. A catalog that cannot be read is listed, and the others are
    filled.

    Raises :class:`~amts_ext.errors.FrozenError` if the book is frozen and something is missing,
    :class:`~amts_ext.errors.AmtsError` before anything is sent if it costs more than ``max_cost``,
    and :class:`~amts_ext.errors.TranslatorError` if the translator fails as a whole.
    """
    if mark not in MARKS:
        raise ConfigError(f"mark: '{mark}' is not allowed; allowed: {', '.join(MARKS)}")
    works = {
        lang: _Language(book, lang, paths, mark, format, only) for lang, paths in catalogs.items()
    }
    for work in works.values():
        work.learn(progress)
    if dry_run:
        return {lang: work.planned(progress) for lang, work in works.items()}
    sources = {lang: work.sources for lang, work in works.items()}
    if bill := book.fetch_each(sources, progress, announce):
        announce(bill)
    for work in works.values():
        work.translate(progress)
    return {lang: work.written() for lang, work in works.items()}


@dataclass(slots=True)
class _Catalog:
    """One file, and the changes to its messages by their index."""

    path: Path
    data: bytes
    file: PoFile
    changes: dict[int, PoChange] = field(default_factory=dict)


class _Language:
    """The catalogs of one language on their way."""

    def __init__(
        self, book: Book, lang: str, paths: Sequence[Path], mark: str, format: str, only: str
    ) -> None:
        self._book = book
        self._mark = mark
        self._format = format
        self._only = only
        self._told = Filling(lang)
        self._catalogs: list[_Catalog] = []
        self._places: dict[str, tuple[_Catalog, int, PoWriter]] = {}
        """Where the message of each source stands, by the source's name."""
        self.sources: list[Source] = []
        """The messages to fill, and those that were filled before."""
        for path in paths:
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            data = files.read_bytes(path)
            catalog = _Catalog(path, data, PoFile.read(data, str(path)))
        except InputError as error:
            self._told.problems.append(Problem(str(path), error.line, error.message))
            return
        self._catalogs.append(catalog)
        for index, message in enumerate(catalog.file.messages):
            self._take(catalog, index, message)

    def _take(self, catalog: _Catalog, index: int, message: Message) -> None:
        by = writer(message)
        if by in _LEFT_ALONE:
            self._told.counts.update([_LEFT_ALONE[by]] if message.id else [])
            return
        format = format_of(message, self._format)
        if self._only and format != self._only:
            self._told.counts["of other files"] += 1
            return
        name = f"{catalog.path}:{message.line}"
        wanted = () if by is PoWriter.PROGRAM else None
        self._places[name] = catalog, index, by
        self.sources.append(Source(name, message.id, format, wanted))

    def learn(self, progress: Progress) -> None:
        """Put the human translations of the catalogs into the memory."""
        self._told.catalogs = len(self._catalogs)
        self._book.learn(self._told.lang, progress)
        memory = self._book.memory
        for catalog in () if memory.read_only else self._catalogs:
            messages = [
                Translated(message.id, without_noqa(message.text), format_of(message, self._format))
                for message in catalog.file.messages
                if writer(message) is PoWriter.HUMAN
            ]
            pair = (self._book.config.source, self._told.lang)
            learn_messages(memory, messages, pair, self._name(catalog.path))

    def _name(self, path: Path) -> str:
        """Return a catalog's name in the memory: its path in the book, where it is in it."""
        path, root = path.resolve(), self._book.config.root.resolve()
        return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()

    def planned(self, progress: Progress) -> Filling:
        """Return the counts and the estimate; nothing is written or sent."""
        self._told.estimate, _ = self._book.estimate(self._told.lang, self.sources, progress)
        for _, _, by in self._places.values():
            label = {PoWriter.NOBODY: "empty", PoWriter.OUTDATED: "to fill again"}
            self._told.counts[label.get(by, "filled before")] += 1
        return self._told

    def translate(self, progress: Progress) -> None:
        """Translate the messages; no catalog is written."""
        pipeline = self._book.pipeline(self._told.lang, progress)
        result = pipeline.translate(self.sources, self._put)
        for problem in result.problems:
            catalog, index, by = self._places[problem.file]
            if by is not PoWriter.PROGRAM and problem.reason != MYST:
                line = catalog.file.messages[index].line
                self._told.problems.append(replace(problem, file=str(catalog.path), line=line))

    def written(self) -> Filling:
        """Write the catalogs that change, and return what was done."""
        for catalog in self._catalogs:
            self._write(catalog)
        return self._told

    def _put(self, done: TranslatedDocument) -> None:
        """Take one translated message; what is not translated as a whole stays as it is."""
        catalog, index, by = self._places[done.name]
        message = catalog.file.messages[index]
        if not done.segments:
            self._told.counts["no words" if done.source.blocks else "code"] += 1
        elif not all(outcome.ok for outcome in done.segments):
            self._told.counts["filled before" if by is PoWriter.PROGRAM else "left empty"] += 1
        elif problem := _swapped(done):
            place = str(catalog.path), message.line
            self._told.problems.append(Problem(*place, f"rejected, {problem}", message.id))
            self._told.counts["left empty"] += 1
        elif by is PoWriter.PROGRAM and is_current(message, _finished(done)):
            self._told.counts["filled before"] += 1
        else:
            catalog.changes[index] = filling(message, _finished(done), self._word(done))
            self._told.counts["filled" if by is PoWriter.NOBODY else "filled again"] += 1

    def _word(self, done: TranslatedDocument) -> PoWord:
        if all(outcome.status is Status.HUMAN for outcome in done.segments):
            return PoWord.HUMAN
        return PoWord.FUZZY if self._mark == "fuzzy" else PoWord.MACHINE

    def _write(self, catalog: _Catalog) -> None:
        """Write a catalog, unless somebody has changed it since it was read."""
        if not catalog.changes:
            return
        try:
            new = catalog.file.changed(catalog.changes)
            if files.read_bytes(catalog.path) != catalog.data:
                message = "was changed while it was filled, and is left alone; run this again"
                raise DocumentError(message, file=str(catalog.path))
            files.write_bytes(catalog.path, new)
            self._told.written.append(catalog.path)
        except AmtsError as error:
            self._told.problems.append(Problem(str(catalog.path), error.line, error.message))


_COUNTED = frozenset({"[#]_", "[*]_"})
"""Footnotes that take the notes of a page in turn."""


def _finished(done: TranslatedDocument) -> str:
    """Return the text to fill in."""
    is_rst = done.origin is not None and done.origin.format == "rst"
    return with_noqa(done.text, done.source.text) if is_rst else done.text


def _swapped(done: TranslatedDocument) -> str:
    """Return a problem if references without names have changed their order.

    These take the targets of a page in turn, so they would lead elsewhere.
    """
    for outcome in done.segments:
        ours = [s.id for s in outcome.segment.slots if _is_anonymous(s)]
        theirs = [p.id for p in outcome.parts or () if isinstance(p, Slot) and _is_anonymous(p)]
        if outcome.parts is not None and ours != theirs:
            return "references without names have changed their order"
    return ""


def _is_anonymous(slot: Slot) -> bool:
    content = slot.content
    return content in _COUNTED or (content.endswith("__") and "<" not in content)
