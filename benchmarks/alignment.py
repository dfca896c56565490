"""Alignment: speed, growth, memory, the gold set, and how many blocks find a partner.

    python benchmarks/alignment.py [--data ../shared/data] [--largest 1000000] [--sample 100]

Sentences are those of the source. ``--sample`` prints that many pairs of the book, drawn with a
fixed seed, to be read and judged.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from amts_ext import formats
from amts_ext.alignment import align, align_blocks, pairs
from amts_ext.model import Block, Document, Segment
from amts_ext.text.masking import mask

ROOT = Path(__file__).resolve().parents[1]
Text = tuple[Document, list[Segment]]
SEED = 20


def book(data: Path) -> list[tuple[Text, Text]]:
    """The human sections beside their originals, read and cut into sentences."""

    def read(path: Path, language: str) -> Text:
        document = formats.get("d2l").read(path.read_text("utf-8"), path.name)
        return document, mask(document, language)

    originals = sorted(data.glob("d2l-zh/**/*_origin.md"))
    humans = [o.with_name(o.name.replace("_origin", "")) for o in originals]
    return [
        (read(o, "en"), read(h, "zh")) for o, h in zip(originals, humans, strict=True) if h.exists()
    ]


def speed(sections: list[tuple[Text, Text]], least: int) -> tuple[int, float]:
    """Align the sections again and again until ``least`` sentences are done: count, CPU seconds."""
    done, start = 0, time.process_time()
    while done < least:
        for ours, theirs in sections:
            align(*ours, *theirs)
            done += len(ours[1])
            if done >= least:
                break
    return done, time.process_time() - start


def joined(sections: list[tuple[Text, Text]], least: int, structured: bool) -> tuple[Text, Text]:
    """One document of at least so many sentences; unstructured: one paragraph, no anchors."""
    sides: list[Text] = []
    count = 0
    while count * len(sections) == 0 or count * sum(len(s[0][1]) for s in sections) < least:
        count += 1
    for side in (0, 1):
        text: list[str] = []
        blocks: list[Block] = []
        segments: list[Segment] = []
        anchors: list[tuple[int, str]] = []
        size = 0
        for turn in range(count):
            for number, section in enumerate(sections):
                document, own = section[side]
                first = len(blocks)
                blocks += [
                    replace(b, start=b.start + size, end=b.end + size) for b in document.blocks
                ]
                segments += [
                    replace(s, start=s.start + size, end=s.end + size, block=s.block + first)
                    for s in own
                ]
                anchors += [(at + size, f"{what} {turn} {number}") for at, what in document.anchors]
                text.append(document.text)
                size += len(document.text)
        if not structured:
            blocks = [Block("paragraph", 0, size, 1)]
            segments = [replace(s, block=0) for s in segments]
            anchors = []
        sides.append((Document("joined", "".join(text), tuple(blocks), tuple(anchors)), segments))
    return sides[0], sides[1]


def partners(sections: list[tuple[Text, Text]]) -> tuple[int, int]:
    """English blocks with a partner, and all of them."""
    found = every = 0
    for ours, theirs in sections:
        for bead in align_blocks(*ours, *theirs):
            every += len(bead.source)
            found += len(bead.source) if bead.target else 0
    return found, every


def gold() -> tuple[int, float]:
    """Pairs of the gold set, and the strict F1 on it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.gold import sections

    right = found = total = 0
    for section in sections():
        ours, theirs = section.source, section.target
        beads = align(ours.document, ours.segments, theirs.document, theirs.segments)
        own = {(b.source, b.target) for b in beads if b.source and b.target}
        right += len(own & section.pairs)
        found += len(own)
        total += len(section.pairs)
    return total, 2 * right / (found + total)


def sample(sections: list[tuple[Text, Text]], count: int) -> Iterator[str]:
    """Pairs to be read, from the whole book."""
    every = [pair for ours, theirs in sections for pair in pairs(*ours, *theirs)]
    for number, pair in enumerate(random.Random(SEED).sample(every, count), 1):
        yield f"{number:3} {pair.score:.2f} {pair.source}\n         {pair.target}"


def alone(data: Path, sentences: int) -> None:
    """One unstructured document in a process of its own; prints time and peak memory."""
    ours, theirs = joined(book(data), sentences, structured=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    align(*ours, *theirs)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"one paragraph of {len(ours[1]):,} sentences: {len(ours[1]) / spent:,.0f} sentences/s, "
        f"{peak - before:,.0f} MB above the {before:,.0f} MB of the texts"
    )


def main() -> None:
    arguments = parser().parse_args()
    if arguments.alone:
        return alone(arguments.data, arguments.alone)
    sections = book(arguments.data)
    if arguments.sample:
        print(*sample(sections, arguments.sample), sep="\n")
        return None
    total, f1 = gold()
    print(f"gold set: {total} pairs, strict F1 {f1:.4f}")
    found, every = partners(sections)
    print(f"English blocks with a partner: {found:,} of {every:,}, {found / every:.2%}")
    count = 10_000
    while count <= arguments.largest:
        done, spent = speed(sections, count)
        print(
            f"sections of a book, {done:,} sentences: {done / spent:,.0f} sentences/s", flush=True
        )
        count *= 10
    for sentences in (10_000, 100_000):
        command = [sys.executable, __file__, "--data", str(arguments.data)]
        subprocess.run([*command, "--alone", str(sentences)], check=True)
    return None


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])  # type: ignore[union-attr]
    made.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    made.add_argument("--largest", type=int, default=1_000_000, help="sentences of the largest run")
    made.add_argument("--sample", type=int, default=0, help="only print so many pairs, to be read")
    made.add_argument("--alone", type=int, default=0, help=argparse.SUPPRESS)
    return made


if __name__ == "__main__":
    main()
