"""The translations that a synchronization wants: one batch for all files of a language."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.errors import AmtsError, DocumentError
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import Progress, silent
from amts_ext.sync.document import FileSync
from amts_ext.text.outcome import TranslatedDocument
from amts_ext.translators.base import Translator

if TYPE_CHECKING:
    from amts_ext.config import Config
MEMORY = ".amts/memory.sqlite"
"""The memory of a translation whose source has no configuration."""


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

    def translate(
        self, files: Sequence[FileSync], is_trial: bool = False
    ) -> tuple[dict[str, TranslatedDocument], list[AmtsError]]:
        """Return what is wanted of the files, by their paths, and the errors of the others.

        A trial leaves the memory as it is, and asks no translator that bills. Raises what
        :meth:`~amts_ext.pipeline.Pipeline.translate` raises.
        """
        wanted = [source for file in files if (source := file.wanted)]
        if not wanted:
            return {}, []
        with self._trial() if is_trial else self._pipeline() as pipeline:
            for file in files:
                self._learn(file, pipeline)
            result = pipeline.translate(wanted)
        done = {document.name: document for document in result.documents}
        failed = {s.name for s in wanted} - done.keys()
        problems = [
            DocumentError(p.reason, file=p.file, line=p.line)
            for p in result.problems
            if p.file in failed
        ]
        return done, [*problems]

    def _learn(self, file: FileSync, pipeline: Pipeline) -> None:
        """Put what the human wrote in a file that changes into the memory."""
        from amts_ext.human.learning import learn_texts

        if file.merged and file.merged.wanted and pipeline.memory:
            texts = file.base.text, file.target.text
            name = file.pair.before
            learn_texts(pipeline.memory, self.target, name, texts, self.pair, file.format)

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
    def _trial(self) -> Iterator[Pipeline]:
        place = self.config.memory if self.config else self.target / MEMORY
        with tempfile.TemporaryDirectory() as folder, self._asked() as translator:
            copy = Path(folder) / "memory.sqlite"
            if place.exists():
                shutil.copy(place, copy)
            with Memory(copy) as memory:
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
