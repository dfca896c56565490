"""Custom terminologies: imported at once, given back in any of the three formats.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_ImportTerminology.html, and the
pages of GetTerminology, ListTerminologies and DeleteTerminology beside it.
"""

from __future__ import annotations

import time

from amts_ext.service.content.corpora import Corpus, CorpusError, read_corpus, write_corpus
from amts_ext.service.operations.downloads import Downloads
from amts_ext.service.operations.paging import page
from amts_ext.service.operations.tags import Tags
from amts_ext.service.state.state import (
    AUXILIARY,
    Handler,
    LogEntry,
    ResourceRecord,
    State,
    new_properties,
)
from amts_ext.service.wire import Json, ServiceError


class TerminologyOperations:
    """The handlers of the operations on terminologies."""

    def __init__(self, state: State, downloads: Downloads, tags: Tags) -> None:
        self._state = state
        self._downloads = downloads
        self._tags = tags

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by the names of their operations."""
        return {
            "ImportTerminology": self._import,
            "GetTerminology": self._get,
            "ListTerminologies": self._list,
            "DeleteTerminology": self._delete,
        }

    def _import(self, params: Json, entry: LogEntry) -> Json:
        """Create or overwrite a terminology.

        The content that is overwritten stays in effect for ``Limits.terminology_delay`` seconds.
        The tags stay too, unless the request has others.
        """
        data = params["TerminologyData"]
        limits = self._state.limits
        try:
            corpus = read_corpus(data["File"], data["Format"], limits.term_bytes)
        except CorpusError as error:
            raise ServiceError("InvalidParameterValueException", str(error)) from error
        with self._state.lock:
            known = self._state.terms.get(params["Name"])
            if known:
                known.check_unchanged()
            if known is None and len(self._state.terms) >= limits.terminologies:
                message = f"{limits.terminologies} terminologies exist already"
                raise ServiceError("LimitExceededException", message)
            tags = self._tags.given(params) or (known.tags if known else {})
            resource = ResourceRecord(
                _properties(params, corpus, known), corpus, data=data["File"], tags=tags
            )
            resource.auxiliary[AUXILIARY] = corpus.remarks.text()
            if known:
                resource.former = known.effective
                resource.since = time.time() + limits.terminology_delay
            self._state.terms[params["Name"]] = resource
            self._state.keep_resource(resource)
            return self._described(resource)

    def _get(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._state.terminology(params["Name"])
            wanted: str = params.get("TerminologyDataFormat") or resource.properties["Format"]
            data = _in_format(resource, wanted)
            location = self._downloads.offer(resource, f"data.{wanted.lower()}", data)
            return {**self._described(resource), "TerminologyDataLocation": location}

    def _described(self, resource: ResourceRecord) -> Json:
        properties = dict(resource.properties)
        return {"TerminologyProperties": properties, **self._downloads.auxiliary(resource)}

    def _list(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            every = [dict(r.properties) for r in self._state.terms.values()]
        return page(every, params, "TerminologyPropertiesList")

    def _delete(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock, self._state.store.together():
            resource = self._state.terminology(params["Name"])
            self._downloads.withdraw(resource)
            self._state.store.drop_record("terms", params["Name"])
            del self._state.terms[params["Name"]]
        return {}


def _in_format(resource: ResourceRecord, wanted: str) -> bytes:
    """Return the file of a terminology in a format: its own bytes, or its rows written anew.

    A terminology whose every language may be the source (MULTI) is given back only as it came.
    Raises :class:`ServiceError` (InvalidParameterValueException).
    """
    own = resource.properties["Format"]
    if wanted == own:
        return resource.data
    if resource.properties["Directionality"] == "MULTI" or resource.corpus is None:
        raise ServiceError("InvalidParameterValueException", f"it is given back as {own} only")
    return write_corpus(resource.corpus, wanted)


def _properties(params: Json, corpus: Corpus, known: ResourceRecord | None) -> Json:
    """Return the API's properties of a terminology; ``known`` is the one that it overwrites."""
    data, properties = params["TerminologyData"], new_properties("terminology", params)
    return properties | {
        "CreatedAt": known.properties["CreatedAt"] if known else properties["CreatedAt"],
        "SourceLanguageCode": corpus.source,
        "TargetLanguageCodes": corpus.targets,
        "SizeBytes": corpus.size,
        "TermCount": corpus.imported,
        "SkippedTermCount": corpus.skipped + corpus.failed,
        "Directionality": data.get("Directionality", "UNI"),
        "Format": data["Format"],
    }
