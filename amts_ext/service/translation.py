"""One text or document through the engine, with parallel data and terminology."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from amts_ext.errors import TranslatorError, UnsupportedPairError
from amts_ext.service.documents import (
    looks_like_html,
    translate_html,
    translate_plain,
)
from amts_ext.service.engines.base import Engine
from amts_ext.service.engines.pool import Pool
from amts_ext.service.markup import Help, Mark, Piece, Run, translate_runs
from amts_ext.service.wire import ServiceError
from amts_ext.service.xliff import XLIFF, XliffError, translate_xliff

HTML, PLAIN = "text/html", "text/plain"


@dataclass(slots=True)
class Counted:
    """How much went to the engine."""

    segments: int = 0
    characters: int = 0
    texts: list[str] = field(default_factory=list)
    """The text of every segment."""
    limit: int | None = None
    """Most bytes of text; more is an error, and nothing goes to the engine."""


class Translation:
    """The engine and its workers."""

    def __init__(self, engine: Engine, pool: Pool) -> None:
        self.engine = engine
        self._pool = pool

    def check(self, source: str, target: str) -> None:
        """Raises :class:`ServiceError` (UnsupportedLanguagePairException)."""
        try:
            if source == "auto":
                message = "the embedded service does not detect languages; name the source language"
                raise UnsupportedPairError(message)
            self.engine.check(source, target)
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error

    def prepare(self, source: str, target: str) -> None:
        """Fetch what the pair needs; raises as :meth:`check`."""
        self.check(source, target)
        try:
            self.engine.prepare(source, target)
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error

    def text(self, text: str, source: str, target: str, adapt: Help, counted: Counted) -> str:
        """A text of its own: HTML if it holds markup, else plain."""
        kind = HTML if looks_like_html(text) else PLAIN
        return self.document(text, kind, source, target, adapt, counted)

    def document(
        self, text: str, kind: str, source: str, target: str, adapt: Help, counted: Counted
    ) -> str:
        """A document of one of the content types.

        Raises :class:`ServiceError`: InternalServerException if the engine fails,
        UnsupportedLanguagePairException if its model does not load, InvalidRequestException if it
        holds more text than allowed or is no XLIFF.
        """

        def own(sentences: list[str]) -> list[str]:
            return self._pool.translate(source, target, sentences)

        def runs(texts: Sequence[Run]) -> list[list[Piece]]:
            _count(texts, counted)
            return translate_runs(texts, adapt.engine or own, source, adapt)

        try:
            if kind == XLIFF:
                return translate_xliff(text, target, runs)
            return (translate_html if kind == HTML else translate_plain)(text, runs)
        except XliffError as error:
            raise ServiceError("InvalidRequestException", str(error)) from error
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error
        except TranslatorError as error:
            raise ServiceError("InternalServerException", error.message) from error


def _unsupported(error: UnsupportedPairError, source: str, target: str) -> ServiceError:
    codes = {"SourceLanguageCode": source, "TargetLanguageCode": target}
    return ServiceError("UnsupportedLanguagePairException", error.message, **codes)


def _count(runs: Sequence[Run], counted: Counted) -> None:
    for run in runs:
        text = "".join("" if isinstance(p, Mark) else p for p in run)
        if any(c.isalpha() for c in text):
            # What kept elements hold is sent too; AWS does not say that it would be free.
            whole = "".join(p.inner if isinstance(p, Mark) else p for p in run)
            counted.segments += 1
            counted.characters += len(whole)
            counted.texts.append(whole)
    if counted.limit is not None:
        size = sum(len(t.encode()) for t in counted.texts)
        if size > counted.limit:
            message = f"the document holds {size} bytes of text; {counted.limit} are allowed"
            raise ServiceError("InvalidRequestException", message)
