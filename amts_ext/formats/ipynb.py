"""The format ``ipynb``: the prose in the markdown cells of a Jupyter notebook, nbformat 4.x.

>>> file = '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["# The mean"]}]}'
>>> document = Ipynb().read(file)
>>> document.text
'# The mean'
>>> Ipynb().write(document, [Edit(2, 10, "La media")])
'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["# La media"]}]}'

The JSON is read with positions and edited in place, so indentation, key order, escapes, outputs,
attachments and the final newline stay as the file has them
(https://nbformat.readthedocs.io/en/latest/format_description.html).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from json import decoder, scanner
from typing import Any

from amts_ext.errors import DocumentError
from amts_ext.formats.base import Edit, notation_of, splice
from amts_ext.formats.links import moved_links
from amts_ext.formats.markdown import Markdown, shift
from amts_ext.model import Block, Document, Doubt, Link


class Located(str):
    """A JSON string with its span in the file, quotes included."""

    start: int
    end: int


class _LocatingDecoder(json.JSONDecoder):
    """The standard JSON decoder, but string values are :class:`Located`."""

    def __init__(self) -> None:
        super().__init__()

        def parse_string(text: str, start: int, strict: bool) -> tuple[Located, int]:
            value, end = decoder.scanstring(text, start, strict)  # type: ignore[attr-defined]
            located = Located(value)
            located.start, located.end = start - 1, end
            return located, end

        self.parse_string = parse_string
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]


class Lines:
    """A map from character positions to 1-based line numbers.

    >>> Lines("one\\ntwo")(4)
    2
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def __call__(self, position: int) -> int:
        return bisect_right(self._starts, position)


@dataclass(frozen=True, slots=True)
class Cell:
    """One markdown cell, or one string of prose in a code cell's metadata.

    It has its stretch of the document's text, and its strings in the file.
    """

    start: int
    end: int
    strings: tuple[Located, ...]
    """The JSON strings of its source: one, or one a line."""
    is_list: bool
    """True if the file has a list of strings."""


@dataclass(frozen=True, slots=True)
class Notebook(Document):
    """A notebook as a document: ``text`` holds its markdown cells, with a blank line between."""

    raw: str = ""
    """The file's text."""
    cells: tuple[Cell, ...] = ()

    @property
    def walls(self) -> tuple[tuple[int, str], ...]:
        """The anchors, and the ends of cells."""
        ends = [(cell.end, "cell:") for cell in self.cells]
        return tuple(sorted([*self.anchors, *ends]))


@dataclass(slots=True)
class Collected:
    """What was found in the cells of a notebook, at its places in the text of all."""

    blocks: list[Block] = field(default_factory=list)
    anchors: list[tuple[int, str]] = field(default_factory=list)
    titles: list[tuple[int, int]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def add(self, inner: Document, at: int, line: Callable[[int], int]) -> None:
        """Add what one cell holds, which begins at ``at``; ``line`` tells the line of a place."""
        self.blocks += [shift(b, at, line(b.start)) for b in inner.blocks]
        self.anchors += [(at + where, what) for where, what in inner.anchors]
        titles, links = moved_links(inner, at, line)
        self.titles += titles
        self.links += links

    def document(self, name: str, text: str) -> Document:
        """Return all as a document."""
        marks = tuple(self.blocks), tuple(self.anchors), tuple(self.titles), tuple(self.links)
        return Document(name, text, *marks)


class Ipynb:
    """The format ``ipynb``; ``dialect`` reads the Markdown of the cells.

    ``captions`` are the paths of strings in the metadata of code cells that are prose, too, such as
    ``mystnb.figure.caption``.
    """

    def __init__(self, dialect: Markdown | None = None, captions: Iterable[str] = ()) -> None:
        self.dialect = dialect or Markdown()
        self._captions = [path.split(".") for path in sorted(captions)]
        self.notation = notation_of(self.dialect)
        self.fragments = getattr(dialect, "fragments", ("jupyter", "github"))

    def read(self, text: str, name: str = "") -> Notebook:
        """Find the prose in the notebook's markdown cells and captions; code cells become anchors.

        Raises :class:`DocumentError` for invalid JSON, another nbformat than 4, or a cell without
        source.
        """
        line = Lines(text)
        cells: list[Cell] = []
        found = Collected()
        sources: list[str] = []
        at = 0
        for number, cell in enumerate(read_cells(text, name)):
            source, strings, is_list = read_source(cell, number, name, line)
            if cell.get("cell_type") == "markdown":
                prose = [(source, strings, is_list)]
            else:
                found.anchors.append((at, f"code:{source}"))
                prose = [(str(c), (c,), False) for c in self._captions_of(cell)]
            for text_of, strings_of, has_list in prose:
                cells.append(Cell(at, at + len(text_of), strings_of, has_list))
                lines = CellLines(strings_of, text_of, line)
                found.add(self.dialect.read(text_of, name), at, lines)
                sources.append(text_of)
                at += len(text_of) + 2
        joined = "\n\n".join(sources)
        d = found.document(name, joined)
        marks = d.blocks, d.anchors, d.titles, d.links
        return Notebook(name, joined, *marks, text, tuple(cells))

    def _captions_of(self, cell: dict[str, Any]) -> list[Located]:
        """Return the prose in the metadata of a code cell, in the order of the file."""
        found = []
        for path in self._captions:
            value: Any = cell.get("metadata")
            for key in path:
                value = value.get(key) if isinstance(value, dict) else None
            found += [value] if isinstance(value, Located) and value.strip() else []
        return sorted(found, key=lambda each: each.start)

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the file's text with the edits made in the sources of its cells."""
        assert isinstance(document, Notebook)
        dense = is_dense(document.raw)
        file_edits: list[Edit] = []
        index = 0
        for cell in document.cells:
            own = []
            while index < len(edits) and edits[index].end <= cell.end:
                edit = edits[index]
                own.append(replace(edit, start=edit.start - cell.start, end=edit.end - cell.start))
                index += 1
            source = document.text[cell.start : cell.end]
            new = splice(source, own)
            if new != source:
                file_edits.append(encode(document.raw, cell, new, dense))
        return splice(document.raw, file_edits)

    def doubts(self, text: str) -> list[Doubt]:
        """Return what the dialect of the cells is not sure of, each only once in a notebook."""
        found: dict[str, Doubt] = {}
        line = Lines(text)
        for number, cell in enumerate(read_cells(text, "")):
            source, strings, _ = read_source(cell, number, "", line)
            if cell.get("cell_type") == "markdown" and strings:
                for doubt in self.dialect.doubts(source):
                    kind = f"{doubt.reason}{doubt.source[:2]}"
                    at = strings[min(doubt.line, len(strings)) - 1].start
                    found.setdefault(kind, Doubt(line(at), doubt.source, doubt.reason))
        return list(found.values())


def d2l_notebook() -> Ipynb:
    """Make the format ``ipynb-d2l``: notebooks with cells in the d2lbook dialect of Markdown."""
    from amts_ext.formats.d2l import D2l  # late: a book of Sphinx needs none of it

    return Ipynb(D2l())


class CellLines:
    """A map from positions in one cell's source to lines of the file."""

    def __init__(self, strings: Sequence[Located], source: str, line: Lines) -> None:
        self._lines = [line(s.start) for s in strings]
        self._starts = [0]
        for string in strings[:-1]:
            self._starts.append(self._starts[-1] + len(string))

    def __call__(self, position: int) -> int:
        return self._lines[bisect_right(self._starts, position) - 1]


def read_cells(text: str, name: str) -> list[dict[str, Any]]:
    """Read the cells of a notebook; raises :class:`DocumentError` if it is none."""
    try:
        # JSON allows no byte order mark; a blank in its place keeps the positions.
        notebook = _LocatingDecoder().decode(" " + text[1:] if text.startswith("\ufeff") else text)
    except RecursionError as error:
        raise DocumentError(
            "not a notebook: its JSON is nested too deeply; restore the file", file=name, line=1
        ) from error
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"not a notebook: invalid JSON ({error.msg}, column {error.colno}); "
            "restore the file, or save it again in Jupyter",
            file=name,
            line=error.lineno,
        ) from error
    except ValueError as error:
        raise DocumentError(
            "not a notebook: a number in its JSON has too many digits; restore the file",
            file=name,
            line=1,
        ) from error
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if version is None or (version == 4 and not isinstance(notebook.get("cells"), list)):
        missing = "nbformat" if version is None else "cells"
        raise DocumentError(
            f"not a notebook: its JSON has no '{missing}'; restore the file", file=name, line=1
        )
    if version != 4:
        raise DocumentError(
            f"notebook format {version} is not supported, only nbformat 4; "
            "convert it: jupyter nbconvert --to notebook --inplace FILE",
            file=name,
            line=1,
        )
    cells: list[dict[str, Any]] = notebook["cells"]
    return cells


def read_source(
    cell: Any, number: int, name: str, line: Lines
) -> tuple[str, tuple[Located, ...], bool]:
    """Read a cell's source: its text, its JSON strings, and whether these are a list."""
    source = cell.get("source") if isinstance(cell, dict) else None
    if isinstance(source, Located):
        return str(source), (source,), False
    if isinstance(source, list) and all(isinstance(s, Located) for s in source):
        return "".join(source), tuple(source), True
    inside = cell.values() if isinstance(cell, dict) else [cell]
    known = [line(v.start) for v in inside if isinstance(v, Located)]
    raise DocumentError(
        f"cell {number + 1} has no 'source' (a string or a list of strings); "
        "repair the notebook in Jupyter or restore the file",
        file=name,
        line=min(known, default=None),
    )


def is_dense(raw: str) -> bool:
    """Return True if a notebook's file escapes all letters that are not ASCII."""
    return "\\u" in raw and raw.isascii()


def encode(raw: str, cell: Cell, new: str, dense: bool) -> Edit:
    """Write a cell's new source as JSON in the shape of the old one: a string, or a list.

    A line that is as it was keeps its JSON, whose escapes another program may have chosen.
    """
    first, last = cell.strings[0], cell.strings[-1]
    known = {str(s): raw[s.start : s.end] for s in cell.strings}
    lines = re.findall(r"[^\n]*\n|[^\n]+", new) if cell.is_list else [new]
    separator = ", "
    if len(cell.strings) > 1:
        separator = raw[first.end : cell.strings[1].start]
    elif cell.is_list:
        blank = raw.rindex("[", 0, first.start) + 1
        separator = "," + (raw[blank : first.start] or " ")
    written = [known.get(line) or json.dumps(line, ensure_ascii=dense) for line in lines]
    encoded = separator.join(written)
    return Edit(first.start, last.end, encoded)
