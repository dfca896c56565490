"""Documents that are broken, unbalanced, empty or huge: listed; the others go on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from support.program import Done, Table, amts, files, notebook, one_line, write
from support.pseudo import upper

import amts_ext

# --- documents -----------------------------------------------------------------------------------

GOOD = "The house is big.\n"
NO_SOURCE = '{"nbformat": 4, "cells": [\n{"source": "x"},\n{"cell_type": "markdown"}]}'
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "json.ipynb": ('{"cells": [\n {"x": }]}', ":2: not a notebook: invalid JSON (Expecting value,"),
    "empty.ipynb": ("", ":1: not a notebook: invalid JSON"),
    "three.ipynb": (
        '{"nbformat": 3}',
        ":1: notebook format 3 is not supported, only nbformat 4; c",
    ),
    "list.ipynb": ("[1]", ":1: not a notebook: its JSON has no 'nbformat'; restore the file"),
    "cells.ipynb": ('{"nbformat": 4}', ":1: not a notebook: its JSON has no 'cells'; restore"),
    "source.ipynb": (NO_SOURCE, ":3: cell 2 has no 'source' (a string or a list of strings); rep"),
    "deep.ipynb": ('{"x":' + "[" * 90_000, ":1: not a notebook: its JSON is nested too deeply; re"),
    "digits.ipynb": (
        f'{{"nbformat": 4, "cells": [], "metadata": {{"n": {"5" * 5000}}}}}',
        ":1: not a notebook: a number in its JSON has too many digits; restore",
    ),
    "latin.md": (b"fine\n\nr\xe9sum\xe9\n", ":3: not UTF-8 (byte 0xe9); save the file as UTF-8"),
    "utf16.md": ("The house.\n".encode("utf-16"), ":1: not UTF-8 (byte 0xff); save the file as UT"),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """All broken files beside two good ones, translated in one run."""
    root = tmp_path_factory.mktemp("mixed")
    write(root, {f"src/{name}": text for name, (text, _) in BROKEN.items()})
    write(root, {"src/good.md": GOOD, "src/zgood.ipynb": notebook(("markdown", GOOD))})
    return root, amts(root, "translate", "src", "--to", "pt", "-o", "out", "--json")


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_listed_with_its_line(name: str, mixed: tuple[Path, Done]) -> None:
    found = [p for p in mixed[1].json["problems"] if p["file"] == f"src/{name}"]
    assert len(found) == 1
    line = f":{found[0]['line']}: {found[0]['reason']}"
    assert line.startswith(BROKEN[name][1]) and "\n" not in line


def test_the_other_documents_go_on(mixed: tuple[Path, Done]) -> None:
    root, done = mixed
    assert (done.code, done.err) == (1, "")
    assert len(done.json["problems"]) == len(BROKEN)
    assert files(root / "out") == {"good.md", "zgood.ipynb", ".amts/memory.sqlite"}
    assert (root / "out/good.md").read_text("utf-8") == "A casa é grande.\n"


def test_a_single_broken_document_is_wrong_input(tmp_path: Path) -> None:
    write(tmp_path, {"a.ipynb": "{"})
    done = amts(tmp_path, "translate", "a.ipynb", "--to", "pt", "-o", "out")
    assert done.code == 2 and one_line(done).startswith("a.ipynb:1: not a notebook")
    assert not (tmp_path / "out/a.ipynb").exists()
    done = amts(tmp_path, "segments", "a.ipynb")
    assert done.code == 2 and one_line(done).startswith("amts: a.ipynb:1: not a notebook")


def capitals(text: str, format: str = "md") -> str:
    translated = amts_ext.translate_text(text, format, target="pt", translate=upper)
    same = amts_ext.translate_text(text, format, target="pt", translate=lambda texts: texts)
    assert same == text, "identity is byte for byte"
    return translated


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    text = (
        "# a title\r\n\r\none line\r\nand two. three\r\n\r\n| a | b |\r\n|--|--|\r\n| c | d |\r\n"
    )
    wanted = "# A TITLE\r\n\r\nONE LINE AND TWO. THREE\r\n\r\n| A | B |\r\n|--|--|\r\n| C | D |\r\n"
    for format in ("md", "d2l"):
        assert capitals(text, format) == wanted
    path = write(tmp_path, {"a.md": text}) / "a.md"
    amts_ext.translate_file(path, tmp_path / "b.md", target="pt", translate=Table())
    assert (tmp_path / "b.md").read_bytes() == wanted.encode()


def test_a_byte_order_mark_stays_in_markdown() -> None:
    assert capitals("\ufeff# a dog\n") == "\ufeff# A DOG\n"
    made = amts_ext.translate_text("\ufeff# a dog\n", target="pt", translate=lambda t: ["um cão"])
    assert made == "\ufeff# um cão\n"


def test_a_byte_order_mark_stays_in_notebooks() -> None:
    text = "\ufeff" + notebook(("markdown", "a dog\n"))
    assert capitals(text, "ipynb") == text.replace("a dog", "A DOG")


def test_half_a_surrogate_pair_does_no_harm() -> None:
    text = '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "a \\ud800 dog. b"}]}'
    assert json.loads(capitals(text, "ipynb"))["cells"][0]["source"] == "A \ud800 DOG. B"


@pytest.mark.parametrize(
    "text", ["", "\n", "   ", "---\n", "\ufeff", "```\ncode\n```\n", "$$x$$\n"]
)
def test_a_file_without_prose_is_copied(text: str, tmp_path: Path) -> None:
    source = write(tmp_path, {"a.md": text}) / "a.md"
    table = Table()
    result = amts_ext.translate_file(source, tmp_path / "b.md", target="pt", translate=table)
    assert (tmp_path / "b.md").read_bytes() == text.encode()
    assert table.sent == [] and result.counts == {} and result.problems == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\n\n:begin_tab:`a`\n\ntwo\n\n```\ncode x\n```\n", ":begin_tab:`a`"),
        ("one\n\n:end_tab:\n\ntwo\n\n```\ncode x\n```\n", ":end_tab:"),
        (":begin_tab:`a`\n:begin_tab:`b`\n\none two\n\n:end_tab:\n\n`code x`\n", ":begin_tab:`b`"),
        ("one two\n\n```python\ncode x\n\nno end\n", "```python\ncode x\n\nno end\n"),
        ("one two\n\n$$\ncode x\n", "$$"),
        ("one two [**three\n\n```\ncode x\n```\n", "[**"),
        ("one two **three `code x`\n", "`code x`"),
    ],
)
def test_what_is_not_balanced_is_translated_as_far_as_safe(text: str, kept: str) -> None:
    made = capitals(text, "d2l")
    assert kept in made and made.startswith(("ONE", ":begin_tab:"))
    assert "ONE" in made and ("code x" in made or "$$" in text)


@pytest.mark.parametrize("depth", [50, 1000])
def test_deep_nesting(depth: int) -> None:
    lists = "".join(f"{'  ' * i}- item\n" for i in range(depth))
    made = capitals(lists)
    assert made.lower() == lists and made != lists
    quotes = "> " * depth + "deep words\n"
    assert capitals(quotes).lower() == quotes


def test_huge_files_take_linear_time() -> None:
    paragraph = "The **cat** drinks $x_1$ from `the bowl`. It rains.\n\n"

    def seconds(count: int) -> float:
        text = paragraph * count
        begin = time.process_time()
        made = amts_ext.translate_text(text, "d2l", target="pt", translate=lambda t: t)
        assert made == text
        return time.process_time() - begin

    seconds(100)
    small, large = seconds(1_000), seconds(10_000)
    assert large < 10 * small * 2.5, f"{small:.2f} s, ten times as much: {large:.2f} s"


@pytest.mark.slow
def test_five_megabytes(tmp_path: Path) -> None:
    paragraph = "The **cat** drinks $x_1$ from `the bowl`, it rains all day in the old town. "
    source = tmp_path / "a.md"
    source.write_text((paragraph * 12 + "\n\n") * 5_500, "utf-8")
    assert source.stat().st_size > 5_000_000
    begin = time.process_time()
    result = amts_ext.translate_file(source, tmp_path / "b.md", target="pt", translate=Table())
    assert sum(result.counts.values()) >= 5_500 and time.process_time() - begin < 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["a word of text ", "The $x$ rains. ", "**a** ", "[a](b) ", "a" * 15, "*a ", "[", "`` "],
)
def test_one_long_line(piece: str) -> None:
    text = (piece * (200_000 // len(piece))).rstrip() + "\n"
    begin = time.process_time()
    same = amts_ext.translate_text(text, "d2l", target="pt", translate=lambda texts: texts)
    assert same == text and time.process_time() - begin < 10
