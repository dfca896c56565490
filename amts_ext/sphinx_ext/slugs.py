"""Anchors of titles: a translated title keeps the ones that it has in the source language.

MyST-Parser makes a *slug* of a title's words (``## The mean`` is ``#the-mean``), and calls the
function ``myst_heading_slug_func`` for it. :func:`source_slug` takes its place: it looks up the
source's title and makes the slug of that, by the project's own function or MyST-Parser's. So
``[the mean](#the-mean)`` leads to the translated title too. nbsphinx makes labels of titles instead
(``/mean.ipynb#The-mean``); they get aliases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.formats.fragments import read_title
from amts_ext.model import Document
from amts_ext.text.outcome import TranslatedDocument

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config as SphinxConfig

VALUE = "myst_heading_slug_func"
PATH = f"{__name__}.source_slug"
"""The dotted path for :data:`VALUE`: Sphinx can keep a string from build to build, no function."""

Inline = Callable[[str], str]
"""Takes a title's Markdown and returns its words as MyST-Parser hands them to a slug function."""


class Titles:
    """The titles of a document in both languages, in order.

    >>> titles = Titles([("The mean", "均值"), ("Summary", "小结"), ("Summary", "小结")], str)
    >>> titles.source_of("均值"), titles.source_of("小结"), titles.source_of("other")
    ('The mean', 'Summary', 'other')

    A reader asks for them in order, but may leave some out: titles deeper than its limit.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]], inline: Inline) -> None:
        self._pairs = pairs
        self._inline = inline
        self._next = 0
        self._words: list[str] = []

    def source_of(self, words: str) -> str:
        """Return the words of the source's title; the given ones for a title without a source."""
        if not self._words:
            self._words = [self._inline(target) for _, target in self._pairs]
        order = [*range(self._next, len(self._pairs)), *range(self._next)]
        for index in order:
            if self._words[index] == words:
                self._next = index + 1
                return self._inline(self._pairs[index][0])
        return words


class _Current:
    """The document that this process reads."""

    titles: Titles | None = None
    own: Any = None
    """The project's own value of :data:`VALUE`."""


def wrap(config: SphinxConfig) -> None:
    """Put :func:`source_slug` in the place of the project's function, where MyST is used."""
    if VALUE in config and config[VALUE] != PATH:
        _Current.own = config[VALUE]
        config[VALUE] = PATH


def source_slug(title: str) -> str:
    """Return the slug of the source's title, for the words of a translated one."""
    titles = _Current.titles
    return str(_function(_Current.own)(titles.source_of(title) if titles else title))


def _function(own: Any) -> Callable[[str], str]:
    """Return a slug function: a function, its dotted path, or the name of one of MyST-Parser's."""
    made: Callable[[str], str]
    if callable(own):
        made = own
    elif own is None:
        from myst_parser.mdit_to_docutils import base

        made = getattr(base, "github_slugify", None) or base.default_slugify
    elif "." in own:
        module, _, name = own.rpartition(".")
        made = getattr(import_module(module), name)
    else:
        made = import_module("myst_parser.slugs").SLUG_PRESETS[own]
    return made


def begin(app: Sphinx, done: TranslatedDocument | None) -> None:
    """Tell which document is read next; None: one that is not translated."""
    _Current.titles = None
    if done is not None and done.result is not None:
        pairs = list(zip(_titles(done.source), _titles(done.result), strict=False))
        if len(done.source.titles) == len(done.result.titles):
            _Current.titles = Titles(pairs, _inline(app))


def _titles(document: Document) -> Iterator[str]:
    return (document.text[start:end] for start, end in document.titles)


def _inline(app: Sphinx) -> Inline:
    config = getattr(app.env, "myst_config", None)
    if config is None:
        return lambda title: read_title(title).text
    parsers: list[Any] = []

    def inline(title: str) -> str:
        if not parsers:
            from markdown_it.renderer import RendererHTML
            from myst_parser.parsers.mdit import create_md_parser

            parsers.append(create_md_parser(config, RendererHTML))
        tokens = parsers[0].parse(title)
        children = next((t.children for t in tokens if t.type == "inline"), None) or []
        return "".join(c.content for c in children if c.type in ("text", "code_inline"))

    return inline


def keep_anchors(app: Sphinx, doctree: nodes.document, done: TranslatedDocument) -> None:
    """Give the sections of a document that was read the anchors of their source titles, too.

    Addresses in other sites keep working, and so do links by nbsphinx's labels. Nothing is done if
    the document has another number of sections than titles.
    """
    from docutils import nodes

    sections = list(doctree.findall(nodes.section))
    titles = list(_titles(done.source))
    if len(sections) != len(titles):
        return
    suffix = Path(str(app.env.doc2path(app.env.docname))).suffix
    for section, title in zip(sections, titles, strict=True):
        words = read_title(title).text
        anchor = nodes.make_id(words)
        if "nbsphinx" in app.extensions:
            if suffix == ".ipynb":
                anchor = words.replace(" ", "-").replace('"', "%22")
            _alias(app, section, f"/{app.env.docname}{suffix}#{anchor}".lower())
        if anchor and anchor not in doctree.ids and anchor not in section["ids"]:
            section["ids"].append(anchor)
            doctree.ids[anchor] = section


def _alias(app: Sphinx, section: nodes.section, label: str) -> None:
    """Give a section the label that nbsphinx makes of its source title."""
    data = app.env.domaindata["std"]
    docname, own = app.env.docname, section["ids"][0]
    data["labels"].setdefault(label, (docname, own, section[0].astext()))
    data["anonlabels"].setdefault(label, (docname, own))
