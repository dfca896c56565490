"""Parallel data: created, updated and deleted in the background.

One create or update runs at a time. After a failed update the old data stays ACTIVE, and
``LatestUpdateAttemptStatus`` is FAILED. The API offers remarks on the file of the creation and on
the file of the latest update, so both are kept.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_CreateParallelData.html, and the
pages of UpdateParallelData, GetParallelData, ListParallelData and DeleteParallelData beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from amts_ext.errors import TranslatorError
from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.adaptation.learned import TrainingProgress
from amts_ext.service.content.corpora import Corpus, CorpusError, read_corpus
from amts_ext.service.content.remarks import Remarks
from amts_ext.service.faults.rules import BACKGROUND_FAULTS, Rule
from amts_ext.service.operations.downloads import Downloads
from amts_ext.service.operations.paging import page
from amts_ext.service.operations.tags import Tags
from amts_ext.service.state.state import (
    AUXILIARY,
    UPDATE_AUXILIARY,
    Handler,
    LogEntry,
    ResourceRecord,
    State,
    new_properties,
    now,
)
from amts_ext.service.state.storage import Storage, split_uri
from amts_ext.service.wire import Json, ServiceError


class ParallelDataOperations:
    """The handlers of the operations on parallel data, and their work in the background."""

    def __init__(
        self, state: State, storage: Storage, adapter: Adapter, downloads: Downloads, tags: Tags
    ) -> None:
        self._state = state
        self._storage = storage
        self._adapter = adapter
        self._downloads = downloads
        self._tags = tags
        self._threads: list[threading.Thread] = []
        self._closed = threading.Event()

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by the names of their operations."""
        return {
            "CreateParallelData": self._create,
            "UpdateParallelData": self._update,
            "GetParallelData": self._get,
            "ListParallelData": self._list,
            "DeleteParallelData": self._delete,
        }

    def resume(self) -> None:
        """Go on with the imports and deletions that ran when the service was stopped or killed."""
        for resource in list(self._state.parallel.values()):
            if resource.properties["Status"] == "DELETING":
                self._drop(resource)
            elif resource.pending:
                self._in_background(partial(self._fill, resource, resource.pending))
        self._adapter.tidy(self._state)

    def stop(self) -> None:
        """Prepare to close: imports that do not succeed from now on are left to the next start."""
        self._closed.set()

    def close(self) -> None:
        """Stop, and wait for the threads, up to 10 seconds for each."""
        self.stop()
        for thread in self._threads:
            thread.join(10)

    def _create(self, params: Json, entry: LogEntry) -> Json:
        def act() -> Json:
            name = params["Name"]
            if name in self._state.parallel:
                raise ServiceError("ConflictException", f"the parallel data {name!r} exists")
            most = self._state.limits.parallel_resources
            if len(self._state.parallel) >= most:
                message = f"{most} resources exist already"
                raise ServiceError("LimitExceededException", message)
            self._check_file(params["ParallelDataConfig"])
            tags = self._tags.given(params)
            self._one_at_a_time()
            resource = ResourceRecord(new_properties("parallel-data", params), tags=tags)
            resource.properties["Status"] = "CREATING"
            self._state.parallel[name] = resource
            self._import(resource, params)
            return {"Name": name, "Status": "CREATING"}

        return self._state.once("CreateParallelData", params, act)

    def _update(self, params: Json, entry: LogEntry) -> Json:
        def act() -> Json:
            resource = self._state.parallel_data(params["Name"])
            self._check_file(params["ParallelDataConfig"])
            self._one_at_a_time()
            if resource.properties["Status"] not in ("ACTIVE", "FAILED"):
                raise ServiceError("ConflictException", "the parallel data is not ACTIVE")
            attempt = {"LatestUpdateAttemptStatus": "UPDATING", "LatestUpdateAttemptAt": now()}
            resource.properties |= attempt
            resource.auxiliary[UPDATE_AUXILIARY] = ""
            self._import(resource, params)
            status = resource.properties["Status"]
            return {"Name": params["Name"], "Status": status, **attempt}

        return self._state.once("UpdateParallelData", params, act)

    def _check_file(self, config: Json) -> None:
        """Check that a request names a file and that the file is not too large.

        A missing file is no error here: the import finds it missing and ends FAILED. Raises
        :class:`ServiceError`: InvalidParameterValueException, InvalidRequestException,
        LimitExceededException.
        """
        if not config.get("S3Uri") or not config.get("Format"):
            message = "ParallelDataConfig must name S3Uri and Format"
            raise ServiceError("InvalidParameterValueException", message)
        bucket, key = split_uri(config["S3Uri"])
        if not key or key.endswith("/"):
            message = f"{config['S3Uri']} is no file; ParallelDataConfig takes one"
            raise ServiceError("InvalidRequestException", message)
        most = self._state.limits.parallel_file_bytes
        if bucket in self._storage.buckets():
            size = self._storage.size(bucket, key)
            if size > most:
                message = f"the file has {size} bytes; {most} are allowed"
                raise ServiceError("LimitExceededException", message)

    def _one_at_a_time(self) -> None:
        """Check that no create or update is running.

        Raises :class:`ServiceError` (ConcurrentModificationException).
        """
        for resource in self._state.parallel.values():
            if resource.properties["Status"] != "DELETING":
                resource.check_settled()

    def _import(self, resource: ResourceRecord, params: Json) -> None:
        """Note the request for a restart, and import its file in the background."""
        kept = ("Name", "ParallelDataConfig", "Description")
        resource.pending = {k: params[k] for k in kept if k in params}
        self._state.keep_resource(resource)
        self._in_background(partial(self._fill, resource, params))

    def _in_background(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def _fill(self, resource: ResourceRecord, params: Json) -> None:
        """Read the file of a create or update and settle the resource's status."""
        config = params["ParallelDataConfig"]
        rules = self._rules(resource, "IN_PROGRESS")
        if not self._linger(rules):
            return
        remarks = Remarks()
        try:
            corpus, data = self._read(config, rules)
            remarks = corpus.remarks
            if not corpus.rows:
                raise CorpusError("the file holds no usable record")
            told = self._adapter.learn(corpus, resource.corpus, self._teller(resource))
        except (ServiceError, CorpusError, TranslatorError, OSError) as error:
            if not self._closed.is_set():  # a training that was ended goes on at the next start
                # After a failed update, the counts stay those of the data in use.
                counts = {} if resource.corpus else _counts(0, remarks)
                self._settle(resource, counts, "FAILED", str(error), remarks.text(str(error)))
            return
        with self._state.lock:
            resource.corpus, resource.data, resource.location = corpus, data, config["S3Uri"]
        self._settle(resource, _imported(params, corpus), "ACTIVE", told, remarks.text())

    def _read(self, config: Json, rules: list[Rule]) -> tuple[Corpus, bytes]:
        """Return the pairs and the bytes of the file that a request names.

        Raises :class:`ServiceError` if the file is missing, and :class:`CorpusError` if it cannot
        be used or a rule asks for a failure.
        """
        for rule in rules:
            if rule.fault == "fail":
                raise CorpusError(rule.message)
        data = self._storage.read(*split_uri(config["S3Uri"]))
        return read_corpus(data, config["Format"], self._state.limits.segment_bytes), data

    def _teller(self, resource: ResourceRecord) -> TrainingProgress:
        """Return a callback that writes into the resource's message how far its training is."""

        def tell(step: str, done: float) -> None:
            with self._state.lock:
                resource.properties["Message"] = f"training: {step} ({done:.0%})"

        return tell

    def _settle(
        self, resource: ResourceRecord, changed: Json, status: str, message: str, remarks: str
    ) -> None:
        """Set the final status of a create or update, and keep the resource."""
        with self._state.lock:
            properties = resource.properties
            properties |= {**changed, "Message": message, "LastUpdatedAt": now()}
            updated = "LatestUpdateAttemptStatus" in properties
            if updated:
                properties["LatestUpdateAttemptStatus"] = status
            if properties["Status"] == "CREATING" or status == "ACTIVE":
                properties["Status"] = status
            resource.auxiliary[UPDATE_AUXILIARY if updated else AUXILIARY] = remarks
            resource.pending = None
            self._state.keep_resource(resource)
        self._adapter.tidy(self._state)

    def _get(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._state.parallel_data(params["Name"])
            properties = dict(resource.properties)
            answer = {"ParallelDataProperties": properties, **self._downloads.auxiliary(resource)}
        if resource.location:
            answer["DataLocation"] = self._downloads.location(resource.location)
        return answer

    def _list(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            every = [dict(r.properties) for r in self._state.parallel.values()]
        return page(every, params, "ParallelDataPropertiesList")

    def _delete(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._state.parallel_data(params["Name"])
            resource.check_settled()
            rules = self._rules(resource, "DELETING")
            if rules:
                resource.properties["Status"] = "DELETING"
                self._state.keep_resource(resource)
                self._in_background(partial(self._drop_later, resource, rules))
            else:
                self._drop(resource)
        return {"Name": params["Name"], "Status": "DELETING"}

    def _drop_later(self, resource: ResourceRecord, rules: list[Rule]) -> None:
        if self._linger(rules):
            self._drop(resource)

    def _drop(self, resource: ResourceRecord) -> None:
        """Delete the resource and its files."""
        name = str(resource.properties["Name"])
        with self._state.lock, self._state.store.together():
            self._downloads.withdraw(resource)
            self._state.store.drop_record("parallel", name)
            del self._state.parallel[name]
        self._adapter.tidy(self._state)

    def _rules(self, resource: ResourceRecord, state: str) -> list[Rule]:
        """Return the rules for faults while a resource is made or deleted.

        ``state`` is ``IN_PROGRESS`` while it is made, ``DELETING`` while it is deleted.
        """
        name = str(resource.properties["Name"])
        return self._state.faults.fire(BACKGROUND_FAULTS, "ParallelData", name, state=state)

    def _linger(self, rules: list[Rule]) -> bool:
        """Wait as long as the rules say; return whether the service still runs after that."""
        return not self._closed.wait(sum(r.seconds for r in rules if r.fault == "linger"))


def _counts(imported: int, remarks: Remarks) -> Json:
    """Return the API's counts of records."""
    return {
        "ImportedRecordCount": imported,
        "SkippedRecordCount": remarks.skipped,
        "FailedRecordCount": remarks.failed,
    }


def _imported(params: Json, corpus: Corpus) -> Json:
    """Return the properties that a successful import changes."""
    changed = {
        "SourceLanguageCode": corpus.source,
        "TargetLanguageCodes": corpus.targets,
        "ParallelDataConfig": params["ParallelDataConfig"],
        "ImportedDataSize": corpus.characters,
        **_counts(corpus.imported, corpus.remarks),
    }
    return changed | {k: params[k] for k in ("Description",) if k in params}
