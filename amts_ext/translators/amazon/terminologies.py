"""Custom terminologies at Amazon Translate: push, list, delete.

https://docs.aws.amazon.com/translate/latest/dg/how-custom-terminology.html. ImportTerminology takes
no token that would make a repeated request harmless, so :meth:`Terminologies.push` first looks
whether the service has the terms. An overwrite takes up to ten minutes to take effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from amts_ext.errors import TranslatorError
from amts_ext.translators.amazon import downloads
from amts_ext.translators.amazon.connection import (
    Clients,
    code_of,
    errors_told,
    one_line,
    patiently,
)
from amts_ext.translators.amazon.parallel import TAG, describe, revision_in, revision_of
from amts_ext.translators.amazon.pushed import Resource, ResourceKind

if TYPE_CHECKING:
    from mypy_boto3_translate.type_defs import TerminologyPropertiesTypeDef as Properties

FILE_BYTES = 10 * 1024 * 1024
"""The largest file that the service imports."""
OVERWRITE = 600.0
"""The longest time until the service uses a terminology that replaces another, in seconds."""


@dataclass(frozen=True, slots=True)
class TerminologyInfo:
    """One terminology as the service describes it."""

    name: str
    source: str
    targets: tuple[str, ...]
    terms: int
    """The number of terms that the service took."""
    skipped: int
    """The number of terms that the service did not take."""
    revision: str
    """The revision of its file; empty for a terminology that AMTS did not make."""
    updated: float
    """Unix time in seconds."""
    message: str = ""

    created: float = 0.0
    """Unix time in seconds."""
    reasons: tuple[str, ...] = ()
    """The service's reasons for skipped terms (:meth:`Terminologies.explained`)."""

    @property
    def in_effect(self) -> float:
        """The Unix time from which the service surely uses the terminology, in seconds."""
        return self.updated + OVERWRITE if self.updated > self.created else self.created

    def resource(self) -> Resource:
        """Return the entry for the book's record (:mod:`amts_ext.translators.amazon.pushed`)."""
        kind, ready = ResourceKind.TERMINOLOGY, self.in_effect
        return Resource(kind, self.name, self.source, self.targets, self.revision, ready)


class Terminologies:
    """The terminologies of an account in one region."""

    def __init__(self, clients: Clients, kms_key: str = "") -> None:
        self._clients = clients
        self._kms_key = kms_key

    def push(self, name: str, data: bytes, what: str) -> TerminologyInfo:
        """Import a CSV file, unless the service has it; ``what`` begins the description.

        Raises :class:`TranslatorError` if the file is too large or the service does not take it.
        """
        if len(data) > FILE_BYTES:
            raise TranslatorError(
                f"terminology {name}: {len(data):,} bytes; {FILE_BYTES:,} are allowed; split it"
            )
        there, revision = self.get(name), revision_of(data)
        if there is not None and there.revision == revision:
            return there
        request: dict[str, Any] = {
            "Name": name,
            "MergeStrategy": "OVERWRITE",
            "Description": describe(what, revision),
            "TerminologyData": {"File": data, "Format": "CSV"},
        }
        if there is None:
            request["Tags"] = [{"Key": TAG, "Value": revision}]
        if self._kms_key:
            request["EncryptionKey"] = {"Type": "KMS", "Id": self._kms_key}
        with errors_told(f"terminology {name}"):
            patiently(lambda: self._clients.translate.import_terminology(**request))
        found = self.get(name)
        if found is None:
            raise TranslatorError(f"terminology {name} is not there after its import; push again")
        return found

    def get(self, name: str) -> TerminologyInfo | None:
        """Return the terminology of this name, or None.

        Raises :class:`TranslatorError` if the service cannot be asked.
        """
        try:
            with errors_told(f"terminology {name}"):
                answer = self._clients.translate.get_terminology(Name=name)
                return _terms(answer["TerminologyProperties"])
        except TranslatorError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise

    def explained(self, terms: TerminologyInfo) -> TerminologyInfo:
        """Return the terminology with the service's reasons; without, if they are out of reach."""
        client = self._clients.translate
        try:
            with errors_told(f"terminology {terms.name}"):
                place = client.get_terminology(Name=terms.name).get("AuxiliaryDataLocation")
        except TranslatorError:
            return terms
        return (
            replace(terms, reasons=downloads.lines(client, place["Location"])) if place else terms
        )

    def each(self) -> Iterator[TerminologyInfo]:
        """Yield every terminology. Raises :class:`TranslatorError`."""
        with errors_told("terminologies"):
            for answer in self._clients.translate.get_paginator("list_terminologies").paginate():
                yield from map(_terms, answer["TerminologyPropertiesList"])

    def delete(self, name: str) -> None:
        """Delete the terminology of this name. Raises :class:`TranslatorError`."""
        with errors_told(f"terminology {name}"):
            self._clients.translate.delete_terminology(Name=name)


def _terms(properties: Properties) -> TerminologyInfo:
    created = properties.get("CreatedAt")
    updated = properties.get("LastUpdatedAt") or created
    return TerminologyInfo(
        properties["Name"],
        properties.get("SourceLanguageCode", ""),
        tuple(properties.get("TargetLanguageCodes", ())),
        properties.get("TermCount", 0),
        properties.get("SkippedTermCount", 0),
        revision_in(properties.get("Description", "")),
        updated.timestamp() if updated else 0.0,
        one_line(properties.get("Message", "")),
        created.timestamp() if created else 0.0,
    )
