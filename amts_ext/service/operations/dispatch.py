"""The operations of Amazon Translate by name, all 19 of botocore's model.

The operations on jobs and the list of languages are here. Single texts and documents are in
:mod:`.direct`; parallel data, terminologies and tags in :mod:`.resources`.

Three things of the API are not done: encryption keys are kept, but not used;
``Settings.Formality`` and ``Settings.Brevity`` are accepted, but no engine follows them;
``Settings.Profanity`` is refused.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_Operations.html.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from amts_ext.service.adaptation.adapter import Adapter
from amts_ext.service.content.detection import AUTO
from amts_ext.service.content.languages import languages
from amts_ext.service.content.translation import Translation
from amts_ext.service.content.types import content_type
from amts_ext.service.operations.direct import Direct, check_settings
from amts_ext.service.operations.jobs import JobRunner, output_folder
from amts_ext.service.operations.paging import page
from amts_ext.service.operations.resources import Resources
from amts_ext.service.state.state import RUNNING, JobRecord, LogEntry, State, now
from amts_ext.service.state.storage import split_uri
from amts_ext.service.wire import Json, ServiceError

DISPLAY_LANGUAGES = frozenset(["de", "en", "es", "fr", "it", "ja", "ko", "pt", "zh", "zh-TW"])
"""Languages in which ListLanguages can name the others."""


class Operations:
    """The handlers of all operations, for requests already checked against the model."""

    def __init__(
        self,
        state: State,
        translation: Translation,
        jobs: JobRunner,
        resources: Resources,
        adapter: Adapter,
    ) -> None:
        self._state = state
        self._adapter = adapter
        self._translation = translation
        self._jobs = jobs
        self._handlers: dict[str, Callable[[Json, LogEntry], Json]] = {
            "StartTextTranslationJob": self._start_job,
            "DescribeTextTranslationJob": self._describe_job,
            "ListTextTranslationJobs": self._list_jobs,
            "StopTextTranslationJob": self._stop_job,
            "ListLanguages": self._list_languages,
            **Direct(state, translation).handlers(),
            **resources.handlers(),
        }

    def handle(self, name: str, params: Json, entry: LogEntry) -> Json:
        """Return the members of the answer to one request.

        Raises :class:`ServiceError`: the error of the operation, or InternalServerException if the
        operation has no handler (botocore's model may be newer than the service).
        """
        handler = self._handlers.get(name)
        if handler is None:
            message = f"the embedded service does not know {name}"
            raise ServiceError("InternalServerException", message)
        return handler(params, entry)

    def check_size(self, name: str, raw: Json) -> None:
        """Check the limits that have errors of their own; runs before the model's constraints.

        Raises :class:`ServiceError`: TextSizeLimitExceededException, LimitExceededException or
        UnsupportedDisplayLanguageCodeException.
        """
        limits = self._state.limits
        if name == "TranslateText" and isinstance(text := raw.get("Text"), str):
            size = len(text.encode())
            if size > limits.text_bytes:
                message = (
                    f"Input text size exceeds limit. Max length of request text allowed is "
                    f"{limits.text_bytes} bytes while in this request the text size is {size} bytes"
                )
                raise ServiceError("TextSizeLimitExceededException", message)
        if name == "TranslateDocument":
            _check_blob(raw, "Document", "Content", limits.request_bytes)
        if name == "ImportTerminology":
            _check_blob(raw, "TerminologyData", "File", limits.terminology_bytes)
        code = raw.get("DisplayLanguageCode")
        if name == "ListLanguages" and isinstance(code, str) and code not in DISPLAY_LANGUAGES:
            message = f"names of languages are not known in {code[:80]!r}"
            error = "UnsupportedDisplayLanguageCodeException"
            raise ServiceError(error, message, DisplayLanguageCode=code[:80])

    def _start_job(self, params: Json, entry: LogEntry) -> Json:
        """Start a job, or return the answer of the first request with this ClientToken."""
        operation = "StartTextTranslationJob"
        answer = self._state.known(operation, params)
        if answer is not None:
            return answer
        self._check_job(params)
        names = self._jobs.input_names(*split_uri(params["InputDataConfig"]["S3Uri"]))
        return self._state.once(operation, params, lambda: self._new_job(params, entry, names))

    def _check_job(self, params: Json) -> None:
        """Check what the model cannot: limits, settings, resources and the language pairs.

        A pair is also served by an engine trained on the job's parallel data.
        """
        source, targets = params["SourceLanguageCode"], params["TargetLanguageCodes"]
        limits = self._state.limits
        content_type(params["InputDataConfig"]["ContentType"])
        check_settings(params)
        if len(targets) > limits.targets or len(set(targets)) < len(targets):
            message = f"a job takes up to {limits.targets} different target languages"
            raise ServiceError("InvalidParameterValueException", message)
        for name, most in (("ParallelDataNames", 1), ("TerminologyNames", limits.terms)):
            if len(params.get(name) or []) > most:
                message = f"{name}: {'one name' if most == 1 else most} at most"
                raise ServiceError("InvalidParameterValueException", message)
        self._jobs.check_output(params["OutputDataConfig"]["S3Uri"])
        self._check_resources(params, source, targets)
        if source == AUTO:
            return
        parallel = [self._state.parallel[n] for n in params.get("ParallelDataNames") or []]
        for target in targets:
            if not any(self._adapter.serves(p.corpus, source, target) for p in parallel):
                self._translation.check(source, target)

    def _check_resources(self, params: Json, source: str, targets: list[str]) -> None:
        for name in params.get("TerminologyNames") or []:
            self._state.terminology(name)
        for name in params.get("ParallelDataNames") or []:
            resource = self._state.parallel_data(name)
            if resource.properties["Status"] != "ACTIVE":
                message = f"the parallel data {name!r} is {resource.properties['Status']}"
                raise ServiceError("InvalidRequestException", message)
            covered = resource.properties.get("TargetLanguageCodes") or []
            missing = [t for t in targets if t not in covered]
            if missing or resource.properties.get("SourceLanguageCode") != source:
                message = f"the parallel data {name!r} does not cover {source} to {missing}"
                raise ServiceError("InvalidParameterValueException", message)

    def _new_job(self, params: Json, entry: LogEntry, names: list[str]) -> Json:
        limits = self._state.limits
        active = sum(job.status in RUNNING for job in self._state.jobs.values())
        if active >= limits.running + limits.queued:
            message = f"{limits.queued} jobs are waiting already"
            raise ServiceError("TooManyRequestsException", message)
        job_id = uuid.uuid4().hex
        output = dict(params["OutputDataConfig"])
        output["S3Uri"] = output_folder(output["S3Uri"], job_id)
        kept = {k: v for k, v in params.items() if k != "ClientToken"}
        counts = ("InputDocumentsCount", "TranslatedDocumentsCount", "DocumentsWithErrorsCount")
        details = dict.fromkeys(counts, 0)
        details["InputDocumentsCount"] = len(names)
        job = JobRecord(
            {
                **kept,
                "JobId": job_id,
                "JobStatus": "SUBMITTED",
                "SubmittedTime": now(),
                "OutputDataConfig": output,
                "JobDetails": details,
            },
            entry,
        )
        self._state.jobs[job_id] = job
        self._state.keep_job(job)
        self._jobs.submit(job)
        return {"JobId": job_id, "JobStatus": "SUBMITTED"}

    def _describe_job(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            properties = dict(self._state.job(params["JobId"]).properties)
            properties["JobDetails"] = dict(properties["JobDetails"])
        return {"TextTranslationJobProperties": properties}

    def _list_jobs(self, params: Json, entry: LogEntry) -> Json:
        wanted = params.get("Filter") or {}
        if len(wanted) > 1:
            raise ServiceError("InvalidFilterException", "a filter takes one condition")
        with self._state.lock:
            every = [dict(j.properties) for j in self._state.jobs.values() if _passes(j, wanted)]
        every.sort(key=lambda p: p["SubmittedTime"], reverse=True)
        return page(every, params, "TextTranslationJobPropertiesList", "InvalidRequestException")

    def _stop_job(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            job = self._state.job(params["JobId"])
            if job.status in RUNNING:
                job.properties["JobStatus"] = "STOP_REQUESTED"
                self._state.keep_job(job)
            return {"JobId": params["JobId"], "JobStatus": job.status}

    def _list_languages(self, params: Json, entry: LogEntry) -> Json:
        display = params.get("DisplayLanguageCode", "en")
        answer = page(languages(display), params, "Languages")
        return {**answer, "DisplayLanguageCode": display}


def _check_blob(raw: Json, structure: str, member: str, most: int) -> None:
    """Check the size of the file ``structure.member`` in a request, which comes as Base64.

    Raises :class:`ServiceError` (LimitExceededException).
    """
    holder = raw.get(structure)
    content = holder.get(member) if isinstance(holder, dict) else None
    # Base64 writes three bytes as four characters; up to two at the end may be padding ("=").
    size = len(content) // 4 * 3 - content[-2:].count("=") if isinstance(content, str) else 0
    if size > most:
        message = f"{structure}.{member} has {size} bytes; {most} are allowed"
        raise ServiceError("LimitExceededException", message)


def _passes(job: JobRecord, wanted: dict[str, Any]) -> bool:
    """Return whether a job meets the conditions of a ``Filter``."""
    properties = job.properties
    tests = {
        "JobName": lambda v: properties.get("JobName") == v,
        "JobStatus": lambda v: job.status == v,
        "SubmittedBeforeTime": lambda v: properties["SubmittedTime"] < v,
        "SubmittedAfterTime": lambda v: properties["SubmittedTime"] > v,
    }
    return all(tests[name](value) for name, value in wanted.items())
