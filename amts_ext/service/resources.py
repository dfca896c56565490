"""Parallel data, custom terminology and tags.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_CreateParallelData.html and its
neighbours. One create or update of parallel data runs at a time; a failed update leaves the old
data ACTIVE and is told by ``LatestUpdateAttemptStatus``.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from amts_ext.errors import TranslatorError
from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.adaptation.learned import Progress
from amts_ext.service.corpora import Corpus, CorpusError, read_corpus, write_corpus
from amts_ext.service.faults import BACKGROUND_FAULTS
from amts_ext.service.paging import page
from amts_ext.service.state import BUSY, LogEntry, Resource, State, now
from amts_ext.service.storage import ACCOUNT, Storage, split_uri
from amts_ext.service.wire import Json, ServiceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ARN = re.compile(r"arn:aws[\w-]*:translate:[\w-]+:\d{12}:(parallel-data|terminology)/.+")

Handler = Callable[[Json, LogEntry], Json]


class Resources:
    """Handlers of the operations on resources."""

    def __init__(
        self, state: State, storage: Storage, adapter: Adapter, address: Callable[[], str]
    ) -> None:
        self._state = state
        self._adapter = adapter
        self._storage = storage
        self._address = address
        self._importers: list[threading.Thread] = []
        self._closed = threading.Event()

    def handlers(self) -> dict[str, Handler]:
        """By operation."""
        return {
            "CreateParallelData": self._create_parallel,
            "UpdateParallelData": self._update_parallel,
            "GetParallelData": self._get_parallel,
            "ListParallelData": self._list_parallel,
            "DeleteParallelData": self._delete_parallel,
            "ImportTerminology": self._import_terms,
            "GetTerminology": self._get_terms,
            "ListTerminologies": self._list_terms,
            "DeleteTerminology": self._delete_terms,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def stop(self) -> None:
        """What is not imported yet goes on at the next start."""
        self._closed.set()

    def close(self) -> None:
        """Stop, and wait for imports in work."""
        self.stop()
        for thread in self._importers:
            thread.join(10)

    def _create_parallel(self, params: Json, entry: LogEntry) -> Json:
        def act() -> Json:
            name = params["Name"]
            if name in self._state.parallel:
                raise ServiceError("ConflictException", f"the parallel data {name!r} exists")
            most = self._state.limits.parallel_resources
            if len(self._state.parallel) >= most:
                message = f"{most} resources exist already"
                raise ServiceError("LimitExceededException", message)
            self._check_file(params["ParallelDataConfig"])
            tags = self._tags(params)
            self._one_at_a_time()
            resource = Resource(_new_properties("parallel-data", params), tags=tags)
            resource.properties["Status"] = "CREATING"
            self._state.parallel[name] = resource
            self._in_background(resource, params)
            return {"Name": name, "Status": "CREATING"}

        return self._state.once("CreateParallelData", params, act)

    def _update_parallel(self, params: Json, entry: LogEntry) -> Json:
        def act() -> Json:
            resource = self._state.parallel_data(params["Name"])
            self._check_file(params["ParallelDataConfig"])
            self._one_at_a_time()
            if resource.properties["Status"] not in ("ACTIVE", "FAILED"):
                raise ServiceError("ConflictException", "the parallel data is not ACTIVE")
            attempt = {"LatestUpdateAttemptStatus": "UPDATING", "LatestUpdateAttemptAt": now()}
            resource.properties |= attempt
            self._in_background(resource, params)
            status = resource.properties["Status"]
            return {"Name": params["Name"], "Status": status, **attempt}

        return self._state.once("UpdateParallelData", params, act)

    def _check_file(self, config: Json) -> None:
        """Raises :class:`ServiceError`: InvalidParameterValueException, InvalidRequestException,
        LimitExceededException.

        A file that is not there is found by the import, which ends FAILED.
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
        for resource in self._state.parallel.values():
            properties = resource.properties
            if {properties["Status"], properties.get("LatestUpdateAttemptStatus")} & BUSY:
                message = f"the parallel data {properties['Name']!r} is being changed; try again"
                raise ServiceError("ConcurrentModificationException", message)

    def resume(self) -> None:
        """Go on with the imports that ran when the service was stopped or killed."""
        for resource in self._state.parallel.values():
            if resource.pending:
                self._in_background(resource, resource.pending)
        self._adapter.tidy(self._state)

    def _in_background(self, resource: Resource, params: Json) -> None:
        kept = ("Name", "ParallelDataConfig", "Description")
        resource.pending = {k: params[k] for k in kept if k in params}
        self._state.keep_resource(resource)
        thread = threading.Thread(target=self._fill, args=(resource, params), daemon=True)
        self._importers = [t for t in self._importers if t.is_alive()] + [thread]
        thread.start()

    def _fill(self, resource: Resource, params: Json) -> None:
        """Read the file of a create or update and settle the resource's status."""
        config = params["ParallelDataConfig"]
        rules = self._state.faults.fire(BACKGROUND_FAULTS, "ParallelData", params["Name"])
        if self._closed.wait(sum(r.seconds for r in rules if r.fault == "linger")):
            return
        try:
            for rule in rules:
                if rule.fault == "fail":
                    raise CorpusError(rule.message)
            corpus, data = self._read(config)
            remark = self._adapter.learn(corpus, resource.corpus, self._teller(resource))
        except (ServiceError, CorpusError, TranslatorError, OSError) as error:
            if not self._closed.is_set():  # a training that was ended goes on at the next start
                self._settle(resource, {}, "FAILED", str(error))
            return
        changed = {
            "SourceLanguageCode": corpus.source,
            "TargetLanguageCodes": corpus.targets,
            "ParallelDataConfig": config,
            "ImportedDataSize": corpus.size,
            "ImportedRecordCount": corpus.imported,
            "SkippedRecordCount": corpus.skipped,
            "FailedRecordCount": corpus.failed,
        }
        if "Description" in params:
            changed["Description"] = params["Description"]
        with self._state.lock:
            resource.corpus, resource.data, resource.location = corpus, data, config["S3Uri"]
        self._settle(resource, changed, "ACTIVE", remark)

    def _teller(self, resource: Resource) -> Progress:
        """Tells in the resource's message how far its training is."""

        def tell(step: str, done: float) -> None:
            with self._state.lock:
                resource.properties["Message"] = f"training: {step} ({done:.0%})"

        return tell

    def _read(self, config: Json) -> tuple[Corpus, bytes]:
        data = self._storage.read(*split_uri(config["S3Uri"]))
        corpus = read_corpus(data, config["Format"], self._state.limits.segment_bytes)
        if not corpus.rows:
            raise CorpusError("the file holds no usable record")
        return corpus, data

    def _settle(self, resource: Resource, changed: Json, status: str, message: str) -> None:
        with self._state.lock:
            properties = resource.properties
            properties |= {**changed, "Message": message, "LastUpdatedAt": now()}
            if "LatestUpdateAttemptStatus" in properties:
                properties["LatestUpdateAttemptStatus"] = status
            if properties["Status"] == "CREATING" or status == "ACTIVE":
                properties["Status"] = status
            resource.pending = None
            self._state.keep_resource(resource)
        self._adapter.tidy(self._state)

    def _get_parallel(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._state.parallel_data(params["Name"])
            answer: Json = {"ParallelDataProperties": dict(resource.properties)}
        if resource.location:
            url = self._url(resource.location)
            answer["DataLocation"] = {"RepositoryType": "S3", "Location": url}
        return answer

    def _list_parallel(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            every = [dict(r.properties) for r in self._state.parallel.values()]
        return page(every, params, "ParallelDataPropertiesList")

    def _delete_parallel(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._state.parallel_data(params["Name"])
            properties = resource.properties
            if {properties["Status"], properties.get("LatestUpdateAttemptStatus")} & BUSY:
                message = f"the parallel data {properties['Name']!r} is being changed; try again"
                raise ServiceError("ConcurrentModificationException", message)
            del self._state.parallel[params["Name"]]
            self._state.store.drop_record("parallel", params["Name"])
        self._adapter.tidy(self._state)
        return {"Name": params["Name"], "Status": "DELETING"}

    def _import_terms(self, params: Json, entry: LogEntry) -> Json:
        data = params["TerminologyData"]
        limits = self._state.limits
        try:
            corpus = read_corpus(data["File"], data["Format"], limits.term_bytes)
        except CorpusError as error:
            raise ServiceError("InvalidParameterValueException", str(error)) from error
        with self._state.lock:
            known = self._state.terms.get(params["Name"])
            if known:
                _check_unchanged(known)
            if known is None and len(self._state.terms) >= limits.terminologies:
                message = f"{limits.terminologies} terminologies exist already"
                raise ServiceError("LimitExceededException", message)
            properties = _new_properties("terminology", params)
            properties |= {
                "CreatedAt": known.properties["CreatedAt"] if known else properties["CreatedAt"],
                "SourceLanguageCode": corpus.source,
                "TargetLanguageCodes": corpus.targets,
                "SizeBytes": corpus.size,
                "TermCount": corpus.imported,
                "SkippedTermCount": corpus.skipped + corpus.failed,
                "Directionality": data.get("Directionality", "UNI"),
                "Format": data["Format"],
            }
            tags = self._tags(params) or (known.tags if known else {})
            resource = Resource(properties, corpus, data=data["File"], tags=tags)
            if known:
                resource.former = known.effective
                resource.since = time.time() + limits.terminology_delay
            self._state.terms[params["Name"]] = resource
            self._state.keep_resource(resource)
        return {"TerminologyProperties": dict(resource.properties)}

    def _get_terms(self, params: Json, entry: LogEntry) -> Json:
        resource = self._state.terminology(params["Name"])
        wanted: str = params.get("TerminologyDataFormat") or resource.properties["Format"]
        data = resource.data
        if wanted != resource.properties["Format"]:
            if resource.properties["Directionality"] == "MULTI" or resource.corpus is None:
                message = f"it is given back as {resource.properties['Format']} only"
                raise ServiceError("InvalidParameterValueException", message)
            data = write_corpus(resource.corpus, wanted)
        bucket, key = "amts-terminologies", f"{params['Name']}.{wanted.lower()}"
        self._storage.create(bucket)
        self._storage.write(bucket, key, data)
        location = {"RepositoryType": "S3", "Location": self._url(f"s3://{bucket}/{key}")}
        properties = dict(resource.properties)
        return {"TerminologyProperties": properties, "TerminologyDataLocation": location}

    def _list_terms(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            every = [dict(r.properties) for r in self._state.terms.values()]
        return page(every, params, "TerminologyPropertiesList")

    def _delete_terms(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            self._state.terminology(params["Name"])
            del self._state.terms[params["Name"]]
            self._state.store.drop_record("terms", params["Name"])
        return {}

    def _url(self, uri: str) -> str:
        """A presigned address of a file, good for half an hour as on AWS."""
        bucket, key = split_uri(uri)
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=1800
        )

    @cached_property
    def _client(self) -> S3Client:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self._address(),
            region_name="us-east-1",
            aws_access_key_id="embedded",
            aws_secret_access_key="embedded",
        )

    def _tag(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._by_arn(params)
            _check_unchanged(resource)
            resource.tags = self._limited(resource.tags | self._tags(params), params["ResourceArn"])
            self._state.keep_resource(resource)
        return {}

    def _untag(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._by_arn(params)
            _check_unchanged(resource)
            for name in params["TagKeys"]:
                resource.tags.pop(name, None)
            self._state.keep_resource(resource)
        return {}

    def _list_tags(self, params: Json, entry: LogEntry) -> Json:
        tags = self._by_arn(params).tags
        return {"Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}

    def _by_arn(self, params: Json) -> Resource:
        arn = params["ResourceArn"]
        if not _ARN.fullmatch(arn):
            raise ServiceError("InvalidParameterValueException", f"{arn!r} is no resource's ARN")
        return self._state.by_arn(arn)

    def _tags(self, params: Json) -> dict[str, str]:
        tags = {t["Key"]: t["Value"] for t in params.get("Tags") or []}
        return self._limited(tags, params.get("ResourceArn", ""))

    def _limited(self, tags: dict[str, str], arn: str) -> dict[str, str]:
        most = self._state.limits.tags
        if len(tags) > most:
            message = f"a resource takes up to {most} tags"
            raise ServiceError("TooManyTagsException", message, ResourceArn=arn)
        return tags


def _check_unchanged(resource: Resource) -> None:
    """Raises :class:`ServiceError` (ConcurrentModificationException): it is made or overwritten.

    Parallel data that are updated stay ACTIVE, and may be tagged meanwhile.
    """
    properties = resource.properties
    if properties.get("Status") in BUSY or time.time() < resource.since:
        message = f"{properties['Name']!r} is being changed; try again"
        raise ServiceError("ConcurrentModificationException", message)


def _new_properties(kind: str, params: Json) -> Json:
    name = params["Name"]
    properties: Json = {
        "Name": name,
        "Arn": f"arn:aws:translate:us-east-1:{ACCOUNT}:{kind}/{name}",
        "CreatedAt": now(),
        "LastUpdatedAt": now(),
    }
    copied = ("Description", "EncryptionKey", "ParallelDataConfig")
    return properties | {k: params[k] for k in copied if k in params}
