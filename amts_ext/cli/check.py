"""``amts check``: checks of a translation without a reference, printed by file and line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.cli import options, tables
from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.checks import Kind
    from amts_ext.checks.places import Place
    from amts_ext.checks.review import Fault, Review, Terms
    from amts_ext.config import Config

HELP = "Check a translation without a reference."
DESCRIPTION = "Check a translation without a reference; exit 1 if something was found."
SNIPPET = 60
"""Characters of a sentence that are printed beside a finding, at most."""


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = DESCRIPTION
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH",
        help="SOURCE TARGET: two files or two folders; without them the book of --config",
    )  # fmt: skip
    options.add_langs(parser)
    options.add_config(parser)
    options.add_tab(parser)
    options.add_source(parser)
    options.add_target(parser)
    options.add_format(parser)
    parser.add_argument(
        "--terms", action="append", type=Path, metavar="FILE", default=[],
        help="terms: .csv, .tsv, .tmx or .md (the book's own)",
    )  # fmt: skip
    parser.add_argument("--only", default="", metavar="KINDS", help="these, comma separated")
    parser.add_argument("--skip", default="", metavar="KINDS", help="all but these")
    options.add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print the findings of two files, two folders or a book."""
    kinds = _kinds(arguments.only, arguments.skip)
    if arguments.paths:
        reviews = {arguments.target_language: _files(arguments, kinds)}
    else:
        reviews = _book(arguments, kinds)
    for review in reviews.values():
        for problem in review.problems:
            print(problem, file=sys.stderr)
        for path in review.alone:
            print(f"{path}: has no partner, and was not checked", file=sys.stderr)
    answer = [{"lang": lang, **_as_json(review)} for lang, review in reviews.items()]
    lines = [line for lang, review in reviews.items() for line in _lines(lang, review)]
    tables.show(arguments, answer, *lines)
    if any(review.problems for review in reviews.values()):
        return InputError.exit_code
    return int(any(review.faults for review in reviews.values()))


def _files(arguments: Namespace, kinds: frozenset[Kind]) -> Review:
    from amts_ext import formats
    from amts_ext.checks.review import check_files, load_terms
    from amts_ext.languages import profiles

    if len(arguments.paths) != 2:
        raise InputError("name two files or two folders: SOURCE TARGET; or none, for a book")
    if arguments.lang or not arguments.target_language:
        raise InputError("name the language of TARGET with --to, for instance --to zh")
    if arguments.format:
        formats.get(arguments.format)
    source = arguments.source_language
    target = profiles.for_pair(source, arguments.target_language).language
    terms = load_terms(arguments.terms, source, target)
    original, translation = arguments.paths
    return check_files(original, translation, (source, target), terms, kinds, arguments.format)


def _book(arguments: Namespace, kinds: frozenset[Kind]) -> dict[str, Review]:
    from amts_ext.checks.review import check_book
    from amts_ext.pipeline.book import open_book

    if arguments.target_language:
        raise InputError("--to is for SOURCE and TARGET; name the book's languages with --lang")
    config = options.read_config(arguments)
    langs = options.read_langs(arguments, config.source, config.langs)
    terms = {lang: _terms(arguments.terms, config, lang) for lang in langs}
    with open_book(config, frozen=True) as book:
        return {lang: check_book(book, lang, terms[lang], kinds, arguments.tab) for lang in langs}


def _terms(named: Sequence[Path], config: Config, target: str) -> Terms:
    """Read the terms of the named files, else those of the book's own for this language pair."""
    from amts_ext.checks.review import load_terms
    from amts_ext.pairs.terms import files_of_book, of_book

    own = [] if named else files_of_book(config.root, config.source, config.terms)
    fit = [path for path in own if target in of_book(path, config.source).targets]
    return load_terms(named or fit, config.source, target)


def _kinds(only: str, skip: str) -> frozenset[Kind]:
    """Return the kinds of checks that ``--only`` and ``--skip`` choose.

    Raises :class:`InputError` for an unknown kind, or if none is left.
    """
    from amts_ext.checks import Kind

    chosen = []
    for option in (only, skip):
        names = options.names(option)
        for name in names:
            if name not in tuple(Kind):
                raise InputError(f"'{name}' is no check; allowed: {', '.join(Kind)}")
        chosen.append(frozenset(map(Kind, names)))
    left = (chosen[0] or frozenset(Kind)) - chosen[1]
    if not left:
        raise InputError("--only and --skip leave no check; name fewer with --skip")
    return left


def _lines(lang: str, review: Review) -> list[str]:
    """Return the findings in columns, sorted by file and line, and a last line with the counts."""
    rows = []
    for fault in _sorted(review):
        finding, shown = fault.finding, _snippet(fault)
        message = f"{finding.message}  | {shown}" if shown else finding.message
        rows.append((str(fault.place), str(finding.severity), str(finding.kind), message))
    return [*tables.columns(rows), *_unsure(review), _summary(lang, review)]


def _unsure(review: Review) -> list[str]:
    """Return a line for each file with the places that alignment could not be sure of."""
    lines: dict[str, list[str]] = {}
    for place in review.unsure:
        lines.setdefault(place.file, []).append(str(place.line))
    return [
        f"{file}: no sure partner for lines {', '.join(dict.fromkeys(own))}; read them beside the "
        "translation"
        for file, own in sorted(lines.items())
    ]


def _sorted(review: Review) -> list[Fault]:
    return sorted(review.faults, key=lambda f: (f.place.file, f.place.line))


def _snippet(fault: Fault) -> str:
    """Return the beginning of the translation, or of the source if there is no translation."""
    text = fault.translation or (fault.source.text if fault.source else "")
    return text if len(text) <= SNIPPET else f"{text[:SNIPPET]}…"


def _summary(lang: str, review: Review) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in review.counts.items())
    number = len(review.faults)
    found = f"{number} finding{'s' * (number != 1)}" + (f": {counts}" if counts else "")
    count = len(review.unsure)
    unsure = f"; {count} sentence{'s' * (count != 1)} without a sure partner" * bool(count)
    return f"{lang}: {review.segments} segments, {found}{unsure}"


def _as_json(review: Review) -> dict[str, Any]:
    findings = [
        {
            "kind": str(f.finding.kind),
            "severity": str(f.finding.severity),
            "message": f.finding.message,
            "source": _place(f.source),
            "target": _place(f.target) or {"text": f.translation},
            "origin": f.origin,
        }
        for f in _sorted(review)
    ]
    return {
        "segments": review.segments, "counts": review.counts, "alone": review.alone,
        "unsure": [_place(place) for place in review.unsure], "findings": findings,
    }  # fmt: skip


def _place(place: Place | None) -> dict[str, Any] | None:
    return place._asdict() if place else None
