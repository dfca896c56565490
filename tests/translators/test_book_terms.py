"""``[amts] terminology``: the book's own terms, before the project's, for every engine."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from support.program import write

from amts_ext import translate_book
from amts_ext.config import load
from amts_ext.errors import ConfigError, InputError
from amts_ext.pairs.terms import of_project
from amts_ext.translators.embedded import from_config
from amts_ext.translators.lessons import book_terms, project_terms, read_pairs

CONFIG = """[project]
name = small
lang = en
[translation]
terminology = a-resource-at-amazon
[build]
notebooks = *.md
[amts]
langs = pt
terminology = words.csv
"""
PT = of_project()["en", "pt"]


def terms_of(root: Path) -> dict[str, str]:
    config = load(root / "config.ini")
    lessons = book_terms(config.root, config.source, config.terms)
    return {**next(each.terms for each in lessons if each.resource.name == "terms-en-pt")}


def test_the_file_comes_before_the_folder_and_the_project(tmp_path: Path) -> None:
    write(tmp_path, {
        "config.ini": CONFIG,
        "words.csv": "en,pt-BR,es\nbin,lixeira,cubo\ncross validation,validação em cruz,\n",
        "terminology/en-pt.csv": "en,pt\nbin,balde\nfox,raposa\n",
    })  # fmt: skip
    own = {"bin": "lixeira", "fox": "raposa", "cross validation": "validação em cruz"}
    expected = {t: said for t, said in PT.items() if t != "cross-validation"} | own
    assert terms_of(tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("words.csv", "en,pt\nmean,promédio\n"),
        ("words.tsv", "en\tpt\nmean\tpromédio\n"),
        (
            "words.tmx",
            '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>mean</seg>'
            '</tuv><tuv xml:lang="pt-BR"><seg>promédio</seg></tuv></tu></body></tmx>',
        ),
    ],
)
def test_tables_and_tmx_are_read(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {"config.ini": CONFIG.replace("words.csv", name), name: text})
    assert terms_of(tmp_path) == PT | {"mean": "promédio"}


def test_a_build_uses_them_and_translates_again_when_they_change(tmp_path: Path) -> None:
    write(tmp_path, {
        "config.ini": CONFIG,
        "a.md": "# Dogs\n\nTake the fox for a walk.\n",
        "words.csv": "en,pt\nDogs,Cachorros\nfox,cão felpudo\n",
    })  # fmt: skip
    config = tmp_path / "config.ini"
    translate_book(config)
    page = tmp_path / "_build/translated/pt/a.md"
    assert page.read_text("utf-8").startswith("# Cachorros\n\n")
    assert "o cão felpudo" in page.read_text("utf-8")
    first = from_config(load(config)).signature("en", "pt")
    assert translate_book(config)["pt"].counts["memory"] == 2
    write(tmp_path, {"words.csv": "en,pt\nDogs,Cães\n"})
    assert from_config(load(config)).signature("en", "pt") != first
    assert translate_book(config)["pt"].counts["machine"] == 2
    assert page.read_text("utf-8").startswith("# Cães\n\n")


def test_bad_rows_are_named_by_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [
        "en,pt",
        "mean,média",
        "mode,",
        '"half',
        "a,b,c",
        ",vazio",
        "x,-y",
        "mean,meio",
        "z" * 201 + ",z",
    ]
    write(tmp_path, {"config.ini": CONFIG, "words.csv": "\n".join(rows[:3] + rows[4:]) + "\n"})
    with caplog.at_level(logging.WARNING, "amts"):
        assert terms_of(tmp_path) == PT | {"mean": "meio"}
    told = [line.replace(f"{tmp_path}/", "").replace("z" * 60, "z…") for line in caplog.messages]
    assert sorted(told) == [
        f"words.csv:{line} (the term is not used)"
        for line in (
            "2: a later pair has the same source: mean",
            "3: has no translation: mode",
            "4: has 3 fields for 2 languages; check the quotes: a",
            "5: the source is empty: ",
            "6: pt begins with '-', which a CSV or TSV field must not; use TMX: -y",
            "8: the source has 201 bytes; 200 are allowed: z…",
        )
    ]


def test_many_bad_rows_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = "en,pt\nmean,média\n" + "".join(f"term {i},\n" for i in range(50))
    write(tmp_path, {"config.ini": CONFIG, "words.csv": text})
    terms_of(tmp_path)
    assert len(caplog.messages) == 21 and caplog.messages[-1] == "30 more terms are not used"


def test_what_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    write(tmp_path, {"config.ini": CONFIG, "words.csv": "de,pt\nTag,dia\n"})
    with pytest.raises(InputError, match=r"words\.csv: .*holds no terms from en .*en,pt"):
        from_config(load(tmp_path / "config.ini"))
    write(tmp_path, {"words.csv": "mean,média\n"})
    with pytest.raises(InputError, match=r"words\.csv:1: .*the first row must hold"):
        from_config(load(tmp_path / "config.ini"))
    (tmp_path / "words.csv").unlink()
    with pytest.raises(ConfigError, match=r"config\.ini:10: .*there is no file .*words\.csv"):
        load(tmp_path / "config.ini")


def test_amazon_takes_resources_and_no_file(tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/t"
    text = CONFIG.replace("[translation]", "[translation]\ntranslator = aws")
    write(
        tmp_path,
        {"config.ini": f"{text}bucket = b\nrole_arn = {role}\n", "words.csv": "en,pt\na,b\n"},
    )
    with pytest.raises(ConfigError, match=r"config\.ini:11: .*amts terminology push FILE"):
        load(tmp_path / "config.ini")


def test_the_name_and_the_file_are_two_keys(tmp_path: Path) -> None:
    write(tmp_path, {"config.ini": CONFIG, "words.csv": "en,pt\na,b\n"})
    config = load(tmp_path / "config.ini")
    assert config.terminology == "a-resource-at-amazon" and config.terms == tmp_path / "words.csv"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["A função de custo cai."] * 3, False),
        (
            ["A função de custo cai.", "A função de custo sobe.", "As funções de perda são duas."],
            False,
        ),
        (["A função de custo cai.", "A função de perda sobe."], True),
        (["A função de custo cai."], True),
    ],
)
def test_the_books_pairs_outrank_the_projects_terms(
    tmp_path: Path, said: list[str], kept: bool
) -> None:
    rows = "".join(f"The loss function is {i}.\t{text}\n" for i, text in enumerate(said))
    write(tmp_path, {"pairs.tsv": f"en\tpt\n{rows}"})
    pairs = read_pairs(tmp_path / "pairs.tsv", "en")
    lessons = {each.resource.name: each for each in project_terms(pairs)}
    assert ("loss function" in lessons["terms-en-pt"].terms) == kept
    assert "loss function" in lessons["terms-en-es"].terms
    write(tmp_path, {"own.csv": "en,pt\nloss function,função de perda\n"})
    own = book_terms(tmp_path, "en", tmp_path / "own.csv", pairs)
    assert all("loss function" in each.terms for each in own if each.resource.name == "terms-en-pt")
