"""The journal of edits in humans' files: who put what in the place of what, and when.

It lies beside the memory, one line of JSON for each edit, so that a person can take an edit back,
also after a restart, and the history of a sentence tells who wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

NAME = "edits.jsonl"


class FileEdit(Struct, frozen=True):
    """One edit in a human's file."""

    who: str
    when: float
    """Unix time."""
    lang: str
    file: str
    """The path of the file in its folder, which is the document's in the book."""
    source: str
    """The source sentence with slots as tokens."""
    before: str
    """What stood in the place."""
    now: str
    """What the person put there."""
    target: str
    """The same with slots as tokens."""


class EditJournal:
    """The edits of one book.

    >>> journal = EditJournal(Path("edits.jsonl"))
    >>> place = "es", "mean.md", "A mean."
    >>> edit = FileEdit("ana", 1.0, *place, "Un medio.", "Una media.", "Una media.")
    >>> journal.add(edit)
    >>> [found.who for found in journal.edits(*place)]
    ['ana']
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, edit: FileEdit) -> None:
        """Add an edit; it is on the disk when this returns. Raises OSError."""
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(edit) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def remove(self, edit: FileEdit) -> None:
        """Take an edit out that was undone."""
        kept = [each for each in self._all() if each != edit]
        temporary = self._path.with_name(f".{self._path.name}")
        temporary.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in kept))
        temporary.replace(self._path)

    def edits(self, lang: str, file: str, source: str) -> list[FileEdit]:
        """Return the edits of a sentence, the newest first."""
        wanted = lang, file, source
        found = [e for e in self._all() if (e.lang, e.file, e.source) == wanted]
        return sorted(found, key=lambda edit: -edit.when)

    def _all(self) -> Iterator[FileEdit]:
        """Yield all edits; a line that a killed process left half written is none."""
        data = self._path.read_bytes() if self._path.exists() else b""
        for line in data.splitlines():
            try:
                yield msgspec.json.decode(line, type=FileEdit)
            except msgspec.MsgspecError:
                continue
