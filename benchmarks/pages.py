"""What the marks on pages and the report cost in the build of a large book.

    python benchmarks/pages.py [--data ../shared/data/d2l-zh] [--keep FOLDER]

Makes a book of the English originals of a Chinese edition, and builds its pages for one tab,
without evaluation, into Chinese: the human's sentences where there are any, capitals elsewhere.
Prints the CPU seconds of the whole build with all its programs, and of its steps for marks and
report, for the first build and for a second one that finds nothing changed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

CONFIG = """[project]
name = book
title = A Large Book
author = Nobody
lang = en

[build]
notebooks = *.md */*.md
eval_notebook = False
tabs = mxnet, pytorch, tensorflow

[amts]
human_zh = {data}
"""
STEPS = ("finish", "page_report", "write_report")


def make_book(root: Path, data: Path) -> None:
    """Write the originals of an edition as a book."""
    names = []
    for path in sorted(data.rglob("*_origin.md")):
        name = path.relative_to(data).with_name(path.name.replace("_origin", ""))
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(path.read_bytes())
        names.append(name.with_suffix("").as_posix())
    toc = "\n".join(names)
    (root / "index.md").write_text(
        f"# A Large Book\n\n```toc\n:maxdepth: 1\n\n{toc}\n```\n", "utf-8"
    )
    (root / "config.ini").write_text(CONFIG.format(data=data), "utf-8")


def build() -> None:
    """Build in this process, and print the seconds of each step as a line of JSON."""
    from support.book import main

    from amts_ext.d2lbook_ext import build as steps

    spent = dict.fromkeys(STEPS, 0.0)

    def timed(module: Any, name: str) -> None:
        step = getattr(module, name)

        def run(*arguments: Any) -> Any:
            begun = time.process_time()
            try:
                return step(*arguments)
            finally:
                spent[name] += time.process_time() - begun

        setattr(module, name, run)

    timed(steps.html_pages, "finish")
    timed(steps, "page_report")
    timed(steps, "write_report")
    try:
        main()
    finally:
        used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        spent["all"] = sum(u.ru_utime + u.ru_stime for u in used)
        print("\n" + json.dumps({"spent": spent}), flush=True)


def measure(book: Path) -> tuple[dict[str, float], str]:
    """Run one build; return the seconds by step, and the line with its counts."""
    command = [sys.executable, __file__, "build", "html", "--tab", "pytorch", "--lang", "zh"]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True)
    found = re.search(r'^\{"spent": .*$', done.stdout, re.M)
    counts = re.search(r"^zh: (\d+ segments: .*)$", done.stdout, re.M)
    if found is None or counts is None:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return json.loads(found[0])["spent"], counts[1]


def compare(book: Path) -> None:
    """Print both builds."""
    print(f"{'CPU seconds':14}{'whole build':>12}{'without':>9}{'marks':>8}{'rows':>8}{'files':>8}")
    for name in ("first build", "second build"):
        spent, counts = measure(book)
        own = [spent[step] for step in STEPS]
        figures = "".join(f"{seconds:8.2f}" for seconds in own)
        print(f"{name:14}{spent['all']:12.1f}{spent['all'] - sum(own):9.1f}{figures}")
    pages = list((book / "_build/zh/html").rglob("*.html"))
    marks = sum(page.read_text("utf-8").count(' id="amts-') for page in pages)
    size = (book / "_build/zh/report.html").stat().st_size
    print(f"{counts}; {marks - len(pages)} marks on {len(pages)} pages; report.html {size:,} bytes")


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/d2l-zh")
    parser.add_argument("--keep", type=Path, help="build here, and keep it")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"no edition at {arguments.data}; name one with --data")
        return
    with tempfile.TemporaryDirectory() as folder:
        book = arguments.keep or Path(folder)
        book.mkdir(parents=True, exist_ok=True)
        make_book(book, arguments.data.resolve())
        compare(book)


if __name__ == "__main__":
    build() if sys.argv[1:2] == ["build"] else main()
