"""Terms in titles and in running text, and the gender of the words before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.program import write

from amts_ext.service.content.agreement import agreed, with_article
from amts_ext.service.content.markup import translate_runs
from amts_ext.service.content.runs import Help, Markup
from amts_ext.service.content.terms import Glossary
from amts_ext.translators.embedded import embedded
from amts_ext.translators.lessons import project_terms

PT = {lesson.resource.name: lesson.terms for lesson in project_terms()}["terms-en-pt"]


@pytest.mark.parametrize(
    ("before", "noun", "language", "expected"),
    [
        ("A soma do ", "mediana", "pt", "A soma da "),
        ("O ", "média ponderada", "pt", "A "),
        ("em um ", "classe", "pt", "em uma "),
        ("Quantos ", "classes", "pt", "Quantas "),
        ("têm o mesmo ", "dispersão", "pt", "têm a mesma "),
        ("Dois ", "classes", "pt", "Duas "),
        ("a ", "histograma", "pt", "o "),
        ("na ", "desvio-padrão", "pt", "no "),
        ("a ", "dispersão", "pt", "a "),
        ("la suma del ", "media", "es", "la suma de la "),
        ("la suma de la ", "error estándar", "es", "la suma del "),
        ("um dado ", "mediana", "pt", "um dado "),
        ("o ", "均值", "zh", "o "),
    ],
)
def test_the_word_before_a_noun(before: str, noun: str, language: str, expected: str) -> None:
    assert agreed(before, noun, language) == expected


def test_a_noun_with_its_article() -> None:
    nouns = ["mediana", "valor", "mínimos quadrados", "classes"]
    articles = [with_article(noun, "pt").split()[0] for noun in nouns]
    assert articles == ["a", "o", "os", "as"]
    assert with_article("均值", "zh") == "均值"


def test_every_shipped_noun_has_its_gender() -> None:
    """Read one by one; whoever adds a term looks here."""
    genders = {noun: with_article(noun, "pt")[:2].strip() for noun in set(PT.values())}
    feminine = {noun for noun, article in genders.items() if article.startswith("a")}
    assert feminine == {
        "média", "mediana", "média ponderada", "média aparada", "dispersão", "variância",
        "amplitude interquartil", "classe", "amostra", "inclinação", "extrapolação", "regressão",
        "lei dos grandes números", "médias ponderadas", "médias aparadas", "medianas",
        "variâncias", "classes", "amostras", "inclinações", "Imagens",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mean", "média"),
        ("Mean", "Média"),
        ("Least Squares", "Mínimos quadrados"),
        ("The Law of Large Numbers", "A lei dos grandes números"),
        ("the mean", "a média"),
        ("The Mean of It", ""),
        ("meaning", ""),
        ("MEAN", ""),
    ],
)
def test_a_text_that_is_a_term(text: str, said: str) -> None:
    assert Glossary(PT, "en", "pt").whole(text) == said


@pytest.mark.parametrize(
    ("text", "translation", "lacking"),
    [
        ("The mean of it.", "O meio disso.", {"mean"}),
        ("The mean of it.", "As médias disso.", set()),
        ("A robust value.", "Um valor robusta.", set()),
        ("These results mean that it holds.", "Isso significa que vale.", set()),
        ("What does it mean?", "O que significa?", set()),
        ("We sample five.", "Pegamos cinco.", set()),
        ("It spread quickly.", "Espalhou-se depressa.", set()),
        ("Two peaks often mean two groups.", "Dois picos são dois grupos.", set()),
        ("The bin width is a choice.", "A largura da caixa é uma escolha.", set()),
        ("There are no bins here.", "Não há caixas aqui.", set()),
        ("The results mean the same.", "Dá no mesmo.", set()),
        ("She waits at a green bin.", "Ela espera na caixa verde.", {"bin"}),
        ("He says recycle bin now.", "Ele diz lixeira agora.", set()),
        ("With 4 bins the hill is high.", "Com 4 caixas a colina é alta.", {"bins"}),
        ("Every bin has a width.", "Cada caixa tem largura.", {"bin"}),
        ("The weighted mean of bins.", "O meio de caixas.", {"weighted mean", "bins"}),
    ],
)
def test_what_a_translation_lacks(text: str, translation: str, lacking: set[str]) -> None:
    assert Glossary(PT, "en", "pt").lacking([text], [translation]) == lacking


def test_only_what_lacks_a_term_is_translated_twice() -> None:
    calls: list[list[str]] = []
    table = {
        "The mean is here.": "A média está aqui.",
        "We put it in a bin.": "Colocamos numa caixa.",
        "We put it in a XM0.": "Colocamos num XM0.",
    }

    def engine(texts: list[str]) -> list[str]:
        calls.append(texts)
        return [table[t] for t in texts]

    runs = [["The mean is here."], ["We put it in a bin."]]
    result = translate_runs(runs, engine, "en", Help(terms=PT, target="pt"))
    assert result == [["A média está aqui."], ["Colocamos numa classe."]]
    assert calls == [list(table)[:2], list(table)[2:]]


def test_markup_beside_a_term_is_kept() -> None:
    mark = Markup("<i/>")
    result = translate_runs([["bin ", mark]], list, "en", Help(terms=PT, target="pt"))
    assert result == [["classe ", mark]]


def test_the_books_own_terms_come_first(tmp_path: Path) -> None:
    write(tmp_path, {"terminology/en-pt.csv": "en,pt\nbin,lixeira\nfox,raposa\n"})
    found = {lesson.resource.name: lesson for lesson in project_terms(tmp_path)}
    assert found["terms-en-pt"].terms == PT | {"bin": "lixeira", "fox": "raposa"}
    revisions = {lesson.resource.revision for lesson in (found["terms-en-pt"], *project_terms())}
    assert len(revisions) == len(project_terms()) + 1, "the memory tells them apart"


def test_a_build_teaches_its_service_the_terms() -> None:
    translator = embedded(engine="upper", workers=1)
    try:
        clients = translator._loopback.clients()
        assert clients.translate.list_terminologies()["TerminologyPropertiesList"] == []
        translator._teach("en", ["pt"], lambda *a, **k: None)
        (terms,) = clients.translate.list_terminologies()["TerminologyPropertiesList"]
        assert (terms["Name"], terms["TermCount"]) == ("terms-en-pt", len(PT))
    finally:
        translator.close()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We put each value in a bin.", "em uma classe"),
        ("The spread of the data is large.", "A dispersão dos dados"),
        ("The quartile is not the interquartile range.", "a amplitude interquartil"),
        ("These values mean that the sample is small.", "significam que a amostra é pequena"),
        ("What does it mean to be robust?", "O que significa ser robusto?"),
    ],
)
def test_running_text_by_the_engine_that_is_shipped(text: str, wanted: str) -> None:
    from amts_ext.service.engines.base import EngineOptions
    from amts_ext.service.engines.registry import make

    model = make("firefox", EngineOptions(offline=True)).load("en", "pt")
    result = translate_runs([[text]], model.translate, "en", Help(terms=PT, target="pt"))
    assert wanted in str(result[0][0])
