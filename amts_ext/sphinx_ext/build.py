"""``amts build --lang zh,es`` for Sphinx and Jupyter Book 1: several languages side by side.

::

    _build/html/            the source, if --lang names its language too
    _build/zh/html/         each language
    _build/es/html/
    _build/index.html       leads to the reader's language
    _build/.doctrees/zh/    what Sphinx keeps from build to build
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from amts_ext import config as settings_of
from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.languages import profiles
from amts_ext.pages import editions
from amts_ext.pipeline.book import open_book
from amts_ext.pipeline.catalogs import wanted
from amts_ext.progress import reporter
from amts_ext.project import SETTINGS, book_config
from amts_ext.sphinx_ext.project import SphinxProject
from amts_ext.sphinx_ext.run import split

OUT = "_build"
PAGES = ("html", "dirhtml")
"""Builders whose pages are a site."""
TITLE = "Languages"
"""The title of the page in front of a book without a title of its own."""


def build(words: Sequence[str], project: SphinxProject) -> int:
    """Run a command line of ``amts build`` and return the exit code.

    Raises :class:`~amts_ext.errors.AmtsError`, which the command shows in one line.
    """
    arguments, options = _parsed(words)
    book = _book(project, arguments)
    langs = [lang for lang in book.langs if lang != book.source]
    if book.translator not in ("", "embedded") and not arguments.frozen:
        _fetch(book, langs, arguments.json)
    wants_source = book.source in (arguments.lang or "").replace(" ", "").split(",")
    codes = {
        language: _language(project, book, language, arguments, options)
        for language in [*[book.source] * wants_source, *langs]
    }
    if arguments.builder in PAGES:
        _write_index(project, book, arguments)
    return next((code for code in (2, 3, 1) if code in codes.values()), 0)


def _parsed(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the arguments, and the words behind ``--``, which are for sphinx-build."""
    parser = argparse.ArgumentParser(
        prog="amts build",
        description="Build a Sphinx project or a Jupyter Book in other languages.",
        epilog="Exit codes: 0 done; 1 done, and segments were left untranslated (listed); 2 wrong "
        "use or input; 3 --frozen and a segment is missing from the memory. Words behind -- go to "
        "sphinx-build.",
    )
    parser.add_argument("builder", nargs="?", default="html", help="a builder of Sphinx (html)")
    parser.add_argument(
        "--lang",
        metavar="zh,es",
        help="languages, separated by commas; the source's own builds the original, too",
    )
    parser.add_argument(
        "--frozen",
        action="store_true",
        help="reach no translator; fail if the memory lacks a segment",
    )
    parser.add_argument("-j", dest="jobs", default="1", metavar="N", help="Sphinx's processes")
    parser.add_argument("--json", action="store_true", help="print results as JSON lines")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    own, options = split(words)
    return parser.parse_args(own), options


def _book(project: SphinxProject, arguments: argparse.Namespace) -> settings_of.Config:
    """Return the book's configuration; languages are those of the command line, if it has some."""
    file = project.root / SETTINGS
    named = arguments.lang.replace(" ", "").split(",") if arguments.lang else None
    source = book_config(file).source
    book = book_config(file, langs=named and [lang for lang in named if lang != source])
    if not book.langs and not named:
        raise InputError("name the languages: --lang zh,es or amts_langs in conf.py")
    return book


def _fetch(book: settings_of.Config, langs: Sequence[str], as_json: bool) -> None:
    """Have a translator that bills translate documents and catalogs of all languages together."""

    def announce(told: object) -> None:
        print(f"amts: {told}", file=sys.stderr)

    with open_book(book) as opened:
        progress = reporter(as_json)
        sources = {
            lang: [*chain.from_iterable(wanted(opened, lang, progress=progress))] for lang in langs
        }
        if bill := opened.fetch_each(sources, progress, announce):
            announce(bill)


def _language(
    project: SphinxProject,
    book: settings_of.Config,
    language: str,
    arguments: argparse.Namespace,
    options: Sequence[str],
) -> int:
    """Build one language in a process of its own; return its exit code."""
    is_source = language == book.source
    code = language if is_source else profiles.load(language).sphinx_language
    out = _pages(project, book, language, arguments.builder)
    command = [sys.executable, "-m", "amts_ext.sphinx_ext.run", arguments.builder]
    command += [str(project.root), str(out), "--language", code, "--jobs", arguments.jobs]
    command += ["--langs", ",".join(_linked(project, book, arguments.builder))]
    command += ["--doctrees", str(project.root / OUT / ".doctrees" / language)]
    command += ["--jupyter-book"] * project.is_jupyter_book + ["--frozen"] * arguments.frozen
    done = subprocess.run(
        [*command, "--", *options] if options else command,
        stdout=sys.stderr if arguments.json else None,
        check=False,
    ).returncode
    if arguments.json:
        index = (out / "index.html").resolve()
        outputs = {arguments.builder: index.as_uri()} if index.is_file() else {}
        event = {"event": "built", "lang": language, "code": done, "outputs": outputs}
        print(json.dumps(event), flush=True)
    return done


def _linked(project: SphinxProject, book: settings_of.Config, builder: str) -> list[str]:
    """Return the languages that pages link to: those of this build, and what was built before."""
    configured = book_config(project.root / SETTINGS).langs
    there = [
        lang
        for lang in configured
        if lang in book.langs or (_pages(project, book, lang, builder) / "index.html").is_file()
    ]
    return [*dict.fromkeys([*there, *book.langs])]


def _pages(project: SphinxProject, book: settings_of.Config, language: str, builder: str) -> Path:
    base = project.root / OUT
    return (base if language == book.source else base / language) / builder


def _write_index(
    project: SphinxProject, book: settings_of.Config, arguments: argparse.Namespace
) -> None:
    """Write the page in front of the editions that were built, now or before."""
    base = project.root / OUT
    folders = {
        language: _pages(project, book, language, arguments.builder)
        for language in (book.source, *book.langs)
    }
    addresses = {
        language: folder.relative_to(base).as_posix()
        for language, folder in folders.items()
        if (folder / "index.html").is_file()
    }
    if len(addresses) < 2:
        return
    title = project.title()
    name = str(title.text) if title else TITLE
    page = editions.site_index(name, editions.given(addresses, book.source))
    files.write_text(base / "index.html", page)
    print(f"amts: {(base / 'index.html').resolve().as_uri()}", file=sys.stderr)
