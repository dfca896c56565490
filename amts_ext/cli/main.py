"""The entry point of ``amts``: run a command, and turn any error into one line and an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from amts_ext import __version__
from amts_ext.cli import commands, options
from amts_ext.errors import AmtsError, InputError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    >>> main(["pln", "--lang", "zh"])  # it asks: did you mean 'plan'?
    2

    Raises :class:`SystemExit` for wrong options, and after ``--help`` and ``--version``.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the terminal may lack some characters
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("amts: interrupted; what was translated is in the memory", file=sys.stderr)
        return 130
    except Exception as error:
        if "--debug" in words:
            raise
        message, code = _told(error)
        print(f"amts: {message}", file=sys.stderr)
        return code


def _run(words: Sequence[str]) -> int:
    """Run the command; the options before its name are those of ``amts`` itself."""
    at = next((i for i, word in enumerate(words) if not word.startswith("-")), len(words))
    parser = _parser()
    parser.parse_args(words[:at])  # --help and --version end here
    if at == len(words):
        parser.print_help(sys.stderr)
        return InputError.exit_code
    name, rest = words[at], [*words[:at], *words[at + 1 :]]
    module = commands.load(name)
    if not hasattr(module, "add"):
        return int(module.run(rest))
    arguments = _command_parser(name, module.HELP, module.add).parse_args(rest)
    return int(arguments.run(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="amts",
        usage="%(prog)s [-h] [--version] [--debug] COMMAND ...",
        description="Keeps a book of executable notebooks alive in many languages.\n\n"
        + commands.overview(),
        epilog="`amts COMMAND --help` tells the options of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"amts {__version__}")
    options.add_debug(parser)
    return parser


def _command_parser(
    name: str, help: str, add: Callable[[argparse.ArgumentParser], None]
) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"amts {name}", description=help)
    options.add_debug(parser)
    add(parser)
    return parser


def _told(error: Exception) -> tuple[str, int]:
    """Return an error as one line for a person, with its exit code."""
    if isinstance(error, AmtsError):
        return str(error), error.exit_code
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}", InputError.exit_code
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return f"an error of this program ({what}); repeat with --debug", AmtsError.exit_code
