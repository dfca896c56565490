"""The values of ``conf.py``: each key of a book's configuration is one, with ``amts_`` before it.

``amts_langs``, ``amts_human``, ``amts_translator`` … mean what they mean in ``config.ini``
(:class:`amts_ext.config.Config`). They override a ``config.ini`` beside ``conf.py``, which a
project need not have.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext import config
from amts_ext.languages import profiles
from amts_ext.sphinx_ext.project import CONF, PREFIX, SphinxProject

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGES = frozenset({"page_note", "page_source", "page_improve", "colours", "langs"})
"""Keys that change pages only: another value writes all pages again, and reads none."""
SWITCHER = ("sidebar", "page", "none")
"""The places of the language switcher: the theme's sidebar if it has one, the page, or none."""
OWN: dict[str, Any] = {
    "addresses": {},
    "catalogs": True,
    "frozen": False,
    "switcher": SWITCHER[0],
}
"""Values that only Sphinx has, with their defaults."""
NO_REBUILD = ("catalogs", "frozen")
"""Those that change no page by themselves."""


def declare(app: Sphinx) -> None:
    """Declare all values."""
    for name in config.names():
        types = (str, dict, list, tuple, bool, int, float, type(None))
        app.add_config_value(f"{PREFIX}{name}", None, "html" if name in PAGES else "", types)
    for name, default in OWN.items():
        rebuild = "" if name in NO_REBUILD else "html"
        app.add_config_value(f"{PREFIX}{name}", default, rebuild, (type(default),))


def book_config(app: Sphinx) -> config.Config:
    """Return the book's configuration: that of ``config.ini`` if there is one, and ``conf.py``'s.

    Raises :class:`~amts_ext.errors.ConfigError` for a value that is not allowed.
    """
    values = {name: app.config[f"{PREFIX}{name}"] for name in config.names()}
    values["name"] = values["name"] or None
    folder = Path(str(app.confdir or app.srcdir))
    if (folder / "config.ini").is_file():
        return config.load(folder / "config.ini", **values)
    return config.without_file(Path(str(app.srcdir)), str(folder / CONF), **values)


def stated(project: SphinxProject, **keywords: object) -> config.Config:
    """Return the configuration that the files of a project state; Sphinx is not run for that.

    ``keywords`` that are not None replace values of the files. Raises
    :class:`~amts_ext.errors.ConfigError` for a value that is not allowed.
    """
    root = project.root.resolve()
    values = {name: project.value(f"{PREFIX}{name}") for name in config.names()}
    values |= {name: value for name, value in keywords.items() if value is not None}
    if (root / "config.ini").is_file():
        return config.load(root / "config.ini", **values)
    return config.without_file(root, CONF, **values)


def language_of(code: str | None, source: str) -> str | None:
    """Return the language that a value of Sphinx's ``language`` names; None for the source's.

    >>> language_of("zh_CN", "en"), language_of("en", "en"), language_of("en_GB", "en")
    ('zh', None, None)
    """
    if not code:
        return None
    found = profiles.spelled(code)
    same = {found.lower(), found.lower().replace("_", "-").split("-")[0]}
    return None if source.lower() in same else found
