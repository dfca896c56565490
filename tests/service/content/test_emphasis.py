"""Emphasis stands around the words that translate the emphasised ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from amts_ext.model import Half
from amts_ext.pairs.terms import of_project
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup, Piece
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.engines.registry import make

_PAIR = re.compile(r"(\*\*|\*|\[)([^*\]]+)(\*\*|\*|\]\(x\))|(`[^`]+`)")

PLACED = {
    "The **median** is robust.": "**mediana**",
    "We train a *very* large network.": "*muito*",
    "[The mean](x) and **the variance** differ.": "[A média](x) **a variância**",
    "The *law of large numbers* says that `a` approaches `b`.": "*lei de grandes números*",
    "If the weights are set to zero, we get a *trimmed mean*.": "*média aparada*",
    "A *histogram* cuts the axis into intervals, called *bins*.": "*histograma* *classes*",
    "But note what the law does *not* say.": "*não*",
    "The notes of the [SciPy project](x) show how it looks.": "[projeto SciPy](x)",
    "**Where** is the middle, and is there only one?": "**Onde**",
    "**How wide** is it, and is it equally wide on both sides?": "**Quão grande**",
    "Then the mean has the *standard error* of `a`.": "*erro padrão*",
    "The width of the *bins* decides what we see.": "*classes*",
    "A **neural network** learns from data.": "**rede neural**",
    "The loss is *always* positive.": "*sempre*",
    "Use the *first* value, not the *last* one.": "*primeiro* *último*",
    "The **red** line is the **blue** line's mirror.": "**vermelha** **azul**",
    "We call this quantity the **learning rate**.": "**taxa de aprendizado**",
    "This is *only* true for **convex** functions.": "*apenas* **convexas**",
    "Read the [installation guide](x) before you start.": "[guia de instalação](x)",
    "It was **not** shown that *all* models fail.": "**Não** *todos*",
    "The *training set* and the *test set* must not overlap.": (
        "*conjunto de treinamento* *conjunto de testes*"
    ),
    "Each **hidden layer** has its own *weights*.": "**camada oculta** *pesos*",
    "Do **not** use the test data.": "**Não**",
    "A good *choice* of the step size matters.": "*escolha*",
    "The [`fit` method](x) returns **two** values.": "[método `fit`](x) **dois**",
    "One *mean* is the mean of the other.": "*média*",
    "Click **File** and then **Save As**.": "**Arquivo** **Guardar Como**",
    "You can think of it as a *function* of **two** variables.": "*função* **duas**",
}
"""What stands between the marks in Portuguese; read one by one."""


def pieces_of(text: str) -> Iterator[Piece]:
    """The pieces of a sentence in a small Markdown."""
    at = 0
    for number, match in enumerate(_PAIR.finditer(text)):
        yield text[at : match.start()]
        if match[4]:
            yield Markup(match[4])
        else:
            yield Markup(match[1], Half.OPEN, number)
            yield from pieces_of(match[2])
            yield Markup(match[3], Half.CLOSE, number)
        at = match.end()
    yield text[at:]


def translated(text: str, translate: Callable[[list[str]], list[str]], **help: object) -> str:
    run = [piece for piece in pieces_of(text) if piece]
    (result,) = translate_runs([run], translate, "en", Help(target="pt", **help))  # type: ignore[arg-type]
    return "".join(p if isinstance(p, str) else p.raw for p in result)


@pytest.mark.parametrize("text", PLACED)
def test_pairs_by_the_engine_that_is_shipped(text: str) -> None:
    model = make("firefox", EngineOptions(offline=True)).load("en", "pt")
    result = translated(
        text, lambda texts: list(model.translate(texts)), terms=of_project()["en", "pt"]
    )
    found = [match[0] for match in _PAIR.finditer(result) if not match[4]]
    assert " ".join(found) == PLACED[text], result


@pytest.mark.parametrize(
    ("table", "result"),
    [
        ({"A big dog.": "Um cão grande.", "big": "grande"}, "Um cão **grande**."),
        ({"A big dog.": "Um cão grande.", "big": "grandes"}, "Um cão **grande**."),
        ({"A big dog.": "Um cão grande.", "A BIG dog.": "Um cão BIG."}, "Um cão **grande**."),
        ({"A big dog.": "Um big dog."}, "Um **big** dog."),
        ({"A XM0 big XM1 dog.": "Um XM0 cão XM1 grande."}, "Um **cão** grande."),
        (
            {
                "A big dog.": "Um grande cão grande.", "big": "grande",
                "A XM0 big XM1 dog.": "Cão XM0 X XM1.",
            },
            "Cão **X**.",
        ),
    ],
)  # fmt: skip
def test_the_ways_to_the_words(table: dict[str, str], result: str) -> None:
    """Alone, in capitals, as it is; tokens where none of them tells one place."""
    assert translated("A **big** dog.", lambda texts: [table.get(t, "?") for t in texts]) == result


def test_the_same_word_twice_goes_by_its_number() -> None:
    table = {"One cat and one cat.": "Um gato e um gato.", "cat": "gato"}
    engine = lambda texts: [table.get(t, "?") for t in texts]  # noqa: E731
    assert translated("One cat and one **cat**.", engine) == "Um gato e um **gato**."
    assert translated("One **cat** and one cat.", engine) == "Um **gato** e um gato."


def test_marks_at_the_edge_of_a_pair_stay_in_it() -> None:
    table = {"Note: it ends.": "Nota: acaba.", "Note:": "Nota:"}
    assert translated("*Note:* it ends.", lambda texts: [table.get(t, t) for t in texts]) == (
        "*Nota:* acaba."
    )


def test_pairs_within_pairs() -> None:
    table = {
        "See the red cat.": "Veja o gato vermelho.",
        "red cat": "gato vermelho",
        "red": "vermelho",
    }
    run: list[Piece] = [
        "See the ", Markup("[", Half.OPEN, 0), Markup("*", Half.OPEN, 1), "red",
        Markup("*", Half.CLOSE, 1), " cat", Markup("](x)", Half.CLOSE, 0), ".",
    ]  # fmt: skip
    (found,) = translate_runs([run], lambda ts: [table[t] for t in ts], "en", Help(target="pt"))
    text = "".join(p if isinstance(p, str) else p.raw for p in found)
    assert text == "Veja o [gato *vermelho*](x)."
