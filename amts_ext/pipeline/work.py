"""One document on its way through the pipeline, and what it lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from amts_ext.model import Segment
from amts_ext.pipeline.asking import Missing
from amts_ext.text.masking import contents_digest
from amts_ext.text.outcome import Outcome, Status, TranslatedDocument
from amts_ext.text.reading import Masked


class Lookup(NamedTuple):
    """A segment as the memory is asked for it: what it seldom reads is not made before."""

    source: str
    segment: Segment
    document: str

    @property
    def contents(self) -> str:
        return contents_digest(self.segment)

    @property
    def position(self) -> int:
        return self.segment.block


@dataclass(slots=True)
class Work:
    """One document on its way."""

    read: Masked
    outcomes: list[Outcome] = field(default_factory=list)
    trial: TranslatedDocument | None = None
    """The finished document, if the memory held all of it."""

    @property
    def name(self) -> str:
        return self.read.source.name


def missing_of(works: Sequence[Work]) -> Missing:
    """The untranslated segments of all documents, each text once, with its first document."""
    missing: Missing = {}
    for work in works:
        for outcome in work.outcomes:
            if outcome.status is Status.UNTRANSLATED:
                missing.setdefault(outcome.segment.tokens, (work.name, outcome.segment))
    return missing
