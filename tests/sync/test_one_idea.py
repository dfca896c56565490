"""A build and a synchronization keep the same of a human's translation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.places import ROOT
from support.program import Table, write

from amts_ext import formats
from amts_ext.config import load
from amts_ext.d2lbook_ext.destination import Destination
from amts_ext.human import learn
from amts_ext.human.following import HIDDEN, SHOWN, Followed, Older, more_units
from amts_ext.human.mending import Slip
from amts_ext.human.open_items import ItemKind
from amts_ext.memory import Memory
from amts_ext.merging.following import Following
from amts_ext.pipeline.book import open_book, translate_book
from amts_ext.sync import sync_text
from amts_ext.sync.project import SyncSettings, sync_project
from amts_ext.text.masking import mask, unmask
from amts_ext.text.outcome import Source

BASE = """# The Mean

The mean is a kind of sum that many people use every day of the week. Every height counts alike.

It was measured 10 times by 3 people. Nobody wrote the results down.

Let $x$ be less than $y$ here. A cat sleeps on the roof.

The old bridge crosses the river. It will be gone soon.

* Add all of the heights.
* Divide by their number.
"""
HUMAN = """# La media

La media es una clase de suma que mucha gente usa todos los días de la semana.
Cada altura cuenta igual.

La midieron 10 veces 3 personas. Nadie apuntó los resultados.

Sea $x$ menor que $y$ aquí. Un gato duerme en el tejado.

El viejo puente cruza el río. Pronto habrá desaparecido.

* Suma todas las alturas.
* Divide entre su número.
"""
CHANGES = [
    ("many people use every day", "many people use each day"),
    ("10 times", "12 times"),
    ("Let $x$ be less than $y$", "Let $y$ be less than $x$"),
    ("A cat sleeps on the roof.", "Rain falls on the empty market square."),
    ("# The Mean", "# [**The Mean**]"),
    ("* Divide", "* Wait for a moment.\n* Divide"),
    (" Nobody wrote the results down.", ""),
    ("The old bridge crosses the river. It", "The old bridge crosses the river.\n\nIt"),
]
CONFIG = "[project]\nname = book\nlang = en\n\n[amts]\nlangs = es\nhuman_es = es\n"


def sentences(text: str) -> list[str]:
    document = formats.get("d2l").read(text)
    return [" ".join(unmask(segment.parts).split()) for segment in mask(document, "es")]


def book(root: Path, source: str) -> Path:
    config = CONFIG.replace("[amts]", "[build]\nnotebooks = *.md\n\n[amts]")
    texts = {"config.ini": config, "index.md": source}
    return write(root, texts | {"es/index.md": HUMAN, "es/index_origin.md": BASE})


@pytest.mark.parametrize("count", range(len(CHANGES) + 1))
def test_the_prose_of_the_page_is_what_a_synchronization_writes(count: int, tmp_path: Path) -> None:
    """Each change alone, and all of them together."""
    source = BASE
    for old, new in CHANGES[count : count + 1] or CHANGES:
        assert old in source
        source = source.replace(old, new)
    root = book(tmp_path / "book", source)
    translate_book(root / "config.ini", translator=Table())
    page = (root / "_build/translated/es/index.md").read_text("utf-8")
    other = book(tmp_path / "other", source)
    settings = SyncSettings(other, other / "es", "es", config=load(other / "config.ini"))
    sync_project(settings, translator=Table())
    assert sentences(page) == sentences((other / "es/index.md").read_text("utf-8"))


def test_a_kept_sentence_is_told_by_the_build_with_its_line(tmp_path: Path) -> None:
    source = BASE.replace("many people use every day", "many people use each day")
    root = book(tmp_path, source)
    with Memory(tmp_path / "memory.sqlite") as memory:
        follow = Following(("en", "es")).follow
        for _ in range(2):  # the second time from what is kept in the memory
            report = learn(memory, root / "es", root, ("en", "es"), "d2l", follow=follow)
            told = [str(notice) for notice in report.notices]
            assert told == [f"{root / 'es/index.md'}:3: {SHOWN}"]


def authors(root: Path) -> dict[str, list[str]]:
    """The sentences of a build's page by their author."""
    with open_book(load(root / "config.ini")) as opened:
        opened.learn("es")
        path, out = root / "index.md", root / "out/index.md"
        source = Source("index.md", path, "d2l")
        into = Destination({out: source}, root / "out", "es")
        out.parent.mkdir(exist_ok=True)
        pipeline = opened.pipeline("es")
        pipeline.translator = Table()
        pipeline.translate([source], into)
        found: dict[str, list[str]] = {}
        for each in into.sentences():
            found.setdefault(each.author, []).append(each.target)
        return found


def test_just_the_sentence_whose_source_changed_is_marked(tmp_path: Path) -> None:
    """Its neighbour in the paragraph is not; and once it is accepted, neither is marked."""
    source = BASE.replace("many people use every day", "many people use each day")
    root = book(tmp_path, source)
    old = "La media es una clase de suma que mucha gente usa todos los días de la semana."
    found = authors(root)
    assert found["older"] == [old] and "Cada altura cuenta igual." in found["human"]
    assert "machine" not in found
    (root / "es/index_origin.md").write_text(source, "utf-8")
    found = authors(root)
    assert "older" not in found and any(old in each for each in found["human"])


def test_a_conflict_that_the_page_shows_is_marked_and_told(tmp_path: Path) -> None:
    """The demo's sentence changed so much that it is not sure that the human's translates it."""
    demo, name = ROOT / "demo", "chapter_describing/averages.md"
    for folder in ("es", ""):
        texts = (demo / "translations" / folder if folder else demo) / name
        write(tmp_path / folder, {name: texts.read_text("utf-8")})
    base = demo / "translations/es/chapter_describing/averages_origin.md"
    write(tmp_path / "es/chapter_describing", {base.name: base.read_text("utf-8")})
    result = sync_text(
        base.read_text("utf-8"), (tmp_path / name).read_text("utf-8"),
        (tmp_path / "es" / name).read_text("utf-8"), "d2l", target="es",
    )  # fmt: skip
    [conflict] = [item for item in result.items if item.kind is ItemKind.CONFLICT]
    with Memory(tmp_path / "memory.sqlite") as memory:
        follow = Following(("en", "es")).follow
        report = learn(memory, tmp_path / "es", tmp_path, ("en", "es"), "d2l", follow=follow)
        older = [unit for unit in memory.units() if unit.signature]
    assert [unit.target for unit in older] == [conflict.old_target]
    [notice] = report.notices
    assert notice.message == SHOWN and f"line {notice.line} " in older[0].signature


def test_what_is_not_shown_is_told_too() -> None:
    """A place whose text gives no unit: the page has the source translated anew."""
    read = formats.get("md").read
    sum = "It is the sum of all the heights here.\n"  # left in the source's language
    source, human = read(f"A mean is small.\n\n{sum}"), read(f"Una media es pequeña.\n\n{sum}")
    followed = Followed(human, [], [Older(1, 0, 21), Older(3, 23, 60)])
    units, told = more_units([], source, followed, ("en", "es"), "a.md", frozenset())
    assert {unit.target for unit in units if unit.signature} == {"Una media es pequeña."}
    assert told == [Slip(1, SHOWN), Slip(3, HIDDEN)]


def test_the_demo_book(tmp_path: Path) -> None:
    """Its human translations are of an earlier edition; what is not sure is left to a person."""
    demo = shutil.copytree(
        ROOT / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("_build", ".amts")
    )
    config = load(demo / "config.ini")
    translate_book(config, ["es"], demo / "out", translator=Table())
    human = demo / "translations/es"
    settings = SyncSettings(demo, human, "es", config=config)
    result = sync_project(settings, translator=Table())
    unsure = {file.path for file in result.files for i in file.items if i.kind is ItemKind.CONFLICT}
    compared = 0
    for path in sorted(human.rglob("*.md")):
        name = path.relative_to(human).as_posix()
        if path.stem.endswith("_origin") or name in unsure:
            continue
        page = (demo / "out/es" / name).read_text("utf-8")
        assert sentences(page) == sentences(path.read_text("utf-8")), name
        compared += 1
    assert compared >= 5
