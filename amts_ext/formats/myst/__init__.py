"""MyST Markdown: directives, roles, and a table of what in them is prose.

A name of a format may carry what a book declares: ``myst?my-note: argument body``.
"""

from __future__ import annotations

from amts_ext.formats.cells import CellsFormat
from amts_ext.formats.ipynb import Ipynb
from amts_ext.formats.myst.dialect import Myst

__all__ = ["Myst", "myst_cells", "myst_notebook"]


def myst_notebook(declared: str = "") -> Ipynb:
    """Make the format ``ipynb-myst``: MyST-NB's notebooks, with Markdown cells in MyST.

    A code cell's metadata are what the options of ``{code-cell}`` are in a text notebook.
    """
    dialect = Myst(declared)
    cell = dialect.table.directive("code-cell")
    return Ipynb(dialect, cell.options if cell else ())


def myst_cells(declared: str = "") -> CellsFormat:
    """Make the format ``cells-myst``: MyST-NB's notebooks as one text."""
    return CellsFormat(Myst(declared))
