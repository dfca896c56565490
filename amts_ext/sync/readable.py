"""The files of a book as a merge reads them: Markdown as it is, a notebook as one text.

The notes that a synchronization wrote into them (:mod:`amts_ext.text.notes`) are left out.

>>> read("mean.md", "A mean.\\r\\n").text
'A mean.\\n'
>>> format_of("mean.ipynb", "d2l")
'cells-d2l'
"""

from __future__ import annotations

from pathlib import Path

from amts_ext import files, formats
from amts_ext.sync.notebook import NotebookText
from amts_ext.sync.plain import Plain
from amts_ext.text import notes

Readable = Plain | NotebookText


def read(name: str, text: str) -> Readable:
    """Read a file's text; raises :class:`DocumentError` for a notebook that is none."""
    return NotebookText.of(text, name) if name.lower().endswith(".ipynb") else Plain.of(text)


def read_file(path: Path) -> Readable:
    """Read a file; raises :class:`InputError` if it cannot be read."""
    return read(str(path), files.read_text(path))


def format_of(name: str, markdown: str) -> str:
    """Return the format of a file's text; ``markdown`` is that of ``.md`` files."""
    return text_format(formats.by_suffix(name, markdown))


def text_format(format: str) -> str:
    """Return the format of the text of files in a format."""
    return format.replace("ipynb", "cells", 1)


def of_format(format: str, text: str, name: str) -> Readable:
    """Read a file's text, which is in a format; raises :class:`DocumentError` for no notebook."""
    return NotebookText.of(text, name) if format.startswith("ipynb") else Plain(notes.without(text))
