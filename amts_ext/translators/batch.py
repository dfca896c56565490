"""One batch job of Amazon Translate: upload, start, wait, download.

https://docs.aws.amazon.com/translate/latest/dg/async.html. The input folder, the ClientToken and
the job's name come from the hash of everything that decides the result, so the same work started
twice is one job.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from amts_ext.errors import TranslatorError
from amts_ext.translators.aws import Clients, patiently, translated
from amts_ext.translators.base import Progress
from amts_ext.translators.html import Page

if TYPE_CHECKING:
    from mypy_boto3_translate.type_defs import TextTranslationJobPropertiesTypeDef as Properties
    from s3transfer.manager import TransferManager

WAITING = frozenset({"SUBMITTED", "IN_PROGRESS"})
ATTEMPTS = 3
"""Jobs with the same content after one that failed long ago: its token still answers."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a job needs beside its documents."""

    bucket: str
    role_arn: str
    parallel_data: str = ""
    parallel_data_revision: str = ""
    terminology: tuple[str, ...] = ()
    terminology_revision: str = ""
    engine: str = "amazon-translate"
    """The engine's name in the signature."""
    poll: tuple[float, float] = (5.0, 30.0)
    """Seconds between looks at a job: at first, at most."""


def _transfers(clients: Clients) -> TransferManager:
    """Concurrent uploads and downloads; imported here, since most builds have nothing to send."""
    from s3transfer.manager import TransferConfig, TransferManager

    return TransferManager(clients.s3, TransferConfig())


class Batch:
    """One set of pages for one language pair."""

    def __init__(
        self, clients: Clients, setup: Setup, pages: Sequence[Page], source: str, target: str
    ) -> None:
        self._clients = clients
        self._setup = setup
        self._pages = pages
        self._source = source
        self._target = target

    def run(self, progress: Progress) -> Iterator[tuple[Page, str | None, str]]:
        """Translate; yields each page with its translation, or None and the service's reason.

        Raises :class:`amts_ext.errors.TranslatorError` if the job fails as a whole and
        :class:`amts_ext.errors.UnsupportedPairError` if no engine serves the pair.
        """
        for attempt in range(ATTEMPTS):
            began = datetime.now(UTC)
            job = self._wait(self._start(self._digest(attempt)), progress)
            status = job["JobStatus"]
            old = job["SubmittedTime"] < began - timedelta(minutes=1)
            if status in ("COMPLETED", "COMPLETED_WITH_ERROR"):
                yield from self._results(job)
                return
            if not old:
                break  # failed just now: the same job would fail again
        why = " ".join((job.get("Message") or "no reason given").split())
        raise TranslatorError(
            f"translation job {job['JobId']} is {status}: {why}; "
            "check that the role may read and write the bucket and that both are in this region"
        )

    def _digest(self, attempt: int) -> str:
        """Hash of all that decides the result."""
        setup = self._setup
        deciding: list[object] = [
            *(setup.bucket, setup.role_arn, setup.parallel_data, setup.parallel_data_revision),
            *(setup.terminology, setup.terminology_revision, self._source, self._target, attempt),
        ]
        digest = sha256(json.dumps(deciding).encode())
        for page in self._pages:
            digest.update(json.dumps([page.name, page.text]).encode())
        return digest.hexdigest()

    def _start(self, digest: str) -> str:
        """Upload the pages and start the job; the answer is its id."""
        folder = f"amts/{digest[:16]}"
        with translated(f"uploading to s3://{self._setup.bucket}/{folder}/in/"):
            self._upload(f"{folder}/in/")
        request: dict[str, Any] = {
            "JobName": f"amts-{digest[:16]}",
            "InputDataConfig": {"S3Uri": self._uri(f"{folder}/in/"), "ContentType": "text/html"},
            "OutputDataConfig": {"S3Uri": self._uri(f"{folder}/out/")},
            "DataAccessRoleArn": self._setup.role_arn,
            "SourceLanguageCode": self._source,
            "TargetLanguageCodes": [self._target],
            "ClientToken": digest,
        }
        if self._setup.parallel_data:
            request["ParallelDataNames"] = [self._setup.parallel_data]
        if self._setup.terminology:
            request["TerminologyNames"] = list(self._setup.terminology)
        start = self._clients.translate.start_text_translation_job
        with translated("starting a translation job"):
            return patiently(lambda: start(**request))["JobId"]

    def _upload(self, folder: str) -> None:
        with _transfers(self._clients) as manager:
            futures = [
                manager.upload(
                    io.BytesIO(page.text.encode()), self._setup.bucket, folder + page.name
                )
                for page in self._pages
            ]
            for future in futures:
                future.result()

    def _wait(self, job_id: str, progress: Progress) -> Properties:
        pause, longest = self._setup.poll
        describe = self._clients.translate.describe_text_translation_job
        while True:
            with translated(f"asking for translation job {job_id}"):
                job = describe(JobId=job_id)["TextTranslationJobProperties"]
            details = job.get("JobDetails", {})
            done = details.get("TranslatedDocumentsCount", 0)
            done += details.get("DocumentsWithErrorsCount", 0)
            progress("translate", min(done, len(self._pages)), len(self._pages))
            if job["JobStatus"] not in WAITING and job["JobStatus"] != "STOP_REQUESTED":
                return job
            time.sleep(pause)
            pause = min(pause * 1.5, longest)

    def _results(self, job: Properties) -> Iterator[tuple[Page, str | None, str]]:
        """Reconcile files, not counts: a COMPLETED job may have written nothing."""
        folder = urlsplit(job["OutputDataConfig"]["S3Uri"]).path.lstrip("/")
        reasons = self._reasons(folder)
        with _transfers(self._clients) as manager:
            started = []
            for page in self._pages:
                buffer = io.BytesIO()
                name = f"{folder}{self._target}.{page.name}"
                started.append((page, buffer, manager.download(self._setup.bucket, name, buffer)))
            for page, buffer, future in started:
                try:
                    with translated(f"downloading the translation of {page.name}"):
                        future.result()
                    yield page, buffer.getvalue().decode(), ""
                except TranslatorError as error:
                    yield page, None, reasons.get(page.name, error.message)
                except UnicodeDecodeError as error:
                    yield page, None, f"the translated page is not UTF-8: {error}"

    def _reasons(self, folder: str) -> dict[str, str]:
        """The service's own reasons for pages that it did not translate."""
        name = f"{folder}details/{self._target}.auxiliary-translation-details.json"
        try:
            answer = self._clients.s3.get_object(Bucket=self._setup.bucket, Key=name)
            records = json.loads(answer["Body"].read()).get("details", [])
        except (ClientError, ValueError):
            return {}  # only the reasons are lost; missing pages are found anyway
        errors = {r["sourceFile"]: (r.get("auxiliaryData") or {}).get("error") for r in records}
        return {n: str(e.get("errorMessage", e)) for n, e in errors.items() if e}

    def _uri(self, key: str) -> str:
        return f"s3://{self._setup.bucket}/{key}"
