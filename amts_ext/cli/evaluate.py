"""``amts evaluate``: scores of translations against a human's translation."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import evaluate_files, options, tables
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.evaluation.articles import DividedBook
    from amts_ext.evaluation.comparison import Comparison
    from amts_ext.evaluation.experiments import Trial
    from amts_ext.progress import Progress

HELP = "Score translations against a human's."
DESCRIPTION = """Translate a book's held-out documents with and without its parallel data, and score
them against the human translation (BLEU, chrF, TER; terms, slots, typing). With --hypotheses, score
files that are translated already."""
COLUMNS = ("without", "paragraph", "sentence")
"""The columns that are compared: no parallel data, parallel data of paragraphs, of sentences."""


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.description = DESCRIPTION
    options.add_langs(parser, default="config: human_LANG")
    parser.add_argument("--both", action="store_true", help="the other direction as well")
    parser.add_argument(
        "--columns", default=",".join(COLUMNS), help="what is compared: %(default)s, or some of it"
    )
    parser.add_argument(
        "--article", action="append", default=[], metavar="NAME",
        help="a document to test on, kept out of the parallel data (config: held_out); repeatable",
    )  # fmt: skip
    _add_places(parser)
    evaluate_files.add(parser)
    parser.add_argument("--plan", action="store_true", help="only tell what would be sent")
    options.add_json(parser)
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write all tables")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="write bars: .svg or .png")
    parser.set_defaults(run=run)


def _add_places(parser: ArgumentParser) -> None:
    options.add_config(parser)
    parser.add_argument(
        "--human", type=Path, metavar="DIR", help="the human translation (config: human_LANG)"
    )
    parser.add_argument(
        "--originals", type=Path, metavar="DIR", help="its originals (X_origin.md, or the book)"
    )
    options.add_source(parser, default="")
    parser.add_argument("--translator", help="empty: embedded; aws (config: translator)")
    parser.add_argument("--engine", default="firefox", help="the embedded service's (firefox)")
    parser.add_argument(
        "--pairs", type=Path, action="append", default=[], metavar="FILE",
        help="more pairs, of other texts: .csv, .tsv or .tmx; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--terms", type=Path, metavar="FILE", help="terms: .csv, .tsv, .tmx or .md (none)"
    )


def run(arguments: Namespace) -> int:
    """Translate and print the scores; with ``--plan``, print only the amount that would be sent."""
    from amts_ext.evaluation import picture
    from amts_ext.progress import reporter

    # The warnings of sacrebleu repeat what the tables say.
    logging.getLogger("sacrebleu").setLevel(logging.ERROR)
    if arguments.picture:
        picture.check(arguments.picture)
    _need([] if arguments.plan else ["sacrebleu", *["matplotlib"] * bool(arguments.picture)])
    if arguments.hypotheses or arguments.references:
        return _show(arguments, [evaluate_files.compare(arguments)])
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
    """Check that packages are installed, before anything is paid for.

    Raises :class:`InputError` for a missing one.
    """
    from amts_ext.evaluation.counts import not_installed

    for name in packages:
        if find_spec(name) is None:
            raise not_installed(name)


def _experiment(
    arguments: Namespace,
    config: Config,
    lang: str,
    columns: Sequence[str],
    found: list[Comparison],
    progress: Progress,
) -> list[Trial]:
    """Run and return the trials of one language, and add their results to ``found``.

    With ``--plan``, the trials are returned and not run.
    """
    from amts_ext.evaluation import experiments
    from amts_ext.memory import Memory
    from amts_ext.translators.workbench import Workbench

    texts = _texts(arguments, config, lang, columns)
    terms = evaluate_files.read_terms(arguments, config.source, lang)
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


def _config(arguments: Namespace) -> tuple[Config, list[str]]:
    """Return the configuration and the target languages.

    Outside a book, ``--human`` is enough: the configuration has default values then. Raises
    :class:`InputError` if ``--translator`` is given outside a book.
    """
    from amts_ext.config import Config

    source, translator = arguments.source_language or None, arguments.translator
    if not arguments.human:
        config = options.read_config(arguments, source=source, translator=translator)
    else:
        if translator and not options.is_in_book(arguments):
            raise InputError("--translator needs a book's config.ini: it says what may be used")
        config = options.find_config(arguments, source=source, translator=translator) or Config(
            Path.cwd(), memory=Path.cwd() / ".amts/memory.sqlite", source=source or "en"
        )
    return config, options.read_langs(arguments, config.source, config.human, "human_LANG")


def _columns(text: str) -> list[str]:
    names = list(dict.fromkeys(options.names(text)))
    if not names or set(names) - set(COLUMNS):
        raise InputError(f"--columns: '{text}' is not allowed; allowed: {','.join(COLUMNS)}")
    return names


def _texts(arguments: Namespace, config: Config, lang: str, columns: Sequence[str]) -> DividedBook:
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


def _show(arguments: Namespace, found: Sequence[Comparison]) -> int:
    from amts_ext import files
    from amts_ext.evaluation import picture, report

    tables.show(arguments, report.as_json(found), report.text(found))
    if arguments.markdown:
        files.write_text(arguments.markdown, report.markdown(found))
    if arguments.picture:
        picture.save(arguments.picture, found)
    problems = list(report.problems(found))
    for problem in problems:
        print(f"amts: {problem}", file=sys.stderr)
    return AmtsError.exit_code if problems else 0


def _print_plan(arguments: Namespace, config: Config, every: Sequence[Trial]) -> None:
    from amts_ext.evaluation import experiments
    from amts_ext.pipeline import plan

    rows = experiments.plan(config, every)
    tables.show(arguments, rows, plan.table(rows))
