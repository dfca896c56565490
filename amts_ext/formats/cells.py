"""The format ``cells``: a notebook as one text, with its code cells, as a person reads it.

>>> cells = [("markdown", "# The mean"), ("markdown", "It is small."), ("code", "mean(x)")]
>>> print(join(cells))
# The mean
<BLANKLINE>
⟪cell⟫
<BLANKLINE>
It is small.
<BLANKLINE>
⟪code⟫
mean(x)
⟪end⟫
<BLANKLINE>
>>> divide(join(cells)) == cells
True

The prose is that of the format ``ipynb``. A synchronization works on this text, since it puts in
and takes out whole cells; :mod:`amts_ext.sync.notebook` makes a notebook of it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from amts_ext.errors import DocumentError
from amts_ext.formats.base import Edit, notation_of, splice
from amts_ext.formats.ipynb import Collected, Lines
from amts_ext.formats.markdown import Markdown
from amts_ext.model import Document

BETWEEN, END = "⟪cell⟫", "⟪end⟫"
"""The lines between two markdown cells, and at the end of a cell of another kind."""
_WHOLE = re.compile(rf"^⟪(code|raw)⟫\n(.*?)\n{END}$|^{BETWEEN}$", re.M | re.S)
_LINE = re.compile(rf"^(?:⟪(?:code|raw)⟫|{BETWEEN}|{END})$", re.M)

Cells = list[tuple[str, str]]
"""Kind (``markdown``, ``code``, ``raw``) and source of the cells of a notebook, in order."""


def join(cells: Iterable[tuple[str, str]]) -> str:
    """Write cells as one text.

    Raises :class:`DocumentError` for a cell with a line that divides cells here.
    """
    written: list[str] = []
    before = ""
    for number, (kind, source) in enumerate(cells):
        if found := _LINE.search(source):
            message = f"cell {number + 1} has a line {found.group()}, which divides cells here"
            raise DocumentError(f"{message}; write it otherwise")
        if kind == before == "markdown":
            written.append(BETWEEN)
        written.append(source if kind == "markdown" else f"⟪{kind}⟫\n{source}\n{END}")
        before = kind
    return "\n\n".join([*written, ""])[:-1] if written else ""


def divide(text: str) -> Cells:
    """Read the cells from a text; markdown cells without the blank lines around them."""
    return [(kind, source) for kind, source, _, _ in places(text)]


def places(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, source and place of every cell; the place of code is that of its whole."""
    at = 0
    for found in _WHOLE.finditer(text):
        yield from _markdown(text, at, found.start())
        if found[1]:
            yield found[1], found[2], found.start(), found.end()
        at = found.end()
    yield from _markdown(text, at, len(text))


def _markdown(text: str, start: int, end: int) -> Iterator[tuple[str, str, int, int]]:
    source = text[start:end].strip("\n")
    if source.strip():
        at = text.index(source, start)
        yield "markdown", source, at, at + len(source)


class CellsFormat:
    """The format ``cells``; ``dialect`` reads the Markdown of the cells."""

    def __init__(self, dialect: Markdown | None = None) -> None:
        self.dialect = dialect or Markdown()
        self.notation = notation_of(self.dialect)

    def read(self, text: str, name: str = "") -> Document:
        """Find the prose in the markdown cells; the other cells become anchors."""
        line = Lines(text)
        found = Collected()
        found.anchors += [(m.start(), BETWEEN) for m in _WHOLE.finditer(text) if not m[1]]
        for kind, source, start, end in places(text):
            if kind == "markdown":
                inner = self.dialect.read(source, name)
                found.add(inner, start, lambda at, start=start: line(start + at))  # type: ignore[misc]
            else:
                found.anchors.append((start, f"code:{text[start:end]}"))
        found.anchors.sort()
        return found.document(name, text)

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the text with the edits made."""
        return splice(document.text, edits)


def d2l_cells() -> CellsFormat:
    """Make the format ``cells-d2l``: notebooks with cells in the d2lbook dialect of Markdown."""
    from amts_ext.formats.d2l import D2l  # late: a book of Sphinx needs none of it

    return CellsFormat(D2l())
