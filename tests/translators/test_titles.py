"""No title like ``Mer: "Aprendizagem Profunda)``: short texts are asked for in a carrier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.program import write

from amts_ext.facts.short import doubt
from amts_ext.languages import profiles
from amts_ext.model import Half, Parts, Slot, to_tokens
from amts_ext.pipeline import paths as standalone
from amts_ext.translators import carrier, titles
from amts_ext.translators.base import Answer, Request
from amts_ext.translators.embedded import Embedded, embedded

CODE = Slot(1, "code", "`mean`")
OPEN, CLOSE = Slot(2, "strong", "**", Half.OPEN), Slot(2, "strong", "**", Half.CLOSE)


@pytest.mark.parametrize(
    ("source", "answer", "why"),
    [
        ("Dive into Deep Learning", 'Mer: "Aprendizagem Profunda)', "gains a bracket"),
        ("Preliminaries", "Preliminaries (", "gains a bracket"),
        ("Height (cm)", "Altura cm", "loses a bracket"),
        ('The "Mean"', "A média", "loses a quotation mark"),
        ("Median", "«Mediana»", "gains a quotation mark"),
        ("The dogs' home", "O lar «dos cães»", "gains a quotation mark"),
        ("The 'mean' of it", "A média disso", "loses a quotation mark"),
        ("Mean and mode", "Média, e moda", "gains a comma"),
        ("Red, green", "Vermelho verde", "loses a comma"),
        ("Data: a start", "Dados um começo", "loses a colon"),
        ("Red, green now", "Vermelho verde, agora,", "ends in a comma"),
        ("Summary", "Resumo de tudo o que foi dito", "is more than 3 times as long"),
        ("均值", "The mean value of everything", "is more than 3 times as long"),
    ],
)
def test_what_looks_damaged(source: str, answer: str, why: str) -> None:
    assert doubt((source,), (answer,)) == why


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("Height (cm)", "身高（厘米）"),
        ('The "Bus" Problem', 'O problema "Bus"'),
        ('The "Mean"', "“均值”"),
        ("Newton's Method", "Método de Newton"),
        ("The Users' Guide", "O guia dos usuários"),
        ("Say 'mean' of it", "Diga «média» disso"),
        ("Say ``mean'' of it", "Diga «média» disso"),
        ("Say “don't” now", "现在说‘不’吧"),
        ("'Tis the mean", "É a média"),
        ("Mean, median, and mode", "Média, mediana e moda"),
        ("A, b", "甲、乙"),
        ("At 10:30 or 1,000 times", "Às 10h30 ou 1.000 vezes"),
        ("from 0.40 to 0.60", "de 0,40 a 0,60"),
        ("均值", "The mean"),
        ("Up", "Para cima"),
        ("This is a sentence of more than six words", 'Esta: "é (uma'),
    ],
)
def test_what_does_not(source: str, answer: str) -> None:
    assert doubt((source,), (answer,)) == ""


def test_what_slots_hold_is_not_looked_at() -> None:
    assert doubt(("The ", Slot(1, "code", "`f(x)`")), ("A ", Slot(1, "code", "`f(x)`"))) == ""


@pytest.mark.parametrize("quotes", [("'", "'"), ("&quot;", "&quot;"), ('\\"', '\\"'), ("‘", "’")])
def test_quotation_marks_of_another_form_are_no_gain(quotes: tuple[str, str]) -> None:
    address = Slot(1, "url", "https://a.b")
    first, last = ((q if len(q) == 1 else Slot(n, "escape", q)) for n, q in enumerate(quotes, 2))
    assert doubt(("See ", first, address, last), ("Veja «", address, "»")) == ""
    assert doubt(("See ", address), ("Veja «", address, "»")) == "gains a quotation mark"


@pytest.mark.parametrize(
    ("title", "names", "inside"),
    [
        (("Least Squares",), (), ("least squares",)),
        (("The ", CODE, " Function"), (), ("the ", CODE, " function")),
        (("Newton's Method",), (), ("Newton's method",)),
        (("Fourier Transform",), ("Fourier",), ("Fourier transform",)),
        (("What Is a GPU?",), (), ("what is a GPU",)),
        (("Reading files from Paris",), (), ("reading files from Paris",)),
        ((OPEN, "Bold Words", CLOSE), (), (OPEN, "bold words", CLOSE)),
    ],
)
def test_a_title_within_a_sentence(title: Parts, names: tuple[str, ...], inside: Parts) -> None:
    assert titles.inside(title, names) == inside


def test_names_are_known_from_the_text() -> None:
    texts = [
        ("Here Laplace says so.",),
        ("The Mean",),
        (
            "Ask ",
            CODE,
            " of Gauss.",
        ),
    ]
    assert titles.names(texts) == {"Laplace", "Gauss"}


@pytest.mark.parametrize(
    ("found", "title", "target", "expected"),
    [
        ("o pooling", "Pooling", "pt", "Pooling"),
        ("a mediana", "The Median", "pt", "A mediana"),
        ("o que procurar", "What to Look For", "pt", "O que procurar"),
        ("los cuartiles", "Quartiles", "es", "Cuartiles"),
        ("cuántas clases", "How Many Bins?", "es", "¿Cuántas clases?"),
        ("均值", "The Mean", "zh", "均值"),
        ("a média", "mean", "pt", "média"),
    ],
)
def test_out_of_the_sentence_it_is_a_title_again(
    found: str, title: str, target: str, expected: str
) -> None:
    assert to_tokens(titles.outside((found,), (title,), "en", target)) == expected


class Asked:
    """A translator by table, which keeps what it was asked."""

    def __init__(self, table: dict[str, str]) -> None:
        self.table = table
        self.calls: list[list[str]] = []

    def __call__(self, requests: Sequence[Request]) -> Iterator[list[Answer]]:
        self.calls.append([request.key for request in requests])
        for request in requests:
            slots = {s.token: s for s in request.parts if isinstance(s, Slot)}
            said = self.table.get(request.key, request.key.upper())
            head, token, tail = said.partition("⟦code1⟧")
            parts = (head, slots[token], tail) if token else (said,)
            kept = tuple(p for p in parts if p)
            yield [Answer(request.key, target, kept) for target in request.targets]


CARRIER = {"This section is about ⟦code1⟧.": "Esta seção é sobre ⟦code1⟧."}


def asked(texts: Sequence[str], ask: Asked, **more: object) -> dict[str, Answer]:
    requests = [Request(text, (text,), "a.md", ("pt",)) for text in texts]
    found = carrier.settled(requests, "en", ask, **more)  # type: ignore[arg-type]
    return {answer.key: answer for some in found for answer in some}


def test_a_damaged_answer_is_asked_for_once_more() -> None:
    table = CARRIER | {
        "a good start": "um bom começo (",
        "This section is about a good start.": "Esta seção é sobre um bom começo.",
    }
    ask = Asked(table)
    answers = asked(["a good start", "Other words."], ask)
    assert answers["a good start"].parts == ("um bom começo",)
    assert answers["Other words."].parts == ("OTHER WORDS.",)
    assert len(ask.calls) == 2 and len(ask.calls[1]) == 2, "the carrier, and the text in it"


@pytest.mark.parametrize("inside", ["Outra frase é pooling.", "Esta seção é sobre pooling (."])
def test_where_that_fails_too_the_source_stays(inside: str) -> None:
    table = CARRIER | {"pooling": "piscinas,", "This section is about pooling.": inside}
    answer = asked(["pooling"], Asked(table))["pooling"]
    assert answer.parts is None and answer.lasting
    assert answer.problem == "“piscinas,” gains a comma"


def test_a_title_goes_in_a_carrier_first_and_else_stays_as_it_came() -> None:
    table = CARRIER | {"This section is about feature maps.": "Esta seção é sobre os mapas."}
    text = "The strides of feature maps are told here."
    answers = asked(["Feature Maps", "Strides", text], Asked(table))
    assert answers["Feature Maps"].parts == ("Mapas",)
    assert answers["Strides"].parts == ("STRIDES",), "its carrier came back as something else"


@pytest.mark.parametrize("title", ["Turkey", "New York Weather", "Type A and Type B", "No Maps"])
def test_a_name_or_a_denial_stays_as_it_came(title: str) -> None:
    table = CARRIER | {
        f"This section is about {title.lower()}.": "Esta seção é sobre perus.",
        f"This section is about {title}.": f"Esta seção é sobre {title}.",
    }
    text = "The new weather and a type of maps are told here."
    assert asked([title, text], Asked(table))[title].parts == (title.upper(),)


COUNTS = CARRIER | {
    "From Counts to Chances": "De condes a chance",
    "This section is about from counts to chances.": "Esta seção é sobre de contagens a chances.",
    "This section is about From Counts to Chances.": "Esta seção é sobre De Contagens a Chance.",
    "Scores by Bayes": "Notas de Bayes",
    "This section is about scores by bayes.": "Esta seção é sobre pontos de bayes.",
    "This section is about Scores by Bayes.": "Esta seção é sobre Pontos de Bayes.",
    "Roads": "Caminhos",
    "This section is about roads.": "Esta seção é sobre estradas.",
    "This section is about Roads.": "Esta seção é sobre Roads.",
    "A Road": "Uma via",
    "This section is about a Road.": "Esta seção é sobre outra coisa.",
}


def test_an_odd_word_gives_way_where_both_carriers_agree_on_another() -> None:
    answers = asked(["From Counts to Chances", "Scores by Bayes", "Roads", "A Road"], Asked(COUNTS))
    assert answers["From Counts to Chances"].parts == ("De contagens a chances",)
    assert answers["Scores by Bayes"].parts == ("Pontos de Bayes",), "a name has its capital"
    assert answers["Roads"].parts == ("Caminhos",), "the two do not agree"
    assert answers["A Road"].parts == ("Uma via",)


def test_words_of_a_language_without_blanks_are_not_compared() -> None:
    ask = Asked(COUNTS)
    request = Request("Roads", ("Roads",), "a.md", ("zh",))
    ((answer,),) = carrier.settled([request], "en", ask)
    assert answer.parts == ("Caminhos",) and len(ask.calls) == 1


def test_what_a_person_said_is_not_doubted() -> None:
    ask = Asked({"Pooling": "Pooling (agrupamento)"})
    answers = asked(["Pooling"], ask, known={("pooling", "pooling (agrupamento)")})
    assert answers["Pooling"].parts == ("Pooling (agrupamento)",) and len(ask.calls) == 1


def test_every_profile_has_a_carrier() -> None:
    for language in profiles.available():
        assert profiles.load(language).carrier.count("{}") == 1


def translated(root: Path, translator: Embedded, target: str = "pt") -> object:
    try:
        return standalone.translate_paths(
            [root / "a.md"], root / "out", source="en", target=target, memory=root / "m.sqlite",
            translator=translator,
        )  # fmt: skip
    finally:
        translator.close()


@pytest.mark.slow
def test_a_title_alone_in_its_file_has_no_odd_word(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "## From Counts to Chances\n"})
    translated(tmp_path, embedded(workers=1))
    assert "contagens" in (tmp_path / "out/a.md").read_text("utf-8")


@pytest.mark.slow
def test_a_garbled_title_is_listed_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "Some words that are long enough.\n\n# Deep waters\n"})
    result = translated(tmp_path, embedded(engine="support.engines:Garbler", workers=1))
    (problem,) = result.problems  # type: ignore[attr-defined]
    assert (problem.line, problem.source) == (3, "Deep waters")
    assert problem.reason == 'rejected, “Mer: "Deep waters” gains a quotation mark'
    assert (tmp_path / "out/a.md").read_text("utf-8").endswith("# Deep waters\n")


TITLES = {
    "Dive into Deep Learning": "Mergulhar em aprendizado profundo",
    "Preliminaries": "Preliminares",
    "Pooling": "Pooling",
    "Translation Invariance": "Invariância à translação",
    "Least Squares": "Mínimos quadrados",
    "Feature Map": "Mapa de características",
    "The Median": "A mediana",
    "Tables": "Tabelas",
    "Newton's Method": "Método de Newton",
    "Mean, Median, and Mode": "Média, mediana e modo",
    "What Is a Histogram?": "O que é um histograma?",
    "Weighted Means": "Médias ponderadas",
    "How Many Bins?": "Quantas classes?",
    "How Fast?": "Quão rápido?",
}


def test_titles_by_the_engine_that_is_shipped(tmp_path: Path) -> None:
    """Each was wrong, or might have become so; they were read one by one."""
    heads = "".join(f"# {title}\n\n" for title in TITLES)
    text = "A feature map, translation invariance, pooling, tables, many bins: so fast it goes.\n"
    write(tmp_path, {"a.md": heads + text})
    result = translated(tmp_path, embedded(offline=True, workers=1))
    assert result.problems == []  # type: ignore[attr-defined]
    found = (tmp_path / "out/a.md").read_text("utf-8").split("\n\n")
    assert dict(zip(TITLES, (line.removeprefix("# ") for line in found), strict=False)) == TITLES


def test_a_title_that_is_a_term_needs_no_engine(tmp_path: Path) -> None:
    """There is no model for Spanish here, yet the book's terms are known."""
    write(tmp_path, {"a.md": "# The Standard Error\n\n# Least Squares\n\n# Buses\n"})
    result = translated(tmp_path, embedded(offline=True, workers=1), "es")
    text = (tmp_path / "out/a.md").read_text("utf-8")
    assert text == "# El error estándar\n\n# Mínimos cuadrados\n\n# Buses\n"
    assert [p.line for p in result.problems] == [5]  # type: ignore[attr-defined]
