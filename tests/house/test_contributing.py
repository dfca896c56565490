"""What CONTRIBUTING.md shows works: each of its examples is run as somebody's own extension."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support.places import ROOT
from support.program import write

from amts_ext import project, translate_text
from amts_ext.formats.base import Edit
from amts_ext.service.engines import base as engines

PAGE = ROOT / "CONTRIBUTING.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="only a checkout has CONTRIBUTING.md")
BLOCK = re.compile(r"<!-- example: (\w+) -->\n```python\n(.*?)```\n\n```ini\n(.*?)```", re.S)


def example(name: str) -> Any:
    """The class of one section's example, which its entry point names too."""
    found = {kind: (code, ini) for kind, code, ini in BLOCK.findall(PAGE.read_text("utf-8"))}
    code, ini = found[name]
    module = ModuleType("mypackage")
    exec(compile(code, f"{PAGE.name}: {name}", "exec"), module.__dict__)
    assert f"amts_ext.{name}s =" in ini
    own = [v for v in vars(module).values() if getattr(v, "__module__", "") == "mypackage"]
    assert len(own) == 1
    return own[0]


def test_the_format() -> None:
    lines = example("format")()
    text = "One line.\n# A comment.\n   Another.\n"
    document = lines.read(text)
    assert [text[b.start : b.end] for b in document.blocks] == ["One line.", "Another."]
    edits = [Edit(b.start, b.end, text[b.start : b.end].upper()) for b in document.blocks]
    assert lines.write(document, edits) == "ONE LINE.\n# A comment.\n   ANOTHER.\n"


def test_the_engine() -> None:
    engine = example("engine")(engines.EngineOptions())
    engine.check("en", "pt")
    engine.prepare("en", "pt")
    assert engine.version("en", "pt") == "shouting-1"
    assert engine.load("en", "pt").translate(["One.", "Two."]) == ["ONE.", "TWO."]


def test_the_translator() -> None:
    translator = example("translator")()
    translated = translate_text("Let $x$ be **any** number.", target="pt", translate=translator)
    assert translated == "LET $x$ BE **ANY** NUMBER."


def test_the_project(tmp_path: Path) -> None:
    wiki = example("project")
    write(tmp_path, {"a.md": "One.\n"})
    assert wiki.find(tmp_path, tmp_path / project.SETTINGS) is None
    write(tmp_path, {"wiki.toml": ""})
    found = wiki.find(tmp_path, tmp_path / project.SETTINGS)
    assert [d.name for d in found.documents()] == ["a.md"]


def test_every_room_that_the_page_names_is_there() -> None:
    table = PAGE.read_text("utf-8").split("## Find your way")[1].split("\n## ")[0]
    rooms = re.findall(r"`([\w/.]+/|[\w/]+\.py)", table)
    missing = [r for r in rooms if not any((ROOT / p / r).exists() for p in ("amts_ext", "."))]
    assert len(rooms) > 10 and not missing
