"""Built pages: who wrote each sentence, the note below the title, and the language switcher."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext import files
from amts_ext.config import Config
from amts_ext.languages import profiles
from amts_ext.pages import editions
from amts_ext.pages.finishing import Look, improving, with_lines

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config as SphinxConfig

TEMPLATE = "amts-languages.html"
"""The template with the switcher, for a theme's own list of places."""
SIDEBARS = frozenset({"alabaster", "furo", "pydata_sphinx_theme", "sphinx_book_theme"})
"""Themes that show the templates of ``sidebars`` on every page that has some."""
EDITIONS = "amts_editions"
"""The languages that pages link to, as a value: if they change, Sphinx writes all pages again."""
CACHE = "nb_execution_cache_path"
_HTML = re.compile(r"<html\b(?![^>]*\sdir=)", re.IGNORECASE)


class _Pages:
    """What the pages of one build show."""

    def __init__(self, app: Sphinx, config: Config, language: str | None) -> None:
        self.language = language or config.source
        self.config = config
        self.translated = language is not None
        self.switcher = app.config.amts_switcher
        found = _editions(app, config, self.language)
        self.look: Look | None = None
        self.editions = found if len(found) > 1 else []
        if language is not None:
            profile = profiles.for_pair(config.source, language)
            improve = improving(config.page_improve, profile)
            look = config.page_note, config.colours, self.editions, improve
            self.look = Look(profile, config.source, *look)


def _editions(app: Sphinx, config: Config, language: str) -> list[editions.Edition]:
    """Return the editions that pages link to: those with an address, and those of ``langs``.

    Those without an address lie side by side. The source is one of them if its pages are there.
    """
    given = {**app.config.amts_addresses, language: ""}
    folder = Path(str(app.outdir))
    langs = [lang for lang in config.langs if lang != config.source]
    found: list[editions.Edition] = []
    if langs and (language == config.source or folder.parent.name == language):
        beside = editions.laid_out(folder.name, config.source, langs, language)
        found = editions.built([e for e in beside if e.language not in given], folder)
    both = {e.language: e for e in [*found, *editions.given(given, config.source)]}
    order = [config.source, *langs, *both]
    return [both[lang] for lang in dict.fromkeys(order) if lang in both]


def start(app: Sphinx, config: Config, language: str | None) -> None:
    """Settle what the pages show; ``language`` None: they are in the source's own."""
    app.amts_pages = shown = _Pages(app, config, language)  # type: ignore[attr-defined]
    app.config[EDITIONS] = [edition.language for edition in shown.editions]


def share_execution(app: Sphinx, config: SphinxConfig, language: str) -> None:
    """Give MyST-NB the cache of executed notebooks that the source's build has.

    It is beside the folder of pages, ``_build/.jupyter_cache``; a language's are one level deeper.
    """
    folder = Path(str(app.outdir))
    if CACHE in config and not config[CACHE] and folder.parent.name == language:
        config[CACHE] = str(folder.parent.parent / ".jupyter_cache")


def connect(app: Sphinx) -> None:
    """Connect the handlers of pages."""
    app.add_config_value(EDITIONS, [], "html")
    app.connect("builder-inited", _add_template)
    app.connect("html-page-context", _show, 900)
    app.connect("build-finished", _set_direction)


def _add_template(app: Sphinx) -> None:
    """Have the builder find the switcher's template, after those of the project and the theme."""
    from sphinx.jinja2glue import SphinxFileSystemLoader

    loaders = getattr(getattr(app.builder, "templates", None), "loaders", None)
    if loaders is not None:
        loaders.append(SphinxFileSystemLoader(str(Path(__file__).with_name("templates"))))


def _show(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put marks, note and switcher into a page (``html-page-context``)."""
    shown: _Pages = app.amts_pages  # type: ignore[attr-defined]
    uri = app.builder.get_target_uri(pagename)
    lines: list[str] = []
    body = context.get("body")
    head = editions.head(shown.editions, uri) if shown.editions else ""
    sentences = getattr(doctree, "amts_sentences", None)
    if shown.look is not None and sentences and isinstance(body, str):
        body, _ = shown.look.marked(body, uri, sentences)
        head = shown.look.head(uri)
        lines = shown.look.below_title(uri, sentences)
    context["metatags"] = context.get("metatags", "") + head
    if shown.editions:
        lines += _placed(app, shown, uri, context)
    if isinstance(body, str):
        made = with_lines(body, lines) if "</h1>" in body else "".join(lines) + body
        if editions.direction(shown.language) == "rtl":
            made = f'<div dir="rtl">\n{made}\n</div>'
        context["body"] = made


def _placed(app: Sphinx, shown: _Pages, uri: str, context: dict[str, Any]) -> list[str]:
    """Put the switcher into the theme's sidebar; return it as a line of the page if there is none.

    A project's own templates have it as ``amts_languages``.
    """
    made = editions.switcher(shown.editions, uri)
    context["amts_languages"] = made
    sidebars = context.get("sidebars")
    if shown.switcher == "none":
        return []
    if shown.switcher == "sidebar" and sidebars and app.config.html_theme in SIDEBARS:
        if TEMPLATE not in sidebars:
            context["sidebars"] = [*sidebars, TEMPLATE]
        return []
    return [made]


def _set_direction(app: Sphinx, exception: Exception | None) -> None:
    """Say in every page that the script runs from right to left (``build-finished``)."""
    shown: _Pages | None = getattr(app, "amts_pages", None)
    if exception or shown is None or editions.direction(shown.language) != "rtl":
        return
    if app.builder.format == "html":
        for path in sorted(Path(str(app.outdir)).rglob("*.html")):
            if "_static" not in path.parts:
                page = files.read_text(path)
                files.write_text(path, _HTML.sub('<html dir="rtl"', page, count=1))
