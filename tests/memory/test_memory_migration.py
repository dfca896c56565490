"""A memory of an older schema is brought up to date and loses nothing, whatever interrupts it."""

from __future__ import annotations

import signal
import sqlite3
from pathlib import Path

import pytest
from support.units import ENGINE, PAIR, human, machine, run
from support.waiting import DEADLINE

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Alignment, Memory, Query
from amts_ext.memory import schema as memory_schema
from amts_ext.memory.rows import row_of
from amts_ext.model import Unit

MACHINES = [machine("A dog.", "一只犬。"), machine("half \ud800", "\udfff"), machine("c", "丙")]
HUMANS = [human("A dog.", f"狗{i}", document="b.md", position=i) for i in range(3)]
QUERIES = [Query("A dog.", "abc", "b.md", 2), Query("half \ud800"), Query("c")]
TODAY = 1.7e9


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


def older(path: Path, version: int, machines: list[Unit] = MACHINES) -> None:
    """Make a memory as ``version`` of the schema had it: its rows had no checksum."""
    rows = [row_of(unit, "", TODAY) for unit in machines]
    rows += [row_of(unit, "b.md", TODAY) for unit in HUMANS]
    columns = (
        "key, id, collection, origin, source_language, target_language, source, target, signature,"
        " contents, literals, document, position, made"
    )
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statements in memory_schema.MIGRATIONS[:version]:
            for statement in statements:
                db.execute(statement)
        marks = ",".join("?" * 14)
        db.executemany(f"INSERT INTO unit ({columns}) VALUES ({marks})", [row[:14] for row in rows])
        db.execute("INSERT INTO alignment VALUES (?,?,?,?,?)", (*PAIR, "b.md", "digest", "report"))
        db.execute(f"PRAGMA application_id = {memory_schema.APPLICATION}")
        db.execute(f"PRAGMA user_version = {version}")
    db.close()


@pytest.mark.parametrize("version", [1, 2])
def test_a_memory_of_an_older_schema_keeps_all_it_has(path: Path, version: int) -> None:
    older(path, version)
    with pytest.raises(MemoryStoreError, match="build once without --frozen"):
        Memory(path, read_only=True)
    with Memory(path) as memory:
        assert memory.check().sound
        assert {u.target for u in memory.units()} == {u.target for u in [*MACHINES, *HUMANS]}
        assert {u.when for u in memory.units()} == {TODAY}
        found = memory.lookup_many(QUERIES, PAIR, ENGINE)
        assert [u and u.target for u in found] == ["狗2", "\udfff", "丙"]
        assert memory.alignments(PAIR) == {"b.md": Alignment("digest", "report")}
        assert memory.has_human(PAIR) and not memory.has_human(("en", "pt"))
        memory.replace_human(PAIR, "b.md", HUMANS[:1], "digest 2")
        assert len(memory.units()) == 4
    with Memory(path, read_only=True) as memory:
        assert memory.check().sound


def test_a_damaged_memory_is_not_migrated(path: Path) -> None:
    older(path, 2, [machine(f"Sentence {i}.", "译文" * 50) for i in range(2000)])
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xde\xad" * 8192)
    before = path.read_bytes()
    with pytest.raises(MemoryStoreError, match="it is damaged; nothing was deleted"):
        Memory(path)
    assert path.read_bytes() == before


KILLED = """
    import os, signal, sys
    from amts_ext.memory import Memory, schema
    calls = []
    def killed(row, checksum=schema.checksum):
        calls.append(row)
        if len(calls) == 1500:
            os.kill(os.getpid(), signal.SIGKILL)
        return checksum(row)
    schema.checksum = killed
    Memory(sys.argv[1])
"""
OPENED = """
    import sys
    from amts_ext.memory import Memory
    sys.stdin.readline()
    with Memory(sys.argv[1]) as memory:
        print(len(memory.units()), memory.check().sound)
"""


def test_a_migration_that_is_killed_in_the_middle_is_made_by_the_next(path: Path) -> None:
    older(path, 1, [machine(f"Sentence {i}.", "译文" * 50) for i in range(2000)])
    job = run(KILLED, path)
    job.communicate(timeout=DEADLINE)
    assert job.returncode == -signal.SIGKILL
    with Memory(path) as memory:
        assert len(memory.units()) == 2003 and memory.check().sound


def test_processes_migrate_one_memory_at_once(path: Path) -> None:
    older(path, 1, [machine(f"Sentence {i}.", "译文" * 50) for i in range(2000)])
    jobs = [run(OPENED, path) for _ in range(3)]
    for job in jobs:
        job.stdin.write("now\n")  # type: ignore[union-attr]
        job.stdin.flush()  # type: ignore[union-attr]
    for job in jobs:
        output, errors = job.communicate(timeout=DEADLINE)
        assert output == "2003 True\n", errors


# --- the tables --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    ["DROP INDEX unit_human", "CREATE TABLE birds (name TEXT)", "DROP TABLE schema",
     "ALTER TABLE unit ADD COLUMN note TEXT", "DELETE FROM schema"],
)  # fmt: skip
@pytest.mark.parametrize("read_only", [False, True])
def test_tables_that_something_else_has_changed_are_noticed(
    path: Path, statement: str, read_only: bool
) -> None:
    Memory(path).close()
    with sqlite3.connect(path) as db:
        db.execute(statement)
    db.close()
    before = path.read_bytes()
    with pytest.raises(MemoryStoreError, match="something else has changed its tables"):
        Memory(path, read_only=read_only)
    assert path.read_bytes() == before


def test_what_a_person_does_for_its_speed_is_no_change(path: Path) -> None:
    with Memory(path) as memory:
        memory.store(MACHINES)
    with sqlite3.connect(path, isolation_level=None) as db:
        db.execute("ANALYZE")
        db.execute("VACUUM")
    db.close()
    with Memory(path) as memory:
        assert len(memory.units()) == 3


def test_a_later_schema_migrates_this_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Memory(path) as memory:
        memory.store([human("a", "b")])
    later = (*memory_schema.MIGRATIONS, ("CREATE TABLE note (text TEXT)",))
    monkeypatch.setattr(memory_schema, "MIGRATIONS", later)
    with pytest.raises(MemoryStoreError, match="build once without --frozen"):
        Memory(path, read_only=True)
    with Memory(path) as memory:
        assert len(memory.units()) == 1
    with Memory(path, read_only=True) as memory:
        assert memory.lookup("a", PAIR) is not None
