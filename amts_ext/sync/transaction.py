"""Several files that change as one: all of them, or none, also when the process is killed.

The new texts are written beside the journal first. Then the journal is written, with one rename:
from then on the change is decided. A run that finds a journal finishes it before it does anything
else.

>>> folder = Path("book")
>>> with Transaction(folder).alone() as transaction:
...     transaction.write({"a.md": b"An average.", "b.md": b"A sum."})
...     transaction.write({"a.md": None})
>>> sorted(path.name for path in folder.iterdir() if path.is_file())
['b.md']
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.human.holding import FOLDER, RECORD, held


class Transaction:
    """The changes of one folder; their journal lies in the folder's ``.amts/sync``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / FOLDER
        self._record = self._folder / RECORD

    @property
    def is_open(self) -> bool:
        """True if a run was killed after its change was decided, and before it was done."""
        return self._record.exists()

    @contextmanager
    def alone(self) -> Iterator[Transaction]:
        """Hold the folder alone, with what a killed run had decided done.

        Raises :class:`InputError` if another process holds it, and what :meth:`finish` raises.
        """
        with held(self._root):
            self.finish()
            yield self

    def write(self, contents: Mapping[str, bytes | None]) -> None:
        """Write these files, by their paths in the folder; None deletes one. All or none change."""
        changed = self.pending(contents)
        if not changed:
            return
        steps = []
        for number, (path, data) in enumerate(sorted(changed.items())):
            if data is not None:
                self._make(self._folder / f"{number}.new", data)
            old = self._bytes(path)
            steps.append([path, None if data is None else number, _digest(old), _digest(data)])
        files.write_text(self._record, json.dumps(steps), durable=True)
        self.finish()

    def pending(self, contents: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
        """Return those of the files that differ from what is there."""
        return {path: data for path, data in contents.items() if self._bytes(path) != data}

    def finish(self) -> None:
        """Do what was decided, and delete what a run left that had decided nothing.

        Raises :class:`InputError` if a file was changed since the run was killed.
        """
        steps = json.loads(files.read_text(self._record)) if self.is_open else []
        for path, _, old, new in steps:
            if _digest(self._bytes(path)) not in (old, new):
                message = (
                    f"changed since a synchronization was killed that had begun to write it; put "
                    f"it back from git, or delete {self._folder} to give up the rest of that run"
                )
                raise InputError(message, file=str(self._root / path))
        for path, number, _, _ in steps:
            self._put(self._root / path, number)
        self._record.unlink(missing_ok=True)
        for left in self._folder.glob("*.new"):
            left.unlink()

    def _put(self, path: Path, number: int | None) -> None:
        if number is None:
            path.unlink(missing_ok=True)
            return
        made = self._folder / f"{number}.new"
        if not made.exists():  # a run before this one has put it there
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            shutil.copymode(path, made)
        made.replace(path)

    def _make(self, path: Path, data: bytes) -> None:
        """Write a file of its own, on the disk when this returns."""
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _bytes(self, path: str) -> bytes | None:
        whole = self._root / path
        return files.read_bytes(whole) if whole.is_file() else None


def _digest(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()
