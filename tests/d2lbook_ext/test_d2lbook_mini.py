"""Three real chapters built in English, Chinese (from the human text) and shouted Portuguese."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.book import Run, d2lbook

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytestmark = [pytest.mark.slow, pytest.mark.book, pytest.mark.shared]

TAB = "pytorch"


@dataclass(frozen=True)
class Built:
    """The book, and the runs by language."""

    book: Path
    runs: dict[str, Run]

    def html(self, language: str) -> Path:
        return self.book / ("_build/html" if language == "en" else f"_build/{language}/html")


@pytest.fixture(scope="module")
def mini(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    book = tmp_path_factory.mktemp("mini") / "book"
    shutil.copytree(shared / "d2l-mini", book, copy_function=shutil.copyfile)
    for path in (book, *book.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)
    with (book / "config.ini").open("a") as config:
        config.write(f"\n[amts]\nhuman_zh = {shared / 'd2l-zh'}\n")
    command = ("build", "html", "--tab", TAB)
    runs = {"en": d2lbook(book, *command, fake=False)}
    runs["zh"] = d2lbook(book, *command, "--lang", "zh", "--debug", fake=True)
    runs["pt"] = d2lbook(book, *command, "--lang", "pt", "--debug", fake=True)
    for run in runs.values():
        assert "Traceback" not in run.out and run.code in (0, 1), run.out
    assert runs["en"].code == 0
    return Built(book, runs)


def numbers(page: Path) -> list[str]:
    """What the numbered references of a page show: ``3.1``, ``Fig. 3.1.2`` …, numbers only."""
    found = re.findall(r'class="std std-(?:num)?ref">([^<]*)</span>', page.read_text("utf-8"))
    return sorted(number for text in found for number in re.findall(r"\d[\d.]*\d|\d", text))


def code(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == "code"]


@pytest.mark.parametrize("language", ["zh", "pt"])
def test_pages_and_warnings(mini: Built, language: str) -> None:
    english, folder = mini.html("en"), mini.html(language)
    pages = {str(p.relative_to(english)) for p in english.rglob("*.html")}
    assert {str(p.relative_to(folder)) for p in folder.rglob("*.html")} == pages
    assert len(pages) >= 30
    plain = [Counter(unnumbered(mini.runs[k])) for k in (language, "en")]
    assert not plain[0] - plain[1], "a Sphinx warning that the English build does not have"


def unnumbered(run: Run) -> list[str]:
    """The warnings without their lines, which move with the text."""
    return [re.sub(r"\.rst:\d+", ".rst", warning) for warning in run.warnings]


@pytest.mark.parametrize("language", ["zh", "pt"])
def test_code_and_outputs_are_identical(mini: Built, language: str) -> None:
    source = mini.book / f"_build/eval_{TAB}"
    compared = 0
    for path in source.rglob("*.ipynb"):
        copy = mini.book / f"_build/{language}/eval_{TAB}" / path.relative_to(source)
        if path.stat().st_size:
            assert code(copy) == code(path)
            compared += len(code(path))
        else:
            assert copy.stat().st_size == 0
    assert compared > 200


@pytest.mark.parametrize(("language", "code"), [("zh", "zh-CN"), ("pt", "pt-BR")])
def test_references_resolve_and_the_language_is_set(mini: Built, language: str, code: str) -> None:
    resolved = 0
    for page in mini.html("en").rglob("*.html"):
        other = mini.html(language) / page.relative_to(mini.html("en"))
        text = other.read_text("utf-8")
        assert f'lang="{code}"' in text, other
        for role in (":numref:", ":eqref:", ":cite:", ":label:"):
            assert text.count(role) <= page.read_text("utf-8").count(role), (other, role)
        if language == "pt":  # a human may leave a reference out, or repeat one
            assert numbers(other) == numbers(page), other
        else:
            assert set(numbers(other)) <= set(numbers(page)), other
        resolved += len(numbers(other))
    assert resolved >= 95, "references that show a number; English has 101"


def test_nearly_all_of_the_chinese_is_human(mini: Built) -> None:
    line = re.search(r"^zh: (\d+) segments: (\d+) human", mini.runs["zh"].out, re.MULTILINE)
    assert line, mini.runs["zh"].out[-3000:]
    total, human = int(line[1]), int(line[2])
    print(f"{human} of {total} segments are human")
    assert total > 850, "what a human grouped counts once"
    assert human / total > 0.97
