"""Lock files: which processes write a memory, and whether one was killed while it did.

Whoever writes holds ``memory.sqlite-<32 digits>.lock`` from its first write until it closes the
memory, and then deletes it. The system drops the lock of a process that ends, however it ends: a
file that is there and that nobody holds was left by one that was killed, or by a power cut.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Self
from uuid import uuid4

SUFFIX = ".lock"


class Alone:
    """In place of a lock, where nobody else can write."""

    def acquire(self) -> None:
        """Do nothing."""

    release = disown = acquire


class WriterLock:
    """The lock file of one open memory; a context manager, or taken and released by hand.

    ::

        with WriterLock(Path("memory.sqlite")):
            ...  # write
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}-{uuid4().hex}{SUFFIX}")
        self._file: int | None = None

    def acquire(self) -> None:
        """Take it, once; it is on the disk before anything is written. Raises OSError."""
        if self._file is None:
            self._file = self._locked()
            try:
                _sync(self._path.parent)
            except OSError:
                self.release()
                raise

    def _locked(self) -> int:
        while True:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_nlink:
                return file
            os.close(file)  # taken for a left-over between these two calls, and deleted

    def release(self) -> None:
        """Delete it. Releasing what was not taken is allowed."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self.disown()

    def disown(self) -> None:
        """Let the parent process, from which this one was forked, hold it alone."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@contextmanager
def left_behind(path: Path) -> Iterator[bool]:
    """Yield True if a process was killed while it wrote the memory ``path``.

    The left-over files are held meanwhile, so that nobody else takes them up. They are deleted
    at the end, and stay if that is an exception: the next one finds them.
    """
    files = path.parent.glob(f"{escape(path.name)}-{'?' * 32}{SUFFIX}")
    held = {name: file for name in files if (file := _taken_up(name)) is not None}
    try:
        yield bool(held)
        for name in held:
            name.unlink()
    finally:
        for file in held.values():
            os.close(file)


def _taken_up(name: Path) -> int | None:
    """The left-over lock file, now ours; None if its process lives or has just deleted it."""
    try:
        file = os.open(name, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_nlink:
            return file
    except OSError:
        pass
    os.close(file)
    return None


def _sync(folder: Path) -> None:
    """Have the folder's entries on the disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
