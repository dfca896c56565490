"""The file under the translation memory: opened, and its errors in plain words.

SQLite in WAL mode: many processes read while one writes, and a killed writer loses at most what
it had not committed (https://www.sqlite.org/wal.html). Opening looks at the header and the tables.
The whole file is read only where a writer was killed, or an older file is brought up to date.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import schema
from amts_ext.memory.locks import WriterLock, left_behind

LOG_PAGES = 8000
"""Pages of the write-ahead log (32 MB) after which it is moved into the file."""

BUSY = "it is locked by another program; let that finish or end it, then repeat"
ADVICE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_NOTADB: "it is not a translation memory or it is damaged; nothing was changed; "
    + schema.REMEDY,
    sqlite3.SQLITE_CORRUPT: f"it is damaged; nothing was deleted; {schema.REMEDY}",
    sqlite3.SQLITE_READONLY: "it cannot be written; make the file and its folder writable, "
    "or build with --frozen",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; make the file readable and its folder writable",
    sqlite3.SQLITE_PERM: "it cannot be opened; make the file readable and its folder writable",
    sqlite3.SQLITE_FULL: "the disk is full; what was stored before is safe; free some space",
    sqlite3.SQLITE_IOERR: "the disk answered with an error; what was stored before is safe; "
    "check the disk, or keep the memory on a local one",
}


FOR_ERRNO = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EACCES: sqlite3.SQLITE_READONLY,
    errno.EROFS: sqlite3.SQLITE_READONLY,
}
"""SQLite's error codes for those of the system, if a lock file cannot be made."""


def problem(path: Path, error: sqlite3.Error | OSError) -> MemoryStoreError:
    """Return an error of SQLite or the disk as one line: the file, what is wrong, what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, OSError):
        code = FOR_ERRNO.get(error.errno or 0, 0)
    advice = ADVICE.get(code, f"it cannot be used ({error}); nothing was deleted")
    return MemoryStoreError(f"translation memory: {advice}", file=str(path))


def move_aside(path: Path) -> Path:
    """Rename a memory (with its WAL) so that a new one can begin; returns the new name.

    Only to be called on a person's word. Nothing is deleted and nothing is overwritten.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.aside-{stamp}")
    count = 0
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.aside-{stamp}-{count}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def open_writable(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection that may write; the file and its folders are made where they are missing.

    Raises :class:`MemoryStoreError`; a file that is damaged or not ours is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"translation memory: its folder cannot be made ({error.strerror}); choose another"
        raise MemoryStoreError(text, file=str(path)) from error
    return _guarded(path, lambda: _patiently(lambda: _prepare(path, timeout), timeout))


def open_read_only(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection that never writes, also in a folder that cannot be written.

    A file that does not exist (or was never filled) reads as an empty memory.
    """
    if not path.exists():
        return open_nowhere()
    return _guarded(path, lambda: _patiently(lambda: _look(path, timeout), timeout))


def _guarded(path: Path, action: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    try:
        return action()
    except (sqlite3.Error, OSError) as error:
        raise problem(path, error) from error


def _patiently(action: Callable[[], sqlite3.Connection], timeout: float) -> sqlite3.Connection:
    """SQLite does not wait when two processes switch a new file to WAL at once: wait for it."""
    end = time.monotonic() + timeout
    while True:
        try:
            return action()
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= end:
                raise
            time.sleep(0.02)


def _connect(target: str, timeout: float) -> sqlite3.Connection:
    # Autocommit: transactions are begun by hand. Threads take turns under Memory's own lock.
    db = sqlite3.connect(
        target, timeout=timeout, isolation_level=None, check_same_thread=False, uri=True
    )
    db.text_factory = bytes  # a damaged text may be no UTF-8; see rows.py
    return db


def _prepare(path: Path, timeout: float) -> sqlite3.Connection:
    db = _connect(path.absolute().as_uri() + "?mode=rwc", timeout)
    try:
        version = schema.version_of(db, path)
        old = version < len(schema.MIGRATIONS)
        with left_behind(path) as killed:
            if killed or (old and version):
                _check_pages(db)
        db.execute("PRAGMA journal_mode = WAL")
        # A paid translation must outlive a power cut, not only a crash of this process.
        db.execute("PRAGMA synchronous = FULL")
        # Batches of answers touch the same pages of the index: they are moved once for many.
        db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        if old:
            with WriterLock(path):
                schema.migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _check_pages(db: sqlite3.Connection) -> None:
    """Read the whole file: a damaged one must not be written on. A second for 600 MB."""
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != b"ok":
        error = sqlite3.DatabaseError(verdict.decode())
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def open_nowhere() -> sqlite3.Connection:
    """A connection to an empty memory in no file."""
    db = _connect(":memory:", 0)
    schema.migrate(db, Path())
    return db


def _look(path: Path, timeout: float) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    try:
        return _checked(_connect(f"{address}?mode=ro", timeout), path)
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    # WAL needs a writable folder. Nobody can write here, so the file does not change under us.
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        return _private_copy(path, wal, timeout)
    return _checked(_connect(f"{address}?mode=ro&immutable=1", timeout), path)


def _private_copy(path: Path, wal: Path, timeout: float) -> sqlite3.Connection:
    """Read a file and its left-over WAL from a copy: the folder lets SQLite not merge them."""
    with tempfile.TemporaryDirectory(prefix="amts-memory-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(wal, copy.with_name(wal.name))
        disk = _checked(_connect(copy.as_uri() + "?mode=rw", timeout), path)
        memory = _connect(":memory:", 0)
        disk.backup(memory)
        disk.close()
    return memory


def _checked(db: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    try:
        version = schema.version_of(db, path)
    except BaseException:
        db.close()
        raise
    newest = len(schema.MIGRATIONS)
    if version == newest:
        return db
    db.close()
    if version == 0:
        return open_nowhere()
    text = f"translation memory: schema {version} is older than this version's {newest}"
    raise MemoryStoreError(f"{text}; build once without --frozen to upgrade it", file=str(path))
