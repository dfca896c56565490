"""Edits of all kinds under a known translation: each has just the consequences that it has to have.

``AMTS_EDITS=5000 pytest -s tests/sync/test_known_edits.py`` makes as many runs, and prints what
came out otherwise than expected.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from support import editing, merging
from support.bilingual import OWN, Book, book

from amts_ext.human.open_items import ReviewItem
from amts_ext.merging.compose import SyncResult
from amts_ext.sync.text import sync_text

COUNT = int(os.environ.get("AMTS_EDITS", "400"))


@dataclass
class Case:
    """A document, what became of its source, and what a synchronization made of it."""

    old: Book
    new: Book
    names: list[str]
    result: SyncResult

    @property
    def is_exact(self) -> bool:
        """Return True if the text is as expected, wherever the human's own paragraphs stand."""
        own = OWN[self.old.language]
        texts = self.result.text, self.new.human
        bare = [t.replace(f"{own}\n\n", "").replace(f"\n\n{own}", "") for t in texts]
        return bare[0] == bare[1] and texts[0].count(own) == texts[1].count(own)

    @property
    def kept(self) -> list[str]:
        """The sentences of the human's whose source did not change, and the human's own."""
        return [s for p in self.new.places for u in p.units if not u.look for s in u.human]

    @property
    def silent(self) -> list[str]:
        """The changed sentences of the source that no item speaks of."""
        changed = [s for p in self.new.places for u in p.units if u.look for s in u.english]
        return [s for s in changed if not any(s in item.new_source for item in self.result.items)]

    def told(self, look: str) -> list[list[str]]:
        """Return what a person is to be told, as sentences of the target of which one will do."""
        found = [u.human for p in self.new.places for u in p.units if u.look == look]
        return found + [[self.new.written(p, 1)] for p in self.new.places if p.look == look]


@dataclass
class Tally:
    """What was to be told in some cases, and what was."""

    wanted: int = 0
    right: int = 0
    items: int = 0
    wrong: int = 0
    exact: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case) -> bool:
        """Count a case; return whether all is as expected."""
        items = [item for item in case.result.items if not item.at_a_glance]
        wanted = case.told("must")
        missed = [w for w in wanted if not any(is_about(i, w, case) for i in items)]
        gone = [g for g in case.new.gone if not any(g in i.old_source for i in items)]
        wrong = [i for i in items if not any(is_about(i, w, case) for w in wanted)
                 and not any(g in i.old_source for g in case.new.gone)]  # fmt: skip
        self.wanted += len(wanted) + len(case.new.gone)
        self.right += len(wanted) + len(case.new.gone) - len(missed) - len(gone)
        self.items += len(items)
        self.wrong += len(wrong)
        fine = case.is_exact and not missed and not gone and not wrong
        self.runs.update(case.names)
        self.exact.update(case.names if fine else [])
        return fine


def is_about(item: ReviewItem, sentences: list[str], case: Case) -> bool:
    there = case.result.text[item.start : item.end].strip()
    return any(s in t or (t and t in s) for s in sentences for t in (there, item.old_target))


def make(seed: int, kinds: tuple[editing.Edit, ...] = editing.EDITS) -> Case:
    """Make a document and one to three edits of it."""
    chance = random.Random(seed)
    language, format = chance.choice(("pt", "zh")), chance.choice(("d2l", "md"))
    old = book(chance, language, format)
    new, names = editing.edited(old, chance, chance.randint(1, 3), kinds)
    return Case(old, new, names, merging.tied(old).synced(new.english))


def test_every_kind_of_edit_has_the_consequences_that_it_has_to_have() -> None:
    tally = Tally()
    for seed in range(COUNT):
        case = make(seed)
        lost = [text for text in case.kept if text not in case.result.text]
        assert not lost, (seed, case.names, lost)
        assert not case.silent, (seed, case.names, case.silent)
        if not tally.add(case) and "AMTS_EDITS" in os.environ:
            print(seed, case.names, "" if case.is_exact else "other text")
    kinds = {name: f"{tally.exact[name]}/{runs}" for name, runs in tally.runs.items()}
    print(f"\n{COUNT} runs: {tally.right} of {tally.wanted} told, {tally.wrong} of {tally.items} "
          f"items wrong; exactly as expected: {kinds}")  # fmt: skip
    assert tally.right >= 0.98 * tally.wanted
    assert tally.wrong <= 0.02 * tally.items
    assert tally.exact.total() >= 0.98 * tally.runs.total()


@pytest.mark.parametrize("edit", editing.EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_alone_is_followed_to_the_byte(edit: editing.Edit) -> None:
    cases = [make(seed, (edit,)) for seed in range(25)]
    made = [case for case in cases if case.names]
    assert made
    for case in made:
        tally = Tally()
        assert tally.add(case), (case.new.english, case.result)


def test_what_is_in_step_stays_as_it_is() -> None:
    for seed in range(40):
        case = make(seed)
        again = case.new.copy()
        assert merging.tied(case.old).synced(case.old.english).text == case.old.human
        assert merging.tied(again).synced(again.english).text == again.human


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_alignment_that_is_searched_for_gives_the_same(seed: int) -> None:
    case = make(seed)
    old, new = case.old, case.new
    texts = old.english, new.english, old.human
    result = sync_text(*texts, old.format, "en", old.language, merging.machine)
    lost = [text for text in case.kept if text not in result.text]
    assert not lost
    assert Case(old, new, case.names, result).is_exact
