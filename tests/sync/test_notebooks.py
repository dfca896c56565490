"""Notebooks that follow their source: cells, outputs, metadata, and every byte of the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.moving_books import state_of, sync
from support.program import write

from amts_ext.errors import DocumentError
from amts_ext.formats import cells
from amts_ext.sync import SyncResult, sync_text
from amts_ext.sync.notebook import NotebookText
from amts_ext.sync.project import Mode, SyncSettings

Cell = dict[str, Any]


def markdown(name: str, text: str, **other: Any) -> Cell:
    cell = {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(text)}
    return cell | other


def code(name: str, text: str, output: str = "", **other: Any) -> Cell:
    outputs = [{"name": "stdout", "output_type": "stream", "text": [output]}] if output else []
    cell = {"cell_type": "code", "execution_count": 1, "id": name, "metadata": {}}
    return cell | {"outputs": outputs, "source": _lines(text)} | other


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def notebook(*found: Cell, kernel: str = "python3", indent: int | None = 1) -> str:
    about = {"kernelspec": {"display_name": kernel, "language": "python", "name": kernel}}
    whole = {"cells": list(found), "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(whole, ensure_ascii=False, indent=indent)
    nbformat.validate(_read(text))
    return text + "\n"


def _read(text: str) -> Any:
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


BASE = [
    markdown("a", "# The mean\n\nThe mean of ten heights is a single number."),
    code("b", "h = [1, 2]\n\nprint(mean(h))  # their mean", "1.5\n"),
    markdown("c", "Every height counts alike."),
    markdown("d", "The median is another number.\n\nIt lies in the middle of all heights."),
    code("e", "plot(h)", "old\n"),
]
HUMAN = [
    markdown("a", "# La media\n\nLa media de diez alturas es un solo número."),
    code("b", "h = [1, 2]\n\nprint(mean(h))  # su media", "1.5\n"),
    markdown("c", "Cada altura cuenta igual."),
    markdown("own", "Nota de la traductora: aquí se dice promedio.", metadata={"tags": ["nota"]}),
    markdown("d", "La mediana es otro número.\n\nEstá en medio de todas las alturas."),
    code("e", "plot(h)", "old\n"),
]


def machine(sentences: list[str]) -> list[str]:
    return [f"M {sentence}" for sentence in sentences]


def synced(*source: Cell, human: list[Cell] | None = None, **about: Any) -> SyncResult:
    texts = notebook(*BASE), notebook(*source, **about), notebook(*(human or HUMAN))
    return sync_text(*texts, "ipynb", "en", "es", machine)


def read(result: SyncResult) -> list[Cell]:
    nbformat.validate(_read(result.text))
    found: list[Cell] = json.loads(result.text)["cells"]
    return found


def test_without_a_change_every_byte_stays() -> None:
    for indent in (None, 1, 4):
        text = notebook(*HUMAN, indent=indent)
        base = notebook(*BASE)
        assert sync_text(base, base, text, "ipynb", "en", "es", machine).text == text


def test_a_changed_sentence_changes_its_cell_and_no_other_byte() -> None:
    new = [*BASE[:2], markdown("c", "The wind blows from the sea."), *BASE[3:]]
    result = synced(*new)
    before = notebook(*HUMAN)
    assert result.text == before.replace(
        "Cada altura cuenta igual.", "M The wind blows from the sea."
    )
    [item] = result.items
    assert "M The wind" in result.text.splitlines()[item.line - 1]


def test_new_cells_are_those_of_the_source() -> None:
    tags = {"metadata": {"tags": ["hide"]}}
    new = [
        markdown("z", "".join(BASE[0]["source"])),
        *BASE[1:3],
        code("x", "print(median(h))", "2\n", **tags),
        markdown("a", "Rain falls."),
        *BASE[3:],
    ]
    found = read(synced(*new))
    assert [c["source"] for c in found[3:5]] == [["print(median(h))"], ["M Rain falls."]]
    assert found[3]["metadata"] == {"tags": ["hide"]} and found[3]["outputs"][0]["text"] == ["2\n"]
    assert [c for c in found if c["id"] == "a"] == HUMAN[:1], "an id stands once"
    assert [c for c in found if c not in (found[3], found[4])] == HUMAN


def test_a_cell_that_the_source_lost_goes_and_the_humans_own_stays() -> None:
    found = read(synced(*BASE[:3], *BASE[4:]))
    assert [c["id"] for c in found] == ["a", "b", "c", "own", "e"]
    assert found[3] == HUMAN[3]


def test_code_follows_with_its_outputs_and_the_humans_comment() -> None:
    new = [BASE[0], code("b", "h = [1, 2, 6]\n\nprint(mean(h))  # their mean", "3.0\n"), *BASE[2:4]]
    found = read(synced(*new, code("e", "plot(h)", "new\n", execution_count=7)))
    assert "".join(found[1]["source"]) == "h = [1, 2, 6]\n\nprint(mean(h))  # su media"
    assert found[1]["outputs"][0]["text"] == ["3.0\n"]
    assert (found[5]["outputs"][0]["text"], found[5]["execution_count"]) == (["new\n"], 7)


def test_outputs_of_the_humans_own_code_stay() -> None:
    human = [*HUMAN[:5], code("e", "plot(h, 'altura')", "altura\n")]
    found = read(synced(*BASE[:4], code("e", "plot(h)", "new\n"), human=human))
    assert found[5] == human[5]


def test_metadata_and_kernel_follow_where_they_are_as_in_the_base() -> None:
    new = [*BASE[:4], code("e", "plot(h)", "old\n", metadata={"tags": ["wide"]})]
    found = json.loads(synced(*new, kernel="python4").text)
    assert found["cells"][5]["metadata"] == {"tags": ["wide"]}
    assert found["metadata"]["kernelspec"]["name"] == "python4"


def test_empty_cells_stay_where_they_are() -> None:
    human = [*HUMAN[:1], markdown("empty", ""), *HUMAN[1:]]
    new = [*BASE[:2], markdown("c", "The wind blows."), *BASE[3:]]
    assert read(synced(*new, human=human))[1]["id"] == "empty"


@pytest.mark.parametrize("line", [cells.BETWEEN, cells.END, "⟪code⟫"])
def test_a_line_that_divides_cells_is_refused(line: str) -> None:
    with pytest.raises(DocumentError, match="cell 2 has a line"):
        NotebookText.of(notebook(BASE[0], code("b", f"x = 1\n{line}\n")))


def test_a_book_of_notebooks_follows_and_a_broken_one_is_one(tmp_path: Path) -> None:
    new = [*BASE[:2], markdown("c", "The wind blows from the sea."), *BASE[3:]]
    source = write(tmp_path / "en", {"mean.ipynb": notebook(*new), "bad.ipynb": "{"})
    originals = {"mean_origin.ipynb": notebook(*BASE), "bad_origin.ipynb": notebook(*BASE)}
    texts = {"mean.ipynb": notebook(*HUMAN), "bad.ipynb": notebook(*HUMAN)}
    target = write(tmp_path / "es", originals | texts)
    settings = SyncSettings(source, target, "es")
    assert sync(settings, Mode.CHECK).written == [
        "amts-items.json",
        "mean.ipynb",
        "mean_origin.ipynb",
    ]
    result = sync(settings)
    assert [str(p.file) for p in result.problems] == [str(source / "bad.ipynb")]
    text = (target / "mean.ipynb").read_text("utf-8")
    assert "THE WIND BLOWS" in text and "Nota de la traductora" in text
    [file] = result.files
    assert "THE WIND" in text.splitlines()[file.items[0].line - 1]
    assert (target / "mean_origin.ipynb").read_text("utf-8") == notebook(*new)
    assert (target / "bad.ipynb").read_text("utf-8") == texts["bad.ipynb"]
    before = state_of(target)
    sync(settings)
    assert state_of(target) == before
