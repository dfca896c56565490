"""The translation of one Sphinx build: one batch in the parent, look-ups in every reader.

Its life, by the events of Sphinx:

1. ``config-inited``: the memory is opened; title and table of contents are looked up.
2. ``env-before-read-docs``: everything that the memory lacks goes out as one batch. Documents whose
   translation has changed since they were read last join those that are read now.
3. ``source-read``, in any process: a document is replaced by its translation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from amts_ext.config import Config
from amts_ext.formats import Notebook
from amts_ext.human.unused import UnusedTexts
from amts_ext.memory import Memory
from amts_ext.model import Document
from amts_ext.pages.authors import author_of
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.book import open_book
from amts_ext.progress import Progress, silent
from amts_ext.sphinx_ext.loose_texts import LooseText
from amts_ext.sphinx_ext.project import Dialects
from amts_ext.text.outcome import Problem, Result, Source, Status, TranslatedDocument
from amts_ext.translators.base import Answers, Free, Request


class Seen(NamedTuple):
    """What is known of a document since it was read last; Sphinx's environment keeps it."""

    digest: str
    """Of its translated text, and of who wrote each sentence."""
    is_open: bool
    """True if it has segments that a later build may translate."""


@dataclass(slots=True)
class LastBuild:
    """What the environment keeps from one build to the next."""

    memory: str
    """The state of the memory and the translator at the end of the last batch."""
    seen: dict[str, Seen]
    """By the document's name."""


class _Known(Free):
    """A translator that is not there: machine units of its signature are found, none is made."""

    def __init__(self, signature: str, made_drafts: bool) -> None:
        self._signature = signature
        self._made_drafts = made_drafts

    def signature(self, source: str, target: str) -> str:
        return self._signature

    def drafts(self, source: str, target: str) -> bool:
        return self._made_drafts

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        return iter(())


class SphinxTranslation:
    """The translation of a book into one language, for one build."""

    def __init__(
        self, config: Config, language: str, dialects: Dialects, frozen: bool = False
    ) -> None:
        self.config = config
        self._dialects = dialects
        self.book = open_book(config, frozen=frozen)
        pipeline = self.book.pipeline(language)
        pipeline.keeps_addresses = True
        self.language = pipeline.pair[1]
        self.profile = pipeline.profile
        self.made_drafts = self.book.translator.drafts(*pipeline.pair)
        self._signature = pipeline.signature
        self._done: dict[str, TranslatedDocument] = {}
        self._reader: Pipeline | None = None
        self._memory: Memory | None = None
        self._unused = UnusedTexts()
        self.not_used: dict[str, Problem] = {}
        """A human's texts that the last batch did not use, by what is said of them."""

    def learn(self) -> Iterator[str]:
        """Learn from the book's human translation; yield what a person should look at."""
        self.book.learn(self.language)
        report = self.book.learned.get(self.language)
        if report:
            self._unused = UnusedTexts(report.unused)
            yield from map(str, report.notices)

    def look_up(self, words: Sequence[LooseText]) -> None:
        """Put the translations of words that the memory has."""
        pipeline = self._looking()
        for word in words:
            for done in pipeline.translate([word.source]).documents:
                word.put(done.text)

    def run(
        self,
        record: LastBuild,
        wanted: dict[str, Path],
        others: dict[str, Path],
        words: Sequence[LooseText],
        progress: Progress = silent,
    ) -> tuple[set[str], Result]:
        """Translate what the memory lacks; return further documents to read, and what was done.

        ``wanted`` are the documents to be read, by name; ``others`` those that were read before.
        ``record`` is brought up to date.

        Raises :class:`~amts_ext.errors.FrozenError` for a frozen build that lacks segments, and
        :class:`~amts_ext.errors.TranslatorError` if the translator fails as a whole.
        """
        sources = self._sources(wanted)
        looked_at = others if record.memory != self._state() else _open(others, record)
        again = self._sources(looked_at)
        names = {source: docname for docname, source in (sources | again).items()}
        put = {word.source: word for word in words}
        changed: set[str] = set()

        def take(done: TranslatedDocument) -> None:
            assert done.origin is not None
            if done.origin in put:
                for word in words:
                    if word.source == done.origin:
                        word.put(done.text)
                return
            docname = names[done.origin]
            # A human may have joined two sentences: their text is told once.
            for problem in self._unused.problems(done, self.config.root):
                self.not_used.setdefault(problem.source, problem)
            seen = Seen(self._shown(done), _is_open(done))
            before = record.seen.get(docname)
            if docname in wanted or before is None or before.digest != seen.digest:
                self._done[docname] = done
                changed.add(docname)
            record.seen[docname] = seen

        batch = [*put, *names]
        pipeline = self.book.pipeline(self.language)
        pipeline.progress = progress
        result = pipeline.translate(batch, take) if batch else Result()
        self.close()  # before the state is taken, since closing writes the memory back
        record.memory = self._state()
        return changed - set(wanted), result

    def text(self, docname: str, path: Path, text: str) -> TranslatedDocument | None:
        """Return the translation of the text that Sphinx has read of a document.

        None for a document that is not translated here, or cannot be read. The text may differ a
        little from the file's; then it is looked up anew, segment by segment.
        """
        done = self._done.get(docname)
        if done is not None and _raw(done.source) == text:
            return done
        dialect = self._dialects.of(str(path))
        if dialect is None:
            return None
        found = self._looking().translate([Source(self._name(path), text, dialect)])
        done = found.documents[0] if found.documents else None
        if done is not None:
            self._done[docname] = done
        return done

    def read(self, docname: str) -> TranslatedDocument | None:
        """Return the translation of a document that this process has read."""
        return self._done.get(docname)

    def close(self) -> None:
        """Close the memory and stop the translator; look-ups open the memory again."""
        if self._memory is not None:
            self._memory.close()
        self._memory = self._reader = None
        self.book.close()

    def _looking(self) -> Pipeline:
        """Return a pipeline that only looks up; it works in any process."""
        if self._reader is None:
            self._memory = Memory(self.config.memory, read_only=True)
            known = _Known(self._signature, self.made_drafts)
            self._reader = Pipeline(
                self.config.source,
                self.language,
                self.profile,
                self._memory,
                known,
                granularity=self.config.granularity,
                drafts=self.config.drafts,
            )
            self._reader.keeps_addresses = True
        return self._reader

    def _sources(self, paths: dict[str, Path]) -> dict[str, Source]:
        return {
            docname: Source(self._name(path), path, dialect)
            for docname, path in sorted(paths.items())
            if (dialect := self._dialects.of(str(path)))
        }

    def _name(self, path: Path) -> str:
        return Path(os.path.relpath(path, self.config.root)).as_posix()

    def _shown(self, done: TranslatedDocument) -> str:
        authors = [author_of(outcome, self.made_drafts) for outcome in done.segments]
        return _digest(repr((done.text, authors)))

    def _state(self) -> str:
        """Return the state of all that decides a translation, beside the documents."""
        memory = self.config.memory
        stamps: list[Any] = [self._signature, self.config.drafts, self.config.granularity]
        for path in (memory, memory.with_name(f"{memory.name}-wal")):
            # A log that is there and empty says no more than one that is not there.
            if path.exists() and (stat := path.stat()).st_size:
                stamps.append((stat.st_size, stat.st_mtime_ns))
        return _digest(repr(stamps))


def _open(others: dict[str, Path], record: LastBuild) -> dict[str, Path]:
    return {n: p for n, p in others.items() if n in record.seen and record.seen[n].is_open}


def _is_open(done: TranslatedDocument) -> bool:
    return any(outcome.status is Status.UNTRANSLATED for outcome in done.segments)


def _raw(document: Document) -> str:
    return document.raw if isinstance(document, Notebook) else document.text


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
