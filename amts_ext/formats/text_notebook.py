r"""Notebooks as text files, by jupytext: ``py:percent``, ``py:light``, ``R:spin`` and their kin.

>>> reader = TextNotebooks("py:percent")
>>> file = "# %% [markdown]\n# # The mean\n#\n# It is small.\n\n# %%\nx = 1  # a comment\n"
>>> document = reader.read(file)
>>> document.text
'# The mean\n\nIt is small.'
>>> print(reader.write(document, [Edit(2, 10, "La media")]).split("\n")[1])
# # La media

jupytext says which cells are Markdown (https://jupytext.readthedocs.io). Their lines are looked for
in the file, behind comment signs or between quotes, and edited there. All else of the file stays.
A cell whose lines are not found stays as it is, and is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from amts_ext.errors import DocumentError, InputError
from amts_ext.formats.base import Edit, notation_of, splice
from amts_ext.formats.ipynb import Cell, Collected, Notebook
from amts_ext.formats.markdown import Markdown
from amts_ext.model import Document, Doubt

NOT_FOUND = (
    "a Markdown cell that is not in the file as jupytext reads it stays as it is; "
    "write it with one comment sign and a blank before every line"
)


@dataclass(frozen=True, slots=True)
class TextCell:
    """One Markdown cell: where its lines stand in the file, and what stands before each."""

    start: int
    end: int
    prefix: str
    """The comment sign; empty between quotes."""
    blank: str
    """What stands between the sign and the words: a blank, or nothing."""

    def encode(self, source: str, line_end: str) -> str:
        """Write a cell's new source as lines of the file."""
        lines = [f"{self.prefix}{self.blank}{line}".rstrip() for line in source.split("\n")]
        return line_end.join(lines if self.prefix else source.split("\n"))


@dataclass(frozen=True, slots=True)
class TextNotebook(Notebook):
    """A text notebook as a document: ``text`` holds its Markdown cells."""

    places: tuple[TextCell, ...] = ()


class TextNotebooks:
    """The formats of jupytext; ``name`` is one of its names, like ``py:percent``."""

    def __init__(self, name: str = "py:percent") -> None:
        self.name = name
        self.dialect = Markdown()
        self.notation = notation_of(self.dialect)

    def read(self, text: str, name: str = "") -> TextNotebook:
        """Find the prose in the Markdown cells.

        Raises :class:`InputError` without jupytext or for a name that it does not know, and
        :class:`DocumentError` for a text that it cannot read.
        """
        found = Collected()
        cells: list[Cell] = []
        places: list[TextCell] = []
        sources: list[str] = []
        at = 0
        for source, place in self._cells(text, name):
            if place is None:
                found.anchors.append((at, f"code:{source}"))
                continue
            cells.append(Cell(at, at + len(source), (), False))
            places.append(place)
            first = text.count("\n", 0, place.start) + 1
            found.add(
                self.dialect.read(source, name),
                at,
                lambda where, s=source, f=first: f + s.count("\n", 0, where),  # type: ignore[misc]
            )
            sources.append(source)
            at += len(source) + 2
        d = found.document(name, "\n\n".join(sources))
        marks = d.blocks, d.anchors, d.titles, d.links
        return TextNotebook(name, d.text, *marks, text, tuple(cells), tuple(places))

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the file's text with the edits made in the lines of its cells."""
        assert isinstance(document, TextNotebook)
        line_end = "\r\n" if "\r\n" in document.raw else "\n"
        file_edits: list[Edit] = []
        for cell, place in zip(document.cells, document.places, strict=True):
            own = [
                replace(edit, start=edit.start - cell.start, end=edit.end - cell.start)
                for edit in edits
                if cell.start <= edit.start and edit.end <= cell.end
            ]
            source = document.text[cell.start : cell.end]
            new = splice(source, own)
            if new != source:
                file_edits.append(Edit(place.start, place.end, place.encode(new, line_end)))
        return splice(document.raw, file_edits)

    def doubts(self, text: str) -> list[Doubt]:
        """Return the Markdown cells whose lines are not found in the file."""
        lost = [
            cell.source
            for cell, place in self._placed(text, "")
            if cell.cell_type == "markdown" and place is None
        ]
        return [Doubt(1, source.split("\n")[0][:60], NOT_FOUND) for source in lost[:1]]

    def _cells(self, text: str, name: str) -> Iterator[tuple[str, TextCell | None]]:
        for cell, place in self._placed(text, name):
            yield cell.source, place if cell.cell_type == "markdown" else None

    def _placed(self, text: str, name: str) -> Iterator[tuple[Any, TextCell | None]]:
        """Yield every cell, and where its lines stand in the file, in order."""
        sign = _sign(self.name)
        signs = (f"{sign}'", sign, "") if self.name.endswith(":spin") else (sign, "")
        lines = _lines(text)
        at = 0
        for cell in _notebook(text, self.name, name).cells:
            place, after = _find(cell.source.split("\n"), lines, at, signs)
            at = after if place else at
            yield cell, place


def _notebook(text: str, format: str, name: str) -> Any:
    try:
        import jupytext
    except ImportError as error:
        message = f"the format '{format}' needs jupytext: pip install 'amts-ext[jupytext]'"
        raise InputError(message) from error
    try:
        return jupytext.reads(text, fmt=format)
    except jupytext.formats.JupytextFormatError as error:
        raise InputError(f"unknown format '{format}': {' '.join(str(error).split())}") from error
    except Exception as error:  # jupytext lets through what its own parts raise
        reason = str(error).split("\n")[0]
        raise DocumentError(f"jupytext cannot read it as {format}: {reason}", file=name) from error


def _sign(format: str) -> str:
    """Return the comment sign of the language of a format."""
    from jupytext.languages import _SCRIPT_EXTENSIONS

    return str(_SCRIPT_EXTENSIONS.get(f".{format.split(':')[0]}", {}).get("comment", ""))


def _lines(text: str) -> list[tuple[int, str]]:
    """Return start and text of every line, without its end."""
    found, at = [], 0
    for line in text.split("\n"):
        found.append((at, line.rstrip("\r")))
        at += len(line) + 1
    return found


def _find(
    source: list[str], lines: list[tuple[int, str]], at: int, signs: Sequence[str]
) -> tuple[TextCell | None, int]:
    """Find a cell's lines from line ``at`` on; return their place and the line after them."""
    size = len(source)
    ways = [
        (sign, blank, [f"{sign}{blank}{line}".rstrip() for line in source])
        for sign in dict.fromkeys(signs)
        for blank in ((" ", "") if sign else ("",))
    ]
    for first in range(at, len(lines) - size + 1):
        line = lines[first][1].rstrip()
        for sign, blank, wanted in ways:
            if line == wanted[0] and [w.rstrip() for _, w in lines[first : first + size]] == wanted:
                last, words = lines[first + size - 1]
                return TextCell(lines[first][0], last + len(words), sign, blank), first + size
    return None, at
