"""The file of a notebook: its cells with their places, so that each can be kept byte for byte.

>>> file = NotebookFile('{"nbformat": 4, "cells": [{"cell_type": "raw", "source": "x"}]}')
>>> [(cell.kind, cell.source, file.raw[cell.start : cell.end]) for cell in file.cells]
[('raw', 'x', '{"cell_type": "raw", "source": "x"}')]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from json import decoder
from typing import Any

from amts_ext.formats import ipynb, splice
from amts_ext.text import notes

_BLANK = re.compile(r"[\s\ufeff]*")
_INDENT = re.compile(r"\n([ \t]+)\"")


@dataclass(frozen=True, slots=True)
class FileCell:
    """A cell in its file."""

    kind: str
    """``markdown``, ``code`` or ``raw``."""
    source: str
    start: int
    end: int
    where: ipynb.Cell
    """The JSON strings of its source."""

    @property
    def key(self) -> tuple[str, str]:
        """Its kind and source; notes in Markdown and blank lines around it do not count."""
        if self.kind != "markdown":
            return self.kind, self.source
        return self.kind, notes.without(self.source).strip("\n")

    @property
    def is_shown(self) -> bool:
        """False for an empty cell that is no code: no text stands for it."""
        return self.kind == "code" or bool(self.source.strip())


@dataclass(frozen=True)
class NotebookFile:
    """A notebook's file; a :class:`DocumentError` is raised if it is none."""

    raw: str

    @cached_property
    def cells(self) -> list[FileCell]:
        line = ipynb.Lines(self.raw)
        found = []
        read = ipynb.read_cells(self.raw, "")
        for number, (cell, (start, end)) in enumerate(zip(read, self._spans, strict=True)):
            text, strings, is_list = ipynb.read_source(cell, number, "", line)
            where = ipynb.Cell(0, len(text), strings, is_list)
            found.append(FileCell(str(cell.get("cell_type")), text, start, end, where))
        return found

    @cached_property
    def shown(self) -> list[FileCell]:
        """The cells that its text has."""
        return [cell for cell in self.cells if cell.is_shown]

    def data(self, cell: FileCell) -> dict[str, Any]:
        """Return all that a cell holds."""
        found: dict[str, Any] = json.loads(self.raw[cell.start : cell.end])
        return found

    def with_source(self, cell: FileCell, source: str) -> str:
        """Return the JSON of a cell with a new source; all else in it keeps its bytes."""
        text = source
        if cell.kind == "markdown":  # with the blank lines that the cell had around it
            bare = cell.source.strip("\n")
            first, _, last = cell.source.partition(bare)
            text = first + source + last
        if text == cell.source:
            return self.raw[cell.start : cell.end]
        if not cell.where.strings:
            return self.written(self.data(cell) | {"source": text.splitlines(keepends=True)})
        edit = ipynb.encode(self.raw, cell.where, text, self.is_dense)
        start, end = edit.start - cell.start, edit.end - cell.start
        whole = self.raw[cell.start : cell.end]
        return splice(whole, [type(edit)(start, end, edit.text)])

    def written(self, data: Any) -> str:
        """Write a cell in the way of this file."""
        found = _INDENT.search(self.raw)
        if not found:
            return json.dumps(data, ensure_ascii=self.is_dense)
        one = found[1]
        text = json.dumps(data, ensure_ascii=self.is_dense, indent=one)
        return text.replace("\n", "\n" + one * 2)

    @cached_property
    def is_dense(self) -> bool:
        return ipynb.is_dense(self.raw)

    @property
    def ends(self) -> tuple[str, str]:
        """What stands before the first cell and behind the last one."""
        start, end = self._list
        first, last = (self._spans[0][0], self._spans[-1][1]) if self._spans else (start, end)
        return self.raw[:first], self.raw[last:]

    def gap(self, number: int) -> str:
        """Return what stands between a cell and the next one."""
        spans = self._spans
        if number + 1 < len(spans):
            return self.raw[spans[number][1] : spans[number + 1][0]]
        if len(spans) > 1:
            return self.raw[spans[0][1] : spans[1][0]]
        found = _INDENT.search(self.raw)
        return ",\n" + found[1] * 2 if found else ", "

    @cached_property
    def _list(self) -> tuple[int, int]:
        """Start and end of what stands between the brackets of the list of cells."""
        at = _BLANK.match(self.raw, 0).end() + 1  # type: ignore[union-attr]
        for key, start, end in self._values(at):
            if key == "cells":
                return start + 1, end - 1
        raise AssertionError("read_cells() found the list of cells before")

    def _values(self, at: int) -> Iterator[tuple[str, int, int]]:
        """Yield the name, the start and the end of each value of the notebook."""
        read = json.JSONDecoder(strict=False).raw_decode
        while True:
            at = self._skipped(at, ",")
            if self.raw[at] == "}":
                return
            key, at = decoder.scanstring(self.raw, at + 1, False)  # type: ignore[attr-defined]
            at = self._skipped(at, ":")
            _, end = read(self.raw, at)
            yield key, at, end
            at = end

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        read = json.JSONDecoder(strict=False).raw_decode
        at, end = self._list
        found = []
        while (at := self._skipped(at, ",")) < end:
            _, last = read(self.raw, at)
            found.append((at, last))
            at = last
        return found

    def _skipped(self, at: int, sign: str) -> int:
        """Return the place behind blanks and one sign."""
        at = _BLANK.match(self.raw, at).end()  # type: ignore[union-attr]
        if self.raw.startswith(sign, at):
            at = _BLANK.match(self.raw, at + 1).end()  # type: ignore[union-attr]
        return at
