"""``amts.lock``: which revision of the source each file of a translation was made from.

The file is text with a line for each file, sorted, so that git can merge it::

    # amts: the source of each file here: SHA-256 of its text, revision, path. Commit this file.
    5f70bf18a086…  9c1b7e0d3a52…  chapter_mean/index.md
    0b1c77d2e6f4…  9c1b7e0d3a52… kept:2 chapter_mean/sum.md

``kept:2``: in two places the human's text was kept though its source changed. What it was is in the
list of open items, so a list that was lost is noticed. Files that have their original beside them
(``X_origin.md``) are not in the lock file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState

NAME = "amts.lock"
HEAD = (
    "# amts: the source of each file here: SHA-256 of its text, revision, path. Commit this file.\n"
)
_LINE = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{40,64}) (?:kept:(\d+) )?(\S.*)")


class Locked(NamedTuple):
    """The state of the source that one file translates."""

    digest: str
    revision: str
    kept: int = 0
    """Places where the translation does not follow that state, but an older one."""


Lock = dict[str, Locked]
"""By the path of a file in the translation, with slashes."""


def read(folder: Path) -> Lock:
    """Read the lock file of a translation; empty if there is none.

    Raises :class:`InputError` with the line that is no line of a lock file.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    text = files.read_text(path)
    files.refuse_conflict(text, str(path))
    lock: Lock = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            message = "no line of a lock file; put it back from git, or delete it and name --base"
            raise InputError(message, file=str(path), line=number)
        lock[found[4]] = Locked(found[1], found[2], int(found[3] or 0))
    return lock


def dump(lock: Lock) -> str:
    """Return a lock file's text.

    >>> print(dump({"b.md": Locked("0" * 64, "1" * 40, kept=2)}).splitlines()[1][-13:])
    1 kept:2 b.md
    """
    lines = sorted((path, *entry) for path, entry in lock.items())
    return HEAD + "".join(
        f"{digest} {revision} {f'kept:{kept} ' if kept else ''}{path}\n"
        for path, digest, revision, kept in lines
    )


def lost(lock: Mapping[str, Locked], states: Mapping[str, FileState]) -> dict[str, int]:
    """Count, for each file, the kept places that the open items no longer tell.

    >>> lost({"b.md": Locked("0" * 64, "1" * 40, kept=2), "c.md": Locked("", "")}, {})
    {'b.md': 2}
    """
    missing = {
        path: entry.kept - len(states.get(path, FileState()).lags) for path, entry in lock.items()
    }
    return {path: number for path, number in missing.items() if number > 0}


def loss(folder: Path, path: str, number: int) -> InputError:
    """Return the error of a file with places that the open items of its folder no longer tell."""
    places = "1 place" if number == 1 else f"{number} places"
    message = (
        f"translates an older text in {places} that {open_items.NAME} lists no longer; put that "
        f"list back from git, or read the whole file and run amts sync --accept {path}"
    )
    return InputError(message, file=str(folder / path))
