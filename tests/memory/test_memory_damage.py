"""A damaged unit never gets into a book: a machine's is made anew, a human's is an error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.units import ENGINE, PAIR, human, machine

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Memory, Query, check
from amts_ext.model import Unit

QUERY = Query("A brown dog.", "slots!")
MACHINE = replace(machine("A brown dog.", "一只棕色的狗"), contents="slots!", literals=("`own`",))
HUMAN = human(
    "A brown dog.", "一只棕色的狗", contents="slots!", literals=("`own`",), document="intro.md"
)
DAMAGE = {
    "another word": ("狗", "犬"),
    "no UTF-8": (b"\xe7\x8b\x97", b"\xe7\x0b\x97"),
    "its own pieces": ("`own`", "`owm`"),
    "where it holds": ("slots!", "slotr!"),
    "source": ("brown", "crown"),
    "language": ("enzh", "enzi"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite"


def filled(path: Path, *units: Unit) -> None:
    with Memory(path) as memory:
        memory.store(units)


def damaged(path: Path, old: str | bytes, new: str | bytes) -> None:
    """Change bytes inside the closed file, wherever they stand."""
    before, after = (x.encode() if isinstance(x, str) else x for x in (old, new))
    data = path.read_bytes()
    assert before in data and len(before) == len(after)
    path.write_bytes(data.replace(before, after))


def unit(memory: Memory) -> object:
    return memory.lookup_many([QUERY], PAIR, ENGINE)[0]


def translation(memory: Memory) -> object:
    return memory.find_many([QUERY], PAIR, ENGINE)[0]


def listed(memory: Memory) -> object:
    return memory.units() or None


READ = pytest.mark.parametrize("read", [unit, translation, listed])


@READ
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_machine_unit_is_missing_and_a_warning_says_so_once(
    path: Path, damage: str, read: Callable[[Memory], object], caplog: pytest.LogCaptureFixture
) -> None:
    filled(path, MACHINE)
    damaged(path, *DAMAGE[damage])
    with Memory(path) as memory:
        assert read(memory) is None and read(memory) is None
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 1 and "\n" not in warnings[0]
    assert warnings[0].startswith(f"{path}: ") and "(1)" in warnings[0]
    assert "`amts memory check`" in warnings[0]


@READ
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_human_unit_is_an_error(
    path: Path, damage: str, read: Callable[[Memory], object]
) -> None:
    """Also where a machine's unit would be there instead."""
    filled(path, HUMAN, machine("A brown dog.", "狗狗"))
    damaged(path, *DAMAGE[damage])
    before = path.read_bytes()
    with Memory(path) as memory, pytest.raises(MemoryStoreError) as caught:
        read(memory)
    text = str(caught.value)
    assert text.startswith(f"{path}: ") and "\n" not in text
    assert "human units are damaged" in text and "restore a copy" in text
    assert path.read_bytes() == before


def test_a_damaged_unit_does_not_stand_in_the_way_of_others(path: Path) -> None:
    filled(path, MACHINE, machine("A cat.", "一只猫"), human("A bird.", "一只鸟"))
    damaged(path, "狗", "犬")
    with Memory(path) as memory:
        queries = [QUERY, Query("A cat."), Query("A bird.")]
        found = memory.find_many(queries, PAIR, ENGINE)
        assert [f and f.target for f in found] == [None, "一只猫", "一只鸟"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_machine_unit_that_is_made_anew_is_sound(path: Path, damage: str) -> None:
    filled(path, MACHINE)
    damaged(path, *DAMAGE[damage])
    filled(path, MACHINE)
    with Memory(path) as memory:
        assert memory.lookup_many([QUERY], PAIR, ENGINE)[0] is not None
        assert memory.check().sound and len(memory.units()) == 1


def test_a_human_unit_that_is_aligned_anew_is_sound(path: Path) -> None:
    with Memory(path) as memory:
        memory.replace_human(PAIR, "intro.md", [HUMAN])
    damaged(path, "狗", "犬")
    with Memory(path) as memory:
        memory.replace_human(PAIR, "intro.md", [HUMAN])
        assert memory.lookup_many([QUERY], PAIR)[0] is not None
        assert memory.check().sound and len(memory.units()) == 1


@pytest.mark.parametrize("one", [MACHINE, HUMAN], ids=["machine", "human"])
def test_no_flipped_bit_gives_other_words(path: Path, one: Unit) -> None:
    """Any byte of the row, its header too, in a copy of the file each."""
    filled(path, one)
    data = path.read_bytes()
    middle = data.index("狗".encode())
    with Memory(path, read_only=True) as memory:
        right = translation(memory)
    places, same = range(middle - 160, middle + 60), 0
    for place in places:
        copy = bytearray(data)
        copy[place] ^= 1 << place % 8
        path.write_bytes(copy)
        try:
            with Memory(path, read_only=True) as memory:
                answer = translation(memory)
                assert answer == right or (answer is None and one is MACHINE), place
                same += answer == right
        except MemoryStoreError:
            pass
    assert len(places) - same > 80, "what a look-up reads of the row is longer"


# --- the whole file, on a person's word --------------------------------------------------------


def test_a_check_of_a_sound_memory_says_so(path: Path) -> None:
    filled(path, MACHINE, HUMAN)
    findings = check(path)
    assert findings.sound and findings.units == 2
    assert str(findings) == f"{path}: 2 units, 0 damaged"


def test_a_check_names_file_number_and_the_first_sources(path: Path) -> None:
    filled(path, *(machine(f"Dog {i}.", f"狗{i}") for i in range(10)), human("A cat.", "猫"))
    damaged(path, "狗", "犬")
    before = path.read_bytes()
    findings = check(path)
    assert not findings.sound and (findings.units, findings.damaged) == (11, 10)
    assert len(findings.sources) == 5
    assert set(findings.sources) < {f"machine: Dog {i}." for i in range(10)}
    assert not findings.structure
    lines = [f"{path}: 11 units, 10 damaged", *(f"  {source}" for source in findings.sources)]
    assert str(findings).splitlines() == lines
    assert path.read_bytes() == before


def test_a_check_finds_damage_to_the_structure(path: Path) -> None:
    filled(path, *(machine(f"Sentence {i}.", "译文" * 50) for i in range(2000)))
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xde\xad\xbe\xef" * 4096)
    before = path.read_bytes()
    findings = check(path)
    assert not findings.sound and findings.structure and findings.units < 2000
    assert path.read_bytes() == before


def test_an_index_that_lacks_a_unit_is_found_by_a_check(path: Path) -> None:
    """A look-up cannot see that: the key is not there."""
    filled(path, MACHINE)
    key = path.read_bytes()
    with Memory(path) as memory:
        stored = memory._db.execute("SELECT key FROM unit").fetchone()[0]  # type: ignore[union-attr]
    last = key.rindex(stored)
    places = [i for i in (key.index(stored), last) if key[i : i + 16] == stored]
    assert len(set(places)) == 2, "in the row, and in the index"
    for place in places:
        copy = bytearray(key)
        copy[place] ^= 1
        path.write_bytes(copy)
        assert not check(path).sound


def test_a_check_of_no_file_is_an_error(path: Path) -> None:
    with pytest.raises(MemoryStoreError, match="no such file"):
        check(path)
    assert not path.exists()


def test_a_file_that_was_cut_is_refused_when_it_is_opened(path: Path) -> None:
    filled(path, *(human(f"Sentence {i}.", "译文" * 50) for i in range(500)))
    path.write_bytes(path.read_bytes()[:-20_000])
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(MemoryStoreError, match="it is damaged; nothing was deleted"):
            Memory(path, read_only=read_only)
    assert path.read_bytes() == before
