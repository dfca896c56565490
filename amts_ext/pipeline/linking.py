"""The last step of a document: its links to titles are settled, and it is handed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from amts_ext.pipeline.work import listed
from amts_ext.text.links import Links
from amts_ext.text.outcome import Problem, Result, TranslatedDocument

Finish = Callable[[TranslatedDocument, Sequence[Problem]], object]
"""Gets a finished document and the problems with its links."""


class Linking:
    """The documents of a run that wait for one another's titles.

    A document that links to other documents waits until all are translated; every other one is
    handed to ``finish`` at once.
    """

    def __init__(self, links: Links, finish: Finish) -> None:
        self._links = links
        self._finish = finish
        self._waiting: list[TranslatedDocument] = []

    def take(self, done: TranslatedDocument) -> None:
        """Take a translated document."""
        self._links.add(done)
        if self._links.crosses(done):
            self._waiting.append(done)
        else:
            self._finish(*self._links.settled(done))

    def close(self, result: Result) -> None:
        """Finish the documents that waited; all documents of the run have been taken.

        One that cannot be written is listed in ``result``.
        """
        while self._waiting:
            done = self._waiting.pop(0)
            with listed(done.name, result):
                self._finish(*self._links.settled(done))
