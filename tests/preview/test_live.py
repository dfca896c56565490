"""One document kept up to date: what an edit changes, and what stays."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.shown import notebook

from amts_ext.config import without_file
from amts_ext.errors import DocumentError, InputError
from amts_ext.languages.profiles import load
from amts_ext.memory.sqlite import ShortMemory
from amts_ext.model import Origin, Unit
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.book import open_book
from amts_ext.preview.desk import KEPT, Desk
from amts_ext.preview.live import Live, Update
from amts_ext.text.outcome import Source

PAIR = ("en", "pt")


def live(memory: ShortMemory | None = None, format: str = "md", file: Path | None = None) -> Live:
    return Live(Pipeline("en", "pt", load("pt"), memory, None), "a.md", format, file)


class Screen:
    """What a browser shows that gets updates only."""

    def __init__(self) -> None:
        self.chunks: dict[str, str] = {}
        self.rows: dict[str, object] = {}
        self.left: list[str] = []
        self.right: list[str] = []

    def take(self, update: Update) -> None:
        self.chunks |= update.chunks
        self.rows |= {row.id: row for row in update.rows}
        self.rows = {i: self.rows[i] for i in update.order}
        self.left = [self.chunks[i] for i in update.left]
        self.right = [self.chunks[i] for i in update.right]


SENTENCES = ["Herons wait.", "They $x$ eat.", "A *fish* swims.", "It rains.", "They eat."]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), max_size=6), st.data()
)
def test_updates_lead_to_what_the_whole_page_shows(
    paragraphs: list[list[str]], data: st.DataObject
) -> None:
    document, screen = live(), Screen()
    chance = random.Random(data.draw(st.integers(0, 9999)))
    for _ in range(4):
        screen.take(document.update("\n\n".join(map(" ".join, paragraphs))))
        page = document.page()
        assert screen.left == [chunk.html for chunk in page.left]
        assert screen.right == [chunk.html for chunk in page.right]
        assert list(screen.rows.values()) == list(page.rows)
        for paragraph in paragraphs[:1]:
            paragraph[chance.randrange(len(paragraph))] = chance.choice(SENTENCES)
        chance.shuffle(paragraphs)


def test_an_edit_changes_its_own_chunk_of_each_side_and_row() -> None:
    document = live()
    text = "\n\n".join(f"Heron {n} waits. It eats {n} fish." for n in range(300))
    document.update(text)
    update = document.update(text.replace("It eats 7 fish.", "It sleeps."))
    assert [row.source for row in update.rows] == ["It sleeps."]
    assert len(update.chunks) == 2 and update and document.revision == 2
    assert not document.update() and document.revision == 2


def test_a_paragraph_that_moves_is_not_sent_again() -> None:
    document = live()
    document.update("One heron.\n\nTwo herons.\n")
    update = document.update("Two herons.\n\nOne heron.\n")
    assert update.moved and not update.chunks
    assert [row.line for row in update.rows] == [1, 3], "their lines have changed"


def test_a_unit_that_the_memory_gets_is_shown() -> None:
    with ShortMemory() as memory:
        document = live(memory)
        [row] = document.update("Let $x$ be **big**.").rows
        assert (row.status, row.target) == ("untranslated", "") and not row.read
        assert row.slots == {
            "⟦math1⟧": "$x$",
            "⟦strong2⟧": "**",
            "⟦/strong2⟧": "**",
        }
        target = "Seja ⟦math1⟧ ⟦strong2⟧grande⟦/strong2⟧."
        memory.store([Unit(row.source, target, PAIR, Origin.HUMAN)])
        [after] = document.update().rows
        assert (after.id, after.status, after.target) == (row.id, "human", target) and after.read
        assert after.version != row.version
        assert "<strong>grande</strong>" in document.page().right[0].html


def test_two_sentences_of_the_same_words_are_two_rows() -> None:
    document = live()
    update = document.update("It rains. It rains.\n\nIt rains.\n")
    assert len(set(update.order)) == 3
    assert [document.outcome(i).segment.start for i in update.order] == [0, 10, 21]


def test_a_file_that_cannot_be_read_leaves_what_was_shown(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(notebook(["# Herons"]))
    document = live(format="ipynb", file=file)
    document.update()
    file.write_text(notebook(["# Herons", "They wait."])[:40])
    with pytest.raises(DocumentError, match="not a notebook"):
        document.update()
    assert [row.source for row in document.page().rows] == ["Herons"]
    file.write_text(notebook(["# Herons", "They wait."]))
    assert [row.source for row in document.update().rows] == ["They wait."]


def test_an_editors_text_is_shown_until_it_is_given_back(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("Saved.\n")
    document = live(file=file)
    assert [row.source for row in document.update("Not saved.").rows] == ["Not saved."]
    assert not document.update()
    document.write_as(None)
    assert [row.source for row in document.update().rows] == ["Saved."]


def test_a_desk_opens_documents_of_the_book_only(tmp_path: Path) -> None:
    for n in range(KEPT + 2):
        (tmp_path / f"{n}.md").write_text(f"# Heron {n}\n")
    outside = tmp_path.parent / "outside.md"
    outside.write_text("Secret.\n")
    with open_book(without_file(tmp_path, "book")) as book:
        desk = Desk(book, ["pt", "es"])
        for path in ("../outside.md", str(outside), "", ".", "0.md/", "./0.md", "x.md", "0.md\0"):
            with pytest.raises(InputError):
                desk.live(path, "pt")
        with pytest.raises(InputError, match="--lang"):
            desk.live("0.md", "zh")
        assert desk.live("0", "pt") is desk.live("0.md", "pt"), "as the pages of a build are named"
        assert desk.live("0.md", "pt") is desk.live("0.md", "pt") is not desk.live("0.md", "es")
        for n in range(KEPT + 2):
            desk.live(f"{n}.md", "pt")
        assert len(desk.shown()) == KEPT
        (tmp_path / "new.md").write_text("# New\n")
        (tmp_path / f"{KEPT}.md").unlink()
        assert desk.look() and "new.md" in desk.documents and not desk.look()
        assert not desk.shown(f"{KEPT}.md")
        given = Desk(book, ["pt"], [Source("1.md", tmp_path / "1.md", "md")])
        assert given.documents == ["1.md"]


def test_a_page_can_be_sent_as_json() -> None:
    from dataclasses import asdict

    document = live()
    document.update("# A\n\nLet $x$ be.\n")
    page = json.loads(json.dumps(asdict(document.page())))
    assert page["direction"] == "ltr" and page["title"] == "A" and page["source_lang"] == "en"
