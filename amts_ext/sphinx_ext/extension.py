"""``setup`` of the Sphinx extension: which event calls what.

A project needs one line, and its language::

    extensions = ["myst_parser", "amts_ext"]
    language = "zh_CN"

In a build of the source's own language nothing is translated; its pages get a language switcher.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sphinx.errors import ExtensionError
from sphinx.util import logging

import amts_ext
from amts_ext.errors import AmtsError, FrozenError
from amts_ext.pages.marks import sentences_of
from amts_ext.sphinx_ext import catalogs, pages, settings, slugs
from amts_ext.sphinx_ext.loose_texts import LooseText, LooseTexts
from amts_ext.sphinx_ext.project import Dialects
from amts_ext.sphinx_ext.translation import LastBuild, SphinxTranslation
from amts_ext.text.outcome import Problem, by_reason, summary

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config as SphinxConfig
    from sphinx.environment import BuildEnvironment

LOG = logging.getLogger(__name__)
FIRST, LAST = 100, 900
"""Priorities of handlers: before and after those of other extensions, which have 500."""
RECORD = "amts_record"
"""The attribute of Sphinx's environment with what is known from the build before."""
SENTENCES = "amts_sentences"
"""The attribute of a document with the sentences that its page marks."""
MOST = 20
"""The most places that one warning lists."""


class Extension:
    """The extension in one build; ``translation`` is None in a build of the source's language."""

    def __init__(self) -> None:
        self.translation: SphinxTranslation | None = None
        self.words: list[LooseText] = []
        self.problems: list[Problem] = []
        """What was not translated, and why."""
        self.noted: _Noted | None = None
        self.frozen = False
        """True if the build stopped because it may not ask and lacks segments."""

    def start(self, app: Sphinx, config: SphinxConfig) -> None:
        """Open the memory, and look up title and table of contents (``config-inited``)."""
        with self._as_sphinx():
            book = settings.book_config(app)
            language = settings.language_of(config.language, book.source)
            pages.start(app, book, language)
            if language is None:
                return
            dialects = Dialects.read_by(app.extensions, book.directives)
            frozen = bool(config.amts_frozen)
            self.translation = SphinxTranslation(book, language, dialects, frozen)
            for notice in self.translation.learn():
                LOG.warning(notice, type="amts", subtype="human")
            self.problems += self.translation.book.unread(language)  # logged already
        _set_language(app, config, self.translation.profile.sphinx_language)
        self._fill(app, config)
        slugs.wrap(config)
        pages.share_execution(app, config, language)
        self.words = LooseTexts(config, Path(str(app.confdir or app.srcdir))).all()
        with self._as_sphinx():
            self.translation.look_up(self.words)
        self.noted = _Noted(config)

    def _fill(self, app: Sphinx, config: SphinxConfig) -> None:
        """Fill the project's gettext catalogs, which Sphinx compiles after this."""
        language = str(config.language)
        found = list(catalogs.find(Path(str(app.srcdir)), config.locale_dirs, language))
        if self.translation is None or not found or not config[catalogs.VALUE]:
            return
        with self._as_sphinx():
            filling = catalogs.fill_catalogs(self.translation, found)
        LOG.info("amts: %s", filling)
        self._take(filling.problems)

    def translate(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Send what the memory lacks as one batch (``env-before-read-docs``)."""
        if self.translation is None:
            return
        record = getattr(env, RECORD, None) or LastBuild("", {})
        setattr(env, RECORD, record)
        for gone in record.seen.keys() - env.found_docs:
            del record.seen[gone]
        wanted = {name: Path(env.doc2path(name)) for name in docnames}
        others = {n: Path(env.doc2path(n)) for n in record.seen.keys() - wanted.keys()}
        with self._as_sphinx():
            changed, result = self.translation.run(record, wanted, others, self.words, _progress())
        docnames[:] = sorted({*docnames, *changed})
        if changed:
            LOG.info("amts: %d more, whose translation has changed", len(changed))
        if self.noted:
            self.noted.tell(app)
        if result.counts:
            LOG.info("amts: %s", summary(result.counts))
        self._take(result.problems)
        self._warn(list(self.translation.not_used.values()), "human")

    def read(self, app: Sphinx, docname: str, content: list[str]) -> None:
        """Replace a document's text by its translation (``source-read``)."""
        if self.translation is None:
            return
        with self._as_sphinx():
            path = Path(app.env.doc2path(docname))
            done = self.translation.text(docname, path, content[0])
        slugs.begin(app, done)
        if done is not None:
            content[0] = done.text

    def note(self, app: Sphinx, doctree: nodes.document) -> None:
        """Keep anchors, and the sentences that the page marks (``doctree-read``)."""
        done = self.translation and self.translation.read(app.env.docname)
        if done and self.translation:
            slugs.keep_anchors(app, doctree, done)
            shows = bool(self.translation.config.page_source)
            sentences = sentences_of(done, self.translation.made_drafts, shows)
            setattr(doctree, SENTENCES, sentences)

    def _take(self, problems: Sequence[Problem]) -> None:
        """Keep what was not translated for the build's exit code, and warn of it."""
        self.problems += problems
        self._warn(problems)

    def _warn(self, found: Sequence[Problem], subtype: str = "untranslated") -> None:
        """Warn of problems, once for each reason, at the first place that has it."""
        root = self.translation.config.root if self.translation else Path()
        groups: dict[str, list[Problem]] = {}
        for problem in found:
            groups.setdefault(problem.reason, []).append(problem)
        for group in groups.values():
            place = str(root / group[0].file), group[0].line
            text = "\n".join(by_reason(group, MOST))
            LOG.warning("%s", text, location=_location(*place), type="amts", subtype=subtype)

    @contextmanager
    def _as_sphinx(self) -> Iterator[None]:
        """Turn errors for a person into Sphinx's, which it shows in one line."""
        try:
            yield
        except AmtsError as error:
            self.frozen = isinstance(error, FrozenError)
            raise ExtensionError(f"amts: {error}") from error


def _location(file: str, line: int | None) -> str:
    return f"{file}:{line}" if line else file


def _set_language(app: Sphinx, config: SphinxConfig, language: str) -> None:
    """Give Sphinx the language in its own spelling: ``zh`` is ``zh_CN`` there."""
    if config.language != language:
        config.language = language  # type: ignore[attr-defined, unused-ignore]
        app._init_i18n()  # the words of Sphinx itself were loaded before


class _Noted:
    """The values that pages depend on, as the builder noted them, with the titles of now.

    Titles may be translated after the builder began, and file names are made of them. Without this,
    the next build takes them for a changed configuration, and writes all pages again.
    """

    def __init__(self, config: SphinxConfig) -> None:
        self._config = config
        self._values = {each.name: deepcopy(each.value) for each in config.filter("html")}

    def filter(self, rebuild: object) -> list[SimpleNamespace]:
        """Return the values as Sphinx's configuration does."""
        values = self._config.filter("html")
        now = {each.name: each.value for each in values if isinstance(each.value, str)}
        return [SimpleNamespace(name=n, value=v) for n, v in (self._values | now).items()]

    def tell(self, app: Sphinx) -> None:
        """Have the builder note them so."""
        builder: Any = app.builder
        if hasattr(builder, "build_info"):
            builder.build_info = type(builder.build_info)(self, app.tags, ["html"])


def _progress() -> Any:
    told = -1

    def progress(stage: str, done: int, total: int, **facts: object) -> None:
        nonlocal told
        share = 10 * done // max(1, total)
        if stage == "translate" and share > told:
            told = share
            LOG.info("amts: translating, %d of %d", done, total)

    return progress


CURRENT: list[Extension] = []
"""The extension of the build that runs in this process, for ``amts build``."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension; Sphinx calls this."""
    extension = Extension()
    CURRENT[:] = [extension]
    settings.declare(app)
    app.connect("config-inited", extension.start, LAST)
    app.connect("env-before-read-docs", extension.translate, FIRST)
    app.connect("source-read", extension.read, FIRST)
    app.connect("doctree-read", extension.note, LAST)
    pages.connect(app)
    return {
        "version": amts_ext.__version__,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
