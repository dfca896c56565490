"""Alignment of texts that stand in the same place: the place alone does not make them partners."""

from __future__ import annotations

import pytest

from amts_ext import formats
from amts_ext.alignment import align, align_blocks, meaning
from amts_ext.human.units import make_units
from amts_ext.text.masking import mask

SURE = 0.5
"""Parallel data takes pairs from this score on; units take less, but none of what is unsure."""


def offered(source: str, target: str, language: str = "pt") -> list[tuple[str, str]]:
    """The pairs of single sentences that are sure, as texts."""
    sides = [formats.get("md").read(text) for text in (source, target)]
    ours, theirs = mask(sides[0], "en"), mask(sides[1], language)
    beads = align(sides[0], ours, sides[1], theirs, languages=("en", language))
    return [
        ("".join(map(str, ours[b.source[0]].parts)), "".join(map(str, theirs[b.target[0]].parts)))
        for b in beads
        if len(b.source) == len(b.target) == 1 and b.score >= SURE
    ]


MODEL = (
    "The model reads every line of the log. It was trained for two weeks on old machines. "
    "Then it marks the lines that look strange, and a person looks at them in the morning."
)


@pytest.mark.parametrize(
    ("language", "target"),
    [
        (
            "pt",
            "O modelo lê cada linha do registro. Depois ele marca as linhas que parecem estranhas. "
            "Uma pessoa olha para elas de manhã.",
        ),
        ("zh", "模型会读取日志的每一行。然后它会标出看起来奇怪的行。第二天早上会有人查看它们。"),
    ],
)
def test_where_one_sentence_was_left_out_and_one_was_split(language: str, target: str) -> None:
    found = offered(MODEL, target, language)
    assert [source for source, _ in found] == ["The model reads every line of the log."]


def test_two_like_sentences_that_changed_places() -> None:
    source = (
        "If the rate is too high, the loss grows. If the rate is too low, the loss falls slowly."
    )
    target = (
        "Se a taxa é baixa demais, a perda cai devagar. Se a taxa é alta demais, a perda cresce."
    )
    assert offered(source, target) == []


def test_two_questions_that_differ_only_in_who_is_who() -> None:
    source = (
        "1. Why is the mean larger than the median here?\n"
        "1. Why is the median larger than the mean there?\n"
    )
    target = (
        "1. Por que a mediana é maior que a média ali?\n"
        "1. Por que a média é maior que a mediana aqui?\n"
    )
    assert offered(source, target) == []


def test_titles_that_are_alike_are_partners_in_order() -> None:
    source = "# Dogs\n\n## Summary\n\nDogs run.\n\n# Cats\n\n## Summary\n\nCats sleep.\n"
    target = "# Cães\n\n## Resumo\n\nOs cães correm.\n\n# Gatos\n\n## Resumo\n\nOs gatos dormem.\n"
    assert offered(source, target).count(("Summary", "Resumo")) == 2


def test_a_sentence_that_took_in_its_neighbour_is_not_offered_alone() -> None:
    source = (
        "The baker mixes flour with water in the kitchen. Her sister feeds the old donkey. "
        "The loaf rests for a night, and then it goes into the oven."
    )
    target = (
        "A padeira mistura farinha com água e a irmã alimenta o velho burro. "
        "O pão descansa durante a noite. Depois ele vai ao forno bem quente."
    )
    assert offered(source, target) == []


def test_half_of_a_sentence_that_was_split_is_not_offered() -> None:
    source = (
        "The town has a clock. It was built by two brothers who came from the north. "
        "The clock is slow in winter and fast in summer. Nobody knows why."
    )
    target = (
        "El pueblo tiene un reloj. Lo construyeron dos hermanos. Vinieron del norte. "
        "El reloj se atrasa en invierno y se adelanta en verano."
    )
    assert offered(source, target, "es") == [("The town has a clock.", "El pueblo tiene un reloj.")]


CELLS = "```python\na = 1\n```\n\n{}\n\n```python\nb = 1\n```\n"


def test_one_block_between_two_cells_that_says_something_else() -> None:
    source = "We throw the dice a hundred times and write the results in a table."
    other = "Os dados foram recolhidos pela prefeitura durante o ano inteiro de trabalho."
    same = "Lançamos os dados cem vezes e escrevemos os resultados numa tabela."
    assert offered(CELLS.format(source), CELLS.format(other)) == []
    assert offered(CELLS.format(source), CELLS.format(same)) == [(source, same)]


def test_titles_of_sections_that_changed_places() -> None:
    source = (
        "# Rivers\n\n## Water\n\nWater flows to the sea.\n\n## Fish\n\nFish swim in the spring.\n"
    )
    target = (
        "# Rios\n\n## Peixes\n\nOs peixes nadam na primavera.\n\n"
        "## Água\n\nA água corre para o mar.\n"
    )
    assert offered(source, target) == [("Rivers", "Rios")]


VIETNAMESE = "Cối xay đứng bên bờ sông. Nó có hai bánh xe bằng gỗ sồi."


def test_in_a_language_that_the_encoder_does_not_know_the_place_decides() -> None:
    assert not meaning.speaks(["en", "vi"]) and meaning.speaks(["en", "pt-BR"])
    source = "The mill stands at the river. It has two wheels of oak."
    assert len(offered(CELLS.format(source), CELLS.format(VIETNAMESE), "vi")) == 2


def test_what_the_encoder_does_not_know_is_unsure_and_told_with_its_text() -> None:
    read = formats.get("md").read
    source = read("The mill stands at the river.\n\nIt has two wheels of oak.\n")
    target = read("Cối xay đứng bên bờ sông.\n\nNó có hai bánh xe bằng gỗ sồi.\n")
    texts = mask(source, "en"), mask(target, "vi")
    beads = align_blocks(source, texts[0], target, texts[1], ("en", "vi"))
    assert [(bead.source, bead.target) for bead in beads] == [((0,), (0,)), ((1,), (1,))]
    units, skips = make_units(source, target, ("en", "vi"), "mill.md")
    assert not units
    told = [skip.unused.text for skip in skips if skip.unused and skip.level == "sentence"]
    assert told == ["Cối xay đứng bên bờ sông.", "Nó có hai bánh xe bằng gỗ sồi."]
