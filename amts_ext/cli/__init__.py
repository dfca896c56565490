"""The ``amts`` command. Exit codes: 0 done, 1 problems listed, 2 wrong use or input, 3 frozen."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext import __version__
from amts_ext.cli import check, evaluate, resources
from amts_ext.errors import AmtsError, InputError

if TYPE_CHECKING:
    from amts_ext.text.outcome import Result

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # text that the terminal has no characters for
            stream.reconfigure(errors="backslashreplace")
    try:
        if argv[:1] == ["build"]:
            from amts_ext.d2lbook_ext.build import build

            return build(argv[1:])
        arguments = _parser().parse_args(argv)
        command: Command = arguments.command
        return command(arguments)
    except AmtsError as error:
        if "--debug" in argv:
            raise
        print(f"amts: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if "--debug" in argv:
            raise
        place = f"{error.filename}: " if error.filename else ""
        print(f"amts: {place}{error.strerror or error}", file=sys.stderr)
        return InputError.exit_code
    except KeyboardInterrupt:
        print("amts: interrupted; what was translated is in the memory", file=sys.stderr)
        return 130
    except Exception as error:
        if "--debug" in argv:
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"amts: an error of this program ({what}); repeat with --debug", file=sys.stderr)
        return AmtsError.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="amts", description="Keeps a book of executable notebooks alive in many languages."
    )
    parser.add_argument("--version", action="version", version=f"amts {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser(
        "build",
        help="build the book in other languages (amts build html --lang zh; see its own --help)",
        add_help=False,
    )
    _add_translate(commands)
    _add_plan(commands)
    _add_segments(commands)
    check.add(commands)
    resources.add(commands)
    evaluate.add(commands)
    _add_service(commands)
    return parser


def _add(commands: Commands, name: str, command: Command, help: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(command=command)
    return parser


def _add_translate(commands: Commands) -> None:
    parser = _add(commands, "translate", translate, "Translate files or folders outside any book.")
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a .md or .ipynb file, or a folder"
    )
    parser.add_argument("--from", dest="source", default="en", help="source language (en)")
    parser.add_argument("--to", dest="target", required=True, help="target language, e.g. pt")
    parser.add_argument("-o", dest="out", required=True, metavar="DIR", help="where results go")
    parser.add_argument(
        "--format", default="", help="d2l, md, ipynb or ipynb-d2l (by suffix and folder)"
    )
    parser.add_argument("--granularity", choices=("sentence", "paragraph"), default="sentence")
    parser.add_argument(
        "--memory", metavar="FILE", help="the translation memory (DIR/.amts/memory.sqlite)"
    )
    parser.add_argument(
        "--frozen", action="store_true", help="reach no translator; exit 3 if needed"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_plan(commands: Commands) -> None:
    parser = _add(commands, "plan", plan, "What a build of this book would send to the translator.")
    parser.add_argument("--lang", default="", help="languages, comma separated (config: langs)")
    parser.add_argument("--config", default="config.ini", help="the book's config.ini")
    parser.add_argument("--tab", default=None, help="the tab to plan for, or all")
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")


def _add_segments(commands: Commands) -> None:
    parser = _add(commands, "segments", segments, "What a translator would see, as JSON lines.")
    parser.add_argument("file", help="a .md or .ipynb file")
    parser.add_argument(
        "--format", default="", help="d2l, md, ipynb or ipynb-d2l (by suffix and folder)"
    )
    parser.add_argument("--from", dest="source", default="en", help="source language (en)")
    parser.add_argument("--granularity", choices=("sentence", "paragraph"), default="sentence")


def _add_service(commands: Commands) -> None:
    parser = _add(commands, "service", service, "Run the embedded Amazon Translate and S3.")
    parser.add_argument(
        "--port", type=_port, default=4599, help="loopback port (4599); 0 takes a free one"
    )
    parser.add_argument("--dir", default=None, help="folder for what is to survive a restart")
    parser.add_argument(
        "--rate", type=_rate, action="append", metavar="OPERATION=N", default=[],
        help="refuse more than N such requests a second, as AWS does; may be repeated",
    )  # fmt: skip


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; allowed: 0 to 65535")
    return int(text)


def _rate(text: str) -> tuple[str, float]:
    """An operation of Amazon Translate and its requests a second."""
    from amts_ext.service.wire import service_model

    name, _, number = text.partition("=")
    if name not in service_model().operation_names:
        message = f"'{name}' is no operation of Amazon Translate, like StartTextTranslationJob"
        raise argparse.ArgumentTypeError(message)
    if not number.isdecimal() or int(number) == 0:
        message = f"'{number}' is no rate; allowed: whole numbers from 1, like {name}=5"
        raise argparse.ArgumentTypeError(message)
    return name, int(number)


def segments(arguments: argparse.Namespace) -> int:
    """``amts segments FILE``."""
    from amts_ext import files, formats
    from amts_ext.languages import profiles
    from amts_ext.project import around
    from amts_ext.text.masking import mask

    if not re.fullmatch(profiles.CODE, arguments.source):
        raise InputError(f"'{arguments.source}' is no language code; allowed: codes like en or zh")
    name = arguments.format or formats.by_suffix(
        arguments.file, around(Path(arguments.file)).markdown
    )
    document = formats.get(name).read(files.read_text(Path(arguments.file)), arguments.file)
    for segment in mask(document, arguments.source, arguments.granularity):
        slots = {s.token: s.content for s in segment.slots}
        kind = document.blocks[segment.block].kind
        row = {"kind": kind, "line": segment.line, "source": segment.tokens, "slots": slots}
        print(json.dumps(row, ensure_ascii=False))
    return 0


def translate(arguments: argparse.Namespace) -> int:
    """``amts translate PATH… --from en --to zh -o DIR``."""
    from amts_ext.pipeline.paths import translate_paths
    from amts_ext.progress import reporter

    out = Path(arguments.out)
    result = translate_paths(
        [Path(p) for p in arguments.paths],
        out,
        source=arguments.source,
        target=arguments.target,
        format=arguments.format,
        granularity=arguments.granularity,
        memory=Path(arguments.memory) if arguments.memory else out / ".amts" / "memory.sqlite",
        frozen=arguments.frozen,
        progress=reporter(),
    )
    return _report(result, arguments.json)


def _report(result: Result, as_json: bool) -> int:
    from amts_ext.text.outcome import by_reason, summary

    if as_json:
        problems = [asdict(problem) for problem in result.problems]
        print(json.dumps({"segments": result.counts, "problems": problems}, ensure_ascii=False))
    else:
        for line in by_reason(result.problems):
            print(line, file=sys.stderr)
        print(summary(result.counts))
    if not result.done:
        return InputError.exit_code  # none of the files could be read or written
    return AmtsError.exit_code if result.problems else 0


def plan(arguments: argparse.Namespace) -> int:
    """``amts plan --lang zh``."""
    from amts_ext.config import load
    from amts_ext.pipeline.book import open_book
    from amts_ext.pipeline.plan import plan_book, table

    config = load(arguments.config)
    langs = [c.strip() for c in arguments.lang.split(",") if c.strip()] or list(config.langs)
    if not langs:
        raise InputError("no language given; name one with --lang, or set langs in [amts]")
    with open_book(config) as book:
        plans = [plan_book(book, lang, arguments.tab) for lang in langs]
    print(json.dumps(plans, ensure_ascii=False) if arguments.json else table(plans))
    return 0


def service(arguments: argparse.Namespace) -> int:
    """``amts service``: serves until it is interrupted."""
    from amts_ext.service.limits import Limits
    from amts_ext.service.server import serve

    def ready(url: str) -> None:
        print(f"Amazon Translate and S3 at {url} (Ctrl-C ends it)", flush=True)

    limits = Limits(rates=dict(arguments.rate))
    serve(arguments.port, arguments.dir, limits=limits, ready=ready)
    return 0
