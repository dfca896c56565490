"""The gettext catalogs of one language on their way: read, learned from, translated, written.

A message is a document of its own; one with a plural is as many as it has sources. What becomes of
a catalog is told by a :class:`Filling`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext import files
from amts_ext.errors import AmtsError, DocumentError, InputError
from amts_ext.formats.halves import MYST
from amts_ext.formats.rst import with_noqa, without_noqa
from amts_ext.human.messages import Translated, learn_messages
from amts_ext.model import Slot
from amts_ext.pairs.po import Message, PoChange, PoFile
from amts_ext.pairs.po_writers import PoWord, PoWriter, filling, is_current, writer
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import format_of
from amts_ext.pipeline.cost import Estimate
from amts_ext.progress import Progress
from amts_ext.text.outcome import Problem, Source, Status, TranslatedDocument

_LEFT_ALONE = {PoWriter.HUMAN: "human", PoWriter.UNSURE: "fuzzy", PoWriter.OTHER: "header"}
"""What is counted of messages that are not filled; the header is not."""
_MORE_FORMS = (
    "its plural forms have no counterpart in the source, or the header lacks Plural-Forms; "
    "translate it by hand"
)


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
    and ``filled before``; ``left empty`` for a reason that is listed; ``no words``; ``plural``, in
    a language whose plural forms have no counterpart in the source."""
    problems: list[Problem] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    """The catalogs that were changed."""
    estimate: Estimate | None = None
    """What would be sent; only of a dry run."""

    def __str__(self) -> str:
        listed = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        told = f"{self.lang}: {self.catalogs:,} catalogs, {self.counts.total():,} messages"
        return f"{told}: {listed}" if listed else told


@dataclass(slots=True)
class _Catalog:
    """One file, and the changes to its messages by their index."""

    path: Path
    data: bytes
    file: PoFile
    changes: dict[int, PoChange] = field(default_factory=dict)


@dataclass(slots=True)
class _MessageWork:
    """One message on its way."""

    catalog: _Catalog
    index: int
    by: PoWriter
    done: dict[str, TranslatedDocument | None]
    """The translations of its sources, by their names; None for what is still to come."""

    @property
    def message(self) -> Message:
        return self.catalog.file.messages[self.index]

    @property
    def place(self) -> tuple[str, int]:
        return str(self.catalog.path), self.message.line


class CatalogWork:
    """The catalogs of one language on their way."""

    def __init__(
        self,
        book: Book,
        lang: str,
        paths: Sequence[Path],
        mark: str = "comment",
        format: str = "",
        only: str = "",
    ) -> None:
        self._book = book
        self._mark = mark
        self._format = format
        self._only = only
        self._told = Filling(lang)
        self._catalogs: list[_Catalog] = []
        self._fillings: dict[str, _MessageWork] = {}
        """The message of each source, by the source's name."""
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
        if not message.sources:
            self._told.counts["plural"] += 1
            problem = Problem(str(catalog.path), message.line, _MORE_FORMS, message.id)
            self._told.problems.append(problem)
            return
        format = format_of(message, self._format)
        if self._only and format != self._only:
            self._told.counts["of other files"] += 1
            return
        name = f"{catalog.path}:{message.line}"
        names = [f"{name}[{n}]" if n else name for n in range(len(message.sources))]
        found = _MessageWork(catalog, index, by, dict.fromkeys(names))
        self._fillings |= dict.fromkeys(names, found)
        wanted = () if by is PoWriter.PROGRAM else None
        for name, text in zip(names, message.sources, strict=True):
            self.sources.append(Source(name, text, format, wanted))

    def learn(self, progress: Progress) -> None:
        """Put the human translations of the catalogs into the memory."""
        self._told.catalogs = len(self._catalogs)
        self._book.learn(self._told.lang, progress)
        memory = self._book.memory
        for catalog in () if memory.read_only else self._catalogs:
            messages = [
                Translated(source, without_noqa(text), format_of(message, self._format))
                for message in catalog.file.messages
                if writer(message) is PoWriter.HUMAN
                for source, text in zip(message.sources, message.texts, strict=False)
                if text
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
        for work in self._works:
            label = {PoWriter.NOBODY: "empty", PoWriter.OUTDATED: "to fill again"}
            self._told.counts[label.get(work.by, "filled before")] += 1
        return self._told

    @property
    def _works(self) -> list[_MessageWork]:
        """The messages, each once."""
        return [work for name, work in self._fillings.items() if name == next(iter(work.done))]

    def translate(self, progress: Progress) -> None:
        """Translate the messages; no catalog is written."""
        pipeline = self._book.pipeline(self._told.lang, progress)
        result = pipeline.translate(self.sources, self._take_translated)
        for problem in result.problems:
            work = self._fillings[problem.file]
            if work.by is not PoWriter.PROGRAM and problem.reason != MYST:
                file, line = work.place
                self._told.problems.append(replace(problem, file=file, line=line))

    def _take_translated(self, done: TranslatedDocument) -> None:
        """Take a translated source; fill its message if that was its last one."""
        work = self._fillings[done.name]
        work.done[done.name] = done
        translated = [each for each in work.done.values() if each is not None]
        if len(translated) == len(work.done):
            self._put(work, translated)

    def written(self) -> Filling:
        """Write the catalogs that change, and return what was done."""
        for catalog in self._catalogs:
            self._write(catalog)
        return self._told

    def _put(self, work: _MessageWork, done: Sequence[TranslatedDocument]) -> None:
        """Fill one message; what is not translated as a whole stays as it is."""
        message, by = work.message, work.by
        outcomes = [outcome for each in done for outcome in each.segments]
        texts = tuple(map(_finished, done))
        text = texts if message.is_plural else texts[0]
        if not outcomes:
            has_blocks = any(each.source.blocks for each in done)
            self._told.counts["no words" if has_blocks else "code"] += 1
        elif not all(outcome.ok for outcome in outcomes):
            self._told.counts["filled before" if by is PoWriter.PROGRAM else "left empty"] += 1
        elif problem := next(filter(None, map(_swapped, done)), ""):
            self._told.problems.append(Problem(*work.place, f"rejected, {problem}", message.id))
            self._told.counts["left empty"] += 1
        elif by is PoWriter.PROGRAM and is_current(message, text):
            self._told.counts["filled before"] += 1
        else:
            by_human = all(outcome.status is Status.HUMAN for outcome in outcomes)
            change = filling(message, text, PoWord.HUMAN if by_human else self._machine)
            work.catalog.changes[work.index] = change
            self._told.counts["filled" if by is PoWriter.NOBODY else "filled again"] += 1

    @property
    def _machine(self) -> PoWord:
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
