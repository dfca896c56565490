"""Amazon Translate as a translator: batch jobs for books, TranslateText for a few segments.

The same class speaks to AWS and, by :func:`amts_ext.translators.embedded.embedded`, to the embedded
service; only the connection differs.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from amts_ext.errors import ConfigError, TranslatorError
from amts_ext.progress import Progress
from amts_ext.translators.amazon import pushed
from amts_ext.translators.amazon.connection import Aws, Clients, Connection
from amts_ext.translators.amazon.html import Page, pages
from amts_ext.translators.amazon.html_reader import read_page, to_parts
from amts_ext.translators.amazon.interrupt import Interrupted, asker, leave
from amts_ext.translators.amazon.job import Job, Setup
from amts_ext.translators.amazon.jobs import Ended, Jobs
from amts_ext.translators.amazon.journal import FOLDER, Journal
from amts_ext.translators.amazon.single import Singles, fits
from amts_ext.translators.amazon.unanswered import Unanswered
from amts_ext.translators.base import Answer, Answers, Request

if TYPE_CHECKING:
    from amts_ext.config import Config

LOG = logging.getLogger("amts")

PAGE_BYTES = 900_000
"""A job's document may hold 1,000,000 characters and 1 MB of text; bytes bound both."""
SINGLY = 10
"""Up to so many segments go through TranslateText: seconds instead of a job's minutes."""
ROUNDS = 2
"""Jobs for one segment: what the first one lost or damaged is asked for in one more."""
TARGETS = 10
"""Target languages of one job."""
DRAFT = "(draft)"
"""How the embedded service names an engine that it trained from parallel data alone."""


class Amazon:
    """The :class:`amts_ext.translators.base.Translator` for Amazon Translate.

    ``journal`` is where open jobs are written down; without it a killed run's jobs are lost.
    ``singly`` is the largest batch that goes through TranslateText; with parallel data every batch
    is a job, because only jobs use it.
    """

    def __init__(
        self,
        setup: Setup,
        connection: Connection | None = None,
        journal: Journal | None = None,
        *,
        interrupted: Interrupted = leave,
        singly: int = SINGLY,
        rounds: int = ROUNDS,
        largest: int = PAGE_BYTES,
    ) -> None:
        self._setup = setup
        self._connection = connection or Aws()
        self._journal = journal
        self._interrupted = interrupted
        self._singly = singly
        self._rounds = rounds
        self._largest = largest
        self._characters: Counter[str] = Counter()
        self._told_drafts: set[tuple[str, str]] = set()
        self._under_way: dict[str, Job] = {}
        """Jobs that the service may be working on, by name."""

    @property
    def billed(self) -> Mapping[str, int] | None:
        """See the protocol. What the service itself says, where it says it."""
        return self._characters

    def signature(self, source: str, target: str) -> str:
        """See the protocol."""
        return self._setup.signature(source, target)

    def drafts(self, source: str, target: str) -> bool:
        """See the protocol."""
        return False

    @contextmanager
    def session(self, progress: Progress) -> Iterator[None]:
        """See the protocol. At an interrupt, wherever it comes, jobs are stopped or left."""
        if self._journal is None:  # the service ends with this process, and its jobs do
            yield
            return
        with self._journal.lock(progress):
            try:
                yield
            except KeyboardInterrupt:
                jobs = list(self._under_way.values())
                if jobs and self._interrupted(jobs):
                    self._jobs(self._connection.clients()).stop(jobs)
                raise

    def close(self) -> None:
        """Close the connections, and with them an embedded service."""
        self._connection.close()

    def recover(self, source: str, progress: Progress) -> Answers:
        """See the protocol. Waits for the jobs that an earlier run has left."""
        open_jobs = self._journal.open_jobs() if self._journal is not None else []
        if not open_jobs:
            return
        clients = self._connection.clients()
        mine = [j for j in open_jobs if j.source == source and j.where == clients.where]
        for job in open_jobs:
            if job not in mine:
                LOG.warning(
                    "%s waits at %s for a build with that region or endpoint", job.name, job.where
                )
        for ended in self._jobs(clients).run(mine, progress):
            if ended.problem:
                LOG.warning("%s; what it was to translate is sent again", ended.problem)
            for answers in self._read(clients, ended, Unanswered()):
                yield [a for a in answers if a.parts is not None]

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        """See the protocol.

        What a job loses or damages is asked for once more by a job, then by itself.
        """
        if not requests:
            return
        clients = self._connection.clients()
        self._await_resources(requests, source, progress)
        jobs, small = self._jobs(clients), self._small(requests, source)
        rest = Unanswered(requests if small else ())
        for number in range(0 if small else self._rounds):
            asked, rest = rest.requests() if number else requests, Unanswered()
            yield from self._round(clients, jobs, asked, source, rest, progress)
        # A job that failed as a whole would fail the book: one by one, nobody would see why.
        alone = rest.take(lambda request, lasting: lasting and fits(request.parts))
        singles = Singles(clients, self._setup, source, self._characters)
        yield from singles.translate(alone, progress)
        yield [*alone.answers(), *rest.answers()]

    def _round(
        self,
        clients: Clients,
        jobs: Jobs,
        requests: Sequence[Request],
        source: str,
        rest: Unanswered,
        progress: Progress,
    ) -> Answers:
        """Send everything in jobs once; what does not come back well is put into ``rest``.

        Raises :class:`TranslatorError` if somebody stopped a job: they do not want the rest.
        """
        work: list[tuple[Sequence[Page], list[str]]] = [
            (list(pages(own, source, self._largest)), targets)
            for targets, own in self._groups(requests, source)
        ]
        stopped = ""
        while work:
            ready = [jobs.prepare(sheets, source, targets) for sheets, targets in work]
            work = []
            for ended in jobs.run(ready, progress):
                targets = ended.job.targets
                if ended.properties is None and ended.job.id == "" and len(targets) > 1:
                    work += [(ended.job.pages, [target]) for target in targets]
                else:
                    yield from self._read(clients, ended, rest)
                    stopped = stopped or ended.stopped
        if stopped:
            raise TranslatorError(stopped)

    def _groups(
        self, requests: Sequence[Request], source: str
    ) -> Iterator[tuple[list[str], list[Request]]]:
        """What can go in one job: the same target languages, adapted by the same resources."""
        groups: dict[tuple[str, ...], list[Request]] = {}
        alike: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for request in requests:
            if request.targets not in alike:
                alike[request.targets] = list(self._alike(request.targets, source))
            for targets in alike[request.targets]:
                groups.setdefault(targets, []).append(request.to(*targets))
        for targets, own in groups.items():
            yield list(targets), own

    def _alike(self, targets: tuple[str, ...], source: str) -> Iterator[tuple[str, ...]]:
        """Target languages that one job can serve."""
        by_resources: dict[tuple[str, ...], list[str]] = {}
        for target in sorted(targets):
            names = tuple(r.name for r in self._setup.adaptation(source, target))
            by_resources.setdefault(names, []).append(target)
        for alike in by_resources.values():
            for start in range(0, len(alike), TARGETS):
                yield tuple(alike[start : start + TARGETS])

    def _read(self, clients: Clients, ended: Ended, rest: Unanswered) -> Answers:
        """The answers of a job, page by page; what it lost or damaged is put into ``rest``."""
        from amts_ext.translators.amazon import transfer

        job, properties = ended.job, ended.properties
        for target in job.targets:
            if properties is None or ended.problem:
                for page in job.pages:
                    for request in page.requests:
                        rest.add(request, target, ended.problem, lasting=False)
                continue
            told = transfer.details(clients, job, properties, target)
            self._characters[target] += told.characters or 0
            self._warn_of_drafts(target, told.engine)
            signature = job.signatures[target]
            for page, text, reason in transfer.results(clients, job, properties, target, told):
                names = page.names
                found = read_page(text, names) if text is not None else {}
                answers = []
                for name, request in zip(names, page.requests, strict=True):
                    parts, problem = to_parts(request.parts, found.get(name))
                    if parts is None:
                        rest.add(request, target, reason or problem)
                    else:
                        answers.append(Answer(request.key, target, parts, signature=signature))
                yield answers

    def _warn_of_drafts(self, target: str, engine: str) -> None:
        """Say once what the embedded service calls a draft; Amazon Translate names no engine."""
        if engine.endswith(DRAFT) and (target, engine) not in self._told_drafts:
            self._told_drafts.add((target, engine))
            name = engine.removesuffix(DRAFT).strip()
            LOG.warning("%s: drafts by %s; have a person go over every sentence", target, name)

    def _jobs(self, clients: Clients) -> Jobs:
        return Jobs(clients, self._setup, self._journal, self._under_way)

    def _await_resources(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> None:
        """Wait until the service uses what was pushed last."""
        pairs = {target for request in requests for target in request.targets}
        used = [r for target in pairs for r in self._setup.adaptation(source, target)]
        began = time.time()
        end = max((r.ready for r in used), default=0.0)
        while (left := end - time.time()) > 0:
            total = round(end - began)
            progress("until the terminology takes effect, s", total - round(left), total)
            time.sleep(min(left, 1.0))

    def _small(self, requests: Sequence[Request], source: str) -> bool:
        """Whether the batch goes through TranslateText, which takes no parallel data."""
        few = sum(len(r.targets) for r in requests) <= self._singly
        pairs = {target for r in requests for target in r.targets} if few else set()
        adapted = any(
            resource.kind is pushed.ResourceKind.PARALLEL_DATA
            for target in pairs
            for resource in self._setup.adaptation(source, target)
        )
        return few and not adapted and all(fits(r.parts) for r in requests)


def from_config(config: Config, resources: Sequence[pushed.Resource] | None = None) -> Amazon:
    """Amazon Translate on AWS as a book's configuration says.

    ``resources`` take the place of what was pushed for the book.
    Raises :class:`amts_ext.errors.ConfigError` if bucket or role is missing.
    """
    for key in ("bucket", "role_arn"):
        if not getattr(config, key):
            message = f"[amts] {key} is empty; translator = aws needs it for batch jobs"
            raise ConfigError(message, file=str(config.file))
    setup = Setup(
        config.bucket,
        config.role_arn,
        config.kms_key,
        tuple(_pushed(config) if resources is None else resources),
        config.terminology,
        # Whatever answers at another address, its translations must not pass for Amazon's.
        "amazon-translate" + (f"@{config.endpoint}" if config.endpoint else ""),
    )
    return Amazon(
        setup,
        Aws(config.region, config.endpoint, config.proxy),
        Journal(config.memory.with_name(FOLDER)),
        interrupted=asker(config.on_interrupt),
    )


def _pushed(config: Config) -> Sequence[pushed.Resource]:
    return pushed.load(config.memory.with_name(pushed.FILE))
