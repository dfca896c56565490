"""The memory in one file: its keys, many look-ups at once, many processes, one that is killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.units import ENGINE, PAIR, human, run
from support.waiting import DEADLINE

from amts_ext.memory import Memory, Query, unit_key
from amts_ext.model import Origin

TEXT = st.text(min_size=1, max_size=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


@given(first=st.lists(TEXT, min_size=4, max_size=4), second=st.lists(TEXT, min_size=4, max_size=4))
def test_keys_differ_where_anything_differs(first: list[str], second: list[str]) -> None:
    def key(parts: list[str]) -> bytes:
        return unit_key(parts[0], (parts[1], parts[2]), Origin.MACHINE, parts[3])

    same = first[1:] == second[1:] and first[0].split() == second[0].split()
    assert (key(first) == key(second)) == same


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
