"""Formats: text to Document and back. ``get("d2l").read(text)`` finds the prose of a d2lbook file.

Formats of other packages register in the entry-point group ``amts_ext.formats``; the project's
own are registered the same way in setup.cfg.
"""

from __future__ import annotations

from functools import cache
from pathlib import PurePath

from amts_ext.errors import InputError
from amts_ext.formats.base import Edit, Format, Notation, notation_of, splice
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
    "get",
    "notation_of",
    "splice",
]


GROUP = "amts_ext.formats"
MARKDOWN = (".md", ".markdown")
SUFFIXES = (*MARKDOWN, ".ipynb")
"""Of the files that a format reads."""


def available() -> tuple[str, ...]:
    """Names of all formats."""
    return tuple(sorted(registered(GROUP)))


@cache
def get(name: str) -> Format:
    """The format of that name; raises :class:`InputError` for an unknown one."""
    if name not in registered(GROUP):
        raise InputError(f"unknown format '{name}'; available: {', '.join(available())}")
    made: Format = registered(GROUP)[name].load()()
    return made


def by_suffix(path: str, markdown: str = "md") -> str:
    """The format's name for a file name; ``markdown`` is the dialect of ``.md`` files.

    Notebooks in a dialect have a format of their own if one is registered.

    >>> by_suffix("chapter/one.ipynb", "d2l")
    'ipynb-d2l'

    Raises :class:`InputError` for a suffix that no format reads.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in MARKDOWN:
        return markdown
    if suffix == ".ipynb":
        dialect = f"ipynb-{markdown}"
        return dialect if dialect in registered(GROUP) else "ipynb"
    raise InputError(
        f"no format reads '{suffix}' files; allowed: .md, .ipynb; or name one with --format",
        file=path,
    )
