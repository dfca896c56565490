"""Amazon Translate as a translator: batch jobs for books, TranslateText for a few segments.

:class:`Amazon` speaks to AWS. Its subclass :class:`amts_ext.translators.embedded.Embedded` speaks
to the embedded service in the same way.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

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
"""Bytes of one document of a job, at most. The service allows 1,000,000 characters and 1 MB of
text; a limit in bytes keeps both."""
SINGLY = 10
"""Segments in a batch that goes through TranslateText, at most. It takes seconds, a job minutes."""
ROUNDS = 2
"""Rounds of jobs: the second one asks for the segments that the first has lost or damaged."""
TARGETS = 10
"""Target languages of one job, at most."""
DRAFT = "(draft)"
"""The end of an engine's name at the embedded service if parallel data alone trained it."""


class Amazon:
    """The :class:`amts_ext.translators.base.Translator` for Amazon Translate.

    ``journal`` records open jobs; without it the jobs of a killed run are lost. ``interrupted``
    decides at Ctrl-C whether they are stopped. ``singly`` is the largest batch, in segments, that
    goes through TranslateText; with parallel data every batch is a job, because only jobs use it.
    ``rounds`` is the number of rounds of jobs, ``largest`` the bytes of a job's document.
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
        """Characters billed by target language: of jobs those that the service reports."""
        return self._characters

    def signature(self, source: str, target: str) -> str:
        """Return the engine's name and the revisions of the resources that adapt it."""
        return self._setup.signature(source, target)

    def drafts(self, source: str, target: str) -> bool:
        """Return False: Amazon Translate makes no drafts."""
        return False

    @contextmanager
    def session(self, progress: Progress) -> Iterator[None]:
        """Hold the journal alone. At an interrupt, stop the open jobs or leave them."""
        if self._journal is None:  # the embedded service and its jobs end with this process
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
        """Close the connections; an embedded service ends with them."""
        self._connection.close()

    def recover(self, source: str, progress: Progress) -> Answers:
        """Wait for the jobs that earlier runs have left, and yield their answers."""
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
        """Translate a batch by jobs, or by TranslateText if it is small.

        A segment that a job has lost or damaged is sent in one more job, and then by itself.
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
        # Segments of a job that failed as a whole are not sent one by one: the others would fail
        # in the same way, and nobody would see why.
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
        """Send all requests in jobs; put those that come back lost or damaged into ``rest``.

        Raises :class:`TranslatorError` if somebody stopped a job, because they do not want the
        other requests sent either.
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
        """Yield the requests that can go in one job, with their target languages.

        A job has one set of target languages and one set of resources.
        """
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
        """Yield groups of target languages with the same resources, at most ten in each."""
        by_resources: dict[tuple[str, ...], list[str]] = {}
        for target in sorted(targets):
            names = tuple(r.name for r in self._setup.adaptation(source, target))
            by_resources.setdefault(names, []).append(target)
        for alike in by_resources.values():
            for start in range(0, len(alike), TARGETS):
                yield tuple(alike[start : start + TARGETS])

    def _read(self, clients: Clients, ended: Ended, rest: Unanswered) -> Answers:
        """Yield the answers of a job, page by page; put lost and damaged segments in ``rest``."""
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
                        answer = Answer(request.key, target, parts, signature=signature)
                        doubt = told.doubt(page.name, request.parts)
                        answers.append(replace(answer, doubt=doubt) if doubt else answer)
                yield answers

    def _warn_of_drafts(self, target: str, engine: str) -> None:
        """Warn once of an engine that makes drafts, which only the embedded service names."""
        if engine.endswith(DRAFT) and (target, engine) not in self._told_drafts:
            self._told_drafts.add((target, engine))
            name = engine.removesuffix(DRAFT).strip()
            LOG.warning("%s: drafts by %s; have a person go over every sentence", target, name)

    def _jobs(self, clients: Clients) -> Jobs:
        return Jobs(clients, self._setup, self._journal, self._under_way)

    def _await_resources(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> None:
        """Wait until the service uses the resources that were pushed last."""
        pairs = {target for request in requests for target in request.targets}
        used = [r for target in pairs for r in self._setup.adaptation(source, target)]
        began = time.time()
        end = max((r.ready for r in used), default=0.0)
        while (left := end - time.time()) > 0:
            total = round(end - began)
            progress("until the terminology takes effect, s", total - round(left), total)
            time.sleep(min(left, 1.0))

    def _small(self, requests: Sequence[Request], source: str) -> bool:
        """Return whether the batch goes through TranslateText: it is small and has no pairs."""
        few = sum(len(r.targets) for r in requests) <= self._singly
        pairs = {target for r in requests for target in r.targets} if few else set()
        adapted = any(
            resource.kind is pushed.ResourceKind.PARALLEL_DATA
            for target in pairs
            for resource in self._setup.adaptation(source, target)
        )
        return few and not adapted and all(fits(r.parts) for r in requests)


def from_config(config: Config, resources: Sequence[pushed.Resource] | None = None) -> Amazon:
    """Make the translator on AWS that a book's configuration describes.

    ``resources`` replace those that were pushed for the book.
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
        # The translations of another service must not pass for Amazon's.
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
