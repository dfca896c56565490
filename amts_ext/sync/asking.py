"""The translations that a synchronization wants: one batch for all files of a language."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.errors import AmtsError, DocumentError
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import characters
from amts_ext.pipeline.cost import Prices
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import Progress, silent
from amts_ext.sync.document import FileSync
from amts_ext.text.outcome import TranslatedDocument
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


@dataclass(frozen=True, slots=True)
class Asking:
    """How translations are got."""

    pair: tuple[str, str]
    """Source language, target language."""
    target: Path
    """The folder of the translation."""
    config: Config | None = None
    """Of the source's book; None: the embedded service, and a memory in the translation."""
    translator: Translator | None = None
    """To be asked instead of the configured one."""
    progress: Progress = silent

    def translate(self, files: Sequence[FileSync], how: How = How.ALL) -> Fetched:
        """Get what is wanted of the files.

        Raises what :meth:`~amts_ext.pipeline.Pipeline.translate` raises.
        """
        wanted = [source for file in files if (source := file.wanted)]
        if not wanted:
            return Fetched()
        with self._pipeline() if how is How.ALL else self._trial(how) as pipeline:
            for file in files:
                self._learn(file, pipeline)
            missing, _ = pipeline.missing(wanted)
            count = sum(characters(segment.parts) for _, segment in missing.values())
            cost = Prices(self.config).estimate({self.pair[1]: count}) if self.config else None
            asked = Fetched({}, [], len(missing), count, cost)
            if how is How.NOTHING:
                return asked
            result = pipeline.translate(wanted)
        asked.documents |= {document.name: document for document in result.documents}
        failed = {source.name for source in wanted} - asked.documents.keys()
        asked.problems += (
            DocumentError(p.reason, file=p.file, line=p.line)
            for p in result.problems
            if p.file in failed
        )
        return asked

    def _learn(self, file: FileSync, pipeline: Pipeline) -> None:
        """Put what the human wrote in a file that changes into the memory."""
        from amts_ext.human.learning import learn_texts

        if file.merged and file.merged.wanted and pipeline.memory:
            texts = file.base.text, file.target.text
            name = file.pair.before
            aligned = file.aligned if file.base.text == file.last else None
            memory, known = pipeline.memory, file.known
            learn_texts(memory, self.target, name, texts, self.pair, file.format, known, aligned)

    @contextmanager
    def _pipeline(self) -> Iterator[Pipeline]:
        from amts_ext.pipeline.book import Book

        if self.config:
            with Book(self.config, translator=self.translator) as book:
                yield book.pipeline(self.pair[1], self.progress)
            return
        with self._asked() as translator, Memory(self.target / MEMORY) as memory:
            yield self._of(memory, translator)

    @contextmanager
    def _trial(self, how: How) -> Iterator[Pipeline]:
        """Work on a copy of the memory, with no translator that bills."""
        place = self.config.memory if self.config else self.target / MEMORY
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "memory.sqlite"
            if place.exists():
                shutil.copy(place, copy)
            with Memory(copy) as memory:
                if how is How.NOTHING:
                    yield self._of(memory, None)
                    return
                with self._asked() as translator:
                    yield self._of(memory, None if translator.billed is not None else translator)

    @contextmanager
    def _asked(self) -> Iterator[Translator]:
        from amts_ext import translators
        from amts_ext.translators.embedded import embedded

        configured = self.translator or (translators.make(self.config) if self.config else None)
        translator = configured or embedded()
        try:
            yield translator
        finally:
            translator.close()

    def _of(self, memory: Memory, translator: Translator | None) -> Pipeline:
        profile = profiles.for_pair(*self.pair)
        granularity = self.config.granularity if self.config else "sentence"
        return Pipeline(
            *self.pair, profile, memory, translator,
            granularity=granularity, progress=self.progress,
        )  # fmt: skip
