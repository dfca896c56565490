"""An edit goes into the human's file at its place, and no other byte of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from support.desks import HUMAN, SOURCE, built, edit, make_book, opened, row

from amts_ext import files
from amts_ext.config import load
from amts_ext.errors import InputError
from amts_ext.human import holding, open_items
from amts_ext.human.open_items import FileState, ItemKind, OpenItem
from amts_ext.human.units import LEFT_OUT
from amts_ext.model import Origin, Unit
from amts_ext.pipeline.book import open_book
from amts_ext.preview.editing.saving import MEMORY, ConflictError, save, undo

ADD = "We add all"
LET = "Let ⟦math1⟧"


def diff(before: str, after: str) -> tuple[str, str]:
    """Return the stretch of each text that differs."""
    first = 0
    while before[first : first + 1] == after[first : first + 1] != "":
        first += 1
    last = 0
    while before[-1 - last :][:1] == after[-1 - last :][:1] and first + last < min(
        len(before), len(after)
    ):
        last += 1
    return before[first : len(before) - last], after[first : len(after) - last]


WRITTEN = "Sumamos todos los valores"
NEW = (
    "Sea ⟦math1⟧ un valor ⟦strong2⟧cualquiera⟦/strong2⟧ de la muestra. Sumamos siempre los valores"
    " de la muestra. Luego dividimos su suma entre ⟦math3⟧, que es su número."
)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_what_was_changed_is_written_into_the_humans_file(
    tmp_path: Path, ends: str, mark: str
) -> None:
    human = mark + HUMAN.replace("\n", ends)
    root = make_book(tmp_path, human)
    file = root / "es/mean.md"
    with opened(root) as desk:
        found = row(desk, LET)
        assert found.status == "human" and WRITTEN in found.target
        saved = edit(desk, LET, NEW)
        assert saved.where == "es/mean.md:3" and saved.note == ""
        assert (saved.row.status, saved.row.target) == ("human", NEW)
        now = file.read_bytes().decode()
        assert diff(human, now) == ("todos", "siempre")
        undone = undo(desk, "mean.md", "es", found.id, "ana")
        assert (undone.row, undone.withdrawn) == (found, NEW)
        assert file.read_bytes().decode() == human
        edit(desk, LET, NEW)
    assert "Sumamos siempre los valores" in built(root)
    with opened(root) as desk:
        assert undo(desk, "mean.md", "es", found.id, "ana").row.target == found.target
    assert file.read_bytes().decode() == human


def test_the_memory_learns_the_file_so_that_a_build_has_nothing_to_align(tmp_path: Path) -> None:
    root = make_book(tmp_path, HUMAN)
    with opened(root) as desk:
        edit(desk, LET, NEW)
    with open_book(load(root / "config.ini")) as book:
        book.learn("es")
        assert book.learned["es"].known == book.learned["es"].files == 1


def test_what_the_humans_file_lacks_goes_to_the_memory_and_it_is_said(tmp_path: Path) -> None:
    root = make_book(tmp_path, HUMAN)
    with opened(root) as desk:
        saved = edit(desk, "See also", "Véase la mediana en ⟦role1⟧.")
        assert saved.where == MEMORY and "no sentence that is surely this one" in saved.note
        assert saved.row.status == "human"
        other = edit(desk, ADD, "Sumamos todo.", path="sum.md")
        assert other.where == MEMORY and "es/sum.md: there is no such file" in other.note
        chinese = row(desk, ADD, lang="zh")
        assert save(desk, "mean.md", "zh", chinese.id, chinese.version, "我们求和。").note == ""
    assert (root / "es/mean.md").read_text() == HUMAN


def test_what_somebody_else_writes_into_the_file_is_seen_first(tmp_path: Path) -> None:
    root = make_book(tmp_path, HUMAN)
    file = root / "es/mean.md"
    with opened(root) as desk:
        found = row(desk, LET)
        file.write_text(HUMAN.replace("todos los", "hoy los"))
        with pytest.raises(ConflictError) as caught:
            save(desk, "mean.md", "es", found.id, found.version, NEW, "ana")
        assert "Sumamos hoy los" in caught.value.theirs.target
        other = row(desk, "The median is another")
        file.write_text(HUMAN.replace("todos los", "ya los"))
        target = other.target.replace("otra medida", "una medida más")
        saved = save(desk, "mean.md", "es", other.id, other.version, target, "ana")
        assert saved.where == "es/mean.md:7"
        now = file.read_text()
        assert "Sumamos ya los" in now and "La mediana es una medida más." in now


def test_a_sentence_in_the_sources_language_is_replaced_in_the_file(tmp_path: Path) -> None:
    english = "The median is another measure. It does not move when one value is wrong."
    spanish = "La mediana es otra medida. No se mueve cuando un valor está mal."
    root = make_book(tmp_path, HUMAN.replace(spanish, english))
    with opened(root) as desk:
        found = row(desk, "The median is another")
        assert found.status == "machine"
        saved = edit(desk, "The median is another", "La mediana es otra medida.")
        assert saved.where == "es/mean.md:7"
        assert saved.row.target == "La mediana es otra medida."


def test_a_text_that_the_person_has_not_seen_is_not_overwritten(tmp_path: Path) -> None:
    """The human refers to what the book does not have, so a build does not use the paragraph."""
    human = HUMAN.replace("otra medida.", "otra medida (:numref:`sec_otra`).")
    root = make_book(tmp_path, human)
    with opened(root) as desk:
        assert row(desk, "The median is another").status == "machine"
        saved = edit(desk, "The median is another", "La mediana es otra.")
        assert saved.where == MEMORY and saved.row.target == "La mediana es otra."
        assert "es/mean.md:7 has another text, which is not shown here: La mediana" in saved.note
    assert (root / "es/mean.md").read_text() == human


def test_a_held_folder_sends_the_edit_to_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_book(tmp_path, HUMAN)
    monkeypatch.setattr(holding, "PATIENCE", 0.1)
    with opened(root) as desk, holding.held(root / "es"):
        saved = edit(desk, LET, NEW)
        assert saved.where == MEMORY and "another amts sync, or an edit" in saved.note
        assert saved.row.target == NEW
        assert undo(desk, "mean.md", "es", saved.row.id, "ana").row.status == "human"
    assert (root / "es/mean.md").read_text() == HUMAN


def test_a_file_that_cannot_be_written_sends_the_edit_to_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_book(tmp_path, HUMAN)

    def refused(path: Path, text: str, *, durable: bool = False) -> bool:
        raise InputError("cannot be written: no room", file=str(path))

    with opened(root) as desk:
        row(desk, LET)
        monkeypatch.setattr(files, "write_text", refused)
        saved = edit(desk, LET, NEW)
        assert saved.where == MEMORY and "no room" in saved.note and saved.row.target == NEW


def test_a_translation_of_an_earlier_source_is_edited_where_the_sentence_has_not_changed(
    tmp_path: Path,
) -> None:
    root = make_book(tmp_path, HUMAN)
    (root / "es/mean_origin.md").write_text(SOURCE)
    added = "# The mean\n\nA new paragraph stands here in front of all the others.\n"
    changed = SOURCE.replace("# The mean\n", added).replace("when one value", "when a single value")
    (root / "mean.md").write_text(changed)
    with opened(root) as desk:
        saved = edit(desk, LET, NEW)
        assert saved.where == "es/mean.md:3" and saved.row.target == NEW
        new = edit(desk, "A new paragraph", "Un párrafo nuevo.")
        assert new.where == MEMORY and new.row.target == "Un párrafo nuevo."
        stale = edit(desk, "The median is another", "La mediana es otra medida.")
        assert stale.row.status == "human" and stale.row.target == "La mediana es otra medida."
    text = built(root)
    for words in ("Sumamos siempre", "Un párrafo nuevo.", "La mediana es otra medida."):
        assert words in text


def test_what_a_human_left_out_can_be_translated_after_all(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root) as desk:
        source = row(desk, "See also").source
        unit = Unit(source, "", ("en", "es"), Origin.HUMAN, literals=(LEFT_OUT,))
        desk.book.memory.replace_human(("en", "es"), "mean.md", [replace(unit, document="mean.md")])
        before = row(desk, "See also")
        assert (before.status, before.target) == ("left-out", "")
        saved = edit(desk, "See also", "Véase ⟦role1⟧.")
        assert (saved.where, saved.row.status) == (MEMORY, "human")
        assert "Véase :numref:`sec_median`." in built(root)
        assert undo(desk, "mean.md", "es", before.id, "ana").row == before


def test_a_machines_text_in_a_humans_file_that_a_person_edits_is_a_persons(tmp_path: Path) -> None:
    """A synchronization put the sentence there, and nobody had read it."""
    root = make_book(tmp_path, HUMAN)
    text = "La mediana es otra medida. No se mueve cuando un valor está mal."
    item = OpenItem(ItemKind.NEW, 7, HUMAN.index(text), new_source="The median", new_target=text)
    (root / "es" / open_items.NAME).write_text(open_items.dump({"mean.md": FileState((item,))}))
    with opened(root) as desk:
        assert row(desk, "The median is another").status == "machine"
        saved = edit(desk, "The median is another", "La mediana es una medida más.")
        assert saved.where == "es/mean.md:7" and saved.row.status == "human"
        assert row(desk, "It does not move").status == "human", "the item is closed"
