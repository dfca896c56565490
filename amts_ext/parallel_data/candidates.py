"""A pair on its way into the parallel data, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DropReason(StrEnum):
    """Why a pair is left out, in the order in which the reasons are looked for."""

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
    """One pair, and where both of its sides stand."""

    source: str
    target: str
    languages: tuple[str, str]
    """Codes of source and target language."""
    score: float
    """0 to 1: how sure the alignment is; 1 for pairs that a file gives as such."""
    kind: str
    """``sentence``, the block's kind, or ``row`` for a pair of a file of pairs."""
    source_place: str
    """``file:line``."""
    target_place: str
    paragraph: str = ""
    """The source's paragraph around a sentence, for what is alike as a whole."""
    document: str = ""
    """Name of its document: what held-out patterns are matched with."""
    by_machine: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """A pair that is left out, and why."""

    candidate: Candidate
    reason: DropReason
    detail: str = ""

    def __str__(self) -> str:
        more = f" ({self.detail})" if self.detail else ""
        pair = self.candidate
        return f"{pair.source_place}: {self.reason}{more}: {pair.source[:60]}"


def counts(dropped: Iterable[Dropped]) -> dict[str, int]:
    """How many pairs were left out, by reason; in the order of :class:`DropReason`."""
    found = Counter(drop.reason for drop in dropped)
    return {str(reason): found[reason] for reason in DropReason if found[reason]}
