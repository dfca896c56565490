"""What the service asks of an engine.

An engine lives in two places. In the service's process it answers which pairs it serves and
fetches what they need (:meth:`Engine.check`, :meth:`Engine.prepare`); in the worker processes it
translates (:meth:`Engine.load`). Engines are found by name in the entry-point group
``amts_ext.engines``; each entry is a class or function that takes an :class:`EngineOptions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from amts_ext.errors import TranslatorError, UnsupportedPairError


class NoEngineError(UnsupportedPairError):
    """The engine cannot serve the pair; the message says what was tried and what to do."""


class EngineDiedError(TranslatorError):
    """The engine's process ended under a request, and so did the next one's."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Settings that reach an engine in every process."""

    offline: bool = False
    """Never download anything."""
    cache: str = ""
    """Folder for downloaded models; empty: the user's cache folder."""
    timeout: float = 5.0
    """Seconds to wait for the model catalogue before the network counts as absent."""


class Model(Protocol):
    """One loaded language pair, used by one thread."""

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate single sentences without markup; the result has one string for each."""


class Engine(Protocol):
    """One translation engine.

    An engine with an attribute ``learns`` that is true is corrected by parallel data (see
    :mod:`amts_ext.service.adaptation.routes`).
    """

    def version(self, source: str, target: str) -> str:
        """Engine, version and model of the pair, without loading or fetching anything.

        Stable: the same before and after a model is downloaded.
        """

    def check(self, source: str, target: str) -> None:
        """Return if the pair can be served, within seconds.

        Raises :class:`NoEngineError` if it cannot.
        """

    def prepare(self, source: str, target: str) -> None:
        """Make the pair's files ready on disk; may download, with a progress bar.

        Raises :class:`NoEngineError` if that fails.
        """

    def load(self, source: str, target: str) -> Model:
        """Load the pair from disk, without any network; called in the worker processes."""
