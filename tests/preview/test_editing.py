"""What an edit does: it goes to its place, nothing is lost, and it can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import SOURCE, built, edit, make_book, opened, row

from amts_ext.errors import InputError
from amts_ext.model import Origin
from amts_ext.preview.editing.saving import (
    MEMORY,
    ConflictError,
    ReadOnlyError,
    RefusedError,
    mark_as_read,
    save,
    undo,
)

ADD = "We add all"
LET = "Let ⟦math1⟧"
SEA = "Sea ⟦math1⟧ ⟦strong2⟧cualquier⟦/strong2⟧ valor de la muestra."


# --- the memory ----------------------------------------------------------------------------------


def test_an_edit_is_shown_and_a_build_after_a_restart_has_it(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root) as desk:
        assert row(desk, LET).status == "machine"
        saved = edit(desk, LET, SEA)
        assert (saved.where, saved.note) == (MEMORY, "")
        assert (saved.row.status, saved.row.target, saved.row.read) == ("human", SEA, True)
        assert row(desk, LET) == saved.row
    text = built(root)
    assert text.splitlines()[2].startswith("Sea $x$ **cualquier** valor de la muestra. eW dda")
    assert text.count("\n") == SOURCE.count("\n"), "only sentences are put in"


def test_the_same_words_with_other_formulas_get_it_too(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        edit(desk, ADD, "Sumamos todo.")
        assert row(desk, ADD, "sum.md").target == "Sumamos todo."


def test_an_edit_comes_before_a_human_unit_for_exactly_these_formulas(tmp_path: Path) -> None:
    """A unit with contents is looked up first, so the edit has to have them as well."""
    from amts_ext.model import Unit
    from amts_ext.text.masking import contents_digest

    with opened(make_book(tmp_path)) as desk:
        segment = next(
            o.segment
            for o in desk.live("mean.md", "es").look()[0].segments
            if LET in o.segment.tokens
        )
        old = "Un ⟦math1⟧ ⟦strong2⟧viejo⟦/strong2⟧."
        bound = Unit(segment.tokens, old, ("en", "es"), Origin.HUMAN,
                     contents=contents_digest(segment), when=9e9,
            document="mean.md", position=segment.block)  # fmt: skip
        desk.book.memory.store([bound])
        assert row(desk, LET).target == old
        assert edit(desk, LET, SEA).row.target == SEA, "also where a clock was wrong"


def test_a_machines_sentence_is_marked_as_read(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root) as desk:
        before = row(desk, ADD)
        saved = mark_as_read(desk, "mean.md", "es", before.id, "ana")
        assert (saved.row.status, saved.row.target) == ("human", before.target)
        assert undo(desk, "mean.md", "es", before.id, "ana").row == before
        again = save(desk, "mean.md", "es", before.id, before.version, before.target, "ana")
        assert again.row.status == "human", "saved as it is, it counts as read"


def test_a_name_that_stays_as_it_is_can_be_saved(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    (root / "sum.md").write_text("# BERT\n\nIt is small.\n")
    with opened(root) as desk:
        saved = edit(desk, "BERT", "BERT", path="sum.md")
        assert (saved.row.status, saved.row.target) == ("human", "BERT")
        assert undo(desk, "sum.md", "es", saved.row.id, "ana").row.status == "machine"
    assert built(root, "sum.md").startswith("# TREB\n")


def test_what_is_not_translated_cannot_be_marked_as_read(tmp_path: Path) -> None:
    with opened(make_book(tmp_path), translated=False) as desk:
        found = row(desk, ADD)
        with pytest.raises(RefusedError, match="no translation to mark"):
            mark_as_read(desk, "mean.md", "es", found.id)


def test_undo_goes_back_step_by_step_also_after_a_restart(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root) as desk:
        machine = row(desk, ADD)
        edit(desk, ADD, "Sumamos.")
        edit(desk, ADD, "Lo sumamos.")
    with opened(root) as desk:
        first = undo(desk, "mean.md", "es", machine.id, "ana")
        assert (first.row.target, first.withdrawn) == ("Sumamos.", "Lo sumamos.")
        assert undo(desk, "mean.md", "es", machine.id, "ana").row == machine
        with pytest.raises(RefusedError, match="not written by ana"):
            undo(desk, "mean.md", "es", machine.id, "ana")


def test_nobody_undoes_another_persons_text(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        saved = edit(desk, ADD, "Sumamos.", "ana")
        with pytest.raises(RefusedError, match="not written by li"):
            undo(desk, "mean.md", "es", saved.row.id, "li")
        edit(desk, ADD, "Lo sumamos.", "li")
        with pytest.raises(RefusedError, match="not written by ana"):
            undo(desk, "mean.md", "es", saved.row.id, "ana")
        assert row(desk, ADD).target == "Lo sumamos."


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "missing", "extra", "told"),
    [
        ("Sea un valor.", ["⟦math1⟧", "⟦strong2⟧", "⟦/strong2⟧"], [], "lacks"),
        (f"{SEA} ⟦math1⟧", [], ["⟦math1⟧"], "too often"),
        (f"{SEA} ⟦math7⟧", [], ["⟦math7⟧"], "too often"),
        ("Sea ⟦math1⟧ ⟦/strong2⟧un⟦strong2⟧ valor.", [], [], "does not nest"),
        ("   ", [], [], "without text"),
        (f"{SEA} **mucho**", [], [], "structure"),
        (f"{SEA} $y$", [], [], "structure"),
        (f"{SEA}\x00", [], [], "U+0000"),
        (f"{SEA}\ud800", [], [], "U+D800"),
    ],
)
def test_what_cannot_stand_there_is_refused_and_nothing_is_kept(
    tmp_path: Path, target: str, missing: list[str], extra: list[str], told: str
) -> None:
    with opened(make_book(tmp_path)) as desk:
        before, revision = row(desk, LET), desk.book.memory.revision
        with pytest.raises(RefusedError) as caught:
            edit(desk, LET, target)
        assert (list(caught.value.missing), list(caught.value.extra)) == (missing, extra)
        assert told in str(caught.value) and "\n" not in str(caught.value)
        assert str(caught.value).startswith("mean.md:3: ")
        assert (row(desk, LET), desk.book.memory.revision) == (before, revision)


def test_a_list_mark_at_the_beginning_is_refused(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk, pytest.raises(RefusedError, match="structure"):
        edit(desk, "The median is another", "- La mediana.")


def test_line_breaks_become_blanks(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        assert edit(desk, ADD, " Sumamos\r\n\r\ntodo. ").row.target == "Sumamos todo."


def test_two_editors_see_both_texts_and_nothing_is_lost(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        opened_by_both = row(desk, ADD)
        edit(desk, ADD, "Sumamos.", "ana")
        with pytest.raises(ConflictError) as caught:
            save(desk, "mean.md", "es", opened_by_both.id, opened_by_both.version, "Suma.", "li")
        assert (caught.value.theirs.target, caught.value.yours) == ("Sumamos.", "Suma.")
        theirs = caught.value.theirs
        saved = save(desk, "mean.md", "es", theirs.id, theirs.version, "Suma.", "li")
        assert saved.row.target == "Suma."
        same = save(desk, "mean.md", "es", theirs.id, theirs.version, "Suma.", "ana")
        assert same.row == saved.row, "who wants what is there is in no conflict"


def test_a_sentence_that_is_gone_is_said(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        found = row(desk, ADD)
        (tmp_path / "mean.md").write_text(SOURCE.replace(ADD, "We sum up all"))
        with pytest.raises(InputError, match="not in the document any more"):
            save(desk, "mean.md", "es", found.id, found.version, "Sumamos.")
        with pytest.raises(InputError, match="no document of this book"):
            save(desk, "../mean.md", "es", found.id, found.version, "Sumamos.")


def test_a_memory_for_reading_only_takes_nothing(tmp_path: Path) -> None:
    from amts_ext.memory import Memory

    root = make_book(tmp_path)
    with opened(root) as desk:
        found = row(desk, ADD)
        desk.book.memory.close()
        desk.book.memory = Memory(root / ".amts/memory.sqlite", read_only=True)
        for call in (lambda: save(desk, "mean.md", "es", found.id, found.version, "Suma."),
                     lambda: mark_as_read(desk, "mean.md", "es", found.id),
                     lambda: undo(desk, "mean.md", "es", found.id)):  # fmt: skip
            with pytest.raises(ReadOnlyError, match="cannot be written"):
                call()
