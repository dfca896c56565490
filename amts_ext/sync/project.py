"""A translation brought in step with its source: all files of two folders.

The steps: pair the files → read and merge each → translate what all of them want, as one batch →
compose → write all as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from difflib import unified_diff
from enum import Enum
from pathlib import Path

from amts_ext import project
from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError, of_document
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState, OpenItem
from amts_ext.languages import profiles
from amts_ext.progress import Progress, silent
from amts_ext.sync import lock
from amts_ext.sync.alignments import Alignments
from amts_ext.sync.asking import Asking, Fetched, How
from amts_ext.sync.base import Bases
from amts_ext.sync.document import FileSync, Languages, finish, lacking
from amts_ext.sync.git import Repository
from amts_ext.sync.pairs import FilePair, pair_files
from amts_ext.sync.plain import digest
from amts_ext.sync.readable import format_of
from amts_ext.sync.reading import FileReader
from amts_ext.sync.transaction import Transaction
from amts_ext.translators.base import Translator


class Mode(Enum):
    """How far a synchronization goes."""

    WRITE = "write"
    CHECK = "check"
    """Nothing is written and no translator is asked; the result says what there is to do."""
    TRIAL = "trial"
    """Nothing is written; a translator is asked if it is free."""


_HOW = {Mode.WRITE: How.ALL, Mode.CHECK: How.NOTHING, Mode.TRIAL: How.FREE}


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """The settings of a synchronization."""

    source: Path
    target: Path
    lang: str
    """The language of the translation."""
    source_lang: str = "en"
    base: str = ""
    """A folder, or a revision of the source: the base of all files. Empty: as each file says."""
    format: str = ""
    """The format of all files; empty: by suffix and project."""
    config: Config | None = None
    """The configuration of the source's book."""
    localized: tuple[str, ...] = ()
    """Patterns of files, paths and names that stay as they are in the translation."""
    is_inline: bool = False
    """True if open items are to stand as comments in the files too."""
    is_forced: bool = False
    """True if files with uncommitted changes are to be written too."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of a translation after a synchronization."""

    path: str
    before: str
    """The text that it had."""
    after: str
    items: tuple[OpenItem, ...]
    kept: int
    """Sentences that stay, since their source did; of files whose source has changed."""


@dataclass(slots=True)
class ProjectSync:
    """The result of a synchronization."""

    files: list[FileResult] = field(default_factory=list)
    """The files with open items or a new text, in order."""
    problems: list[AmtsError] = field(default_factory=list)
    """Files that could not be synchronized; the others are."""
    untranslated: list[str] = field(default_factory=list)
    """Files of the source that have no translation, and are not known to be new."""
    sourceless: list[str] = field(default_factory=list)
    """Files of the translation whose source is not there, and may never have been."""
    asked: Fetched = field(default_factory=Fetched)
    """What the translator was asked, or would be."""
    written: list[str] = field(default_factory=list)
    """Files that were written, or would be, relative to the translation."""

    @property
    def counts(self) -> Counter[str]:
        """The open items by kind, and three sums: ``must look``, ``glance``, ``kept``."""
        items = [item for file in self.files for item in file.items]
        counts = Counter(str(item.kind) for item in items)
        counts["glance"] = sum(item.at_a_glance for item in items)
        counts["must look"] = len(items) - counts["glance"]
        counts["kept"] = sum(file.kept for file in self.files)
        return counts

    def diff(self) -> Iterator[str]:
        """Yield the lines of a diff of the translation's files."""
        for file in self.files:
            if file.before != file.after:
                old, new = (text.splitlines() for text in (file.before, file.after))
                names = f"a/{file.path}", f"b/{file.path}"
                yield from unified_diff(old, new, *names, lineterm="")


def sync_project(
    settings: SyncSettings,
    mode: Mode = Mode.WRITE,
    translator: Translator | None = None,
    progress: Progress = silent,
) -> ProjectSync:
    """Bring the translation in ``settings.target`` in step with ``settings.source``.

    ::

        result = sync_project(SyncSettings(Path("../d2l-en"), Path("../d2l-zh"), "zh"))
        for file in result.files:
            print(file.path, [(item.line, item.kind) for item in file.items])

    Files, their bases, the lock file and the open items are written as one. A file that cannot be
    synchronized is a problem of the result; the others are. Raises
    :class:`~amts_ext.errors.InputError` for wrong settings and for uncommitted changes in files
    that would be written, :class:`~amts_ext.errors.TranslatorError` if the translator fails.
    """
    if not settings.target.is_dir():
        raise InputError("no such folder; check the path", file=str(settings.target))
    transaction = Transaction(settings.target)
    if mode is not Mode.WRITE and transaction.is_open:
        message = "a synchronization was killed while it wrote; run amts sync to finish it"
        raise InputError(message, file=str(settings.target))
    with transaction.alone() if mode is Mode.WRITE else nullcontext():
        return _Run(settings, mode, translator, progress).result(transaction)


class _Run:
    def __init__(
        self,
        settings: SyncSettings,
        mode: Mode,
        translator: Translator | None,
        progress: Progress,
    ) -> None:
        profile = profiles.for_pair(settings.source_lang, settings.lang)
        self._settings, self._mode = settings, mode
        languages = Languages(settings.source_lang, profile.language, profile.joiner)
        self._known = open_items.read(settings.target)
        self._bases = Bases(settings.target, settings.source, settings.base, self._known)
        alignments = Alignments(settings.target, mode is Mode.WRITE)
        self._reader = FileReader(self._bases, languages, alignments, settings.localized)
        pair = settings.source_lang, profile.language
        self._asking = Asking(pair, settings.target, settings.config, translator, progress)
        self._progress = progress

    def result(self, transaction: Transaction) -> ProjectSync:
        settings = self._settings
        found = pair_files(settings.target, settings.source, self._bases, settings.localized)
        done = ProjectSync([], found.problems, found.untranslated, found.sourceless)
        files = self._finished(list(self._read(found.pairs, done)), done)
        writes = self._writes(files)
        pending = transaction.pending(writes)
        done.written = sorted(pending)
        done.files = [_told(f) for f in files if f.state.items or f.text != f.before]
        if self._mode is Mode.WRITE:
            self._refuse_uncommitted(pending)
            transaction.write(writes)
        return done

    def _read(self, pairs: Sequence[FilePair], done: ProjectSync) -> Iterator[FileSync]:
        for number, pair in enumerate(pairs):
            try:
                with of_document(str(self._settings.target / pair.path)):
                    known = self._known.get(pair.before, FileState())
                    file = self._reader.read(pair, known, self._format(pair))
                    self._refuse_without_revision(file)
                    yield file
            except InputError as error:
                done.problems.append(error)
            self._progress("read", number + 1, len(pairs))

    def _format(self, pair: FilePair) -> str:
        markdown = self._settings.format or project.around(self._settings.source).markdown
        return format_of(pair.path, markdown)

    def _finished(self, files: Sequence[FileSync], done: ProjectSync) -> list[FileSync]:
        """Translate what the files want and compose them; return those that could be."""
        done.asked = self._asking.translate(files, _HOW[self._mode])
        done.problems += done.asked.problems
        finished = []
        for file in files:
            answer = done.asked.documents.get(file.pair.path)
            try:
                if self._mode is Mode.WRITE and (problem := lacking(file, answer)):
                    done.problems.append(problem)
                elif answer or file.wanted is None or self._mode is Mode.CHECK:
                    with of_document(str(self._settings.target / file.pair.path)):
                        has_notes = self._settings.is_inline
                        finish(file, answer, self._reader.languages, has_notes)
                    finished.append(file)
            except InputError as error:
                done.problems.append(error)
        return finished

    # --- what is written -------------------------------------------------------------------------

    def _writes(self, files: Sequence[FileSync]) -> dict[str, bytes | None]:
        """Return the contents of all files that belong to a synchronization, by their paths."""
        writes: dict[str, bytes | None] = {}
        locked = dict(self._bases.lock)
        for file in files:
            pair = file.pair
            if pair.is_moved:
                writes[pair.before] = None
                locked.pop(pair.before, None)
            writes[pair.path] = _encoded(file.written)
            if not pair.is_gone:
                self._keep_base(file, writes, locked)
        done = {file.pair.before for file in files}
        alive = {n for n in self._known if (self._settings.target / n).is_file()} - done
        states = {name: known for name, known in self._known.items() if name in alive}
        states |= {file.pair.path: file.state for file in files}
        has_items = any(known.items for known in states.values())
        writes[open_items.NAME] = _encoded(open_items.dump(states)) if has_items else None
        writes[lock.NAME] = _encoded(lock.dump(locked)) if locked else None
        return writes

    def _keep_base(
        self, file: FileSync, writes: dict[str, bytes | None], locked: lock.Lock
    ) -> None:
        """Keep the base of a file: as a line of the lock file, or as the original beside it."""
        path, before = file.pair.path, file.pair.before
        if self._is_locked(file):
            hashed = digest(file.source.text)
            if path not in locked or locked[path].digest != hashed:
                assert self._bases.repository
                locked[path] = lock.Locked(hashed, self._bases.repository.head)
            return
        if file.pair.is_moved:
            writes[self._inside(self._bases.origin(before))] = None
        writes[self._inside(self._bases.origin(path))] = _encoded(file.written_base)

    def _is_locked(self, file: FileSync) -> bool:
        """Return True if the base of a file is a revision of the source."""
        beside = self._bases.origin(file.pair.before or file.pair.path).is_file()
        if not file.pair.before:
            beside = self._bases.keeps_originals
        return not beside and self._bases.repository is not None

    def _inside(self, path: Path) -> str:
        return path.relative_to(self._settings.target).as_posix()

    def _refuse_without_revision(self, file: FileSync) -> None:
        """Refuse a file whose new base is in no revision that a lock file could name."""
        repository, path = self._bases.repository, file.pair.path
        if repository is None or file.pair.is_gone or not self._is_locked(file):
            return
        known = self._bases.lock.get(path)
        if known and known.digest == digest(file.source.text):
            return
        if path in repository.uncommitted or path not in repository.files(repository.head):
            message = f"has changes that no revision holds, so {lock.NAME} cannot name them; commit"
            raise InputError(message, file=str(self._settings.source / path))

    def _refuse_uncommitted(self, pending: dict[str, bytes | None]) -> None:
        repository = Repository.around(self._settings.target)
        if self._settings.is_forced or repository is None:
            return
        own = {lock.NAME, open_items.NAME}
        changed = sorted((repository.uncommitted & pending.keys()) - own)
        if changed:
            others = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
            message = f"has uncommitted changes{others}; commit them first, or use --force"
            raise InputError(message, file=str(self._settings.target / changed[0]))


def _told(file: FileSync) -> FileResult:
    return FileResult(file.pair.path, file.before, file.text, file.state.items, file.kept)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
