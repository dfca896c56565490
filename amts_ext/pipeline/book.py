"""One book: its memory, human translations and translator, and a pipeline for each language."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from amts_ext import files, translators
from amts_ext.config import Config, load
from amts_ext.errors import ConfigError
from amts_ext.languages import profiles
from amts_ext.memory import Memory, Store
from amts_ext.model import characters
from amts_ext.pipeline import cost
from amts_ext.pipeline.asking import Missing, merged, session
from amts_ext.pipeline.cost import Bill, Estimate
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import Progress, silent
from amts_ext.project import open_project
from amts_ext.text.outcome import Problem, Result, Source, Status, TranslatedDocument
from amts_ext.text.reading import Reader
from amts_ext.translators.base import Translator

if TYPE_CHECKING:
    from amts_ext.human import Report

LOG = logging.getLogger("amts")


class Book:
    """An open book: its configuration, project, memory, translator and pipelines.

    A build opens it once, as a context manager, because the translator may run a service::

        with open_book(load("config.ini")) as book:
            book.learn("zh")
            result = book.pipeline("zh").translate(book.project.documents())

    A ``read_only`` book looks up and stores nothing.
    """

    def __init__(
        self,
        config: Config,
        *,
        frozen: bool = False,
        translator: Translator | None = None,
        read_only: bool = False,
    ) -> None:
        self.config = config
        self.frozen = frozen
        self.project = open_project(config)
        self.memory = _open_memory(config, frozen, read_only)
        self.translator = translator or translators.make(config)
        self._pipelines: dict[str, Pipeline] = {}
        self.learned: dict[str, Report] = {}
        """What was learned from the human translation into each language."""
        self._reader = self._new_reader()
        self.prices = cost.prices(config)
        self._guard = cost.Guard(config, self.prices)

    def learn(self, lang: str, progress: Progress = silent) -> None:
        """Put the units of the human translation into ``lang`` in the memory, once.

        This has to be called before the pipeline of that language looks up. What could not be
        learned is logged, and told by :meth:`unread`.

        Raises :class:`ConfigError` for a language without a profile or the source language itself;
        :class:`~amts_ext.errors.AlignmentError` if the folders do not fit together.
        """
        config = self.config
        profile = profiles.for_pair(config.source, lang)
        human = config.human.get(profile.language)
        if human is None or self.memory.read_only or profile.language in self.learned:
            return
        from amts_ext.human import learn  # late: it brings all of alignment, for few books
        from amts_ext.merging.following import Following

        pair = (config.source, profile.language)
        follow = Following(pair, config.localized).follow
        markdown = self.project.markdown
        report = learn(self.memory, human, config.root, pair, markdown, progress, follow)
        self.learned[profile.language] = report
        for problem in report.problems:
            LOG.warning("%s", problem)

    def unread(self, lang: str) -> list[Problem]:
        """Return what of the human translation into ``lang`` could not be learned, and why.

        A person has to look at it: the book is built without those files.
        """
        report = self.learned.get(profiles.for_pair(self.config.source, lang).language)
        found = report.problems if report else ()
        return [Problem(error.file or "", error.line, error.message) for error in found]

    def pipeline(self, lang: str, progress: Progress = silent) -> Pipeline:
        """Return the pipeline into ``lang``; it knows human translations after :meth:`learn`.

        Raises :class:`ConfigError` for a language without a profile or the source language itself.
        """
        if lang not in self._pipelines:
            self._pipelines[lang] = self._new_pipeline(lang, progress)
        self._pipelines[lang].reader = self._reader
        return self._pipelines[lang]

    def _new_reader(self, keep: bool = False) -> Reader:
        return Reader(self.config.source, self.config.granularity, keep)

    def _new_pipeline(self, lang: str, progress: Progress) -> Pipeline:
        profile = profiles.for_pair(self.config.source, lang)
        return Pipeline(
            self.config.source,
            profile.language,
            profile,
            self.memory,
            self.translator,
            progress=progress,
            frozen=self.frozen,
            before_sending=lambda segments: self._guard.check({profile.language: segments}),
            drafts=self.config.drafts,
        )

    def estimate(
        self, lang: str, sources: Sequence[Source], progress: Progress = silent
    ) -> tuple[Estimate, Missing]:
        """Estimate what a build into ``lang`` would send; return also the missing segments.

        Nothing is sent.
        """
        self.learn(lang, progress)
        return self._estimated(lang, sources, progress)

    def _estimated(
        self, lang: str, sources: Sequence[Source], progress: Progress
    ) -> tuple[Estimate, Missing]:
        pipeline = self.pipeline(lang, progress)
        missing, result = pipeline.missing(sources)
        count = sum(characters(segment.parts) for _, segment in missing.values())
        return Estimate(
            lang,
            result.segments,
            result.counts["human"],
            result.counts["memory"],
            result.counts[Status.NOT_KEPT],
            len(missing),
            result.remembered,
            count,
            self.prices.estimate({pipeline.pair[1]: count}),
        ), missing

    def fetch(
        self,
        sources: Sequence[Source],
        langs: Sequence[str],
        progress: Progress = silent,
        announce: Callable[[Estimate], object] = lambda estimate: None,
    ) -> Bill | None:
        """Translate what the memory lacks in all ``langs`` together, before any language is built.

        As :meth:`fetch_each`, with the same sources for every language, whose human translations
        are learned from before.
        """
        if self._asks_together:
            for lang in langs:
                self.learn(lang, progress)
        return self.fetch_each(dict.fromkeys(langs, sources), progress, announce)

    @property
    def _asks_together(self) -> bool:
        return self.translator.billed is not None and not self.frozen

    def fetch_each(
        self,
        sources: Mapping[str, Sequence[Source]],
        progress: Progress = silent,
        announce: Callable[[Estimate], object] = lambda estimate: None,
    ) -> Bill | None:
        """Translate what the memory lacks of the sources of each language, all together.

        One job of a translator that bills can serve several languages. Other translators are asked
        by each pipeline itself, so nothing is fetched for them. ``announce`` is called with the
        estimate of each language. Returns what was sent and billed; None if nothing was.

        Raises :class:`AmtsError` before anything is sent if it costs more than ``max_cost``;
        :class:`TranslatorError` for failures that would hit every segment.
        """
        translator = self.translator
        # Documents are kept if they are read several times: once for each language, and once
        # before if all languages are asked for together or the build is frozen.
        keep = self._asks_together or self.frozen or len(sources) > 1
        self._reader = self._new_reader(keep)
        if translator.billed is None or self.frozen:
            return None
        pipelines = {lang: self.pipeline(lang, progress) for lang in sources}
        before = sum(translator.billed.values())
        with session(translator, self.memory, self.config.source, progress):
            missing: dict[str, Missing] = {}
            for lang, pipeline in pipelines.items():
                found = self._estimated(lang, sources[lang], progress)
                estimate, missing[pipeline.pair[1]] = found
                announce(estimate)
            self._guard.check({t: [s for _, s in m.values()] for t, m in missing.items()})
            requests = merged(missing)
            for answers in translator.translate(requests, self.config.source, progress):
                for pipeline in pipelines.values():
                    pipeline.take(answers, missing[pipeline.pair[1]])
        if not requests and sum(translator.billed.values()) == before:
            return None
        return cost.make_bill(self._guard.sent, translator.billed, self.prices)

    def close(self) -> None:
        """Close the memory and stop what the translator started."""
        self.translator.close()
        self.memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_book(config: Config, *, frozen: bool = False, read_only: bool = False) -> Book:
    """Open the book of ``config``; its translator is reached only when a segment needs it."""
    return Book(config, frozen=frozen, read_only=read_only)


def translate_book(
    config: Config | str | Path,
    langs: Sequence[str] = (),
    out: str | Path = "_build/translated",
    *,
    translator: Translator | None = None,
    frozen: bool = False,
    progress: Progress = silent,
) -> dict[str, Result]:
    """Translate a book's source files into ``out/<language>/…``; return the results by language.

    >>> from amts_ext.translators.function import Function
    >>> size = Path("config.ini").write_text("[project]\\ntitle = Cats\\n")
    >>> size = Path("index.md").write_text("Cats sleep. Cats eat.\\n")
    >>> capitals = Function(lambda sentences: [sentence.upper() for sentence in sentences])
    >>> results = translate_book("config.ini", ["pt"], translator=capitals)
    >>> results["pt"].counts
    Counter({'machine': 2})
    >>> print(Path("_build/translated/pt/index.md").read_text())
    CATS SLEEP. CATS EAT.
    <BLANKLINE>

    ``config`` is a ``config.ini`` or a :class:`~amts_ext.config.Config`; without ``langs`` its own
    are used. ``out`` is relative to the book's folder. Files are written only if they change. For
    built pages use ``d2lbook build html --lang``.

    Raises :class:`ConfigError` if no language is given, and what :meth:`Book.fetch` and
    :meth:`~amts_ext.pipeline.Pipeline.translate` raise.
    """
    if not isinstance(config, Config):
        config = load(config)
    wanted = tuple(langs) or config.langs
    if not wanted:
        raise ConfigError("no language given; set langs in [amts]", file=str(config.file))
    base = config.root / out
    results = {}
    with Book(config, frozen=frozen, translator=translator) as book:
        documents = book.project.documents()
        sources = [d for d in documents if not (config.root / d.name).is_relative_to(base)]
        announce = functools.partial(LOG.info, "%s")
        if bill := book.fetch(sources, wanted, progress, announce):
            announce(bill)
        for lang in wanted:
            folder = base / lang

            def save(document: TranslatedDocument, folder: Path = folder) -> None:
                files.write_text(folder / document.name, document.text)

            book.learn(lang, progress)
            for notice in book.learned[lang].notices if lang in book.learned else ():
                LOG.warning("%s", notice)
            results[lang] = book.pipeline(lang, progress).translate(sources, save)
            results[lang].problems += book.unread(lang)
    return results


def _open_memory(config: Config, frozen: bool, read_only: bool) -> Store:
    """Open the memory; a frozen build in a folder that is read-only opens it for reading."""
    folder = config.memory.parent
    if read_only or (frozen and not os.access(_existing(folder), os.W_OK)):
        return Memory(config.memory, read_only=True)
    folder.mkdir(parents=True, exist_ok=True)
    return Memory(config.memory)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)
