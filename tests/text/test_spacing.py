"""A machine's sentence in its place: Markdown, pandoc and docutils must still read its slots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import amts_ext
from amts_ext.languages import profiles
from amts_ext.text import spacing
from amts_ext.translators.function import Function


def written(text: str, translation: str, target: str = "zh") -> str:
    return amts_ext.translate_text(
        text, "d2l", "en", target, Function(lambda texts: [translation for _ in texts], sure=True)
    )


@pytest.mark.parametrize(
    ("text", "translation", "expected"),
    [
        ("An _apple_ falls.", "有⟦emphasis1⟧苹果⟦/emphasis1⟧落下。", "有 _苹果_ 落下。"),
        ("An __apple__ falls.", "有⟦strong1⟧苹果⟦/strong1⟧。", "有 __苹果__。"),
        ("An *apple* falls.", "有⟦emphasis1⟧苹果⟦/emphasis1⟧落下。", "有*苹果*落下。"),
        ("See https://a.org/b now.", "请看 ⟦url1⟧ 现在。", "请看https://a.org/b 现在。"),
        ("See https://a.org/b, now.", "请看 ⟦url1⟧，现在。", "请看https://a.org/b，现在。"),
        ("See <https://a.org> now.", "请看⟦url1⟧现在。", "请看<https://a.org>现在。"),
        ("In :numref:`a`.", "在⟦role1⟧中。", "在 :numref:`a`中。"),
        ("In :numref:`a`.", "中，⟦role1⟧。", "中，:numref:`a`。"),
        ("Look (:numref:`a`).", "见（⟦role1⟧）。", "见（:numref:`a`）。"),
        ("Look (:numref:`a`).", "见 (⟦role1⟧).", "见（:numref:`a`）。"),
        ("Look at $f$(x) (CPU).", "见 ⟦math1⟧(x) 图 (CPU).", "见$f$(x) 图（CPU）。"),
        ("In `x` of :numref:`a`.", "⟦code1⟧⟦role2⟧中。", "`x` :numref:`a`中。"),
        ("In $x$ of :numref:`a`.", "⟦math1⟧⟦role2⟧中。", "$x$ :numref:`a`中。"),
        ("In *x* of :eqref:`a`.", "⟦emphasis1⟧甲⟦/emphasis1⟧⟦role2⟧。", "*甲* :eqref:`a`。"),
        ("In *:eqref:`a` x*.", "⟦emphasis1⟧⟦role2⟧甲⟦/emphasis1⟧。", "*:eqref:`a`甲*。"),
    ],
)
def test_blanks_next_to_slots(text: str, translation: str, expected: str) -> None:
    assert written(text, translation) == expected


@pytest.mark.parametrize(
    ("translation", "expected"),
    [
        ("1. Primeiro", r"- 1\. Primeiro"),
        ("2) Primeiro", r"- 2\) Primeiro"),
        ("- Primeiro", r"- \- Primeiro"),
        ("+ Primeiro", r"- \+ Primeiro"),
        ("## Primeiro", r"- #\# Primeiro"),
        ("  Primeiro  ", "- Primeiro"),
        ("1.5 vezes", "- 1.5 vezes"),
        ("-5 graus", "- -5 graus"),
    ],
)
def test_a_sentence_opens_no_block(translation: str, expected: str) -> None:
    assert written("- First of all", translation, "pt") == expected


def test_blanks_at_a_sentence_end_make_no_hard_break() -> None:
    assert written("One falls.\nTwo fall.", "Cai. ", "pt") == "Cai.\nCai."


def test_hard_break_between_sentences_stays() -> None:
    assert written("One falls.  \nTwo fall.\nThree fall.", "落下。") == "落下。  \n落下。落下。"


@given(st.text(alphabet="字，。a ,;:?!.()\ufffc\n", max_size=12))
def test_a_rule_that_is_not_tried_would_change_nothing(text: str) -> None:
    zh = profiles.load("zh")
    every = spacing._compiled(spacing._PARENTHESES).sub(r"（\1）", text)
    every = spacing._compiled(spacing._COMMA).sub(lambda m: m[1].translate(spacing._FULL), every)
    every = spacing._compiled(spacing._STOP).sub("。", every)
    every = spacing._compiled(spacing._BLANK_WIDE).sub("", every)
    if not text.endswith((".\n", ". \n")):  # no segment ends so: its ends are trimmed
        assert spacing._full_width(text, zh) == every
