"""Words of a project outside its documents: its title, its table of contents, its substitutions.

``source-read`` does not reach them. Each :class:`Word` has its text and the place to put the
translation: the configuration, or the site map that sphinx-external-toc has read from ``_toc.yml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from amts_ext.sphinx_ext.project import CONF, CONTENTS, markdown
from amts_ext.text.outcome import Source

if TYPE_CHECKING:
    from sphinx.config import Config as SphinxConfig

TITLES = ("project", "html_title", "html_short_title")
"""Values of ``conf.py`` that are titles."""
SUBSTITUTIONS = "myst_substitutions"


@dataclass(frozen=True, slots=True)
class Word:
    """One text outside the documents."""

    source: Source
    put: Callable[[str], object]
    """Takes the translation."""


def words_of(config: SphinxConfig) -> list[Word]:
    """Return the words of a project."""
    return [*_titles(config), *_substitutions(config), *_contents(config)]


def _titles(config: SphinxConfig) -> Iterator[Word]:
    given = vars(config)  # a default made of other values is not there, and follows them
    for name in TITLES:
        text = given.get(name)
        if isinstance(text, str) and text.strip():
            yield Word(Source(CONF, text, "md"), _setter(config, name))


def _substitutions(config: SphinxConfig) -> Iterator[Word]:
    values = getattr(config, SUBSTITUTIONS, None)
    for name, text in values.items() if isinstance(values, dict) else ():
        if isinstance(text, str) and text.strip():
            yield Word(Source(CONF, text, markdown()), _item_setter(values, name))


def _contents(config: SphinxConfig) -> Iterator[Word]:
    """Yield titles and captions of ``_toc.yml``."""
    site_map = getattr(config, "external_site_map", None)
    for document in site_map.values() if site_map else ():
        yield from _of_attribute(document, "title")
        for tree in document.subtrees:
            yield from _of_attribute(tree, "caption")
            for item in tree.items:
                yield from _of_attribute(item, "title")


def _of_attribute(owner: Any, name: str) -> Iterator[Word]:
    # str items are files and patterns, whose ``title`` is the method of strings
    text = getattr(owner, name, None)
    if isinstance(text, str) and text.strip():
        yield Word(Source(CONTENTS, text, "md"), _setter(owner, name))


def _setter(owner: Any, name: str) -> Callable[[str], object]:
    return lambda text: setattr(owner, name, text)


def _item_setter(owner: dict[str, Any], name: str) -> Callable[[str], object]:
    return lambda text: owner.__setitem__(name, text)
