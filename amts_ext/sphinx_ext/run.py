"""One build of one language in a process of its own: ``python -m amts_ext.sphinx_ext.run``.

Sphinx registers directives, roles and translations for the whole process, so that two languages
would meet in one. The exit code says what happened: 0 built; 1 built, and something waits for a
person; 2 not built; 3 ``--frozen``, and segments are missing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amts_ext.errors import AmtsError, FrozenError, InputError
from amts_ext.sphinx_ext.project import BOOK, CONTENTS


def main(argv: Sequence[str]) -> int:
    """Build, and return the exit code; Sphinx tells on its own streams what it does."""
    own, options = split(argv)
    arguments = _parser().parse_args(own)
    values = {"language": arguments.language, "amts_langs": arguments.langs}
    if arguments.frozen:
        values["amts_frozen"] = "1"
    if arguments.jupyter_book:
        failed = _jupyter_book(arguments, values)
    else:
        failed = _sphinx(arguments, values, options)
    from amts_ext.sphinx_ext.extension import CURRENT

    if not CURRENT:
        where = BOOK if arguments.jupyter_book else "conf.py"
        key = "sphinx: extra_extensions" if arguments.jupyter_book else "extensions"
        print(f"amts: {where}: add amts_ext to {key}", file=sys.stderr)
        return InputError.exit_code
    if CURRENT[0].frozen:
        return FrozenError.exit_code
    if failed:
        return InputError.exit_code
    return AmtsError.exit_code if CURRENT[0].problems else 0


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split a command line at ``--``: our own words, and those for sphinx-build.

    >>> split(["html", "--lang", "zh", "--", "-q"])
    (['html', '--lang', 'zh'], ['-q'])
    """
    own = list(words)
    at = own.index("--") if "--" in own else len(own)
    return own[:at], own[at + 1 :]


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="amts build")
    parser.add_argument("--jupyter-book", action="store_true")
    parser.add_argument("--frozen", action="store_true")
    parser.add_argument("--language", required=True)
    parser.add_argument("--langs", required=True)
    parser.add_argument("--doctrees", required=True)
    parser.add_argument("--jobs", default="1")
    parser.add_argument("builder")
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    return parser


def _sphinx(arguments: Namespace, values: dict[str, str], options: Sequence[str]) -> bool:
    from sphinx.cmd.build import build_main

    words = ["-b", arguments.builder, "-d", arguments.doctrees, "-j", arguments.jobs]
    for name, value in values.items():
        words += ["-D", f"{name}={value}"]
    return bool(build_main([*words, *options, str(arguments.source), str(arguments.out)]))


def _jupyter_book(arguments: Namespace, values: dict[str, str]) -> bool:
    """Build as ``jupyter-book build`` does, but with other values and places."""
    from jupyter_book.sphinx import build_sphinx

    contents = (arguments.source / CONTENTS).resolve().as_posix()
    own: dict[str, Any] = {**values, "external_toc_path": contents, "latex_individualpages": False}
    jobs = arguments.jobs
    done = build_sphinx(
        arguments.source.resolve(),
        arguments.out.resolve(),
        noconfig=True,
        path_config=arguments.source / BOOK,
        confoverrides=own,
        doctreedir=Path(arguments.doctrees).resolve(),
        builder=arguments.builder,
        jobs=int(jobs) if jobs.isdecimal() else 1,
    )
    return isinstance(done, Exception) or bool(done)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
