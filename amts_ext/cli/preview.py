"""``amts preview``: the translated page beside its source, in the browser, live and editable."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from amts_ext.cli import options
from amts_ext.errors import InputError, MemoryStoreError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.pipeline.book import Book
    from amts_ext.preview.desk import Desk
    from amts_ext.text.outcome import Source

HELP = "The translated page beside its source, in the browser, live."
PORT = 8710
NEEDED = ("math_core", "nh3", "starlette", "uvicorn", "watchfiles")
"""What the extra ``preview`` installs."""


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar="FILE|BOOK", default=Path(),
        help="a book's folder, a file of a book, or a file outside any (the working folder)",
    )  # fmt: skip
    options.add_langs(parser)
    options.add_config(parser)
    options.add_source(parser, default="")
    options.add_format(parser)
    options.add_port(parser, PORT)
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument(
        "--in-editor", action="store_true",
        help="let VS Code show the page in its Simple Browser; opens no browser",
    )  # fmt: skip
    parser.add_argument(
        "--stdio", action="store_true",
        help="no page: changes come by standard input, segments go out, as JSON lines",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Serve the preview until it is interrupted."""
    lacking = [name.replace("_", "-") for name in NEEDED if find_spec(name) is None]
    if lacking:
        raise InputError(
            f"the preview needs {', '.join(lacking)}; install it: pip install 'amts-ext[preview]'"
        )
    place = _place(arguments)
    langs = options.read_langs(arguments, place.config.source, place.config.langs)
    with opened(place.config) as book:
        from amts_ext.preview.desk import Desk
        from amts_ext.preview.server.places import address
        from amts_ext.progress import reporter

        for lang in langs:  # the first time this takes minutes for a large book, and shows how far
            book.learn(lang, reporter())
        alone = None if place.alone is None else [place.alone]
        desk = Desk(book, langs, alone, address)
        if arguments.stdio:
            from amts_ext.preview.stdio import converse

            return converse(desk, sys.stdin.buffer, sys.stdout.buffer)
        return _serve(arguments, desk, place.first)


def _serve(arguments: Namespace, desk: Desk, first: str) -> int:
    from urllib.parse import urlencode

    from amts_ext.cli import preview_lists as lists
    from amts_ext.preview.server.app import make_app
    from amts_ext.preview.server.guard import PageGuard, new_token
    from amts_ext.preview.server.office import Doors, Office
    from amts_ext.preview.server.running import listen, open_browser, serve

    opened = listen(arguments.port)
    port, token = opened.getsockname()[1], new_token()
    office = Office(desk, Doors(lists.rules(), (lists.sync_items, lists.check_findings)))
    guard = PageGuard(make_app(office, token), port, token, framed=arguments.in_editor)
    where = {"path": first} if first else {}

    def url(token: str) -> str:
        return f"http://127.0.0.1:{port}/?{urlencode({'token': token} | where)}"

    def ready() -> None:
        if arguments.port not in (0, port):
            _say(f"port {arguments.port} is taken, so this is {port}")
        if desk.read_only:
            _say(f"{desk.book.memory.name} cannot be written: you can look, but not edit")
        print(f"Preview at {url(token)} (Ctrl-C ends it)", flush=True)
        if not (arguments.no_browser or arguments.in_editor):
            open_browser(url(guard.once()))

    serve(guard, opened, ready=ready, closing=office.hub.close)
    return 0


def _say(text: str) -> None:
    print(f"amts: {text}", file=sys.stderr, flush=True)


class _Place(NamedTuple):
    """What the command line names."""

    config: Config
    alone: Source | None
    """A file outside any book, or one that is no document of its book."""
    first: str
    """The document that is shown first; empty: the book's first."""


def _place(arguments: Namespace) -> _Place:
    """Find the book of the command line, or the file.

    Raises :class:`InputError` for a path that does not exist, or a file that no format reads.
    """
    from amts_ext import formats
    from amts_ext.config import load, without_file
    from amts_ext.project import open_project, root_of
    from amts_ext.text.outcome import Source

    path: Path = arguments.path
    if not path.exists():
        raise InputError("no such file or folder; check the path", file=str(path))
    named = {"source": arguments.source_language or None}
    root = root_of(path)
    if arguments.config:
        config = load(arguments.config, **named)
    elif root is not None:
        config = config_of(root, **named)
    elif path.is_dir():
        raise InputError("no book here: no config.ini, conf.py, _config.yml or myst.yml",
                         file=str(path))  # fmt: skip
    else:
        config = without_file(path.resolve().parent, str(path), **named)
    if path.is_dir():
        return _Place(config, None, "")
    file, project = path.resolve(), open_project(config)
    is_inside = file.is_relative_to(config.root)
    name = file.relative_to(config.root).as_posix() if is_inside else file.name
    if root and any(source.name == name for source in project.documents()):
        return _Place(config, None, name)
    format = arguments.format or formats.by_suffix(str(path), project.markdown)
    formats.get(format)
    return _Place(config, Source(name, file, format), name)


def config_of(root: Path, **keywords: object) -> Config:
    """Return the configuration of the book in a folder, as its own files state it."""
    from amts_ext.config import load, without_file
    from amts_ext.sphinx_ext.project import SphinxProject
    from amts_ext.sphinx_ext.settings import stated

    file = root / options.CONFIG
    if project := SphinxProject.find(root, file):
        return stated(project, **keywords)
    return load(file, **keywords) if file.is_file() else without_file(root, "", **keywords)


@contextmanager
def opened(config: Config) -> Iterator[Book]:
    """Open the book; for reading only, if its memory cannot be written."""
    from amts_ext.pipeline.book import open_book

    try:
        book = open_book(config)
    except (MemoryStoreError, OSError):
        book = open_book(config, read_only=True)
    with book:
        yield book
