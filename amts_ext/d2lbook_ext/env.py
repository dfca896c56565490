"""The programs that a build runs: where they are, and which are missing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amts_ext.errors import InputError

TEX_PROGRAMS = ("xelatex", "latexmk", "make")


@contextmanager
def programs_on_path() -> Iterator[None]:
    """Put the environment's own programs, and pandoc, on PATH.

    d2lbook calls ``sphinx-build`` and ``pandoc`` by name; a script that is run by its path, without
    an activated environment, would not find them.
    """
    before = os.environ.get("PATH", "")
    own = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join(part for part in (own, before) if part)
    try:
        if not shutil.which("pandoc"):
            os.environ["PATH"] += os.pathsep + _packaged_pandoc()
        yield
    finally:
        os.environ["PATH"] = before


def _packaged_pandoc() -> str:
    """The folder of the pandoc that pypandoc_binary carries."""
    try:
        import pypandoc

        return str(Path(pypandoc.get_pandoc_path()).parent)
    except (ImportError, OSError):
        raise InputError(
            "d2lbook needs the program pandoc; install it, or: pip install pypandoc_binary"
        ) from None


def missing_tex() -> str:
    """One line about what a PDF needs and this machine lacks; empty if all is there."""
    missing = [program for program in TEX_PROGRAMS if not shutil.which(program)]
    if not missing:
        return ""
    return f"no PDF was made: {', '.join(missing)} not found; install TeX Live with XeLaTeX"
