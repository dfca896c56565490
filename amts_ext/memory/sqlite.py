"""The translation memory: what was translated once, by a human or a machine, is found again.

Human units come before machine units. Many processes may look units up while one writes, also
across ``fork``; every write is one transaction. Errors are :class:`MemoryStoreError`, one line.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from amts_ext.errors import MemoryStoreError
from amts_ext.memory.file import open_read_only, open_writable, problem
from amts_ext.memory.rows import (
    FIT,
    INSERT,
    NEWER,
    TRANSLATION,
    UNIT,
    Asked,
    Found,
    LanguagePair,
    Row,
    choose,
    found,
    row_of,
    unit_key,
    unit_keys,
    unit_of,
)
from amts_ext.model import Origin, Unit

__all__ = ["Alignment", "Asked", "Found", "Memory", "Query", "Stats", "unit_key", "unit_keys"]

CHUNK = 8192
"""Segments a query: under SQLite's limit of 32,766 parameters, and little memory at a time."""

_ABANDONED: list[sqlite3.Connection] = []
"""Connections of a parent process: SQLite must neither use nor close them after a fork."""


class Query(NamedTuple):
    """One look-up."""

    source: str
    """``Segment.tokens``."""
    contents: str = ""
    """Digest of what the segment's slots hold."""
    document: str = ""
    position: int = 0
    """Index of the segment's block in ``document``."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What a memory holds."""

    file: str
    size: int
    """In bytes, without the write-ahead log."""
    human: Mapping[LanguagePair, int]
    machine: Mapping[tuple[str, str, str], int]
    """Units by source language, target language and signature."""


class Alignment(NamedTuple):
    """What a memory knows about an earlier alignment run over one collection."""

    digest: str
    report: str


class Memory:
    """The memory in one file; a context manager.

    ``read_only`` never writes, and works in a read-only folder; a missing file is then an empty
    memory. ``timeout``: seconds to wait for another process that writes.
    """

    def __init__(
        self, path: str | os.PathLike[str], read_only: bool = False, timeout: float = 30.0
    ) -> None:
        self.path = Path(path)
        self.read_only = read_only
        self._timeout = timeout
        self._open()

    def _open(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        opener = open_read_only if self.read_only else open_writable
        self._db: sqlite3.Connection | None = opener(self.path, self._timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file. Closing twice is allowed."""
        if self._db is not None and self._process == os.getpid():
            self._db.close()
        self._db = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._db is not None and self._process != os.getpid():
            _ABANDONED.append(self._db)
            self._open()
        with self._lock:
            if self._db is None:
                raise MemoryStoreError("translation memory: it is closed", file=str(self.path))
            try:
                yield self._db
            except sqlite3.Error as error:
                raise problem(self.path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; it takes the write lock first, so it never fails half way."""
        if self.read_only:
            text = "translation memory: it was opened for reading only"
            raise MemoryStoreError(text, file=str(self.path))
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def lookup(
        self,
        source: str,
        pair: LanguagePair,
        signature: str | None = None,
        contents: str = "",
        document: str = "",
        position: int = 0,
    ) -> Unit | None:
        """The best unit for one segment; see :meth:`lookup_many`."""
        return self.lookup_many([Query(source, contents, document, position)], pair, signature)[0]

    def lookup_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Unit | None]:
        """The best unit for each query, in order: a human's, else the machine's of ``signature``.

        ``signature`` None: human units only; ``human`` False: machine units only. Units for
        exactly these slot contents come first, then units from the same document by nearness,
        then newer ones.
        """
        chosen = self._look_up(queries, pair, signature, human, UNIT)
        return [unit_of(row[5:]) if row else None for row, _ in chosen]

    def find_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Found | None]:
        """The same units as :meth:`lookup_many`, and of each only what a translation is made of."""
        chosen = self._look_up(queries, pair, signature, human, TRANSLATION)
        return [found(row, origin) if row else None for row, origin in chosen]

    def _look_up(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None,
        human: bool,
        columns: str,
    ) -> Iterator[tuple[Row | None, Origin]]:
        """The row of each query's unit, if there is one, and whose it is."""
        who = [Origin.HUMAN] * human + [Origin.MACHINE] * (signature is not None)
        for start in range(0, len(queries), CHUNK):
            chunk = queries[start : start + CHUNK]
            sources = [query.source for query in chunk]
            rows: list[Row | None] = [None] * len(chunk)
            origins = [Origin.HUMAN] * len(chunk)
            for origin in who:
                missed = [i for i, row in enumerate(rows) if row is None]
                keys = unit_keys((sources[i] for i in missed), pair, origin, signature or "")
                there = self._rows(keys, columns)
                for i, key in zip(missed, keys, strict=True):
                    if key in there:
                        rows[i], origins[i] = choose(there[key], chunk[i]), origin
            yield from zip(rows, origins, strict=True)

    def _rows(self, keys: Iterable[bytes], columns: str) -> dict[bytes, list[Row]]:
        """The rows with these keys, by key."""
        wanted = list(set(keys))
        if not wanted:
            return {}
        sql = f"SELECT {FIT}, {columns} FROM unit WHERE key IN ({','.join('?' * len(wanted))})"
        rows: dict[bytes, list[Row]] = {}
        with self._reading() as db:
            for row in db.execute(sql, wanted):
                rows.setdefault(row[0], []).append(row)
        return rows

    def store(self, units: Iterable[Unit]) -> int:
        """Remember units, all or none; returns how many were given.

        A machine unit replaces the older one with its key; a human unit never replaces another.
        """
        rows = [row_of(unit, "", time.time()) for unit in units]
        with self._writing() as db:
            db.executemany(INSERT + NEWER, rows)
        return len(rows)

    def replace_human(
        self,
        pair: LanguagePair,
        collection: str,
        units: Iterable[Unit],
        digest: str = "",
        report: str = "",
    ) -> int:
        """Make ``units`` the human units of ``collection`` (one human document); returns how many.

        Units of an earlier run that are no longer offered go, unchanged ones keep their date, and
        human units that came from elsewhere stay. ``digest`` and ``report`` are kept for
        :meth:`alignments`, in the same transaction.
        """
        if not collection:
            raise ValueError("a collection needs a name: the unnamed one is for stored units")
        rows = [row_of(unit, collection, time.time()) for unit in units]
        offered = {row[:2] for row in rows}
        mine = "collection = ? AND source_language = ? AND target_language = ?"
        with self._writing() as db:
            known = db.execute(f"SELECT key, id FROM unit WHERE {mine}", (collection, *pair))
            stale = [row for row in known if row not in offered]
            db.executemany("DELETE FROM unit WHERE key = ? AND id = ?", stale)
            db.executemany(INSERT + " ON CONFLICT (key, id) DO NOTHING", rows)
            db.execute(
                "INSERT OR REPLACE INTO alignment VALUES (?,?,?,?,?)",
                (*pair, collection, digest, report),
            )
        return len(rows)

    def has_human(self, pair: LanguagePair) -> bool:
        """Whether a human unit of this language pair is there at all."""
        sql = (
            "SELECT 1 FROM unit WHERE origin = 'human'"  # spelled out: as its index has it
            " AND source_language = ? AND target_language = ? LIMIT 1"
        )
        with self._reading() as db:
            return db.execute(sql, pair).fetchone() is not None

    def alignments(self, pair: LanguagePair) -> dict[str, Alignment]:
        """Digest and report of every collection that :meth:`replace_human` filled."""
        sql = (
            "SELECT collection, digest, report FROM alignment"
            " WHERE source_language = ? AND target_language = ?"
        )
        with self._reading() as db:
            return {name: Alignment(*rest) for name, *rest in db.execute(sql, pair)}

    def units(self, pair: LanguagePair | None = None) -> list[Unit]:
        """All units, of one language pair or of all, in a stable order."""
        where = "" if pair is None else " WHERE source_language = ? AND target_language = ?"
        sql = f"SELECT {UNIT} FROM unit{where} ORDER BY document, position, origin, key, id"
        with self._reading() as db:
            return [unit_of(row) for row in db.execute(sql, pair or ())]

    def stats(self) -> Stats:
        """Counts by language pair and origin."""
        sql = (
            "SELECT origin, source_language, target_language, signature, count(*)"
            " FROM unit GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
        with self._reading() as db:
            rows = db.execute(sql).fetchall()
        human: dict[LanguagePair, int] = {}
        for origin, source, target, _, count in rows:
            if origin == Origin.HUMAN:
                human[source, target] = human.get((source, target), 0) + count
        machine = {(s, t, who): n for origin, s, t, who, n in rows if origin == Origin.MACHINE}
        size = self.path.stat().st_size if self.path.exists() else 0
        return Stats(str(self.path), size, human, machine)
