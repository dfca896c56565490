"""The translation memory: opening, looking up and storing, at a million units.

    python benchmarks/memory.py [--units 1000000]

Prints wall and CPU time, and beside them what the checksums of the units take of it.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from amts_ext.memory import Memory, Query, rows
from amts_ext.memory import sqlite as memory_sqlite
from amts_ext.model import Origin, Unit

PAIR = ("en", "zh")
ENGINE = "engine 1"
RUNS = 5
LOOK_UPS = 10_000
BATCH = 1000


class Spent(NamedTuple):
    """Seconds of one call."""

    wall: float
    cpu: float


def spent(call: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def best(call: Callable[[], object]) -> Spent:
    """The quickest of several runs, in wall and in CPU time."""
    return Spent(*map(min, zip(*(spent(call) for _ in range(RUNS)), strict=True)))


def units(count: int, name: str = "Sentence") -> Iterator[Unit]:
    """Machine units as long as those of a book."""
    for number in range(count):
        source = f"{name} {number} of the book says what a network learns from its data."
        target = f"第{number}句说明了网络从数据中学到了什么，还有更多。"
        yield Unit(source, target, PAIR, Origin.MACHINE, ENGINE)


def opening(path: Path) -> None:
    took = best(lambda: Memory(path).close())
    print(f"opened and closed in {1000 * took.wall:.1f} ms")


def looking_up(path: Path, count: int) -> None:
    """Look-ups of units all over the file, one call; then the same without comparing checksums."""
    numbers = set(random.Random(1).sample(range(count), min(count, LOOK_UPS)))
    queries = [Query(u.source) for i, u in enumerate(units(count)) if i in numbers]
    with Memory(path, read_only=True) as memory:
        for call in (memory.find_many, memory.lookup_many):

            def look(call: Callable[..., list[object]] = call) -> None:
                assert all(call(queries, PAIR, ENGINE))

            took = best(look)
            with patch.object(memory_sqlite, "sound", lambda row: True):
                bare = best(look)
            print(
                f"{call.__name__}: {len(queries):,} look-ups in {took.wall:.3f} s,"
                f" {took.cpu:.3f} s CPU; without checksums {bare.cpu:.3f} s CPU"
            )


def stored(path: Path, given: list[Unit], batch: int) -> Spent:
    """Store units in a memory, which is opened and closed for it."""

    def store() -> None:
        with Memory(path) as memory:
            for start in range(0, len(given), batch):
                memory.store(given[start : start + batch])

    return spent(store)


def storing(path: Path, given: list[Unit], batch: int) -> None:
    took = stored(path, given, batch)
    print(
        f"stored {len(given):,} units, {batch:,} a batch: {len(given) / took.wall:,.0f} units/s,"
        f" {len(given) / took.cpu:,.0f} units/s of CPU"
    )


def checksums_of_stored(folder: Path, given: list[Unit]) -> None:
    """The same units into new memories, with and without making checksums, in turn."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for run in range(RUNS):
        for made, times in seconds.items():
            with patch.object(rows, "_checksum", rows._checksum if made else lambda *row: 0):
                path = folder / f"{run}{made}.sqlite"
                times.append(stored(path, given, len(given)).cpu)
                path.unlink()
    rates = [len(given) / min(times) for times in seconds.values()]
    print("new memories: {:,.0f} units/s of CPU; without checksums {:,.0f}".format(*rates))


def main() -> None:
    count = parser().parse_args().units
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "memory.sqlite")
        storing(path, list(units(count)), count)
        opening(path)
        looking_up(path, count)
        more = list(units(count // 10, "Phrase"))
        storing(path, more, BATCH)
        checksums_of_stored(Path(folder), more)
        with Memory(path, read_only=True) as memory:
            took = spent(memory.check)
        print(f"checked: {count + len(more):,} units in {took.wall:.1f} s, {took.cpu:.1f} s CPU")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])  # type: ignore[union-attr]
    made.add_argument("--units", type=int, default=1_000_000)
    return made


if __name__ == "__main__":
    main()
