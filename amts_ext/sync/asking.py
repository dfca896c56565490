"""The translations that a synchronization wants: one batch for all files of all languages."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from amts_ext.errors import AmtsError, DocumentError, attempt
from amts_ext.languages import profiles
from amts_ext.memory import Memory, Store
from amts_ext.model import characters
from amts_ext.pipeline import cost
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import Progress, silent
from amts_ext.sync.document import FileSync
from amts_ext.text.outcome import Source, TranslatedDocument
from amts_ext.translators.base import Translator

if TYPE_CHECKING:
    from amts_ext.config import Config
MEMORY = ".amts/memory.sqlite"
"""The memory of a translation whose source has no configuration."""


class How(Enum):
    """What is done to get translations."""

    ALL = "all"
    FREE = "free"
    """The memory stays as it is, and no translator that bills is asked."""
    NOTHING = "nothing"
    """It is only counted what would be asked."""


@dataclass(slots=True)
class Fetched:
    """What was got, and what was asked for it or would have been."""

    documents: dict[str, TranslatedDocument] = field(default_factory=dict)
    """What is wanted of the files, by their paths."""
    problems: list[AmtsError] = field(default_factory=list)
    """The errors of the others."""
    segments: int = 0
    """Segments that the memory lacks, each once."""
    characters: int = 0
    cost: float | None = None
    """In USD by the book's prices; None if it names none."""


class Order(NamedTuple):
    """What one language wants."""

    lang: str
    target: Path
    """The folder of its translation."""
    files: Sequence[FileSync]

    @property
    def wanted(self) -> list[Source]:
        return [source for file in self.files if (source := file.wanted)]


@dataclass(frozen=True, slots=True)
class Asking:
    """How translations are got, for all languages of a run."""

    source: str
    """The language of the source."""
    config: Config | None = None
    """Of the source's book; None: the embedded service, and a memory in each translation."""
    translator: Translator | None = None
    """To be asked instead of the configured one."""
    progress: Progress = silent

    def translate(self, orders: Sequence[Order], how: How = How.ALL) -> list[Fetched | AmtsError]:
        """Get what the languages want; return for each what was got, or why nothing was.

        A translator that bills is asked once for all languages. Raises
        :class:`~amts_ext.errors.AmtsError`, before anything is sent, if it would cost more than
        ``max_cost``; :class:`~amts_ext.errors.TranslatorError` if that batch fails as a whole.
        """
        if not any(order.wanted for order in orders):
            return [Fetched() for _ in orders]
        with ExitStack() as opened:
            places = _Places(self, how, opened)
            begun = [attempt(partial(_Begun, order, places)) for order in orders]
            if places.book:
                wanted = {b.order.lang: b.order.wanted for b in begun if isinstance(b, _Begun)}
                places.book.fetch_each(wanted, self.progress)
            return [b if isinstance(b, AmtsError) else attempt(b.end) for b in begun]


class _Places:
    """Where translations are looked up and asked for: in a book, or in memories of their own."""

    def __init__(self, asking: Asking, how: How, opened: ExitStack) -> None:
        from amts_ext.pipeline.book import Book

        self._asking, self.how, self._opened = asking, how, opened
        self.prices = cost.prices(asking.config) if asking.config else None
        self.book: Book | None = None
        self._translator: Translator | None = None
        if asking.config and how is How.ALL:
            self.book = opened.enter_context(Book(asking.config, translator=asking.translator))
        elif how is not How.NOTHING:
            self._translator = self._asked()

    def _asked(self) -> Translator | None:
        """Return the translator, which is closed at the end; None if it must not be asked."""
        from amts_ext import translators
        from amts_ext.translators.embedded import embedded

        given, config = self._asking.translator, self._asking.config
        translator = given or (translators.make(config) if config else None) or embedded()
        self._opened.callback(translator.close)
        return translator if self.how is How.ALL or translator.billed is None else None

    def pipeline(self, order: Order) -> Pipeline:
        """Return the pipeline into one language."""
        asking = self._asking
        if self.book:
            return self.book.pipeline(order.lang, asking.progress)
        profile = profiles.for_pair(asking.source, order.lang)
        memory = self._opened.enter_context(Memory(self._memory(order.target)))
        granularity = asking.config.granularity if asking.config else "sentence"
        return Pipeline(
            asking.source, order.lang, profile, memory, self._translator,
            granularity=granularity, progress=asking.progress,
        )  # fmt: skip

    def _memory(self, target: Path) -> Path:
        """Return the place of the memory for one translation; a trial works on a copy."""
        config = self._asking.config
        place = config.memory if config else target / MEMORY
        if self.how is How.ALL:
            return place
        copy = Path(self._opened.enter_context(tempfile.TemporaryDirectory())) / place.name
        if place.exists():
            shutil.copy(place, copy)
        return copy


class _Begun:
    """One language: what it wants is counted, and not got yet."""

    def __init__(self, order: Order, places: _Places) -> None:
        self.order = order
        self._how = places.how
        self._fetched = Fetched()
        if not order.wanted:
            return
        self._pipeline = places.pipeline(order)
        for file in order.files:
            self._learn(file, self._pipeline.memory)
        missing, _ = self._pipeline.missing(order.wanted)
        count = sum(characters(segment.parts) for _, segment in missing.values())
        price = places.prices.estimate({order.lang: count}) if places.prices else None
        self._fetched = Fetched({}, [], len(missing), count, price)

    def _learn(self, file: FileSync, memory: Store | None) -> None:
        """Put what the human wrote in a file that changes into the memory."""
        from amts_ext.human.learning import learn_texts

        if file.merged and file.merged.wanted and memory:
            texts = file.base.text, file.target.text
            aligned = file.aligned if file.base.text == file.last else None
            learn_texts(
                memory, self.order.target, file.pair.before, texts, self._pipeline.pair,
                file.format, file.known, aligned,
            )  # fmt: skip

    def end(self) -> Fetched:
        """Get what is wanted, and return it with its counts."""
        asked, wanted = self._fetched, self.order.wanted
        if self._how is How.NOTHING or not wanted:
            return asked
        result = self._pipeline.translate(wanted)
        asked.documents |= {document.name: document for document in result.documents}
        failed = {source.name for source in wanted} - asked.documents.keys()
        asked.problems += (
            DocumentError(p.reason, file=p.file, line=p.line)
            for p in result.problems
            if p.file in failed
        )
        return asked
