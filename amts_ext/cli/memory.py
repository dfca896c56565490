"""``amts memory``: the contents of a translation memory, and a check of its file for damage."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.cli import options, tables
from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.memory.sqlite import Stats

HELP = "What the translation memory holds, and whether it is whole."


def add(parser: ArgumentParser) -> None:
    """Add the subcommands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help, run in (
        ("stats", "How many units there are, by language pair and who made them.", stats),
        ("check", "Look for damage; exit 1 if something was found.", check),
    ):
        command = options.add_command(commands, name, help)
        options.add_config(command)
        options.add_memory(command, default="config: memory")
        options.add_json(command)
        command.set_defaults(run=run)


def stats(arguments: Namespace) -> int:
    """Print the number of units of each language pair, from humans and from each translator."""
    found = _stats(_path(arguments))
    units = _units(found)
    answer = {"file": found.file, "bytes": found.size, "units": units}
    first = f"{found.file}: {found.size:,} bytes, {_total(found):,} units"
    rows = [
        (u["origin"], f"{u['source']} to {u['target']}", f"{u['units']:>9,}", u["signature"])
        for u in units
    ]
    tables.show(arguments, answer, first, *(line.rstrip() for line in tables.columns(rows)))
    return 0


def check(arguments: Namespace) -> int:
    """Print a line for each damage; return 1 if there is any."""
    from amts_ext import memory

    found = memory.check(_path(arguments))
    lines = [f"{found.units:,} units, nothing damaged"] if found.sound else str(found).split("\n")
    tables.show(arguments, asdict(found), *lines)
    return int(not found.sound)


def _path(arguments: Namespace) -> Path:
    """Return the file of ``--memory``, else the book's.

    Raises :class:`InputError` if the file does not exist.
    """
    path: Path = arguments.memory or options.read_config(arguments).memory
    if not path.is_file():
        message = "there is no translation memory; build first, or name its file with --memory"
        raise InputError(message, file=str(path))
    return path


def _stats(path: Path) -> Stats:
    from amts_ext.memory import Memory

    with Memory(path, read_only=True) as memory:
        return memory.stats()


def _units(found: Stats) -> list[dict[str, Any]]:
    """Return the number of units of each language pair, humans' first, then each translator's."""
    counts = [("human", *pair, "", count) for pair, count in found.human.items()]
    counts += [("machine", *made, count) for made, count in found.machine.items()]
    keys = "origin", "source", "target", "signature", "units"
    return [dict(zip(keys, row, strict=True)) for row in counts]


def _total(found: Stats) -> int:
    return sum(found.human.values()) + sum(found.machine.values())
