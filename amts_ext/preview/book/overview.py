"""The overview of a book in one language: every sentence of every document, looked up.

It is read at the first question and kept. A document is looked up again if its file has changed, or
if the memory answers otherwise for it. A document is not written for this, so a human's text that
would not read back is counted as a human's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from amts_ext.errors import InputError
from amts_ext.model import to_tokens
from amts_ext.preview.desk import Desk
from amts_ext.preview.live import status_of
from amts_ext.text.ids import ids_of
from amts_ext.text.outcome import Outcome, Source


class OverviewRow(NamedTuple):
    """One row as the overview has it."""

    id: str
    line: int
    source: str
    target: str
    status: str


@dataclass(frozen=True, slots=True)
class OverviewFile:
    """One document of a overview."""

    path: str
    title: str
    entries: tuple[OverviewRow, ...]
    problem: str = ""
    """Why it cannot be read; empty if it can."""


class Overview:
    """The documents of a desk in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._known: dict[str, tuple[object, OverviewFile]] = {}

    def documents(self, desk: Desk) -> Iterator[OverviewFile]:
        """Yield the documents in the book's order; the desk's lock is held for each by itself."""
        desk.book.learn(self._lang)
        for path in desk.documents:
            with desk.lock:
                found = self._document(desk, path)
            yield found
        for path in self._known.keys() - set(desk.documents):
            self._known.pop(path, None)

    def _document(self, desk: Desk, path: str) -> OverviewFile:
        source = desk.source(path)
        state = _state(source), desk.book.memory.revision
        known = self._known.get(path)
        if known and known[0] == state:
            return known[1]
        listed = self._looked_up(desk, source)
        self._known[path] = state, listed
        return listed

    def _looked_up(self, desk: Desk, source: Source) -> OverviewFile:
        pipeline = desk.book.pipeline(self._lang)
        translator = pipeline.translator
        drafts = translator is not None and translator.drafts(*pipeline.pair)
        try:
            read, outcomes = pipeline.glance(source)
        except InputError as error:
            return OverviewFile(source.name, source.name, (), str(error))
        sources = [outcome.segment.tokens for outcome in outcomes]
        entries = tuple(
            OverviewRow(
                id, outcome.segment.line, text, _target(outcome, text), status_of(outcome, drafts)
            )
            for outcome, text, id in zip(outcomes, sources, ids_of(sources), strict=True)
        )
        blocks = read.document.blocks
        titles = (
            entry.target or entry.source
            for outcome, entry in zip(outcomes, entries, strict=True)
            if blocks[outcome.segment.block].kind == "title"
        )
        return OverviewFile(source.name, next(titles, source.name), entries)


_OVERVIEWS: WeakKeyDictionary[Desk, dict[str, Overview]] = WeakKeyDictionary()


def documents(desk: Desk, lang: str) -> Iterator[OverviewFile]:
    """Yield the documents of a book in one language; see :class:`Overview`.

    Raises :class:`InputError` for a language that is none of the preview's.
    """
    if lang not in desk.languages:
        raise InputError(f"no language of this preview: {lang}; see --lang")
    return _OVERVIEWS.setdefault(desk, {}).setdefault(lang, Overview(lang)).documents(desk)


def _state(source: Source) -> object:
    """Return what tells that a file has changed."""
    if not isinstance(source.text, Path):
        return source.text
    try:
        found = source.text.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _target(outcome: Outcome, source: str) -> str:
    if not outcome.ok:
        return ""
    return source if outcome.parts is None else to_tokens(outcome.parts)
