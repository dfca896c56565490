"""Human text that is not used as it stands: it is told, with its place and the reason."""

from __future__ import annotations

from amts_ext import formats
from amts_ext.human.units import make_units
from amts_ext.human.unused import UnusedTexts


def told(source: str, target: str, text: str, language: str = "pt") -> str:
    """What is told of a text of the source, which has no unit; empty if nothing is."""
    read = formats.get("md").read
    ours, theirs = read(source, "mill.md"), read(target, "pt/mill.md")
    units, skips = make_units(ours, theirs, ("en", language), "mill.md")
    assert text not in {unit.source for unit in units}
    left = UnusedTexts(skip.unused for skip in skips if skip.unused).find(text, "mill")
    return str(left or "")


def test_a_paragraph_that_is_still_in_english() -> None:
    source = "The mill is old and loud.\n\nWe clean the wheel in the winter.\n"
    target = "O moinho é velho e barulhento.\n\nWe clean the wheel in the winter.\n"
    said = told(source, target, "We clean the wheel in the winter.")
    assert said == (
        "a human left this in the source's language at pt/mill.md:3: "
        "We clean the wheel in the winter."
    )


def test_one_word_that_is_the_same_in_both_languages_is_not_told() -> None:
    assert told("# Sounds\n\n## animal\n", "# Sons\n\n## animal\n", "animal") == ""


def test_a_paragraph_that_took_in_the_next_one_is_not_used_as_its_own() -> None:
    first, second = "The tower is high. It has many steps.", "From the top you see the sea."
    source = f"{first}\n\n{second}\n\nTickets are sold at the gate.\n"
    target = "塔很高。它有很多台阶。从塔顶可以看到大海。\n\n门票在大门口出售。塔里有一家小店。\n"
    assert "moved by the human: 从塔顶可以看到大海。" in told(source, target, second, "zh")
    told(source, target, first, "zh")


def test_sections_that_changed_places() -> None:
    source = (
        "# Rivers\n\n## Water\n\nWater flows to the sea.\n\n## Fish\n\nFish swim in the spring.\n"
    )
    target = (
        "# Rios\n\n## Peixes\n\nOs peixes nadam na primavera.\n\n"
        "## Água\n\nA água corre para o mar.\n"
    )
    assert told(source, target, "Water") == (
        "a human translated this at pt/mill.md:7; not used because moved by the human: Água"
    )
    assert "pt/mill.md:5; not used because moved" in told(
        source, target, "Fish swim in the spring."
    )
