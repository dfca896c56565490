"""Places in a book's sections: an evaluated notebook has no lines of the file that it was made of.

A place is shown in the section's Markdown file, which is the file that the author edits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.model import TOKEN


class Sections:
    """The sections below the folder ``root``, in which segments are looked for.

    >>> size = Path("cnn.md").write_text("# CNN\\n\\nIt has 3\\nlayers. It has 3\\nlayers.\\n")
    >>> sections = Sections(Path())
    >>> sections.place("cnn.ipynb", 12, "It has 3 layers.")
    ('cnn.md', 3)
    >>> sections.place("cnn.ipynb", 15, "It has 3 layers.")  # the next one
    ('cnn.md', 4)
    >>> sections.place("other.ipynb", 7, "It has 3 layers.")
    ('other.ipynb', 7)
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, _Section | None] = {}

    def place(self, file: str, line: int | None, tokens: str) -> tuple[str, int | None]:
        """Return file and line of a segment; those that are given if no section has it.

        Segments are looked for one after the other, so that of two with the same words the second
        gets the second place.
        """
        if not file.endswith(".ipynb"):
            return file, line
        name = str(Path(file).with_suffix(".md"))
        if name not in self._texts:
            self._texts[name] = _read(self._root / name)
        section = self._texts[name]
        return (file, line) if section is None else (name, section.line(tokens))


def _read(path: Path) -> _Section | None:
    try:
        return _Section(files.read_text(path)) if path.is_file() else None
    except InputError:
        return None


class _Section:
    """The text of a section with one blank between its words."""

    def __init__(self, text: str) -> None:
        words = [(m.group(), m.start()) for m in re.finditer(r"\S+", text)]
        self._text = " ".join(word for word, _ in words)
        ends = [m.start() for m in re.finditer("\n", text)]
        self._lines = [bisect_right(ends, start) + 1 for _, start in words]
        self._starts: list[int] = []
        at = 0
        for word, _ in words:
            self._starts.append(at)
            at += len(word) + 1
        self._next = 0

    def line(self, tokens: str) -> int | None:
        """Return the line of a segment from 1; None if it is not found.

        The longest piece of text between the segment's slots is searched, first after the segment
        that was found before.
        """
        piece = " ".join(max(TOKEN.split(tokens)[::4], key=len).split())
        if not piece:
            return None
        at = self._find(piece, self._next)
        if at < 0:
            at = self._find(piece, 0)
        if at < 0:
            at = self._text.find(piece)
        if at < 0:
            return None
        self._next = at + len(piece)
        return self._lines[bisect_right(self._starts, at) - 1]

    def _find(self, piece: str, start: int) -> int:
        """Find a piece that is no part of a longer word; -1 if there is none."""
        at = self._text.find(piece, start)
        while at >= 0:
            end = at + len(piece)
            before, after = self._text[at - 1 : at], self._text[end : end + 1]
            inside = before.isalnum() and piece[0].isalnum()
            if not inside and not (piece[-1].isalnum() and after.isalnum()):
                return at
            at = self._text.find(piece, at + 1)
        return -1
