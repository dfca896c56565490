"""Every kind of store, for ``tests/memory/test_store*.py``, and the plainest: a dictionary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, Self

from msgspec.structs import replace

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Alignment, Found, Kept, Memory, Store
from amts_ext.memory.base import Asked, LanguagePair, Stats
from amts_ext.model import Origin, Unit


class Open(Protocol):
    """Opens one and the same store, as often as it is called."""

    def __call__(self, read_only: bool = False) -> Store: ...


class Disk:
    """What a :class:`Model` leaves when it is closed."""

    def __init__(self) -> None:
        self.units: dict[tuple[Any, ...], Unit] = {}
        self.alignments: dict[tuple[LanguagePair, str], Alignment] = {}
        self.writes = 0


class Model:
    """A store in as few words as its promises allow: it looks at every unit for every query."""

    def __init__(self, disk: Disk, read_only: bool = False) -> None:
        self.name = "the model"
        self.read_only = read_only
        self._disk: Disk | None = disk

    @property
    def _open(self) -> Disk:
        if self._disk is None:
            raise MemoryStoreError("it is closed", file=self.name)
        return self._disk

    @property
    def _writable(self) -> Disk:
        if self.read_only:
            raise MemoryStoreError("it was opened for reading only", file=self.name)
        return self._open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._disk = None

    def lookup(
        self,
        source: str,
        pair: LanguagePair,
        signature: str | None = None,
        contents: str = "",
        document: str = "",
        position: int = 0,
    ) -> Unit | None:
        units = [u for u in self._open.units.values() if _words(u.source) == _words(source)]
        units = [u for u in units if u.pair == pair and u.contents in ("", contents)]
        humans = [u for u in units if u.origin is Origin.HUMAN]
        machines = [u for u in units if u.origin is Origin.MACHINE and u.signature == signature]

        def rank(unit: Unit) -> tuple[bool, bool, int, float]:
            near = _near(unit.document, document)
            distance = abs(unit.position - position) if near else 0
            return not unit.contents, not near, distance, -unit.when

        return min(humans or machines, key=rank, default=None)

    def lookup_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Unit | None]:
        machines = Model(Disk())
        machines._open.units = {
            key: u for key, u in self._open.units.items() if u.origin is Origin.MACHINE
        }
        asked = self if human else machines
        return [
            asked.lookup(q.source, pair, signature, q.contents, q.document, q.position)
            for q in queries
        ]

    def find_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Found | None]:
        units = self.lookup_many(queries, pair, signature, human)
        return [u and Found(u.target, u.origin, u.literals, u.signature) for u in units]

    def store(self, units: Iterable[Unit]) -> int:
        given = list(units)
        self._writable.units |= {_identity(u): _dated(u) for u in given}
        self._writable.writes += 1
        return len(given)

    def replace_human(
        self,
        pair: LanguagePair,
        collection: str,
        units: Iterable[Unit],
        digest: str = "",
        report: str = "",
    ) -> int:
        if not collection or collection.startswith("//"):
            raise ValueError("a collection needs a document's name")
        disk, given = self._writable, list(units)
        new: dict[tuple[Any, ...], Unit] = {}
        for unit in given:
            identity = _identity(unit, collection)
            known = disk.units.get(identity)
            same = known is not None and known.signature == unit.signature
            new.setdefault(identity, known if known and same else _dated(unit))
        others = {k: u for k, u in disk.units.items() if k[:2] != (collection, pair)}
        disk.units = others | new
        disk.writes += 1
        disk.alignments[pair, collection] = Alignment(digest, report)
        return len(given)

    def edit(self, unit: Unit, editor: str) -> None:
        self._writable.units[_edited(unit, editor)] = _dated(unit)
        self._writable.writes += 1

    def withdraw(self, unit: Unit, editor: str) -> bool:
        there = self._writable.units.pop(_edited(unit, editor), None) is not None
        self._writable.writes += there
        return there

    def history(self, source: str, pair: LanguagePair, machine: bool = True) -> list[Kept]:
        found = []
        for (collection, *_), unit in self._open.units.items():
            wanted = machine or unit.origin is Origin.HUMAN
            if _words(unit.source) == _words(source) and unit.pair == pair and wanted:
                is_edit = isinstance(collection, tuple)
                came_from = ("", collection[1]) if is_edit else (collection, "")
                found.append(Kept(unit, *came_from))
        return sorted(found, key=lambda kept: -kept.unit.when)

    @property
    def revision(self) -> int:
        return self._open.writes

    def has_human(self, pair: LanguagePair) -> bool:
        return any(u.origin is Origin.HUMAN for u in self.units(pair))

    def human_units(self, pair: LanguagePair, part: str) -> list[Unit]:
        return [u for u in self.units(pair) if u.origin is Origin.HUMAN and part in u.source]

    def alignments(self, pair: LanguagePair) -> dict[str, Alignment]:
        return {name: a for (of, name), a in self._open.alignments.items() if of == pair}

    def units(self, pair: LanguagePair | None = None) -> list[Unit]:
        items = sorted(self._open.units.items(), key=lambda item: repr(item[0]))
        return [u for _, u in items if pair in (None, u.pair)]

    def stats(self) -> Stats:
        units = self.units()
        human = Counter(u.pair for u in units if u.origin is Origin.HUMAN)
        machine = Counter((*u.pair, u.signature) for u in units if u.origin is Origin.MACHINE)
        return Stats(self.name, len(units), human, machine)


def _edited(unit: Unit, editor: str) -> tuple[Any, ...]:
    if unit.origin is not Origin.HUMAN or not editor:
        raise ValueError("an edit is a human's, who has a name")
    return _identity(unit, ("by", editor))


def _identity(unit: Unit, collection: str | tuple[str, str] = "") -> tuple[Any, ...]:
    """Where a unit is kept: two units with one identity are one."""
    same: tuple[Any, ...] = (collection, unit.pair, _words(unit.source), unit.contents)
    if unit.origin is Origin.MACHINE:
        return (*same, unit.origin, unit.signature)
    return (*same, unit.origin, unit.document, unit.position, unit.target, unit.literals)


def _dated(unit: Unit) -> Unit:
    return unit if unit.when else replace(unit, when=time.time())


def _words(source: str) -> str:
    return " ".join(source.split())


def _near(one: str, other: str) -> bool:
    """A section, the notebook made of it, and the same file by a longer path."""
    stems = [PurePosixPath(name).with_suffix("") if name else None for name in (one, other)]
    if None in stems:
        return stems[0] == stems[1]
    parts = sorted((stem.parts for stem in stems if stem), key=len)
    return parts[1][-len(parts[0]) :] == parts[0]


def _sqlite(folder: Path) -> Open:
    return lambda read_only=False: Memory(folder / "memory.sqlite", read_only)


def _model(folder: Path) -> Open:
    disk = Disk()
    return lambda read_only=False: Model(disk, read_only)


STORES: dict[str, Callable[[Path], Open]] = {"sqlite": _sqlite, "model": _model}
"""A new kind of store is one more line: a function from an empty folder to its opener."""
