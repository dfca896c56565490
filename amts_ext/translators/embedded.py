"""The embedded service as a translator: no account, no network, started by the first segment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from amts_ext.errors import UnsupportedPairError
from amts_ext.progress import Progress, silent
from amts_ext.service.content.terms import Glossary
from amts_ext.translators import carrier
from amts_ext.translators.amazon import SINGLY, Amazon
from amts_ext.translators.amazon.connection import Clients, make_clients
from amts_ext.translators.amazon.job import Setup
from amts_ext.translators.amazon.parallel import ParallelData
from amts_ext.translators.amazon.pushed import Resource, ResourceKind
from amts_ext.translators.amazon.terminologies import Terminologies
from amts_ext.translators.base import Answer, Answers, Request
from amts_ext.translators.lessons import FORM, Lesson, book_terms, project_terms, read_pairs

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.service.server import Service

LOG = logging.getLogger("amts")

BUCKET = "amts"
ROLE = "arn:aws:iam::123456789012:role/amts-embedded"
REVISION = "service-4"
"""A part of the signature, to be changed when the service answers otherwise with the same engine:
by another way to split sentences, to mark slots, or to repair."""
JUDGED = "judged-1"
"""A part of the signature of languages with pairs, to be changed when other drafts are doubted."""
ENGINE = "firefox"
"""The engine of a book that names none."""
SLICE = 400
"""Segments in one job, so that a run that is stopped loses some seconds of work, not a book."""


class Loopback:
    """A connection to an embedded service, which is started by the first use."""

    def __init__(self, engine: str, offline: bool, workers: int | None) -> None:
        self._engine = engine
        self._offline = offline
        self._workers = workers
        self._lock = threading.Lock()
        self._clients: Clients | None = None
        self.service: Service | None = None
        """The running service, for its request log; None before the first translation."""
        self.taught: set[str] = set()
        """Names of the pairs and terms that the running service has."""

    def clients(self) -> Clients:
        """Start the service if it does not run, and return the clients that speak to it."""
        with self._lock:
            if self._clients is None:
                self._clients = self._start()
            return self._clients

    def _start(self) -> Clients:
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.server import Service

        options = EngineOptions(offline=self._offline)
        service = Service(engine=self._engine, options=options, workers=self._workers)
        self.service = service.start()
        # The first answer may wait for the download of a model.
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True, timeout=3600)
        clients.s3.create_bucket(Bucket=BUCKET)
        return clients

    def close(self) -> None:
        """Stop the service if it runs. The next use starts a new one."""
        with self._lock:
            if self._clients is not None:
                self._clients.s3.close()
                self._clients.translate.close()
            self._clients = None
            if self.service is not None:
                self.service.close()
            self.service = None
            self.taught.clear()


class Embedded(Amazon):
    """Amazon Translate's client, speaking to the embedded service.

    ``pairs`` and ``terms`` are taught to the service before it translates: the book's pairs, and
    the project's terms if ``terms`` is None. Titles are translated inside a carrier sentence
    (:mod:`amts_ext.translators.carrier`).
    """

    def __init__(
        self,
        loopback: Loopback,
        engine: str,
        singly: int = SINGLY,
        resources: tuple[Resource, ...] = (),
        pairs: Sequence[Lesson] = (),
        terms: Sequence[Lesson] | None = None,
    ) -> None:
        self._lessons = [*pairs, *(project_terms() if terms is None else terms)]
        self._known = set[tuple[str, str]]().union(*(each.rows for each in pairs))
        resources += tuple(lesson.resource for lesson in self._lessons)
        setup = Setup(BUCKET, ROLE, resources=resources)
        # One round: asked a second time, the engine would give the same answer.
        super().__init__(setup, loopback, singly=singly, rounds=1)
        self._loopback = loopback
        self._engine = engine
        self._signatures: dict[tuple[str, str], str] = {}

    @property
    def billed(self) -> None:
        """None: the service costs nothing."""
        return None

    @property
    def service(self) -> Service | None:
        """The running service; None before the first translation."""
        return self._loopback.service

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        """Translate a batch in many small jobs, so that answers come early.

        Progress counts the segments of the batch. A job's own progress, which counts documents, is
        not shown.
        """
        self._teach(source, {t for request in requests for t in request.targets}, progress)
        ask = partial(super().translate, source=source, progress=silent)
        for start in range(0, len(requests), SLICE):
            part = requests[start : start + SLICE]
            by_terms = self._by_terms(part, source)
            yield by_terms
            rest = _less(part, by_terms)
            yield from carrier.settled(rest, source, ask, self._known, requests)
            progress("translate", start + len(part), len(requests))

    def _by_terms(self, requests: Sequence[Request], source: str) -> list[Answer]:
        """Answer the requests whose whole text is a term, often a title; they need no engine."""
        targets = {target for request in requests for target in request.targets}
        glossaries = {t: Glossary(self._terms(source, t), source, t) for t in targets}
        return [
            Answer(request.key, target, (said,), sure=True)
            for request in requests
            for target in request.targets
            if (said := glossaries[target].whole(request.key))
        ]

    def _terms(self, source: str, target: str) -> dict[str, str]:
        used = {r.name for r in self._setup.adaptation(source, target)}
        rows = (lesson.terms for lesson in self._lessons if lesson.resource.name in used)
        return {term: said for terms in rows for term, said in terms.items()}

    def signature(self, source: str, target: str) -> str:
        """Return the engine with its version and model, and the resources that adapt it.

        The service need not run for that.
        """
        from amts_ext.service.adaptation import learned
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.engines.registry import make

        if (source, target) not in self._signatures:
            engine = make(self._engine, EngineOptions(offline=True))
            version = f"{engine.version(source, target)}/{REVISION}"
            if self._learns(source, target):
                version += f"/learned-{learned.REVISION}/{JUDGED}"
            adapted = replace(self._setup, engine=version)
            self._signatures[source, target] = adapted.signature(source, target)
        return self._signatures[source, target]

    def drafts(self, source: str, target: str) -> bool:
        """Return whether the pair has no model, so that an engine is trained from its pairs alone.

        The sentences of such an engine are drafts.
        """
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.engines.registry import make

        if not self._learns(source, target):
            return False
        try:
            make(self._engine, EngineOptions(offline=True)).check(source, target)
        except UnsupportedPairError:
            return True
        return False

    def _learns(self, source: str, target: str) -> bool:
        """Return whether an engine for these languages has pairs to learn from."""
        adaptation = self._setup.adaptation(source, target)
        return any(resource.kind is ResourceKind.PARALLEL_DATA for resource in adaptation)

    def _teach(self, source: str, targets: Collection[str], progress: Progress) -> None:
        """Send the lessons for these languages to the service, each once.

        Raises :class:`~amts_ext.errors.TranslatorError` if the service does not take one.
        """
        for lesson in self._lessons:
            resource = lesson.resource
            fit = any(resource.covers(source, target) for target in targets)
            if not fit or resource.name in self._loopback.taught:
                continue
            clients = self._loopback.clients()
            if resource.kind is ResourceKind.TERMINOLOGY:
                Terminologies(clients).push(resource.name, lesson.data, "the project's terms")
            else:
                service = ParallelData(clients, BUCKET)
                state = service.push(resource.name, lesson.data, FORM, "the book's pairs", progress)
                if state.message:
                    LOG.warning("%s", state.message)
            self._loopback.taught.add(resource.name)


def _less(requests: Sequence[Request], answers: Sequence[Answer]) -> list[Request]:
    """Return the requests without their answered languages, and none that is answered in all."""
    done = {(answer.key, answer.target) for answer in answers}
    left = (r.to(*(t for t in r.targets if (r.key, t) not in done)) for r in requests)
    return [request for request in left if request.targets]


def from_config(config: Config) -> Embedded:
    """Make the embedded translator of a book, with the book's pairs and terms.

    Raises :class:`~amts_ext.errors.InputError` for a file of pairs or terms that cannot be used.
    """
    pairs = read_pairs(config.parallel_data, config.source) if config.parallel_data else ()
    loopback = Loopback(ENGINE, offline=False, workers=None)
    terms = book_terms(config.root, config.source, config.terms, pairs)
    return Embedded(loopback, ENGINE, pairs=pairs, terms=terms)


def embedded(
    *,
    engine: str = ENGINE,
    offline: bool = False,
    workers: int | None = None,
    singly: int = SINGLY,
) -> Embedded:
    """Make a translator on an embedded service of its own.

    ``offline`` forbids the download of a model. ``workers`` is the number of engine processes; one
    for each core if None. ``singly`` is the largest batch, in segments, that goes through
    TranslateText instead of a job.
    """
    return Embedded(Loopback(engine, offline, workers), engine, singly)
