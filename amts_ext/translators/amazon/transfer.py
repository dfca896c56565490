"""Transfer of a job's documents to S3 and of its results back, several at a time.

Import this module only where something is sent: most builds send nothing, and s3transfer is slow to
import.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from s3transfer.manager import TransferConfig, TransferManager
from s3transfer.subscribers import BaseSubscriber

from amts_ext.errors import TranslatorError
from amts_ext.model import Parts
from amts_ext.translators.amazon.connection import Clients, errors_told
from amts_ext.translators.amazon.html import Page, plain_text
from amts_ext.translators.amazon.job import Job

if TYPE_CHECKING:
    from mypy_boto3_translate.type_defs import TextTranslationJobPropertiesTypeDef as Properties
    from s3transfer.futures import TransferFuture

AT_ONCE = 100
"""Documents that are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Details:
    """The service's report on the documents of one target language."""

    reasons: dict[str, str] = field(default_factory=dict)
    """The reason for each document that was not translated, by its name."""
    characters: int | None = None
    """Billed characters; None if the service did not say."""
    engine: str = ""
    """The engine's name, which only the embedded service gives."""
    doubts: dict[tuple[str, str], str] = field(default_factory=dict)
    """What is doubted about drafts, by the name of the document and the text of the segment; only
    the embedded service tells it."""

    def doubt(self, document: str, parts: Parts) -> str:
        """Return what is doubted about the draft of a segment; empty if nothing is."""
        return self.doubts.get((document, plain_text(parts)), "") if self.doubts else ""


def upload(clients: Clients, job: Job, kms_key: str) -> None:
    """Upload the job's pages into its folder, but for those that are there.

    Raises :class:`~amts_ext.errors.TranslatorError` if S3 does not take them.
    """
    extra = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    with errors_told(f"uploading to s3://{job.bucket}/{job.folder}"):
        there = listed(clients, job.bucket, job.folder)
        with _transfers(clients) as manager:
            waiting = iter(job.pages)
            while group := list(islice(waiting, AT_ONCE)):
                futures = []
                for page in group:
                    data = page.text.encode()
                    # The folder is named by the content of all pages, so a page with the right
                    # size is the right page.
                    known = there.get(job.folder + page.name)
                    if known is None or known.size != len(data):
                        place = job.bucket, job.folder + page.name
                        futures.append(manager.upload(io.BytesIO(data), *place, extra))
                for future in futures:
                    future.result()


def results(
    clients: Clients, job: Job, properties: Properties, target: str, details: Details
) -> Iterator[tuple[Page, str | None, str]]:
    """Yield each page of a job with its translation, or with None and the reason.

    Each file is looked for, because a job that is COMPLETED may have written nothing. Raises
    :class:`~amts_ext.errors.TranslatorError` if a file is there and cannot be fetched.
    """
    folder = output_folder(properties)
    with errors_told(f"listing s3://{job.bucket}/{folder}"):
        there = listed(clients, job.bucket, folder)
    waiting = iter(job.pages)
    while group := list(islice(waiting, AT_ONCE)):
        keys = {p.name: f"{folder}{target}.{p.name}" for p in group}
        present = {key: there[key] for key in keys.values() if key in there}
        found = dict(zip(present, _download(clients, job.bucket, present), strict=True))
        for page in group:
            text, problem = _decoded(found.get(keys[page.name]))
            yield page, text, details.reasons.get(page.name, problem) if text is None else ""


class Stored(NamedTuple):
    """One object in a bucket, as a listing describes it."""

    size: int
    """The size in bytes."""
    etag: str


def listed(clients: Clients, bucket: str, prefix: str) -> dict[str, Stored]:
    """List the objects below a prefix, by key."""
    listing = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    objects = (o for answer in listing for o in answer.get("Contents", []))
    return {o["Key"]: Stored(o["Size"], o["ETag"]) for o in objects}


def details(clients: Clients, job: Job, properties: Properties, target: str) -> Details:
    """Fetch the service's report on one target language; an empty one if there is none."""
    name = f"{output_folder(properties)}details/{target}.auxiliary-translation-details.json"
    try:
        answer = clients.s3.get_object(Bucket=job.bucket, Key=name)
        told = json.loads(answer["Body"].read())
        records = told.get("details", [])
        errors = {r["sourceFile"]: (r.get("auxiliaryData") or {}).get("error") for r in records}
        reasons = {n: str(e.get("errorMessage", e)) for n, e in errors.items() if e}
        engine = str(told.get("engine", ""))
        doubts = {
            (record["sourceFile"], draft["sourceText"]): "; ".join(draft["reasons"])
            for record in records
            for draft in (record.get("auxiliaryData") or {}).get("unsureDrafts", [])
        }
        return Details(reasons, int(told["charactersTranslated"]), engine, doubts)
    except (BotoCoreError, ClientError, ValueError, KeyError, TypeError, AttributeError):
        return Details()  # reasons and bill are lost; missing pages are found without it


def output_folder(properties: Properties) -> str:
    """Return the prefix of a job's results, from the service's description of the job.

    >>> output_folder({"OutputDataConfig": {"S3Uri": "s3://bucket/amts/0123/out/"}})
    'amts/0123/out/'
    """
    return urlsplit(properties["OutputDataConfig"]["S3Uri"]).path.lstrip("/")


def _download(clients: Clients, bucket: str, keys: Mapping[str, Stored]) -> Iterator[bytes]:
    """Yield the content of each object, in the order of ``keys``.

    Raises :class:`~amts_ext.errors.TranslatorError` if one cannot be fetched. It is paid for, so
    its segments are not sent again; the next build fetches it.
    """
    with _transfers(clients) as manager, errors_told(f"downloading from s3://{bucket}"):
        buffers = [io.BytesIO() for _ in keys]
        futures = [
            manager.download(bucket, key, buffer, subscribers=[_Known(stored)])
            for (key, stored), buffer in zip(keys.items(), buffers, strict=True)
        ]
        for (key, stored), future, buffer in zip(keys.items(), futures, buffers, strict=True):
            future.result()
            data = buffer.getvalue()
            if len(data) != stored.size:
                raise TranslatorError(f"s3://{bucket}/{key} did not come whole; build again")
            yield data


class _Known(BaseSubscriber):
    """A subscriber that gives a download the object's size and ETag from the listing.

    Without it, s3transfer sends a request for each object to learn them.
    """

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def on_queued(self, future: TransferFuture, **_: object) -> None:
        future.meta.provide_transfer_size(self._stored.size)
        future.meta.provide_object_etag(self._stored.etag)


def _decoded(data: bytes | None) -> tuple[str | None, str]:
    """Return the text of a page; or None and the problem."""
    if data is None:
        return None, "no file came back"
    try:
        return data.decode(), ""
    except UnicodeDecodeError as error:
        return None, f"the translated page is not UTF-8: {error}"


def _transfers(clients: Clients) -> TransferManager:
    return TransferManager(clients.s3, TransferConfig())
