"""The books and files that panels look at, each opened once.

A place is a folder with a book, or one file that belongs to none. It is opened at the first request
and closed when nobody has looked at it for a while, so a Jupyter server that runs for weeks holds
nothing that nobody uses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette

from amts_ext import files, formats
from amts_ext.cli import preview_lists as lists
from amts_ext.cli.preview import config_of, opened
from amts_ext.config import Config, without_file
from amts_ext.languages import profiles
from amts_ext.languages.identify import language
from amts_ext.preview.desk import Desk
from amts_ext.preview.server.app import make_app
from amts_ext.preview.server.office import Doors, Office
from amts_ext.preview.server.places import address
from amts_ext.project import around, open_project, root_of
from amts_ext.text.outcome import Source

IDLE = 600.0
"""Seconds after which a place is closed that no page follows and nobody asks for."""
LOOK = 60.0
"""Seconds between two looks at whether a place is idle."""
STATED = ("config.ini", "conf.py", "_config.yml", "myst.yml")
"""The files that state a book's configuration."""
SOURCE = "en"
"""The language of a text that is too short to tell."""


def book_around(file: Path, top: Path) -> Path | None:
    """Return the folder of the book that a file lies in; None if there is none below ``top``."""
    root = root_of(file)
    return root if root is not None and root.is_relative_to(top) else None


def place_of(file: Path, top: Path) -> Path:
    """Return the place of a file: the folder of the book that it is a document of, or itself.

    ``top`` is the folder that Jupyter serves: no book above it is looked at. Raises
    :class:`~amts_ext.errors.ConfigError` if the book's configuration is wrong.

    >>> _ = Path("config.ini").write_text("[amts]\\nlangs = zh\\n"), Path("a.md").write_text("Hi.")
    >>> Path("part").mkdir(), Path("part/b.md").write_text("Hi.")
    (None, 3)
    >>> here = Path.cwd()
    >>> place_of(here / "part/b.md", here) == here
    True
    >>> place_of(here / "part/b.md", here / "part").name
    'b.md'
    """
    if (root := book_around(file, top)) is None:
        return file
    documents = open_project(config_of(root)).documents()
    return root if any(root / source.name == file for source in documents) else file


@dataclass(slots=True)
class OpenPlace:
    """An open place: its office, and the application that answers for it."""

    office: Office
    application: Starlette
    stamp: tuple[float, ...]
    """When its configuration was written: after a change it is opened anew."""
    used: float = field(default_factory=time.monotonic)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def desk(self) -> Desk:
        """The book and its documents."""
        return self.office.desk

    @property
    def root(self) -> Path:
        """The folder that the names of its documents begin at."""
        return self.desk.book.config.root

    def is_idle(self, after: float) -> bool:
        """Return True if nobody has used it for some seconds."""
        return not self.office.hub.topics() and time.monotonic() - self.used > after


class Books:
    """All open places, by their path. It belongs to the event loop of Jupyter Server.

    A place that was idle for ``idle`` seconds is closed at the next look, every ``look`` seconds.
    """

    def __init__(self, idle: float = IDLE, look: float = LOOK) -> None:
        self._idle, self._look = idle, look
        self._places: dict[Path, OpenPlace] = {}
        self._opening = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def at(self, path: Path, top: Path) -> OpenPlace:
        """Return the place at a path, a book's folder or a file; it is opened if it is not open.

        Raises :class:`~amts_ext.errors.AmtsError` if it cannot be.
        """
        async with self._opening:
            found = self._places.get(path)
            if found is not None and found.stamp != _stamp(path):
                await self._close(path)
                found = None
            if found is None:
                found = self._places[path] = await self._open(path, top)
            found.used = time.monotonic()
        return found

    async def close(self) -> None:
        """Close all of them."""
        async with self._opening:
            for path in list(self._places):
                await self._close(path)
        for task in list(self._tasks):
            task.cancel()

    async def _open(self, path: Path, top: Path) -> OpenPlace:
        held = ExitStack()
        try:
            office = await asyncio.to_thread(_office, path, top, held)
        except BaseException:
            held.close()
            raise
        place = OpenPlace(office, make_app(office, ""), _stamp(path))
        working = asyncio.Event()
        task = asyncio.create_task(self._work(path, place, held, working.set))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await working.wait()
        return place

    async def _work(
        self, path: Path, place: OpenPlace, held: ExitStack, working: Callable[[], object]
    ) -> None:
        """Keep a place at work until it is closed, or idle."""
        try:
            async with place.office.at_work():
                working()
                while not (place.closing.is_set() or place.is_idle(self._idle)):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(place.closing.wait(), self._look)
                if self._places.get(path) is place:
                    del self._places[path]
        finally:
            working()
            await asyncio.to_thread(held.close)
            place.closed.set()

    async def _close(self, path: Path) -> None:
        place = self._places.pop(path)
        place.closing.set()
        await place.closed.wait()


def _office(path: Path, top: Path, held: ExitStack) -> Office:
    """Open the book of a place; ``held`` closes it."""
    if path.is_dir():
        config, alone = config_of(path), None
    else:
        config, source = _lone(path, top)
        alone = [source]
    langs = config.langs or _others(config.source)
    desk = Desk(held.enter_context(opened(config)), langs, alone, address)
    return Office(desk, Doors(lists.rules(), (lists.sync_items, lists.check_findings)))


def _lone(file: Path, top: Path) -> tuple[Config, Source]:
    """Return the configuration for a file that is no document of a book, and the document.

    In a book that leaves the file out, it is the book's.
    """
    root = book_around(file, top)
    project = open_project(config_of(root)) if root else around(file)
    format = formats.by_suffix(str(file), project.markdown)
    if root:
        config = config_of(root)
    else:
        document = formats.get(format).read(files.read_text(file), file.name)
        prose = " ".join(document.text[b.start : b.end] for b in document.blocks)
        config = without_file(file.parent, str(file), source=language(prose) or SOURCE)
    return config, Source(file.relative_to(config.root).as_posix(), file, format)


def _others(source: str) -> tuple[str, ...]:
    """Return all languages but one: what a text may be translated into."""
    return tuple(code for code in profiles.available() if code != source)


def _stamp(path: Path) -> tuple[float, ...]:
    """Return when the files were written that say how a place is opened."""
    found = []
    for name in STATED if path.is_dir() else ():
        with suppress(OSError):
            found.append((path / name).stat().st_mtime)
    return tuple(found)
