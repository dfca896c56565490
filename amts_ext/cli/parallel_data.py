"""``amts parallel-data``: prepare pairs, and push them to Amazon Translate to adapt it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import options, prepare, resources, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.translators.amazon.parallel import ParallelDataInfo

HELP = "The book's parallel data at Amazon Translate."
DESCRIPTION = (
    "The book's parallel data at Amazon Translate; jobs that use it are dearer (price_act)."
)


def add(parser: ArgumentParser) -> None:
    """Add the subcommands."""
    parser.description = DESCRIPTION
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    prepare.add(options.add_command(commands, "prepare", prepare.HELP))

    text = "Create or update it, if its pairs have changed."
    command = resources.add_command(commands, "push", text, push)
    command.add_argument(
        "files", nargs="*", metavar="FILE", type=Path, help="pairs: .csv, .tsv or .tmx (human text)"
    )
    options.add_langs(command)
    resources.add_name(command, default="made of book and pair")
    command.add_argument(
        "--format", choices=("csv", "tsv", "tmx"), default="tmx", help="what is sent (tmx)"
    )

    text = "This book's, as the service has it; notes the revisions."
    resources.add_command(commands, "status", text, status)
    resources.add_command(commands, "list", "All of the account and region.", list_all)

    text = "Fetch the pairs that the service has."
    command = resources.add_command(commands, "pull", text, pull)
    command.add_argument("name", metavar="NAME")
    command.add_argument("-o", dest="out", type=Path, metavar="FILE", help="(NAME.FORMAT)")

    command = resources.add_command(commands, "delete", "Delete one.", delete)
    command.add_argument("name", metavar="NAME")


def push(arguments: Namespace) -> int:
    """Push the pairs of the named files, else of the book's human translations; record them."""
    from amts_ext import parallel_data
    from amts_ext.pairs import exchange
    from amts_ext.progress import reporter
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    langs = []
    if arguments.lang or not arguments.files:
        langs = options.read_langs(arguments, config.source, config.langs)
    problems: list[AmtsError] = []
    if arguments.files:
        found = parallel_data.of_files(arguments.files, config.source, langs)
        unread = bool(found.skipped)
    else:
        done = parallel_data.of_book(config, langs)
        problems, found, unread = done.problems, done.examples, bool(done.skipped)
    for problem in problems:
        print(f"amts: {problem}", file=sys.stderr)
    sent = exchange.usable(found, arguments.format)
    resources.tell_skipped(sent)
    if not sent.rows:
        raise InputError(resources.nothing_to_send("pair", sent))
    name = arguments.name or resources.own_name(config, sent.source, sent.targets)
    data = exchange.dump(sent, arguments.format)
    with resources.Account(config) as account:
        what = f"{config.name} {sent.source}-{','.join(sent.targets)}"
        state = account.data.push(name, data, arguments.format, what, reporter())
        pushed.note(resources.record(config), [state.resource(0.0)])
        if state.counts["imported"] != len(sent.rows):
            state = account.data.explained(state)
    lines = _line(state, len(sent.rows)), *resources.reasons(state)
    tables.show(arguments, {**asdict(state), "sent": len(sent.rows)}, *lines)
    return int(unread or bool(problems) or state.counts["imported"] != len(sent.rows))


def status(arguments: Namespace) -> int:
    """Print a line for each resource of the book, and record the revisions."""
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    with resources.Account(config) as account:
        states = [state for state in account.data.each() if resources.is_own(config, state.name)]
        states = [full for s in states if (full := account.data.get(s.name)) is not None]
        states = [s if s.is_whole else account.data.explained(s) for s in states]
    active = [s.resource(0.0) for s in states if s.status == "ACTIVE"]
    pushed.replace(resources.record(config), pushed.ResourceKind.PARALLEL_DATA, active)
    lines = [line for s in states for line in (_line(s), *resources.reasons(s))]
    tables.show(arguments, [asdict(s) for s in states], *lines)
    return 1 if any(s.settled == "FAILED" for s in states) else 0


def list_all(arguments: Namespace) -> int:
    """Print a line for each resource of the account."""
    with resources.Account(resources.read_config(arguments)) as account:
        states = list(account.data.each())
    tables.show(arguments, [asdict(s) for s in states], *(_line(s) for s in states))
    return 0


def pull(arguments: Namespace) -> int:
    """Fetch the pairs that the service has, and write them to a file."""
    from amts_ext import files

    with resources.Account(resources.read_config(arguments)) as account:
        data, form = account.data.pull(arguments.name)
    out = arguments.out or Path(f"{arguments.name}.{form}")
    files.write_bytes(out, data)
    answer = {"file": str(out), "bytes": len(data)}
    tables.show(arguments, answer, f"{out}: {len(data):,} bytes")
    return 0


def delete(arguments: Namespace) -> int:
    """Delete the named resource at the service and in the book's record."""
    from amts_ext.progress import reporter
    from amts_ext.translators.amazon import pushed

    config = resources.read_config(arguments)
    with resources.Account(config) as account:
        account.data.delete(arguments.name, reporter())
    pushed.forget(resources.record(config), pushed.ResourceKind.PARALLEL_DATA, arguments.name)
    tables.show(arguments, {"deleted": arguments.name}, f"{arguments.name}: deleted")
    return 0


def _line(state: ParallelDataInfo, sent: int | None = None) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in state.counts.items())
    of = "" if sent is None else f" of {sent} sent"
    revision = f"revision {state.revision or 'not by amts'}"
    pair = f"{state.source} to {','.join(state.targets)}"
    message = f"; {state.message}" if state.message else ""
    return f"{state.name}: {state.settled}, {pair}, {revision}: {counts}{of}{message}"
