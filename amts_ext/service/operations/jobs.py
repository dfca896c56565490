"""Batch jobs: read the input folder, translate every document, write the output folder.

For the target ``pt``, a document ``a/b.html`` becomes ``a/pt.b.html`` in the output folder. The
folder ``details/`` has a report for each target. It names the documents that could not be
translated, with the reason; with such a document, the job ends COMPLETED_WITH_ERROR.

Layout: https://docs.aws.amazon.com/translate/latest/dg/async-output.html.
"""

from __future__ import annotations

import json
import posixpath
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.content.corpora import Corpus
from amts_ext.service.content.detection import AUTO, source_of
from amts_ext.service.content.runs import Help, key
from amts_ext.service.content.translation import Counted, Translation
from amts_ext.service.content.types import content_type, decoded, text_of
from amts_ext.service.faults.damage import damage_bytes
from amts_ext.service.faults.rules import DOCUMENT_FAULTS, Rule
from amts_ext.service.limits import Limits
from amts_ext.service.operations.details import told_of
from amts_ext.service.state.ledger import Charge
from amts_ext.service.state.state import RUNNING, JobRecord, ResourceRecord, State, now
from amts_ext.service.state.storage import ACCOUNT, Storage, split_uri
from amts_ext.service.wire import Json, ServiceError

_LINGER = frozenset({"linger"})
_JOB_FAULTS = frozenset({"fail", "counts"})


@dataclass(frozen=True, slots=True)
class _Document:
    """One document of a job and one target language.

    >>> _Document("a/b.html", "pt").output
    'a/pt.b.html'
    """

    name: str
    """The path below the input folder."""
    target: str

    @property
    def output(self) -> str:
        """The path below the output folder."""
        folder, name = posixpath.split(self.name)
        return posixpath.join(folder, f"{self.target}.{name}")


@dataclass(frozen=True, slots=True)
class _Way:
    """A job with the help that its documents are translated with."""

    job: JobRecord
    help: Callable[[str, str], Help]
    """A function from source and target language to the parallel data and terms."""


@dataclass(frozen=True, slots=True)
class _Result:
    """One translated document."""

    source: str
    content: bytes
    counted: Counted
    terms: Mapping[str, str]
    """The terms of the terminology that the document holds, with their translations."""


class JobRunner:
    """The background threads that run jobs: ten jobs at once on AWS, the others wait.

    The number is :attr:`amts_ext.service.limits.Limits.running`.
    """

    def __init__(
        self, state: State, storage: Storage, translation: Translation, adapter: Adapter
    ) -> None:
        self._state = state
        self._adapter = adapter
        self._storage = storage
        self._translation = translation
        self._threads = ThreadPoolExecutor(state.limits.running, thread_name_prefix="amts-job")
        self._documents = ThreadPoolExecutor(4, thread_name_prefix="amts-document")
        self._closed = threading.Event()

    def resume(self) -> None:
        """Go on with the jobs that ran when the service was stopped or killed."""
        for job in sorted(self._state.jobs.values(), key=lambda j: j.properties["SubmittedTime"]):
            if job.status == "STOP_REQUESTED":
                self._end(job, "STOPPED", "")
            elif job.status in RUNNING:
                self.submit(job)

    def submit(self, job: JobRecord) -> None:
        """Queue a job."""
        self._threads.submit(self._run, job)

    def stop(self) -> None:
        """Begin no other document. A document that is not finished counts as not begun."""
        self._closed.set()

    def close(self) -> None:
        """Stop, and wait for the documents that are being translated."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._documents.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: JobRecord) -> None:
        """Run a job from SUBMITTED to its last status."""
        name = str(job.properties.get("JobName", ""))
        self._linger(job, "SUBMITTED", name)
        if self._closed.is_set():
            return
        with self._state.ledger.running():
            try:
                with self._state.lock:
                    if job.status == "SUBMITTED":
                        job.properties["JobStatus"] = "IN_PROGRESS"
                        self._state.keep_job(job)
                self._linger(job, "IN_PROGRESS", name)
                rules = self._state.faults.fire(_JOB_FAULTS, "Job", name)
                _fail(rules, "before")
                self._translate(job)
                _fail(rules, "after")
                self._linger(job, "STOP_REQUESTED", name)
                self._finish(job, {k: v for rule in rules for k, v in rule.counts.items()})
            except ServiceError as error:
                self._end(job, "FAILED", error.message)
            except Exception as error:  # a job must end, whatever happens in it
                self._end(job, "FAILED", f"{type(error).__name__}: {error}")

    def _linger(self, job: JobRecord, status: str, name: str) -> None:
        """Stay in a state as long as a rule says, or until the job is stopped."""
        if job.status != status:
            return
        rules = self._state.faults.fire(_LINGER, "Job", name, state=status)
        end = time.monotonic() + sum(rule.seconds for rule in rules)
        while time.monotonic() < end and job.status == status and not self._closed.wait(0.02):
            pass

    def _translate(self, job: JobRecord) -> None:
        """Translate the documents of a job that were not done before a restart."""
        properties = job.properties
        bucket, folder = split_uri(properties["InputDataConfig"]["S3Uri"])
        names = self.input_names(bucket, folder)
        targets = properties["TargetLanguageCodes"]
        way = _Way(job, cache(lambda source, target: self._help(job, source, target)))
        source = properties["SourceLanguageCode"]
        engines = {t: way.help(source, t) for t in targets if source != AUTO}
        for target, help in engines.items():
            if not help.halves:
                self._translation.prepare(source, target)
        done = {(t, r["sourceFile"]) for t, records in job.details.items() for r in records}
        work = [_Document(name, t) for t in targets for name in names if (t, name) not in done]
        list(self._documents.map(lambda d: self._translate_document(way, d), work))
        if self._closed.is_set():
            return
        for target in targets:
            self._write_details(job, target, engines[target].name if target in engines else "")

    def _translate_document(self, way: _Way, document: _Document) -> None:
        """Translate one document; an error becomes a record in the details, not an exception."""
        job = way.job
        if self._closed.is_set() or job.status == "STOP_REQUESTED":
            return
        fire = self._state.faults.fire
        rules = fire(DOCUMENT_FAULTS, "Document", document.name, document.target)
        try:
            for rule in rules:
                if rule.fault == "slow" and self._closed.wait(rule.seconds):
                    return
                if rule.fault == "document_error":
                    raise ServiceError(rule.code, rule.message)
            result = self._translated(way, document)
            self._done(job, document, result, rules)
        except ServiceError as error:
            # When the service closes, the engine fails; that is no error of the document.
            if not self._closed.is_set():
                problem = {"errorCode": error.code, "errorMessage": error.message}
                self._note(job, document, {"error": problem})

    def _translated(self, way: _Way, document: _Document) -> _Result:
        """Read a document, check it and translate it. Raises :class:`ServiceError`."""
        properties, limits = way.job.properties, self._state.limits
        kind = content_type(properties["InputDataConfig"]["ContentType"])
        bucket, folder = split_uri(properties["InputDataConfig"]["S3Uri"])
        data = self._storage.read(bucket, posixpath.join(folder, document.name))
        _check_document(data, limits)
        named, target = properties["SourceLanguageCode"], document.target
        source = source_of(named, lambda: text_of(data, kind))
        if named == AUTO:
            self._translation.prepare(source, target)
        counted = Counted(
            limit=limits.translatable_bytes, most_characters=limits.document_characters
        )
        adapt = way.help(source, target)
        content = self._translation.document(data, kind, source, target, adapt, counted)
        used = counted.held(adapt.terms)
        return _Result(source, content, counted, used)

    def _done(
        self, job: JobRecord, document: _Document, result: _Result, rules: list[Rule]
    ) -> None:
        """Write a translated document, book it and note it, in one transaction."""
        counted = result.counted
        charge = Charge(
            "StartTextTranslationJob",
            result.source,
            document.target,
            counted.segments,
            counted.characters,
            job.properties["JobId"],
            document.name,
        )
        with self._state.lock, self._state.store.together():
            if not any(rule.fault == "missing" for rule in rules):
                self._write(job, document.output, damage_bytes(result.content, rules))
            job.entry.segments += counted.segments
            job.entry.characters += counted.characters
            self._state.ledger.charge(charge, counted.texts)
            self._note(job, document, told_of(job, counted, result.terms))

    def _note(self, job: JobRecord, document: _Document, told: Json) -> None:
        """Add the record of one document to the details.

        ``told`` is its error, or its terms and what is doubted.
        """
        problem = "error" in told
        record: Json = {"sourceFile": document.name, "targetFile": document.output}
        if told:
            record["auxiliaryData"] = told
        with self._state.lock, self._state.store.together():
            job.details.setdefault(document.target, []).append(record)
            count = "DocumentsWithErrorsCount" if problem else "TranslatedDocumentsCount"
            job.properties["JobDetails"][count] += 1
            self._state.store.run(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
                job.properties["JobId"], document.target, document.name, json.dumps(record),
            )  # fmt: skip
            self._state.keep_job(job)

    def _help(self, job: JobRecord, source: str, target: str) -> Help:
        """Return the parallel data, terms and trained engine of a job for one language pair."""
        names = job.properties.get("TerminologyNames") or []
        terms = [self._state.terminology(n) for n in names]
        parallel = [
            self._state.parallel_data(n) for n in job.properties.get("ParallelDataNames") or []
        ]
        helped = make_help(source, target, parallel, terms)
        return self._adapter.help(helped, parallel, source, target)

    def _write_details(self, job: JobRecord, target: str, engine: str) -> None:
        """Write the report of one target language; its member ``engine`` is not one of AWS."""
        records = job.details.get(target, [])
        errors = sum("error" in r.get("auxiliaryData", {}) for r in records)
        ledger, job_id = self._state.ledger, str(job.properties["JobId"])
        characters = ledger.characters(job=job_id, target=target)
        report = {
            "sourceLanguageCode": job.properties["SourceLanguageCode"],
            "targetLanguageCode": target,
            "engine": engine,
            "charactersTranslated": str(characters),
            "documentCountWithCustomerError": str(errors),
            "documentCountWithServerError": "0",
            "inputDataPrefix": job.properties["InputDataConfig"]["S3Uri"],
            "outputDataPrefix": job.properties["OutputDataConfig"]["S3Uri"],
            "details": sorted(records, key=lambda r: str(r["sourceFile"])),
        }
        name = f"details/{target}.auxiliary-translation-details.json"
        self._write(job, name, json.dumps(report, indent=2).encode())

    def _write(self, job: JobRecord, name: str, data: bytes) -> None:
        """Write a file below the output folder."""
        bucket, folder = split_uri(job.properties["OutputDataConfig"]["S3Uri"])
        self._storage.write(bucket, posixpath.join(folder, name), data)

    def _finish(self, job: JobRecord, counts: dict[str, int]) -> None:
        """End a job whose documents are done; ``counts``, if any, replace the true ones."""
        details = job.properties["JobDetails"]
        errors = details["DocumentsWithErrorsCount"]
        with self._state.lock:
            if not self._closed.is_set():
                details |= counts
        if job.status == "STOP_REQUESTED":
            self._end(job, "STOPPED", "")
        elif errors:
            self._end(job, "COMPLETED_WITH_ERROR", "see the details folder for each document")
        else:
            self._end(job, "COMPLETED", "")

    def _end(self, job: JobRecord, status: str, message: str) -> None:
        """Set a job's last status, unless the service is closing: then the next start goes on."""
        with self._state.lock:
            if self._closed.is_set():
                return
            job.properties["JobStatus"] = status
            job.properties["EndTime"] = now()
            if message:
                job.properties["Message"] = message
            self._state.keep_job(job)
        self._adapter.tidy(self._state, is_due=False)

    def input_names(self, bucket: str, folder: str) -> list[str]:
        """Return the documents of an input folder, as paths below it.

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
        """Check that the bucket of an output folder exists.

        Raises :class:`ServiceError` (InvalidRequestException).
        """
        self._storage.check(split_uri(uri)[0])


def output_folder(uri: str, job_id: str) -> str:
    """Return the folder that a job writes, below the one that its request names.

    >>> output_folder("s3://my-bucket/out/", "7f3a")
    's3://my-bucket/out/123456789012-TranslateText-7f3a/'
    """
    return f"{uri.rstrip('/')}/{ACCOUNT}-TranslateText-{job_id}/"


def _fail(rules: list[Rule], when: str) -> None:
    """Fail if a rule asks for it, ``before`` or ``after`` the documents are translated.

    Raises :class:`ServiceError`.
    """
    for rule in rules:
        if rule.fault == "fail" and rule.when == when:
            raise ServiceError(rule.code, rule.message)


def make_help(
    source: str, target: str, parallel: list[ResourceRecord], terms: list[ResourceRecord]
) -> Help:
    """Return the examples and terms that resources have for one language pair."""
    corpora: list[Corpus] = [r.corpus for r in parallel if r.corpus]
    examples = {key(s): t for c in corpora for s, t in c.between(source, target).items()}
    words: dict[str, str] = {}
    for resource in terms:
        both_ways = resource.properties.get("Directionality") == "MULTI"
        if resource.effective:
            words |= resource.effective.between(source, target, both_ways)
    return Help(examples, words, target)


def _check_document(data: bytes, limits: Limits) -> None:
    """Check that a document is not too large and is UTF-8.

    Raises :class:`ServiceError` (InvalidRequestException).
    """
    if len(data) > limits.document_bytes:
        message = f"the document has {len(data)} bytes; {limits.document_bytes} are allowed"
        raise ServiceError("InvalidRequestException", message)
    if len(decoded(data)) > limits.document_characters:
        message = f"the document is over {limits.document_characters:,} characters"
        raise ServiceError("InvalidRequestException", message)
