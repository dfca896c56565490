"""Running of batch jobs: each is started once, all are looked at in turn until they end."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from amts_ext.errors import TranslatorError, UnsupportedPairError
from amts_ext.progress import Progress
from amts_ext.translators.amazon.connection import (
    Clients,
    code_of,
    errors_told,
    one_line,
    patiently,
)
from amts_ext.translators.amazon.html import Page
from amts_ext.translators.amazon.job import Job, Setup, make
from amts_ext.translators.amazon.journal import Journal

if TYPE_CHECKING:
    from mypy_boto3_translate.type_defs import TextTranslationJobPropertiesTypeDef as Properties

LOG = logging.getLogger("amts")

RUNNING = 10
"""Jobs that an account runs at once."""
WAITING = frozenset({"SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED"})
"""States of a job that has not ended."""
USELESS = frozenset({"FAILED", "STOP_REQUESTED", "STOPPED"})
"""States of a job whose result is not waited for: the work is asked for in a new job."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One job that has ended."""

    job: Job
    properties: Properties | None
    """The service's description of the job; None if it never ran, or is no longer known."""
    problem: str = ""
    """The reason why there is no result, in one line; empty if there may be one."""

    @property
    def stopped(self) -> str:
        """A message in one line if somebody stopped the job, else empty.

        A part of the job's result may be there.
        """
        if self.properties is None or self.properties["JobStatus"] != "STOPPED":
            return ""
        return (
            f"translation job {self.job.id} was stopped; what it had done is kept, build again for "
            "the rest"
        )


class Jobs:
    """The jobs of one run.

    ::

        job = jobs.prepare(pages, "en", ["pt"])
        for ended in jobs.run([job], progress):
            read(ended)

    ``journal`` is None for the embedded service, whose jobs end with this process. ``under_way``
    holds, by name, the jobs that the service may be working on: a job is put in before the call
    that starts it, and taken out when its end has been seen.
    """

    def __init__(
        self,
        clients: Clients,
        setup: Setup,
        journal: Journal | None,
        under_way: dict[str, Job],
    ) -> None:
        self._clients = clients
        self._setup = setup
        self._journal = journal
        self._under_way = under_way
        self._used: set[str] = set()
        """Ids of the jobs that ended in this run; their work, asked for again, is a new job."""

    def prepare(self, pages: Sequence[Page], source: str, targets: Sequence[str]) -> Job:
        """Find the job for these pages at the service, or make a new one.

        Raises :class:`amts_ext.errors.TranslatorError` if the service cannot be asked.
        """
        for attempt in count():
            job = make(pages, source, targets, self._setup, self._clients.where, attempt)
            known = self._find(job)
            if known is None:
                return job
            if known["JobStatus"] not in USELESS and known["JobId"] not in self._used:
                job.id = known["JobId"]
                return job
        raise AssertionError("not reached")

    def run(self, jobs: Sequence[Job], progress: Progress) -> Iterator[Ended]:
        """Run jobs to their end, at most ten at once, and yield each when it has ended.

        A job is forgotten when the caller asks for the next one: its result must be stored then.
        Raises :class:`amts_ext.errors.TranslatorError` for a fault that concerns all jobs. The
        jobs that run at that time are in the journal.
        """
        waiting, running = deque(jobs), dict[str, Job]()
        self._under_way |= {job.name: job for job in jobs if job.id or job.recorded}
        watch = _Watch(jobs, progress)
        pause, longest = self._clients.pauses
        while waiting or running:
            ended: list[Ended] = []
            while waiting and len(running) < RUNNING:
                job = waiting.popleft()
                try:
                    running[self._start(job)] = job
                except UnsupportedPairError as error:
                    ended.append(Ended(job, None, error.message))
            ended += self._look(running, watch)
            for one in ended:
                yield one
                self._forget(one.job)
            if running and not ended:
                time.sleep(pause)
                pause = min(pause * 1.5, longest)

    def stop(self, jobs: Iterable[Job]) -> None:
        """Ask the service to stop these jobs; warn of each that it does not stop."""
        for job in jobs:
            try:
                # An interrupt during the call that starts a job loses the job's id.
                if not job.id and (known := self._find(job)):
                    job.id = known["JobId"]
                if job.id:
                    with errors_told(f"stopping translation job {job.id}"):
                        self._clients.translate.stop_text_translation_job(JobId=job.id)
            except TranslatorError as error:
                if code_of(error) == "ResourceNotFoundException":
                    continue
                LOG.warning("%s: %s; it may run on for the next build", job.name, error.message)

    def _start(self, job: Job) -> str:
        """Start a job, unless an earlier run or another process did, and return its id."""
        if not job.id and job.recorded and (known := self._find(job)):
            job.id = known["JobId"]
        if not job.id:
            if not job.recorded:
                from amts_ext.translators.amazon import transfer

                transfer.upload(self._clients, job, self._setup.kms_key)
                self._note(job)
            self._under_way[job.name] = job
            self._clients.start_gate.wait()
            start = self._clients.translate.start_text_translation_job
            try:
                with errors_told("starting a translation job"):
                    job.id = patiently(lambda: start(**job.request))["JobId"]
            except TranslatorError as error:
                if code_of(error):
                    self._under_way.pop(job.name)
                    self._forget(job)  # the service refused it, so nothing is open
                raise
        self._note(job)
        return job.id

    def _find(self, job: Job) -> Properties | None:
        """Find a job at the service by its name; None if there is no such job."""
        request: dict[str, Any] = {"Filter": {"JobName": job.name}}
        found = None
        while True:
            self._clients.look_gate.wait()
            with errors_told("looking for translation jobs"):
                answer = self._clients.translate.list_text_translation_jobs(**request)
            for properties in answer["TextTranslationJobPropertiesList"]:
                found = properties
            if not answer.get("NextToken"):
                return found
            request["NextToken"] = answer["NextToken"]

    def _look(self, running: dict[str, Job], watch: _Watch) -> list[Ended]:
        """Look at every running job; take those that have ended out of ``running``."""
        ended = []
        for job_id, job in list(running.items()):
            properties = self._describe(job_id)
            if properties is not None:
                watch.see(job, properties)
            if properties is None or properties["JobStatus"] not in WAITING:
                del running[job_id]
                self._under_way.pop(job.name, None)
                self._used.add(job_id)
                ended.append(Ended(job, properties, _problem(job_id, properties)))
        return ended

    def _describe(self, job_id: str) -> Properties | None:
        self._clients.look_gate.wait()
        describe = self._clients.translate.describe_text_translation_job
        try:
            with errors_told(f"asking for translation job {job_id}"):
                return describe(JobId=job_id)["TextTranslationJobProperties"]
        except TranslatorError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise

    def _note(self, job: Job) -> None:
        if self._journal is not None:
            self._journal.save(job)

    def _forget(self, job: Job) -> None:
        if self._journal is not None:
            self._journal.forget(job)


class _Watch:
    """A reporter of the progress of all jobs of a run together, in documents."""

    def __init__(self, jobs: Sequence[Job], progress: Progress) -> None:
        self._progress = progress
        self._documents = {id(job): len(job.pages) * len(job.targets) for job in jobs}
        self._done = dict.fromkeys(self._documents, 0)
        self._characters = {id(job): job.characters for job in jobs}
        self._began = time.monotonic()

    def see(self, job: Job, properties: Properties) -> None:
        """Report one look at a job.

        The service's counts are not reliable, so they are kept between 0 and the job's documents.
        """
        counts = properties.get("JobDetails", {})
        done = counts.get("TranslatedDocumentsCount", 0) + counts.get("DocumentsWithErrorsCount", 0)
        self._done[id(job)] = max(0, min(done, self._documents[id(job)]))
        self._progress(
            "translate",
            sum(self._done.values()),
            sum(self._documents.values()),
            job=properties["JobId"],
            state=properties["JobStatus"],
            targets=job.targets,
            documents=len(job.pages),
            characters=self._characters[id(job)],
            seconds=round(time.monotonic() - self._began, 1),
        )


def _problem(job_id: str, properties: Properties | None) -> str:
    if properties is None:
        return f"translation job {job_id} is not known any more to the service"
    if properties["JobStatus"] != "FAILED":
        return ""
    why = one_line(properties.get("Message") or "no reason given")
    return (
        f"translation job {job_id} is FAILED: {why}; likely the role may not read and write the "
        "bucket, Amazon Translate may not assume it, or the bucket is in another region"
    )
