"""The translation memory: what was translated once, by a human or a machine, is found again.

Human units come before machine units. Many processes may look units up while one writes, also
across ``fork``; every write is one transaction. Errors are :class:`MemoryStoreError`, one line.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Self

from amts_ext.errors import MemoryStoreError
from amts_ext.memory.base import Alignment, Asked, Found, Kept, LanguagePair, Query, Stats
from amts_ext.memory.file import open_nowhere, open_read_only, open_writable, problem
from amts_ext.memory.integrity import Findings, examine
from amts_ext.memory.keys import unit_key, unit_keys
from amts_ext.memory.locks import Alone, WriterLock
from amts_ext.memory.rows import (
    EDITED_BY,
    INSERT,
    NEWER,
    UNIT,
    Row,
    choose,
    edited,
    found,
    kept,
    row_of,
    signature_of,
    sound,
    unit_of,
)
from amts_ext.memory.schema import REMEDY
from amts_ext.model import Origin, Unit

__all__ = ["Alignment", "Asked", "Found", "Memory", "Query", "Stats", "unit_key", "unit_keys"]

LOG = logging.getLogger("amts")

CHUNK = 8192
"""Segments a query: under SQLite's limit of 32,766 parameters, and little memory at a time."""

_ABANDONED: list[sqlite3.Connection] = []
"""Connections of a parent process: SQLite must neither use nor close them after a fork."""


class Memory:
    """The memory in one file: the :class:`~amts_ext.memory.base.Store` that a book has.

    >>> with Memory("memory.sqlite") as memory:
    ...     count = memory.store([Unit("A dog.", "一只狗。", ("en", "zh"), Origin.HUMAN)])
    ...     print(memory.lookup("A dog.", ("en", "zh")).target)
    一只狗。

    ``read_only`` never writes, and works in a read-only folder; a missing file is then an empty
    memory. ``timeout``: seconds to wait for another process that writes.

    Every unit is compared with its checksum when it is read. A damaged machine unit is left out
    and a warning says so: it is translated anew, which heals it. A damaged human unit raises:
    left out, it would give way to a machine's without a word.
    """

    def __init__(
        self, path: str | os.PathLike[str], read_only: bool = False, timeout: float = 30.0
    ) -> None:
        self.path = Path(path)
        self.read_only = read_only
        self._timeout = timeout
        self._warned = False
        self._open()

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def _open(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._writer = self._make_writer()
        self._db: sqlite3.Connection | None = self._connect()

    def _make_writer(self) -> WriterLock | Alone:
        return WriterLock(self.path)

    def _connect(self) -> sqlite3.Connection:
        opener = open_read_only if self.read_only else open_writable
        return opener(self.path, self._timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file. Closing twice is allowed."""
        if self._db is not None and self._process == os.getpid():
            self._db.close()
            self._writer.release()
        self._db = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._db is not None and self._process != os.getpid():
            _ABANDONED.append(self._db)
            self._writer.disown()
            self._open()
        with self._lock:
            if self._db is None:
                raise MemoryStoreError("translation memory: it is closed", file=self.name)
            try:
                yield self._db
            except (sqlite3.Error, OSError) as error:
                raise problem(self.path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; it takes the write lock first, so it never fails half way."""
        if self.read_only:
            text = "translation memory: it was opened for reading only"
            raise MemoryStoreError(text, file=self.name)
        with self._reading() as db:
            self._writer.acquire()
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
        """The best unit for each query, in order; see :meth:`Store.lookup_many`."""
        return [
            unit_of(row) if row else None for row in self._look_up(queries, pair, signature, human)
        ]

    def find_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Found | None]:
        """Find the units of :meth:`lookup_many`, but return only their translations: faster."""
        return [
            found(row) if row else None for row in self._look_up(queries, pair, signature, human)
        ]

    def _look_up(
        self, queries: Sequence[Asked], pair: LanguagePair, signature: str | None, human: bool
    ) -> Iterator[Row | None]:
        """The row of each query's unit, if there is one."""
        who = [Origin.HUMAN] * human + [Origin.MACHINE] * (signature is not None)
        for start in range(0, len(queries), CHUNK):
            chunk = queries[start : start + CHUNK]
            sources = [query.source for query in chunk]
            rows: list[Row | None] = [None] * len(chunk)
            for origin in who:
                missed = [i for i, row in enumerate(rows) if row is None]
                keys = unit_keys((sources[i] for i in missed), pair, origin, signature or "")
                there = self._rows(keys, origin)
                for i, key in zip(missed, keys, strict=True):
                    if key in there:
                        rows[i] = choose(there[key], chunk[i])
            yield from rows

    def _rows(self, keys: Iterable[bytes], origin: Origin) -> dict[bytes, list[Row]]:
        """The sound rows with these keys, by key; all are of ``origin``."""
        wanted = list(set(keys))
        if not wanted:
            return {}
        sql = f"SELECT {UNIT} FROM unit WHERE key IN ({','.join('?' * len(wanted))})"
        rows: dict[bytes, list[Row]] = {}
        damaged = 0
        with self._reading() as db:
            for row in db.execute(sql, wanted):
                if sound(row):
                    rows.setdefault(row[0], []).append(row)
                else:
                    damaged += 1
        self._report(damaged, human=origin is Origin.HUMAN)
        return rows

    def _report(self, damaged: int, human: bool) -> None:
        """Raise for human units that are damaged; for a machine's, warn once."""
        if damaged and human:
            text = f"translation memory: human units are damaged ({damaged}); nothing was deleted"
            raise MemoryStoreError(
                f"{text}; `amts memory check` lists them; {REMEDY}", file=self.name
            )
        if damaged and not self._warned:
            self._warned = True
            LOG.warning(
                "%s: translation memory: damaged units are left out, to be translated anew (%d); "
                "`amts memory check` lists them",
                self.name,
                damaged,
            )

    def store(self, units: Iterable[Unit]) -> int:
        """Remember units, all or none; see :meth:`Store.store`."""
        rows = [row_of(unit, "", time.time()) for unit in units]
        # In the order of their keys the index is gone through once: a third quicker at a million.
        # Sorting is stable, so that the later one of two with the same key wins.
        rows.sort(key=itemgetter(0))
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
        """Make ``units`` the human units of ``collection``; see :meth:`Store.replace_human`.

        Those of them that are damaged in the file are put in anew.
        """
        if not collection or collection.startswith(EDITED_BY):
            raise ValueError(
                "a collection needs the name of a document, a path without // before it"
            )
        rows = [row_of(unit, collection, time.time()) for unit in units]
        offered: dict[tuple[bytes, bytes], bytes] = {}
        for row in rows:
            offered.setdefault(row[:2], signature_of(row))
        mine = "collection = ? AND source_language = ? AND target_language = ?"
        with self._writing() as db:
            known = db.execute(f"SELECT {UNIT} FROM unit WHERE {mine}", (collection, *pair))
            stale = [row[:2] for row in known if offered.get(row[:2]) != row[8] or not sound(row)]
            db.executemany("DELETE FROM unit WHERE key = ? AND id = ?", stale)
            db.executemany(INSERT + " ON CONFLICT (key, id) DO NOTHING", rows)
            db.execute(
                "INSERT OR REPLACE INTO alignment VALUES (?,?,?,?,?)",
                (*pair, collection, digest, report),
            )
        return len(rows)

    def edit(self, unit: Unit, editor: str) -> None:
        """Store what a person has written; see :meth:`Store.edit`."""
        with self._writing() as db:
            db.execute(INSERT + NEWER, edited(unit, editor, time.time()))

    def withdraw(self, unit: Unit, editor: str) -> bool:
        """Take back what a person has written; see :meth:`Store.withdraw`."""
        same = edited(unit, editor, time.time())[:2]
        with self._writing() as db:
            return db.execute("DELETE FROM unit WHERE key = ? AND id = ?", same).rowcount > 0

    def history(self, source: str, pair: LanguagePair, machine: bool = True) -> list[Kept]:
        """All units of one source, the newest first; see :meth:`Store.history`."""
        found = self._rows([unit_key(source, pair)], Origin.HUMAN)
        if machine:
            keys = [unit_key(source, pair, Origin.MACHINE, each) for each in self._signatures(pair)]
            found |= self._rows(keys, Origin.MACHINE)
        return sorted(map(kept, chain(*found.values())), key=lambda each: -each.unit.when)

    def _signatures(self, pair: LanguagePair) -> list[str]:
        """The signatures of all machine units of a language pair."""
        made = "source_language = ? AND target_language = ? AND origin = 'machine'"
        with self._reading() as db:
            signed = db.execute(f"SELECT DISTINCT signature FROM unit WHERE {made}", pair)
            return _texts(signature for (signature,) in signed)

    @property
    def revision(self) -> tuple[int, int]:
        """Changes of this connection, and SQLite's sign of those of others."""
        with self._reading() as db:
            return db.total_changes, int(db.execute("PRAGMA data_version").fetchone()[0])

    def has_human(self, pair: LanguagePair) -> bool:
        """Return True if the store has any human unit of this language pair."""
        sql = (
            "SELECT 1 FROM unit WHERE origin = 'human'"  # spelled out: as its index has it
            " AND source_language = ? AND target_language = ? LIMIT 1"
        )
        with self._reading() as db:
            return db.execute(sql, pair).fetchone() is not None

    def human_units(self, pair: LanguagePair, part: str) -> list[Unit]:
        """The human units whose source contains ``part``; see :meth:`Store.human_units`."""
        where = "origin = 'human' AND source_language = ? AND target_language = ?"
        return self._units(f"{where} AND instr(source, ?)", (*pair, part))

    def alignments(self, pair: LanguagePair) -> dict[str, Alignment]:
        """Digest and report of every collection that :meth:`replace_human` filled."""
        sql = (
            "SELECT collection, digest, report FROM alignment"
            " WHERE source_language = ? AND target_language = ?"
        )
        with self._reading() as db:
            rows = db.execute(sql, pair).fetchall()
        return {name: Alignment(*rest) for name, *rest in map(_texts, rows)}

    def units(self, pair: LanguagePair | None = None) -> list[Unit]:
        """All units, of one language pair or of all, in a stable order."""
        if pair is None:
            return self._units("TRUE", ())
        return self._units("source_language = ? AND target_language = ?", pair)

    def _units(self, where: str, values: Sequence[str]) -> list[Unit]:
        """The sound units for which a condition holds, in a stable order."""
        sql = f"SELECT {UNIT} FROM unit WHERE {where} ORDER BY document, position, origin, key, id"
        with self._reading() as db:
            rows = db.execute(sql, values).fetchall()
        whole = [row for row in rows if sound(row)]
        if len(whole) < len(rows):
            human = any(row[3] != b"machine" for row in rows if not sound(row))
            self._report(len(rows) - len(whole), human)
        return [unit_of(row) for row in whole]

    def stats(self) -> Stats:
        """Counts by language pair and origin."""
        sql = (
            "SELECT origin, source_language, target_language, signature, count(*)"
            " FROM unit GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
        human: dict[LanguagePair, int] = {}
        machine: dict[tuple[str, str, str], int] = {}
        with self._reading() as db:
            for *texts, count in db.execute(sql):
                origin, source, target, signature = _texts(texts)
                if origin == Origin.HUMAN:
                    human[source, target] = human.get((source, target), 0) + count
                else:
                    machine[source, target, signature] = count
        size = self.path.stat().st_size if self.path.exists() else 0
        return Stats(self.name, size, human, machine)

    def check(self) -> Findings:
        """Look through the whole file: the structure and every unit's checksum."""
        with self._reading() as db:
            return examine(db, self.name)


class ShortMemory(Memory):
    """A memory in no file, for one piece of work in one process: it is gone when it is closed.

    >>> with ShortMemory() as memory:
    ...     count = memory.store([Unit("A dog.", "一只狗。", ("en", "zh"), Origin.HUMAN)])
    ...     print(memory.lookup("A dog.", ("en", "zh")).target)
    一只狗。
    """

    def __init__(self) -> None:
        super().__init__(":memory:")

    def _make_writer(self) -> Alone:
        return Alone()

    def _connect(self) -> sqlite3.Connection:
        return open_nowhere()


def check(path: str | os.PathLike[str]) -> Findings:
    """:meth:`Memory.check` of the file ``path``, which stays as it is.

    Raises :class:`MemoryStoreError` if it is not there, or so damaged that it cannot be opened.
    """
    if not Path(path).exists():
        raise MemoryStoreError("translation memory: there is no such file", file=str(path))
    with Memory(path, read_only=True) as memory:
        return memory.check()


def _texts(row: Iterable[bytes]) -> list[str]:
    """Decode texts for messages and comparisons; a damaged text equals no other."""
    return [text.decode("utf-8", "replace") for text in row]
