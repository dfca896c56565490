"""Results of a translation run: the status and the translation of every segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from amts_ext.files import read_text
from amts_ext.model import Document, Parts, Segment

NOT_WANTED = "no draft is asked for ([amts] drafts = none)"
"""The reason for which a segment is not translated though an engine would draft it."""


class Status(StrEnum):
    """The origin of a segment's translation, or the reason why there is none."""

    HUMAN = "human"
    """A human's translation."""
    LEFT_OUT = "left out"
    """No translation: the human who translated this text left it out. No machine is asked."""
    MEMORY = "memory"
    """A machine's translation from the memory."""
    MACHINE = "machine"
    """A machine's translation, made in this run."""
    UNTRANSLATED = "untranslated"
    """No translation: there was no translator, or it gave no answer."""
    REJECTED = "rejected"
    """No translation: it came without its slots, or would change the structure of the text."""
    NOT_KEPT = "draft not kept"
    """No translation: the machine only drafts, and the book does not keep this draft."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source file as the pipeline takes it."""

    name: str
    text: str | Path
    """The text, or the path of a file that is read only when its turn comes."""
    format: str
    wanted: tuple[tuple[int, int], ...] | None = None
    """Stretches of the document; a translator is asked for what begins in one. None: for all.

    Blocks outside are not looked up either. Without any, all is looked up, and nobody is asked.
    """

    def wants(self, segment: Segment) -> bool:
        """Return True if a translator is to be asked for a segment that the memory lacks."""
        if self.wanted is None:
            return True
        return any(start <= segment.start < end for start, end in self.wanted)

    def load(self) -> str:
        """Return the text.

        Raises :class:`~amts_ext.errors.InputError` if the file cannot be read.
        """
        return self.text if isinstance(self.text, str) else read_text(self.text)


class Outcome(Struct, frozen=True, gc=False):
    """One segment and its translation; the segment may be a block that a human translated whole."""

    segment: Segment
    status: Status
    parts: Parts | None = None
    """The translation; None if the source stays."""
    reason: str = ""
    """For a segment without a translation; or what is doubted about a draft that is kept; or why a
    person has to look at a human's translation."""
    span: tuple[int, int] | None = None
    """Stretch in ``TranslatedDocument.body``; None if it stands where the source stood."""

    @property
    def start(self) -> int:
        """Start in ``TranslatedDocument.body``."""
        return self.span[0] if self.span else self.segment.start

    @property
    def end(self) -> int:
        """End in ``TranslatedDocument.body``."""
        return self.span[1] if self.span else self.segment.end

    @property
    def ok(self) -> bool:
        """True if the segment is translated."""
        return self.status in (Status.HUMAN, Status.MEMORY, Status.MACHINE)

    @property
    def problem(self) -> str:
        """The status and the reason of a segment without a translation.

        The words that a draft is doubted for are left out, so that drafts of one kind are listed
        together.

        >>> reason = "keeps words of the source: heron; loses a negation: not"
        >>> Outcome(Segment(("A.",), 0, 2, 1, 0), Status.NOT_KEPT, None, reason).problem
        'draft not kept, keeps words of the source; loses a negation'
        """
        reason = self.reason
        if self.status is Status.NOT_KEPT:
            reason = "; ".join(each.partition(": ")[0] for each in reason.split("; "))
        return f"{self.status}, {reason}"


@dataclass(frozen=True, slots=True)
class TranslatedDocument:
    """One document's result."""

    name: str
    text: str
    """The file's new text."""
    source: Document
    body: str
    """The text that spans refer to: the file's text, or a notebook's markdown cells joined."""
    segments: tuple[Outcome, ...] = ()
    origin: Source | None = None
    """The source that it was made from. Documents need not come in order, so a receiver knows by
    this which one it has."""
    result: Document | None = None
    """The result as a document, as it was read again."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A human unit whose source is like that of a segment; slots as tokens.

    >>> print(Suggestion("A mean.", "Una media.", likeness=0.9))
    90% like: A mean. = Una media.
    """

    source: str
    target: str
    likeness: float
    """0 to 1."""

    def __str__(self) -> str:
        return f"{self.likeness:.0%} like: {self.source} = {self.target}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing for a person to look at.

    >>> print(Problem("mean.md", 3, "untranslated, no translator", "A mean."))
    mean.md:3: untranslated, no translator: A mean.
    """

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
class DraftCount:
    """How many of a machine's drafts are sure.

    >>> print(DraftCount(sure=41, unsure=79))
    drafts: 41 of 120 sure; the others stay untranslated ([amts] drafts = all keeps them)
    """

    sure: int = 0
    unsure: int = 0
    policy: str = "sure"
    """``[amts] drafts``."""

    def add(self, segments: Iterable[tuple[str, str]]) -> None:
        """Count the drafts among segments, each given by its status and its reason."""
        for status, reason in segments:
            drafted = status in (Status.MACHINE, Status.MEMORY, Status.NOT_KEPT)
            if drafted and reason != NOT_WANTED:
                self.sure += not reason
                self.unsure += bool(reason)

    def __str__(self) -> str:
        if self.policy == "none":
            return "drafts: none is made ([amts] drafts = none)"
        counts = f"drafts: {self.sure} of {self.sure + self.unsure} sure"
        if not self.unsure:
            return counts
        if self.policy == "all":
            return f"{counts}; the others are kept too ([amts] drafts = all)"
        return f"{counts}; the others stay untranslated ([amts] drafts = all keeps them)"


@dataclass(slots=True)
class Result:
    """The result of a whole run."""

    documents: list[TranslatedDocument] = field(default_factory=list)
    """Empty if the run emitted its documents one by one."""
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Segments by status."""
    remembered: int = 0
    """Characters of the segments that the memory had. They are counted only when a run is planned
    (:meth:`amts_ext.pipeline.Pipeline.missing`)."""
    done: int = 0
    """Documents that were translated, fully or in part."""
    drafts: DraftCount | None = None
    """None: the translator makes no drafts."""

    @property
    def segments(self) -> int:
        """The number of segments, repeated ones included: plan, build and check tell this one."""
        return sum(self.counts.values())


def by_reason(
    problems: Iterable[Problem], most: int | None = None, rest: str = ""
) -> Iterator[str]:
    """List problems as lines; a reason that several share stands once, above their places.

    ``most`` is the largest number of places that are listed of one reason; ``rest`` says where the
    others are. Places with a suggestion come first then: they have changed since a human saw them.

    >>> problems = [Problem("a.md", 3, "no engine"), Problem("b.md", 9, "no engine")]
    >>> for line in by_reason(problems):
    ...     print(line)
    no engine (2):
      a.md:3
      b.md:9
    """
    reasons: dict[str, dict[str, Problem]] = {}
    for problem in problems:
        reasons.setdefault(problem.reason, {}).setdefault(str(problem), problem)
    for reason, places in reasons.items():
        shared = len(places) > 1
        if shared:
            yield f"{reason} ({len(places)}):"
        listed = list(places.values())
        if most is not None and len(listed) > most:
            listed.sort(key=lambda problem: problem.suggestion is None)
        for problem in listed[:most]:
            source = f": {problem.source}" if problem.source else ""
            yield f"  {problem.place}{source}" if shared else str(problem)
            if problem.suggestion:
                yield f"    {problem.suggestion}"
        if more := len(listed) - len(listed[:most]):
            yield f"  … and {more} more{rest}"


def summary(counts: Counter[str], order: Sequence[str] = tuple(Status)) -> str:
    """Sum up the segments by status.

    >>> summary(Counter(human=10, machine=2))
    '12 segments: 10 human, 2 machine'
    """
    total = sum(counts.values())
    listed = ", ".join(f"{counts[s]} {s}" for s in order if counts[s])
    return f"{total} segments" + (f": {listed}" if listed else "")
