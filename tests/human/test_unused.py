"""A human's words that a build cannot use, and slips of the keyboard in the human's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext import files
from amts_ext.human import Report, learn
from amts_ext.human.mending import mend_links
from amts_ext.human.unused import Unused, UnusedTexts
from amts_ext.memory import Memory

ENGLISH = (
    "# Bread\n\nWe cut the *bread* in `x`. We eat it at home.\n\n"
    "See the [book](https://a.b/c/) (by a man).\n"
)
HUMAN = (
    "# Pão\n:lable:`sec_a`\n\nCortamos o *pão* em `x` e o comemos :numref:`gone`.\n\n"
    "Veja o [livro](https://a.b/c/）(de um homem).\n"
)


def learned(memory: Memory, english: str = ENGLISH, human: str = HUMAN) -> Report:
    files.write_text(Path("en/a.md"), english)
    files.write_text(Path("pt/a.md"), human)
    return learn(memory, Path("pt"), Path("en"), ("en", "pt"), "d2l")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_humans_words_come_with_place_and_reason(memory: Memory) -> None:
    found = UnusedTexts(learned(memory).unused).find("We eat it at home.", "a")
    assert found is not None and (found.file, found.line) == ("pt/a.md", 4)
    assert found.text == "Cortamos o *pão* em `x` e o comemos :numref:`gone`."
    assert found.reason == "merged or split by the human"


def test_what_is_known_is_told_again(memory: Memory) -> None:
    first, again = learned(memory), learned(memory)
    assert (first.known, again.known) == (0, 1)
    assert again.unused == first.unused and first.unused
    assert list(map(str, again.notices)) == list(map(str, first.notices))
    assert list(map(str, first.notices)) == [
        "pt/a.md:6: the link to https://a.b/c/ ends with '）' and swallows what follows; "
        "read as ')'",
        "pt/a.md:2: no mark line, so it is read as prose (is ':label:' meant?): :lable:`sec_a`",
    ]


def test_a_broken_link_is_read_as_it_was_meant(memory: Memory) -> None:
    learned(memory)
    (unit,) = [u for u in memory.units() if u.source.startswith("See the") and not u.contents]
    assert unit.target == "Veja o ⟦link1⟧livro⟦/link1⟧(de um homem)."


def test_the_text_of_the_same_file_is_preferred() -> None:
    texts = [Unused("It.", f, f"pt/{f}.md", 1, "r") for f in ("a", "b/a", "c")]
    for section, text in (("b/a", "b/a"), ("c", "c"), ("gone", "a"), ("a", "a")):
        found = UnusedTexts(texts).find("It.", section)
        assert found is not None and found.text == text
    assert UnusedTexts(texts).find("That.", "a") is None


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://a.b/c)（x）",
        "（[a](https://a.b/c)）",
        "[a](https://a.b/c_(d)）",
        "见（https://a.b/c）和[a](d.md）",
    ],
)
def test_a_link_that_ends_well_is_left(text: str) -> None:
    assert mend_links(text) == (text, [])
