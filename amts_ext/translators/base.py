"""What the pipeline asks of a translator, and what it gets back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from amts_ext.model import Parts
from amts_ext.progress import Progress


class Request(Struct, frozen=True, gc=False):
    """One segment to translate, into one language or several."""

    key: str
    """Its text with slots as tokens: the memory's key, and its name in the answers."""
    parts: Parts
    document: str
    """Name of the first document that needs it."""
    targets: tuple[str, ...]

    def to(self, *targets: str) -> Request:
        """The same segment for other languages."""
        return self if targets == self.targets else replace(self, targets=targets)


class Answer(Struct, frozen=True, gc=False):
    """What came back for one request in one language: its parts, or why there are none.

    Slots are equal to those that went in, wherever they moved.
    """

    key: str
    target: str
    parts: Parts | None
    problem: str = ""
    lasting: bool = True
    """Whether a problem is remembered like a translation, and not met again: the text's own is
    (a translator asks again by itself where that may help), a missing engine or a failed job is
    not."""
    signature: str = ""
    """Who made it, if that is not the translator as it is now: a job of an earlier run."""


Answers = Iterator[Sequence[Answer]]
"""Answers as they become known. Those of one sequence are taken as kept when the next is asked
for: only then does a translator forget how it came by them."""


class Translator(Protocol):
    """A batch translator."""

    @property
    def billed(self) -> Mapping[str, int] | None:
        """Characters billed since it was made, by target language; None if it costs nothing.

        To a translator that bills, a book goes as one, in all languages.
        """

    def signature(self, source: str, target: str) -> str:
        """Engine and version, parallel-data and terminology revision: part of the memory's key.

        Must be answered without reaching the translator.
        """

    def drafts(self, source: str, target: str) -> bool:
        """Whether what it makes of this pair are drafts: sentences that a person has to read.

        Must be answered without reaching the translator.
        """

    def session(self, progress: Progress) -> AbstractContextManager[None]:
        """Held from before the memory is asked until the answers are in it.

        A billed translator lets one process at a time in, so that two builds of a book do not pay
        for the same segment.
        """

    def recover(self, source: str, progress: Progress) -> Answers:
        """What earlier runs have paid for and did not get to keep."""

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        """Translate a batch; one answer a request and target, in any order.

        Raises :class:`amts_ext.errors.TranslatorError` for what would hit every request alike.
        """

    def close(self) -> None:
        """Release what the translator holds (connections, an embedded service)."""


class Free:
    """What a translator has in common with all others that cost nothing."""

    @property
    def billed(self) -> None:
        """Nothing."""
        return None

    def drafts(self, source: str, target: str) -> bool:
        """No drafts: what it gives is as good as it gets."""
        return False

    def session(self, progress: Progress) -> AbstractContextManager[None]:
        """Anybody may come in at any time."""
        return nullcontext()

    def recover(self, source: str, progress: Progress) -> Answers:
        """Nothing was paid for."""
        return iter(())

    def close(self) -> None:
        """Nothing is held."""
