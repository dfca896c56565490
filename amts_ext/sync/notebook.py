"""Notebooks as a merge reads them: as one text, which becomes a notebook again.

>>> raw = '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "A mean."}]}'
>>> page = NotebookText.of(raw)
>>> page.text
'A mean.\\n'
>>> page.dressed("Una media.\\n")
'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "Una media."}]}'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from amts_ext.errors import DocumentError
from amts_ext.formats import cells, ipynb
from amts_ext.sync.dressing import Dressing
from amts_ext.sync.notebook_file import NotebookFile
from amts_ext.text import notes


@dataclass(frozen=True, slots=True)
class NotebookText:
    """A notebook: its text, as the format ``cells`` has it, and its file."""

    text: str
    file: NotebookFile

    @classmethod
    def of(cls, raw: str, name: str = "") -> Self:
        """Read a notebook's file; raises :class:`DocumentError` if it is none."""
        file = NotebookFile(raw)
        try:
            return cls(cells.join(cell.key for cell in file.shown), file)
        except DocumentError as error:
            raise DocumentError(error.message, file=name, line=error.line) from error

    def with_text(self, text: str) -> Self:
        """Return the notebook with another text."""
        return self if text == self.text else self.of(self.dressed(text))

    def dressed(self, text: str, base: object = None, source: object = None) -> str:
        """Return the notebook's file with a new text.

        With the two others of a merge, what is not text follows the source. Raises
        :class:`DocumentError` for the text of no notebook: a line that divides its cells is gone.
        """
        others = None
        if isinstance(base, NotebookText) and isinstance(source, NotebookText):
            others = base.file, source.file
        is_same = text == self.text and notes.BEGIN not in self.file.raw
        if is_same and (others is None or base == source):
            return self.file.raw
        new = cells.divide(text)
        if cells.join(new).split() != text.split():
            raise DocumentError("the end of a cell would be lost; edit the file by hand")
        return Dressing(self.file, new, others).file()

    def line(self, position: int) -> int:
        """Return the 1-based line in the file of a place in the text."""
        line = ipynb.Lines(self.file.raw)
        for cell, place in zip(self.file.shown, cells.places(self.text), strict=True):
            kind, _, start, end = place
            if position > end:
                continue
            if kind != "markdown":
                start = self.text.index("\n", start) + 1
            blank = len(cell.source) - len(cell.source.lstrip("\n"))
            inside = notes.position(cell.source, max(0, position - start) + blank)
            inside = min(inside, len(cell.source))
            if cell.where.strings:
                return ipynb.CellLines(cell.where.strings, cell.source, line)(inside)
            return line(cell.start)
        return line(len(self.file.raw))
