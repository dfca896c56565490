"""One batch job: its request, its name, and its record in the journal.

>>> request = Request("A cat.", ("A cat.",), "pets.md", ("pt",))
>>> page = Page("00001-pets.html", (request,), '<p id="p0">A cat.</p>')
>>> job = make([page], "en", ["pt"], Setup("bucket", "arn:aws:iam::1:role/t"), "us-east-1")
>>> job.name == f"amts-{job.digest[:16]}"
True
>>> from_record(job.record()).digest == job.digest
True

The job's name, its input folder and its ClientToken come from the hash of everything that decides
the result. So work that is started twice is one job.
https://docs.aws.amazon.com/translate/latest/dg/async.html
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
"""The version of records that are written. Records of versions 1 and 2, which have no checksum, are
read too."""

# The beginning of a record: the checksum of all that follows it.
_SUM = '{{"sha256": "{}", '
_BODY = len(_SUM.format("0" * 64))

# The end of a record's first line; each further line is a page.
_PAGES = ', "pages": [\n'
_END = "\n]}\n"
_MEMBER = {
    ResourceKind.PARALLEL_DATA: "ParallelDataNames",
    ResourceKind.TERMINOLOGY: "TerminologyNames",
}


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings of a job: its bucket, its role, and the resources that adapt it.

    >>> data = Resource(ResourceKind.PARALLEL_DATA, "pets", "en", ("pt",), "0123456789abcdef")
    >>> setup = Setup("bucket", "arn:aws:iam::1:role/t", resources=(data,))
    >>> setup.signature("en", "pt")
    'amazon-translate+parallel=pets@0123456789abcdef'
    >>> setup.signature("en", "zh")
    'amazon-translate'
    """

    bucket: str
    role_arn: str
    kms_key: str = ""
    """The key that encrypts documents and results; empty: the bucket's own encryption."""
    resources: tuple[Resource, ...] = ()
    """The parallel data and the terminologies that were pushed."""
    terminology: str = ""
    """The name of the terminology to use; empty: the first in ``resources`` for the pair."""
    engine: str = "amazon-translate"
    """The engine's name in the signature."""

    def adaptation(self, source: str, target: str) -> tuple[Resource, ...]:
        """Return the resources for a language pair.

        There is at most one of each kind, because the service allows no more.
        """
        fit = [r for r in self.resources if r.covers(source, target)]
        found = [r for r in fit if r.kind is ResourceKind.PARALLEL_DATA][:1]
        terms = [r for r in fit if r.kind is ResourceKind.TERMINOLOGY]
        # A terminology that somebody else has imported is known by its name only.
        if self.terminology:
            known = [r for r in terms if r.name == self.terminology]
            other = Resource(ResourceKind.TERMINOLOGY, self.terminology, source, (target,), "")
            return (*found, *(known or [other]))
        return (*found, *terms[:1])

    def signature(self, source: str, target: str) -> str:
        """Return the engine's name and the revisions of the resources.

        No version of the engine is in it, because Amazon does not number its models.
        """
        label = {ResourceKind.PARALLEL_DATA: "parallel", ResourceKind.TERMINOLOGY: "terms"}
        used = self.adaptation(source, target)
        return "+".join([self.engine, *(f"{label[r.kind]}={r.name}@{r.revision}" for r in used)])


@dataclass(slots=True)
class Job:
    """One batch job, before and after it is started."""

    digest: str
    """The SHA-256 of everything that decides the result."""
    source: str
    signatures: Mapping[str, str]
    """The translator's signature for each target language."""
    where: str
    """The region or the address of the service."""
    request: dict[str, Any]
    """The members of StartTextTranslationJob."""
    pages: Sequence[Page]
    id: str = ""
    """The id that the service gave; empty while it is not known whether the job was started."""
    recorded: bool = False
    """True: the job was read from the journal. Its pages are uploaded, and its slots have no
    content."""

    @property
    def name(self) -> str:
        """The job's name at the service, by which a lost id is found again."""
        return str(self.request["JobName"])

    @property
    def targets(self) -> list[str]:
        return list(self.request["TargetLanguageCodes"])

    @property
    def characters(self) -> int:
        """The number of characters sent for each target: text and contents of slots.

        The contents are not known of a job from the journal, and not counted.
        """
        return characters(p for page in self.pages for r in page.requests for p in r.parts)

    @property
    def bucket(self) -> str:
        return str(self.request["InputDataConfig"]["S3Uri"]).split("/")[2]

    @property
    def folder(self) -> str:
        """The prefix of its documents in the bucket, as ``amts/0123456789abcdef/in/``."""
        return str(self.request["InputDataConfig"]["S3Uri"]).split("/", 3)[3]

    def record(self, before: str = "") -> str:
        """Return the job as JSON, for the journal.

        A segment is its text with tokens. If the text also holds tokens that are no slots, the
        list of those that are is added. ``before`` is an earlier record of this job: its pages,
        the largest part, never change and are copied.
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
    """Read a job from its record; its slots have no content.

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
    """Make a job for pages that all ``targets`` need, and that one set of resources adapts.

    ``where`` is the region or the address of the service. ``attempt`` is counted up to ask for
    finished work once more, in a job with another name and token.
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
    """Return the members of the request that come from the digest: name, token and folders."""
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
    """Read a segment from its row in a record (:func:`_row`)."""
    if isinstance(row, str):
        key, tokens = row, [match[0] for match in TOKEN.finditer(row)]
    else:
        key, tokens = row
    return Request(key, _parts(key, tokens), document, targets)


def _parts(key: str, tokens: Sequence[str]) -> Parts:
    """Return the parts of a segment; its slots have no content."""
    slots = []
    for token in tokens:
        slash, kind, number = TOKEN.fullmatch(token).groups()  # type: ignore[union-attr]
        paired = f"⟦/{kind}{number}⟧" in tokens
        half = Half.CLOSE if slash else Half.OPEN if paired else Half.SINGLE
        slots.append(Slot(int(number), kind, "", half))
    return from_tokens(key, slots)
