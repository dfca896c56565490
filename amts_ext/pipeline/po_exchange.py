"""The units of a book's memory to a catalog, for human translators, and back into the memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_ext import files
from amts_ext.config import Config
from amts_ext.errors import DocumentError, InputError
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import Origin, Unit
from amts_ext.pairs.exchange import Skipped
from amts_ext.pairs.po import PoFile
from amts_ext.pairs.po_units import TITLE, dump, taken_in


@dataclass(slots=True)
class Imported:
    """What catalogs gave to the memory."""

    units: int = 0
    """Human units in the catalogs."""
    new: int = 0
    """Those of them that the memory did not have."""
    problems: list[InputError | Skipped] = field(default_factory=list)
    """Catalogs that cannot be read, and messages that give no unit."""


def export_units(config: Config, path: Path, lang: str) -> int:
    """Write the units of a language to the catalog ``path``; return the number of messages.

    Raises :class:`InputError` if there is no memory, or if the file there is not such a catalog, or
    has translations that the memory lacks.
    """
    pair = (config.source, lang)
    if not config.memory.is_file():
        message = "there is no translation memory; build first, or name its file with --memory"
        raise InputError(message, file=str(config.memory))
    with Memory(config.memory, read_only=True) as memory:
        units = memory.units(pair)
    _refuse_loss(path, pair, units)
    data = dump(units, pair)
    files.write_bytes(path, data)
    return len(PoFile.read(data, str(path)).messages) - 1  # without the header


def import_units(config: Config, paths: Iterable[Path], langs: Sequence[str] = ()) -> Imported:
    """Take what humans translated or approved in catalogs into the memory.

    A catalog's language is that of ``langs``, if it is one, else that of its header. A catalog that
    cannot be read is listed, and the others are taken in.
    """
    done = Imported()
    config.memory.parent.mkdir(parents=True, exist_ok=True)
    with Memory(config.memory) as memory:
        for path in paths:
            try:
                file = PoFile.read(files.read_bytes(path), str(path))
                pair = (config.source, _language(file, langs, config.source))
            except InputError as error:
                done.problems.append(error)
                continue
            known = set(map(_words, _humans(memory.units(pair))))
            found = taken_in(file, pair)
            fresh = [unit for unit in found.units if _words(unit) not in known]
            memory.store(fresh)
            done.units += len(found.units)
            done.new += len(fresh)
            done.problems += found.skipped
    return done


def _language(file: PoFile, langs: Sequence[str], source: str) -> str:
    code = langs[0] if len(langs) == 1 else profiles.spelled(file.header.get("language", ""))
    if not code:
        message = "its header names no language; name one with --lang"
        raise DocumentError(message, file=file.name)
    return profiles.for_pair(source, code).language


def _refuse_loss(path: Path, pair: tuple[str, str], units: Iterable[Unit]) -> None:
    if not path.exists():
        return
    data = files.read_bytes(path)
    if not data.startswith(f"# {TITLE}".encode()):
        raise InputError("is no catalog of `amts po export`; name another file", file=str(path))
    known = set(map(_words, _humans(units)))
    found = taken_in(PoFile.read(data, str(path)), pair)
    lacking = [unit for unit in found.units if _words(unit) not in known]
    if count := len(lacking) + len(found.skipped) + found.unsure:
        message = (
            f"has {count} edited translations that the memory lacks; take the flags off and run"
        )
        raise InputError(f"{message} amts po import {path}", file=str(path))


def _humans(units: Iterable[Unit]) -> Iterable[Unit]:
    return (unit for unit in units if unit.origin is Origin.HUMAN)


def _words(unit: Unit) -> tuple[str, str, str, tuple[str, ...]]:
    return unit.source, unit.target, unit.contents, unit.literals
