"""Every kind of store keeps every promise of ``Store``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.stores import STORES, Open
from support.units import ENGINE, PAIR, human, machine

from amts_ext.errors import MemoryStoreError
from amts_ext.memory import Alignment, Query, Store
from amts_ext.model import Origin, Unit

OTHER_PAIR = ("en", "pt")


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    return STORES[request.param](tmp_path)


@pytest.fixture
def store(open_store: Open) -> Iterator[Store]:
    with open_store() as opened:
        yield opened


def target(store: Store, query: Query, signature: str | None = None) -> str | None:
    unit = store.lookup_many([query], PAIR, signature)[0]
    return unit and unit.target


# --- what a person writes ------------------------------------------------------------------------

EDIT = human("A dog.", "一只狗。", document="a.md", position=3)


def test_an_edit_is_found_and_withdrawn_and_what_was_before_is_there_again(store: Store) -> None:
    store.store([machine("A dog.", "一只犬。")])
    store.edit(replace(EDIT, target="狗。", when=1.0), "ana")
    store.edit(replace(EDIT, when=2.0), "ana")
    seen = []
    for text in ("一只狗。", "狗。"):
        seen.append(target(store, Query("A dog."), ENGINE))
        assert store.withdraw(replace(EDIT, target=text), "ana")
    assert [*seen, target(store, Query("A dog."), ENGINE)] == ["一只狗。", "狗。", "一只犬。"]
    assert not store.withdraw(EDIT, "ana"), "it is gone already"


def test_nobody_withdraws_what_another_person_or_a_human_file_holds(store: Store) -> None:
    store.edit(EDIT, "ana")
    store.store([EDIT])
    store.replace_human(PAIR, "a.md", [EDIT])
    assert not store.withdraw(EDIT, "li")
    assert not store.withdraw(EDIT, "a.md")
    assert store.withdraw(EDIT, "ana")
    left = [(kept.collection, kept.editor) for kept in store.history("A dog.", PAIR)]
    assert sorted(left) == [("", ""), ("a.md", "")]


def test_two_people_may_write_the_same_text(store: Store) -> None:
    store.edit(EDIT, "ana")
    store.edit(EDIT, "li")
    assert store.withdraw(EDIT, "ana")
    assert target(store, Query("A dog.")) == "一只狗。"


def test_learning_again_leaves_edits_as_they_are(store: Store) -> None:
    store.replace_human(PAIR, "a.md", [human("A cow.", "一头牛。")])
    store.edit(EDIT, "ana")
    store.replace_human(PAIR, "a.md", [])
    assert [unit.target for unit in store.units()] == ["一只狗。"]


def test_an_edit_is_a_humans_who_has_a_name(store: Store) -> None:
    for unit, editor in ((EDIT, ""), (machine("A dog.", "一只犬。"), "ana")):
        for call in (store.edit, store.withdraw):
            with pytest.raises(ValueError, match="a human's, who has a name"):
                call(unit, editor)
    with pytest.raises(ValueError, match="document"):
        store.replace_human(PAIR, "//ana", [])


def test_history_lists_every_unit_of_a_source_with_its_maker(store: Store) -> None:
    store.store([machine("A dog.", "一只犬。", "engine 2"), machine("A cat.", "一只猫。")])
    store.replace_human(PAIR, "a.md", [human("A  dog.", "一条狗。", when=9e9, contents="abc")])
    store.edit(replace(EDIT, when=9.1e9), "ana")
    told = [
        (kept.unit.target, kept.editor, kept.collection, kept.unit.signature)
        for kept in store.history("A dog.", PAIR)
    ]
    assert told == [
        ("一只狗。", "ana", "", ""),
        ("一条狗。", "", "a.md", ""),
        ("一只犬。", "", "", "engine 2"),
    ]
    assert store.history("A dog.", OTHER_PAIR) == []


def test_the_revision_tells_every_write_of_this_store_and_of_another(
    open_store: Open, store: Store
) -> None:
    seen = [store.revision]
    assert store.revision == seen[0]
    store.edit(EDIT, "ana")
    seen.append(store.revision)
    with open_store() as other:
        other.store([machine("A cat.", "一只猫。")])
    seen.append(store.revision)
    store.withdraw(EDIT, "ana")
    seen.append(store.revision)
    assert len(set(seen)) == 4


# --- what is found -----------------------------------------------------------------------------


def test_a_human_comes_before_a_machine(store: Store) -> None:
    store.store([machine("A dog.", "一只犬。"), human("A dog.", "一只狗。")])
    found = store.lookup("A dog.", PAIR, ENGINE)
    assert found is not None and (found.target, found.origin) == ("一只狗。", Origin.HUMAN)
    doubted = store.lookup_many([Query("A dog.")], PAIR, ENGINE, human=False)[0]
    assert doubted is not None and doubted.target == "一只犬。"


def test_a_machine_unit_holds_for_its_signature_and_pair_only(store: Store) -> None:
    store.store([machine("A dog.", "一只犬。")])
    assert store.lookup("A dog.", PAIR, "engine 2") is None
    assert store.lookup("A dog.", PAIR) is None
    assert store.lookup("A dog.", ("en", "ja"), ENGINE) is None


def test_a_machine_unit_replaces_the_older_one_with_its_key_and_contents(store: Store) -> None:
    store.store([machine("A dog.", "一只犬。"), replace(machine("A dog.", "它"), contents="abc")])
    store.store([machine("A  dog.", "狗。")])
    assert {(u.source, u.target) for u in store.units()} == {("A  dog.", "狗。"), ("A dog.", "它")}


def test_a_human_unit_never_replaces_another(store: Store) -> None:
    store.store([human("A dog.", "一只狗。", when=1.0)])
    store.store([human("A dog.", "狗一只。", when=2.0)])
    assert {u.target for u in store.units()} == {"一只狗。", "狗一只。"}
    assert target(store, Query("A dog.")) == "狗一只。", "the newest is given"


def test_a_wrapped_sentence_is_the_same_sentence(store: Store) -> None:
    store.store([human("One long\nsentence.", "一个长句。")])
    assert store.lookup("One  long sentence.", PAIR) is not None


def test_a_unit_for_exact_slot_contents_holds_only_there_and_comes_first(store: Store) -> None:
    store.store([human("Set ⟦math1⟧.", "设⟦math1⟧为零。", contents="abc")])
    assert store.lookup("Set ⟦math1⟧.", PAIR, contents="other") is None
    store.store([human("Set ⟦math1⟧.", "令⟦math1⟧。", when=9e9)])
    assert target(store, Query("Set ⟦math1⟧.", "abc")) == "设⟦math1⟧为零。"
    assert target(store, Query("Set ⟦math1⟧.", "other")) == "令⟦math1⟧。"


def test_ties_go_by_document_then_nearness_then_recency(store: Store) -> None:
    places = [("a.md", 2, "甲"), ("a.md", 9, "乙"), ("b.md", 5, "丙")]
    store.store(
        human("Summary", target, document=document, position=position, when=100.0 + number)
        for number, (document, position, target) in enumerate(places)
    )

    def found(document: str, position: int) -> str | None:
        return target(store, Query("Summary", "", document, position))

    assert found("a.md", 1) == "甲"
    assert found("a.md", 8) == "乙"
    assert found("b.md", 0) == "丙"
    assert found("a.ipynb", 1) == "甲", "the notebook made of a section is that section"
    assert found("/book/_build/eval/b.ipynb", 0) == "丙"
    assert found("new.md", 0) == "丙", "elsewhere the newest wins"


def test_what_is_found_is_the_translation_of_the_unit(store: Store) -> None:
    bound = human("A ⟦math1⟧.", "一⟦own1⟧。", contents="abc", literals=("$y$",))
    store.store([bound, machine("B.", "乙。"), machine("\ud800", "x")])
    queries = [Query("A ⟦math1⟧.", "abc"), Query("A ⟦math1⟧."), Query("B."), Query("\ud800")]
    for options in ({}, {"signature": ENGINE}, {"signature": ENGINE, "human": False}):
        found = store.find_many(queries, PAIR, **options)
        units = store.lookup_many(queries, PAIR, **options)
        assert found == [u and (u.target, u.origin, u.literals, u.signature) for u in units]
    found = store.find_many(queries, PAIR, ENGINE)
    assert [f and f.target for f in found] == ["一⟦own1⟧。", None, "乙。", "x"]


def test_a_human_unit_loses_the_reason_to_look_at_it(store: Store) -> None:
    """It is another unit's only sign that its source has changed, and goes when that is settled."""
    unit, doubted = human("A.", "一。"), human("A.", "一。", signature="look")
    for given in (unit, doubted, unit):
        store.replace_human(PAIR, "a.md", [given])
        assert [u.signature for u in store.units()] == [given.signature]
        assert [f and f.signature for f in store.find_many([Query("A.")], PAIR)] == [
            given.signature
        ]


def test_nothing_asked_is_nothing_found(store: Store) -> None:
    assert store.lookup_many([], PAIR, ENGINE) == store.find_many([], PAIR, ENGINE) == []


def test_every_field_comes_back(store: Store) -> None:
    unit = Unit(
        "A \ud800 ⟦math1⟧.", "一\udfff", PAIR, Origin.HUMAN, "by hand", "abc", ("`x`", "**"),
        "a/b.md", 7, 5.25,
    )  # fmt: skip
    store.store([unit])
    assert store.units() == [unit]
    assert store.lookup(unit.source, PAIR, contents="abc") == unit


def test_a_unit_without_a_date_gets_the_present_one(store: Store) -> None:
    store.store([human("Old.", "旧", when=1.0), human("New.", "新")])
    dates = {u.source: u.when for u in store.units()}
    assert dates["Old."] == 1.0 and dates["New."] > 1.7e9


# --- what is written ---------------------------------------------------------------------------


def test_what_was_stored_is_there_when_it_is_opened_again(open_store: Open) -> None:
    with open_store() as store:
        assert store.store([human("a", "b"), machine("c", "d")]) == 2
        assert store.replace_human(PAIR, "a.md", [human("e", "f")], "digest", "report") == 1
        units = store.units()
    with open_store(read_only=True) as store:
        assert store.units() == units and len(units) == 3
        assert store.alignments(PAIR) == {"a.md": Alignment("digest", "report")}


def test_one_process_sees_at_once_what_another_has_stored(open_store: Open) -> None:
    with open_store() as writer, open_store(read_only=True) as reader, open_store() as other:
        writer.store([human("a", "b")])
        assert reader.units() == other.units() == writer.units()
        other.store([human("c", "d")])
        assert len(writer.units()) == 2


def test_a_failed_write_writes_nothing(store: Store) -> None:
    def broken() -> Iterator[Unit]:
        yield human("good", "好")
        raise ZeroDivisionError

    store.replace_human(PAIR, "a.md", [human("kept", "留")], "digest")
    with pytest.raises(ZeroDivisionError):
        store.store(broken())
    with pytest.raises(ZeroDivisionError):
        store.replace_human(PAIR, "a.md", broken(), "digest 2")
    assert [u.target for u in store.units()] == ["留"]
    assert store.alignments(PAIR)["a.md"].digest == "digest"


def test_what_was_opened_for_reading_is_not_written(open_store: Open) -> None:
    with open_store() as store:
        assert not store.read_only
    with open_store(read_only=True) as store:
        assert store.read_only
        with pytest.raises(MemoryStoreError, match="reading only") as caught:
            store.store([human("a", "b")])
        assert str(caught.value).startswith(f"{store.name}: ")
        with pytest.raises(MemoryStoreError, match="reading only"):
            store.replace_human(PAIR, "a.md", [])
        for call in (store.edit, store.withdraw):
            with pytest.raises(MemoryStoreError, match="reading only"):
                call(EDIT, "ana")
        assert store.units() == [] and store.history("A dog.", PAIR) == []


def test_what_does_not_exist_reads_as_empty(open_store: Open) -> None:
    with open_store(read_only=True) as store:
        assert store.lookup("a", PAIR, ENGINE) is None
        assert store.units() == [] and store.alignments(PAIR) == {}
        assert not store.stats().human and not store.stats().machine


def test_what_is_closed_says_so(open_store: Open) -> None:
    store = open_store()
    store.close()
    store.close()
    with pytest.raises(MemoryStoreError, match="closed") as caught:
        store.lookup("a", PAIR)
    assert str(caught.value).startswith(f"{store.name}: ")
    with pytest.raises(MemoryStoreError, match="closed"):
        store.store([human("a", "b")])


# --- human editions ----------------------------------------------------------------------------


def test_a_new_alignment_replaces_its_own_older_units_only(store: Store) -> None:
    store.store([human("One.", "来自别处。", document="a.md")])
    store.replace_human(PAIR, "b.md", [human("One.", "另一章。", document="b.md")])
    first = [human("One.", "一。", document="a.md"), human("Two.", "二。", document="a.md")]
    store.replace_human(PAIR, "a.md", first, "digest 1", "report")
    kept = {u.target: u.when for u in store.units()}
    second = [first[0], human("Two.", "贰。", document="a.md")]
    store.replace_human(PAIR, "a.md", second, "digest 2", "report")
    now = {u.target: u.when for u in store.units()}
    assert set(now) == {"来自别处。", "另一章。", "一。", "贰。"}
    assert now["一。"] == kept["一。"], "an unchanged unit keeps its date"
    assert store.alignments(PAIR)["a.md"] == Alignment("digest 2", "report")
    assert store.alignments(("en", "ja")) == {}


def test_a_collection_is_one_of_its_language_pair(store: Store) -> None:
    portuguese = Unit("One.", "Um.", OTHER_PAIR, Origin.HUMAN)
    store.replace_human(OTHER_PAIR, "a.md", [portuguese], "digest")
    store.replace_human(PAIR, "a.md", [])
    assert [u.target for u in store.units()] == ["Um."]
    assert store.alignments(OTHER_PAIR) == {"a.md": Alignment("digest", "")}


def test_the_same_words_from_elsewhere_survive_a_replacement(store: Store) -> None:
    """Whichever came first."""
    before, after = human("One.", "一。", document="a.md"), human("Two.", "二。", document="a.md")
    store.store([before])
    store.replace_human(PAIR, "a.md", [before, after])
    store.store([after])
    store.replace_human(PAIR, "b.md", [after])
    store.replace_human(PAIR, "a.md", [])
    store.replace_human(PAIR, "b.md", [])
    assert {u.target for u in store.units()} == {"一。", "二。"}


def test_a_collection_needs_a_name(store: Store) -> None:
    with pytest.raises(ValueError, match="name"):
        store.replace_human(PAIR, "", [human("a", "b")])


# --- what is there -----------------------------------------------------------------------------


def test_has_human_asks_for_humans_of_one_pair(store: Store) -> None:
    store.store([machine("a", "b")])
    assert not store.has_human(PAIR)
    store.store([human("a", "b")])
    assert store.has_human(PAIR) and not store.has_human(OTHER_PAIR)


def test_human_units_are_found_by_a_part_of_their_source(store: Store) -> None:
    store.store([human("A ⟦gap1⟧ b", "x"), human("c", "⟦gap1⟧"), machine("D ⟦gap1⟧", "y")])
    store.store([Unit("E ⟦gap1⟧", "z", OTHER_PAIR, Origin.HUMAN)])
    assert [u.target for u in store.human_units(PAIR, "⟦gap")] == ["x"]
    assert store.human_units(PAIR, "%") == []


def test_stats_count_by_pair_origin_and_signature(store: Store) -> None:
    store.store([human("a", "b"), machine("a", "b"), machine("c", "d", "engine 2")])
    stats = store.stats()
    assert stats.human == {PAIR: 1}
    assert stats.machine == {(*PAIR, ENGINE): 1, (*PAIR, "engine 2"): 1}
    assert stats.size > 0 and stats.file == store.name


@pytest.mark.parametrize("kind", STORES)
def test_the_order_of_units_depends_on_them_alone(kind: str, tmp_path: Path) -> None:
    units = [human(f"s{i % 3}", f"t{i}", document=f"{i % 2}.md", when=1.0 + i) for i in range(9)]
    listed = []
    for name, given in (("one", units), ("two", units[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        with STORES[kind](folder)() as store:
            store.store([*given, Unit("a", "b", OTHER_PAIR, Origin.HUMAN, when=1.0)])
            listed.append(store.units(PAIR))
            assert len(store.units()) == 10
    assert listed[0] == listed[1] and len(listed[0]) == 9
