"""Outputs of code that a build has run, for documents that hold none themselves.

>>> notebook = '{"cells": [{"cell_type": "code", "source": "1 + 1\\\\n", "outputs": [{"a": 2}]}]}'
>>> size = Path("mean.ipynb").write_text(notebook)
>>> outputs_of([Path("mean.ipynb")])
{'1 + 1': [{'a': 2}]}

A Markdown file of d2lbook or MyST-NB has code and no outputs. A build keeps the executed notebook,
and a cell is found in it by its code: what was changed since then has no outputs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

Outputs = Mapping[str, Sequence[Any]]
"""The outputs (nbformat 4) of code cells by their code."""
_OPTIONS = re.compile(r"\A(?:---\n.*?\n---(?:\n|\Z)|(?::[\w-]+:[^\n]*(?:\n|\Z))+)", re.DOTALL)
_TAB = re.compile(r"\A#\s*@tab[^\n]*(?:\n|\Z)")


def code_of(source: str) -> str:
    """Return the code of a cell as a kernel gets it: without options of MyST-NB or a tab's name.

    >>> code_of(":tags: [hide]\\nx = 1\\n"), code_of("#@tab numpy\\nx = 2")
    ('x = 1', 'x = 2')
    """
    return _TAB.sub("", _OPTIONS.sub("", source)).strip()


def outputs_of(notebooks: Sequence[Path]) -> Outputs:
    """Return the outputs in executed notebooks by the code of their cells; the first one counts.

    A notebook that is not there or cannot be read has none.
    """
    found: dict[str, Sequence[Any]] = {}
    for notebook in notebooks:
        try:
            known = _read(notebook, notebook.stat().st_mtime_ns)
        except (OSError, ValueError, RecursionError):
            continue
        for code, outputs in known.items():
            found.setdefault(code, outputs)
    return found


@lru_cache(maxsize=64)
def _read(notebook: Path, changed: int) -> Outputs:
    """Read a notebook once for each time that it was ``changed``."""
    cells = json.loads(notebook.read_bytes())
    found = {}
    for cell in cells.get("cells", ()) if isinstance(cells, dict) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source, outputs = cell.get("source"), cell.get("outputs")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            if isinstance(outputs, list) and outputs:
                found[code_of(text)] = outputs
    return found
