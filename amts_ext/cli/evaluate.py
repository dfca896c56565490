"""``amts evaluate``: translations against a human's."""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.evaluation.articles import DividedBook
    from amts_ext.evaluation.comparison import Comparison
    from amts_ext.evaluation.counts import TermPairs
    from amts_ext.evaluation.experiments import Trial
    from amts_ext.model import Parts
    from amts_ext.progress import Progress

Commands = Any
"""What ``add_subparsers`` returns."""

COLUMNS = ("without", "paragraph", "sentence")
HELP = """Translate a book's held-out documents with and without its parallel data, and score them
against the human translation (BLEU, chrF, TER; terms, slots, typing). With --hypotheses, score
files that are translated already."""


def add(commands: Commands) -> None:
    """Add the command."""
    help = "Score translations against a human's, with and without parallel data."
    parser: argparse.ArgumentParser = commands.add_parser("evaluate", help=help, description=HELP)
    parser.add_argument("--lang", default="", help="target languages, comma separated")
    parser.add_argument("--both", action="store_true", help="the other direction as well")
    parser.add_argument(
        "--columns", default=",".join(COLUMNS), help="what is compared: %(default)s, or some of it"
    )
    parser.add_argument(
        "--article", action="append", default=[], metavar="NAME",
        help="a document to test on, kept out of the parallel data (config: held_out); repeatable",
    )  # fmt: skip
    _add_places(parser)
    _add_files(parser)
    parser.add_argument("--plan", action="store_true", help="only tell what would be sent")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write all tables")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="write bars: .svg or .png")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(command=evaluate)


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", default="config.ini", help="the book's config.ini")
    parser.add_argument(
        "--human", type=Path, metavar="DIR", help="the human translation (config: human_LANG)"
    )
    parser.add_argument(
        "--originals", type=Path, metavar="DIR", help="its originals (X_origin.md, or the book)"
    )
    parser.add_argument("--from", dest="source", help="source language (config: lang; en)")
    parser.add_argument("--translator", help="empty: embedded; aws (config: translator)")
    parser.add_argument("--engine", default="firefox", help="the embedded service's (firefox)")
    parser.add_argument(
        "--pairs", type=Path, action="append", default=[], metavar="FILE",
        help="more pairs, of other texts: .csv, .tsv or .tmx; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--terms", type=Path, metavar="FILE", help="terms to look for: .csv, .tsv, .tmx or .md"
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("files of segments, one a line")
    group.add_argument(
        "--hypotheses", action="append", default=[], type=Path, metavar="FILE",
        help="a translation; repeatable, each is a column",
    )  # fmt: skip
    group.add_argument("--references", type=Path, metavar="FILE", help="the human's")
    group.add_argument("--sources", type=Path, metavar="FILE", help="what was translated")
    group.add_argument("--format", default="", help="d2l or md, if the lines hold markup")


def evaluate(arguments: argparse.Namespace) -> int:
    """``amts evaluate``."""
    from amts_ext.evaluation import picture
    from amts_ext.progress import reporter

    logging.getLogger("sacrebleu").setLevel(logging.ERROR)  # it tells what the tables tell
    if arguments.picture:
        picture.check(arguments.picture)
    _need([] if arguments.plan else ["sacrebleu", *["matplotlib"] * bool(arguments.picture)])
    if arguments.hypotheses or arguments.references:
        return _show(arguments, [_of_files(arguments)])
    config, langs = _config(arguments)
    columns = _columns(arguments.columns)
    every: list[Trial] = []
    found: list[Comparison] = []
    for lang in langs:
        every += _experiment(arguments, config, lang, columns, found, reporter())
    if arguments.plan:
        _print_plan(arguments, config, every)
        return 0
    return _show(arguments, found)


def _need(packages: Sequence[str]) -> None:
    """Raises :class:`InputError` for a package that is missing, before anything is paid for."""
    from amts_ext.evaluation.counts import not_installed

    for name in packages:
        if find_spec(name) is None:
            raise not_installed(name)


def _experiment(
    arguments: argparse.Namespace,
    config: Config,
    lang: str,
    columns: Sequence[str],
    found: list[Comparison],
    progress: Progress,
) -> list[Trial]:
    """All trials of one language; their results are added to ``found``, unless it is a plan."""
    from amts_ext.evaluation import experiments
    from amts_ext.memory import Memory
    from amts_ext.translators.workbench import Workbench

    texts = _texts(arguments, config, lang, columns)
    terms = _terms(arguments, config.source, lang)
    directions = [texts, texts.flipped()] if arguments.both else [texts]
    with ExitStack() as stack:
        bench = stack.enter_context(Workbench(config, arguments.engine))
        memory = None
        if not bench.is_embedded:
            config.memory.parent.mkdir(parents=True, exist_ok=True)
            memory = stack.enter_context(Memory(config.memory))
        every = experiments.trials(config, bench, directions, columns)
        if memory is not None:
            experiments.look_up(every, memory)
        if arguments.plan:
            return every
        experiments.check_cost(config, every)
        for trial in every:
            experiments.translate(config, bench, trial, memory, progress)
        if bill := experiments.bill(config, every):
            print(f"amts: {bill}", file=sys.stderr)
        found += experiments.results(every, directions, terms, progress)
    return every


def _config(arguments: argparse.Namespace) -> tuple[Config, list[str]]:
    """The book's configuration, or one for a folder that is no book; and the target languages."""
    from amts_ext.config import Config, load
    from amts_ext.languages import profiles

    source, translator = arguments.source, arguments.translator
    if arguments.human and not Path(arguments.config).is_file():
        if translator:
            raise InputError("--translator needs a book's config.ini: it says what may be used")
        root = Path.cwd()
        config = Config(root, memory=root / ".amts/memory.sqlite", source=source or "en")
    else:
        config = load(arguments.config, source=source, translator=translator)
    names = [c.strip() for c in arguments.lang.split(",") if c.strip()] or list(config.human)
    if not names:
        raise InputError("no language given; name one with --lang, or set human_LANG in [amts]")
    return config, [profiles.for_pair(config.source, name).language for name in names]


def _columns(text: str) -> list[str]:
    names = list(dict.fromkeys(c.strip() for c in text.split(",") if c.strip()))
    if not names or set(names) - set(COLUMNS):
        raise InputError(f"--columns: '{text}' is not allowed; allowed: {','.join(COLUMNS)}")
    return names


def _texts(
    arguments: argparse.Namespace, config: Config, lang: str, columns: Sequence[str]
) -> DividedBook:
    from amts_ext.evaluation import articles

    folder = arguments.human or config.human.get(lang)
    if folder is None:
        message = f"[amts] no human translation: set human_{lang}, or name it with --human"
        raise InputError(message, file=str(config.file))
    held_out = [*config.held_out, *arguments.article]
    if not held_out:
        raise InputError("no document to test on; name some with --article, or held_out in [amts]")
    root = arguments.originals or config.root
    texts = articles.read(folder, root, (config.source, lang), held_out)
    if not texts.articles:
        raise InputError("nothing of the held-out documents could be aligned", file=str(folder))
    for column in columns:
        if column != COLUMNS[0]:
            more = arguments.pairs
            articles.add_pairs(texts, folder, root, held_out, column, more)
    return texts


def _terms(arguments: argparse.Namespace, source: str, target: str) -> TermPairs:
    """The terms of a file, both ways round."""
    from amts_ext import files
    from amts_ext.pairs import exchange
    from amts_ext.pairs.terms import glossary

    file: Path | None = arguments.terms
    if file is None:
        return []
    if file.suffix == ".md":
        found = glossary(files.read_text(file), file, source, target)
    else:
        found = exchange.read(file, source)
    if target not in found.targets or found.source != source:
        has = ", ".join([found.source, *found.targets])
        raise InputError(f"has no terms from {source} to {target}; it has: {has}", file=str(file))
    return [(row.source, row.targets[target]) for row in found.rows if target in row.targets]


def _of_files(arguments: argparse.Namespace) -> Comparison:
    """Translations that are there already."""
    from amts_ext.evaluation.comparison import Article, Output, compare
    from amts_ext.languages import profiles

    if not (arguments.hypotheses and arguments.references):
        raise InputError("--hypotheses and --references belong together: name both")
    target, source = arguments.lang, arguments.source or "en"
    if not all(re.fullmatch(profiles.CODE, code) for code in (target, source)):
        raise InputError("name the language of the files with --lang, one code like zh")
    references = _lines(arguments, arguments.references, target)
    sources = _lines(arguments, arguments.sources, source) if arguments.sources else []
    article = Article(arguments.references.stem, references, sources)
    outputs = [
        Output(name, {article.name: _lines(arguments, file, target)})
        for name, file in zip(_headings(arguments.hypotheses), arguments.hypotheses, strict=True)
    ]
    terms = _terms(arguments, source, target)
    return compare(source if sources else "", target, [article], outputs, terms)


def _headings(paths: Sequence[Path]) -> list[str]:
    """What the columns of files are called: by their stems, or paths if stems are the same."""
    stems = [path.stem for path in paths]
    return stems if len(set(stems)) == len(stems) else [str(path) for path in paths]


def _lines(arguments: argparse.Namespace, file: Path, language: str) -> list[Parts]:
    """The segments of a file; with a format, markup becomes slots."""
    from amts_ext import files, formats
    from amts_ext.evaluation import parts_of
    from amts_ext.text.masking import mask

    text = files.read_text(file).removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise InputError("holds no segments; write one a line", file=str(file))
    lines = text.removesuffix("\n").split("\n")
    if not arguments.format:
        return [parts_of(line) for line in lines]
    reader = formats.get(arguments.format)
    found = []
    for line in lines:
        segments = mask(reader.read(line, str(file)), language, "paragraph")
        found.append(segments[0].parts if len(segments) == 1 else (line,))
    return found


def _show(arguments: argparse.Namespace, found: Sequence[Comparison]) -> int:
    from amts_ext import files
    from amts_ext.evaluation import picture, report

    if arguments.json:
        print(json.dumps(report.as_json(found), ensure_ascii=False))
    else:
        print(report.text(found))
    if arguments.markdown:
        files.write_text(arguments.markdown, report.markdown(found))
    if arguments.picture:
        picture.save(arguments.picture, found)
    problems = list(report.problems(found))
    for problem in problems:
        print(f"amts: {problem}", file=sys.stderr)
    return AmtsError.exit_code if problems else 0


def _print_plan(arguments: argparse.Namespace, config: Config, every: Sequence[Trial]) -> None:
    from amts_ext.evaluation import experiments
    from amts_ext.pipeline import plan

    rows = experiments.plan(config, every)
    print(json.dumps(rows, ensure_ascii=False) if arguments.json else plan.table(rows))
