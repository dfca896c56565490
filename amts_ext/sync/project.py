"""Translations brought in step with their source: all files of two folders, in many languages.

The steps: pair the files → read and merge each → translate what all of them want, as one batch for
all languages → compose → write all files of a language as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial

from amts_ext import project
from amts_ext.errors import AmtsError, ConfigError, InputError, attempt, of_document
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState
from amts_ext.languages import profiles
from amts_ext.progress import Progress, silent
from amts_ext.sync.alignments import Alignments
from amts_ext.sync.asking import Asking, Fetched, How, Order
from amts_ext.sync.base import Bases
from amts_ext.sync.document import FileSync, Languages, finish, lacking
from amts_ext.sync.pairs import FilePair, pair_files
from amts_ext.sync.readable import format_of
from amts_ext.sync.reading import FileReader
from amts_ext.sync.results import FileResult, ProjectSync
from amts_ext.sync.settings import Mode, SyncSettings
from amts_ext.sync.transaction import Transaction
from amts_ext.sync.writing import Writing
from amts_ext.translators.base import Translator

__all__ = ["FileResult", "Mode", "ProjectSync", "SyncSettings", "sync_project", "sync_projects"]
_HOW = {Mode.WRITE: How.ALL, Mode.CHECK: How.NOTHING, Mode.TRIAL: How.FREE}


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
    that would be written, :class:`~amts_ext.errors.TranslatorError` if the translator fails,
    :class:`~amts_ext.errors.AmtsError` if it would cost more than the book's ``max_cost``.
    """
    [result] = sync_projects([settings], mode, translator, progress)
    if isinstance(result, AmtsError):
        raise result
    return result


def sync_projects(
    languages: Sequence[SyncSettings],
    mode: Mode = Mode.WRITE,
    translator: Translator | None = None,
    progress: Progress = silent,
) -> list[ProjectSync | AmtsError]:
    """Bring the translations into several languages in step with one source.

    ::

        folders = {lang: Path(f"../d2l-{lang}") for lang in ("es", "zh")}
        sync_projects([SyncSettings(Path("../d2l-en"), folders[lang], lang) for lang in folders])

    What all of them want is one batch for a translator that bills, as in a build, and ``max_cost``
    holds for all together. A language that cannot be synchronized has its error as the result; the
    others are. Raises :class:`~amts_ext.errors.AmtsError`, before anything is sent or written, if
    it would cost more than ``max_cost``, and :class:`~amts_ext.errors.TranslatorError` if a batch
    fails as a whole.
    """
    _refuse_twice(languages)
    first = languages[0]
    asking = Asking(first.source_lang, first.config, translator, progress)
    with ExitStack() as held:
        runs = [attempt(partial(_Run.start, s, mode, progress, held)) for s in languages]
        orders = [run.order for run in runs if isinstance(run, _Run)]
        answers = iter(asking.translate(orders, _HOW[mode]))
        return [
            run if isinstance(run, AmtsError) else attempt(partial(run.end, next(answers)))
            for run in runs
        ]


def _refuse_twice(languages: Sequence[SyncSettings]) -> None:
    """Refuse settings of one run that do not go together."""
    common = {(s.source.resolve(), s.source_lang) for s in languages}
    if len(common) != 1 or len({s.lang for s in languages}) < len(languages):
        raise ConfigError("one run has one source, and one translation for each language")


class _Run:
    """The synchronization of one language: it starts, and ends when its translations are there."""

    def __init__(self, settings: SyncSettings, mode: Mode, progress: Progress) -> None:
        profile = profiles.for_pair(settings.source_lang, settings.lang)
        self._settings, self._mode = settings, mode
        languages = Languages(settings.source_lang, profile.language, profile.joiner)
        self._known = open_items.read(settings.target)
        bases = Bases(settings.target, settings.source, settings.base, self._known)
        alignments = Alignments(settings.target, mode is Mode.WRITE)
        self._reader = FileReader(bases, languages, alignments, settings.localized)
        self._writing = Writing(bases, self._known)
        self._progress = progress
        found = pair_files(settings.target, settings.source, bases, settings.localized)
        self._done = ProjectSync([], found.problems, found.untranslated, found.sourceless)
        self._files = list(self._read(found.pairs))

    @classmethod
    def start(cls, settings: SyncSettings, mode: Mode, progress: Progress, held: ExitStack) -> _Run:
        """Read and merge all files; the translation's folder is held until ``held`` ends."""
        if not settings.target.is_dir():
            raise InputError("no such folder; check the path", file=str(settings.target))
        transaction = Transaction(settings.target)
        if mode is Mode.WRITE:
            held.enter_context(transaction.alone())
        elif transaction.is_open:
            message = "a synchronization was killed while it wrote; run amts sync to finish it"
            raise InputError(message, file=str(settings.target))
        return cls(settings, mode, progress)

    @property
    def order(self) -> Order:
        """What is wanted of the translator."""
        return Order(self._reader.languages.target, self._settings.target, self._files)

    def end(self, answer: Fetched | AmtsError) -> ProjectSync:
        """Compose the files and write them all."""
        if isinstance(answer, AmtsError):
            raise answer
        settings, done = self._settings, self._done
        files = self._finished(answer)
        transaction = Transaction(settings.target)
        writes = self._writing.contents(files)
        pending = transaction.pending(writes)
        done.written = sorted(pending)
        done.files = [_told(f) for f in files if f.state.items or f.text != f.before]
        if self._mode is Mode.WRITE:
            if not settings.is_forced:
                self._writing.refuse_uncommitted(pending)
            transaction.write(writes)
        return done

    def _read(self, pairs: Sequence[FilePair]) -> Iterator[FileSync]:
        settings = self._settings
        for number, pair in enumerate(pairs):
            try:
                with of_document(str(settings.target / pair.path)):
                    known = self._known.get(pair.before, FileState())
                    file = self._reader.read(pair, known, self._format(pair))
                    self._writing.refuse_without_revision(file, settings.source)
                    yield file
            except InputError as error:
                self._done.problems.append(error)
            self._progress("read", number + 1, len(pairs))

    def _format(self, pair: FilePair) -> str:
        markdown = self._settings.format or project.around(self._settings.source).markdown
        return format_of(pair.path, markdown)

    def _finished(self, asked: Fetched) -> list[FileSync]:
        """Compose the files with their translations; return those that could be."""
        done = self._done
        done.asked = asked
        done.problems += asked.problems
        finished = []
        for file in self._files:
            answer = asked.documents.get(file.pair.path)
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


def _told(file: FileSync) -> FileResult:
    return FileResult(file.pair.path, file.before, file.text, file.state.items, file.kept)
