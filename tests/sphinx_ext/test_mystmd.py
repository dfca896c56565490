"""A book of mystmd is written in other languages: the project that its own tool builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from support.program import Table, write
from support.sphinx_books import notebook

from amts_ext import translators
from amts_ext.cli import main
from amts_ext.errors import DocumentError
from amts_ext.sphinx_ext.mystmd.settings import Words

SETTINGS = """# the book
version: 1
project:
  title: The herons  # of the lake
  description: >-
    A book of
    birds
  keywords: [birds]
  github: https://example.org/herons
  toc:
    - file: index.md
    - title: The first part
      children:
        - file: birds.md
          title: 'Only "birds"'
        - file: numbers.ipynb
site:
  nav:
    - title: Another book
      url: https://example.org
  options:
    logo_text: The herons
"""
INDEX = "---\ntitle: The herons\n---\n\nRead {ref}`sec-birds`.\n\n![a grey bird](img/heron.png)\n"
BIRDS = "(sec-birds)=\n# The birds\n\n:::{note}\nThey wait.\n:::\n\n```{include} part.md\n```\n"
CELLS = [("markdown", "# Numbers\n\n```{tip}\nCount them.\n```"), ("code", "print(1)  # one")]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The book, which is the working folder; nothing that builds it is installed."""
    texts = {"index.md": INDEX, "birds.md": BIRDS, "part.md": "An included sentence.\n"}
    texts |= {"myst.yml": SETTINGS, "numbers.ipynb": notebook(CELLS), "refs.bib": "@book{a,}\n"}
    root = write(tmp_path / "book", {**texts, "img/heron.png": "x", ".git/config": "x"})
    monkeypatch.chdir(root)
    monkeypatch.setattr(translators, "make", lambda config: Table())
    monkeypatch.setattr(shutil, "which", lambda name: None)
    return root


def out(lang: str = "es") -> Path:
    return Path("_build/amts") / lang


def test_the_whole_source_is_there_in_each_language(book: Path) -> None:
    assert main(["build", "--lang", "es,zh"]) == 0
    for lang in ("es", "zh"):
        made = {p.relative_to(out(lang)).as_posix() for p in out(lang).rglob("*") if p.is_file()}
        assert made == {
            *("birds.md", "img/heron.png", "index.md", "myst.yml", "numbers.ipynb"),
            *("part.md", "refs.bib"),
        }
    assert (out() / "birds.md").read_text("utf-8") == BIRDS.replace(
        "The birds", "THE BIRDS"
    ).replace("They wait", "THEY WAIT")
    assert "title: THE HERONS" in (out() / "index.md").read_text("utf-8")
    cells = json.loads((out() / "numbers.ipynb").read_text("utf-8"))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == [
        "# NUMBERS\n\n```{tip}\nCOUNT THEM.\n```",
        CELLS[1][1],
    ]


def test_titles_and_the_table_of_contents_are_translated_and_nothing_else(book: Path) -> None:
    assert main(["build", "--lang", "es"]) == 0
    text = (out() / "myst.yml").read_text("utf-8")
    said, source = yaml.safe_load(text), yaml.safe_load(SETTINGS)
    part = said["project"]["toc"][1]
    assert (part["title"], part["children"][0]["title"]) == ("THE FIRST PART", 'ONLY "BIRDS"')
    assert said["project"]["description"] == "A BOOK OF BIRDS"
    assert said["site"]["options"]["logo_text"] == "THE HERONS"
    assert said["site"]["nav"] == [{"title": "ANOTHER BOOK", "url": "https://example.org"}]
    assert said["project"]["keywords"] == source["project"]["keywords"]
    kept = ("# the book", "# of the lake", "    - file: index.md", "  keywords: [birds]")
    assert all(line in text for line in kept)


def test_without_a_translation_the_settings_keep_every_byte() -> None:
    assert Words(SETTINGS).replaced({}) == SETTINGS


def test_a_second_build_writes_nothing_and_what_left_the_source_goes(book: Path) -> None:
    main(["build", "--lang", "es"])
    write(out(), {"_build/site/page.json": "built"})
    before = {p: p.stat().st_mtime_ns for p in out().rglob("*") if p.is_file()}
    (book / "refs.bib").unlink()
    main(["build", "--lang", "es"])
    del before[out() / "refs.bib"]
    assert {p: p.stat().st_mtime_ns for p in out().rglob("*") if p.is_file()} == before


def test_a_link_to_a_folder_above_is_no_part_of_the_book(book: Path) -> None:
    (book / "img/again").symlink_to(book)
    assert main(["build", "--lang", "es"]) == 0
    assert not (out() / "img/again").exists()


def test_a_frozen_build_writes_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--lang", "es", "--frozen"]) == 3
    assert "birds.md:2: The birds" in capsys.readouterr().err
    assert not (out() / "myst.yml").exists()


def test_the_tool_runs_in_each_project_with_the_words_behind_the_dashes(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = book.parent / "myst"
    script.write_text('#!/bin/sh\necho "$@" > said.txt\n')
    script.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(script) if name == "myst" else None)
    assert main(["build", "--lang", "es,zh", "--", "--site", "--strict"]) == 0
    assert [(out(lang) / "said.txt").read_text() for lang in ("es", "zh")] == [
        "build --site --strict\n"
    ] * 2
    script.write_text("#!/bin/sh\nexit 1\n")
    assert main(["build", "--lang", "es"]) == 2


@pytest.mark.parametrize("lang", [[], ["--lang", "xx"]])
def test_a_wrong_language_is_told_in_one_line(
    book: Path, lang: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", *lang]) == 2
    said = capsys.readouterr().err
    assert said.startswith("amts: ") and said.count("\n") == 1


def test_broken_settings_are_told_with_their_line() -> None:
    with pytest.raises(DocumentError, match=r"myst\.yml:2: no YAML"):
        Words("a: [1\nb: 2\n")


@pytest.mark.skipif(
    shutil.which("myst") is None, reason="mystmd is not installed: pip install mystmd (and node)"
)
def test_mystmd_itself_reads_the_project(book: Path) -> None:
    """Its JSON is made without a network; the pages need templates that it loads."""
    main(["build", "--lang", "es"])
    myst = next(
        p for f in os.environ["PATH"].split(":") if os.access(p := Path(f) / "myst", os.X_OK)
    )
    done = subprocess.run(
        [str(myst), "build", "--site"], cwd=out(), capture_output=True, text=True, check=False
    )
    assert "⛔️ birds" not in done.stdout
    page = (out() / "_build/site/content/birds.json").read_text("utf-8")
    assert "THE BIRDS" in page and "AN INCLUDED SENTENCE." in page
    index = (out() / "_build/site/content/index.json").read_text("utf-8")
    assert '"kind":"heading"' in index or "THE BIRDS" in index
