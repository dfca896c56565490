"""``amts sync``: bring a human translation in step with its source; accept what was looked at."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.cli import options, tables
from amts_ext.errors import AmtsError, FrozenError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amts_ext.sync.asking import Fetched
    from amts_ext.sync.project import Mode, ProjectSync, SyncSettings

HELP = "Bring a human translation in step with its source."
ALL_LANGUAGES = "{lang}"
"""What --target holds in place of a language, if there are several."""


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    options.add_human_translation(parser)
    options.add_base(parser)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 3 if there is something to do"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; show the diff")
    parser.add_argument(
        "--inline", action="store_true", help="write open items into the files too, as comments"
    )
    parser.add_argument(
        "--force", action="store_true", help="write files with uncommitted changes too"
    )
    parser.add_argument(
        "--accept", action="append", default=[], metavar="FILE[:LINE]",
        help="close the open items of a file, or of one line of it",
    )  # fmt: skip
    parser.add_argument("--accept-all", action="store_true", help="close all open items")
    options.add_report(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Synchronize each language, or accept items; print what is open."""
    if arguments.accept or arguments.accept_all:
        return _accept(arguments)
    config, source, langs = options.read_human_translation(arguments)
    if len(langs) > 1 and ALL_LANGUAGES not in str(arguments.target):
        message = (
            f"several languages need {ALL_LANGUAGES} in --target, as in ../d2l-{ALL_LANGUAGES}"
        )
        raise InputError(message)
    settings = [_settings(arguments, config, source, lang) for lang in langs]
    return _synchronize(arguments, settings)


def _settings(arguments: Namespace, config: Any, source: str, lang: str) -> SyncSettings:
    from amts_ext.sync.project import SyncSettings

    target = Path(str(arguments.target).replace(ALL_LANGUAGES, lang))
    return SyncSettings(
        arguments.source, target, lang, source, arguments.base, arguments.format, config,
        config.localized if config else (), arguments.inline, arguments.force,
    )  # fmt: skip


def _synchronize(arguments: Namespace, languages: list[SyncSettings]) -> int:
    """Synchronize the translations into all languages; return the exit code of the worst."""
    from amts_ext.progress import reporter
    from amts_ext.sync.project import Mode, sync_projects

    mode = Mode.CHECK if arguments.check else Mode.TRIAL if arguments.dry_run else Mode.WRITE
    results = sync_projects(languages, mode, progress=reporter())
    answers, codes = [], []
    for settings, result in zip(languages, results, strict=True):
        if isinstance(result, AmtsError):
            print(f"amts: {result}", file=sys.stderr)
            answers.append({"language": settings.lang, "problems": [str(result)]})
            codes.append(result.exit_code)
            continue
        answers.append(_told(arguments, settings, mode, result))
        codes.append(_code(mode, result))
    if arguments.json:
        tables.show(arguments, answers)
    return max(codes, key=(0, AmtsError.exit_code, FrozenError.exit_code, 2).index)


def _told(
    arguments: Namespace, settings: SyncSettings, mode: Mode, result: ProjectSync
) -> dict[str, Any]:
    """Tell a person what came of one language; return the answer for a program."""
    from amts_ext.sync.project import Mode
    from amts_ext.sync.report import as_data, write_report

    for problem in result.problems:
        print(f"amts: {problem}", file=sys.stderr)
    report = ""
    if mode is Mode.WRITE:
        folder = arguments.report or settings.target / "_build"
        report = str(write_report(result, folder, settings.source_lang, settings.lang))
    if not arguments.json:
        tables.show(arguments, None, *_lines(settings, mode, result, report))
    asked = result.asked
    data = as_data(result, settings.source_lang, settings.lang) | {
        "written": result.written,
        "asked": {"segments": asked.segments, "characters": asked.characters, "cost": asked.cost},
    }
    return data | ({"diff": list(result.diff())} if mode is Mode.TRIAL else {})


def _code(mode: Mode, result: ProjectSync) -> int:
    from amts_ext.sync.project import Mode

    if result.problems:
        return max(problem.exit_code for problem in result.problems)
    if mode is Mode.CHECK and result.written:
        return FrozenError.exit_code
    return AmtsError.exit_code if result.counts["must look"] else 0


def _lines(settings: SyncSettings, mode: Mode, result: ProjectSync, report: str) -> Iterator[str]:
    """Yield what a person reads: the diff of a trial, the open items, and the sums."""
    from amts_ext.sync.project import Mode

    if mode is Mode.TRIAL:
        yield from result.diff()
    if mode is Mode.CHECK:
        yield from (f"{settings.target / name}: would be written" for name in result.written)
    else:
        yield from tables.columns(list(_rows(settings, result)))
    for names, said in (
        (result.untranslated, "of the source without a translation here"),
        (result.sourceless, "here without a source there, left as they are"),
    ):
        if names:
            yield f"{len(names)} file{'s' * (len(names) > 1)} {said}, as {names[0]}"
    if result.asked.segments and mode is not Mode.WRITE:
        yield f"to be sent: {_sent(result.asked)}"
    counts, number = result.counts, len(result.written)
    done = "written" if mode is Mode.WRITE else "to write"
    yield (
        f"{settings.lang}: {number} files {done}; {counts['must look']} places to read, "
        f"{counts['glance']} to glance at, {counts['kept']} sentences of changed files kept"
    )
    if report:
        yield f"report: {report}"


def _sent(asked: Fetched) -> str:
    """Say what a translator is asked."""
    cost = "" if asked.cost is None else f", about {asked.cost:.2f} USD"
    return f"{asked.segments:,} segments, {asked.characters:,} characters{cost}"


def _rows(settings: SyncSettings, result: ProjectSync) -> Iterator[tuple[str, str, str]]:
    """Yield place, kind and explanation of every open item."""
    from amts_ext.sync.explaining import explained, source_diff
    from amts_ext.text.word_diff import as_line

    for file in result.files:
        for item in file.items:
            words = as_line(source_diff(item))
            said = f"{explained(item)}  | {words}" if words else explained(item)
            yield f"{settings.target / file.path}:{item.line}", str(item.kind), said


def _accept(arguments: Namespace) -> int:
    from amts_ext.sync.accept import accept

    if arguments.accept and arguments.accept_all:
        raise InputError("--accept names places, --accept-all takes all; use one of them")
    if arguments.target is None:
        raise InputError("name the folder of the human translation with --target")
    number = accept(arguments.target, arguments.accept)
    tables.show(arguments, {"accepted": number}, f"{number} items accepted")
    return 0
