"""The programs that a build runs: they are put on PATH, and missing ones are told."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amts_ext.errors import InputError

TEX_PROGRAMS = ("xelatex", "latexmk", "make")
"""The programs that make a PDF."""


@contextmanager
def programs_on_path() -> Iterator[None]:
    """Put the environment's own programs, and the newest pandoc, in front of PATH.

    d2lbook calls ``sphinx-build`` and ``pandoc`` by name. Without an activated environment it would
    not find them. The newest pandoc is needed because distributions still ship pandoc 2, which
    breaks roles in narrow table cells over two lines, so that formulas are lost from the page.

    Raises :class:`~amts_ext.errors.InputError` where there is no pandoc at all.
    """
    before = os.environ.get("PATH", "")
    folders = [str(Path(sys.executable).parent), *_newest_pandoc(), before]
    os.environ["PATH"] = os.pathsep.join(folder for folder in folders if folder)
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _newest_pandoc() -> list[str]:
    """Return the folder of the newest pandoc; empty if that is the one on PATH.

    pypandoc compares the pandoc of the package pypandoc_binary with all others that it finds.
    """
    try:
        import pypandoc

        path = Path(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        if shutil.which("pandoc"):
            return []
        raise InputError(
            "d2lbook needs the program pandoc; install it, or: pip install pypandoc_binary"
        ) from None
    return [str(path.parent)] if path.is_absolute() else []


def missing_tex() -> str:
    """Return a line that names the programs a PDF needs and this machine lacks; empty if none."""
    missing = [program for program in TEX_PROGRAMS if not shutil.which(program)]
    if not missing:
        return ""
    return f"no PDF was made: {', '.join(missing)} not found; install TeX Live with XeLaTeX"
