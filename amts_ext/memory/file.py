"""The file under the translation memory: opened, checked, migrated, and its errors in plain words.

SQLite in WAL mode: many processes read while one writes, and a killed writer loses at most what
it had not committed (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from amts_ext.errors import MemoryStoreError

APPLICATION = 0x414D5453
"""``AMTS``: SQLite's application id, so that another program's database is never taken over."""

LOG_PAGES = 8000
"""How long the write-ahead log grows before it is moved into the file: 32 MB."""

MIGRATIONS: Sequence[Sequence[str]] = (
    (
        # `key` finds a unit; with `id`, a digest, it is this unit and no other.
        """CREATE TABLE unit (
            key BLOB NOT NULL, id BLOB NOT NULL, origin TEXT NOT NULL,
            source_language TEXT NOT NULL, target_language TEXT NOT NULL,
            source TEXT NOT NULL, target TEXT NOT NULL, signature TEXT NOT NULL,
            contents TEXT NOT NULL, literals TEXT NOT NULL, document TEXT NOT NULL,
            position INTEGER NOT NULL, made REAL NOT NULL, collection TEXT NOT NULL,
            PRIMARY KEY (key, id)
        ) WITHOUT ROWID""",
        "CREATE INDEX unit_collection ON unit (collection) WHERE collection != ''",
        # What was aligned already, and what that run reported.
        """CREATE TABLE alignment (
            source_language TEXT NOT NULL, target_language TEXT NOT NULL,
            collection TEXT NOT NULL, digest TEXT NOT NULL, report TEXT NOT NULL,
            PRIMARY KEY (source_language, target_language, collection)
        ) WITHOUT ROWID""",
    ),
    (
        # Rows in the order they come, and their keys in an index: a row is larger than SQLite
        # advises for a table without rowids (a twentieth of a page), and a batch of answers then
        # writes few pages instead of one for every row (https://www.sqlite.org/withoutrowid.html).
        "ALTER TABLE unit RENAME TO unit_1",
        "DROP INDEX unit_collection",
        """CREATE TABLE unit (
            key BLOB NOT NULL, id BLOB NOT NULL, origin TEXT NOT NULL,
            source_language TEXT NOT NULL, target_language TEXT NOT NULL,
            source TEXT NOT NULL, target TEXT NOT NULL, signature TEXT NOT NULL,
            contents TEXT NOT NULL, literals TEXT NOT NULL, document TEXT NOT NULL,
            position INTEGER NOT NULL, made REAL NOT NULL, collection TEXT NOT NULL,
            PRIMARY KEY (key, id)
        )""",
        "INSERT INTO unit SELECT * FROM unit_1 ORDER BY made, document, position",
        "DROP TABLE unit_1",
        "CREATE INDEX unit_collection ON unit (collection) WHERE collection != ''",
        "CREATE INDEX unit_human ON unit (source_language, target_language) WHERE origin = 'human'",
    ),
)
"""One list of statements a schema version; ``PRAGMA user_version`` counts those applied."""

BUSY = "it is locked by another program; let that finish or end it, then repeat"
ADVICE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_NOTADB: "it is not a translation memory or it is damaged; nothing was changed; "
    "restore a copy, or move it aside and build again",
    sqlite3.SQLITE_CORRUPT: "it is damaged; nothing was deleted; "
    "restore a copy, or move it aside and build again",
    sqlite3.SQLITE_READONLY: "it cannot be written; make the file and its folder writable, "
    "or build with --frozen",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; make the file readable and its folder writable",
    sqlite3.SQLITE_PERM: "it cannot be opened; make the file readable and its folder writable",
    sqlite3.SQLITE_FULL: "the disk is full; what was stored before is safe; free some space",
    sqlite3.SQLITE_IOERR: "the disk answered with an error; what was stored before is safe; "
    "check the disk, or keep the memory on a local one",
}


def problem(path: Path, error: sqlite3.Error) -> MemoryStoreError:
    """An SQLite error as one line for a person: the file, what is wrong, what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
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
        return _empty()
    return _guarded(path, lambda: _patiently(lambda: _look(path, timeout), timeout))


def _guarded(path: Path, action: Callable[[], sqlite3.Connection]) -> sqlite3.Connection:
    try:
        return action()
    except sqlite3.Error as error:
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
    return sqlite3.connect(
        target, timeout=timeout, isolation_level=None, check_same_thread=False, uri=True
    )


def _prepare(path: Path, timeout: float) -> sqlite3.Connection:
    db = _connect(path.absolute().as_uri() + "?mode=rwc", timeout)
    try:
        _check_owner(db, path)
        _check_pages(db)
        db.execute("PRAGMA journal_mode = WAL")
        # A paid translation must outlive a power cut, not only a crash of this process.
        db.execute("PRAGMA synchronous = FULL")
        # Batches of answers touch the same pages of the index: they are moved once for many.
        db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _check_owner(db: sqlite3.Connection, path: Path) -> int:
    """The file's schema version; raises if the file is another program's or from the future."""
    begun = not db.in_transaction
    if begun:  # all three of one moment: another process may be making the file
        db.execute("BEGIN")
    owner = int(db.execute("PRAGMA application_id").fetchone()[0])
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if begun:
        db.execute("COMMIT")
    if owner != APPLICATION and (tables or version or owner):
        text = "this SQLite file belongs to another program, it is not a translation memory"
        raise MemoryStoreError(f"{text}; choose another file name", file=str(path))
    if version > len(MIGRATIONS):
        text = f"translation memory: made by a newer version (schema {version}, this version reads"
        raise MemoryStoreError(f"{text} up to {len(MIGRATIONS)}); upgrade amts-ext", file=str(path))
    return version


def _check_pages(db: sqlite3.Connection) -> None:
    """Before the first write: a damaged file must not be written on."""
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        error = sqlite3.DatabaseError(str(verdict))
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if _check_owner(db, path) == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have migrated meanwhile.
        for statements in MIGRATIONS[_check_owner(db, path) :]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back already
            db.execute("ROLLBACK")
        raise


def _empty() -> sqlite3.Connection:
    db = _connect(":memory:", 0)
    for statement in (s for statements in MIGRATIONS for s in statements):
        db.execute(statement)
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
        version = _check_owner(db, path)
    except BaseException:
        db.close()
        raise
    if version == len(MIGRATIONS):
        return db
    db.close()
    if version == 0:
        return _empty()
    text = f"translation memory: schema {version} is older than this version's {len(MIGRATIONS)}"
    raise MemoryStoreError(f"{text}; build once without --frozen to upgrade it", file=str(path))
