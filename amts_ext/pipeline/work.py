"""One document on its way through the pipeline, and the segments that it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from amts_ext.errors import InputError, of_document
from amts_ext.model import Segment
from amts_ext.pipeline.asking import Missing
from amts_ext.text.masking import contents_digest
from amts_ext.text.outcome import Outcome, Problem, Result, Status, TranslatedDocument
from amts_ext.text.reading import Masked


class Lookup(NamedTuple):
    """A query to the memory for one segment.

    The memory seldom reads ``contents``, so that the digest is made when it does.
    """

    source: str
    """The segment with slots as tokens."""
    segment: Segment
    document: str

    @property
    def contents(self) -> str:
        """The digest of what the segment's slots hold."""
        return contents_digest(self.segment)

    @property
    def position(self) -> int:
        """The index of the segment's block in its document."""
        return self.segment.block


@dataclass(slots=True)
class Work:
    """One document between reading and writing."""

    read: Masked
    outcomes: list[Outcome] = field(default_factory=list)
    """The outcome of each segment so far."""
    trial: TranslatedDocument | None = None
    """The finished document, if the memory has all of it."""
    _wanted: set[int] | None = field(init=False, default=None)
    """The blocks that are looked up; None: all."""

    def __post_init__(self) -> None:
        source = self.read.source
        if source.wanted:  # of a source that wants nothing, all is looked up and nobody is asked
            self._wanted = {s.block for s in self.read.segments if source.wants(s)}

    @property
    def name(self) -> str:
        return self.read.source.name

    def lacks(self, outcome: Outcome) -> bool:
        """Return True if a translator is to be asked for a segment."""
        segment = outcome.segment
        is_open = outcome.status is Status.UNTRANSLATED and self.wants((segment.block,))
        return is_open and self.read.source.wants(segment)

    def wants(self, blocks: Iterable[int]) -> bool:
        """Return True if a translation of one of some blocks is wanted."""
        return self._wanted is None or not self._wanted.isdisjoint(blocks)


def missing_of(works: Sequence[Work]) -> Missing:
    """Return the untranslated segments of documents, each text once, with its first document."""
    missing: Missing = {}
    for work in works:
        for outcome in work.outcomes:
            if work.lacks(outcome):
                segment = outcome.segment
                missing.setdefault(segment.tokens, (work.name, segment))
    return missing


@contextmanager
def listed(name: str, result: Result) -> Iterator[None]:
    """List an error of one document as its problem, so that the others go on."""
    try:
        with of_document(name):
            yield
    except InputError as error:
        result.problems.append(Problem(error.file or name, error.line, error.message))
