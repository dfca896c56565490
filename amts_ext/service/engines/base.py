"""The protocol of an engine, its options and its errors.

An engine runs in two places. In the service's process it says which language pairs it serves and
fetches their files (:meth:`Engine.check`, :meth:`Engine.prepare`). In the worker processes it
translates (:meth:`Engine.load`). Engines are found by name in the entry-point group
``amts_ext.engines``. An entry is a class or function that takes an :class:`EngineOptions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from amts_ext.errors import TranslatorError, UnsupportedPairError


class NoEngineError(UnsupportedPairError):
    """The engine cannot serve a language pair; the message says why and what to do."""


class EngineDiedError(TranslatorError):
    """An engine process ended during a request, and so did the one that was asked after it."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """The settings that an engine gets, in whichever process it runs."""

    offline: bool = False
    """True: nothing is downloaded."""
    cache: str = ""
    """The folder for downloaded models; empty: one in the user's cache folder."""
    timeout: float = 5.0
    """Seconds to wait for the catalogue of models; after that the network counts as absent."""


class Draft(NamedTuple):
    """A sentence of an engine whose output a person has to go over.

    >>> Draft("Die heron 等候。", ("keeps words of the source: heron",)).doubts
    ('keeps words of the source: heron',)
    """

    text: str
    doubts: Sequence[str] = ()
    """The reasons why it is not sure, each with the words that are meant after a colon."""


class Model(Protocol):
    """A loaded language pair; one thread uses it."""

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Translate sentences without markup; return one string for each, in their order."""


class Engine(Protocol):
    """A translation engine.

    >>> from amts_ext.service.engines.echo import Upper
    >>> engine = Upper(EngineOptions())
    >>> engine.check("en", "pt")
    >>> engine.prepare("en", "pt")
    >>> engine.load("en", "pt").translate(["A small network."])
    ['A SMALL NETWORK.']

    If an engine has an attribute ``learns`` that is true, parallel data corrects its output (see
    :mod:`amts_ext.service.adaptation.routes`). If it has a method ``alphabet(source, target)``,
    what the returned :class:`~amts_ext.service.engines.alphabet.Alphabet` does not spell is kept
    from it, and comes back as it is.

    If a loaded model has a method ``drafts``, it makes drafts: that method is asked instead of
    ``translate``, and returns a :class:`Draft` for each sentence.
    """

    def version(self, source: str, target: str) -> str:
        """Return the names of engine, version and model of a pair, such as ``upper-1/en-pt``.

        Nothing is loaded or fetched for it. The answer does not change when a model is downloaded,
        because the memory keeps translations under this name.
        """

    def check(self, source: str, target: str) -> None:
        """Check within seconds that the pair can be served.

        Raises :class:`NoEngineError` if it cannot.
        """

    def prepare(self, source: str, target: str) -> None:
        """Put the pair's files on disk; a download shows a progress bar.

        Raises :class:`NoEngineError` if that fails.
        """

    def load(self, source: str, target: str) -> Model:
        """Load the pair from disk, in a worker process; the network is not used."""
