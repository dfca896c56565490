"""The embedded service as a translator: no account, no network, started by the first segment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from amts_ext.errors import UnsupportedPairError
from amts_ext.translators.amazon import SINGLY, Amazon
from amts_ext.translators.aws import Clients, make_clients
from amts_ext.translators.base import Answers, Progress, Request
from amts_ext.translators.job import Setup
from amts_ext.translators.pairs import FORM, Pairs, read_pairs
from amts_ext.translators.parallel import ParallelData
from amts_ext.translators.pushed import Resource

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.service.server import Service

LOG = logging.getLogger("amts")

BUCKET = "amts"
ROLE = "arn:aws:iam::123456789012:role/amts-embedded"
REVISION = "service-1"
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
        """Names of the pairs that the running service has."""

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
    """Amazon Translate's client on the embedded service."""

    def __init__(
        self,
        loopback: Loopback,
        engine: str,
        singly: int = SINGLY,
        resources: tuple[Resource, ...] = (),
        pairs: Sequence[Pairs] = (),
    ) -> None:
        resources += tuple(p.resource for p in pairs)
        # What the same engine answers once, it answers again: no second job.
        setup = Setup(BUCKET, ROLE, resources=resources, poll=(0.02, 0.5))
        super().__init__(setup, loopback, singly=singly, rounds=1)
        self._loopback = loopback
        self._engine = engine
        self._pairs = pairs
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
        """See the protocol. Jobs cost nothing here, so there are many: answers come early."""
        self._teach(source, {t for request in requests for t in request.targets}, progress)
        for start in range(0, len(requests), SLICE):
            part = requests[start : start + SLICE]
            yield from super().translate(part, source, _silent)
            progress("translate", start + len(part), len(requests))

    def signature(self, source: str, target: str) -> str:
        """Engine, version and model of the pair, and what adapts it; the service need not run."""
        from amts_ext.service.adaptation import learned
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.engines.registry import make

        if (source, target) not in self._signatures:
            engine = make(self._engine, EngineOptions(offline=True))
            version = f"{engine.version(source, target)}/{REVISION}"
            if self._setup.adaptation(source, target):
                version += f"/learned-{learned.REVISION}"
            adapted = replace(self._setup, engine=version)
            self._signatures[source, target] = adapted.signature(source, target)
        return self._signatures[source, target]

    def drafts(self, source: str, target: str) -> bool:
        """Whether what it makes of this pair are drafts: no model, an engine made of the pairs."""
        from amts_ext.service.engines.base import EngineOptions
        from amts_ext.service.engines.registry import make

        if not self._setup.adaptation(source, target):
            return False
        try:
            make(self._engine, EngineOptions(offline=True)).check(source, target)
        except UnsupportedPairError:
            return True
        return False

    def _teach(self, source: str, targets: Collection[str], progress: Progress) -> None:
        """Have the service learn the pairs of these languages, which it does once for the same.

        Raises :class:`~amts_ext.errors.TranslatorError` if it does not take them.
        """
        for resource, data in ((p.resource, p.data) for p in self._pairs):
            fit = any(resource.covers(source, target) for target in targets)
            if fit and resource.name not in self._loopback.taught:
                service = ParallelData(self._loopback.clients(), BUCKET, poll=0.5)
                state = service.push(resource.name, data, FORM, "the book's pairs", progress)
                self._loopback.taught.add(resource.name)
                if state.message:
                    LOG.warning("%s", state.message)


def from_config(config: Config) -> Embedded:
    """The embedded service as a book's configuration says: it needs none.

    Raises :class:`~amts_ext.errors.InputError` for a file of pairs that cannot be used.
    """
    pairs = read_pairs(config.parallel_data, config.source) if config.parallel_data else ()
    return Embedded(Loopback(ENGINE, offline=False, workers=None), ENGINE, pairs=pairs)


def _silent(stage: str, done: int, total: int, **facts: object) -> None:
    """A job's own count is of its documents, the whole's is of segments."""


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
