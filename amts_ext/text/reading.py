"""The documents of a book, read and masked: the half of the way that all target languages share."""

from __future__ import annotations

from dataclasses import dataclass

from amts_ext import formats
from amts_ext.errors import of_document
from amts_ext.formats import Format
from amts_ext.model import Document, Segment
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Source

KEPT = 24_000_000
"""Characters of text whose documents are kept (about 8 bytes of memory for each); the rest of a
larger book is read again."""


@dataclass(frozen=True, slots=True)
class Masked:
    """One document and its segments, in order."""

    source: Source
    format: Format
    document: Document
    segments: list[Segment]


class Reader:
    """Reads documents in one language, cut as ``granularity`` says.

    ``keep``: hold what is read, up to :data:`KEPT`, for those who read it next; to be used within
    one run, since it does not look whether a file has changed.
    """

    def __init__(self, language: str, granularity: str = "sentence", keep: bool = False) -> None:
        self._language = language
        self._granularity = granularity
        self._room = KEPT if keep else 0
        self._kept: dict[Source, Masked] = {}

    def read(self, source: Source) -> Masked:
        """The document; raises :class:`~amts_ext.errors.InputError` if it cannot be read."""
        known = self._kept.get(source)
        if known is not None:
            return known
        format = formats.get(source.format)
        with of_document(source.name):
            document = format.read(source.load(), source.name)
            segments = mask(document, self._language, self._granularity)
        read = Masked(source, format, document, segments)
        size = len(document.text)
        if size <= self._room:
            self._room -= size
            self._kept[source] = read
        return read

    def forget(self) -> None:
        """Give up what is kept, and keep no more: others need the room."""
        self._room = 0
        self._kept.clear()

    def blocks(self, read: Masked) -> dict[int, Segment]:
        """Whole blocks as segments, by their index: what humans may have translated as one."""
        return {s.block: s for s in mask(read.document, self._language, "paragraph")}
