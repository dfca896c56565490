"""Translation of single segments by TranslateText, several at a time.

https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from amts_ext.errors import TranslatorError, UnsupportedPairError
from amts_ext.model import Parts, Slot
from amts_ext.progress import Progress
from amts_ext.translators.amazon.connection import Clients, TextError, errors_told, patiently
from amts_ext.translators.amazon.html import element, encodable
from amts_ext.translators.amazon.html_reader import read_page, to_parts
from amts_ext.translators.amazon.job import Setup
from amts_ext.translators.amazon.pushed import ResourceKind
from amts_ext.translators.amazon.unanswered import Unanswered
from amts_ext.translators.base import Answer, Request

TEXT_BYTES = 10_000
"""Bytes of UTF-8 in a text that TranslateText takes, at most."""
THREADS = 8
"""Requests to TranslateText at a time."""

_NAME = "p0"


class Singles:
    """The requests of one run to TranslateText.

    ``characters`` is a counter to which the characters sent are added, by target language.
    """

    def __init__(
        self, clients: Clients, setup: Setup, source: str, characters: Counter[str]
    ) -> None:
        self._clients = clients
        self._setup = setup
        self._source = source
        self._characters = characters
        self._unsupported: dict[str, str] = {}
        """The service's message for each target language that it does not translate into."""

    def translate(self, rest: Unanswered, progress: Progress) -> Iterator[list[Answer]]:
        """Translate the requests in ``rest`` and yield their answers; those that fail stay there.

        Raises :class:`amts_ext.errors.TranslatorError` for a fault that concerns all requests.
        """
        work = rest.each()
        with ThreadPoolExecutor(THREADS) as pool:
            asked = [pool.submit(self._one, *each) for each in work]
            done = 0
            try:
                for (request, target), future in zip(work, asked, strict=True):
                    answer = future.result()
                    progress("translate", done + 1, len(work))
                    if answer.parts is not None:
                        yield [answer]
                        rest.done(answer.key, target)
                    else:
                        rest.add(request, target, answer.problem, answer.lasting)
                    done += 1
            except (KeyboardInterrupt, TranslatorError):
                pool.shutdown(wait=True, cancel_futures=True)
                yield _good(asked[done:])  # these are paid for
                raise
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, request: Request, target: str) -> Answer:
        if target in self._unsupported:
            return self._no_engine(request, target)
        plain = _plain(request.parts)
        text = plain if plain is not None else element(request.parts, _NAME)
        try:
            with errors_told("TranslateText"):
                answer = patiently(
                    lambda: self._clients.translate.translate_text(
                        Text=text,
                        SourceLanguageCode=self._source,
                        TargetLanguageCode=target,
                        TerminologyNames=self._terms(target),
                    )
                )
        except UnsupportedPairError as error:
            self._unsupported[target] = error.message
            return self._no_engine(request, target)
        except TextError as error:
            return Answer(request.key, target, None, error.message)
        self._characters[target] += len(text)
        result = answer["TranslatedText"]
        if plain is not None:
            return Answer(request.key, target, (result,) if result else None, "it came back empty")
        found = read_page(result, [_NAME]).get(_NAME)
        return Answer(request.key, target, *to_parts(request.parts, found))

    def _no_engine(self, request: Request, target: str) -> Answer:
        return Answer(request.key, target, None, self._unsupported[target], lasting=False)

    def _terms(self, target: str) -> list[str]:
        used = self._setup.adaptation(self._source, target)
        return [r.name for r in used if r.kind is ResourceKind.TERMINOLOGY]


def _good(asked: Sequence[Future[Answer]]) -> list[Answer]:
    """Return the translations among the requests that have ended."""
    came = (f.result() for f in asked if not f.cancelled() and f.exception() is None)
    return [answer for answer in came if answer.parts is not None]


def fits(parts: Parts) -> bool:
    """Return whether a segment is short enough for TranslateText.

    >>> fits(("A cat.",)), fits(("A cat. " * 2000,))
    (True, False)
    """
    return len(element(parts, _NAME).encode()) <= TEXT_BYTES


def _plain(parts: Parts) -> str | None:
    """Return the segment as plain text; None if it has slots or text that looks like markup."""
    if any(isinstance(part, Slot) for part in parts):
        return None
    text = "".join(p for p in parts if isinstance(p, str))
    return None if "<" in text or "&" in text else encodable(text)
