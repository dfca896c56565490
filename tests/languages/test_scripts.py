"""One answer each to: which script, which letters, blanks between words or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext.languages import scripts
from amts_ext.pairs.terms import glossary


@pytest.mark.parametrize(
    "language", ["uk", "ru", "sr", "mk", "kk", "el", "ar", "he", "hi", "zh-TW"]
)
def test_what_is_not_latin(language: str) -> None:
    assert not scripts.is_latin(language) and not scripts.letters(language).match("a")


@pytest.mark.parametrize("language", ["en", "pt-BR", "tr", "vi", "es-MX", "xx"])
def test_what_is_latin(language: str) -> None:
    assert scripts.is_latin(language) and scripts.letters(language).match("a")


def test_blanks_between_words() -> None:
    unspaced = {"zh", "zh-TW", "ja", "th", "lo", "km", "my"}
    assert {
        c for c in (*unspaced, "ko", "vi", "en", "uk", "hi") if scripts.is_unspaced(c)
    } == unspaced


@pytest.mark.parametrize(
    ("source", "target", "line", "pair"),
    [
        ("uk", "en", "середнє，mean", ("середнє", "mean")),
        ("en", "uk", "середнє，mean", ("mean", "середнє")),
        ("fa", "en", "میانگین，mean", ("میانگین", "mean")),
        ("en", "zh", "均值，mean", ("mean", "均值")),
        ("zh", "en", "均值，mean", ("均值", "mean")),
    ],
)
def test_the_sides_of_a_glossary(
    source: str, target: str, line: str, pair: tuple[str, str]
) -> None:
    (row,) = glossary(line, Path("terms.md"), source, target).rows
    assert (row.source, row.targets[target]) == pair
