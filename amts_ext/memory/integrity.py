"""The whole of a memory file looked through, on a person's word: nothing in it is changed.

findings = check(Path(".amts/memory.sqlite"))
print(findings)
exit_code = 0 if findings.sound else 1
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from amts_ext.memory.rows import UNIT, sound

MOST = 5
"""So many sources of damaged units, and faults of the structure, are named."""
LONGEST = 80
"""Characters of a source, and of a fault, that are shown."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The damage in one memory file; ``str()`` gives the lines for a person."""

    file: str
    units: int
    """Number of units that could be read."""
    damaged: int
    """Number of those that are not as they were stored."""
    sources: tuple[str, ...]
    """Those of the first :data:`MOST` damaged ones, each with its origin, as far as readable."""
    structure: tuple[str, ...]
    """The first :data:`MOST` faults of the file, in SQLite's words."""

    @property
    def sound(self) -> bool:
        """True if nothing is damaged."""
        return not (self.damaged or self.structure)

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.units} units, {self.damaged} damaged"]
        lines += [f"  {source}" for source in self.sources]
        lines += [f"  structure: {fault}" for fault in self.structure]
        return "\n".join(lines)


def examine(db: sqlite3.Connection, file: str) -> Findings:
    """Read every page and every unit; four seconds for a million units."""
    structure = _faults(db)
    units, damaged = 0, []
    try:
        for row in db.execute(f"SELECT {UNIT} FROM unit NOT INDEXED"):
            units += 1
            if not sound(row):
                damaged.append((row[3], row[6]))
    except sqlite3.DatabaseError as error:  # the pages behind this one cannot be reached
        structure += [str(error)]
    sources = tuple(f"{_shown(origin)}: {_shown(source)}" for origin, source in damaged[:MOST])
    return Findings(file, units, len(damaged), sources, tuple(structure[:MOST]))


def _faults(db: sqlite3.Connection) -> list[str]:
    try:
        said = [_shown(row[0]) for row in db.execute(f"PRAGMA integrity_check({MOST})")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if said == ["ok"] else said


def _shown(value: object) -> str:
    """Text as far as it is text, on one line."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return " ".join(text.split())[:LONGEST]
