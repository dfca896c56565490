"""``amts status``: for each file of a translation, whether it is in step, and what is open."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from amts_ext.cli import options, tables
from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.sync.status import FileStatus

HELP = "Which files of a human translation are in step."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    options.add_human_translation(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print a line for each file; exit 1 if one of them waits for a person."""
    from amts_ext.sync.status import project_status

    source = arguments.source_language
    if arguments.source or arguments.config:
        config = options.read_folder_config(arguments, arguments.source)
        source = source or (config.source if config else "")
    if arguments.target is None:
        raise InputError("name the folder of the human translation with --target")
    if arguments.lang:
        options.read_langs(arguments, source or "en", ())
    found = project_status(arguments.target, arguments.source, source or "en", arguments.format)
    in_step = sum(status.is_in_step for status in found)
    total = f"{in_step} of {len(found)} files in step"
    lines = tables.columns([_row(status) for status in found]) if found else []
    tables.show(arguments, [asdict(status) for status in found], *lines, total)
    return int(in_step < len(found))


def _row(status: FileStatus) -> tuple[str, str, str, str]:
    if status.problem:
        return status.path, "not known", "", status.problem
    state = "in step" if not status.behind else f"behind by {status.behind}"
    if status.behind is None:
        state = "source not named"
    items = f"{status.must_look} to read, {status.glance} to glance at"
    return status.path, state, items, f"{status.human:.0%} human"
