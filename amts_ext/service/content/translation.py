"""Translation of one text or document: through the engine, with parallel data and terminology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from amts_ext.errors import TranslatorError, UnsupportedPairError
from amts_ext.service.content.documents import TranslateRuns, looks_like_html
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup, Piece, Run, key, plain
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.types import HTML, PLAIN, translate_file, translate_string
from amts_ext.service.engines.alphabet import Alphabet
from amts_ext.service.engines.base import Engine, EngineDiedError
from amts_ext.service.engines.pool import Pool
from amts_ext.service.wire import ServiceError


@dataclass(slots=True)
class Counted:
    """The count of what one request or document sends for translation, with its limits.

    A text over a limit is an error, and none of it goes to the engine.
    """

    segments: int = 0
    """Runs with letters."""
    characters: int = 0
    """Characters of these runs."""
    texts: list[str] = field(default_factory=list)
    """The text of every segment."""
    unsure: dict[str, list[str]] = field(default_factory=dict)
    """What an engine that drafts doubts, by the :func:`~.runs.key` of the text of a run."""
    limit: int | None = None
    """Bytes of text at most."""
    most_characters: int | None = None
    """Characters at most."""

    def held(self, terms: Mapping[str, str]) -> dict[str, str]:
        """Return those terms that stand in the texts as whole words, with their translations.

        >>> Counted(texts=["A bin is empty."]).held({"bin": "intervalo", "mean": "média"})
        {'bin': 'intervalo'}
        """
        return Glossary(terms).held(self.texts) if terms else {}


class Translation:
    """The engine with its workers, for texts and documents instead of sentences."""

    def __init__(self, engine: Engine, pool: Pool) -> None:
        self.engine = engine
        self._pool = pool

    def check(self, source: str, target: str) -> None:
        """Check that the engine serves a language pair; a language to itself is always served.

        Raises :class:`ServiceError` (UnsupportedLanguagePairException).
        """
        if source == target:  # as on AWS: the text comes back, and costs nothing
            return
        try:
            self.engine.check(source, target)
        except UnsupportedPairError as error:
            raise _unsupported(error, source, target) from error

    def prepare(self, source: str, target: str) -> None:
        """Check a language pair and fetch the model that it needs.

        Raises :class:`ServiceError` (UnsupportedLanguagePairException).
        """
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
        """Translate a single text, as HTML if it holds markup, else as plain text.

        Raises what :meth:`document` raises.
        """
        kind = HTML if looks_like_html(text) else PLAIN
        runs = self._runs(source, target, adapt, counted)
        with _service_errors(source, target):
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
        """Translate a document of the content type ``kind``.

        Raises :class:`ServiceError`: InternalServerException if the engine fails,
        ServiceUnavailableException if its process dies, UnsupportedLanguagePairException if its
        model does not load, InvalidRequestException if the document holds more text than allowed
        or is not of its type.
        """
        runs = self._runs(source, target, adapt, counted)
        with _service_errors(source, target):
            return translate_file(data, kind, runs)

    def _runs(self, source: str, target: str, adapt: Help, counted: Counted) -> TranslateRuns:
        """Return the function that translates the runs of one document and counts them."""

        def own(sentences: list[str]) -> list[str]:
            return self._pool.translate(source, target, sentences)

        def runs(texts: Sequence[Run]) -> list[list[Piece]]:
            if source == target:
                return [list(run) for run in texts]
            _count(texts, counted)
            spelling = replace(adapt, alphabet=self._alphabet(source, target, adapt))
            unsure: dict[int, list[str]] = {}
            found = translate_runs(texts, adapt.engine or own, source, spelling, unsure)
            for number, reasons in unsure.items():
                counted.unsure[key(plain(texts[number]))] = reasons
            return found

        return runs

    def _alphabet(self, source: str, target: str, adapt: Help) -> Alphabet | None:
        """Return what the engine can spell; an engine made of parallel data copies the rest."""
        alphabet = getattr(self.engine, "alphabet", None)
        if alphabet is None or adapt.halves:
            return None
        found: Alphabet | None = alphabet(source, target)
        return found


@contextmanager
def _service_errors(source: str, target: str) -> Iterator[None]:
    """Turn the errors of an engine into :class:`ServiceError`, the errors of the API."""
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
    """Count the runs with letters. Raises :class:`ServiceError` if they exceed a limit."""
    for run in runs:
        text = "".join("" if isinstance(p, Markup) else p for p in run)
        if any(c.isalpha() for c in text):
            # The text of kept elements counts: AWS does not say that it would be free.
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
