"""The translation memory: what is found, who comes first, and what survives."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.units import ENGINE, PAIR, human, machine, run
from support.waiting import DEADLINE

from amts_ext.memory import Alignment, Memory, Query, unit_key
from amts_ext.model import Origin, Unit


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


# --- what is found -----------------------------------------------------------------------------


def test_a_human_comes_before_a_machine(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([machine("A dog.", "一只犬。"), human("A dog.", "一只狗。")])
        found = memory.lookup("A dog.", PAIR, ENGINE)
        assert found is not None and (found.target, found.origin) == ("一只狗。", Origin.HUMAN)
        doubted = memory.lookup_many([Query("A dog.")], PAIR, ENGINE, human=False)[0]
        assert doubted is not None and doubted.target == "一只犬。"


def test_a_machine_unit_holds_for_its_signature_and_pair_only(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([machine("A dog.", "一只犬。")])
        assert memory.lookup("A dog.", PAIR, "engine 2") is None
        assert memory.lookup("A dog.", PAIR) is None
        assert memory.lookup("A dog.", ("en", "ja"), ENGINE) is None
        memory.store([machine("A dog.", "狗。")])
        found = memory.lookup("A dog.", PAIR, ENGINE)
        assert found is not None and found.target == "狗。"
        assert len(memory.units()) == 1


def test_a_wrapped_sentence_is_the_same_sentence(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([human("One long\nsentence.", "一个长句。")])
        assert memory.lookup("One  long sentence.", PAIR) is not None


def test_a_unit_for_exact_slot_contents_holds_only_there_and_comes_first(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([human("Set ⟦math1⟧.", "设⟦math1⟧为零。", contents="abc")])
        assert memory.lookup("Set ⟦math1⟧.", PAIR, contents="other") is None
        memory.store([human("Set ⟦math1⟧.", "令⟦math1⟧。", when=9e9)])
        exact = memory.lookup("Set ⟦math1⟧.", PAIR, contents="abc")
        other = memory.lookup("Set ⟦math1⟧.", PAIR, contents="other")
        assert exact is not None and exact.target == "设⟦math1⟧为零。"
        assert other is not None and other.target == "令⟦math1⟧。"


def test_ties_go_by_document_then_nearness_then_recency(path: Path) -> None:
    places = [("a.md", 2, "甲"), ("a.md", 9, "乙"), ("b.md", 5, "丙")]
    with Memory(path) as memory:
        memory.store(
            human("Summary", target, document=document, position=position, when=100.0 + number)
            for number, (document, position, target) in enumerate(places)
        )

        def found(document: str, position: int) -> str:
            unit = memory.lookup("Summary", PAIR, document=document, position=position)
            assert unit is not None
            return unit.target

        assert found("a.md", 1) == "甲"
        assert found("a.md", 8) == "乙"
        assert found("b.md", 0) == "丙"
        assert found("a.ipynb", 1) == "甲", "the notebook made of a section is that section"
        assert found("/book/_build/eval/b.ipynb", 0) == "丙"
        assert found("new.md", 0) == "丙", "elsewhere the newest wins"


TEXT = st.text(min_size=1, max_size=30)
UNITS = st.lists(
    st.builds(
        Unit,
        source=TEXT,
        target=TEXT,
        pair=st.sampled_from([PAIR, ("en", "pt")]),
        origin=st.sampled_from(Origin),
        signature=st.just(ENGINE),
        contents=st.sampled_from(["", "abc"]),
        literals=st.sampled_from([(), ("`x`", "**")]),
        document=st.sampled_from(["", "a.md", "b/c.md"]),
        position=st.integers(0, 5),
        when=st.floats(1, 1e9),
    ),
    max_size=20,
)


@pytest.mark.slow
@given(units=UNITS)
def test_what_was_stored_comes_back_and_humans_come_first(
    tmp_path_factory: pytest.TempPathFactory, units: list[Unit]
) -> None:
    path = tmp_path_factory.mktemp("memory") / "m.sqlite"
    with Memory(path) as memory:
        memory.store(units)
    with Memory(path, read_only=True) as memory:
        for unit in units:
            query = Query(unit.source, unit.contents, unit.document, unit.position)
            found = memory.lookup_many([query], unit.pair, ENGINE)[0]
            assert found is not None and found in units
            key = " ".join(unit.source.split())
            humans = any(
                u.origin is Origin.HUMAN and u.pair == unit.pair
                and " ".join(u.source.split()) == key and u.contents in ("", unit.contents)
                for u in units
            )  # fmt: skip
            assert (found.origin is Origin.HUMAN) == humans


@given(first=st.lists(TEXT, min_size=4, max_size=4), second=st.lists(TEXT, min_size=4, max_size=4))
def test_keys_differ_where_anything_differs(first: list[str], second: list[str]) -> None:
    def key(parts: list[str]) -> bytes:
        return unit_key(parts[0], (parts[1], parts[2]), Origin.MACHINE, parts[3])

    same = first[1:] == second[1:] and first[0].split() == second[0].split()
    assert (key(first) == key(second)) == same


def test_half_a_surrogate_pair_is_kept(path: Path) -> None:
    unit = machine("bad \ud800 text", "坏 \ud800")
    with Memory(path) as memory:
        memory.store([unit])
        found = memory.lookup(unit.source, PAIR, ENGINE)
        assert found is not None and found.target == unit.target


@pytest.mark.slow
def test_a_hundred_thousand_look_ups_are_one_quick_call(path: Path) -> None:
    units = [human(f"Sentence {i} of the book.", f"第{i}句。") for i in range(20_000)]
    queries = [Query(units[i % len(units)].source) for i in range(100_000)]
    with Memory(path) as memory:
        memory.store(units)
        start = time.process_time()
        found = memory.lookup_many(queries, PAIR)
        seconds = time.process_time() - start
    assert [u.target for u in found if u] == [units[i % len(units)].target for i in range(100_000)]
    assert seconds < 20, f"{seconds:.1f} s for {len(queries)} look-ups"


# --- human editions ----------------------------------------------------------------------------


def test_a_new_alignment_replaces_its_own_older_units_only(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([human("One.", "来自别处。", document="a.md")])
        memory.replace_human(PAIR, "b.md", [human("One.", "另一章。", document="b.md")])
        first = [human("One.", "一。", document="a.md"), human("Two.", "二。", document="a.md")]
        memory.replace_human(PAIR, "a.md", first, "digest 1", "report")
        kept = {u.target: u.when for u in memory.units()}
        second = [first[0], human("Two.", "贰。", document="a.md")]
        memory.replace_human(PAIR, "a.md", second, "digest 2", "report")
        now = {u.target: u.when for u in memory.units()}
        assert set(now) == {"来自别处。", "另一章。", "一。", "贰。"}
        assert now["一。"] == kept["一。"], "an unchanged unit keeps its date"
        assert memory.alignments(PAIR)["a.md"] == Alignment("digest 2", "report")
        assert memory.alignments(("en", "ja")) == {}


def test_the_same_words_from_elsewhere_survive_a_replacement(path: Path) -> None:
    unit = human("One.", "一。", document="a.md")
    with Memory(path) as memory:
        memory.store([unit])
        memory.replace_human(PAIR, "a.md", [unit])
        memory.replace_human(PAIR, "a.md", [])
        assert [u.target for u in memory.units()] == ["一。"]


def test_stats_count_by_pair_origin_and_signature(path: Path) -> None:
    with Memory(path) as memory:
        memory.store([human("a", "b"), machine("a", "b"), machine("c", "d", "engine 2")])
        stats = memory.stats()
    assert stats.human == {PAIR: 1}
    assert stats.machine == {(*PAIR, ENGINE): 1, (*PAIR, "engine 2"): 1}
    assert stats.size > 0 and stats.file == str(path)


# --- many processes ----------------------------------------------------------------------------

WRITER = """
    import sys
    from amts_ext.memory import Memory
    from amts_ext.model import Origin, Unit
    path, name = sys.argv[1:3]
    with Memory(path) as memory:
        for batch in range(int(sys.argv[3])):
            memory.store(
                Unit(f"{name} {batch} {i}", "t", ("en", "zh"), Origin.MACHINE, "engine 1")
                for i in range(20)
            )
            print(batch, flush=True)
"""
READER = """
    import sys
    from amts_ext.memory import Memory, Query
    queries = [Query(f"{name} {b} {i}") for name in "abc" for b in range(15) for i in range(20)]
    before = 0
    while before < len(queries):
        with Memory(sys.argv[1], read_only=True) as memory:
            units = memory.lookup_many(queries, ("en", "zh"), "engine 1")
        found = sum(unit is not None for unit in units)
        assert found >= before and found % 20 == 0, (found, before)
        before = found
"""


def test_processes_write_and_read_one_memory_at_once(path: Path) -> None:
    """Also its creation is a race; readers never see half a transaction."""
    jobs = [run(WRITER, path, name, 15) for name in "abc"] + [run(READER, path) for _ in "xy"]
    for job in jobs:
        _, errors = job.communicate(timeout=DEADLINE)
        assert job.returncode == 0, errors
    with Memory(path) as memory:
        assert len(memory.units()) == 3 * 15 * 20


def test_a_killed_writer_loses_nothing_that_it_had_stored(path: Path) -> None:
    job = run(WRITER, path, "a", 100_000)
    assert job.stdout is not None
    for _ in range(5):
        done = int(job.stdout.readline())
    job.send_signal(signal.SIGKILL)
    rest, _ = job.communicate(timeout=DEADLINE)
    done = max([done, *(int(line) for line in rest.splitlines() if line)])
    with Memory(path) as memory:
        queries = [Query(f"a {batch} {i}") for batch in range(done + 1) for i in range(20)]
        assert all(memory.lookup_many(queries, PAIR, ENGINE))
        assert len(memory.units()) % 20 == 0, "a batch is stored as a whole or not at all"
        memory.store([human("goes on", "继续")])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_memory_goes_through_a_fork(path: Path) -> None:
    """Sphinx's parallel readers are forked from a process that has the memory open."""
    code = """
        import os, sys
        from amts_ext.memory import Memory
        from amts_ext.model import Origin, Unit
        pair = ("en", "zh")
        memory = Memory(sys.argv[1])
        memory.store([Unit("a", "b", pair, Origin.HUMAN)])
        child = os.fork()
        if not child:
            os._exit(0 if memory.lookup("a", pair) else 3)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        memory.store([Unit("c", "d", pair, Origin.HUMAN)])
        sys.exit(status)
    """
    job = run(code, path)
    _, errors = job.communicate(timeout=DEADLINE)
    assert job.returncode == 0, errors
    with Memory(path) as memory:
        assert len(memory.units()) == 2
