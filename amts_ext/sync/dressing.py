"""The file of a notebook whose text has changed.

A cell that did not change keeps its bytes. A cell whose text changed keeps its place, its id and
its metadata. A new cell is that of the source, with its new text. What is not text (outputs,
metadata, the kernel) follows the source where the translation has what the base had. The outputs
of code that is the source's are the source's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from amts_ext.formats.cells import Cells
from amts_ext.merging import code, grades
from amts_ext.merging.differences import pairing
from amts_ext.sync.notebook_file import FileCell, NotebookFile

_OUTPUTS = ("outputs", "execution_count")
_MINOR = re.compile(r"\"nbformat_minor\"\s*:\s*(\d+)")
_NOTHING = object()
IDS = 5
"""The minor version of nbformat 4 since which cells have ids."""


def _like(old: tuple[str, str], new: tuple[str, str]) -> float:
    """Tell how alike two cells are; those of one kind may be partners in any case."""
    if old[0] != new[0]:
        return 0.0
    alike = code.likeness if old[0] == "code" else grades.likeness
    return 0.2 + alike(old[1], new[1])


def _partners(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> dict[int, int]:
    """Return the indices of old cells by those of their new partners."""
    found = pairing(old, new, _like)
    return {j: i for i, j in found if i is not None and j is not None}


@dataclass(frozen=True)
class Dressing:
    """One file to be written."""

    own: NotebookFile
    """The translation as it was."""
    new: Cells
    others: tuple[NotebookFile, NotebookFile] | None = None
    """Base and source."""

    def file(self) -> str:
        """Return the text of the file."""
        written: list[str] = []
        before = -1
        for number, text in self._cells():
            if written:
                follows = before >= 0 and number == before + 1
                written.append(self.own.gap(before if follows else -2))
            written.append(text)
            before = number
        first, last = self._ends()
        return first + "".join(written) + last

    def _cells(self) -> Iterator[tuple[int, str]]:
        """Yield the number in the old file, or -2 for a new one, and the JSON of every cell."""
        places = [n for n, cell in enumerate(self.own.cells) if cell.is_shown]
        yield from self._hidden(0)
        for index, (kind, source) in enumerate(self.new):
            if index not in self._old:
                yield -2, self._fresh(index, kind, source)
                continue
            number = places[self._old[index]]
            yield number, self._kept(index, self.own.cells[number], source)
            yield from self._hidden(number + 1)

    def _hidden(self, number: int) -> Iterator[tuple[int, str]]:
        """Yield the empty cells from one on: they stay with the cell before them."""
        while number < len(self.own.cells) and not self.own.cells[number].is_shown:
            cell = self.own.cells[number]
            yield number, self.own.raw[cell.start : cell.end]
            number += 1

    @cached_property
    def _old(self) -> dict[int, int]:
        """The indices of the old file's shown cells by those of the new cells."""
        return _partners([cell.key for cell in self.own.shown], self.new)

    @cached_property
    def _source(self) -> dict[int, FileCell]:
        """The source's cells by the indices of the new cells."""
        if not self.others:
            return {}
        shown = self.others[1].shown
        return {j: shown[i] for j, i in _partners([c.key for c in shown], self.new).items()}

    @cached_property
    def _base(self) -> dict[int, FileCell]:
        """The base's cells by the starts of the source's."""
        if not self.others:
            return {}
        shown = [file.shown for file in self.others]
        found = _partners(*([cell.key for cell in side] for side in shown))
        return {shown[1][j].start: shown[0][i] for j, i in found.items()}

    # --- one cell --------------------------------------------------------------------------------

    def _kept(self, index: int, cell: FileCell, source: str) -> str:
        """Return the JSON of a cell that the translation had."""
        changed = self._followed(index, cell, source)
        if not changed:
            return self.own.with_source(cell, source)
        with_text = type(self.own)(self._alone(self.own.with_source(cell, source)))
        data = with_text.data(with_text.cells[0]) | changed
        return self.own.written({k: v for k, v in data.items() if v is not _NOTHING})

    def _alone(self, cell: str) -> str:
        return f'{{"nbformat": 4, "cells": [{cell}]}}'

    def _followed(self, index: int, cell: FileCell, source: str) -> dict[str, Any]:
        """Return what of a cell that is not text follows the source."""
        theirs = self._source.get(index)
        before = self._base.get(theirs.start) if theirs else None
        if theirs is None or before is None or self.others is None:
            return {}
        base, now = self.others[0].data(before), self.others[1].data(theirs)
        have = self.own.data(cell)
        is_theirs = cell.kind == "code" and source == theirs.source
        changed = {}
        for key in {*base, *now, *have} - {"id", "source", "cell_type"}:
            old, new, own = (side.get(key, _NOTHING) for side in (base, now, have))
            if own != new and (own == old or (is_theirs and key in _OUTPUTS)):
                changed[key] = new
        return changed

    def _fresh(self, index: int, kind: str, source: str) -> str:
        """Return the JSON of a cell that the translation did not have."""
        donor = self._source.get(index)
        data: dict[str, Any] = {"cell_type": kind, "metadata": {}}
        if donor and self.others:
            data = self.others[1].data(donor)
        elif kind == "code":
            data |= {"execution_count": None, "outputs": []}
        is_list = not donor or donor.where.is_list
        data["source"] = source.splitlines(keepends=True) if is_list else source
        self._name(data, index)
        return self.own.written(data)

    def _name(self, data: dict[str, Any], index: int) -> None:
        """Give a new cell an id that no other has, if the notebook's cells have ids."""
        data.pop("id", None) if not self._has_ids else None
        if self._has_ids and data.get("id") in {None, *self._ids}:
            content = f"{index} {data['cell_type']} {data['source']}"
            data["id"] = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    @cached_property
    def _has_ids(self) -> bool:
        found = _MINOR.search(self.own.raw)
        return found is not None and int(found[1]) >= IDS

    @cached_property
    def _ids(self) -> set[Any]:
        return {self.own.data(cell).get("id") for cell in self.own.cells}

    # --- the notebook ----------------------------------------------------------------------------

    def _ends(self) -> tuple[str, str]:
        """Return what stands around the cells: the notebook's metadata follow the source too."""
        own = self.own.ends
        if not self.others:
            return own
        base, source = (file.ends for file in self.others)
        first, last = (
            theirs if mine == old else mine
            for mine, old, theirs in zip(own, base, source, strict=True)
        )
        return first, last
