"""What the pipeline asks of a translator, and what it gets back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from amts_ext.model import Parts

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``: the one callback that bars, CI logs and web pages share."""


@dataclass(frozen=True, slots=True)
class Request:
    """One segment to translate."""

    id: str
    """Unique in the batch; letters, digits, ``-`` and ``_`` only."""
    document: str
    """Name of the first document that needs it."""
    parts: Parts


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request: its parts, or the reason why there are none.

    A reason is remembered like a translation, and the segment is not sent again: a translator asks
    again by itself where that may help, and raises for what may pass.
    """

    id: str
    parts: Parts | None
    problem: str = ""


class Translator(Protocol):
    """A batch translator. Slots come back as the very objects that went in, wherever they moved."""

    def signature(self, source: str, target: str) -> str:
        """Engine and version, parallel-data and terminology revision: part of the memory's key.

        Must be answered without reaching the translator.
        """

    def translate(
        self, requests: Sequence[Request], source: str, target: str, progress: Progress
    ) -> Iterator[Answer]:
        """Translate a batch; yield one answer a request, in any order, as they become known.

        Raises :class:`amts_ext.errors.UnsupportedPairError` if no engine serves the pair and
        :class:`amts_ext.errors.TranslatorError` if the whole batch failed.
        """

    def close(self) -> None:
        """Release what the translator holds (connections, an embedded service)."""
