"""Words said twice by mistake."""

from __future__ import annotations

import pytest

from amts_ext.facts import Side
from amts_ext.facts.repetition import said_twice
from amts_ext.languages.profiles import load
from amts_ext.model import Parts, Slot


@pytest.mark.parametrize(
    ("target", "twice"),
    [
        (("A média média é pequena.",), "média"),
        (("A média é pequena.",), ""),
        # A slot may hold nothing at all, for instance one that a program puts in.
        ((Slot(1, "html", ""), "A média é pequena."), ""),
    ],
)
def test_a_word_said_twice(target: Parts, twice: str) -> None:
    source: Parts = (Slot(1, "html", ""), "The mean is small.")
    assert twice in said_twice(Side(source), Side(target), load("pt"))
    assert bool(said_twice(Side(source), Side(target), load("pt"))) == bool(twice)
