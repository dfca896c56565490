"""Terms in titles and in running text, and the gender of the words before them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
        ("linhas cujas ", "histogramas", "pt", "linhas cujos "),
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


FEMININE = Path(__file__).parent / "feminine.txt"


@pytest.mark.parametrize("language", ["pt", "es"])
def test_every_shipped_noun_has_its_gender(language: str) -> None:
    """The first words of all terms, read one by one; whoever adds a term looks there."""
    terms = {lesson.resource.name: lesson.terms for lesson in project_terms()}
    nouns = {
        re.match(r"[\w-]*", said.lower())[0]: said
        for said in terms[f"terms-en-{language}"].values()
    }  # type: ignore[index]
    found = {
        word
        for word, said in nouns.items()
        if with_article(said, language)[:2] in ("a ", "as", "la")
    }
    read = dict(line.split(": ") for line in FEMININE.read_text("utf-8").splitlines())
    assert found == set(read[language].split())


@pytest.mark.parametrize(
    ("noun", "language", "expected"),
    [
        ("redes", "es", "las redes"),
        ("matrices", "es", "las matrices"),
        ("imágenes", "es", "las imágenes"),
        ("probabilidades", "es", "las probabilidades"),
        ("álgebra lineal", "es", "el álgebra lineal"),
        ("hipótesis nula", "es", "la hipótesis nula"),
        ("hipótesis nulas", "es", "las hipótesis nulas"),
        ("análisis", "es", "el análisis"),
        ("problemas", "es", "los problemas"),
        ("redes", "pt", "as redes"),
        ("árvores de decisão", "pt", "as árvores de decisão"),
        ("conexões", "pt", "as conexões"),
        ("hipóteses", "pt", "as hipóteses"),
        ("viés", "pt", "o viés"),
        ("vieses", "pt", "os vieses"),
        ("log-verossimilhança", "pt", "a log-verossimilhança"),
        ("desvio-padrão", "pt", "o desvio-padrão"),
        ("diagramas", "pt", "os diagramas"),
    ],
)
def test_gender_and_number_of_nouns(noun: str, language: str, expected: str) -> None:
    assert with_article(noun, language) == expected


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
        ("Kullback-Leibler Divergence", "Divergência de Kullback–Leibler"),
        ("The Kullback–Leibler divergence", "A divergência de Kullback–Leibler"),
        ("Bayes’ Theorem", "Teorema de Bayes"),
        ("Cross Validation", "Validação cruzada"),
        ("Cross‑Validation", "Validação cruzada"),
        ("Neural\nNetworks", "Redes neurais"),
        ("k-Means Clustering", "Agrupamento por k-médias"),
        ("ROC Curve", "Curva ROC"),
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
        ("The mean of it.", "O valor médio disso.", {"mean"}),
        ("A quantile is shown.", "Mostra quanto vale.", {"quantile"}),
        ("The levels are confidence levels.", "São os níveis de confiança.", set()),
        ("Decision trees grow.", "Uma árvore de decisão cresce.", set()),
        ("The matrices are large.", "A matriz é grande.", set()),
        ("It says that this mean grows.", "Diz que isso cresce.", {"mean"}),
        ("So that outliers do not spoil it.", "Para que não o estraguem.", {"outliers"}),
        ("Sample the values.", "Pegue os valores.", set()),
        ("Runs of 20 samples show it.", "Vemos isso.", {"samples"}),
        ("The width of the bins decides it.", "A largura decide.", {"bins"}),
        ("Samples that fit.", "Coisas que servem.", {"samples"}),
        ("After five samples we stop.", "Depois de cinco paramos.", {"samples"}),
        ("Regularization, dropout and so on.", "É assim.", {"regularization"}),
        ("By padding the input it grows.", "Ao encher a entrada.", set()),
        ("This section is about padding and stride.", "É sobre isso.", {"padding"}),
        ("The cross-entropy is small.", "É pequena.", {"cross-entropy"}),
        ("The cross entropy is small.", "É pequena.", {"cross-entropy"}),
    ],
)
def test_what_a_translation_lacks(text: str, translation: str, lacking: set[str]) -> None:
    assert Glossary(PT, "en", "pt").lacking([text], [translation]) == lacking


def test_only_what_lacks_a_term_is_translated_again() -> None:
    """In capitals first: what stands for "BIN" is the word to replace."""
    calls: list[list[str]] = []
    table = {
        "The mean is here.": "A média está aqui.",
        "We put it in a bin.": "Colocamos numa caixa.",
        "We put it in a BIN.": "Colocamos num BIN.",
    }

    def engine(texts: list[str]) -> list[str]:
        calls.append(texts)
        return [table[t] for t in texts]

    runs = [["The mean is here."], ["We put it in a bin."]]
    result = translate_runs(runs, engine, "en", Help(terms=PT, target="pt"))
    assert result == [["A média está aqui."], ["Colocamos numa classe."]]
    assert calls == [list(table)[:2], list(table)[2:]]


@pytest.mark.parametrize(
    ("shouted", "by_token", "result"),
    [
        ("Ele vê os BINS.", "", "Ele vê as classes."),
        ("Bins há.", "Ele vê os XM0 hoje.", "Ele vê as classes hoje."),
        ("Vê BINS.", "Ele vê os XM0 hoje.", "Ele vê as classes hoje."),
        ("BINS.", "BINS.", "Ele vê os caixotes."),
    ],
)
def test_where_the_engines_own_word_is_not_found_the_term_goes_as_a_token(
    shouted: str, by_token: str, result: str
) -> None:
    table = {
        "He sees the bins.": "Ele vê os caixotes.",
        "He sees the BINS.": shouted,
    }
    runs = [["He sees the bins."]]
    found = translate_runs(
        runs,
        lambda texts: [table.get(t, by_token) for t in texts],
        "en",
        Help(terms=PT, target="pt"),
    )
    assert found == [[result]]


def test_a_term_that_stands_in_the_source_language_is_replaced() -> None:
    runs = [["Look for the outliers."]]
    engine = {"Look for the outliers.": "Procure os outliers."}
    help = Help(terms=PT, target="pt")
    assert translate_runs(runs, lambda texts: [engine.get(t, t) for t in texts], "en", help) == [
        ["Procure os valores discrepantes."]
    ]


def test_markup_beside_a_term_is_kept() -> None:
    mark = Markup("<i/>")
    result = translate_runs([["bin ", mark]], list, "en", Help(terms=PT, target="pt"))
    assert result == [["classe ", mark]]


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
