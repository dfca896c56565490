"""Random edits under a translation that is aligned as always: what is kept, what is told.

``AMTS_EDITS=2000 pytest tests/sync/test_random_edits.py`` makes as many.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from functools import cache

import pytest
from support import gold
from support.gold import Section
from support.merging import Tied

from amts_ext.human.aligned import align_sides
from amts_ext.merging.compose import SyncResult
from amts_ext.merging.texts import Text, tied
from amts_ext.sync.text import sync_text

COUNT = int(os.environ.get("AMTS_EDITS", "100"))
SECTIONS = list(gold.sections())
NEW = [
    "Rain fell on the old bridge.",
    "Nobody had asked the baker yet.",
    "A blue kite hung in the tree.",
    "Our train leaves from platform seven.",
]


@dataclass
class Edited:
    """A source after some edits, and what has to come of them."""

    source: str
    target: str
    """The target as it has to be; sentences of the translator are ``M`` and their source."""
    told: set[str] = field(default_factory=set)
    """New sentences of the source, and the target's sentences that a person is to look at."""
    kept: list[str] = field(default_factory=list)
    """Sentences of the target whose source did not change."""


def edited(section: Section, chance: random.Random) -> Edited:
    """Make one to four edits of sentences that have one partner each."""
    ours, theirs = section.source, section.target
    texts = ours.document.text, theirs.document.text
    free = sorted((a[0], b[0]) for a, b in section.pairs if len(a) == len(b) == 1)
    # Two neighbours are not both edited: which of them became which would be a matter of taste.
    chosen = [p for p in free if p[0] % 3 == 1 and _is_sentence(section, p[0])]
    chosen = sorted(chance.sample(chosen, min(len(chosen), chance.randint(1, 4))))
    made = Edited(*texts)
    changed = {b for _, b in chosen}
    made.kept = [
        texts[1][s.start : s.end] for i, s in enumerate(theirs.segments) if i not in changed
    ]
    for number, (a, b) in reversed(list(enumerate(chosen))):
        first, second = ours.segments[a], theirs.segments[b]
        old, there = (t[s.start : s.end] for t, s in zip(texts, (first, second), strict=True))
        kind = chance.choice(["change", "typo", "insert"])
        new = NEW[number]
        if kind == "change":
            replaced, result = new, f"M {new}"
            made.told.add(f"M {new}")
        elif kind == "typo" and old.count(" ") > 12 and "the " in old:
            replaced, result = old.replace("the ", "teh ", 1), there
            made.told.add(there)
        else:
            replaced = f"{old} {new}"
            joint = "" if section.name.endswith("zh") else " "
            result = f"{there}{joint}M {new}"
            made.told.add(f"M {new}")
        made.source = made.source[: first.start] + replaced + made.source[first.end :]
        made.target = made.target[: second.start] + result + made.target[second.end :]
    return made


def _is_sentence(section: Section, index: int) -> bool:
    """Return True for a sentence of running text."""
    document, segment = section.source.document, section.source.segments[index]
    text = document.text[segment.start : segment.end]
    return document.blocks[segment.block].kind == "paragraph" and text.endswith(".")


@cache
def aligned(name: str) -> Tied:
    """Return a section with the alignment that is found for it."""
    section = next(s for s in SECTIONS if s.name == name)
    language = name.rpartition("-")[2]
    base, target = Text(section.source.document, "en"), Text(section.target.document, language)
    return Tied("d2l", base, target, tied(base, target, align_sides(base, target, True)))


def synced(section: Section, source: str) -> SyncResult:
    return aligned(section.name).synced(source)


@pytest.mark.slow
def test_what_is_kept_and_what_is_told() -> None:
    """Every kept sentence keeps its bytes; what has to be told is told, and little else."""
    told = wanted = right = exact = 0
    for seed in range(COUNT):
        chance = random.Random(seed)
        section = SECTIONS[seed % len(SECTIONS)]
        made = edited(section, chance)
        result = synced(section, made.source)
        lost = [text for text in made.kept if text not in result.text]
        assert not lost, (seed, section.name, lost)
        exact += result.text == made.target
        # Where the human's text was kept, the translator's is suggested beside it.
        found = {item.new_target.strip() for item in result.items}
        found |= {item.old_target for item in result.items if item.kept}
        hits = {w for w in made.told if any(w in f or f in w for f in found if f)}
        wanted += len(made.told)
        right += len(hits)
        told += len(result.items)
        if os.environ.get("AMTS_EDITS") and (result.text != made.target or hits != made.told):
            print(seed, section.name, made.told - hits, found)
    print(f"{COUNT} runs: {exact} exactly as expected; {right} of {wanted} told; {told} items")
    assert right >= 0.98 * wanted
    assert wanted >= 0.98 * told
    assert exact >= 0.9 * COUNT


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.name)
def test_a_second_run_changes_nothing(section: Section) -> None:
    made = edited(section, random.Random(section.name))
    first = synced(section, made.source)
    language = section.name.rpartition("-")[2]
    again = sync_text(made.source, made.source, first.text, "d2l", "en", language)
    assert again.text == first.text and not again.items
