"""A human edition over its own originals: the share of its prose that comes back as the human's.

    python benchmarks/human_edition.py [--data ../shared/data/d2l-zh] [--lang zh] [--list]
        [--sample 60 [--seed 1] [--kind group|block|sentence|unchanged]]

It also prints how many English blocks have a partner, sure or not. ``--list`` prints what is not
the human's, with its place. ``--sample`` prints that many placed texts, drawn with the seed, to be
read and judged; ``unchanged`` are those that the human kept in English.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amts_ext.alignment import Bead, align_blocks
from amts_ext.human import aligned, find_pairs, learn
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import characters
from amts_ext.pipeline import Pipeline
from amts_ext.text import groups
from amts_ext.text.masking import unmask
from amts_ext.text.outcome import Outcome, Source, Status, TranslatedDocument

Placed = tuple[TranslatedDocument, Outcome]
BLOCKS: Counter[bool] = Counter()
"""English blocks, by whether they have a partner."""


def counted(*sides: Any) -> list[Bead]:
    """Align the blocks of a document, and count them: aligning twice would take twice as long."""
    beads = align_blocks(*sides)
    for bead in beads:
        BLOCKS[bool(bead.target)] += len(bead.source)
    return beads


def translated(folder: Path, lang: str, memory: Memory) -> Iterator[TranslatedDocument]:
    """The originals beside the translations, translated with what the memory has."""
    originals = [original for original, human in find_pairs(folder, folder)]
    sources = [Source(o.relative_to(folder).as_posix(), o, "d2l") for o in originals]
    pipeline = Pipeline("en", lang, profiles.load(lang), memory, None)
    yield from pipeline.translate(sources).documents


def kind(outcome: Outcome, whole: set[tuple[int, int]]) -> str:
    if outcome.parts is None:
        return "unchanged"
    if groups.size(outcome.segment.parts) > 1 or groups.size(outcome.parts or ()) > 1:
        return "group"
    return "block" if (outcome.segment.start, outcome.segment.end) in whole else "sentence"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/d2l-zh"))
    parser.add_argument("--lang", default="zh")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=("group", "block", "sentence", "unchanged"))
    options = parser.parse_args()
    aligned.align_blocks = counted  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(Path(folder) / "memory.sqlite")
        start = time.process_time()
        report = learn(memory, options.data, options.data, ("en", options.lang), "d2l")
        print(
            f"{report.files} files, {report.units} units, {time.process_time() - start:.1f} s CPU"
        )
        documents = list(translated(options.data, options.lang, memory))
        memory.close()
    share: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    placed: list[Placed] = []
    for document in documents:
        whole = {(block.start, block.end) for block in document.source.blocks}
        for outcome in document.segments:
            size = characters(outcome.segment.parts)
            share[str(outcome.status)] += size
            if outcome.status is Status.HUMAN:
                own = kind(outcome, whole)
                kinds[own] += size
                if options.kind in (None, own):
                    placed.append((document, outcome))
            elif options.list:
                line, tokens = outcome.segment.line, outcome.segment.tokens
                print(f"{document.name}:{line}: {outcome.status}: {tokens}")
    total = sum(share.values())
    for status, size in share.most_common():
        print(f"{status}: {size / total:.2%} of {total} characters")
    for name, size in kinds.most_common():
        print(f"  {name}: {size / total:.2%}")
    kept = total - share[Status.LEFT_OUT]
    print(f"human, of what the human did not leave out: {share[Status.HUMAN] / kept:.2%}")
    print(f"English blocks with a partner: {BLOCKS[True] / BLOCKS.total():.2%} of {BLOCKS.total()}")
    for document, outcome in random.Random(options.seed).sample(placed, options.sample):
        print(f"\n{document.name}:{outcome.segment.line}")
        print(document.source.text[outcome.segment.start : outcome.segment.end])
        print("=", unmask(outcome.parts) if outcome.parts else "(unchanged)")


if __name__ == "__main__":
    main()
