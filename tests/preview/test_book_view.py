"""The book as a whole: what is done of each file, search, and the list of what waits."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.desks import HUMAN, SOURCE, edit, make_book, opened, row

from amts_ext.errors import InputError
from amts_ext.preview.book.search import search
from amts_ext.preview.book.tree import Tree, tree
from amts_ext.preview.book.work_list import WorkItem, items
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.saving import undo

ADD = "We add all"


def counts(found: Tree) -> dict[str, dict[str, int]]:
    return {each.path: dict(each.counts) for each in found.files}


def test_the_tree_counts_what_the_pages_show(tmp_path: Path) -> None:
    with opened(make_book(tmp_path, HUMAN)) as desk:
        found = tree(desk, "es")
        for each in found.files:
            page = desk.live(each.path, "es").page()
            assert each.counts == page.counts
            assert each.title == page.title
        assert [each.path for each in found.files] == desk.documents == ["mean.md", "sum.md"]
        assert found.files[0].title == "La media"
        human = [each.counts["human"] for each in found.files]
        assert human == [7, 1] and found.total.counts["human"] == 8
        rows = sum(found.files[0].counts.values())
        assert found.files[0].read == 7 / rows
        assert found.files[1].read == pytest.approx(1 / 3) and found.files[1].done == 1


def test_the_tree_follows_edits_files_and_other_processes(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root) as desk:
        before = tree(desk, "es")
        edit(desk, ADD, "Sumamos todo.")
        after = tree(desk, "es")
        assert [each.read > 0 for each in after.files] == [True, True], "both have the sentence"
        undo(desk, "mean.md", "es", row(desk, ADD).id, "ana")
        assert tree(desk, "es") == before
        with opened(root) as other:
            edit(other, ADD, "Sumamos todo.")
            assert counts(tree(desk, "es")) == counts(after)
        (root / "mean.md").write_text(SOURCE + "\nA new sentence.\n")
        assert tree(desk, "es").files[0].counts["untranslated"] == 1
        (root / "sum.md").write_bytes(b"# \xff\n")
        broken = tree(desk, "es").files[1]
        assert "not UTF-8" in broken.problem and not broken.counts and broken.done == 0
        assert counts(tree(desk, "zh"))["mean.md"]["machine"] > 0
        with pytest.raises(InputError, match="no language of this preview: pt"):
            tree(desk, "pt")


def test_a_second_look_reads_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(make_book(tmp_path)) as desk:
        first = tree(desk, "es")
        pipeline = desk.book.pipeline("es")
        monkeypatch.setattr(pipeline, "glance", None)
        assert tree(desk, "es") == first


def test_search_finds_both_languages_and_leads_to_the_row(tmp_path: Path) -> None:
    with opened(make_book(tmp_path, HUMAN)) as desk:
        [hit] = search(desk, "MEDIANA es  otra", "es").hits
        page = {each.id: each for each in desk.live(hit.path, "es").page().rows}
        assert page[hit.id].line == hit.line == 6
        assert page[hit.id].target == hit.target and page[hit.id].source == hit.source
        found = search(desk, "values of the sample", "es")
        assert [each.path for each in found.hits] == ["mean.md", "sum.md"] and not found.more
        few = search(desk, "values of the sample", "es", most=1)
        assert len(few.hits) == 1 and few.more
        for nothing in ("", "  ", "no such words"):
            assert not search(desk, nothing, "es").hits


def test_items_of_the_shell_lead_to_their_rows(tmp_path: Path) -> None:
    def checks(desk: Desk, lang: str) -> list[WorkItem]:
        add = row(desk, ADD).source
        return [WorkItem("sum.md", 3, None, "check: numbers", "a number is missing", add),
                WorkItem("mean.md", 7, None, "check: width", "look"),
                WorkItem("", 0, None, "check: terms", "of the whole book")]  # fmt: skip

    def broken(desk: Desk, lang: str) -> list[WorkItem]:
        raise InputError("no such folder", file="es")

    with opened(make_book(tmp_path)) as desk:
        found = items(desk, "es", [checks, broken])
        assert [(each.path, each.line, each.kind) for each in found] == [
            ("", 0, "check: terms"),
            ("", 0, "problem"),
            ("mean.md", 7, "check: width"),
            ("sum.md", 3, "check: numbers"),
        ]
        assert found[1].message == "es: no such folder"
        assert found[3].id == row(desk, ADD, "sum.md").id
        assert found[2].id == row(desk, "It does not move").id
        assert found[0].id is None
