"""``amts terminology``: the custom terminologies at Amazon Translate, pushed, listed, deleted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import options, resources, tables
from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.pairs.exchange import Examples
    from amts_ext.translators.amazon.terminologies import TerminologyInfo

HELP = "Custom terminologies at Amazon Translate."


def add(parser: ArgumentParser) -> None:
    """Add the subcommands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = resources.add_command(commands, "push", "Import it, if its terms have changed.", push)
    command.add_argument(
        "file", type=Path, metavar="FILE",
        help=".csv with language codes first, or .md with one --lang",
    )  # fmt: skip
    options.add_langs(command)
    resources.add_name(command, default="config: terminology")

    text = "All of the account; notes the revisions."
    resources.add_command(commands, "list", text, list_all)
    command = resources.add_command(commands, "delete", "Delete one.", delete)
    command.add_argument("name", metavar="NAME")


def push(arguments: Namespace) -> int:
    """Import the terms of a file, if they have changed, and record their revision."""
    from amts_ext.pairs import exchange
    from amts_ext.pairs.terms import TERM_BYTES
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    found = _read(arguments, config)
    sent = exchange.usable(found, "csv", TERM_BYTES)
    resources.tell_skipped(sent)
    if not sent.rows:
        raise InputError(resources.nothing_to_send("term", sent))
    name = arguments.name or config.terminology or resources.own_name(config, sent.source, [])
    with resources.Account(config) as account:
        terms = account.terms.push(name, exchange.dump(sent, "csv"), config.name)
        if terms.terms != len(sent.rows):
            terms = account.terms.explained(terms)
    pushed.note(resources.record(config), [terms.resource()])
    line = f"{name}: {terms.terms} terms of {len(sent.rows)} sent, revision {terms.revision}"
    answer = {**asdict(terms), "sent": len(sent.rows)}
    tables.show(arguments, answer, line, *resources.reasons(terms))
    return int(bool(found.skipped) or terms.terms != len(sent.rows))


def _read(arguments: Namespace, config: Config) -> Examples:
    """Read the terms of a table, or of an ``.md`` file, whose language ``--lang`` must name."""
    from amts_ext.pairs import terms

    if arguments.file.suffix.lower() != ".md":
        return terms.read(arguments.file, config.source, "")
    langs = options.read_langs(arguments, config.source, config.langs)
    if len(langs) != 1:
        raise InputError("an .md file holds the terms of one language; name it with --lang")
    return terms.read(arguments.file, config.source, langs[0])


def list_all(arguments: Namespace) -> int:
    """Print a line for each terminology of the account; record the revisions of the book's own."""
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    with resources.Account(config) as account:
        found = list(account.terms.each())
        own = {
            t.name
            for t in found
            if t.name == config.terminology or resources.is_own(config, t.name)
        }
        found = [account.terms.explained(t) if t.skipped and t.name in own else t for t in found]
    revisions = [t.resource() for t in found if t.name in own]
    pushed.replace(resources.record(config), pushed.ResourceKind.TERMINOLOGY, revisions)
    lines = [line for t in found for line in (_line(t), *resources.reasons(t))]
    tables.show(arguments, [asdict(t) for t in found], *lines)
    return 0


def delete(arguments: Namespace) -> int:
    """Delete the named terminology at the service and in the book's record."""
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    with resources.Account(config) as account:
        account.terms.delete(arguments.name)
    pushed.forget(resources.record(config), pushed.ResourceKind.TERMINOLOGY, arguments.name)
    tables.show(arguments, {"deleted": arguments.name}, f"{arguments.name}: deleted")
    return 0


def _line(terms: TerminologyInfo) -> str:
    pair = f"{terms.source} to {','.join(terms.targets)}"
    skipped = f", {terms.skipped} skipped" if terms.skipped else ""
    revision = f"revision {terms.revision or 'not by amts'}"
    return f"{terms.name}: {pair}, {terms.terms} terms{skipped}, {revision}"
