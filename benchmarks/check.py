"""The checks on human pairs and on seeded defects, beside translate-toolkit's pofilter.

    python benchmarks/check.py [--data ../shared/data/d2l-zh] [--count 50]
    python benchmarks/check.py --sample 404    60 findings to read, chosen by a seed

Prints what share of good human sentences is flagged (calibrating half and held-out half of the
files apart, sentences that the humans left in English apart), with the book's terminology and
without, what share of seeded defects is caught, and what share of the findings a person has read
and judged false (benchmarks/judgements/check-d2l-zh.csv). pofilter (GPL) is run as a program on a
PO file of the same pairs; the column is empty where it is not installed.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from amts_ext import checks
from amts_ext.checks import Context, Kind
from amts_ext.checks.review import Terms, check_files, load_terms
from amts_ext.languages import profiles

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from support.defects import PLANTED, Pair, makers, seed, seed_planted  # noqa: E402
from support.human_pairs import halves, human_pairs, pofilter, words  # noqa: E402


def rates(name: str, pairs: Sequence[Pair], context: Context) -> list[Pair]:
    """Print the flagged share of human pairs; returns those that pass."""
    begun = time.process_time()
    found = [
        {f.kind for f in checks.check(p.source, p.target, context, block=p.block)} for p in pairs
    ]
    spent = time.process_time() - begun
    flagged = sum(map(bool, found))
    theirs = pofilter([p[:2] for p in pairs], "zh_CN")
    beside = "-" if theirs is None else f"{len(theirs) / len(pairs):.1%}"
    print(
        f"{name}: {len(pairs)} sentences, {flagged} flagged ({flagged / len(pairs):.2%});", end=" "
    )
    print(f"pofilter {beside}; {1000 * spent / len(pairs):.1f} ms CPU a sentence")
    counts = Counter(kind for kinds in found for kind in kinds)
    print("   ", ", ".join(f"{k} {n} ({n / len(pairs):.2%})" for k, n in counts.most_common()))
    return [pair for pair, kinds in zip(pairs, found, strict=True) if not kinds]


def caught(good: Sequence[Pair], context: Context, count: int) -> None:
    """Print what share of every kind of seeded defects is found."""
    plain = random.Random(0).sample(good, count)
    theirs = pofilter([p[:2] for p in plain], "zh_CN")
    if theirs is not None:
        print(
            f"pofilter flags {len(theirs)} of {count} of the good sentences before they are spoiled"
        )
    print(f"{'defect':26} {'seeded':>6} {'caught':>6} {'by its own check':>16} {'pofilter':>8}")
    every = {
        name: (seed(good, maker, count, random.Random(name)), kind)
        for name, (maker, kind) in makers(context.profile).items()
    }
    every |= {
        name: (seed_planted(good, name, count, random.Random(name)), kind)
        for name, (_, _, kind) in PLANTED.items()
        if context.profile.letters is not None or kind is not Kind.LETTERS or "name" not in name
    }
    for name, (seeded, kind) in every.items():
        found = [
            {f.kind for f in checks.check(pair.source, bad, context, block=pair.block)}
            for pair, bad in seeded
        ]
        hits = sum(map(bool, found))
        own = sum(kind in kinds for kinds in found)
        theirs = pofilter([(pair.source, bad) for pair, bad in seeded], "zh_CN")
        beside = "-" if theirs is None else str(len(theirs))
        shown = str(own) if kind else "-"
        print(f"{name:26} {len(seeded):6} {hits:6} {shown:>16} {beside:>8}")


def with_terms(folder: Path, lang: str, terms: Terms) -> None:
    """The whole translation as ``amts check`` sees it, terms only."""
    review = check_files(folder, folder, ("en", lang), terms, {Kind.TERM}, "d2l")
    print(f"terms: {len(review.faults)} findings in {review.segments} segments, merged ones too")


JUDGED = ROOT / "benchmarks" / "judgements" / "check-d2l-zh.csv"
"""The verdicts of a person who read 60 findings of each sample: its seed, file and line of the
original, and the check."""


def sample(folder: Path, number: int, chance: int) -> None:
    """Print findings of ``amts check`` to be read, chosen by chance."""
    faults = check_files(folder, folder, ("en", "zh"), {}, format="d2l").faults
    places = [(f.source.file, f.source.line) if f.source else ("", 0) for f in faults]
    ordered = sorted(
        zip(places, (f.finding for f in faults), faults, strict=True), key=lambda r: r[:2]
    )
    faults = [fault for _, _, fault in ordered]
    for fault in random.Random(chance).sample(faults, number):
        source = fault.source.text if fault.source else ""
        print(f"{fault.source}\t{fault.finding.kind}\t{fault.finding.message}")
        print(f"    {source}\n    {fault.translation}")


def judged(path: Path = JUDGED) -> None:
    """Print the share of the findings that a person has judged false, for each sample."""
    verdicts: dict[str, Counter[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            verdicts.setdefault(row["sample"], Counter())[row["verdict"]] += 1
    for name, counts in verdicts.items():
        number = sum(counts.values())
        print(
            f"read by a person, sample {name}: {number} findings, {counts['false']} false", end=" "
        )
        print(f"({counts['false'] / number:.1%})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, metavar="SEED", help="print 60 findings to read")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/d2l-zh")
    parser.add_argument("--count", type=int, default=50)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"{arguments.data}: not on this machine; nothing is measured")
        return
    if arguments.sample is not None:
        sample(arguments.data, 60, arguments.sample)
        return
    judged()
    by_file = human_pairs(arguments.data, "zh")
    everything = [pair for pairs in by_file.values() for pair in pairs]
    left = sum(words(p.source) == words(p.target) for p in everything)
    print(
        f"{len(everything)} pairs; the humans left {left} in English, which are not counted below"
    )
    by_file = {
        name: [p for p in pairs if words(p.source) != words(p.target)]
        for name, pairs in by_file.items()
    }
    ratio = checks.ratio(p[:2] for p in everything)
    context = Context("en", profiles.load("zh"), ratio=ratio)
    good: list[Pair] = []
    for title, names in zip(
        ("calibrating half", "held-out half"), halves(list(by_file)), strict=True
    ):
        good = rates(title, [p for name in sorted(names) for p in by_file[name]], context)
    with_terms(arguments.data, "zh", load_terms([arguments.data / "TERMINOLOGY.md"], "en", "zh"))
    caught(good, context, arguments.count)


if __name__ == "__main__":
    main()
