"""Human text that is not used as it stands: it is told, with its place and the reason."""

from __future__ import annotations

from amts_ext import formats
from amts_ext.human.units import make_units
from amts_ext.human.unused import UnusedTexts


def told(source: str, target: str, sentence: str) -> str:
    """What is told of a sentence of the source; empty if nothing is."""
    read = formats.get("md").read
    ours, theirs = read(source, "mill.md"), read(target, "pt/mill.md")
    units, skips = make_units(ours, theirs, ("en", "pt"), "mill.md")
    assert sentence not in {unit.source for unit in units}
    left = UnusedTexts(skip.unused for skip in skips if skip.unused).find(sentence, "mill")
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
