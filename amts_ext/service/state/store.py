"""The store of the service: one SQLite file in a folder, to which every change is written at once.

Changes that belong together are written in one transaction: a translated document with its record
and its charge, a job with its ClientToken. So a process that is killed at any moment leaves a
consistent state. At the next start, jobs and imports that were running go on from there.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from amts_ext.errors import InputError
from amts_ext.service.wire import Json

NAME = "service.sqlite"
"""The name of the file in the service's folder."""
_TIMES = ("CreatedAt", "LastUpdatedAt", "LatestUpdateAttemptAt", "SubmittedTime", "EndTime")
"""Members of the API's shapes whose values are times."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS objects (bucket TEXT, key TEXT, data BLOB, etag TEXT, headers TEXT,
    PRIMARY KEY (bucket, key));
CREATE TABLE IF NOT EXISTS records (kind TEXT, name TEXT, content TEXT, data BLOB,
    PRIMARY KEY (kind, name));
CREATE TABLE IF NOT EXISTS documents (job TEXT, target TEXT, name TEXT, record TEXT,
    PRIMARY KEY (job, target, name));
CREATE TABLE IF NOT EXISTS tokens (operation TEXT, token TEXT, request TEXT, answer TEXT,
    PRIMARY KEY (operation, token));
CREATE TABLE IF NOT EXISTS charges (charge TEXT, texts TEXT);
CREATE TABLE IF NOT EXISTS requests (operation TEXT, at REAL);
CREATE TABLE IF NOT EXISTS refused (code TEXT PRIMARY KEY, count INTEGER);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER);
PRAGMA user_version = 1;
"""


class StateStore:
    """A store that keeps nothing, for a service without a folder."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep all changes made inside the context, or none if it ends with an error."""
        yield

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one SQL statement and return the rows that it finds."""
        return []

    def close(self) -> None:
        """Close the file."""

    def put_record(self, kind: str, name: str, content: Json, data: bytes = b"") -> None:
        """Write a record and the file that belongs to it, in place of an earlier one."""
        text = json.dumps(content, default=_time)
        self.run(
            "INSERT INTO records VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET content = excluded.content, data = excluded.data",
            kind, name, text, data,
        )  # fmt: skip

    def put_token(self, operation: str, token: str, request: str, answer: Json) -> None:
        """Write a ClientToken with its request and the answer to it."""
        text = json.dumps(answer, default=_time)
        self.run("INSERT INTO tokens VALUES (?, ?, ?, ?)", operation, token, request, text)

    def drop_record(self, kind: str, name: str) -> None:
        """Remove a record."""
        self.run("DELETE FROM records WHERE kind = ? AND name = ?", kind, name)

    def records(self, kind: str) -> Iterator[tuple[str, Json, bytes]]:
        """Yield name, content and file of each record of a kind, in the order of their creation."""
        found = self.run(
            "SELECT name, content, data FROM records WHERE kind = ? ORDER BY rowid", kind
        )
        for name, content, data in found:
            yield name, json.loads(content), data


class FolderStore(StateStore):
    """A store in a folder; no second process can use the folder at the same time.

    >>> store = FolderStore(Path("service"))
    >>> store.put_record("terms", "d2l", {"Format": "CSV"}, b"en,pt")
    >>> list(store.records("terms"))
    [('d2l', {'Format': 'CSV'}, b'en,pt')]
    >>> store.close()

    Raises :class:`amts_ext.errors.InputError` if the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "state.json").exists():
                raise ValueError("state.json is not of this version")
            self._file = sqlite3.connect(
                folder / NAME, isolation_level=None, check_same_thread=False, timeout=2
            )
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.executescript(_SCHEMA)
        except (OSError, ValueError, sqlite3.Error) as error:
            message = f"the service's folder cannot be read: {error}; choose another with --dir"
            raise InputError(message, file=str(folder)) from error

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._lock:
            if not self._depth:
                self._file.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if not self._depth:
                    with suppress(sqlite3.Error):  # the error before it is the one to tell
                        self._file.execute("ROLLBACK")
                raise
            self._depth -= 1
            if not self._depth:
                self._file.execute("COMMIT")

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._file.execute(statement, values).fetchall()

    def close(self) -> None:
        with self._lock:
            self._file.close()


def times(properties: Json) -> Json:
    """Return a record's properties with their times read from text.

    >>> times({"Name": "d2l", "CreatedAt": "2026-01-02T03:04:05"})
    {'Name': 'd2l', 'CreatedAt': datetime.datetime(2026, 1, 2, 3, 4, 5)}
    """
    found = {k: datetime.fromisoformat(properties[k]) for k in _TIMES if k in properties}
    return {**properties, **found}


def _time(value: object) -> str:
    """Return a time as text for JSON; raises TypeError for any other value."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot save {type(value).__name__}")
