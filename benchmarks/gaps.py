"""Alignment where one side lacks paragraphs: wrong pairs offered, and right ones kept.

    python benchmarks/gaps.py [--texts tests/support/texts]

Ten texts of ten paragraphs each, with their translations, are cut at every place. A pair is offered
if it would become a unit of the memory. It is wrong if its paragraphs do not translate each other.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from amts_ext import formats
from amts_ext.alignment import align_blocks
from amts_ext.human.aligned import SURE
from amts_ext.model import Document
from amts_ext.text.masking import mask

TEXTS = Path(__file__).resolve().parents[1] / "tests/support/texts"
LANGUAGES = ("pt", "zh")
Cut = tuple[list[int], list[int]]
"""The paragraphs that are left on the two sides."""
Pair = tuple[tuple[int, ...], tuple[int, ...]]


def without(size: int, count: int) -> Iterator[Cut]:
    """Cuts of ``count`` paragraphs in a row out of the translation."""
    every = list(range(size))
    for start in range(size - count + 1):
        yield every, every[:start] + every[start + count :]


def one_on_each_side(size: int) -> Iterator[Cut]:
    every = list(range(size))
    for a in every:
        for b in every:
            if a != b:
                yield [i for i in every if i != a], [i for i in every if i != b]


CUTS: dict[str, Callable[[int], Iterator[Cut]]] = {
    "nothing": lambda size: iter([(list(range(size)), list(range(size)))]),
    "1 paragraph": lambda size: without(size, 1),
    "2 in a row": lambda size: without(size, 2),
    "3 in a row": lambda size: without(size, 3),
    "one on each side, different": one_on_each_side,
    "reversed": lambda size: iter([(list(range(size)), list(range(size))[::-1])]),
}


def texts(folder: Path, language: str) -> Iterator[tuple[list[str], list[str]]]:
    """The paragraphs of every text and of its translation."""
    for path in sorted(folder.glob("*.en.md")):
        own = path.with_name(path.name.replace(".en.", f".{language}."))
        yield tuple(p.read_text("utf-8").strip().split("\n\n") for p in (path, own))  # type: ignore[misc]


def read(paragraphs: Sequence[str], kept: Sequence[int]) -> Document:
    return formats.get("md").read("\n\n".join(paragraphs[i] for i in kept) + "\n")


def offered(both: tuple[list[str], list[str]], cut: Cut, language: str) -> Iterator[Pair]:
    """The pairs of paragraphs that are offered, by their numbers."""
    ours, theirs = (read(own, kept) for own, kept in zip(both, cut, strict=True))
    for bead in align_blocks(ours, mask(ours, "en"), theirs, mask(theirs, language)):
        if bead.source and bead.target and bead.score >= SURE["block"]:
            yield tuple(cut[0][i] for i in bead.source), tuple(cut[1][j] for j in bead.target)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--texts", type=Path, default=TEXTS)
    options = parser.parse_args()
    start = time.process_time()
    print("| language | the translation lacks | wrong offered | right offered | documents hit |")
    print("| --- | --- | --- | --- | --- |")
    for language in LANGUAGES:
        for name, cuts in CUTS.items():
            wrong = right = possible = hit = documents = 0
            for both in texts(options.texts, language):
                for cut in cuts(len(both[0])):
                    pairs = list(offered(both, cut, language))
                    bad = [pair for pair in pairs if set(pair[0]) != set(pair[1])]
                    wrong += len(bad)
                    hit += bool(bad)
                    documents += 1
                    right += sum(len(a) for a, b in pairs if set(a) == set(b))
                    possible += len(set(cut[0]) & set(cut[1]))
            share = f"{right} of {possible} ({right / possible:.0%})"
            print(f"| {language} | {name} | {wrong} | {share} | {hit} of {documents} |")
    print(f"{time.process_time() - start:.0f} s CPU")


if __name__ == "__main__":
    main()
