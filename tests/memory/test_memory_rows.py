"""What a look-up reads, how units lie in the file, and what an older file keeps."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.units import ENGINE, PAIR, human, machine

from amts_ext.memory import Memory, Query
from amts_ext.memory import file as memory_file


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
        assert memory.find_many([Unasked()], PAIR, ENGINE)[0] == ("设⟦math1⟧。", "machine", ())
        memory.store([human("Set ⟦math1⟧.", "设⟦math1⟧。", contents="abc")])
        with pytest.raises(pytest.fail.Exception):
            memory.find_many([Unasked()], PAIR, ENGINE)


def test_a_memory_of_the_first_schema_keeps_all_it_has(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [Query("A dog.", "abc", "b.md", 2), Query("half \ud800"), Query("c")]
    with monkeypatch.context() as patch:
        patch.setattr(memory_file, "MIGRATIONS", memory_file.MIGRATIONS[:1])
        with Memory(path) as old:
            old.store(
                [
                    machine("A dog.", "一只犬。"),
                    machine("half \ud800", "\udfff"),
                    machine("c", "丙"),
                ]
            )
            offered = [human("A dog.", f"狗{i}", document="b.md", position=i) for i in range(3)]
            old.replace_human(PAIR, "b.md", offered, "digest", "report")
            before = old.units(), old.lookup_many(queries, PAIR, ENGINE), old.alignments(PAIR)
    with Memory(path) as new:
        assert (new.units(), new.lookup_many(queries, PAIR, ENGINE), new.alignments(PAIR)) == before
        assert [u.target for u in before[1] if u] == ["狗2", "\udfff", "丙"]
        assert new.has_human(PAIR) and not new.has_human(("en", "pt"))
        new.replace_human(PAIR, "b.md", offered[:1], "digest 2")
        assert len(new.units()) == 4


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


def test_what_is_found_is_the_translation_of_the_unit(path: Path) -> None:
    with Memory(path) as memory:
        bound = human("A ⟦math1⟧.", "一⟦own1⟧。", contents="abc")
        memory.store(
            [replace(bound, literals=("$y$",)), machine("B.", "乙。"), machine("\ud800", "x")]
        )
        queries = [Query("A ⟦math1⟧.", "abc"), Query("A ⟦math1⟧."), Query("B."), Query("\ud800")]
        for options in ({}, {"signature": ENGINE}, {"signature": ENGINE, "human": False}):
            found = memory.find_many(queries, PAIR, **options)
            units = memory.lookup_many(queries, PAIR, **options)
            assert found == [u and (u.target, u.origin, u.literals) for u in units]
        assert [f and f.target for f in memory.find_many(queries, PAIR, ENGINE)] == [
            "一⟦own1⟧。",
            None,
            "乙。",
            "x",
        ]
