"""The files that a preview depends on: documents, human translations, and the memory.

Only the folders that hold them are watched, each by itself: a build's folder can have tens of
thousands of files, and an operating system watches a limited number.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

STEP = 40
"""Milliseconds without a further change after which changes are told."""
MOST = 200
"""Milliseconds after which changes are told, however many follow."""
TIMEOUT = 10_000
"""Milliseconds after which a watch without changes looks whether it is to end."""
AGAIN = 2.0
"""Seconds until folders that cannot be watched are tried again."""

_SKIPPED = ("node_modules", "__pycache__", "venv", "site-packages")


def folders(root: Path) -> Iterator[Path]:
    """Yield a folder and all below it that may hold documents.

    Hidden folders, those of builds and those of installed software are left out.

    >>> for name in ("part/one", ".git/objects", "_build/html"):
    ...     Path("book", name).mkdir(parents=True)
    >>> [str(folder) for folder in folders(Path("book"))]
    ['book', 'book/part', 'book/part/one']
    """
    yield root
    try:
        inside = sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return
    for path in inside:
        if not path.name.startswith((".", "_build")) and path.name not in _SKIPPED:
            yield from folders(path)


async def changes(
    roots: Iterable[Path], single: Iterable[Path], stop: asyncio.Event
) -> AsyncIterator[set[Path]]:
    """Yield the paths that were written, made, renamed or deleted, some at a time, until ``stop``.

    ``roots`` are watched with the folders below them, ``single`` are folders that are watched
    alone. Folders that come later are watched too; what was written into one before it was watched
    is told by the folder's own path.
    """
    watched: set[Path] = set()
    while not stop.is_set():
        found = {folder for root in roots for folder in folders(root)} | set(single)
        there = {folder for folder in found if folder.is_dir()}
        fresh = there - watched if watched else set[Path]()
        watched = there
        try:
            async for some in awatch(
                *map(str, sorted(there)),
                watch_filter=None,
                debounce=MOST,
                step=STEP,
                stop_event=stop,
                rust_timeout=TIMEOUT,
                yield_on_timeout=True,
                recursive=False,
                ignore_permission_denied=True,
            ):
                if paths := {Path(path) for _, path in some} | fresh:
                    yield paths
                fresh = set()
                if _moved(some, watched):
                    break
        except (OSError, RuntimeError):  # a folder is gone before it could be watched
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN)


def _moved(some: set[tuple[Change, str]], watched: set[Path]) -> bool:
    """Return whether folders came or went, so that others are to be watched."""
    return any(
        Path(path) in watched if kind is Change.deleted else _is_new_folder(Path(path), watched)
        for kind, path in some
    )


def _is_new_folder(path: Path, watched: set[Path]) -> bool:
    return path not in watched and path.is_dir() and not path.name.startswith((".", "_build"))
