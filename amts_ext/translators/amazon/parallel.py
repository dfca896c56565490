"""Parallel-data resources at Amazon Translate: push, look, fetch, delete.

The description and the tags of a resource hold the hash of its pairs, so that the same pairs are
never sent twice. An update replaces all pairs; until it is done, the old ones stay in use.
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-parallel-data.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from amts_ext.errors import TranslatorError
from amts_ext.progress import Progress
from amts_ext.translators.amazon import downloads
from amts_ext.translators.amazon.connection import (
    Clients,
    code_of,
    errors_told,
    one_line,
    patiently,
)
from amts_ext.translators.amazon.pushed import Resource, ResourceKind

if TYPE_CHECKING:
    from mypy_boto3_translate.type_defs import ParallelDataPropertiesTypeDef as Properties

TAG = "amts-revision"
"""The key of the tag that holds a resource's revision."""
BUSY = frozenset({"CREATING", "UPDATING", "DELETING"})
"""States of a resource that the service is still working on."""

_MARK = re.compile(r"AMTS revision ([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class ParallelDataInfo:
    """One resource as the service describes it."""

    name: str
    status: str
    update: str
    """The status of the latest attempt to update it; empty if there was none."""
    revision: str
    """The revision of its pairs; empty for a resource that AMTS did not make."""
    source: str
    targets: tuple[str, ...]
    counts: Mapping[str, int]
    """The numbers of records ``imported``, ``skipped`` and ``failed``."""
    message: str
    arn: str = ""
    tried: tuple[str, ...] = ()
    """The times of its creation and of the latest attempt to update it."""
    reasons: tuple[str, ...] = ()
    """The service's reasons for records that it did not import (:meth:`ParallelData.explained`)."""

    @property
    def settled(self) -> str:
        """``ACTIVE`` or ``FAILED``; or a state of :data:`BUSY`."""
        return self.update if self.status == "ACTIVE" and self.update else self.status

    @property
    def is_whole(self) -> bool:
        """True if the latest attempt has not failed and left out no record of the file."""
        return self.settled != "FAILED" and not (self.counts["skipped"] or self.counts["failed"])

    def resource(self, ready: float) -> Resource:
        """Return the entry for the book's record (:mod:`amts_ext.translators.amazon.pushed`).

        ``ready`` is the Unix time from which the service uses the resource.
        """
        targets = self.targets
        return Resource(
            ResourceKind.PARALLEL_DATA, self.name, self.source, targets, self.revision, ready
        )


def revision_of(data: bytes) -> str:
    """Return the revision of a file: the first 16 hexadecimal digits of its SHA-256.

    >>> revision_of(b"en,pt\\n")
    'b14e945ae415875c'
    """
    return sha256(data).hexdigest()[:16]


def describe(what: str, revision: str) -> str:
    """Return a description that ends with the revision.

    >>> describe("Demo en-pt", "b14e945ae415875c")
    'Demo en-pt; AMTS revision b14e945ae415875c'
    """
    return f"{what}; AMTS revision {revision}"


def revision_in(description: str) -> str:
    """Find the revision in a description; empty if there is none.

    >>> revision_in("Demo en-pt; AMTS revision b14e945ae415875c")
    'b14e945ae415875c'
    """
    match = _MARK.search(description)
    return match[1] if match else ""


class ParallelData:
    """The parallel data of an account in one region."""

    def __init__(self, clients: Clients, bucket: str, kms_key: str = "") -> None:
        self._clients = clients
        self._client = clients.translate
        self._bucket = bucket
        self._kms_key = kms_key

    def push(
        self, name: str, data: bytes, form: str, what: str, progress: Progress
    ) -> ParallelDataInfo:
        """Create or update a resource, and wait until the service has read its file.

        A resource that holds these pairs is left as it is. ``data`` is the file, ``form`` its
        format (``csv``, ``tsv`` or ``tmx``), and ``what`` begins the description. After an
        interrupt the service goes on alone.

        Raises :class:`TranslatorError` if the service does not take the file.
        """
        revision = revision_of(data)
        state = before = self.wait(name, progress)
        if state and (state.settled, state.revision) == ("ACTIVE", revision):
            return state
        if state and state.status == "FAILED":
            self.delete(name, progress)
            state = None
        key = f"amts/parallel-data/{revision}.{form}"
        with errors_told(f"uploading to s3://{self._bucket}/{key}"):
            extra: dict[str, Any] = (
                {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._kms_key}
                if self._kms_key
                else {}
            )
            self._clients.s3.put_object(Bucket=self._bucket, Key=key, Body=data, **extra)
        config: Any = {"S3Uri": f"s3://{self._bucket}/{key}", "Format": form.upper()}
        request = {
            "Name": name,
            "Description": describe(what, revision),
            "ParallelDataConfig": config,
            # A run that was killed and repeated sends the same token; after another push, the
            # state before is another, and so is the token.
            "ClientToken": revision_of(f"{name} {revision} after {before}".encode()),
        }
        self._send(request, revision, state)
        state = self.wait(name, progress)
        # The service answered as to an earlier request with this token, whose resource has been
        # deleted since.
        if state is None:
            self._send(request | {"ClientToken": uuid4().hex}, revision, None)
            state = self.wait(name, progress)
        if state is None or state.settled == "FAILED":
            raise TranslatorError(_failure(name, state and self.explained(state)))
        return state

    def get(self, name: str) -> ParallelDataInfo | None:
        """Return the resource of this name, or None.

        Raises :class:`TranslatorError` if the service cannot be asked.
        """
        try:
            with errors_told(f"parallel data {name}"):
                self._clients.look_gate.wait()
                return _state(self._client.get_parallel_data(Name=name)["ParallelDataProperties"])
        except TranslatorError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise

    def explained(self, state: ParallelDataInfo) -> ParallelDataInfo:
        """Return the state with the service's remarks on the latest file.

        There may be none: the remarks may be out of reach, or the file had no fault.
        """
        latest = "LatestUpdateAttemptAuxiliaryDataLocation"
        member = latest if state.update else "AuxiliaryDataLocation"
        try:
            with errors_told(f"parallel data {state.name}"):
                answer: Mapping[str, Any] = self._client.get_parallel_data(Name=state.name)
        except TranslatorError:
            return state
        if member not in answer:
            return state
        return replace(state, reasons=downloads.lines(self._client, answer[member]["Location"]))

    def wait(self, name: str, progress: Progress) -> ParallelDataInfo | None:
        """Wait while the service works on the resource, and return it; None if there is none.

        Raises :class:`TranslatorError` if the service cannot be asked.
        """
        began, longest = time.monotonic(), self._clients.pauses[1]
        while (state := self.get(name)) is not None and state.settled in BUSY:
            progress(f"parallel data {name}", 0, 1, state=state.settled)
            time.sleep(min(longest, 0.5 + (time.monotonic() - began)))
        return state

    def each(self) -> Iterator[ParallelDataInfo]:
        """Yield every resource. Raises :class:`TranslatorError`."""
        request: dict[str, Any] = {}
        while True:
            self._clients.look_gate.wait()
            with errors_told("parallel data"):
                answer = self._client.list_parallel_data(**request)
            yield from map(_state, answer["ParallelDataPropertiesList"])
            if not answer.get("NextToken"):
                return
            request = {"NextToken": answer["NextToken"]}

    def pull(self, name: str) -> tuple[bytes, str]:
        """Fetch the file that the service has, and its format, such as ``tmx``.

        Raises :class:`TranslatorError` if the resource has no file or it cannot be fetched.
        """
        with errors_told(f"parallel data {name}"):
            found = self._client.get_parallel_data(Name=name)
        properties = found["ParallelDataProperties"]
        form = properties["ParallelDataConfig"]["Format"].lower()
        if "DataLocation" not in found:
            status = properties["Status"]
            raise TranslatorError(f"parallel data {name} holds no pairs yet: it is {status}")
        try:
            return downloads.fetch(self._client, found["DataLocation"]["Location"]), form
        except TranslatorError as error:
            raise TranslatorError(f"parallel data {name}: {error}") from None

    def delete(self, name: str, progress: Progress) -> None:
        """Delete the resource and wait until it is gone. Raises :class:`TranslatorError`."""
        with errors_told(f"parallel data {name}"):
            patiently(lambda: self._client.delete_parallel_data(Name=name), **_WAIT)
        self.wait(name, progress)

    def _send(self, request: dict[str, Any], revision: str, state: ParallelDataInfo | None) -> None:
        with errors_told(f"parallel data {request['Name']}"):
            if state is None:
                self._create(request, revision)
            else:
                patiently(lambda: self._client.update_parallel_data(**request), **_WAIT)
                self._tag(state.arn, revision)

    def _create(self, request: dict[str, Any], revision: str) -> None:
        if self._kms_key:
            request["EncryptionKey"] = {"Type": "KMS", "Id": self._kms_key}
        request["Tags"] = [{"Key": TAG, "Value": revision}]
        patiently(lambda: self._client.create_parallel_data(**request), **_WAIT)

    def _tag(self, arn: str, revision: str) -> None:
        tags: Any = [{"Key": TAG, "Value": revision}]
        patiently(lambda: self._client.tag_resource(ResourceArn=arn, Tags=tags), **_WAIT)


# An account creates or updates one resource at a time: another one waits for minutes.
_WAIT: Any = {"attempts": 12, "busy": ("LimitExceededException",)}

# Further reasons that an error's line gives, at most.
_TOLD = 3


def _state(properties: Properties) -> ParallelDataInfo:
    told: Mapping[str, Any] = properties
    kinds = ("imported", "skipped", "failed")
    return ParallelDataInfo(
        properties["Name"],
        properties["Status"],
        properties.get("LatestUpdateAttemptStatus", ""),
        revision_in(properties.get("Description", "")),
        properties.get("SourceLanguageCode", ""),
        tuple(properties.get("TargetLanguageCodes", ())),
        {kind: int(told.get(f"{kind.title()}RecordCount") or 0) for kind in kinds},
        one_line(properties.get("Message", "")),
        properties.get("Arn", ""),
        tuple(str(told.get(when)) for when in ("CreatedAt", "LatestUpdateAttemptAt")),
    )


def _failure(name: str, state: ParallelDataInfo | None) -> str:
    why = (state.message if state else "") or "no reason given"
    further = [reason for reason in (state.reasons if state else ()) if why not in reason]
    told = f" ({'; '.join(further[:_TOLD])})" if further else ""
    return (
        f"parallel data {name} is FAILED: {why}{told}; check the file that was sent, and that "
        "Amazon Translate may read the bucket and its key"
    )
