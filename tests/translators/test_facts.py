"""Facts survive the engine, or the sentence is rejected: both ways, titles and cells too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from amts_ext import translate_file
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.model import Segment
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.asking import accepted
from amts_ext.text.outcome import Source, Status
from amts_ext.translators.base import Answer
from amts_ext.translators.embedded import embedded
from amts_ext.translators.function import Function

ENGLISH = [
    ("The delay was ≤ 5 minutes.", ["≤ 5"]),
    ("The temperature fell to −5 °C.", ["−5 °C"]),
    ("About ½ of the days were good.", ["½"]),
    ("The set {1, 2, 3} has three numbers.", ["{1, 2, 3}"]),
    ("The rate is 5 ‰ and the price is 3 €.", ["5 ‰", "3 €"]),
    ("It takes 3×4 steps and 10⁻³ seconds.", ["3×4", "10⁻³"]),
    ("The angle α is small.", ["α"]),
    ("Dr. Müller, Nuñez and Łukasz wait.", ["Müller", "Nuñez", "Łukasz"]),
    ("The result is ✓ or ✗.", ["✓", "✗"]),
    ("The file is C:\\data\\bus.", ["C:\\data\\bus"]),
    ("We met Kurt Gödel, Paul Erdős and Пётр in 北京.", ["Gödel", "Erdős", "Пётр", "北京"]),
    ("Every bus 🚌 waits → the tram goes.", ["🚌", "→"]),
    ("The interval [0, 1) is half open, and x ≥ 2.", ["[0, 1)", "x ≥ 2"]),
    ("The error is ±0.5 µm, about 3 Ω.", ["±0.5 µm", "3 Ω"]),
    ("See § 5 and © 2020 of the café near the façade.", ["§ 5", "© 2020"]),
    ("A ⊂ B is true, and A × B is a product.", ["A ⊂ B", "A × B"]),
    ("Every x ∈ ℝ is a number.", ["x ∈ ℝ"]),
    ("# The Angle α", ["α"]),
    ("# Erdős–Rényi → Gödel", ["Erdős–Rényi", "→", "Gödel"]),
    ("| price | name |\n| --- | --- |\n| ≤ 5 buses | the set {a, b} |", ["≤ 5", "{a, b}"]),
]
PORTUGUESE = [
    ("O atraso foi ≤ 5 minutos.", ["≤ 5"]),
    ("A temperatura caiu para −5 °C.", ["−5 °C"]),
    ("O conjunto {1, 2, 3} tem três números.", ["{1, 2, 3}"]),
    ("O Dr. Müller e Łukasz esperam.", ["Müller", "Łukasz"]),
]


def built(texts: Sequence[str], source: str, target: str) -> list[tuple[str, list[Status]]]:
    """Each text as a document of its own, through the bundled model."""
    profile = profiles.load(target)
    translator = embedded(offline=True, workers=1)
    try:
        pipeline = Pipeline(source, target, profile, None, translator)
        sources = [Source(f"{n}.md", text + "\n", "md") for n, text in enumerate(texts)]
        done = pipeline.translate(sources).documents
    finally:
        translator.close()
    return [(document.text, [o.status for o in document.segments]) for document in done]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "target", "cases"), [("en", "pt", ENGLISH), ("pt", "en", PORTUGUESE)]
)
def test_what_the_model_cannot_spell_comes_back(
    source: str, target: str, cases: list[tuple[str, list[str]]]
) -> None:
    results = built([text for text, _ in cases], source, target)
    for (text, facts), (said, statuses) in zip(cases, results, strict=True):
        assert [fact for fact in facts if fact not in said] == [], said
        assert set(statuses) == {Status.MACHINE}, (text, said)


@pytest.mark.parametrize(
    ("source", "answer", "problem"),
    [
        ("It costs 1,500.50 now.", "Custa 1.500.50 agora.", "the number 1,500.50 is missing"),
        ("It fell to −5 now.", "Caiu para 5 agora.", "the sign of −5 is lost"),
        ("It rose by 20% now.", "Subiu 20 agora.", "the sign '%' is missing"),
        ("Preliminaries", "Preliminares (", "gains a bracket"),
        ("Pooling", "Pooling pooling", "says “pooling pooling”"),
        ("Mean", "A média de tudo o que aqui se mede", "is more than 3 times as long"),
    ],
)
def test_an_answer_that_changed_a_fact_is_rejected_and_remembered(
    source: str, answer: str, problem: str, tmp_path: object
) -> None:
    missing = {source: ("a.md", Segment((source,), 0, len(source), 1, 0))}
    with_memory = Memory(f"{tmp_path}/memory.sqlite")  # type: ignore[arg-type]
    found = accepted([Answer(source, "pt", (answer,))], missing, ("en", "pt"), with_memory, "s")
    assert found[source].parts is None
    assert found[source].problem == f"“{answer}” {problem}"
    sure = accepted([Answer(source, "pt", (answer,), sure=True)], missing, ("en", "pt"), None, "s")
    assert sure[source].parts == (answer,)
    with_memory.close()


def test_a_callers_function_is_checked_as_every_engine_is(tmp_path: Path) -> None:
    """Its words are listed if they lose a fact, and kept if the caller answers for them."""
    said = {"It fell to −5 °C.": "Caiu para 5 °C.", "All is well.": "Tudo vai bem."}

    def translate(texts: list[str]) -> list[str]:
        return [said[text] for text in texts]

    source, out = tmp_path / "a.md", tmp_path / "out.md"
    source.write_text("It fell to −5 °C.\n\nAll is well.\n", "utf-8")
    result = translate_file(source, out, target="pt", translate=translate)
    assert out.read_text("utf-8") == "It fell to −5 °C.\n\nTudo vai bem.\n"
    (problem,) = result.problems
    assert problem.line == 1 and "the sign of −5 is lost" in problem.reason
    translate_file(source, out, target="pt", translate=Function(translate, sure=True))
    assert out.read_text("utf-8") == "Caiu para 5 °C.\n\nTudo vai bem.\n"
