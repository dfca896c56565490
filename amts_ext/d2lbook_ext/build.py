"""The command ``d2lbook build COMMANDS --lang zh,pt``: evaluate once, translate N times, build N.

The way of a build: evaluate (d2lbook) → read the notebooks of all tabs → for each language:
translate → write → run d2lbook's own commands.
"""

from __future__ import annotations

import argparse
import functools
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from amts_ext import config as settings_of
from amts_ext.d2lbook_ext.destination import Destination
from amts_ext.d2lbook_ext.env import missing_tex, programs_on_path
from amts_ext.d2lbook_ext.project import MARKDOWN, NOTEBOOK, D2lbook
from amts_ext.d2lbook_ext.report import Finished, as_event, frozen_in_source, report, tell
from amts_ext.d2lbook_ext.rows import page_report
from amts_ext.errors import AmtsError, FrozenError, InputError
from amts_ext.languages import profiles
from amts_ext.pages import editions
from amts_ext.pages import finishing as html_pages
from amts_ext.pages.editions import Edition
from amts_ext.pages.finishing import FinishedPages
from amts_ext.pages.ids import SourceIds
from amts_ext.pages.report import write_report
from amts_ext.pipeline.book import Book, open_book
from amts_ext.progress import reporter
from amts_ext.text.outcome import Problem, Source, TranslatedDocument

if TYPE_CHECKING:
    from amts_ext.d2lbook_ext.builder import LanguageBuilder, SourceBuilder

T = TypeVar("T")

WITHOUT_TRANSLATION = ("outputcheck", "tabcheck", "lib")
"""Commands that read only the source. They run once, not once a language."""

FORMATS = {".ipynb": NOTEBOOK, ".md": MARKDOWN}
"""Formats of evaluated documents by suffix."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The command line of a build, except its languages."""

    commands: tuple[str, ...]
    tab: str | None
    frozen: bool
    debug: bool
    json: bool

    @property
    def translated(self) -> tuple[str, ...]:
        """The commands that run for each language."""
        return tuple(c for c in self.commands if c not in WITHOUT_TRANSLATION)


def build(argv: Sequence[str], prog: str = "amts build") -> int:
    """Run a command line of ``build`` and return the exit code; errors are printed as one line."""
    arguments = _parser(prog).parse_args(argv)
    options = arguments.tab, arguments.frozen, arguments.debug, arguments.json
    plan = Plan(tuple(arguments.commands), *options)
    try:
        settings = settings_of.load(langs=arguments.lang, on_interrupt=arguments.on_interrupt)
        if not settings.langs:
            raise InputError("name the languages: --lang zh,pt or langs = zh, pt in [amts]")
        with programs_on_path():
            return _build(plan, settings)
    except AmtsError as error:
        return _failed(error, plan)
    except OSError as error:
        return _failed(_unusable(error), plan)
    except KeyboardInterrupt:
        print("amts: interrupted; what was translated is in the memory", file=sys.stderr)
        return 130


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Build the documents, with --lang in other languages (by AMTS).",
        epilog="Exit codes: 0 done; 1 done, and segments were left untranslated (listed); "
        "2 wrong use or input; 3 --frozen and a segment is missing from the memory.",
    )
    parser.add_argument("commands", nargs="+", choices=_d2lbook_commands())
    parser.add_argument("--tab", help="The tab to build, if multi-tab is enabled.")
    parser.add_argument(
        "--lang",
        metavar="zh,pt",
        help="Target languages, separated by commas, below _build/<lang>.",
    )
    parser.add_argument(
        "--frozen",
        action="store_true",
        help="Reach no translator; fail if the memory lacks a segment.",
    )
    parser.add_argument(
        "--on-interrupt",
        choices=settings_of.ON_INTERRUPT,
        help="What Ctrl-C does to a running job of Amazon Translate (config: on_interrupt).",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='Print progress and results on standard output as JSON lines: {"event": …}.',
    )
    parser.add_argument("--debug", action="store_true", help="Show the traceback of an error.")
    return parser


def _d2lbook_commands() -> list[str]:
    try:
        from d2lbook.build import commands
    except ImportError as error:
        print(
            f"amts: d2lbook cannot be imported ({error}); pip install 'amts-ext[d2l]'",
            file=sys.stderr,
        )
        raise SystemExit(InputError.exit_code) from None
    return list(commands)


def _failed(error: AmtsError, plan: Plan) -> int:
    if plan.debug:
        raise error
    print(f"amts: {error}", file=sys.stderr)
    return error.exit_code


def _unusable(error: OSError) -> InputError:
    """Return the error for a person about a file or folder that cannot be read or written."""
    file = None if error.filename is None else str(error.filename)
    return InputError(f"{error.strerror or error}; check the path and its permissions", file=file)


def _build(plan: Plan, settings: settings_of.Config) -> int:
    logging.basicConfig(format="[d2lbook] %(message)s", level=logging.INFO)
    from amts_ext.d2lbook_ext import builder as builders

    source = _guarded("the book's configuration", lambda: _source_builder(plan.tab), InputError)
    for command in plan.commands:
        if command in WITHOUT_TRANSLATION:
            _guarded(command, getattr(source, command))
    if not plan.translated:
        return 0
    tabs = builders.tabs_of(source.config, plan.translated)
    evaluated = _guarded("eval", lambda: source.evaluate(tabs))
    sources: dict[Path | None, Source] = {None: D2lbook(settings.root, settings.file).title()}
    sources |= _sources(evaluated)
    ends: list[Finished | AmtsError] = []
    with open_book(settings, frozen=plan.frozen) as book:
        progress = reporter(plan.json)
        announce = functools.partial(tell, as_json=plan.json)
        if bill := book.fetch(list(sources.values()), settings.langs, progress, announce):
            announce(bill)
        for language in settings.langs:
            try:
                ends.append(_build_language(plan, language, book, source, sources))
            except (AmtsError, OSError) as error:
                if plan.debug:
                    raise
                ends.append(_in_language(error, language, source))
    for end in ends:
        print(f"amts: {end}", file=sys.stderr) if isinstance(end, AmtsError) else report(end)
        if plan.json:
            print(as_event(end), flush=True)
    return _worst(end.exit_code for end in ends)


def _source_builder(tab: str | None) -> SourceBuilder:
    from d2lbook.config import Config

    from amts_ext.d2lbook_ext.builder import SourceBuilder

    return SourceBuilder(Config(tab=tab))


def _guarded(what: str, run: Callable[[], T], kind: type[AmtsError] = AmtsError) -> T:
    """Run a step of d2lbook and turn its failures into errors of class ``kind``.

    d2lbook fails by ``exit(-1)`` after a message, by ``assert``, or by any other exception.
    """
    try:
        return run()
    except SystemExit as error:
        raise kind(f"{what} failed; d2lbook's message is above") from error
    except AssertionError as error:
        raise kind(f"{what} failed: {error}") from error
    except (AmtsError, OSError):
        raise
    except Exception as error:
        raise kind(f"{what} failed: {type(error).__name__}: {error}") from error


def _sources(evaluated: Mapping[Path, Path]) -> dict[Path | None, Source]:
    """Return the evaluated documents by their path, without d2lbook's empty placeholders.

    A document has the name of its section, so that all tabs of a section are translated alike.
    """
    return {
        path: Source(str(name), path, FORMATS[path.suffix])
        for path, name in evaluated.items()
        if path.stat().st_size
    }


def _build_language(
    plan: Plan,
    language: str,
    book: Book,
    source: SourceBuilder,
    sources: Mapping[Path | None, Source],
) -> Finished:
    from amts_ext.d2lbook_ext.builder import LanguageBuilder, language_config

    profile = profiles.load(language)
    made_drafts = book.translator.drafts(book.config.source, profile.language)
    done = Destination(sources, Path(source.config.tgt_dir), profile.language, made_drafts)
    progress = reporter(plan.json)
    book.learn(profile.language, progress)
    pipeline = book.pipeline(profile.language, progress)
    pipeline.keeps_ids = "html" in plan.translated or "all" in plan.translated
    ids = SourceIds()

    def take(document: TranslatedDocument) -> None:
        done(document)
        ids.add(document)

    result = pipeline.translate(list(sources.values()), take)
    result.problems += book.unread(profile.language)
    config = language_config(plan.tab, profile, done.title)
    pages = FinishedPages()

    def finish(folder: Path) -> None:
        nonlocal pages
        sentences = done.of_pages(source.folder(config.tab), book.config.page_source)
        own = book.config
        look = own.page_note, own.colours, _editions(own, source, language), own.page_improve
        pages = html_pages.finish(folder, profile, own.source, sentences, *look)
        for error in [*pages.problems, *ids.keep(folder)]:
            result.problems.append(Problem(error.file or "", error.line, error.message))

    builder = LanguageBuilder(config, source, done.written, finish)
    notes = [note for command in plan.translated if (note := _run(builder, command))]
    written = page_report(book, config, done, result.problems, pages)
    write_report(written, Path(config.tgt_dir))
    return Finished(language, result, config, plan.translated, tuple(notes), written)


def _editions(config: settings_of.Config, source: SourceBuilder, language: str) -> list[Edition]:
    """Return the languages that a page has links to: those of this build, and what is there."""
    base, name = Path(source.config.tgt_dir), Path(source.config.html_dir).name
    found = editions.laid_out(name, config.source, config.langs, language)
    there = editions.built(found, base / language / name)
    return there if len(there) > 1 else []


def _run(builder: LanguageBuilder, command: str) -> str:
    """Run one of d2lbook's commands; return a line if this machine cannot make its PDF."""
    steps = ["eval", "rst", "html", "pdf", "pkg"] if command == "all" else [command]
    note = missing_tex() if "pdf" in steps else ""
    for step in steps:
        if not (step == "pdf" and note):
            _guarded(step, getattr(builder, step))
    return note


def _in_language(error: AmtsError | OSError, language: str, source: SourceBuilder) -> AmtsError:
    """Return the error for a person; it names the language whose build was stopped."""
    told = _unusable(error) if isinstance(error, OSError) else error
    if isinstance(told, FrozenError):
        told = frozen_in_source(told, Path(source.config.src_dir))
    told.message = f"{language}: {told.message}"
    return told


def _worst(codes: Iterable[int]) -> int:
    """Return the exit code of a build from those of its languages.

    Wrong input (2) outranks a frozen build that lacks segments (3), which outranks problems (1).
    """
    present = set(codes)
    return next((code for code in (2, 3, 1) if code in present), 0)
