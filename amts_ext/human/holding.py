"""A folder of human translations is held by one program at a time: a synchronization, or an edit.

>>> with held(Path("es")) as state:
...     state.as_posix()
'es/.amts/sync'
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amts_ext.errors import InputError

FOLDER = ".amts/sync"
"""Where a synchronization keeps its state, in the folder."""
RECORD = "journal.json"
"""The journal of a synchronization; after its end only if it was killed."""
PATIENCE = 5.0
"""Seconds to wait for the folder: a program that a killed run was starting holds its lock a moment
longer."""


@contextmanager
def held(root: Path) -> Iterator[Path]:
    """Hold a folder alone; yield the folder of the state.

    Raises :class:`InputError` if another process holds it for too long, or if the folder cannot be
    written.
    """
    from filelock import FileLock, Timeout

    state = root / FOLDER
    lock = FileLock(state / "lock")
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=PATIENCE)
    except Timeout as error:
        message = "another amts sync, or an edit, works on this folder; wait for its end"
        raise InputError(message, file=str(root)) from error
    except OSError as error:
        message = f"cannot be written: {error.strerror}; check the folder's rights"
        raise InputError(message, file=str(root)) from error
    try:
        yield state
    finally:
        lock.release()
