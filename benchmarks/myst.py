"""Reading, masking and writing MyST against plain Markdown, on the same bytes, by turns.

    python benchmarks/myst.py [--data ../shared/data] [FILE.md …]

Without files the texts are the English sections of ../shared/data, and documents of all MyST
constructs (tests/support/myst.py). Prints the ratio of the least CPU times, ``myst`` / ``md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from amts_ext import formats
from amts_ext.languages import profiles
from amts_ext.text.masking import mask, unmask
from amts_ext.text.outcome import Outcome, Status
from amts_ext.text.writing import write

TURNS = 7
MADE = 600
"""Number of documents that are made."""


def round_trip(texts: list[str], format: str) -> int:
    """Read, mask, put every slot back, write; returns the number of segments."""
    reader, profile, count = formats.get(format), profiles.load("pt"), 0
    for text in texts:
        document = reader.read(text)
        outcomes = [Outcome(s, Status.MACHINE) for s in mask(document, "en")]
        restored = [unmask(o.segment.parts) for o in outcomes]
        assert write(document, outcomes, reader, profile).text == text
        count += len(restored)
    return count


def compare(name: str, texts: list[str]) -> None:
    """Time both formats by turns and print the ratio."""
    spent: dict[str, list[float]] = {"md": [], "myst": []}
    for _ in range(TURNS):
        for format, times in spent.items():
            start = time.process_time()
            count = round_trip(texts, format)
            times.append(time.process_time() - start)
    md, myst = min(spent["md"]), min(spent["myst"])
    size = sum(map(len, texts)) / 1e6
    print(f"{name}: {len(texts)} texts, {size:.2f} M characters, {count} segments as myst")
    print(f"md {md:.2f} s CPU, myst {myst:.2f} s; myst / md = {myst / md:.2f}")


def made() -> list[str]:
    """Documents of all constructs, four to a text, as long as a page of a book."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from support.myst import MystMaker

    pages = [MystMaker(number).document() for number in range(MADE)]
    return ["\n\n".join(pages[at : at + 4]) for at in range(0, MADE, 4)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])  # type: ignore[union-attr]
    shared = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=shared)
    parser.add_argument("files", type=Path, nargs="*")
    arguments = parser.parse_args()
    if arguments.files:
        compare("files", [path.read_text("utf-8") for path in arguments.files])
        return
    data = arguments.data
    sections = sorted([*data.glob("d2l-zh/**/*_origin.md"), *data.glob("d2l-mini*/**/*.md")])
    if sections:
        compare("d2l sections", [path.read_text("utf-8") for path in sections])
    compare("MyST documents", made())


if __name__ == "__main__":
    main()
