"""What the extension costs a Sphinx build: plain MyST made of this project's own pages.

Each number is the least CPU time of three builds in processes of their own, without their start.
The builds without and with the extension go by turns, so that a slower machine slows both.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
COPIES = 4
"""The book holds each page of the documentation so often."""


def make(folder: Path) -> Path:
    """Write the book, with all that its pages need: Sphinx reads a page that lacks a file again."""
    shutil.copytree(ROOT / "docs" / "images", folder / "images")
    names = []
    for copy in range(COPIES):
        for page in sorted((ROOT / "docs").glob("*.md")):
            if page.stem not in ("index", "contributing"):  # which includes a file from elsewhere
                names.append(f"{page.stem}{copy}")
                (folder / f"{names[-1]}.md").write_text(page.read_text("utf-8"), "utf-8")
    tree = "\n".join(names)
    (folder / "index.md").write_text(f"# Pages\n\n```{{toctree}}\n{tree}\n```\n", "utf-8")
    (folder / "conf.py").write_text("project = 'Pages'\nexclude_patterns = ['_build']\n", "utf-8")
    return folder


def build(book: Path, translated: bool, fresh: bool, out: str) -> float:
    """Build once, and return the CPU seconds that Sphinx took after its imports."""
    from sphinx.application import Sphinx

    from amts_ext import translators
    from amts_ext.translators.function import Function

    translators.make = lambda config: Function(list, "same", sure=True)
    values = {
        "extensions": ["myst_parser", *["amts_ext"] * translated],
        "language": "es",
        "suppress_warnings": ["myst.xref_missing", "amts.untranslated"],
        "html_search_language": "en",
    }
    place = str(book / "_build" / out)
    quiet = io.StringIO()
    start = process_time()
    app = Sphinx(str(book), str(book), place, place + "-trees", "html", values, quiet, quiet, fresh)
    app.build()
    return process_time() - start


def in_process(book: Path, translated: bool, fresh: bool, out: str) -> float:
    command = [
        sys.executable,
        "-W",
        "ignore",
        __file__,
        str(book),
        str(translated),
        str(fresh),
        out,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def by_turns(one: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """The least time of each."""
    times = [(one(), other()) for _ in range(3)]
    return min(first for first, _ in times), min(second for _, second in times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = make(Path(folder))
        in_process(book, True, True, "filled")
        plain, ours = by_turns(
            lambda: in_process(book, False, True, "plain"),
            lambda: in_process(book, True, True, "ours"),
        )
        pages = sum(1 for _ in book.glob("*.md"))
        print(f"{pages} pages, all read and written, CPU: {plain:.2f} s without the extension")
        print(f"{ours:.2f} s with it, all remembered; ratio {ours / plain:.3f}")

        def one_page(translated: bool, out: str) -> float:
            page = book / "sync0.md"
            page.write_text(page.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
            return in_process(book, translated, False, out)

        without, with_it = by_turns(
            lambda: one_page(False, "plain"), lambda: one_page(True, "ours")
        )
        more = with_it - without
        print(f"one page changed: {without:.2f} s without, {with_it:.2f} s with it")
        print(f"the extension adds {more:.2f} s")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        words = sys.argv[1:]
        with contextlib.redirect_stderr(io.StringIO()):
            print(build(Path(words[0]), words[1] == "True", words[2] == "True", words[3]))
    else:
        main()
