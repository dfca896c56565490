"""What became of every segment: the result types of a translation run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from amts_ext.model import Document, Parts, Segment


class Status(StrEnum):
    """Where a segment's translation came from, or why there is none."""

    HUMAN = "human"
    MEMORY = "memory"
    """A machine's, from the memory."""
    MACHINE = "machine"
    """A machine's, made in this run."""
    UNTRANSLATED = "untranslated"
    REJECTED = "rejected"
    """A translation came, and failed the checks."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source file as the pipeline takes it."""

    name: str
    text: str
    format: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One segment, or a whole block that a human translated as a whole, and its translation."""

    segment: Segment
    status: Status
    parts: Parts | None = None
    reason: str = ""
    start: int = 0
    """Span in ``TranslatedDocument.body``."""
    end: int = 0

    @property
    def ok(self) -> bool:
        return self.status not in (Status.UNTRANSLATED, Status.REJECTED)


@dataclass(frozen=True, slots=True)
class TranslatedDocument:
    """One document's result."""

    name: str
    text: str
    """The file's new text."""
    source: Document
    body: str
    """The text that spans count in: the file's text, or a notebook's markdown cells joined."""
    segments: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing for a person to look at."""

    file: str
    line: int | None
    reason: str
    source: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}" + (f": {self.source}" if self.source else "")


@dataclass(slots=True)
class Result:
    """A whole run's result."""

    documents: list[TranslatedDocument] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """Segments by status."""
        return Counter(str(o.status) for d in self.documents for o in d.segments)


def summary(counts: Counter[str], order: Sequence[str] = tuple(Status)) -> str:
    """``12 segments: 10 human, 2 machine``."""
    total = sum(counts.values())
    listed = ", ".join(f"{counts[s]} {s}" for s in order if counts[s])
    return f"{total} segments" + (f": {listed}" if listed else "")
