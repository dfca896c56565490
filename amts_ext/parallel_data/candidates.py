"""Candidates for the parallel data: pairs with their places, and reasons to leave them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DropReason(StrEnum):
    """A reason to leave a pair out, in the order in which reasons are looked for."""

    HELD_OUT = "in a held-out document"
    LEAK = "also in a held-out document"
    MACHINE = "made by a machine"
    EMPTY = "a side is empty"
    UNSURE = "the alignment is not sure"
    LONG = "over 1000 bytes"
    COPY = "not translated"
    SCRIPT = "not in its language's script"
    LANGUAGE = "in another language"
    LENGTH = "much longer or shorter than its source"
    SLOTS = "other formulas, code or references"
    NUMBERS = "other numbers"
    SUBJECT = "not on the subject"
    DUPLICATE = "the same pair again"
    CONTRADICTION = "the same source, translated otherwise"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pair, and the places of its two sides."""

    source: str
    target: str
    languages: tuple[str, str]
    """Codes of source and target language."""
    score: float
    """Certainty of the alignment, 0 to 1; 1 for pairs from a file of pairs."""
    kind: str
    """``sentence``; the kind of the block for a paragraph; ``row`` in a file of pairs."""
    source_place: str
    """``file:line``."""
    target_place: str
    """``file:line``."""
    paragraph: str = ""
    """The paragraph of the source around a sentence, which may stand in a held-out document."""
    document: str = ""
    """Name of the document, which held-out patterns are matched with."""
    by_machine: bool = False
    """True: the document or file says that a machine translated it."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A pair that is left out, and its reason.

    >>> place = "pairs.csv:2"
    >>> pair = Candidate("A net.", "A net.", ("en", "pt"), 1.0, "row", place, place)
    >>> print(Dropped(pair, DropReason.COPY))
    pairs.csv:2: not translated: A net.
    """

    candidate: Candidate
    reason: DropReason
    detail: str = ""

    def __str__(self) -> str:
        more = f" ({self.detail})" if self.detail else ""
        pair = self.candidate
        return f"{pair.source_place}: {self.reason}{more}: {pair.source[:60]}"


def counts(dropped: Iterable[Dropped]) -> dict[str, int]:
    """Count the pairs left out by reason, in the order of :class:`DropReason`."""
    found = Counter(drop.reason for drop in dropped)
    return {str(reason): found[reason] for reason in DropReason if found[reason]}
