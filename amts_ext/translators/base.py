"""The contract between the pipeline and a translator: requests go in, answers come back.

A translator is a :class:`Translator`. One that costs nothing inherits from :class:`Free` and adds
``signature`` and ``translate``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from amts_ext.model import Parts
from amts_ext.progress import Progress


class Request(Struct, frozen=True, gc=False):
    """One segment to translate, into one language or several.

    >>> request = Request("A cat.", ("A cat.",), "pets.md", ("pt", "zh"))
    >>> request.to("zh").targets
    ('zh',)
    """

    key: str
    """The segment's text with slots as tokens: the memory's key, and its name in the answers."""
    parts: Parts
    document: str
    """The name of the first document that needs the segment."""
    targets: tuple[str, ...]

    def to(self, *targets: str) -> Request:
        """Return a request for this segment in other languages."""
        return self if targets == self.targets else replace(self, targets=targets)


class Answer(Struct, frozen=True, gc=False):
    """The translation of one request into one language, or the problem that prevented it.

    The slots in ``parts`` are those of the request; they may stand in another order.
    """

    key: str
    target: str
    parts: Parts | None
    """None if there is a problem."""
    problem: str = ""
    lasting: bool = True
    """True: the problem lies in the text. The memory keeps it, and the text is not sent again.
    False: the problem may pass, as a missing engine or a failed job does; the next build asks
    again."""
    signature: str = ""
    """The signature that the answer was made with, which may be that of a job of an earlier run;
    empty: the translator's present one."""
    sure: bool = False
    """True: a person's own words, from parallel data or a terminology. They are not doubted."""
    doubt: str = ""
    """The reasons why a draft is not sure, separated by semicolons, each with the words that are
    meant after a colon. Who asks decides whether to use the draft. Empty: nothing is doubted."""


Answers = Iterator[Sequence[Answer]]
"""Answers, some at a time, as they become known.

Whoever asks for the next sequence has stored the one before. Only then does a translator forget
how it came by those answers, for instance the record of a job.
"""


class Translator(Protocol):
    """A batch translator, as the pipeline uses it.

    ::

        with translator.session(progress):
            for answers in translator.recover("en", progress):
                store(answers)
            for answers in translator.translate(missing(), "en", progress):
                store(answers)
    """

    @property
    def billed(self) -> Mapping[str, int] | None:
        """Characters billed since the translator was made, by target language.

        None if the translator costs nothing. One that bills is sent a whole book at once, in all
        its languages.
        """

    def signature(self, source: str, target: str) -> str:
        """Return the engine and its version, the parallel data's and the terminology's revision.

        The signature is a part of the memory's key. It must be known without reaching the
        translator.
        """

    def drafts(self, source: str, target: str) -> bool:
        """Return whether the translations of this pair are drafts that a person has to read.

        This must be known without reaching the translator.
        """

    def session(self, progress: Progress) -> AbstractContextManager[None]:
        """Return a lock to hold from the look into the memory until the answers are stored.

        A translator that bills lets one process in at a time, so that two builds of a book do not
        pay for one segment twice.
        """

    def recover(self, source: str, progress: Progress) -> Answers:
        """Fetch the answers that earlier runs have paid for and not stored."""

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        """Translate a batch: one answer for each request and target, in any order.

        Raises :class:`amts_ext.errors.TranslatorError` for a fault that concerns all requests.
        """

    def close(self) -> None:
        """Release the connections, or the embedded service, that the translator holds."""


class Free:
    """The common part of translators that cost nothing: no bill, no lock, nothing to recover."""

    @property
    def billed(self) -> None:
        """None: nothing is billed."""
        return None

    def drafts(self, source: str, target: str) -> bool:
        """Return False: the translations are no drafts."""
        return False

    def session(self, progress: Progress) -> AbstractContextManager[None]:
        """Return a context that locks nothing: any number of runs may translate at once."""
        return nullcontext()

    def recover(self, source: str, progress: Progress) -> Answers:
        """Return no answers: nothing was paid for."""
        return iter(())

    def close(self) -> None:
        """Do nothing: no connection is held."""
