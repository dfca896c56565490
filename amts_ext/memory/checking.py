"""Whether a translation memory's file is whole."""

from __future__ import annotations

from pathlib import Path

from amts_ext.memory.file import open_read_only


def check(path: Path) -> list[str]:
    """What SQLite finds damaged in the file, a line each; it is only read.

    Raises :class:`MemoryStoreError` for a file that cannot be opened as a memory.
    """
    db = open_read_only(path, timeout=30.0)
    try:
        rows = db.execute("PRAGMA integrity_check").fetchall()
    finally:
        db.close()
    return [line for (line,) in rows if line != "ok"]
