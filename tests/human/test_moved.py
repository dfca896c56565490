"""Sentences that a human put in another place: they are found, and told."""

from __future__ import annotations

import pytest

from amts_ext import formats
from amts_ext.alignment import Bead, align
from amts_ext.human import moved
from amts_ext.human.unused import UNTRANSLATED, Unused
from amts_ext.text.masking import mask

SOURCE = """We need a few things for the trip.

- Warm socks for the cold nights in the hills.
- A map that shows every path and every well.
- Bread and cheese for three days of walking.
- A whistle to call the others in the fog.
"""
REORDERED = {
    "es": """Necesitamos unas cuantas cosas para el viaje.

- Un silbato para llamar a los demás en la niebla.
- Pan y queso para tres días de caminata.
- Un mapa que muestre cada sendero y cada pozo.
- Calcetines abrigados para las noches frías en las colinas.
""",
    "zh": """这次旅行我们需要几样东西。

- 在雾中呼唤同伴的哨子。
- 够走三天路吃的面包和奶酪。
- 标出每条小路和每口井的地图。
- 山里寒冷夜晚穿的保暖袜子。
""",
}


def found(target: str, language: str) -> dict[str, str]:
    """The first words of the sentences that were moved, by those of the source."""
    sides = [formats.get("md").read(text) for text in (SOURCE, target)]
    ours, theirs = mask(sides[0], "en"), mask(sides[1], language)
    languages = "en", language
    beads = align(sides[0], ours, sides[1], theirs, languages=languages)
    pairs = moved.find(beads, ours, theirs, languages)
    return {ours[i].tokens.split()[1]: theirs[j].tokens for i, j in pairs.items()}


@pytest.mark.parametrize("language", REORDERED)
def test_items_of_a_reordered_list_are_found(language: str) -> None:
    items = [line.removeprefix("- ") for line in REORDERED[language].splitlines()[2:]]
    right = dict(zip(("whistle", "and", "map", "socks"), items, strict=True))
    pairs = found(REORDERED[language], language)
    assert len(pairs) >= 2
    assert pairs.items() <= right.items()


def test_what_was_left_out_is_not_taken_for_moved() -> None:
    kept = REORDERED["es"].replace("- Un silbato para llamar a los demás en la niebla.\n", "")
    other = "\nEl tren sale a las ocho de la estación del puerto.\n"
    assert "whistle" not in found(kept + other, "es")


def test_a_word_or_two_are_not_taken_for_others_that_are_only_near() -> None:
    rows = ("bark", "meow", "moo"), ("latido", "mugido", "miado")
    sides = ["".join(f"- {row}\n" for row in side) for side in rows]
    documents = [formats.get("md").read(text) for text in sides]
    texts = mask(documents[0], "en"), mask(documents[1], "pt")
    alone = [Bead((i,), (), 0.0) for i in range(3)] + [Bead((), (j,), 0.0) for j in range(3)]
    assert moved.find(alone, *texts, ("en", "pt")) == {}


def test_in_a_language_that_the_encoder_does_not_know_nothing_is_found() -> None:
    assert found(REORDERED["es"], "vi") == {}


def test_what_a_human_left_as_it_was_is_told_as_such() -> None:
    left = Unused("It rains.", "It rains.", "pt/rain.md", 7, UNTRANSLATED)
    assert str(left) == "a human left this in the source's language at pt/rain.md:7: It rains."
