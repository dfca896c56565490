"""Amazon Translate as a translator: batch jobs for books, TranslateText for a few segments.

The same class speaks to AWS and, by :func:`amts_ext.translators.embedded.embedded`, to the embedded
service; only the connection differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from amts_ext.errors import ConfigError
from amts_ext.model import Slot
from amts_ext.translators.aws import Aws, Clients, Connection, TextError, patiently, translated
from amts_ext.translators.base import Answer, Progress, Request
from amts_ext.translators.batch import Batch, Setup
from amts_ext.translators.html import element, encodable, pages, read_page, to_parts

if TYPE_CHECKING:
    from amts_ext.config import Config

TEXT_BYTES = 10_000
"""Longest text of TranslateText."""
PAGE_BYTES = 900_000
"""A job's document may hold 1,000,000 characters and 1 MB of text; bytes bound both."""
SINGLY = 10
"""Up to so many segments go through TranslateText: seconds instead of a job's minutes."""


class Amazon:
    """The :class:`amts_ext.translators.base.Translator` for Amazon Translate.

    ``singly`` is the largest batch that goes through TranslateText; with parallel data every batch
    is a job, because only jobs use it.
    """

    def __init__(
        self,
        setup: Setup,
        connection: Connection | None = None,
        *,
        singly: int = SINGLY,
        threads: int = 8,
        largest: int = PAGE_BYTES,
    ) -> None:
        self._setup = setup
        self._connection = connection or Aws()
        self._singly = 0 if setup.parallel_data else singly
        self._threads = threads
        self._largest = largest

    def signature(self, source: str, target: str) -> str:
        """See the protocol. Amazon does not number its models."""
        return "+".join([self._setup.engine, *self._adaptation()])

    def _adaptation(self) -> list[str]:
        setup = self._setup
        parts = []
        if setup.parallel_data:
            parts.append(f"parallel={setup.parallel_data}@{setup.parallel_data_revision}")
        if setup.terminology:
            names = ",".join(setup.terminology)
            parts.append(f"terms={names}@{setup.terminology_revision}")
        return parts

    def translate(
        self, requests: Sequence[Request], source: str, target: str, progress: Progress
    ) -> Iterator[Answer]:
        """See the protocol. What a job loses or damages is asked for again by itself."""
        if not requests:
            return
        clients = self._connection.clients()
        if len(requests) <= self._singly and all(map(_fits, requests)):
            yield from self._each(clients, requests, source, target, progress)
            return
        rest: dict[str, tuple[Request, str]] = {}
        for answer, request in self._in_batch(clients, requests, source, target, progress):
            if answer.parts is None:
                rest[request.id] = (request, answer.problem)
            else:
                yield answer
        again = [request for request, _ in rest.values() if _fits(request)]
        for answer in self._each(clients, again, source, target, progress):
            problem = rest.pop(answer.id)[1]
            why = f"{problem}; alone: {answer.problem}" if answer.problem else ""
            yield Answer(answer.id, answer.parts, why)
        for request, problem in rest.values():
            yield Answer(request.id, None, f"{problem}; too long to be translated alone")

    def close(self) -> None:
        """Close the connections, and with them an embedded service."""
        self._connection.close()

    def _in_batch(
        self,
        clients: Clients,
        requests: Sequence[Request],
        source: str,
        target: str,
        progress: Progress,
    ) -> Iterator[tuple[Answer, Request]]:
        """One job for all requests; every request gets an answer, be it a problem."""
        sheets = list(pages(requests, source, self._largest))
        batch = Batch(clients, self._setup, sheets, source, target)
        for page, text, reason in batch.run(progress):
            found = read_page(text, page.requests) if text is not None else {}
            for request in page.requests:
                if request.id in found:
                    parts, problem = to_parts(request, found[request.id])
                else:
                    parts, problem = None, reason or "it did not come back"
                yield Answer(request.id, parts, problem), request

    def _each(
        self,
        clients: Clients,
        requests: Sequence[Request],
        source: str,
        target: str,
        progress: Progress,
    ) -> Iterator[Answer]:
        """TranslateText for every request, several at once.

        What the service has against one text is a problem of that request. Raises
        :class:`amts_ext.errors.TranslatorError` for what would hit every request alike.
        """

        def one(request: Request) -> Answer:
            return self._one(clients, request, source, target)

        with ThreadPoolExecutor(self._threads) as pool:
            for done, answer in enumerate(pool.map(one, requests), 1):
                progress("translate", done, len(requests))
                yield answer

    def _one(self, clients: Clients, request: Request, source: str, target: str) -> Answer:
        plain = _plain(request)
        text = plain if plain is not None else element(request)
        try:
            with translated("TranslateText"):
                answer = patiently(
                    lambda: clients.translate.translate_text(
                        Text=text,
                        SourceLanguageCode=source,
                        TargetLanguageCode=target,
                        TerminologyNames=list(self._setup.terminology),
                    )
                )
        except TextError as error:
            return Answer(request.id, None, error.message)
        result = answer["TranslatedText"]
        if plain is not None:
            return Answer(request.id, (result,)) if result else Answer(request.id, None, "empty")
        found = read_page(result, [request]).get(request.id)
        if found is None:
            return Answer(request.id, None, "it did not come back")
        return Answer(request.id, *to_parts(request, found))


def from_config(config: Config) -> Amazon:
    """Amazon Translate on AWS as a book's configuration says.

    Raises :class:`amts_ext.errors.ConfigError` if bucket or role is missing.
    """
    for key in ("bucket", "role_arn"):
        if not getattr(config, key):
            message = f"[amts] {key} is empty; translator = aws needs it for batch jobs"
            raise ConfigError(message, file=str(config.file))
    terminology = (config.terminology,) if config.terminology else ()
    # Whatever answers at another address, its drafts must not pass for Amazon's.
    engine = "amazon-translate" + (f"@{config.endpoint}" if config.endpoint else "")
    setup = Setup(config.bucket, config.role_arn, terminology=terminology, engine=engine)
    return Amazon(setup, Aws(config.region, config.endpoint))


def _plain(request: Request) -> str | None:
    """The request as plain text, if it has no slots and nothing that reads as markup."""
    if any(isinstance(part, Slot) for part in request.parts):
        return None
    text = "".join(p for p in request.parts if isinstance(p, str))
    return None if "<" in text or "&" in text else encodable(text)


def _fits(request: Request) -> bool:
    return len(element(request).encode()) <= TEXT_BYTES
