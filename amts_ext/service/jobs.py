"""Batch jobs: read the input folder, translate every document, write the output folder.

Layout: https://docs.aws.amazon.com/translate/latest/dg/async-output.html. A document that cannot
be translated is named in ``details/`` with its reason, and the job ends COMPLETED_WITH_ERROR.
"""

from __future__ import annotations

import json
import posixpath
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from amts_ext.service.corpora import Corpus
from amts_ext.service.limits import Limits
from amts_ext.service.markup import Help, key
from amts_ext.service.state import Job, Resource, State, now
from amts_ext.service.storage import ACCOUNT, Storage, split_uri
from amts_ext.service.translation import Counted, Translation
from amts_ext.service.wire import Json, ServiceError


@dataclass(frozen=True, slots=True)
class _Document:
    """One document of a job and one language to put it into."""

    name: str
    """Path below the input folder."""
    target: str

    @property
    def output(self) -> str:
        folder, name = posixpath.split(self.name)
        return posixpath.join(folder, f"{self.target}.{name}")


class Jobs:
    """Runs jobs in the background: ten at once, the others wait."""

    def __init__(self, state: State, storage: Storage, translation: Translation) -> None:
        self._state = state
        self._storage = storage
        self._translation = translation
        self._threads = ThreadPoolExecutor(state.limits.running, thread_name_prefix="amts-job")
        self._documents = ThreadPoolExecutor(4, thread_name_prefix="amts-document")
        self._closed = False

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._threads.submit(self._run, job)

    def close(self) -> None:
        """Stop at the next document; waits for those in work."""
        self._closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._documents.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job) -> None:
        try:
            with self._state.lock:
                if job.status == "SUBMITTED":
                    job.properties["JobStatus"] = "IN_PROGRESS"
            self._translate(job)
        except ServiceError as error:
            self._end(job, "FAILED", error.message)
        except Exception as error:  # a job must end, whatever happens in it
            self._end(job, "FAILED", f"{type(error).__name__}: {error}")

    def _translate(self, job: Job) -> None:
        properties = job.properties
        bucket, folder = split_uri(properties["InputDataConfig"]["S3Uri"])
        names = self.input_names(bucket, folder)
        targets = properties["TargetLanguageCodes"]
        for target in targets:
            self._translation.prepare(properties["SourceLanguageCode"], target)
        helps = {t: self._help(job, t) for t in targets}
        work = [_Document(name, t) for t in targets for name in names]
        list(self._documents.map(lambda d: self._one(job, d, helps[d.target]), work))
        for target in targets:
            self._write_details(job, target, helps[target])
        self._finish(job)

    def _one(self, job: Job, document: _Document, adapt: Help) -> None:
        """Translate one document; what goes wrong is a record, not an exception."""
        if self._closed or job.status == "STOP_REQUESTED":
            return
        record: Json = {"sourceFile": document.name, "targetFile": document.output}
        try:
            self._translate_document(job, document, adapt)
        except ServiceError as error:
            problem = {"errorCode": error.code, "errorMessage": error.message}
            record["auxiliaryData"] = {"error": problem}
        with self._state.lock:
            job.details.setdefault(document.target, []).append(record)
            count = "DocumentsWithErrorsCount" if "auxiliaryData" in record else None
            job.properties["JobDetails"][count or "TranslatedDocumentsCount"] += 1

    def _translate_document(self, job: Job, document: _Document, adapt: Help) -> None:
        properties = job.properties
        kind = properties["InputDataConfig"]["ContentType"]
        bucket, folder = split_uri(properties["InputDataConfig"]["S3Uri"])
        data = self._storage.read(bucket, posixpath.join(folder, document.name))
        text = _decoded(data, self._state.limits)
        counted = Counted(limit=self._state.limits.translatable_bytes)
        result = self._translation.document(
            text, kind, properties["SourceLanguageCode"], document.target, adapt, counted
        )
        with self._state.lock:
            job.entry.segments += counted.segments
            job.entry.characters += counted.characters
        self._write(job, document.output, result.encode())

    def _help(self, job: Job, target: str) -> Help:
        names = job.properties.get("TerminologyNames") or []
        terms = [self._state.terminology(n) for n in names]
        parallel = [
            self._state.parallel_data(n) for n in job.properties.get("ParallelDataNames") or []
        ]
        return make_help(job.properties["SourceLanguageCode"], target, parallel, terms)

    def _write_details(self, job: Job, target: str, adapt: Help) -> None:
        records = job.details.get(target, [])
        errors = sum("auxiliaryData" in r for r in records)
        report = {
            "sourceLanguageCode": job.properties["SourceLanguageCode"],
            "targetLanguageCode": target,
            "charactersTranslated": str(job.entry.characters),
            "documentCountWithCustomerError": str(errors),
            "documentCountWithServerError": "0",
            "inputDataPrefix": job.properties["InputDataConfig"]["S3Uri"],
            "outputDataPrefix": job.properties["OutputDataConfig"]["S3Uri"],
            "details": sorted(records, key=lambda r: str(r["sourceFile"])),
        }
        name = f"details/{target}.auxiliary-translation-details.json"
        self._write(job, name, json.dumps(report, indent=2).encode())

    def _write(self, job: Job, name: str, data: bytes) -> None:
        bucket, folder = split_uri(job.properties["OutputDataConfig"]["S3Uri"])
        self._storage.write(bucket, posixpath.join(folder, name), data)

    def _finish(self, job: Job) -> None:
        if self._closed or job.status == "STOP_REQUESTED":
            self._end(job, "STOPPED", "")
        elif job.properties["JobDetails"]["DocumentsWithErrorsCount"]:
            self._end(job, "COMPLETED_WITH_ERROR", "see the details folder for each document")
        else:
            self._end(job, "COMPLETED", "")

    def _end(self, job: Job, status: str, message: str) -> None:
        with self._state.lock:
            job.properties["JobStatus"] = status
            job.properties["EndTime"] = now()
            if message:
                job.properties["Message"] = message

    def input_names(self, bucket: str, folder: str) -> list[str]:
        """The documents of an input folder, as paths below it.

        Raises :class:`ServiceError` (InvalidRequestException) if there are none or too many, if
        they are too large together, if the folder is the bucket's root, or if it holds a folder
        named ``details``.
        """
        limits = self._state.limits
        if not folder.strip("/"):
            raise ServiceError("InvalidRequestException", "the input must lie in a folder")
        prefix = folder.rstrip("/") + "/"
        sizes = self._storage.sizes(bucket, prefix)
        keys = [k.removeprefix(prefix) for k in sizes]
        names = [k for k in keys if k and not k.endswith("/")]
        if not names:
            raise ServiceError("InvalidRequestException", f"s3://{bucket}/{prefix} is empty")
        if any("details" in n.split("/")[:-1] for n in names):
            raise ServiceError("InvalidRequestException", "no folder may be named 'details'")
        if len(names) > limits.job_documents:
            message = f"the folder holds {len(names)} documents; {limits.job_documents} are allowed"
            raise ServiceError("InvalidRequestException", message)
        if sum(sizes.values()) > limits.job_bytes:
            message = f"the folder holds more than {limits.job_bytes} bytes"
            raise ServiceError("InvalidRequestException", message)
        return names

    def check_output(self, uri: str) -> None:
        """Raises :class:`ServiceError` (InvalidRequestException) if the bucket does not exist."""
        self._storage.check(split_uri(uri)[0])


def output_folder(uri: str, job_id: str) -> str:
    """Where a job writes: its own folder below the one that was asked for."""
    return f"{uri.rstrip('/')}/{ACCOUNT}-TranslateText-{job_id}/"


def make_help(source: str, target: str, parallel: list[Resource], terms: list[Resource]) -> Help:
    """Examples and terms of the resources for one language pair."""
    corpora: list[Corpus] = [r.corpus for r in parallel if r.corpus]
    examples = {key(s): t for c in corpora for s, t in c.between(source, target).items()}
    words: dict[str, str] = {}
    for resource in terms:
        both_ways = resource.properties.get("Directionality") == "MULTI"
        if resource.effective:
            words |= resource.effective.between(source, target, both_ways)
    return Help(examples, words)


def _decoded(data: bytes, limits: Limits) -> str:
    """Raises :class:`ServiceError` (InvalidRequestException) if it is too large or not UTF-8."""
    if len(data) > limits.document_bytes:
        message = f"the document has {len(data)} bytes; {limits.document_bytes} are allowed"
        raise ServiceError("InvalidRequestException", message)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ServiceError(
            "InvalidRequestException", f"the document is not UTF-8: {error}"
        ) from None
    if len(text) > limits.document_characters:
        message = f"the document is over {limits.document_characters:,} characters"
        raise ServiceError("InvalidRequestException", message)
    return text
