"""Texts of a project outside its documents: its title, its table of contents, its substitutions.

``source-read`` does not reach them. Each :class:`LooseText` has its text and the place to put the
translation: the configuration, or the site map that sphinx-external-toc has read from ``_toc.yml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.errors import InputError
from amts_ext.files import read_text
from amts_ext.sphinx_ext.project import BOOK, CONF, CONTENTS
from amts_ext.text.outcome import Source

if TYPE_CHECKING:
    from sphinx.config import Config as SphinxConfig

TITLES = ("project", "html_title", "html_short_title")
"""Values of ``conf.py`` that are titles."""
NAMELESS = frozenset({"Project name not set", "Python"})
"""Names that Sphinx gives a project without one, in version 7 and before."""
SUBSTITUTIONS = "myst_substitutions"


@dataclass(frozen=True, slots=True)
class LooseText:
    """One text outside the documents."""

    source: Source
    put: Callable[[str], object]
    """Takes the translation."""


class LooseTexts:
    """The words of a project whose settings are in ``folder``."""

    def __init__(self, config: SphinxConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._settings = CONF if (folder / CONF).is_file() else BOOK

    def all(self) -> list[LooseText]:
        """Return them all."""
        return [*self._titles(), *self._substitutions(), *self._contents()]

    def _titles(self) -> Iterator[LooseText]:
        given = vars(self._config)  # a default made of other values is not there, and follows them
        for name in TITLES:
            text = given.get(name)
            if isinstance(text, str) and text.strip() and text not in NAMELESS:
                source = self._source(self._settings, text, "md")
                yield LooseText(source, _setter(self._config, name))

    def _substitutions(self) -> Iterator[LooseText]:
        values = getattr(self._config, SUBSTITUTIONS, None)
        if not isinstance(values, dict):
            return
        for name, text in values.items():
            if isinstance(text, str) and text.strip():
                source = self._source(self._settings, text, "myst")
                yield LooseText(source, _item_setter(values, name))

    def _contents(self) -> Iterator[LooseText]:
        """Yield titles and captions of ``_toc.yml``."""
        site_map = getattr(self._config, "external_site_map", None)
        for document in site_map.values() if site_map else ():
            yield from self._of_attribute(document, "title")
            for tree in document.subtrees:
                yield from self._of_attribute(tree, "caption")
                for item in tree.items:
                    yield from self._of_attribute(item, "title")

    def _of_attribute(self, owner: Any, name: str) -> Iterator[LooseText]:
        # str items are files and patterns, whose ``title`` is the method of strings
        text = getattr(owner, name, None)
        if isinstance(text, str) and text.strip():
            yield LooseText(self._source(CONTENTS, text, "md"), _setter(owner, name))

    def _source(self, file: str, text: str, format: str) -> Source:
        """Return a text below as many empty lines as it has above it in its file, for messages."""
        path = self._folder / file
        try:
            before = read_text(path).partition(text.splitlines()[0])[0] if path.is_file() else ""
        except InputError:
            before = ""
        return Source(file, "\n" * before.count("\n") + text, format)


def _setter(owner: Any, name: str) -> Callable[[str], object]:
    return lambda text: setattr(owner, name, text.lstrip("\n"))


def _item_setter(owner: dict[str, Any], name: str) -> Callable[[str], object]:
    return lambda text: owner.__setitem__(name, text.lstrip("\n"))
