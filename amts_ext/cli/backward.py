"""``amts backward``: what humans corrected in a translation and the original may want."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from amts_ext.cli import options, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.sync.backward.project import Backward
    from amts_ext.sync.project import SyncSettings

HELP = "What humans corrected in a translation, for the original."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    options.add_human_translation(parser)
    options.add_base(parser)
    options.add_report(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """List the corrections; exit 1 if there are some."""
    from amts_ext.progress import reporter
    from amts_ext.sync.backward.project import project_corrections
    from amts_ext.sync.backward.report import as_data, write_report

    settings = _settings(arguments)
    found = project_corrections(settings, reporter())
    for problem in found.problems:
        print(f"amts: {problem}", file=sys.stderr)
    folder = arguments.report or settings.target / "_build"
    languages = settings.source_lang, settings.lang
    report = write_report(found, folder, *languages)
    lines = [] if arguments.json else [*_lines(settings, found), f"report: {report}"]
    tables.show(arguments, as_data(found, *languages), *lines)
    if found.problems:
        return max(problem.exit_code for problem in found.problems)
    return AmtsError.exit_code if found.findings else 0


def _settings(arguments: Namespace) -> SyncSettings:
    from amts_ext.sync.project import SyncSettings

    config, source, langs = options.read_human_translation(arguments)
    if len(langs) > 1:
        raise InputError("several languages; name the one of the translation with --lang")
    return SyncSettings(
        arguments.source, arguments.target, langs[0], source, arguments.base, arguments.format,
        config, config.localized if config else (),
    )  # fmt: skip


def _lines(settings: SyncSettings, found: Backward) -> Iterator[str]:
    """Yield a line for each correction, and the sum."""
    from amts_ext.sync.backward.report import shown

    rows = [
        (
            f"target {settings.target / finding.path}:{finding.correction.line}",
            f"source {settings.source / finding.source_path}:{finding.correction.source_line}",
            finding.correction.kind,
            shown(finding),
        )
        for finding in found.findings
    ]
    yield from tables.columns(rows) if rows else ()
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(found.counts.items()))
    yield (
        f"{found.compared} files compared; {len(rows)} corrections that the source may want"
        f"{f' ({kinds})' if kinds else ''}"
    )
