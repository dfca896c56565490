"""``amts translate PATH… --from en --to zh -o DIR``: translate files and folders outside a book."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import options, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.text.outcome import Result

HELP = "Translate files or folders outside any book."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=Path, help="a .md or .ipynb file, or a folder"
    )
    options.add_source(parser)
    options.add_target(parser, required=True)
    parser.add_argument(
        "-o", dest="out", required=True, metavar="DIR", type=Path, help="where results go"
    )
    options.add_format(parser)
    options.add_granularity(parser)
    options.add_memory(parser, default="DIR/.amts/memory.sqlite")
    parser.add_argument(
        "--frozen", action="store_true", help="reach no translator; exit 3 if needed"
    )
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Translate the files, and list the segments that were not translated."""
    from amts_ext.pipeline.paths import translate_paths
    from amts_ext.progress import reporter

    result = translate_paths(
        arguments.paths,
        arguments.out,
        source=arguments.source_language,
        target=arguments.target_language,
        format=arguments.format,
        granularity=arguments.granularity,
        memory=arguments.memory or arguments.out / ".amts" / "memory.sqlite",
        frozen=arguments.frozen,
        progress=reporter(),
    )
    _tell(arguments, result)
    if not result.done:
        return InputError.exit_code  # none of the files could be read or written
    return AmtsError.exit_code if result.problems else 0


def _tell(arguments: Namespace, result: Result) -> None:
    from amts_ext.text.outcome import by_reason, summary

    if not arguments.json:
        for line in by_reason(result.problems):
            print(line, file=sys.stderr)
    problems = [asdict(problem) for problem in result.problems]
    answer = {"segments": result.counts, "problems": problems}
    told = [summary(result.counts), *([str(result.drafts)] if result.drafts else [])]
    tables.show(arguments, answer, "\n".join(told))
