"""``amts po``: filling catalogs from the command line, and units to catalogs and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.program import amts, one_line, write
from support.units import human, machine

from amts_ext.memory import Memory
from amts_ext.model import Origin
from amts_ext.pairs.po import PoFile

HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
PO = "locale/zh_CN/LC_MESSAGES/a.po"


def catalog(**messages: str) -> str:
    entries = (f'\nmsgid "{id}."\nmsgstr "{text}"\n' for id, text in messages.items())
    return HEADER + "".join(entries)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book with a catalog, and a memory of three units."""
    write(tmp_path, {"config.ini": "[amts]\nlangs = zh\n", PO: catalog(Cats="")})
    with Memory(tmp_path / ".amts/memory.sqlite") as memory:
        memory.store([
            human("Cats.", "猫们。", document="a.md", position=3),
            human("Use ⟦code1⟧ ⟦math2⟧.", "用⟦code1⟧⟦own1⟧。", contents="0f", literals=("*x*",)),
            machine("Use ⟦strong1⟧it⟦/strong1⟧.", "用⟦strong1⟧它⟦/strong1⟧。"),
            machine("Cats.", "猫。"),
        ])  # fmt: skip
    return tmp_path


def units(folder: Path) -> dict[str, tuple[str, ...]]:
    with Memory(folder / ".amts/memory.sqlite") as memory:
        found = [unit for unit in memory.units(("en", "zh")) if unit.origin is Origin.HUMAN]
    return {u.target: (u.source, u.contents, *u.literals) for u in found}


# --- fill ----------------------------------------------------------------------------------------


def test_what_the_memory_has_fills_a_catalog(folder: Path) -> None:
    done = amts(folder, "po", "fill", "locale", "--frozen")
    assert (done.code, done.out) == (0, "zh: 1 catalogs, 1 messages: 1 filled\n"), done.err
    assert 'msgid "Cats."\nmsgstr "猫们。"\n' in (folder / PO).read_text("utf-8")
    told = amts(folder, "po", "fill", PO, "--lang", "zh", "--frozen", "--json").json
    assert told == [
        {"lang": "zh", "catalogs": 1, "messages": {"filled before": 1}, "written": [],
         "problems": []}
    ]  # fmt: skip


def test_what_lacks_is_exit_three_if_frozen_and_an_estimate_if_dry(folder: Path) -> None:
    write(folder, {PO: catalog(Cats="", Dogs="")})
    done = amts(folder, "po", "fill", "locale", "--frozen")
    assert done.code == 3 and f"{PO}:9:1: Dogs." in done.err
    done = amts(folder, "po", "fill", "locale", "--dry-run")
    assert done.code == 0 and "1 to send (5 characters)" in done.out
    assert (folder / PO).read_text("utf-8") == catalog(Cats="", Dogs="")


def test_a_broken_catalog_is_exit_one_and_the_others_are_filled(folder: Path) -> None:
    broken = catalog(Cats="") + "=======\n"
    write(folder, {PO.replace("a.po", "b.po"): broken})
    done = amts(folder, "po", "fill", "locale", "--frozen")
    assert done.code == 1 and one_line(done).startswith(f"{PO.replace('a.po', 'b.po')}:8: ")
    assert "猫们" in (folder / PO).read_text("utf-8")


def test_wrong_use_is_exit_two(folder: Path) -> None:
    done = amts(folder, "po", "fill", "nowhere")
    assert done.code == 2 and "nowhere" in one_line(done)
    done = amts(folder, "po", "fill", "locale", "--lang", "ja")
    assert done.code == 2 and "sphinx-intl update -l ja" in one_line(done)


def test_a_book_without_config_ini_keeps_its_memory_in_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {PO: catalog(Cats="猫。"), "locale/zh_CN/LC_MESSAGES/b.po": catalog(Cats="")})
    done = amts(tmp_path, "po", "fill", "locale", "--from", "en")
    assert (done.code, done.out) == (0, "zh: 2 catalogs, 2 messages: 1 human, 1 filled\n")
    assert (tmp_path / ".amts/memory.sqlite").exists()


# --- export and import ---------------------------------------------------------------------------


def test_units_go_out_and_come_back_as_they_were(folder: Path) -> None:
    done = amts(folder, "po", "export", "units.po")
    assert (done.code, done.out) == (0, "units.po: 3 messages\n")
    file = PoFile.read((folder / "units.po").read_bytes(), "units.po")
    assert {m.id: "fuzzy" in m.flags for m in file.messages if m.id} == {
        "Cats.": False, "Use ⟦code1⟧ ⟦math2⟧.": False, "Use ⟦strong1⟧it⟦/strong1⟧.": True,
    }  # fmt: skip
    before = units(folder)
    done = amts(folder, "po", "import", "units.po")
    assert (done.code, done.out) == (0, "2 human units, 0 of them new\n")
    assert units(folder) == before
    (folder / ".amts/memory.sqlite").unlink()
    assert amts(folder, "po", "import", "units.po").out == "2 human units, 2 of them new\n"
    assert units(folder) == before


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / "units.po").read_text("utf-8")
    assert old in text
    (folder / "units.po").write_text(text.replace(old, new), "utf-8")


def test_what_a_human_edits_or_approves_comes_back_as_a_humans(folder: Path) -> None:
    amts(folder, "po", "export", "units.po")
    edit(folder, "#, fuzzy\n", "")
    edit(folder, "猫们。", "猫咪。")
    assert amts(folder, "po", "import", "units.po").out == "3 human units, 2 of them new\n"
    assert {"用⟦strong1⟧它⟦/strong1⟧。", "猫咪。"} < units(folder).keys()
    done = amts(folder, "po", "fill", "locale", "--frozen")
    assert done.code == 0 and "猫咪" in (folder / PO).read_text("utf-8")


def test_a_translation_without_its_tokens_is_listed_and_not_taken(folder: Path) -> None:
    amts(folder, "po", "export", "units.po")
    edit(folder, "#, fuzzy\n", "")
    edit(folder, "用⟦strong1⟧它⟦/strong1⟧。", "用⟦strong1⟧它。")
    edit(folder, "猫们。", "⟦math7⟧猫。")
    done = amts(folder, "po", "import", "units.po")
    assert (done.code, done.out) == (1, "1 human units, 0 of them new\n")
    assert "lost ⟦/strong1⟧" in done.err and "invented ⟦math7⟧" in done.err
    assert all(line.startswith("units.po:") for line in done.err.splitlines())


def test_an_export_replaces_no_ones_work(folder: Path) -> None:
    done = amts(folder, "po", "export", PO)
    assert done.code == 2 and "is no catalog of `amts po export`" in one_line(done)
    amts(folder, "po", "export", "units.po")
    edit(folder, "用⟦strong1⟧它", "用⟦strong1⟧那个")
    done = amts(folder, "po", "export", "units.po")
    assert done.code == 2 and "has 1 edited translations that the memory lacks" in one_line(done)
    edit(folder, "#, fuzzy\n", "")
    assert amts(folder, "po", "import", "units.po").code == 0
    assert amts(folder, "po", "export", "units.po").code == 0


def test_an_export_without_a_memory_and_a_broken_import_are_told(folder: Path) -> None:
    done = amts(folder, "po", "export", "units.po", "--memory", "none.sqlite")
    assert done.code == 2 and "there is no translation memory" in one_line(done)
    write(folder, {"bad.po": "<<<<<<< HEAD\n", "good.po": catalog(Dogs="狗。")})
    done = amts(folder, "po", "import", "bad.po", "good.po")
    assert (done.code, done.out) == (1, "1 human units, 1 of them new\n")
    assert one_line(done).startswith("bad.po:1: the marks of a merge conflict")
