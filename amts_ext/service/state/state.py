"""What the service remembers: jobs, parallel data, terminologies, tags, idempotency tokens, log.

The records are plain data with the members of the API's shapes in ``properties``; everything that
changes them holds :attr:`State.lock`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from amts_ext.service.content.corpora import Corpus
from amts_ext.service.faults.rules import Faults
from amts_ext.service.limits import Limits
from amts_ext.service.state.ledger import Ledger
from amts_ext.service.state.storage import ACCOUNT
from amts_ext.service.state.store import StateStore
from amts_ext.service.wire import Json, ServiceError

RUNNING = frozenset({"SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED"})
T = TypeVar("T")
BUSY = frozenset({"CREATING", "UPDATING", "DELETING"})
AUXILIARY = "AuxiliaryDataLocation"
UPDATE_AUXILIARY = "LatestUpdateAttemptAuxiliaryDataLocation"


@dataclass(slots=True)
class LogEntry:
    """One request for translation or resources that reached the service."""

    operation: str
    source: str = ""
    targets: tuple[str, ...] = ()
    segments: int = 0
    """Runs of text with letters; for a job, filled in as its documents are read."""
    characters: int = 0
    error: str = ""
    """Code of the error that was the answer."""
    when: float = field(default_factory=time.time)


@dataclass(slots=True)
class JobRecord:
    """One batch job."""

    properties: Json
    entry: LogEntry
    details: dict[str, list[Json]] = field(default_factory=dict)
    """By target language: one record a document."""

    @property
    def status(self) -> str:
        return str(self.properties["JobStatus"])


@dataclass(slots=True)
class ResourceRecord:
    """Parallel data or a terminology: what the API tells of it, and its content."""

    properties: Json
    corpus: Corpus | None = None
    """None until the first import succeeded."""
    location: str = ""
    """S3 URI of the file that was imported."""
    data: bytes = b""
    tags: dict[str, str] = field(default_factory=dict)
    former: Corpus | None = None
    """What was overwritten, and counts until :attr:`since`."""
    since: float = 0.0
    pending: Json | None = None
    """The request of a create or update that is not finished."""
    auxiliary: dict[str, str] = field(default_factory=dict)
    """What is to be said of the files that were read, by the API's member that tells where."""

    @property
    def effective(self) -> Corpus | None:
        """The content that translations use now."""
        return self.former if self.former and time.time() < self.since else self.corpus

    def check_settled(self) -> None:
        """Raises :class:`ServiceError` (ConcurrentModificationException): something is going on."""
        properties = self.properties
        if {properties.get("Status"), properties.get("LatestUpdateAttemptStatus")} & BUSY:
            raise self._changing()

    def check_unchanged(self) -> None:
        """Raises :class:`ServiceError` (ConcurrentModificationException): it is made, overwritten
        or deleted.

        Parallel data that are updated stay ACTIVE, and may be tagged meanwhile.
        """
        if self.properties.get("Status") in BUSY or time.time() < self.since:
            raise self._changing()

    def _changing(self) -> ServiceError:
        message = f"{self.properties['Name']!r} is being changed; try again"
        return ServiceError("ConcurrentModificationException", message)


def new_properties(kind: str, params: Json) -> Json:
    """Of a resource that a request asks for: ``parallel-data`` or ``terminology``."""
    name = params["Name"]
    properties: Json = {
        "Name": name,
        "Arn": f"arn:aws:translate:us-east-1:{ACCOUNT}:{kind}/{name}",
        "CreatedAt": now(),
        "LastUpdatedAt": now(),
    }
    copied = ("Description", "EncryptionKey", "ParallelDataConfig")
    return properties | {k: params[k] for k in copied if k in params}


Handler = Callable[[Json, LogEntry], Json]
"""Answers one operation; raises :class:`ServiceError`."""


class State:
    """All records of one service."""

    def __init__(
        self,
        limits: Limits | None = None,
        store: StateStore | None = None,
        faults: Faults | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self.lock = threading.RLock()
        self.limits = limits or Limits()
        self.faults = faults or Faults()
        self.ledger = ledger or Ledger()
        self.store = store or self.ledger.store
        self.jobs: dict[str, JobRecord] = {}
        self.parallel: dict[str, ResourceRecord] = {}
        self.terms: dict[str, ResourceRecord] = {}
        self.log: list[LogEntry] = []
        self.tokens: dict[tuple[str, str], tuple[str, Json]] = {}
        """By operation and ClientToken: the request and its answer."""

    @property
    def store(self) -> StateStore:
        """What outlives the process; the ledger writes to the same."""
        return self.ledger.store

    @store.setter
    def store(self, store: StateStore) -> None:
        self.ledger.store = store

    def known(self, operation: str, params: Json) -> Json | None:
        """The answer that the ClientToken's first request got, or None if it is the first.

        Raises :class:`ServiceError` (ConflictException, or InvalidRequestException for a job) if
        the token was used for another request.
        """
        with self.lock:
            known = self.tokens.get((operation, str(params.get("ClientToken", ""))))
        if known is None:
            return None
        if known[0] == _canonical(params):
            return known[1]
        job = operation == "StartTextTranslationJob"
        code = "InvalidRequestException" if job else "ConflictException"
        raise ServiceError(code, "this ClientToken was used for another request")

    def once(self, operation: str, params: Json, act: Callable[[], Json]) -> Json:
        """Act once for a ClientToken: the same request again gets the first answer.

        Raises as :meth:`known`.
        """
        with self.lock, self.store.together():
            answer = self.known(operation, params)
            if answer is None:
                answer = act()
                token, request = str(params.get("ClientToken", "")), _canonical(params)
                self.store.put_token(operation, token, request, answer)
                self.tokens[operation, token] = (request, answer)
            return answer

    def keep_job(self, job: JobRecord) -> None:
        """Write a job through to the store, but for its documents."""
        content = {"properties": job.properties, "entry": asdict(job.entry)}
        self.store.put_record("jobs", str(job.properties["JobId"]), content)

    def keep_resource(self, resource: ResourceRecord) -> None:
        """Write parallel data or a terminology through to the store."""
        kind = "terms" if "TermCount" in resource.properties else "parallel"
        content = {
            "properties": resource.properties,
            "location": resource.location,
            "tags": resource.tags,
            "pending": resource.pending,
            "auxiliary": resource.auxiliary,
        }
        self.store.put_record(kind, str(resource.properties["Name"]), content, resource.data)

    def job(self, job_id: str) -> JobRecord:
        """Raises :class:`ServiceError` (ResourceNotFoundException)."""
        return _found(self.jobs, job_id, "job")

    def parallel_data(self, name: str) -> ResourceRecord:
        """Raises :class:`ServiceError` (ResourceNotFoundException)."""
        return _found(self.parallel, name, "parallel data")

    def terminology(self, name: str) -> ResourceRecord:
        """Raises :class:`ServiceError` (ResourceNotFoundException)."""
        return _found(self.terms, name, "terminology")

    def by_arn(self, arn: str) -> ResourceRecord:
        """Raises :class:`ServiceError` (ResourceNotFoundException)."""
        resources = [*self.parallel.values(), *self.terms.values()]
        return _found({r.properties["Arn"]: r for r in resources}, arn, "resource")


def _found(records: dict[str, T], name: str, kind: str) -> T:
    try:
        return records[name]
    except KeyError:
        message = f"the {kind} {name!r} does not exist"
        raise ServiceError("ResourceNotFoundException", message) from None


def _canonical(params: Json) -> str:
    return json.dumps(params, sort_keys=True, default=str)


def now() -> datetime:
    return datetime.now(UTC)
