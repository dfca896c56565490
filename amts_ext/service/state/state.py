"""The records of the service: jobs, parallel data, terminologies, tags, idempotency tokens, log.

The records are plain data; their ``properties`` hold the members of the API's shapes. Whoever
changes a record holds :attr:`State.lock`.
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
"""The states of a job that is not finished."""
T = TypeVar("T")
BUSY = frozenset({"CREATING", "UPDATING", "DELETING"})
"""The states of a resource that is being changed."""
AUXILIARY = "AuxiliaryDataLocation"
"""The API's member that tells where the remarks on an imported file lie."""
UPDATE_AUXILIARY = "LatestUpdateAttemptAuxiliaryDataLocation"
"""The API's member for the remarks on the file of the latest update of parallel data."""


@dataclass(slots=True)
class LogEntry:
    """A log entry: one request for translation or resources that reached the service."""

    operation: str
    source: str = ""
    targets: tuple[str, ...] = ()
    segments: int = 0
    """Runs of text with letters; for a job, filled in as its documents are read."""
    characters: int = 0
    error: str = ""
    """The code of the error that was the answer; empty: there was none."""
    when: float = field(default_factory=time.time)
    """Seconds since the epoch."""


@dataclass(slots=True)
class JobRecord:
    """A batch job: the properties that the API tells, its log entry, and its documents."""

    properties: Json
    entry: LogEntry
    details: dict[str, list[Json]] = field(default_factory=dict)
    """The records of the job's documents by target language."""

    @property
    def status(self) -> str:
        """The job's state, such as ``IN_PROGRESS``."""
        return str(self.properties["JobStatus"])


@dataclass(slots=True)
class ResourceRecord:
    """Parallel data or a terminology: the properties that the API tells, and the content."""

    properties: Json
    corpus: Corpus | None = None
    """The content; None until the first import succeeded."""
    location: str = ""
    """The S3 URI of the file that was imported."""
    data: bytes = b""
    """The bytes of that file."""
    tags: dict[str, str] = field(default_factory=dict)
    former: Corpus | None = None
    """Content that was overwritten; it is still used until :attr:`since`."""
    since: float = 0.0
    """The time from which the new content is used, in seconds since the epoch."""
    pending: Json | None = None
    """The request to create or update the resource, until that is finished; else None."""
    auxiliary: dict[str, str] = field(default_factory=dict)
    """Remarks on imported files, by the API's member that tells where they lie."""

    @property
    def effective(self) -> Corpus | None:
        """The content that translations use now; None if nothing was imported yet."""
        return self.former if self.former and time.time() < self.since else self.corpus

    def check_settled(self) -> None:
        """Check that nothing changes the resource now, not even an update of its content.

        Raises :class:`ServiceError` (ConcurrentModificationException) if something does.
        """
        properties = self.properties
        if {properties.get("Status"), properties.get("LatestUpdateAttemptStatus")} & BUSY:
            raise self._changing()

    def check_unchanged(self) -> None:
        """Check that the resource is not being made, overwritten or deleted.

        An update of parallel data passes: it stays ACTIVE, and may be tagged meanwhile.

        Raises :class:`ServiceError` (ConcurrentModificationException) if the check fails.
        """
        if self.properties.get("Status") in BUSY or time.time() < self.since:
            raise self._changing()

    def _changing(self) -> ServiceError:
        message = f"{self.properties['Name']!r} is being changed; try again"
        return ServiceError("ConcurrentModificationException", message)


def new_properties(kind: str, params: Json) -> Json:
    """Return the properties of a resource that a request asks for.

    >>> new_properties("terminology", {"Name": "d2l"})["Arn"]
    'arn:aws:translate:us-east-1:123456789012:terminology/d2l'

    ``kind`` is ``parallel-data`` or ``terminology``.
    """
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
"""A function that answers one operation: parameters and log entry in, the answer's members out.
It raises :class:`ServiceError` for a request that it refuses."""


class State:
    """All records of one service, with its limits, faults, ledger and store."""

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
        """The request (as JSON) and its answer, by operation and ClientToken."""

    @property
    def store(self) -> StateStore:
        """The store that records are written to; it is the ledger's store too."""
        return self.ledger.store

    @store.setter
    def store(self, store: StateStore) -> None:
        self.ledger.store = store

    def known(self, operation: str, params: Json) -> Json | None:
        """Return the answer to an earlier request with this ClientToken; None if there was none.

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
        """Act at the first request with a ClientToken; give a repetition the same answer.

        >>> state, ids = State(), iter(["1", "2"])
        >>> request = {"ClientToken": "build-7", "JobName": "en-pt"}
        >>> for _ in range(2):
        ...     state.once("StartTextTranslationJob", request, lambda: {"JobId": next(ids)})
        {'JobId': '1'}
        {'JobId': '1'}

        Raises :class:`ServiceError` (ConflictException, or InvalidRequestException for a job) if
        the token was used for another request.
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
        """Write a job to the store, without the records of its documents."""
        content = {"properties": job.properties, "entry": asdict(job.entry)}
        self.store.put_record("jobs", str(job.properties["JobId"]), content)

    def keep_resource(self, resource: ResourceRecord) -> None:
        """Write parallel data or a terminology to the store."""
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
        """Return a job by its id.

        Raises :class:`ServiceError` (ResourceNotFoundException) if there is none.
        """
        return _found(self.jobs, job_id, "job")

    def parallel_data(self, name: str) -> ResourceRecord:
        """Return parallel data by its name.

        Raises :class:`ServiceError` (ResourceNotFoundException) if there is none.
        """
        return _found(self.parallel, name, "parallel data")

    def terminology(self, name: str) -> ResourceRecord:
        """Return a terminology by its name.

        Raises :class:`ServiceError` (ResourceNotFoundException) if there is none.
        """
        return _found(self.terms, name, "terminology")

    def by_arn(self, arn: str) -> ResourceRecord:
        """Return parallel data or a terminology by its ARN.

        Raises :class:`ServiceError` (ResourceNotFoundException) if there is none.
        """
        resources = [*self.parallel.values(), *self.terms.values()]
        return _found({r.properties["Arn"]: r for r in resources}, arn, "resource")


def _found(records: dict[str, T], name: str, kind: str) -> T:
    try:
        return records[name]
    except KeyError:
        message = f"the {kind} {name!r} does not exist"
        raise ServiceError("ResourceNotFoundException", message) from None


def _canonical(params: Json) -> str:
    """Return a request's parameters as text; equal parameters in any order are equal texts."""
    return json.dumps(params, sort_keys=True, default=str)


def now() -> datetime:
    """Return the present time, in UTC."""
    return datetime.now(UTC)
