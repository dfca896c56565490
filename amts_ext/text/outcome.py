"""What became of every segment: the result types of a translation run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from amts_ext.files import read_text
from amts_ext.model import Document, Parts, Segment


class Status(StrEnum):
    """Where a segment's translation came from, or why there is none."""

    HUMAN = "human"
    MEMORY = "memory"
    """A machine's, from the memory."""
    MACHINE = "machine"
    """A machine's, made in this run."""
    UNTRANSLATED = "untranslated"
    """Nobody was there to translate it: no engine, or no translator."""
    REJECTED = "rejected"
    """A translation came without its slots, or would change the structure of the text."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source file as the pipeline takes it."""

    name: str
    text: str | Path
    """The text itself, or the file that is read when its turn comes (a large book)."""
    format: str

    def load(self) -> str:
        """The text; raises :class:`~amts_ext.errors.InputError` if the file cannot be read."""
        return self.text if isinstance(self.text, str) else read_text(self.text)


class Outcome(Struct, frozen=True, gc=False):
    """One segment, or a whole block that a human translated as a whole, and its translation."""

    segment: Segment
    status: Status
    parts: Parts | None = None
    reason: str = ""
    span: tuple[int, int] | None = None
    """In ``TranslatedDocument.body``; None where that is the source: it stands where it stood."""

    @property
    def start(self) -> int:
        return self.span[0] if self.span else self.segment.start

    @property
    def end(self) -> int:
        return self.span[1] if self.span else self.segment.end

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
    origin: Source | None = None
    """Where it was read, by which its receiver knows it: documents need not come in order."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A human unit that is like a segment; slots as tokens."""

    source: str
    target: str
    likeness: float
    """0 to 1."""

    def __str__(self) -> str:
        return f"{self.likeness:.0%} like: {self.source} = {self.target}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing for a person to look at."""

    file: str
    line: int | None
    reason: str
    source: str = ""
    suggestion: Suggestion | None = None
    """For a segment without a translation."""

    @property
    def place(self) -> str:
        """``file:line``, as far as known."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" + (f": {self.source}" if self.source else "")


@dataclass(slots=True)
class Result:
    """A whole run's result."""

    documents: list[TranslatedDocument] = field(default_factory=list)
    """Empty if the run emitted its documents one by one."""
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Segments by status."""
    remembered: int = 0
    """Characters of the segments that the memory had; counted where it is asked ahead only."""
    done: int = 0
    """Documents that were translated, be it in part."""


def by_reason(problems: Iterable[Problem]) -> Iterator[str]:
    """Problems as lines; a reason that many share is said once, above their places."""
    reasons: dict[str, dict[str, Problem]] = {}
    for problem in problems:
        reasons.setdefault(problem.reason, {}).setdefault(str(problem), problem)
    for reason, places in reasons.items():
        shared = len(places) > 1
        if shared:
            yield f"{reason} ({len(places)}):"
        for problem in places.values():
            source = f": {problem.source}" if problem.source else ""
            yield f"  {problem.place}{source}" if shared else str(problem)
            if problem.suggestion:
                yield f"    {problem.suggestion}"


def summary(counts: Counter[str], order: Sequence[str] = tuple(Status)) -> str:
    """``12 segments: 10 human, 2 machine``."""
    total = sum(counts.values())
    listed = ", ".join(f"{counts[s]} {s}" for s in order if counts[s])
    return f"{total} segments" + (f": {listed}" if listed else "")
