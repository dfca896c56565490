"""Held-out documents of ``amts parallel-data prepare``: none of their pairs, no leak, told."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny import CONFIG, B, answer, make, pairs

from amts_ext.cli import main


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny book; the current folder."""
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_held_out_documents_are_nowhere(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = answer(capsys, "--held-out", "b.md")
    assert code == 0 and told["held_out"] == ["b.md"] and told["leaks"] == []
    assert told["pairs"] == {"kept": 10, "in a held-out document": 6}
    config = book / "config.ini"
    config.write_text(config.read_text() + "held_out = b\n")
    assert answer(capsys)[1]["pairs"] == told["pairs"], "named in the configuration"
    assert main(["parallel-data", "prepare", "--held-out", "c.md"]) == 2
    assert "no document is named 'c.md'; there are: a.md, b.md" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Sort the values and take the middle one.", "请将数值排好，再取出居中者。"),
        ("Put the values in order and pick the one between.", "把各个值排序，取中间的那一个。"),
        (
            "The median stays where it is even if one single value runs far away.",
            "中位数待在原来的地方，就算某个值跑到很远很远的地方去了也一样。",
        ),
    ],
    ids=["the same source", "the same target", "nearly the same source"],
)
def test_a_leak_is_found_and_left_out(
    source: str, target: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("", "zh"):
        (book / folder / "c.md").write_text(f"# {'三' if folder else 'Three'}\n\n")
    with (book / "c.md").open("a") as file:
        file.write(f"{source} Here is something else.\n")
    with (book / "zh/c.md").open("a") as file:
        file.write(f"{target}这里是别的内容。\n")
    code, told = answer(capsys, "--lang", "zh", "--held-out", "[ab].md", "-o", "p.csv")
    assert code == 0 and told["pairs"]["also in a held-out document"] == 1
    [leak] = told["leaks"]
    assert "c.md:3: also in a held-out document" in leak and "alike" in leak
    assert set(pairs("p.csv")) == {"Three", "Here is something else."}


def test_files_of_pairs_are_checked_against_the_books_documents(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "more.csv").write_text(
        "en,zh\nSort the values and take the middle one.,排序并取中。\nA new day.,新的一天。\n",
        "utf-8",
    )
    code, told = answer(capsys, "more.csv", "--held-out", "b.md", "--lang", "zh", "-o", "p.csv")
    assert code == 0 and told["pairs"] == {"kept": 1, "also in a held-out document": 1}


def test_what_the_book_holds_out_is_kept_out_of_two_sides(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named once in the configuration; also where the translations lie inside the book."""
    config = book / "config.ini"
    config.write_text(CONFIG.replace("*.md", "**/*.md") + "held_out = b\n")
    sides = ["--source", ".", "--target", "zh", "--lang", "zh"]
    code, told = answer(capsys, *sides)
    assert code == 0 and told["held_out"] == ["b.md"]
    assert told["pairs"] == {"kept": 5, "in a held-out document": 3}
    (book / "c.md").write_text("Sort the values and take the middle one.\n")
    (book / "c_zh.md").write_text("把数值排好，取居中者。\n", "utf-8")
    sides = ["--source", "c.md", "--target", "c_zh.md", "--lang", "zh"]
    assert main(["parallel-data", "prepare", *sides]) == 2
    assert "0 rows of 0 pairs\n       1 also in a held-out" in capsys.readouterr().out


def test_a_document_that_is_held_out_is_known_though_its_translation_is_none(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "zh/b.md").write_text(B)
    (book / "c.md").write_text("Sort the values and take the middle one. Another day.\n")
    (book / "zh/c.md").write_text("把数值排好，取居中者。另一天。\n", "utf-8")
    code, told = answer(capsys, "--lang", "zh", "--held-out", "b.md")
    assert code == 1 and told["pairs"] == {"kept": 6, "also in a held-out document": 1}


def test_held_out_documents_that_only_the_translation_has(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of ``X_origin.md`` and ``X.md`` in a folder that has no document of its own."""
    for name in ("a", "b"):
        (book / f"{name}.md").rename(book / f"zh/{name}_origin.md")
    (book / "config.ini").write_text(CONFIG.replace("*.md", "**/*.md") + "held_out = b\n")
    assert answer(capsys, "--lang", "zh")[1]["held_out"] == ["b.md"]
    (book / "more.csv").write_text("en,zh\nA table is not a picture.,表不是图。\n", "utf-8")
    assert main(["parallel-data", "prepare", "more.csv", "-o", "p.csv"]) == 2
    assert "1 also in a held-out document" in capsys.readouterr().out
