"""``amts.lock``: which revision of the source each file of a translation was made from.

The file is text with a line for each file, sorted, so that git can merge it::

    # amts: the source of each file here: SHA-256 of its text, revision, path. Commit this file.
    5f70bf18a086…  9c1b7e0d3a52…  chapter_mean/index.md

Files that have their original beside them (``X_origin.md``) are not in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from amts_ext import files
from amts_ext.errors import InputError

NAME = "amts.lock"
HEAD = (
    "# amts: the source of each file here: SHA-256 of its text, revision, path. Commit this file.\n"
)
_LINE = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{40,64}) (\S.*)")


class Locked(NamedTuple):
    """The state of the source that one file translates."""

    digest: str
    revision: str


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
        lock[found[3]] = Locked(found[1], found[2])
    return lock


def dump(lock: Lock) -> str:
    """Return a lock file's text.

    >>> print(dump({"b.md": Locked("0" * 64, "1" * 40)}).splitlines()[1][-6:])
    1 b.md
    """
    return HEAD + "".join(f"{e.digest} {e.revision} {path}\n" for path, e in sorted(lock.items()))
