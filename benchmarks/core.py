"""Reading, masking and restoring against mdpo (md → po → md), on one core and in one run.

    python benchmarks/core.py [--data ../shared/data] [--before CHECKOUT]

Prints the ratio of CPU times on all English sections, growth at 1×, 10× and 100×, and the peak
memory for a book of 10,000 sections. With ``--before``, prints instead the ratio to another
checkout, an earlier revision, say: both read, mask and restore the same sections by turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from amts_ext import formats
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline import Pipeline
from amts_ext.text.masking import mask, unmask
from amts_ext.text.outcome import Outcome, Source, Status
from amts_ext.text.writing import write
from amts_ext.translators.function import Function

RUNS = 3
TURNS = 6


def english(data: Path) -> list[Path]:
    """All English sections: the originals beside the human texts, and the small books."""
    return sorted([*data.glob("d2l-zh/**/*_origin.md"), *data.glob("d2l-mini*/**/*.md")])


def round_trip(texts: list[str]) -> int:
    """Read, mask, put every slot back, write; returns the number of segments."""
    reader, profile, count = formats.get("d2l"), profiles.load("pt"), 0
    for text in texts:
        document = reader.read(text)
        outcomes = [Outcome(s, Status.MACHINE) for s in mask(document, "en")]
        restored = [unmask(o.segment.parts) for o in outcomes]
        assert write(document, outcomes, reader, profile).text == text
        count += len(restored)
    return count


def mdpo_trip(paths: list[Path]) -> int:
    """mdpo on the same files; returns how many came back byte for byte.

    What it has spent on a file when it fails on it (a TypeError on some code spans) counts too.
    """
    from mdpo.md2po import markdown_to_pofile
    from mdpo.po2md import pofile_to_markdown

    same = 0
    for path in paths:
        po = path.with_suffix(".po")
        po.unlink(missing_ok=True)
        try:
            pofile = markdown_to_pofile(str(path), save=False)
            for entry in pofile:
                entry.msgstr = entry.msgid
            pofile.save(str(po))
            same += pofile_to_markdown(str(path), [str(po)]) == path.read_text("utf-8")
        except (TypeError, ValueError):
            pass
    return same


def cpu(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def main() -> None:
    arguments = parser().parse_args()
    if arguments.memory:
        return memory(arguments.data, arguments.memory)
    texts = [p.read_text("utf-8") for p in english(arguments.data)]
    if arguments.once:
        print(min(cpu(lambda: round_trip(texts)) for _ in range(RUNS)))
        return
    if arguments.before:
        return before(arguments.data, arguments.before)
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder, f"{i}.md") for i in range(len(texts))]
        for path, text in zip(copies, texts, strict=True):
            path.write_text(text, "utf-8")
        ours = [cpu(lambda: round_trip(texts)) for _ in range(RUNS)]
        theirs = [cpu(lambda: mdpo_trip(copies))]
        ours += [cpu(lambda: round_trip(texts)) for _ in range(RUNS)]
        same = mdpo_trip(copies)
    ratio = statistics.median(ours) / theirs[0]
    size = sum(map(len, texts)) / 1e6
    print(f"{len(texts)} English sections, {size:.2f} M characters, {round_trip(texts)} segments")
    print(f"ours {statistics.median(ours):.2f} s CPU, {len(texts)} byte-identical")
    print(f"mdpo {theirs[0]:.2f} s CPU, {same} byte-identical; ours / mdpo = {ratio:.3f}")
    few = texts[:20]
    base = cpu(lambda: round_trip(few))
    for factor in (1, 10, 100):
        grown = ["\n\n".join([t] * factor) for t in few]
        spent = cpu(lambda grown=grown: round_trip(grown))  # type: ignore[misc]
        print(f"growth {factor:>3}x: {spent / base / factor:.2f} of linear")
    for sections in (1000, 10_000):
        command = [sys.executable, __file__, "--data", str(arguments.data)]
        subprocess.run([*command, "--memory", str(sections)], check=True)


def before(data: Path, checkout: Path) -> None:
    """Time this checkout and another one by turns; prints the ratio of their least times."""
    spent: dict[Path, list[float]] = {Path(__file__).resolve().parents[1]: [], checkout: []}
    command = [sys.executable, __file__, "--data", str(data), "--once"]
    for _ in range(TURNS):
        for folder, times in spent.items():
            environment = os.environ | {"PYTHONPATH": str(folder.resolve())}
            done = subprocess.run(command, env=environment, capture_output=True, check=True)
            times.append(float(done.stdout))
    now, then = map(min, spent.values())
    print(f"{now:.3f} s CPU now, {then:.3f} s before; now / before = {now / then:.2f}")


def memory(data: Path, sections: int) -> None:
    """A book of ``sections`` sections through the pipeline with an echo; prints the peak."""
    files = english(data)
    with tempfile.TemporaryDirectory() as folder:
        pages = [files[i % len(files)] for i in range(sections)]
        sources = [Source(f"{i}.md", _distinct(p, i, folder), "d2l") for i, p in enumerate(pages)]
        with Memory(Path(folder, "memory.sqlite")) as store:
            pipeline = Pipeline("en", "pt", profiles.load("pt"), store, Function(list))
            result = pipeline.translate(sources, lambda done: None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{sections} sections, {sum(result.counts.values())} segments: peak {peak:.0f} MB")


def _distinct(path: Path, number: int, folder: str) -> Path:
    """A copy whose sentences are in no other section: the memory cannot fold them together."""
    copy = Path(folder, f"{number}.md")
    copy.write_text(path.read_text("utf-8").replace(" the ", f" the {number} "), "utf-8")
    return copy


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])  # type: ignore[union-attr]
    shared = Path(__file__).resolve().parents[2] / "shared" / "data"
    made.add_argument("--data", type=Path, default=shared)
    made.add_argument("--before", type=Path, metavar="CHECKOUT")
    made.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    made.add_argument("--memory", type=int, default=0, help=argparse.SUPPRESS)
    return made


if __name__ == "__main__":
    main()
