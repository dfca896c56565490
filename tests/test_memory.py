"""The translation memory: what is found, who comes first, and what survives."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext import memory_file
from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Alignment, Memory, Query, unit_key
from amts_ext.memory_file import move_aside
from amts_ext.model import Origin, Unit

PAIR = ("en", "zh")
ENGINE = "engine 1"


def human(source: str, target: str, **values: object) -> Unit:
    return Unit(source, target, PAIR, Origin.HUMAN, **values)  # type: ignore[arg-type]


def machine(source: str, target: str, signature: str = ENGINE) -> Unit:
    return Unit(source, target, PAIR, Origin.MACHINE, signature)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A real Python process that runs ``code``."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(memory_file.__file__).parents[1])}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


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
        _, errors = job.communicate(timeout=120)
        assert job.returncode == 0, errors
    with Memory(path) as memory:
        assert len(memory.units()) == 3 * 15 * 20


def test_a_killed_writer_loses_nothing_that_it_had_stored(path: Path) -> None:
    job = run(WRITER, path, "a", 100_000)
    assert job.stdout is not None
    for _ in range(5):
        done = int(job.stdout.readline())
    job.send_signal(signal.SIGKILL)
    rest, _ = job.communicate(timeout=30)
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
    _, errors = job.communicate(timeout=60)
    assert job.returncode == 0, errors
    with Memory(path) as memory:
        assert len(memory.units()) == 2


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


def test_a_damaged_memory_is_refused_and_kept(path: Path) -> None:
    with Memory(path) as memory:
        memory.store(human(f"Sentence {i}.", "译文" * 50) for i in range(2000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xde\xad\xbe\xef" * 4096)
    refused(path, "damaged")
    aside = move_aside(path)
    assert aside.stat().st_size == size and not path.exists()
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


def test_an_older_schema_is_migrated_and_keeps_its_units(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Memory(path) as memory:
        memory.store([human("a", "b")])
    later = (*memory_file.MIGRATIONS, ("CREATE TABLE note (text TEXT)",))
    monkeypatch.setattr(memory_file, "MIGRATIONS", later)
    with pytest.raises(MemoryStoreError, match="build once without --frozen"):
        Memory(path, read_only=True)
    with Memory(path) as memory:
        assert len(memory.units()) == 1
    with Memory(path, read_only=True) as memory:
        assert memory.lookup("a", PAIR) is not None


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
        with pytest.raises(OverflowError):
            memory.store([human("good", "好"), bad])
        assert memory.units() == []
        memory.store([human("good", "好")])


def test_a_missing_memory_reads_as_empty_and_is_not_made(path: Path) -> None:
    with Memory(path, read_only=True) as memory:
        assert memory.lookup("a", PAIR, ENGINE) is None
        assert memory.stats().human == {}
        with pytest.raises(MemoryStoreError, match="reading only"):
            memory.store([human("a", "b")])
    assert not path.exists()


def test_a_closed_memory_says_so(path: Path) -> None:
    memory = Memory(path)
    memory.close()
    memory.close()
    with pytest.raises(MemoryStoreError, match="closed"):
        memory.lookup("a", PAIR)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    with pytest.raises(MemoryStoreError, match="folder cannot be made"):
        Memory(tmp_path / "file" / "memory.sqlite")


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
        output, errors = job.communicate(timeout=60)
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
