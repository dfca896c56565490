"""``amts memory``: what is in the file and whether it is whole, for a person and a program."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.program import amts, one_line, write
from support.units import human, machine

from amts_ext.memory import Memory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book whose memory has three units."""
    write(tmp_path, {"config.ini": "[amts]\nlangs = zh\n"})
    with Memory(tmp_path / ".amts/memory.sqlite") as memory:
        memory.store(
            [human("A cat.", "猫。"), machine("A dog.", "狗。"), machine("A cow.", "牛。")]
        )
    return tmp_path


def test_stats_count_units_by_pair_and_translator(folder: Path) -> None:
    done = amts(folder, "memory", "stats")
    assert (done.code, done.err) == (0, "")
    first, *lines = done.out.splitlines()
    assert first.endswith(" bytes, 3 units") and "memory.sqlite: " in first
    assert lines == ["human    en to zh          1", "machine  en to zh          2  engine 1"]


def test_stats_as_json(folder: Path) -> None:
    told = amts(folder, "memory", "stats", "--json").json
    file = folder / ".amts/memory.sqlite"
    assert (told["file"], told["bytes"]) == (str(file.resolve()), file.stat().st_size)
    pair = {"source": "en", "target": "zh"}
    assert told["units"] == [
        {"origin": "human", **pair, "signature": "", "units": 1},
        {"origin": "machine", **pair, "signature": "engine 1", "units": 2},
    ]


def test_a_whole_memory_is_zero(folder: Path) -> None:
    done = amts(folder, "memory", "check")
    assert (done.code, done.out, done.err) == (0, "3 units, nothing damaged\n", "")
    told = amts(folder, "memory", "check", "--json").json
    assert (told["units"], told["damaged"], told["structure"]) == (3, 0, [])


def test_a_damaged_unit_is_one_and_named_and_left_alone(folder: Path) -> None:
    path = folder / ".amts/memory.sqlite"
    data = path.read_bytes().replace("猫".encode(), "狗".encode())
    path.write_bytes(data)
    done = amts(folder, "memory", "check")
    assert done.code == 1 and path.read_bytes() == data
    first, second = done.out.splitlines()
    assert first.endswith("memory.sqlite: 3 units, 1 damaged") and second == "  human: A cat."
    told = amts(folder, "memory", "check", "--json").json
    assert (told["damaged"], told["sources"]) == (1, ["human: A cat."])


@pytest.mark.parametrize("command", ["stats", "check"])
def test_what_is_no_memory_is_told_and_left_alone(command: str, folder: Path) -> None:
    """A missing file is not made, and another program's is not changed."""
    done = amts(folder, "memory", command, "--memory", "gone.sqlite")
    assert (done.code, done.out) == (2, "")
    assert one_line(done).startswith("amts: gone.sqlite: there is no translation memory; build ")
    assert not (folder / "gone.sqlite").exists()

    write(folder, {"other.sqlite": "no database " * 100})
    done = amts(folder, "memory", command, "--memory", "other.sqlite")
    assert (done.code, done.out) == (1, "")
    assert "it is not a translation memory or it is damaged" in one_line(done)
    assert (folder / "other.sqlite").read_text() == "no database " * 100
