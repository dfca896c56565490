"""Formats: text to Document and back. ``get("d2l").read(text)`` finds the prose of a d2lbook file.

>>> document = get("d2l").read("# The mean\\n:label:`sec_mean`\\n\\nLet $x$ be small.\\n")
>>> [document.text[block.start : block.end] for block in document.blocks]
['The mean', 'Let $x$ be small.']

Formats are registered in the entry-point group ``amts_ext.formats``: the project's own in
setup.cfg, and those of other packages in theirs.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePath

from amts_ext.errors import InputError
from amts_ext.formats.base import Edit, Format, Notation, doubts_of, notation_of, splice
from amts_ext.formats.ipynb import Notebook
from amts_ext.plugins import registered

__all__ = [
    "SUFFIXES",
    "Edit",
    "Format",
    "Notation",
    "Notebook",
    "available",
    "by_suffix",
    "doubts_of",
    "get",
    "notation_of",
    "splice",
]


GROUP = "amts_ext.formats"
MARKDOWN = (".md", ".markdown", ".qmd", ".rmd")
SUFFIXES = (*MARKDOWN, ".ipynb")
"""Suffixes of the files that a format reads."""


def available() -> tuple[str, ...]:
    """List the names of all formats, sorted."""
    return tuple(sorted(registered(GROUP)))


@cache
def get(name: str) -> Format:
    """Return the format of that name.

    What a book declares for it may follow a question mark: ``myst?my-note: argument body``. A name
    with a colon is one of jupytext's: ``py:percent``.

    Raises :class:`InputError` for an unknown one, and for what it cannot read as declared.
    """
    plain, _, declared = name.partition("?")
    if ":" in plain:
        plain, declared = "jupytext", plain
    if plain not in registered(GROUP):
        raise InputError(f"unknown format '{plain}'; available: {', '.join(available())}")
    make = registered(GROUP)[plain].load()
    made: Format = make(declared) if declared else make()
    return made


def by_suffix(path: str, markdown: str = "md") -> str:
    """Return the name of the format that reads a file.

    >>> by_suffix("chapter/one.md"), by_suffix("chapter/one.ipynb", "d2l")
    ('md', 'ipynb-d2l')

    ``markdown`` is the format of ``.md`` files. Notebooks whose cells are in such a dialect have a
    format of their own if one is registered.

    Raises :class:`InputError` for a suffix that no format reads.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in MARKDOWN:  # also Quarto's and R Markdown's, whose code is in fences
        return markdown
    if suffix == ".ipynb":
        dialect = f"ipynb-{markdown}"
        return dialect if dialect.partition("?")[0] in registered(GROUP) else "ipynb"
    raise InputError(
        f"no format reads '{suffix}' files; allowed: .md, .ipynb; or name one with --format",
        file=path,
    )
