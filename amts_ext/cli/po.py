"""``amts po``: Sphinx's gettext catalogs, filled from the memory and the translator."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.cli import options, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.pipeline.catalogs import Filling

HELP = "Sphinx's gettext catalogs, from the memory and the translator."


def add(parser: ArgumentParser) -> None:
    """Add the subcommands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_fill(options.add_command(commands, "fill", "Fill the empty messages of catalogs."))
    help = "Write a language's units as a catalog, for Weblate, Poedit or Crowdin."
    _add_export(options.add_command(commands, "export", help))
    help = "Take what humans translated in catalogs into the memory."
    _add_import(options.add_command(commands, "import", help))


def _add_fill(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=Path,
        help="a .po file, or a folder in sphinx-intl's layout: locale/zh_CN/LC_MESSAGES/*.po",
    )  # fmt: skip
    _add_common(parser, "every language of the paths")
    parser.add_argument(
        "--mark", choices=("comment", "fuzzy"), default="comment",
        help="mark a machine's translation by a comment, or by the flag fuzzy too (comment)",
    )  # fmt: skip
    parser.add_argument(
        "--format", default="", help="format of the messages: rst or md (by their locations)"
    )
    parser.add_argument(
        "--frozen", action="store_true", help="reach no translator; exit 3 if needed"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="write nothing; show what would be sent"
    )
    options.add_json(parser)
    parser.set_defaults(run=fill)


def _add_export(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.po", type=Path, help="where the catalog goes")
    _add_common(parser, "config: langs, if it is one")
    options.add_json(parser)
    parser.set_defaults(run=export)


def _add_import(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE.po", type=Path, help="a catalog of amts po export"
    )
    _add_common(parser, "the catalog's header")
    options.add_json(parser)
    parser.set_defaults(run=take_in)


def _add_common(parser: ArgumentParser, langs: str) -> None:
    options.add_langs(parser, default=langs)
    options.add_source(parser, default="")
    options.add_config(parser)
    options.add_memory(parser, default="config: memory")


def fill(arguments: Namespace) -> int:
    """Fill catalogs, and list the messages that stay empty; exit 1 if there are some."""
    from amts_ext.pipeline.book import open_book
    from amts_ext.pipeline.catalog_files import find_catalogs
    from amts_ext.pipeline.catalogs import fill
    from amts_ext.progress import reporter

    config = _config(arguments)
    catalogs = find_catalogs(arguments.paths, config.source, options.names(arguments.lang))
    with open_book(config, frozen=arguments.frozen) as book:
        done = fill(
            book,
            catalogs,
            mark=arguments.mark,
            format=arguments.format,
            dry_run=arguments.dry_run,
            progress=reporter(),
            announce=lambda told: print(told, file=sys.stderr),
        )
    _tell(arguments, done.values())
    return AmtsError.exit_code if any(each.problems for each in done.values()) else 0


def _tell(arguments: Namespace, done: Iterable[Filling]) -> None:
    from amts_ext.text.outcome import by_reason

    answer, lines = [], []
    for each in done:
        if not arguments.json:
            print(
                *by_reason(each.problems), sep="\n", end="\n" * bool(each.problems), file=sys.stderr
            )
        answer.append(_as_data(each))
        lines += [str(each), *([str(each.estimate)] if each.estimate else [])]
    tables.show(arguments, answer, *lines)


def _as_data(each: Filling) -> dict[str, Any]:
    return {
        "lang": each.lang,
        "catalogs": each.catalogs,
        "messages": dict(each.counts),
        "written": [str(path) for path in each.written],
        "problems": [asdict(problem) for problem in each.problems],
        **({"estimate": asdict(each.estimate)} if each.estimate else {}),
    }


def export(arguments: Namespace) -> int:
    """Write the units of a language to a catalog."""
    from amts_ext.pipeline.po_exchange import export_units

    config = _config(arguments)
    langs = options.read_langs(arguments, config.source, config.langs)
    if len(langs) > 1:
        raise InputError("several languages; name the one of the catalog with --lang")
    count = export_units(config, arguments.file, langs[0])
    answer = {"file": str(arguments.file), "lang": langs[0], "messages": count}
    tables.show(arguments, answer, f"{arguments.file}: {count:,} messages")
    return 0


def take_in(arguments: Namespace) -> int:
    """Take the humans' translations into the memory; exit 1 if some cannot be used."""
    from amts_ext.pipeline.po_exchange import import_units

    done = import_units(_config(arguments), arguments.files, options.names(arguments.lang))
    told = [str(problem) for problem in done.problems]
    if not arguments.json:
        print(*told, sep="\n", end="\n" * bool(told), file=sys.stderr)
    answer = {"units": done.units, "new": done.new, "problems": told}
    tables.show(arguments, answer, f"{done.units:,} human units, {done.new:,} of them new")
    return AmtsError.exit_code if told else 0


def _config(arguments: Namespace) -> Config:
    """Return the book's configuration; outside a book, that of the working folder."""
    from amts_ext.config import Config

    memory = arguments.memory.absolute() if arguments.memory else None
    keywords = {"source": arguments.source_language or None, "memory": memory}
    found = options.find_config(arguments, **keywords)
    if found is not None:
        return found
    root = Path.cwd()
    return Config(
        root,
        source=arguments.source_language or "en",
        memory=memory or root / ".amts" / "memory.sqlite",
    )
