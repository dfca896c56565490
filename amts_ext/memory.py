"""The translation memory: what was translated once, by a human or a machine, is found again.

Human units come before machine units. Many processes may look units up while one writes, also
across ``fork``; every write is one transaction. Errors are :class:`MemoryStoreError`, one line.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, Self

from amts_ext.errors import MemoryStoreError
from amts_ext.memory_file import open_read_only, open_writable, problem
from amts_ext.model import Origin, Unit

LanguagePair = tuple[str, str]
Row = tuple[Any, ...]

COLUMNS = (
    "origin, source_language, target_language, source, target, signature, contents, literals,"
    " document, position, made"
)
INSERT = f"INSERT INTO unit (key, id, collection, {COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
NEWER = (
    " ON CONFLICT (key, id) DO UPDATE SET target = excluded.target, literals = excluded.literals,"
    " document = excluded.document, position = excluded.position, made = excluded.made"
)
ORIGINS = {str(origin): origin for origin in Origin}
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


def unit_key(
    source: str, pair: LanguagePair, origin: Origin = Origin.HUMAN, signature: str = ""
) -> bytes:
    """The memory's key: masked source and language pair, for machine units the signature too.

    Runs of white space count as one space: a re-wrapped sentence is the same sentence.
    """
    return unit_keys((source,), pair, origin, signature)[0]


def unit_keys(
    sources: Iterable[str], pair: LanguagePair, origin: Origin, signature: str
) -> list[bytes]:
    """:func:`unit_key` of many sources at once."""
    who = signature if origin is Origin.MACHINE else ""
    start = blake2b(_joined(origin, *pair, who), digest_size=16)
    keys = []
    for source in sources:
        state = start.copy()
        state.update(" ".join(source.split()).encode("utf-8", "surrogatepass"))
        keys.append(state.digest())
    return keys


def _joined(*texts: str) -> bytes:
    # Lengths in front: ("ab", "c") and ("a", "bc") must differ.
    return "".join(f"{len(t)}:{t}" for t in texts).encode("utf-8", "surrogatepass")


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
        queries: Sequence[Query],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Unit | None]:
        """The best unit for each query, in order: a human's, else the machine's of ``signature``.

        ``signature`` None: human units only; ``human`` False: machine units only. Units for
        exactly these slot contents come first, then units from the same document by nearness,
        then newer ones.
        """
        found: list[Unit | None] = []
        for start in range(0, len(queries), CHUNK):
            chunk = queries[start : start + CHUNK]
            units: list[Unit | None] = [None] * len(chunk)
            if human:
                units = self._best(chunk, pair, Origin.HUMAN, "")
            if signature is not None:
                missed = [i for i, unit in enumerate(units) if unit is None]
                rest = [chunk[i] for i in missed]
                rest_units = self._best(rest, pair, Origin.MACHINE, signature)
                for i, unit in zip(missed, rest_units, strict=True):
                    units[i] = unit
            found += units
        return found

    def _best(
        self, queries: Sequence[Query], pair: LanguagePair, origin: Origin, signature: str
    ) -> list[Unit | None]:
        keys = unit_keys((query.source for query in queries), pair, origin, signature)
        wanted = list(set(keys))
        sql = f"SELECT {COLUMNS}, key FROM unit WHERE key IN ({','.join('?' * len(wanted))})"
        candidates: dict[bytes, list[Row]] = {}
        with self._reading() as db:
            for row in db.execute(sql, wanted):
                candidates.setdefault(row[-1], []).append(row)
        asked = zip(keys, queries, strict=True)
        return [_choose(candidates.get(key, []), query) for key, query in asked]

    def store(self, units: Iterable[Unit]) -> int:
        """Remember units, all or none; returns how many were given.

        A machine unit replaces the older one with its key; a human unit never replaces another.
        """
        rows = [_row(unit, "", time.time()) for unit in units]
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
        rows = [_row(unit, collection, time.time()) for unit in units]
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
            "SELECT 1 FROM unit WHERE origin = ? AND source_language = ? AND target_language = ?"
            " LIMIT 1"
        )
        with self._reading() as db:
            return db.execute(sql, (Origin.HUMAN, *pair)).fetchone() is not None

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
        sql = f"SELECT {COLUMNS} FROM unit{where} ORDER BY document, position, origin, key, id"
        with self._reading() as db:
            return [_unit(row) for row in db.execute(sql, pair or ())]

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


def _choose(rows: list[Row], query: Query) -> Unit | None:
    """The best of the units with the query's key, or None if none holds for its slots."""
    fit = [row for row in rows if row[6] in ("", query.contents)]
    if not fit:
        return None
    return _unit(fit[0] if len(fit) == 1 else min(fit, key=lambda row: _rank(row, query)))


def _rank(row: Row, query: Query) -> tuple[Any, ...]:
    contents, document, position, made = row[6], row[8], row[9], row[10]
    near = _same_document(document, query.document)
    distance = abs(position - query.position) if near else 0
    return (not contents, not near, distance, -made)


def _same_document(one: str, other: str) -> bool:
    """A section, the notebook made of it, and the same file by a longer path are one document."""
    ours, theirs = _stem(one), _stem(other)
    return ours == theirs or ours.endswith(f"/{theirs}") or theirs.endswith(f"/{ours}")


def _stem(document: str) -> str:
    name, _, suffix = document.rpartition(".")
    return name if name and "/" not in suffix else document


def _row(unit: Unit, collection: str, now: float) -> Row:
    key = unit_key(unit.source, unit.pair, unit.origin, unit.signature)
    literals = json.dumps(unit.literals) if unit.literals else ""
    same = [unit.contents]
    if unit.origin is Origin.HUMAN:
        same += [collection, unit.document, str(unit.position), unit.target, literals]
    texts = (unit.source, unit.target, unit.signature, unit.contents, literals, unit.document)
    row = (unit.origin.value, *unit.pair, *texts, unit.position, unit.when or now)
    identity = blake2b(_joined(*same), digest_size=16).digest()
    return (key, identity, collection, *map(_storable, row))


def _storable(value: object) -> object:
    """Half a surrogate pair (a notebook may hold one) is kept as bytes: SQLite refuses it."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
    return value


def _unit(row: Row) -> Unit:
    origin, source_language, target_language, source, target, signature, contents = row[:7]
    literals, document, position, made = row[7:11]
    if bytes in map(type, row[3:9]):
        source, target, document = _text(source), _text(target), _text(document)
    return Unit(
        source,
        target,
        (source_language, target_language),
        ORIGINS[origin],
        signature,
        contents,
        tuple(json.loads(literals)) if literals else (),
        document,
        position,
        made,
    )


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")
