"""``amts check``: what a reviewer would catch in a translation at a glance."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.checks import Kind
    from amts_ext.checks.review import Fault, Place, Review, Terms

Commands = Any
"""What ``add_subparsers`` returns."""
NEEDED = ("num2words", "py3langid")
SNIPPET = 60
"""Characters of a sentence that are shown beside what is wrong with it."""


def add(commands: Commands) -> None:
    """Add the command."""
    text = "Check a translation without a reference; exit 1 if something was found."
    parser = commands.add_parser("check", help=text, description=text)
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH",
        help="SOURCE TARGET: two files or two folders; without them the book of --config",
    )  # fmt: skip
    parser.add_argument("--lang", default="", help="a book's languages (config: langs)")
    parser.add_argument("--config", default="config.ini", help="the book's config.ini")
    parser.add_argument("--tab", default=None, help="the tab that is built, or all")
    parser.add_argument("--from", dest="source", default="en", help="language of SOURCE (en)")
    parser.add_argument("--to", dest="target", default="", help="language of TARGET")
    parser.add_argument("--format", default="", help="format of both files (by suffix and folder)")
    parser.add_argument(
        "--terms", action="append", type=Path, metavar="FILE", default=[],
        help="terms: .csv, .tsv, .tmx or .md (a book's terminology/SOURCE-TARGET.csv)",
    )  # fmt: skip
    parser.add_argument("--only", default="", metavar="KINDS", help="these, comma separated")
    parser.add_argument("--skip", default="", metavar="KINDS", help="all but these")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(command=check)


def check(arguments: argparse.Namespace) -> int:
    """``amts check``."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        text = f"checks need {' and '.join(missing)}; run pip install 'amts-ext[check]'"
        raise InputError(text)
    kinds = _kinds(arguments.only, arguments.skip)
    if arguments.paths:
        reviews = {arguments.target: _files(arguments, kinds)}
    else:
        reviews = _book(arguments, kinds)
    for review in reviews.values():
        for problem in review.problems:
            print(problem, file=sys.stderr)
        for path in review.alone:
            print(f"{path}: has no partner, and was not checked", file=sys.stderr)
    if arguments.json:
        shown = [{"lang": lang, **_as_json(review)} for lang, review in reviews.items()]
        print(json.dumps(shown, ensure_ascii=False))
    else:
        for lang, review in reviews.items():
            print(*_table(review), _summary(lang, review), sep="\n")
    if any(review.problems for review in reviews.values()):
        return InputError.exit_code
    return int(any(review.faults for review in reviews.values()))


def _files(arguments: argparse.Namespace, kinds: frozenset[Kind]) -> Review:
    from amts_ext import formats
    from amts_ext.checks.review import check_files, load_terms
    from amts_ext.languages import profiles

    if len(arguments.paths) != 2:
        raise InputError("name two files or two folders: SOURCE TARGET; or none, for a book")
    if arguments.lang or not arguments.target:
        raise InputError("name the language of TARGET with --to, for instance --to zh")
    if arguments.format:
        formats.get(arguments.format)
    target = profiles.for_pair(arguments.source, arguments.target).language
    terms = load_terms(arguments.terms, arguments.source, target)
    source, translation = arguments.paths
    langs = arguments.source, target
    return check_files(source, translation, langs, terms, kinds, arguments.format)


def _book(arguments: argparse.Namespace, kinds: frozenset[Kind]) -> dict[str, Review]:
    from amts_ext.checks.review import check_book
    from amts_ext.config import load
    from amts_ext.languages import profiles
    from amts_ext.pipeline.book import open_book

    config = load(arguments.config)
    names = [c.strip() for c in arguments.lang.split(",") if c.strip()] or list(config.langs)
    if arguments.target or not names:
        raise InputError("name the book's languages with --lang, or set langs in [amts]")
    langs = [profiles.for_pair(config.source, name).language for name in names]
    terms = {lang: _terms(arguments.terms, config.root, config.source, lang) for lang in langs}
    with open_book(config, frozen=True) as book:
        return {lang: check_book(book, lang, terms[lang], kinds, arguments.tab) for lang in langs}


def _terms(named: Sequence[Path], root: Path, source: str, target: str) -> Terms:
    """Terms of the named files, else of the book's own file for this pair, if it has one."""
    from amts_ext.checks.review import load_terms

    own = root / "terminology" / f"{source}-{target}.csv"
    return load_terms(named or [own] * own.is_file(), source, target)


def _kinds(only: str, skip: str) -> frozenset[Kind]:
    """The chosen kinds; raises :class:`InputError` for an unknown one."""
    from amts_ext.checks import Kind

    chosen = []
    for option in (only, skip):
        names = [name.strip() for name in option.split(",") if name.strip()]
        for name in names:
            if name not in tuple(Kind):
                raise InputError(f"'{name}' is no check; allowed: {', '.join(Kind)}")
        chosen.append(frozenset(map(Kind, names)))
    left = (chosen[0] or frozenset(Kind)) - chosen[1]
    if not left:
        raise InputError("--only and --skip leave no check; name fewer with --skip")
    return left


def _table(review: Review) -> list[str]:
    """A line a finding, in columns, by file and line."""
    rows = [
        (str(f.place), str(f.finding.severity), str(f.finding.kind), f.finding.message, _snippet(f))
        for f in _sorted(review)
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return [
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
        + (f"  | {row[4]}" if row[4] else "")
        for row in rows
    ]


def _sorted(review: Review) -> list[Fault]:
    return sorted(review.faults, key=lambda f: (f.place.file, f.place.line))


def _snippet(fault: Fault) -> str:
    """The translation, or the source where there is none."""
    text = fault.translation or (fault.source.text if fault.source else "")
    return text if len(text) <= SNIPPET else f"{text[:SNIPPET]}…"


def _summary(lang: str, review: Review) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in review.counts.items())
    number = len(review.faults)
    found = f"{number} finding{'s' * (number != 1)}" + (f": {counts}" if counts else "")
    return f"{lang}: {review.segments} segments, {found}"


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
        "findings": findings,
    }  # fmt: skip


def _place(place: Place | None) -> dict[str, Any] | None:
    return place._asdict() if place else None
