"""``amts plan --lang zh``: the amount and the price of what a build would send."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from amts_ext.cli import options, tables

HELP = "What a build of this book would send to the translator."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    options.add_langs(parser)
    options.add_config(parser)
    options.add_tab(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print a line for each language."""
    from amts_ext.pipeline.book import open_book
    from amts_ext.pipeline.plan import plan_book, table

    config = options.read_config(arguments)
    langs = options.read_langs(arguments, config.source, config.langs)
    with open_book(config) as book:
        plans = [plan_book(book, lang, arguments.tab) for lang in langs]
    tables.show(arguments, plans, table(plans))
    return 0
