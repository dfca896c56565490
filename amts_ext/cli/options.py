"""The options that several commands share; each is defined once, and read in one way.

::

    def add(parser):
        options.add_config(parser)
        options.add_langs(parser)

    def run(arguments):
        config = options.read_config(arguments)
        langs = options.read_langs(arguments, config.source, config.langs)

An option has the same help in every command. Only the brackets at its end differ: they say what
counts without the option.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.errors import InputError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from amts_ext.config import Config

    Commands = _SubParsersAction[ArgumentParser]

CONFIG = "config.ini"
"""The configuration of the book in the working folder."""


def add_command(commands: Commands, name: str, help: str) -> ArgumentParser:
    """Add a subcommand, such as ``push`` in ``amts terminology push``."""
    parser = commands.add_parser(name, help=help, description=help)
    add_debug(parser)
    return parser


def add_debug(parser: ArgumentParser) -> None:
    """Add ``--debug``, which may stand before or after the command.

    :func:`amts_ext.cli.main.main` looks for it in the command line.
    """
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")


def add_json(parser: ArgumentParser) -> None:
    """Add ``--json``: standard output is one JSON value (:func:`amts_ext.cli.tables.show`)."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_config(parser: ArgumentParser, default: str = CONFIG) -> None:
    """Add ``--config``, the configuration of the book that the command works on."""
    parser.add_argument("--config", metavar="FILE", help=f"the book's configuration ({default})")


def add_source_folder(parser: ArgumentParser) -> None:
    """Add ``--source``, the folder that a human translation was made from."""
    parser.add_argument("--source", type=Path, metavar="DIR", help="the book in its own language")


def add_target_folder(parser: ArgumentParser) -> None:
    """Add ``--target``, the folder of a human translation."""
    parser.add_argument("--target", type=Path, metavar="DIR", help="the human translation")


def add_base(parser: ArgumentParser) -> None:
    """Add ``--base``, what the files of a human translation were translated from."""
    parser.add_argument(
        "--base", default="", metavar="REV|DIR",
        help="what files were translated from that do not say so themselves: a git revision of "
        "the source, or a folder",
    )  # fmt: skip


def add_report(parser: ArgumentParser) -> None:
    """Add ``--report``, the folder of the report on a human translation."""
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where the report goes (TARGET/_build)"
    )


def add_human_translation(parser: ArgumentParser) -> None:
    """Add what all commands on a human translation ask: its folders, languages and format."""
    add_source_folder(parser)
    add_target_folder(parser)
    add_langs(parser, default="config: langs")
    add_source(parser, default="")
    add_config(parser, default="SOURCE/config.ini")
    add_format(parser)


def read_human_translation(arguments: Namespace) -> tuple[Config | None, str, list[str]]:
    """Return the configuration of the source, if there is one, its language, and the others.

    Raises :class:`InputError` if a folder is not named.
    """
    config = read_folder_config(arguments, arguments.source)
    if arguments.source is None or arguments.target is None:
        raise InputError(
            "name two folders: the source with --source, the human translation with --target"
        )
    source = arguments.source_language or (config.source if config else "en")
    return config, source, read_langs(arguments, source, config.langs if config else ())


def read_folder_config(arguments: Namespace, folder: Path | None) -> Config | None:
    """Read the configuration of the book in a folder; None if the folder has none.

    Raises :class:`ConfigError` if the file is wrong, or if ``--config`` names a missing one.
    """
    from amts_ext.config import load

    if arguments.config:
        return load(arguments.config)
    return load(folder / CONFIG) if folder and (folder / CONFIG).is_file() else None


def read_config(arguments: Namespace, **keywords: object) -> Config:
    """Read the book's configuration; ``keywords`` that are not None replace values of the file.

    A Sphinx project or a Jupyter Book needs no file: it says its keys in its own.

    Raises :class:`ConfigError` if the file is missing or wrong.
    """
    from amts_ext.project import book_config

    return book_config(Path(arguments.config or CONFIG), **keywords)


def find_config(arguments: Namespace, **keywords: object) -> Config | None:
    """Read the book's configuration; None outside a book.

    Raises :class:`ConfigError` if the file is wrong, or if ``--config`` names a missing one.
    """
    if arguments.config is None and not is_in_book(arguments):
        return None
    return read_config(arguments, **keywords)


def is_in_book(arguments: Namespace) -> bool:
    """Return whether the configuration exists: the named file, else that of the working folder."""
    from amts_ext.project import is_book

    return is_book(Path(arguments.config or CONFIG))


def add_langs(parser: ArgumentParser, default: str = "config: langs") -> None:
    """Add ``--lang``, the target languages."""
    text = f"target languages, comma separated ({default})"
    parser.add_argument("--lang", default="", help=text)


def read_langs(
    arguments: Namespace, source: str, default: Iterable[str], key: str = "langs"
) -> list[str]:
    """Return the languages of ``--lang``, else ``default``, spelled as in their profiles.

    >>> read_langs(Namespace(lang="PT, zh, pt"), "en", [])
    ['pt', 'zh']
    >>> read_langs(Namespace(lang=""), "en", ["zh"])
    ['zh']

    Raises :class:`InputError` if there is none; the message names the ``key`` of the
    configuration. Raises :class:`ConfigError` for a language that has no profile or is the source.
    """
    from amts_ext.languages import profiles

    found = names(arguments.lang) or list(default)
    if not found:
        raise InputError(f"no language given; name one with --lang, or set {key} in [amts]")
    return list(dict.fromkeys(profiles.for_pair(source, name).language for name in found))


def add_source(parser: ArgumentParser, default: str = "en") -> None:
    """Add ``--from``, the source language; an empty ``default`` stands for the book's language."""
    parser.add_argument(
        "--from", dest="source_language", metavar="LANG", default=default,
        help=f"source language ({default or 'config: lang; en'})",
    )  # fmt: skip


def add_target(parser: ArgumentParser, required: bool = False) -> None:
    """Add ``--to``, the one target language of files outside any book."""
    parser.add_argument(
        "--to", dest="target_language", metavar="LANG", default="", required=required,
        help="target language, e.g. pt",
    )  # fmt: skip


def add_format(parser: ArgumentParser) -> None:
    """Add ``--format``, the format of the documents that are read."""
    text = "d2l, md, ipynb or ipynb-d2l (by suffix and folder)"
    parser.add_argument("--format", default="", help=text)


def add_granularity(parser: ArgumentParser) -> None:
    """Add ``--granularity``: a segment is a sentence or a paragraph."""
    parser.add_argument(
        "--granularity", choices=("sentence", "paragraph"), default="sentence",
        help="what is translated as one text (sentence)",
    )  # fmt: skip


def add_tab(parser: ArgumentParser) -> None:
    """Add ``--tab``, the tab of a d2lbook project that has several."""
    parser.add_argument("--tab", default=None, help="the book's tab, or all (its first)")


def add_port(parser: ArgumentParser, default: int) -> None:
    """Add ``--port``, where a server of this machine listens."""
    text = f"loopback port; 0 takes a free one ({default})"
    parser.add_argument("--port", type=_port, default=default, help=text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"'{text}' is no port; allowed: 0 to 65535")
    return int(text)


def add_memory(parser: ArgumentParser, default: str) -> None:
    """Add ``--memory``, the file of a translation memory."""
    text = f"the translation memory ({default})"
    parser.add_argument("--memory", metavar="FILE", type=Path, help=text)


def names(text: str) -> list[str]:
    """Split a list at its commas.

    >>> names("zh, pt,")
    ['zh', 'pt']
    """
    return [name.strip() for name in text.split(",") if name.strip()]
