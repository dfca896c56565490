"""What changed among the same words is replaced at its own place, or the sentence is told."""

from __future__ import annotations

import pytest

from amts_ext.sync import sync_text

REST = "\n\nRain falls on the roof of the old house.\n"
HUMAN_REST = "\n\nA chuva cai sobre o telhado da velha casa.\n"

PATCHED = [
    ("Let $x$ be less than $y$ here.", "Let $y$ be less than $x$ here.",
     "Seja $x$ menor que $y$ aqui.", "Seja $y$ menor que $x$ aqui."),
    ("Let $x$ be less than $y$ here.", "Let $y$ be less than $z$ here.",
     "Seja $x$ menor que $y$ aqui.", "Seja $y$ menor que $z$ aqui."),
    ("Add 3 to 5 and then stop.", "Add 5 to 7 and then stop.",
     "Some 3 a 5 e depois pare.", "Some 5 a 7 e depois pare."),
    ("Add 3 to 5 and take 3 steps.", "Add 4 to 5 and take 4 steps.",
     "Some 3 a 5 e dê 3 passos.", "Some 4 a 5 e dê 4 passos."),
    ("See the plot of the mean.", "See the plot of the mean :cite:`A.1977`.",
     "Veja o gráfico da média.", "Veja o gráfico da média :cite:`A.1977`."),
    ("See the plot of the mean :cite:`A.1977`.", "See the plot of the mean.",
     "Veja o gráfico da média :cite:`A.1977`.", "Veja o gráfico da média."),
    ("Loading the old models.", "[**Loading the old models.**]",
     "Carregar os velhos modelos.", "[**Carregar os velhos modelos**]."),
    ("Take [the set](http://a.org/~b) of days.", "Take [the set](http://a.org/%7Eb) of days.",
     "Use [o conjunto](http://a.org/~b) de dias.", "Use [o conjunto](http://a.org/%7Eb) de dias."),
    ("See [one](a.md) and then [two](b.md).", "See [one](b.md) and then [two](a.md).",
     "Veja [um](a.md) e depois [dois](b.md).", "Veja [um](b.md) e depois [dois](a.md)."),
    ("We load the models of old.", "We [**load the models**] of old.",
     "[**Carregamos os modelos**] de outrora.", "[**Carregamos os modelos**] de outrora."),
    ("The mean (:cite:`A.1977`) is here.", "The mean is here.",
     "A média (:cite:`A.1977`) está aqui.", "A média está aqui."),
]  # fmt: skip
TOLD = [
    # Which of the two equal numbers changed cannot be seen in the human's sentence.
    ("Add 3 to 5 and take 3 steps.", "Add 4 to 5 and take 3 steps.", "Some 3 a 5 e dê 3 passos."),
    # The human wrote the number in words.
    ("Add 3 heights to it.", "Add 4 heights to it.", "Some três alturas a isso."),
    # A slot that moved among the words moves otherwise in another language.
    ("The plot :cite:`A.1977` has a mean.", "The plot has a :cite:`A.1977` mean.",
     "O gráfico :cite:`A.1977` tem uma média."),
    # Marks that stand around other words now.
    ("The *old* house has a roof.", "The old house has a *roof*.", "A *velha* casa tem telhado."),
    # What is new in the sentence, and not around all of it.
    ("We load the old models of today.", "We [**load**] the old models of today.",
     "Carregamos os velhos modelos de hoje."),
    ("It has -5 degrees in the old harbour.", "It has 5 degrees in the old harbour.",
     "Faz cinco graus negativos no velho porto."),
]  # fmt: skip


def synced(base: str, source: str, human: str):  # type: ignore[no-untyped-def]
    def machine(sentences: list[str]) -> list[str]:
        return [f"M {sentence}" for sentence in sentences]

    texts = base + REST, source + REST, human + HUMAN_REST
    return sync_text(*texts, "d2l", "en", "pt", machine)


@pytest.mark.parametrize("base, source, human, expected", PATCHED)
def test_a_change_is_made_at_its_place(base: str, source: str, human: str, expected: str) -> None:
    result = synced(base, source, human)
    assert result.text == expected + HUMAN_REST
    assert [str(item.kind) for item in result.items] == ["patched"]


@pytest.mark.parametrize("base, source, human", TOLD)
def test_what_is_not_sure_is_told(base: str, source: str, human: str) -> None:
    [item] = synced(base, source, human).items
    assert str(item.kind) == "changed"


def test_marks_that_the_human_has_already_are_not_doubled() -> None:
    base, source = "## Loading the models", "## [**Loading the models**]"
    result = synced(base, source, "## [**Carregar os modelos**]")
    assert result.text == "## [**Carregar os modelos**]" + HUMAN_REST
