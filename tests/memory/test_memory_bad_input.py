"""A memory that is damaged, locked, foreign or read-only: refused, never made worse."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import struct
from pathlib import Path

import pytest
from support.units import PAIR, human, run
from support.waiting import DEADLINE

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Memory
from amts_ext.memory.file import move_aside
from amts_ext.model import Origin, Unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


# --- bad input ---------------------------------------------------------------------------------


def refused(path: Path, word: str, **options: object) -> None:
    """Opening fails with one line that names the file and says ``word``; the bytes stay."""
    before = path.read_bytes()
    with pytest.raises(MemoryStoreError) as caught:
        Memory(path, **options)  # type: ignore[arg-type]
    text = str(caught.value)
    assert text.startswith(f"{path}: ") and word in text and "\n" not in text
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_refused_and_kept(path: Path, read_only: bool) -> None:
    path.write_bytes(b"this is not a database, but a person's notes\n" * 100)
    refused(path, "not a translation memory", read_only=read_only)


def test_a_memory_moved_aside_makes_room_for_another(path: Path) -> None:
    path.write_bytes(b"damaged" * 1000)
    refused(path, "damaged")
    aside = move_aside(path)
    assert aside.read_bytes() == b"damaged" * 1000 and not path.exists()
    with Memory(path) as memory:
        memory.store([human("a", "b")])


def test_two_memories_moved_aside_at_once_keep_both(path: Path) -> None:
    asides = set()
    for content in (b"one", b"two"):
        path.write_bytes(content)
        asides.add(move_aside(path))
    assert {a.read_bytes() for a in asides} == {b"one", b"two"}


def test_a_truncated_memory_is_refused_and_kept(path: Path) -> None:
    with Memory(path) as memory:
        memory.store(human(f"Sentence {i}.", "译文" * 50) for i in range(500))
    path.write_bytes(path.read_bytes()[:-20_000])
    refused(path, "damaged")


def test_a_memory_of_a_newer_version_is_refused(path: Path) -> None:
    Memory(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    refused(path, "newer version")
    refused(path, "newer version", read_only=True)


def test_another_programs_database_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE birds (name TEXT)")
    refused(path, "another program")
    refused(path, "another program", read_only=True)


def test_a_locked_memory_says_so(path: Path) -> None:
    Memory(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Memory(path, timeout=0.1) as memory:
        assert memory.lookup("a", PAIR) is None, "reading goes on"
        with pytest.raises(MemoryStoreError, match="locked by another program"):
            memory.store([human("a", "b")])
        other.execute("ROLLBACK")
        memory.store([human("a", "b")])
        assert memory.lookup("a", PAIR) is not None
    other.close()


def test_a_failed_store_stores_nothing(path: Path) -> None:
    with Memory(path) as memory:
        bad = Unit("a", "b", PAIR, Origin.HUMAN, position=2**70)
        with pytest.raises(struct.error):
            memory.store([human("good", "好"), bad])
        assert memory.units() == []
        memory.store([human("good", "好")])


def test_a_missing_memory_is_not_made_to_be_read(path: Path) -> None:
    with Memory(path, read_only=True) as memory:
        assert memory.units() == []
    assert not path.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    with pytest.raises(MemoryStoreError, match="folder cannot be made"):
        Memory(tmp_path / "file" / "memory.sqlite")


def test_a_folder_that_is_gone_before_the_first_write(path: Path) -> None:
    """The lock file cannot be made: the error names the memory and says why."""
    with Memory(path) as memory:
        shutil.rmtree(path.parent)
        with pytest.raises(MemoryStoreError, match="No such file") as caught:
            memory.store([human("a", "b")])
    assert str(caught.value).startswith(f"{path}: ")


class FullDisk(sqlite3.Connection):
    """SQLite on a disk that fills up: it has rolled back by itself when it reports that."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        if not sql.startswith("CREATE INDEX"):
            return super().execute(sql, *values)  # type: ignore[arg-type]
        super().execute("ROLLBACK")
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


def test_a_disk_that_is_full_when_the_memory_is_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def full(*values: object, **options: object) -> sqlite3.Connection:
        return connect(*values, factory=FullDisk, **options)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", full)
        with pytest.raises(MemoryStoreError, match="the disk is full; what was stored before"):
            Memory(path)
    with Memory(path) as memory:
        memory.store([human("a", "b")])


FROZEN = """
    import os, sys
    from amts_ext.errors import MemoryStoreError
    from amts_ext.memory import Memory
    if os.geteuid() == 0:  # root may write everywhere
        os.setgroups([])
        os.setuid(65534)
    with Memory(sys.argv[1], read_only=True) as memory:
        print(memory.lookup("a", ("en", "zh")).target)
    try:
        Memory(sys.argv[1])
    except MemoryStoreError as error:
        print(error)
"""


@pytest.mark.parametrize("left_over", [False, True])
def test_a_read_only_folder_is_read_and_never_written(tmp_path: Path, left_over: bool) -> None:
    """Also with a write-ahead log that a killed writer left behind."""
    folder = tmp_path / "a folder? 100%"
    folder.mkdir()
    path = folder / "memory.sqlite"
    live = Memory(path)
    live.store([human("a", "b")])
    if left_over:
        copies = {p: p.read_bytes() for p in folder.iterdir() if not p.name.endswith("-shm")}
        live.close()
        for file, content in copies.items():
            file.write_bytes(content)
    live.close()
    if os.geteuid() == 0 and not _reachable(tmp_path):
        pytest.skip("the temporary folder cannot be opened to another user")
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    try:
        job = run(FROZEN, path)
        output, errors = job.communicate(timeout=DEADLINE)
        assert job.returncode == 0, errors
        target, refusal = output.splitlines()
        assert target == "b"
        assert refusal.startswith(f"{path}: ") and "writable" in refusal
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _reachable(folder: Path) -> bool:
    """Let another user walk down to ``folder``: only folders that pytest made are opened."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o005 != 0o005:
            # pytest's own folders; ``popen-gw1`` is that of one of its parallel workers.
            if not {"pytest", "popen"} & set(parent.name.split("-")) and parent != folder:
                return False
            parent.chmod(parent.stat().st_mode | 0o055)
    return True


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "cannot be written")]
)
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_lock_file_that_cannot_be_made(
    path: Path, number: int, said: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with Memory(path) as memory:
        with monkeypatch.context() as patch:
            patch.setattr(os, call, refuses)
            with pytest.raises(MemoryStoreError, match=said):
                memory.store([human("a", "b")])
        assert memory.units() == []
        memory.store([human("a", "b")])
