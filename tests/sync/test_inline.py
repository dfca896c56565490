"""``--inline``: open items stand in the files as comments, and nothing reads them as text."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support import book
from support.moving_books import HUMAN, OLD, commit, state_of, sync, with_lock, with_originals
from support.program import Table, write

from amts_ext.human.learning import learn
from amts_ext.human.open_items import ItemKind, OpenItem, read
from amts_ext.memory import Memory
from amts_ext.sync.accept import accept
from amts_ext.sync.inline import noted
from amts_ext.sync.project import SyncSettings, sync_project
from amts_ext.text import notes


def inline(settings: SyncSettings) -> SyncSettings:
    return replace(settings, is_inline=True)


def mean(settings: SyncSettings) -> str:
    return (settings.target / "mean.md").read_text("utf-8")


def test_notes_stand_beside_their_places_and_the_text_is_the_same(tmp_path: Path) -> None:
    plain, settings = (with_originals(tmp_path / name) for name in ("a", "b"))
    sync(plain)
    sync(inline(settings))
    text = mean(settings)
    assert notes.without(text) == mean(plain)
    items = read(settings.target)["mean.md"].items
    assert text.count(notes.BEGIN) == len(items) > 3
    for item in items:
        assert item.now.split("\n")[0] in text.splitlines()[item.line - 1]
    assert "-->\n\nONE LARGE HEIGHT" in text


def test_a_second_run_with_or_without_notes(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    sync(settings)
    plain = mean(settings)
    sync(inline(settings))
    first = state_of(settings.target)
    sync(inline(settings))
    assert state_of(settings.target) == first
    sync(settings)
    assert mean(settings) == plain


def test_accepting_takes_the_notes_out(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    sync(inline(settings))
    line = read(settings.target)["mean.md"].items[0].line
    accept(settings.target, [f"mean.md:{line}"])
    left = read(settings.target)["mean.md"].items
    assert mean(settings).count(notes.BEGIN) == len(left)
    for item in left:
        assert item.now.split("\n")[0] in mean(settings).splitlines()[item.line - 1]
    accept(settings.target)
    assert notes.BEGIN not in mean(settings)
    assert not sync(settings).written


def test_notes_are_no_part_of_what_is_learned(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    sync(inline(settings))
    units = []
    for text in (mean(settings), notes.without(mean(settings))):
        folder = write(tmp_path / str(len(units)), {"mean.md": text})
        with Memory(tmp_path / f"{len(units)}.sqlite") as memory:
            learn(memory, folder, settings.source, ("en", "es"), "md")
            units.append([(u.source, u.target) for u in memory.units()])
    assert units[0] == units[1] and len(units[0]) > 5


@pytest.mark.parametrize(
    "text, place",
    [
        ("* Uno.\n* Dos.\n* Tres.\n", "Dos."),
        ("1. Uno.\n2. Dos.\n3. Tres.\n", "Dos."),
        ("> Uno.\n> Dos.\n", "Uno."),
        ("Texto.\n\n```python\na = 1\n\nb = 2\n```\n\nFin.\n", "b = 2"),
        ("# Título\n:label:`sec`\n\n| a | b |\n|---|---|\n| c | d |\n", "d"),
        ("![Una *media*.](a.svg)\n:label:`fig`\n", "Una"),
    ],
)
def test_a_note_changes_no_structure(text: str, place: str) -> None:
    from markdown_it import MarkdownIt

    item = OpenItem(ItemKind.NEW, 1, text.index(place), "", "a | b -- --> c", "", place)
    new = noted(text, [item])
    assert notes.without(new) == text and new.count(notes.BEGIN) == 1
    render = MarkdownIt("commonmark").enable("table").render
    seen = [line for line in render(new).splitlines() if line and not line.startswith("<!--")]
    bare = [notes.without(line).replace(" </", "</") for line in seen]
    assert bare == [line for line in render(text).splitlines() if line]


def test_the_lock_file_needs_no_notes(tmp_path: Path) -> None:
    settings = inline(with_lock(tmp_path))
    sync_project(settings, translator=Table())
    commit(settings.target)
    assert notes.BEGIN in mean(settings)
    assert not sync(settings).written
    assert OLD != HUMAN


def read_page(path: Path) -> list[str]:
    """The words that a reader sees on a page."""
    page = re.sub(r"<!--.*?-->|<script.*?</script>", "", path.read_text("utf-8"), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", page)).split()


@pytest.mark.slow
def test_no_built_page_shows_a_note(tmp_path: Path) -> None:
    places = [
        "First Section",
        "It has",
        "A straight line",
        "Slopes by",
        "one half",
        "print('alpha')",
        "See :numref",
    ]
    pages = []
    for name in ("without", "with"):
        root = book.make_book(tmp_path / name)
        path = root / "chapter/first.md"
        text = path.read_text("utf-8") + "\n* One.\n* Two.\n\n> A quote.\n"
        at = [text.index(place) for place in [*places, "Two.", "A quote."]]
        items = [OpenItem(ItemKind.NEW, 1, a, "", "a `b` secret", "", text[a : a + 3]) for a in at]
        path.write_text(noted(text, items) if name == "with" else text, "utf-8")
        assert path.read_text("utf-8").count("secret") == (len(items) if name == "with" else 0)
        run = book.d2lbook(root, "build", "html", fake=False)
        assert run.code == 0, run.out
        pages.append(read_page(root / "_build/html/chapter/first.html"))
    assert pages[0] == pages[1] and len(pages[0]) > 50
