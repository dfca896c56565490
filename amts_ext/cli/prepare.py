"""``amts parallel-data prepare``: pairs from a book, two sides, files of pairs or crawled pages."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import options, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.parallel_data import Prepared
    from amts_ext.parallel_data.gathering import Gathered

HELP = "Pairs from a book and its translation: aligned, filtered, written to a file."
LISTED = 20
"""Problems of one kind that are printed, at most; the report and ``--json`` have all."""


def add(parser: ArgumentParser) -> None:
    """Add the command's options; without any, the pairs of the book's translations are prepared."""
    parser.add_argument(
        "files", nargs="*", metavar="FILE", type=Path,
        help="pairs that there are: .csv .tsv .tmx .po",
    )  # fmt: skip
    parser.add_argument(
        "--source", metavar="SIDE", default="", help="a file or folder, or REVISION:PATH of git"
    )
    parser.add_argument("--target", metavar="SIDE", default="", help="its translation, likewise")
    parser.add_argument(
        "--pages", metavar="DIR", type=Path, help="crawled HTML pages of both languages"
    )
    parser.add_argument(
        "--about", metavar="WORDS", default="",
        help="keep what is on this subject: words, or a file",
    )  # fmt: skip
    options.add_config(parser)
    options.add_source(parser, default="")
    options.add_langs(parser)
    options.add_granularity(parser)
    parser.add_argument("--format", default="", help="dialect of .md files (by folder)")
    parser.add_argument(
        "--held-out", metavar="NAME", action="append", default=[],
        help="document (or pattern) to keep out; may be repeated (config: held_out)",
    )  # fmt: skip
    parser.add_argument(
        "-o", dest="out", type=Path, default=Path("pairs.tmx"), metavar="FILE",
        help="where the pairs go: .tmx, .csv or .tsv (pairs.tmx)",
    )  # fmt: skip
    parser.add_argument("--report", type=Path, metavar="FILE", help="an HTML page about all of it")
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Prepare the pairs, write them to a file, and print the number of those left out."""
    from amts_ext import files
    from amts_ext.pairs import exchange

    form = arguments.out.suffix.lower().lstrip(".")
    if form not in exchange.FORMATS:
        raise InputError("-o needs the suffix .tmx, .csv or .tsv", file=str(arguments.out))
    if arguments.out.resolve() in [path.resolve() for path in arguments.files]:
        message = "-o would replace the pairs that are read; name another file"
        raise InputError(message, file=str(arguments.out))
    if arguments.report:
        _check_report(arguments.report, [arguments.out, *arguments.files])
    done = _prepared(arguments, options.find_config(arguments))
    sent = done.rows(form)
    if arguments.report:
        from amts_ext.parallel_data.report import page

        files.write_text(arguments.report, page(done))
    if sent.rows:
        files.write_bytes(arguments.out, exchange.dump(sent, form))
    _tell(arguments, done, len(sent.rows))
    if not sent.rows:
        raise InputError("no pair is left; the reasons are above")
    return AmtsError.exit_code if done.problems or done.skipped else 0


def _check_report(path: Path, others: Sequence[Path]) -> None:
    """Check that the report would replace no file but an earlier report.

    Raises :class:`InputError` if it would.
    """
    from amts_ext.parallel_data.report import is_free

    if path.resolve() in [other.resolve() for other in others] or not is_free(path):
        raise InputError(
            "--report would replace what is no report; name another file", file=str(path)
        )


def _prepared(arguments: Namespace, config: Config | None) -> Prepared:
    from amts_ext import parallel_data
    from amts_ext.progress import reporter

    chosen = [bool(arguments.files), bool(arguments.source or arguments.target)]
    if sum([*chosen, arguments.pages is not None]) > 1:
        raise InputError("choose one: files of pairs, --source and --target, or --pages")
    if arguments.about and arguments.pages is None:
        raise InputError("--about chooses among crawled pages; name their folder with --pages")
    if bool(arguments.source) != bool(arguments.target):
        raise InputError("--source and --target belong together: name both sides")
    if any(chosen) or arguments.pages is not None:
        return parallel_data.prepare(_gathered(arguments, config))
    if config is None:
        raise InputError(
            "no such file; name files of pairs, --source and --target, or --pages",
            file=options.CONFIG,
        )
    return parallel_data.of_book(
        config,
        _langs(arguments, config),
        granularity=arguments.granularity,
        held_out=_held_out(arguments),
        progress=reporter(),
    )


def _gathered(arguments: Namespace, config: Config | None) -> Gathered:
    from amts_ext import formats, parallel_data
    from amts_ext.parallel_data import gathering, pairing
    from amts_ext.parallel_data.gathering import Gathered
    from amts_ext.progress import reporter

    gathered = Gathered()
    language = _language(arguments, config)
    held_out = [*_held_out(arguments), *(config.held_out if config else ())]
    if arguments.files:
        parallel_data.hold_out(gathered, held_out, [], config)
        langs = _langs(arguments, config) if arguments.lang else []
        gathering.rows(gathered, arguments.files, language, langs)
        return gathered
    [target] = _one(_langs(arguments, config))
    pair = language, target
    if arguments.pages is not None:
        from amts_ext.parallel_data import web_pages

        parallel_data.hold_out(gathered, held_out, [], config)
        web_pages.gather(
            gathered,
            arguments.pages,
            pair,
            arguments.about,
            reporter(),
            granularity=arguments.granularity,
        )
        return gathered
    if arguments.format:
        formats.get(arguments.format)
    dialect = arguments.format or _dialect(arguments.source)
    with pairing.open_sides(arguments.source, arguments.target) as matched:
        gathered.alone += matched.alone
        parallel_data.hold_out(gathered, held_out, matched.texts, config)
        gathering.documents(
            gathered,
            matched.texts,
            pair,
            granularity=arguments.granularity,
            markdown=dialect,
            progress=reporter(),
        )
    return gathered


def _dialect(side: str) -> str:
    """Return the Markdown dialect of the project that a side lies in.

    A side is a path, or ``REVISION:PATH`` of git.
    """
    from amts_ext.project import around

    path = Path(side) if Path(side).exists() else Path(side.partition(":")[2])
    return around(path).markdown


def _one(langs: list[str]) -> list[str]:
    if len(langs) != 1:
        raise InputError("two sides are of one language pair; name one language with --lang")
    return langs


def _langs(arguments: Namespace, config: Config | None) -> list[str]:
    source = _language(arguments, config)
    return options.read_langs(arguments, source, config.langs if config else ())


def _language(arguments: Namespace, config: Config | None) -> str:
    """Return the source language, spelled as in its profile."""
    from amts_ext.languages import profiles

    code = arguments.source_language or (config.source if config else "en")
    return next((own for own in profiles.available() if own.lower() == code.lower()), code)


def _held_out(arguments: Namespace) -> list[str]:
    return [name for names in arguments.held_out for name in options.names(names)]


def _list(lines: list[str]) -> None:
    for line in lines[:LISTED]:
        print(line, file=sys.stderr)
    if len(lines) > LISTED:
        print(f"… and {len(lines) - LISTED} more of these", file=sys.stderr)


def _tell(arguments: Namespace, done: Prepared, written: int) -> None:
    for problem in done.problems:
        print(f"amts: {problem}", file=sys.stderr)
    _list([f"left out: {each}" for each in (*done.skipped, *done.refused)])
    leaks = Counter((drop.detail, drop.candidate.source) for drop in done.leaks)
    told = sorted(leaks.items(), key=lambda leak: -len(leak[0][1]))
    _list([f"leak: {n} × '{text[:60]}' is in {where}" for (where, text), n in told])
    left_out = {
        "rows that cannot be read": len(done.skipped),
        "rows that the format cannot hold": len(done.refused),
        "files left out": len(done.problems),
        "files without a partner": len(done.alone),
    }
    answer = {
        "file": str(arguments.out), "rows": written, "pairs": done.counts,
        "documents": len(done.aligned), "held_out": done.held_out, "left_out": left_out,
        "problems": [str(p) for p in done.problems], "leaks": [str(x) for x in done.leaks],
    }  # fmt: skip
    counts = {**done.counts, **left_out}.items()
    lines = [f"{count:8} {what}" for what, count in counts if count and what != "kept"]
    first = f"{arguments.out}: {written} rows of {len(done.kept)} pairs"
    tables.show(arguments, answer, first, *lines)
