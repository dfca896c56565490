"""One batch job: what it is made of, its name, and its record in the journal.

https://docs.aws.amazon.com/translate/latest/dg/async.html. The input folder, the ClientToken and
the job's name come from the hash of everything that decides the result, so the same work started
twice is one job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from amts_ext.model import TOKEN, Half, Parts, Slot, characters, from_tokens
from amts_ext.translators.amazon.html import Page
from amts_ext.translators.amazon.pushed import Resource, ResourceKind
from amts_ext.translators.base import Request

VERSION = 3
"""Of the journal's records; older ones are read too, which have no checksum."""

_SUM = '{{"sha256": "{}", '
"""Begins a record: the checksum of all that follows this."""
_BODY = len(_SUM.format("0" * 64))

_PAGES = ', "pages": [\n'
"""Ends the first line of a record."""
_END = "\n]}\n"
_MEMBER = {
    ResourceKind.PARALLEL_DATA: "ParallelDataNames",
    ResourceKind.TERMINOLOGY: "TerminologyNames",
}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a job needs beside its documents."""

    bucket: str
    role_arn: str
    kms_key: str = ""
    """Encrypts what is uploaded and what a job writes; empty: the bucket's own encryption."""
    resources: tuple[Resource, ...] = ()
    """Parallel data and terminologies that were pushed."""
    terminology: str = ""
    """Name of the one that is used; empty: any that was pushed."""
    engine: str = "amazon-translate"
    """The engine's name in the signature."""

    def adaptation(self, source: str, target: str) -> tuple[Resource, ...]:
        """What adapts translations of a pair: at most one of each kind, as the service allows."""
        fit = [r for r in self.resources if r.covers(source, target)]
        found = [r for r in fit if r.kind is ResourceKind.PARALLEL_DATA][:1]
        terms = [r for r in fit if r.kind is ResourceKind.TERMINOLOGY]
        if self.terminology:  # one that others have put there is used too, by its name alone
            known = [r for r in terms if r.name == self.terminology]
            other = Resource(ResourceKind.TERMINOLOGY, self.terminology, source, (target,), "")
            return (*found, *(known or [other]))
        return (*found, *terms[:1])

    def signature(self, source: str, target: str) -> str:
        """Engine and revisions. Amazon does not number its models."""
        label = {ResourceKind.PARALLEL_DATA: "parallel", ResourceKind.TERMINOLOGY: "terms"}
        used = self.adaptation(source, target)
        return "+".join([self.engine, *(f"{label[r.kind]}={r.name}@{r.revision}" for r in used)])


@dataclass(slots=True)
class Job:
    """One job, before it is started and after."""

    digest: str
    """SHA-256 of all that decides the result."""
    source: str
    signatures: Mapping[str, str]
    """Who translates, by target language."""
    where: str
    """Region or address of the service that has it."""
    request: dict[str, Any]
    """The members of StartTextTranslationJob."""
    pages: Sequence[Page]
    id: str = ""
    """The service's; empty while nobody knows whether the service has it."""
    recorded: bool = False
    """Whether it comes from the journal: its pages are uploaded, and their slots are empty."""

    @property
    def name(self) -> str:
        """The job's name, by which a lost id is found again."""
        return str(self.request["JobName"])

    @property
    def targets(self) -> list[str]:
        return list(self.request["TargetLanguageCodes"])

    @property
    def characters(self) -> int:
        """What is sent, for each target: text and what slots hold (not known of a record)."""
        return characters(p for page in self.pages for r in page.requests for p in r.parts)

    @property
    def bucket(self) -> str:
        return str(self.request["InputDataConfig"]["S3Uri"]).split("/")[2]

    @property
    def folder(self) -> str:
        """The key below which its documents lie."""
        return str(self.request["InputDataConfig"]["S3Uri"]).split("/", 3)[3]

    def record(self, before: str = "") -> str:
        """The job as JSON; a segment as its tokens, and which of them are slots if not all are.

        The pages are the bulk of it, and never change: they are taken from an earlier record.
        """
        head = {
            "version": VERSION, "id": self.id, "digest": self.digest, "source": self.source,
            "signatures": dict(self.signatures), "where": self.where, "request": self.request,
        }  # fmt: skip
        known, cut, pages = before.partition(_PAGES)
        if not cut or "\n" in known or not pages.endswith(_END):
            pages = ",\n".join(map(_page_record, self.pages)) + _END
        body = f"{json.dumps(head)[1:-1]}{_PAGES}{pages}"
        return _SUM.format(_digest(body)) + body


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _page_record(page: Page) -> str:
    return json.dumps([page.name, list(map(_row, page.requests))])


def _row(request: Request) -> str | list[str | list[str]]:
    slots = [part for part in request.parts if isinstance(part, Slot)]
    if len(slots) == request.key.count("⟦"):
        return request.key
    return [request.key, [slot.token for slot in slots]]


def from_record(text: str) -> Job:
    """The job of a record; what its slots hold is not in it.

    Raises ValueError, KeyError, TypeError or AttributeError for a text that is no record.
    """
    row = json.loads(text)
    if row["version"] not in range(1, VERSION + 1):
        raise ValueError(f"version {row['version']}")
    if row["version"] > 2 and row["sha256"] != _digest(text[_BODY:]):
        raise ValueError("it was changed")
    targets = tuple(row["request"]["TargetLanguageCodes"])
    pages = [
        Page(name, tuple(_request(each, name, targets) for each in own))
        for name, own in row["pages"]
    ]
    job = Job(
        row["digest"], row["source"], row["signatures"], row["where"], row["request"], pages,
        row["id"], recorded=True,
    )  # fmt: skip
    if set(job.signatures) != set(targets) or job.name != f"amts-{job.digest[:16]}":
        raise ValueError("its parts do not fit together")
    return job


def make(
    pages: Sequence[Page],
    source: str,
    targets: Sequence[str],
    setup: Setup,
    where: str,
    attempt: int = 0,
) -> Job:
    """A job for pages that all ``targets`` need, whose adaptation is the same.

    ``attempt`` counts up where the same work has to be asked for again: its name and token are
    new then.
    """
    request: dict[str, Any] = {
        "DataAccessRoleArn": setup.role_arn,
        "SourceLanguageCode": source,
        "TargetLanguageCodes": list(targets),
    }
    used = setup.adaptation(source, targets[0])
    for resource in used:
        request[_MEMBER[resource.kind]] = [resource.name]
    deciding = [where, setup.bucket, setup.kms_key, request, [r.revision for r in used], attempt]
    digest = sha256(json.dumps(deciding).encode())
    for page in pages:
        digest.update(f"{page.name}\0{page.text}\0".encode())
    signatures = {t: setup.signature(source, t) for t in targets}
    request |= _places(digest.hexdigest(), setup)
    return Job(digest.hexdigest(), source, signatures, where, request, pages)


def _places(digest: str, setup: Setup) -> dict[str, Any]:
    """Name, token and folders, all made of the digest."""
    folder = f"s3://{setup.bucket}/amts/{digest[:16]}"
    output: dict[str, Any] = {"S3Uri": f"{folder}/out/"}
    if setup.kms_key:
        output["EncryptionKey"] = {"Type": "KMS", "Id": setup.kms_key}
    return {
        "JobName": f"amts-{digest[:16]}",
        "ClientToken": digest,
        "InputDataConfig": {"S3Uri": f"{folder}/in/", "ContentType": "text/html"},
        "OutputDataConfig": output,
    }


def _request(row: str | list[Any], document: str, targets: tuple[str, ...]) -> Request:
    """The segment of :func:`_row`."""
    if isinstance(row, str):
        key, tokens = row, [match[0] for match in TOKEN.finditer(row)]
    else:
        key, tokens = row
    return Request(key, _parts(key, tokens), document, targets)


def _parts(key: str, tokens: Sequence[str]) -> Parts:
    """The parts of a segment, its slots without what they hold."""
    slots = []
    for token in tokens:
        slash, kind, number = TOKEN.fullmatch(token).groups()  # type: ignore[union-attr]
        paired = f"⟦/{kind}{number}⟧" in tokens
        half = Half.CLOSE if slash else Half.OPEN if paired else Half.SINGLE
        slots.append(Slot(int(number), kind, "", half))
    return from_tokens(key, slots)
