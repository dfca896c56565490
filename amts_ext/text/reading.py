"""Documents, read and masked: the half of a translation that all target languages share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amts_ext import formats
from amts_ext.errors import of_document
from amts_ext.formats import Format
from amts_ext.formats.halves import MYST
from amts_ext.model import Document, Doubt, Segment
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Problem, Source

KEPT = 24_000_000
"""Characters of text that a :class:`Reader` keeps, at about 8 bytes of memory each. The rest of a
larger book is read again when it is needed."""


@dataclass(frozen=True, slots=True)
class Masked:
    """One document and its segments, in order."""

    source: Source
    format: Format
    document: Document
    segments: list[Segment]
    blocks: dict[int, Segment] | None = None
    """Each block as one segment, if that is known already; see :meth:`Reader.blocks`."""


class Reader:
    """A reader of documents in one language.

    >>> read = Reader("en").read(Source("mean.md", "Let $x$ be. It is small.", "md"))
    >>> [segment.tokens for segment in read.segments]
    ['Let ⟦math1⟧ be.', 'It is small.']

    ``granularity`` is ``sentence`` or ``paragraph``. ``keep`` keeps the documents that were read,
    up to :data:`KEPT`, for the next call with the same source. Such a reader is for one run: it
    does not notice when a file changes.
    """

    def __init__(self, language: str, granularity: str = "sentence", keep: bool = False) -> None:
        self._language = language
        self._granularity = granularity
        self._room = KEPT if keep else 0
        self._kept: dict[Source, Masked] = {}

    def read(self, source: Source) -> Masked:
        """Read and mask one document.

        Raises :class:`~amts_ext.errors.InputError` if it cannot be read.
        """
        known = self._kept.get(source)
        if known is not None:
            return known
        format = formats.get(source.format)
        with of_document(source.name):
            document = format.read(source.load(), source.name)
            segments = mask(document, self._language, self._granularity)
        read = Masked(source, format, document, segments)
        if len(document.text) <= self._room:
            self.keep(read)
        return read

    def keep(self, read: Masked) -> None:
        """Keep a document that was read, for the next call with its source."""
        self._room -= len(read.document.text)
        self._kept[read.source] = read

    def forget(self) -> None:
        """Drop the documents that were kept, and keep no more, to free memory."""
        self._room = 0
        self._kept.clear()

    def blocks(self, read: Masked) -> dict[int, Segment]:
        """Return each block of a document as one segment, by the block's index.

        A human may have translated a block as a whole.
        """
        if read.blocks is not None:
            return read.blocks
        return {s.block: s for s in mask(read.document, self._language, "paragraph")}


def doubts(read: Masked, told: set[str]) -> Iterator[Problem]:
    """Return what the format is not sure of in a document, once of each kind.

    ``told`` are the reasons that one document of the book has told for all, and grows by them.
    """
    document, source = read.document, read.source
    text = document.raw if isinstance(document, formats.Notebook) else document.text
    found = formats.doubts_of(read.format, text)
    if not any(d.reason == MYST for d in found) and source.format in ("md", "ipynb"):
        table = _jupyter_book(source)
        found += [Doubt(1, table, MYST)] if table else []
    for doubt in found:
        if doubt.of_book and doubt.reason in told:
            continue
        told |= {doubt.reason} if doubt.of_book else set()
        yield Problem(source.name, doubt.line, doubt.reason, doubt.source)


def _jupyter_book(source: Source) -> str:
    """Return the name of a Jupyter Book's file of contents beside a document, or ""."""
    if isinstance(source.text, str):
        return ""
    names = ("_toc.yml", "myst.yml")
    return next((name for name in names if (source.text.parent / name).is_file()), "")
