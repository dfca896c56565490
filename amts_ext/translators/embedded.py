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
from amts_ext.translators.lessons import FORM, Lesson, project_terms, read_pairs

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.service.server import Service

LOG = logging.getLogger("amts")

BUCKET = "amts"
ROLE = "arn:aws:iam::123456789012:role/amts-embedded"
REVISION = "service-2"
"""Changes when the same engine would answer something else: splitting, tokens, repairs."""
ENGINE = "firefox"
SLICE = 400
"""Segments in one job: a run that is stopped loses some seconds of work, not a book."""


class Loopback:
    """A connection that starts the service when it is first used."""

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
        """Stop the service, if it runs; the next use starts a new one."""
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
    """Amazon Translate's client on the embedded service.

    The service is taught ``terms`` (the project's own, if None), and the book's ``pairs``. Titles
    are translated inside a carrier sentence (:mod:`amts_ext.translators.carrier`).
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
        # What the same engine answers once, it answers again: no second job.
        setup = Setup(BUCKET, ROLE, resources=resources)
        super().__init__(setup, loopback, singly=singly, rounds=1)
        self._loopback = loopback
        self._engine = engine
        self._signatures: dict[tuple[str, str], str] = {}

    @property
    def billed(self) -> None:
        """It costs nothing."""
        return None

    @property
    def service(self) -> Service | None:
        """The running service, or None: nothing was sent yet."""
        return self._loopback.service

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        """See the protocol. Jobs cost nothing here, so there are many: answers come early.

        A job's own progress counts its documents, and is not shown: the whole's counts segments.
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
        """The answers to those that are one term each: most are titles, and need no engine."""
        targets = {target for request in requests for target in request.targets}
        glossaries = {t: Glossary(self._terms(source, t), source, t) for t in targets}
        return [
            Answer(request.key, target, (said,))
            for request in requests
            for target in request.targets
            if (said := glossaries[target].whole(request.key))
        ]

    def _terms(self, source: str, target: str) -> dict[str, str]:
        used = {r.name for r in self._setup.adaptation(source, target)}
        rows = (lesson.terms for lesson in self._lessons if lesson.resource.name in used)
        return {term: said for terms in rows for term, said in terms.items()}

    def signature(self, source: str, target: str) -> str:
        """Engine, version and model of the pair, and what adapts it; the service need not run."""
        from amts_ext.service.adaptation import learned
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.engines.registry import make

        if (source, target) not in self._signatures:
            engine = make(self._engine, EngineOptions(offline=True))
            version = f"{engine.version(source, target)}/{REVISION}"
            if self._learns(source, target):
                version += f"/learned-{learned.REVISION}"
            adapted = replace(self._setup, engine=version)
            self._signatures[source, target] = adapted.signature(source, target)
        return self._signatures[source, target]

    def drafts(self, source: str, target: str) -> bool:
        """See the protocol: drafts come of a pair without a model, by an engine of the pairs."""
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
        """Whether there are pairs that an engine for these languages learns from."""
        adaptation = self._setup.adaptation(source, target)
        return any(resource.kind is ResourceKind.PARALLEL_DATA for resource in adaptation)

    def _teach(self, source: str, targets: Collection[str], progress: Progress) -> None:
        """Have the service learn pairs and terms of these languages, which it does once.

        Raises :class:`~amts_ext.errors.TranslatorError` if it does not take them.
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
    """The requests in the languages in which they have no answer."""
    done = {(answer.key, answer.target) for answer in answers}
    left = (r.to(*(t for t in r.targets if (r.key, t) not in done)) for r in requests)
    return [request for request in left if request.targets]


def from_config(config: Config) -> Embedded:
    """The embedded service as a book's configuration says: it needs none.

    Raises :class:`~amts_ext.errors.InputError` for a file of pairs or terms that cannot be used.
    """
    pairs = read_pairs(config.parallel_data, config.source) if config.parallel_data else ()
    loopback = Loopback(ENGINE, offline=False, workers=None)
    return Embedded(loopback, ENGINE, pairs=pairs, terms=project_terms(config.root))


def embedded(
    *,
    engine: str = ENGINE,
    offline: bool = False,
    workers: int | None = None,
    singly: int = SINGLY,
) -> Embedded:
    """A translator on the embedded service.

    ``offline``: never download a model. ``workers``: engine processes, all cores if None.
    ``singly``: the largest batch that goes through TranslateText instead of a job.
    """
    return Embedded(Loopback(engine, offline, workers), engine, singly)
