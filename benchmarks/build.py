"""A fully remembered translated build against the English one, from the same evaluated notebooks.

    python benchmarks/build.py [--data ../shared/data] [--runs 5]

Builds ``d2l-mini`` (or, without the shared books, the demo) once, so that the notebooks are
evaluated and the memory is full; then runs both ``d2lbook build html`` in turn, each without the
pages of the run before, and prints the ratios of wall and CPU times pair by pair.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = "eval"
"""What both builds start from, in ``_build``."""


def build(book: Path, *arguments: str) -> tuple[float, float]:
    """Run d2lbook; wall and CPU seconds of it and its children."""
    program = Path(sys.executable).with_name("d2lbook")
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    before, start = _children(), time.perf_counter()
    done = subprocess.run(
        [program, "build", "html", *arguments], cwd=book, env=environment, capture_output=True
    )
    if done.returncode:
        raise SystemExit(done.stderr.decode()[-2000:])
    return time.perf_counter() - start, _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def clean(book: Path) -> None:
    """Take away all but the evaluated notebooks."""
    for path in (book / "_build").iterdir():
        if not path.name.startswith(KEPT):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def main() -> None:
    made = argparse.ArgumentParser(description="Remembered translated build against the English.")
    made.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    made.add_argument("--runs", type=int, default=5)
    arguments = made.parse_args()
    mini = arguments.data / "d2l-mini"
    source, tab = (mini, ("--tab", "pytorch")) if mini.is_dir() else (ROOT / "demo", ())
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "book")
        shutil.copytree(source, book, copy_function=shutil.copyfile)
        os.environ["PATH"] = os.pathsep.join([_pandoc(), os.environ["PATH"]])
        build(book, *tab, "--lang", "pt")
        ratios: list[tuple[float, float]] = []
        for _ in range(arguments.runs):
            clean(book)
            translated = build(book, *tab, "--lang", "pt")
            clean(book)
            english = build(book, *tab)
            ratios.append((translated[0] / english[0], translated[1] / english[1]))
            print(f"pt {translated[0]:.1f} s wall, {translated[1]:.1f} s CPU; ", end="")
            print(f"en {english[0]:.1f} s wall, {english[1]:.1f} s CPU", flush=True)
    for name, values in zip(("wall", "CPU"), zip(*ratios, strict=True), strict=True):
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"pt / en, {name}: median {middle:.3f} (from {low:.3f} to {high:.3f})")


def _pandoc() -> str:
    """The folder of pypandoc's pandoc, which a build without --lang does not look for."""
    import pypandoc

    return str(Path(pypandoc.get_pandoc_path()).parent)


if __name__ == "__main__":
    main()
