"""The office: an open book with the pages that look at it, the watch on its files, and the batch.

It joins the parts, and knows no HTTP: the routes call it, and it tells the hub.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from amts_ext.errors import attempt
from amts_ext.formats import SUFFIXES
from amts_ext.model import Parts
from amts_ext.preview.book.overview import documents
from amts_ext.preview.book.work_list import Gather
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.suggestions import Rules
from amts_ext.preview.server import watching
from amts_ext.preview.server.batch import Batch
from amts_ext.preview.server.events import Hub, PageEvent
from amts_ext.preview.server.shown import Shown
from amts_ext.text.outcome import Source

LOG = logging.getLogger("amts")
AHEAD = 2.0
"""Seconds after the start when the whole book is read, one document after the other."""
BREATH = 0.005
PAUSE = 0.2
"""Seconds between two looks into the memory while it changes all the time, as in a translation."""

Result = TypeVar("Result")


def _no_rules(
    source: Parts, target: Parts, languages: tuple[str, str], kind: str
) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Doors:
    """What the shell hands over, because the preview may not know the rooms that it comes from."""

    rules: Rules = _no_rules
    """The rules of ``amts check`` for one sentence."""
    gathers: Sequence[Gather] = field(default=())
    """The lists of ``amts sync`` and ``amts check``."""


class Office:
    """All that works on one open book while its pages are shown."""

    def __init__(self, desk: Desk, doors: Doors = Doors()) -> None:
        self.desk = desk
        self.doors = doors
        self.hub = Hub()
        self.shown = Shown(desk, self.hub, self._lacking)
        self.batch = Batch(desk.book, self._tell, lambda lang: self._memory_changed())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dirty = asyncio.Event()

    def title(self) -> str:
        """Return the book's title, or its name."""
        found = attempt(lambda: (title := self.desk.book.project.title()) and title.load())
        return found.strip() if isinstance(found, str) else self.desk.book.config.name

    def translate(self, lang: str, path: str | None, agreed: float | None) -> None:
        """Translate a document, or the whole book with the documents that are shown first.

        Raises :class:`~amts_ext.errors.InputError` for another path or language, and what
        :meth:`Batch.start` raises.
        """
        self.desk.check_language(lang)
        paths = self.desk.documents if path is None else [path]
        shown = {path for path, _ in self.hub.topics()}
        sources = [self._source(p) for p in sorted(paths, key=lambda p: p not in shown)]
        self.batch.start(lang, sources, agreed)

    def edited(self, call: Callable[..., Result], path: str, lang: str, *rest: str) -> Result:
        """Make an edit, and tell the pages; the same sentence may stand in other documents."""
        try:
            return call(self.desk, path, lang, *rest)
        finally:
            self.shown.refresh(path, lang)
            self._memory_changed()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Watch the files and tell the pages, as long as the context is open."""
        self._loop = asyncio.get_running_loop()
        self.hub.open()
        stop = asyncio.Event()
        work = self._watch(stop), self._refresh(), self._look_ahead()
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            self._loop = None
            stop.set()
            self.hub.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await run_in_threadpool(self.batch.close)

    async def _refresh(self) -> None:
        """Look the documents up again whenever the memory has changed, with pauses."""
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await run_in_threadpool(self.shown.refresh_all)
            await asyncio.sleep(PAUSE)

    async def _look_ahead(self) -> None:
        """Read the book once while nobody waits: then its tree and its search are there at once."""
        await asyncio.sleep(AHEAD)
        for lang in self.desk.languages:
            await run_in_threadpool(self._read_book, lang)

    def _read_book(self, lang: str) -> None:
        for _ in documents(self.desk, lang):
            time.sleep(BREATH)  # a page that waits for the desk comes first
            if self._loop is None:
                return

    async def _watch(self, stop: asyncio.Event) -> None:
        config = self.desk.book.config
        roots = [config.root, *config.human.values()]
        async for paths in watching.changes(roots, [config.memory.parent], stop):
            try:
                await run_in_threadpool(self._take, paths)
            except Exception as error:  # the watch goes on, whatever one file holds
                LOG.warning("%s: %s", type(error).__name__, error)

    def _take(self, paths: set[Path]) -> None:
        """Take note of files that have changed."""
        config = self.desk.book.config
        if any(path.name.startswith(config.memory.name) for path in paths):
            self._memory_changed()
        texts = {path for path in paths if path.suffix.lower() in SUFFIXES}
        moved = {path for path in paths - texts if path.is_dir()}
        if not texts | moved:
            return
        self.desk.look()
        for path, lang in self.hub.topics():
            file = self.desk.file(path)
            if file in texts:
                self.shown.saved(path)
            elif not moved.isdisjoint(file.parents):
                self.shown.refresh(path, lang)
        for lang, folder in config.human.items():
            if any(file.is_relative_to(folder) for file in texts):
                self.desk.relearn(lang)
                self._memory_changed()

    def _source(self, path: str) -> Source:
        """Return a document with the text that an editor has not saved, if there is one."""
        source, text = self.desk.source(path), self.shown.unsaved(path)
        return source if text is None else Source(source.name, text, source.format)

    def _lacking(self, path: str, lang: str) -> None:
        if not self.desk.read_only:
            self.batch.want(lang, self._source(path))

    def _memory_changed(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._dirty.set)

    def _tell(self, lang: str, path: str, name: str, data: dict[str, object]) -> None:
        """Tell the pages of a language, or those of one document, of the batch."""
        for key in self.hub.topics():
            if key[1] == lang and path in ("", key[0]):
                self.hub.publish(key, PageEvent(name, data))
