"""The house is as docs/architecture.md shows it: its way, its rooms, and one name for one thing."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path

import pytest
from support.places import ROOT

PAGE = ROOT / "docs" / "architecture.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="only a checkout has docs/")
STEP = re.compile(r"`([\w/]+\.py):([\w.]+)`")


def steps() -> list[tuple[str, str]]:
    way = PAGE.read_text("utf-8").split("## The way in code")[1].split("\n## ")[0]
    return STEP.findall(way)


def names(path: Path) -> set[str]:
    """Functions and classes of a module, and ``Class.method``."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (n for n in node.body if isinstance(n, ast.FunctionDef))
            found |= {f"{node.name}.{method.name}" for method in inner}
    return found


@pytest.mark.parametrize(("file", "name"), steps())
def test_a_step_of_the_way_exists(file: str, name: str) -> None:
    assert name in names(ROOT / "amts_ext" / file)


def test_the_way_goes_downwards_only() -> None:
    rules = configparser.ConfigParser(interpolation=None)
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    floors = rules["importlinter:contract:floors"]["layers"].split("\n")
    floor = {room.strip(): -i for i, rooms in enumerate(floors) for room in rooms.split(":")}
    way = [floor[file.split("/")[0]] for file, _ in steps()]
    assert way == sorted(way, reverse=True)


def test_the_way_is_short() -> None:
    way = PAGE.read_text("utf-8").split("## The way in code")[1].split("\n## ")[0]
    assert len(re.findall(r"^\d+\. ", way, re.M)) <= 12 and len(steps()) > 12


def test_the_top_of_the_package_can_be_overlooked() -> None:
    def entries(folder: Path) -> int:
        return sum(not p.name.startswith("__pycache__") for p in folder.iterdir())

    package = ROOT / "amts_ext"
    assert entries(package) <= 33 and entries(package / "service") <= 14
    sizes = sorted(len(p.read_text("utf-8").splitlines()) for p in package.rglob("*.py"))
    assert sizes[-1] <= 400 and sizes[len(sizes) // 2] < 130


def test_one_noun_means_one_thing() -> None:
    files = (ROOT / "amts_ext").rglob("*.py")
    every = [node for file in files for node in ast.parse(file.read_text("utf-8")).body]
    classes = [c.name for c in every if isinstance(c, ast.ClassDef) and c.name[0] != "_"]
    assert sorted(classes) == sorted(set(classes)), "a public class name stands twice"


def test_every_folder_says_what_it_is() -> None:
    for file in (ROOT / "amts_ext").rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        assert len(said) > 40, file
