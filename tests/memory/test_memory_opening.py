"""A memory opens at once; its whole file is read once after a writer was killed, and never else."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.units import PAIR, human, machine, run
from support.waiting import DEADLINE

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Memory
from amts_ext.memory.locks import left_behind

WRITER = """
    import sys
    from amts_ext.memory import Memory
    from amts_ext.model import Origin, Unit
    with Memory(sys.argv[1]) as memory:
        memory.store([Unit("a", "b", ("en", "zh"), Origin.HUMAN)])
        print("stored", flush=True)
        sys.stdin.readline()
        memory.store([Unit("c", "d", ("en", "zh"), Origin.HUMAN)])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on that reads the whole file."""
    seen: list[str] = []
    connect = sqlite3.connect

    def traced(*values: object, **options: object) -> sqlite3.Connection:
        db = connect(*values, **options)  # type: ignore[call-overload]
        db.set_trace_callback(lambda sql: seen.append(sql) if "_check" in sql else None)
        return db  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", traced)
    return seen


@contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has stored something and goes on when it gets a line."""
    job = run(WRITER, path)
    assert job.stdout is not None and job.stdout.readline() == "stored\n"
    try:
        yield job
    finally:
        job.communicate(timeout=DEADLINE)


def killed(job: subprocess.Popen[str]) -> None:
    job.send_signal(signal.SIGKILL)
    job.wait(DEADLINE)


def locks(path: Path) -> list[str]:
    return [p.name for p in path.parent.iterdir() if p.suffix == ".lock"]


def test_after_a_clean_end_the_file_is_not_read_through(path: Path, checks: list[str]) -> None:
    for _ in range(3):
        with Memory(path) as memory:
            memory.store([human("a", "b")])
    assert checks == [] and locks(path) == []


def test_after_a_kill_it_is_read_through_once(path: Path, checks: list[str]) -> None:
    with writing(path) as job:
        killed(job)
    assert len(locks(path)) == 1
    for _ in range(3):
        with Memory(path) as memory:
            assert len(memory.units()) == 1
        assert len(checks) == 1
    assert locks(path) == []


def test_one_that_reads_leaves_the_check_to_the_next_that_may_write(
    path: Path, checks: list[str]
) -> None:
    with writing(path) as job:
        killed(job)
    with Memory(path, read_only=True) as memory:
        assert len(memory.units()) == 1
    assert checks == []
    Memory(path).close()
    assert len(checks) == 1


def test_a_process_that_writes_is_not_taken_for_a_killed_one(path: Path, checks: list[str]) -> None:
    with writing(path) as job:
        Memory(path).close()
        assert len(locks(path)) == 1
        job.communicate("go on\n", timeout=DEADLINE)
    assert checks == [] and locks(path) == []


def test_a_kill_is_noticed_while_another_process_goes_on_writing(
    path: Path, checks: list[str]
) -> None:
    with writing(path) as living, writing(path) as dead:
        killed(dead)
        for _ in range(2):
            with Memory(path) as memory:
                memory.store([machine("e", "f")])
            assert len(checks) == 1
        living.communicate("go on\n", timeout=DEADLINE)
        assert living.returncode == 0
    with Memory(path) as memory:
        assert {u.source for u in memory.units()} == {"a", "c", "e"}
    assert len(checks) == 1 and locks(path) == []


def test_a_damaged_file_is_refused_after_a_kill_each_time(path: Path) -> None:
    with Memory(path) as memory:
        memory.store(human(f"Sentence {i}.", "译文" * 50) for i in range(2000))
    with writing(path) as job:
        killed(job)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xde\xad\xbe\xef" * 4096)
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(MemoryStoreError, match="it is damaged; nothing was deleted"):
            Memory(path)
    assert path.read_bytes() == before and len(locks(path)) == 1


def test_who_only_reads_holds_no_lock(path: Path) -> None:
    Memory(path).close()
    with Memory(path) as memory, Memory(path, read_only=True) as reader:
        assert memory.lookup("a", PAIR) is reader.lookup("a", PAIR) is None
        assert locks(path) == []
        memory.store([human("a", "b")])
        memory.store([human("c", "d")])
        assert len(locks(path)) == 1
    assert locks(path) == []


def test_two_that_open_after_a_kill_check_once_between_them(path: Path) -> None:
    with writing(path) as job:
        killed(job)
    with left_behind(path) as first, left_behind(path) as second:
        assert (first, second) == (True, False)
    assert locks(path) == []


def test_a_check_that_fails_leaves_the_file_for_the_next(path: Path) -> None:
    with writing(path) as job:
        killed(job)
    with pytest.raises(ZeroDivisionError), left_behind(path):
        raise ZeroDivisionError
    with left_behind(path) as again:
        assert again


def test_a_lock_of_another_memory_beside_it_is_not_its_own(tmp_path: Path) -> None:
    other = tmp_path / "memory[1].sqlite-old"
    with writing(other) as job:
        killed(job)
    for name, left in (("memory[1].sqlite", False), ("memory1.sqlite-old", False), (other, True)):
        with left_behind(tmp_path / name) as found:
            assert found is left


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_leaves_its_parents_lock_alone(path: Path, checks: list[str]) -> None:
    code = """
        import os, sys
        from amts_ext.memory import Memory
        from amts_ext.model import Origin, Unit
        memory = Memory(sys.argv[1])
        memory.store([Unit("a", "b", ("en", "zh"), Origin.HUMAN)])
        child = os.fork()
        if not child:
            memory.store([Unit("c", "d", ("en", "zh"), Origin.HUMAN)])
            memory.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print("stored", flush=True)
        sys.stdin.readline()
    """
    job = run(code, path)
    assert job.stdout is not None and job.stdout.readline() == "stored\n"
    Memory(path).close()
    assert checks == [] and len(locks(path)) == 1
    killed(job)
    Memory(path).close()
    assert len(checks) == 1
    job.communicate()


def test_a_large_memory_opens_as_quickly_as_a_small_one(path: Path) -> None:
    """Reading 60 MB takes longer, on any machine."""
    with Memory(path) as memory:
        memory.store(machine(f"Sentence {i}.", "译文" * 100) for i in range(50_000))
    start = time.process_time()
    Memory(path).close()
    opening = time.process_time() - start
    start = time.process_time()
    with Memory(path) as memory:
        assert memory.check().sound
    assert opening < (time.process_time() - start) / 10
