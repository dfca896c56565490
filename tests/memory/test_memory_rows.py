"""What a look-up asks of a query, and how units lie in the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.units import ENGINE, PAIR, human, machine

from amts_ext.memory import Memory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


class Unasked:
    """A query that is not to be asked for more than its source."""

    source = "Set ⟦math1⟧."
    document = property(lambda self: pytest.fail("the document was asked for"))
    position = contents = document


def test_digests_are_asked_for_only_where_a_unit_is_bound(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([machine("Set ⟦math1⟧.", "设⟦math1⟧。")])
        found = memory.find_many([Unasked()], PAIR, ENGINE)[0]
        assert found is not None and found[:3] == ("设⟦math1⟧。", "machine", ())
        memory.store([human("Set ⟦math1⟧.", "设⟦math1⟧。", contents="abc")])
        with pytest.raises(pytest.fail.Exception):
            memory.find_many([Unasked()], PAIR, ENGINE)


def test_a_batch_of_answers_writes_few_pages(path: Path) -> None:
    """Each row on a page of its own would be a hundred."""
    log = path.with_name(path.name + "-wal")
    more = " one more word" * 20
    with Memory(path) as memory:
        memory.store(machine(f"Sentence {i}.{more}", "字" * 80) for i in range(3000))
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        memory.store(machine(f"Answer {i}.{more}", "字" * 80) for i in range(100))
        assert 0 < log.stat().st_size < 75 * 4096
