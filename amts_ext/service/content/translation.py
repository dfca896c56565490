"""One text or document through the engine, with parallel data and terminology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from amts_ext.errors import TranslatorError, UnsupportedPairError
from amts_ext.service.content.documents import TranslateRuns, looks_like_html
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup, Piece, Run
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.types import HTML, PLAIN, translate_file, translate_string
from amts_ext.service.engines.base import Engine, EngineDiedError
from amts_ext.service.engines.pool import Pool
from amts_ext.service.wire import ServiceError


@dataclass(slots=True)
class Counted:
    """How much went to the engine."""

    segments: int = 0
    characters: int = 0
    texts: list[str] = field(default_factory=list)
    """The text of every segment."""
    limit: int | None = None
    """Most bytes of text; more is an error, and nothing goes to the engine."""
    most_characters: int | None = None
    """Most characters; as ``limit``."""

    def held(self, terms: Mapping[str, str]) -> dict[str, str]:
        """Those of ``terms`` that stand in the texts, as whole words."""
        return Glossary(terms).held(self.texts) if terms else {}


class Translation:
    """The engine and its workers."""

    def __init__(self, engine: Engine, pool: Pool) -> None:
        self.engine = engine
        self._pool = pool

    def check(self, source: str, target: str) -> None:
        """Raises :class:`ServiceError` (UnsupportedLanguagePairException)."""
        if source == target:  # nothing is to be done, and AWS does it for nothing
            return
        try:
            self.engine.check(source, target)
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error

    def prepare(self, source: str, target: str) -> None:
        """Fetch what the pair needs; raises as :meth:`check`."""
        self.check(source, target)
        if source == target:
            return
        try:
            self.engine.prepare(source, target)
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error

    def text(
        self,
        text: str,
        source: str,
        target: str,
        adapt: Help,
        counted: Counted,
    ) -> str:
        """A text of its own: HTML if it holds markup, else plain. Raises as :meth:`document`."""
        kind = HTML if looks_like_html(text) else PLAIN
        runs = self._runs(source, target, adapt, counted)
        with _told(source, target):
            return translate_string(text, kind, runs)

    def document(
        self,
        data: bytes,
        kind: str,
        source: str,
        target: str,
        adapt: Help,
        counted: Counted,
    ) -> bytes:
        """A document of one of the content types.

        Raises :class:`ServiceError`: InternalServerException if the engine fails,
        ServiceUnavailableException if its process dies, UnsupportedLanguagePairException if its
        model does not load, InvalidRequestException if the document holds more text than allowed
        or is not of its type.
        """
        runs = self._runs(source, target, adapt, counted)
        with _told(source, target):
            return translate_file(data, kind, runs)

    def _runs(self, source: str, target: str, adapt: Help, counted: Counted) -> TranslateRuns:
        """How the text of a document is translated."""

        def own(sentences: list[str]) -> list[str]:
            return self._pool.translate(source, target, sentences)

        def runs(texts: Sequence[Run]) -> list[list[Piece]]:
            if source == target:
                return [list(run) for run in texts]
            _count(texts, counted)
            return translate_runs(texts, adapt.engine or own, source, adapt)

        return runs


@contextmanager
def _told(source: str, target: str) -> Iterator[None]:
    """What goes wrong inside, as the API tells it."""
    try:
        yield
    except UnsupportedPairError as error:
        raise _unsupported(error, source, target) from error
    except EngineDiedError as error:
        raise ServiceError("ServiceUnavailableException", error.message) from error
    except TranslatorError as error:
        raise ServiceError("InternalServerException", error.message) from error


def _unsupported(error: UnsupportedPairError, source: str, target: str) -> ServiceError:
    codes = {"SourceLanguageCode": source, "TargetLanguageCode": target}
    return ServiceError("UnsupportedLanguagePairException", error.message, **codes)


def _count(runs: Sequence[Run], counted: Counted) -> None:
    for run in runs:
        text = "".join("" if isinstance(p, Markup) else p for p in run)
        if any(c.isalpha() for c in text):
            # What kept elements hold is sent too; AWS does not say that it would be free.
            whole = "".join(p.inner if isinstance(p, Markup) else p for p in run)
            counted.segments += 1
            counted.characters += len(whole)
            counted.texts.append(whole)
    if counted.limit is not None:
        size = sum(len(t.encode()) for t in counted.texts)
        if size > counted.limit:
            message = f"the document holds {size} bytes of text; {counted.limit} are allowed"
            raise ServiceError("InvalidRequestException", message)
    if counted.most_characters is not None and counted.characters > counted.most_characters:
        message = f"the document is over {counted.most_characters:,} characters"
        raise ServiceError("InvalidRequestException", message)
