"""The tables of a memory file: made, brought up to date, and told from those of other programs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from amts_ext.errors import MemoryStoreError
from amts_ext.memory.rows import TEXTS, checksum

APPLICATION = 0x414D5453
"""``AMTS``: SQLite's application id, so that another program's database is never taken over."""

REMEDY = "restore a copy, or move it aside and build again"
"""Advice against damage, for messages."""

_BYTES = ", ".join(f"CAST({column} AS BLOB)" for column in TEXTS.split(", "))
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
    (
        # What `sound` in rows.py compares. Units of an older file get theirs as they are now.
        "ALTER TABLE unit ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
        f"UPDATE unit SET checksum = checksum(key, id, {_BYTES}, position, made)",
        # Of the tables themselves, see `fingerprint`.
        "CREATE TABLE schema (checksum INTEGER NOT NULL)",
    ),
)
"""One list of statements a schema version; ``PRAGMA user_version`` counts those applied."""


def version_of(db: sqlite3.Connection, path: Path) -> int:
    """The file's schema version, 0 for an empty file; a look at its first pages only.

    Raises :class:`MemoryStoreError` if the file is another program's or from the future, or if
    something else has changed its tables.
    """
    begun = not db.in_transaction
    if begun:  # all of one moment: another process may be making the file
        db.execute("BEGIN")
    try:
        return _version(db, path)
    finally:
        if begun and db.in_transaction:
            db.execute("COMMIT")


def _version(db: sqlite3.Connection, path: Path) -> int:
    owner = int(db.execute("PRAGMA application_id").fetchone()[0])
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    tables = int(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if owner != APPLICATION and (tables or version or owner):
        text = "this SQLite file belongs to another program, it is not a translation memory"
        raise MemoryStoreError(f"{text}; choose another file name", file=str(path))
    if version > len(MIGRATIONS):
        text = f"translation memory: made by a newer version (schema {version}, this version reads"
        raise MemoryStoreError(f"{text} up to {len(MIGRATIONS)}); upgrade amts-ext", file=str(path))
    if version == len(MIGRATIONS) and not _unchanged(db):
        text = "translation memory: something else has changed its tables; nothing was deleted"
        raise MemoryStoreError(f"{text}; {REMEDY}", file=str(path))
    return version


def _unchanged(db: sqlite3.Connection) -> bool:
    try:
        return db.execute("SELECT checksum FROM schema").fetchall() == [(fingerprint(db),)]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such table
            return False
        raise


def fingerprint(db: sqlite3.Connection) -> int:
    """A checksum of all tables and indexes as they were declared; SQLite's own are left out."""
    sql = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    return crc32(repr(sorted(db.execute(sql))).encode())


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest schema, all or nothing; an empty one gets its tables."""
    db.create_function("checksum", -1, lambda *row: checksum(row), deterministic=True)
    db.execute("BEGIN IMMEDIATE")
    try:
        # Asked under the lock: another process may have migrated meanwhile.
        version = version_of(db, path)
        if version < len(MIGRATIONS):
            for statement in (s for statements in MIGRATIONS[version:] for s in statements):
                db.execute(statement)
            db.execute("DELETE FROM schema")
            db.execute("INSERT INTO schema VALUES (?)", (fingerprint(db),))
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back already
            db.execute("ROLLBACK")
        raise
