"""The check of links to titles: an address in a translation leads to one of its titles.

What leads nowhere in the source as well is no fault of the translation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from amts_ext import files, formats
from amts_ext.checks.base import Finding, Kind
from amts_ext.checks.places import FormatOf, Place
from amts_ext.errors import InputError
from amts_ext.formats import Format
from amts_ext.formats.fragments import Fragments, fragments_of
from amts_ext.model import Document
from amts_ext.text.links import REASONS, Goal, dead_links, key_of
from amts_ext.text.outcome import Problem

Found = tuple[Finding, Place | None, Place | None]
"""A finding, and its places in the source and in the translation."""


def in_book(problems: Iterable[Problem]) -> Iterator[Found]:
    """Yield the findings of a book, from the problems of its translation."""
    for problem in problems:
        if problem.reason in REASONS:
            place = Place(problem.file, problem.line or 1, problem.source)
            yield Finding(Kind.LINK, problem.reason), place, None


def in_files(pairs: Sequence[tuple[Path, Path]], format_of: FormatOf) -> Iterator[Found]:
    """Yield the findings of translated files; ``pairs`` are originals and translations."""
    read = _Files(format_of)
    originals = {key_of(str(translated)): original for original, translated in pairs}

    def known(goal: Goal) -> list[Fragments]:
        """Return the fragments of the original of a document."""
        return read.known(originals.get(goal.document) or _path(goal))

    for original, translated in pairs:
        document = read.document(translated)
        if document is None or not document.links:
            continue
        dead = list(dead_links(document, lambda goal: read.known(_path(goal))))
        source = read.document(original) if dead else None
        before = set() if source is None else {link.address for link in dead_links(source, known)}
        for link in dead:
            if link.address not in before:
                text = f"the link {link.address} leads to no title of the translation"
                yield Finding(Kind.LINK, text), None, Place(document.name, link.line, link.address)


def _path(goal: Goal) -> Path | None:
    """Return the file of a document; None if there is none."""
    paths = (Path(goal.document + suffix) for suffix in formats.SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


class _Files:
    """The files of a translation, each read once."""

    def __init__(self, format_of: FormatOf) -> None:
        self._format_of = format_of
        self._documents: dict[Path, Document | None] = {}
        self._fragments: dict[Path, list[Fragments]] = {}

    def document(self, path: Path) -> Document | None:
        """Return a file as a document; None if it cannot be read, which other checks report."""
        if path not in self._documents:
            self._documents[path] = None
            with suppress(InputError):
                read = self._read_by(path).read(files.read_text(path), str(path))
                self._documents[path] = read
        return self._documents[path]

    def known(self, path: Path | None) -> list[Fragments]:
        """Return the fragments of a file; of none if it cannot be read."""
        if path is not None and path not in self._fragments:
            document = self.document(path)
            found = [] if document is None else [fragments_of(document, self._read_by(path))]
            self._fragments[path] = found
        return [] if path is None else self._fragments[path]

    def _read_by(self, path: Path) -> Format:
        return formats.get(self._format_of(path))
