"""The options that several commands have: each is written once, and read in one way.

    def add(parser):
        options.add_config(parser)
        options.add_langs(parser)

    def run(arguments):
        config = options.read_config(arguments)
        langs = options.read_langs(arguments, config.source, config.langs)

An option's help is the same everywhere but for what stands in brackets at its end: what the
command does without the option.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.errors import InputError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from amts_ext.config import Config

    Commands = _SubParsersAction[ArgumentParser]

CONFIG = "config.ini"
"""A book's configuration, where no other is named."""


def add_command(commands: Commands, name: str, help: str) -> ArgumentParser:
    """A command below another, as ``push`` in ``amts terminology push``."""
    parser = commands.add_parser(name, help=help, description=help)
    add_debug(parser)
    return parser


def add_debug(parser: ArgumentParser) -> None:
    """``--debug``, which :func:`amts_ext.cli.main.main` looks for, before or after the command."""
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def add_json(parser: ArgumentParser) -> None:
    """``--json``: standard output is one JSON value; :func:`amts_ext.cli.tables.show` prints it."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_config(parser: ArgumentParser) -> None:
    """``--config``, the book that a command is about."""
    parser.add_argument("--config", metavar="FILE", help="the book's configuration (config.ini)")


def read_config(arguments: Namespace, **keywords: object) -> Config:
    """The book's configuration; ``keywords`` that are not None win over the file.

    Raises :class:`ConfigError` if there is none, or if it is wrong.
    """
    from amts_ext.config import load

    return load(arguments.config or CONFIG, **keywords)


def find_config(arguments: Namespace, **keywords: object) -> Config | None:
    """The book's configuration, or None outside a book; a file that was named has to be there."""
    if arguments.config is None and not is_in_book(arguments):
        return None
    return read_config(arguments, **keywords)


def is_in_book(arguments: Namespace) -> bool:
    """Whether the configuration is there: the named one, else that of the working folder."""
    return Path(arguments.config or CONFIG).is_file()


def add_langs(parser: ArgumentParser, default: str = "config: langs") -> None:
    """``--lang``, the languages to translate into."""
    text = f"target languages, comma separated ({default})"
    parser.add_argument("--lang", default="", help=text)


def read_langs(
    arguments: Namespace, source: str, default: Iterable[str], key: str = "langs"
) -> list[str]:
    """The languages of ``--lang``, else ``default``; as their profiles spell them, each once.

    Raises :class:`InputError` if there is none, with the ``key`` where a book names them, and
    :class:`ConfigError` for one that has no profile or is the source language.
    """
    from amts_ext.languages import profiles

    found = names(arguments.lang) or list(default)
    if not found:
        raise InputError(f"no language given; name one with --lang, or set {key} in [amts]")
    return list(dict.fromkeys(profiles.for_pair(source, name).language for name in found))


def add_source(parser: ArgumentParser, default: str = "en") -> None:
    """``--from``; with an empty ``default``, the book's language is taken."""
    parser.add_argument(
        "--from", dest="source_language", metavar="LANG", default=default,
        help=f"source language ({default or 'config: lang; en'})",
    )  # fmt: skip


def add_target(parser: ArgumentParser, required: bool = False) -> None:
    """``--to``, the one target language of files outside any book."""
    parser.add_argument(
        "--to", dest="target_language", metavar="LANG", default="", required=required,
        help="target language, e.g. pt",
    )  # fmt: skip


def add_format(parser: ArgumentParser) -> None:
    """``--format`` of the documents that are read."""
    text = "d2l, md, ipynb or ipynb-d2l (by suffix and folder)"
    parser.add_argument("--format", default="", help=text)


def add_granularity(parser: ArgumentParser) -> None:
    """``--granularity``: what a segment is."""
    parser.add_argument(
        "--granularity", choices=("sentence", "paragraph"), default="sentence",
        help="what is translated as one text (sentence)",
    )  # fmt: skip


def add_tab(parser: ArgumentParser) -> None:
    """``--tab`` of a d2lbook project with several."""
    parser.add_argument("--tab", default=None, help="the book's tab, or all (its first)")


def add_memory(parser: ArgumentParser, default: str) -> None:
    """``--memory``, the file of a translation memory."""
    text = f"the translation memory ({default})"
    parser.add_argument("--memory", metavar="FILE", type=Path, help=text)


def names(text: str) -> list[str]:
    """What is listed with commas.

    >>> names("zh, pt,")
    ['zh', 'pt']
    """
    return [name.strip() for name in text.split(",") if name.strip()]
