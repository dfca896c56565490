"""Alignment where lengths cannot decide: what is offered, and what stays unsure."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext import formats
from amts_ext.alignment import align_blocks, meaning
from amts_ext.human.aligned import SURE
from amts_ext.human.units import make_units
from amts_ext.text.masking import mask

TEXTS = Path(__file__).parents[1] / "support/texts"


def paragraphs(name: str, language: str) -> list[str]:
    return (TEXTS / f"{name}.{language}.md").read_text("utf-8").strip().split("\n\n")


def offered(
    name: str, language: str, ours: list[int], theirs: list[int]
) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The pairs of paragraphs that would become units, by their numbers in the whole text."""
    read = formats.get("md").read
    en, other = paragraphs(name, "en"), paragraphs(name, language)
    source = read("\n\n".join(en[i] for i in ours))
    target = read("\n\n".join(other[j] for j in theirs))
    beads = align_blocks(source, mask(source, "en"), target, mask(target, language))
    return {
        (tuple(ours[i] for i in bead.source), tuple(theirs[j] for j in bead.target))
        for bead in beads
        if bead.source and bead.target and bead.score >= SURE["block"]
    }


@pytest.mark.parametrize("language", ["pt", "zh"])
@pytest.mark.parametrize("name", ["buses", "garden", "recipe"])
def test_where_paragraphs_are_missing_no_pair_is_wrong(name: str, language: str) -> None:
    every = list(range(10))
    right = possible = 0
    for start in (0, 3, 4, 7):
        left = every[:start] + every[start + 2 :]
        found = offered(name, language, every, left)
        assert all(set(a) == set(b) for a, b in found)
        right, possible = right + len(found), possible + len(left)
    assert right >= 0.8 * possible, "what has a partner is still found"


@pytest.mark.parametrize("language", ["pt", "zh"])
def test_of_a_reversed_translation_nothing_wrong_is_kept(language: str) -> None:
    every = list(range(10))
    assert all(set(a) == set(b) for a, b in offered("bridge", language, every, every[::-1]))


def test_without_the_encoder_only_what_has_features_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meaning, "is_installed", lambda: False)
    every = list(range(10))
    found = offered("buses", "pt", every, every[:4] + every[6:])
    assert all(set(a) == set(b) for a, b in found) and len(found) <= 2


def test_what_has_features_of_its_own_needs_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "is_installed", lambda: False)
    read = formats.get("md").read
    source = read("The sum $s$ of 12 terms.\n\nThe mean $m$ of 7 terms.\n")
    target = read("A soma $s$ de 12 termos.\n\nA média $m$ de 7 termos.\n")
    beads = align_blocks(source, mask(source, "en"), target, mask(target, "pt"))
    assert [(b.source, b.target) for b in beads] == [((0,), (0,)), ((1,), (1,))]
    assert all(bead.score >= SURE["block"] for bead in beads)


TABS = """Run this:

:begin_tab:`mxnet`
Install the first framework from its site.
:end_tab:

:begin_tab:`pytorch`
{}
:end_tab:
{}
That is all you need.
"""


def test_a_tab_pairs_with_the_same_tab_only() -> None:
    paddle = "\n:begin_tab:`paddle`\n请安装第三个框架 Paddle，用下面的命令。\n:end_tab:\n"
    read = formats.get("d2l").read
    source = read(TABS.format("Please install the second framework with this command.", ""))
    target = read(
        TABS.format("", paddle)
        .replace("Run this:", "运行：")
        .replace("Install the first framework from its site.", "从网站安装第一个框架。")
        .replace("That is all you need.", "这就是所需的全部。")
    )
    units, _ = make_units(source, target, ("en", "zh"), "a.md", unchanged=True)
    assert not any("Paddle" in unit.target for unit in units)
    assert any(unit.target == "从网站安装第一个框架。" for unit in units)
