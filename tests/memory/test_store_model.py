"""Every kind of store does the same as the plainest one, whatever it is asked."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace
from support.stores import STORES, Disk, Model
from support.units import ENGINE, PAIR, human, machine

from amts_ext.memory import Memory, Query, ShortMemory
from amts_ext.model import Origin, Unit

OTHER_PAIR = ("en", "pt")
PAIRS = st.sampled_from([PAIR, OTHER_PAIR])
SOURCES = st.sampled_from(["A dog.", "A\n dog.", "A cat.", "\ud800"])
CONTENTS = st.sampled_from(["", "abc", "def"])
DOCUMENTS = st.sampled_from(["", "a.md", "a.ipynb", "x/a.md", "b.md", "雪/c.md"])
SIGNATURES = st.sampled_from([ENGINE, "engine 2"])
UNITS = st.lists(
    st.builds(
        Unit,
        source=SOURCES,
        target=st.sampled_from(["狗", "cão", "\udfff", ""]),
        pair=PAIRS,
        origin=st.sampled_from(Origin),
        signature=SIGNATURES,
        contents=CONTENTS,
        literals=st.sampled_from([(), ("`x`", "**")]),
        document=DOCUMENTS,
        position=st.integers(0, 3),
    ),
    max_size=6,
)
EDITORS = st.sampled_from(["ana", "李"])
QUERIES = st.lists(
    st.builds(
        Query, source=SOURCES, contents=CONTENTS, document=DOCUMENTS, position=st.integers(0, 3)
    ),
    max_size=8,
)


class Twins(RuleBasedStateMachine):
    """A store and the model go through the same calls, and answer the same."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.open_store = STORES[kind](Path(self.folder.name))
        self.store = self.open_store()
        self.model = Model(Disk())
        self.clock = count(1)

    def dated(self, units: list[Unit]) -> list[Unit]:
        """Each with a date of its own, so that no two units are equally good."""
        return [replace(unit, when=float(next(self.clock))) for unit in units]

    @rule(units=UNITS)
    def stored(self, units: list[Unit]) -> None:
        given = self.dated(units)
        assert self.store.store(given) == self.model.store(given)

    @rule(units=UNITS, pair=PAIRS, collection=DOCUMENTS.filter(bool), digest=st.sampled_from("12"))
    def aligned(
        self, units: list[Unit], pair: tuple[str, str], collection: str, digest: str
    ) -> None:
        humans = [replace(unit, pair=pair, origin=Origin.HUMAN) for unit in self.dated(units)]
        call = pair, collection, humans, digest, "report"
        assert self.store.replace_human(*call) == self.model.replace_human(*call)

    @rule(units=UNITS, editor=EDITORS)
    def edited(self, units: list[Unit], editor: str) -> None:
        for unit in self.dated(units):
            edit = replace(unit, origin=Origin.HUMAN)
            before = self.store.revision
            self.store.edit(edit, editor)
            self.model.edit(edit, editor)
            assert self.store.revision != before

    @rule(number=st.integers(0), editor=EDITORS)
    def withdrawn(self, number: int, editor: str) -> None:
        humans = [u for u in self.model.units() if u.origin is Origin.HUMAN]
        if humans:
            unit = replace(humans[number % len(humans)], when=0.0)
            assert self.store.withdraw(unit, editor) == self.model.withdraw(unit, editor)

    @rule(queries=QUERIES, pair=PAIRS, signature=st.none() | SIGNATURES, human=st.booleans())
    def looked_up(
        self, queries: list[Query], pair: tuple[str, str], signature: str | None, human: bool
    ) -> None:
        call = queries, pair, signature, human
        assert self.store.lookup_many(*call) == self.model.lookup_many(*call)
        assert self.store.find_many(*call) == self.model.find_many(*call)

    @rule()
    def opened_again(self) -> None:
        self.store.close()
        self.store = self.open_store()

    @invariant()
    def they_hold_the_same(self) -> None:
        assert sorted(map(repr, self.store.units())) == sorted(map(repr, self.model.units()))
        ours, theirs = self.store.stats(), self.model.stats()
        assert (ours.human, ours.machine) == (theirs.human, theirs.machine)
        for pair in (PAIR, OTHER_PAIR):
            assert self.store.has_human(pair) == self.model.has_human(pair)
            for part in ("a", " "):
                found, wanted = (s.human_units(pair, part) for s in (self.store, self.model))
                assert sorted(map(repr, found)) == sorted(map(repr, wanted))
            for source in ("A dog.", "A cat.", "\ud800"):
                for also in (True, False):
                    ours = self.store.history(source, pair, also)
                    assert ours == self.model.history(source, pair, also)
            assert self.store.alignments(pair) == self.model.alignments(pair)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


@pytest.mark.parametrize("kind", STORES)
def test_any_sequence_of_calls_gives_what_the_model_gives(kind: str) -> None:
    run_state_machine_as_test(
        lambda: Twins(kind), settings=settings(max_examples=60, stateful_step_count=20)
    )


def test_a_short_memory_holds_the_same_and_is_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    units = [human("A dog.", "一只狗。"), machine("A cat.", "一只猫。")]
    queries = [Query("A dog."), Query("A cat."), Query("A cow.")]
    with ShortMemory() as short, Memory(tmp_path / "memory.sqlite") as kept:
        for store in (short, kept):
            store.store(units)
            store.replace_human(PAIR, "a.md", [human("A cow.", "一头牛。")])
        assert short.find_many(queries, PAIR, ENGINE) == kept.find_many(queries, PAIR, ENGINE)
        assert {u.target for u in short.units()} == {"一只狗。", "一只猫。", "一头牛。"}
    assert {path.name for path in tmp_path.iterdir()} == {"memory.sqlite"}
    with ShortMemory() as another:
        assert not another.units()
