"""Formats: text to Document and back. ``get("d2l").read(text)`` finds the prose of a d2lbook file.

Formats of other packages register in the entry-point group ``amts_ext.formats``; the project's
own are registered the same way in setup.cfg.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from pathlib import PurePath

from amts_ext.errors import InputError
from amts_ext.formats.base import Edit, Format, splice
from amts_ext.formats.d2l import D2l
from amts_ext.formats.ipynb import Ipynb, Notebook
from amts_ext.formats.markdown import Markdown

__all__ = ["Edit", "Format", "Notebook", "available", "by_suffix", "get", "splice"]


def d2l_notebook() -> Ipynb:
    """Notebooks whose markdown cells are in the d2lbook dialect."""
    return Ipynb(D2l())


_OWN: dict[str, Callable[[], Format]] = {
    "d2l": D2l,
    "md": Markdown,
    "ipynb": Ipynb,
    "ipynb-d2l": d2l_notebook,
}


@cache
def available() -> tuple[str, ...]:
    """Names of all formats."""
    others = {e.name for e in entry_points(group="amts_ext.formats")}
    return tuple(sorted(others | set(_OWN)))


@cache
def get(name: str) -> Format:
    """The format of that name; raises :class:`InputError` for an unknown one."""
    if name in _OWN:
        return _OWN[name]()
    for entry in entry_points(group="amts_ext.formats"):
        if entry.name == name:
            made: Format = entry.load()()
            return made
    raise InputError(f"unknown format '{name}'; available: {', '.join(available())}")


def by_suffix(path: str, markdown: str = "md") -> str:
    """The format's name for a file name; ``markdown`` is the dialect of ``.md`` files.

    Raises :class:`InputError` for a suffix that no format reads.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in (".md", ".markdown"):
        return markdown
    if suffix == ".ipynb":
        return "ipynb-d2l" if markdown == "d2l" else "ipynb"
    raise InputError(
        f"no format reads '{suffix}' files; allowed: .md, .ipynb; or name one with --format",
        file=path,
    )
