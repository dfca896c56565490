"""The configuration: one definition a key, and errors with file, line, key and way out."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import ROOT

from amts_ext import config
from amts_ext.errors import ConfigError

BOOK = """[project]
name = book
lang = en

[translation]
translator =
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.ini"
    path.write_text(text, encoding="utf-8")
    return path


def failure(folder: Path, text: str, **keywords: object) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config.load(write(folder, text), **keywords)
    assert "\n" not in str(caught.value)
    return caught.value


def test_defaults_are_those_of_the_fields(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, BOOK))
    assert settings == config.Config(tmp_path, memory=tmp_path / ".amts/memory.sqlite")
    assert settings.source == "en"
    assert settings.file == tmp_path / "config.ini"


def test_the_example_of_the_design_with_comments_after_values(tmp_path: Path) -> None:
    (tmp_path / "d2l-zh").mkdir()
    (tmp_path / "book").mkdir()
    text = (
        BOOK.replace("translator =", "translator = aws\nterminology = terms")
        + """
[amts]
langs = zh, es
human_zh = ../d2l-zh            ; a human translation to learn from and to prefer
granularity = paragraph
bucket = my-bucket              ; only for translator = aws
role_arn = arn:aws:iam::123456789012:role/translate
price = 15
max_cost = 20                   ; USD; a dearer build stops before it sends
memory = ../store/m.sqlite
"""
    )
    settings = config.load(write(tmp_path / "book", text))
    assert settings.langs == ("zh", "es")
    assert settings.human == {"zh": tmp_path / "d2l-zh"}
    assert (settings.granularity, settings.translator) == ("paragraph", "aws")
    assert (settings.bucket, settings.terminology) == ("my-bucket", "terms")
    assert (settings.price, settings.max_cost) == (15.0, 20.0)
    assert settings.memory.resolve() == tmp_path / "store/m.sqlite"


def test_keywords_win_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, BOOK + "[amts]\nlangs = zh\n")
    settings = config.load(path, langs=["pt", "es"], source="fr", human_pt=tmp_path, bucket=None)
    assert settings.langs == ("pt", "es")
    assert settings.source == "fr"
    assert settings.human == {"pt": tmp_path}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("[project]\nlang = ja\n[translation]\norigin_lang = en\n", "ja"),
        ("[project]\nlang =\n[translation]\norigin_lang = fr\n", "fr"),
        ("[project]\nname = x\n", "en"),
        ("", "en"),
    ],
)
def test_where_the_source_language_comes_from(tmp_path: Path, text: str, source: str) -> None:
    assert config.load(write(tmp_path, text)).source == source


@pytest.mark.parametrize(
    ("added", "line", "told"),
    [
        ("[amts]\nlang = zh\n", 8, ["[amts] lang: unknown key", "did you mean 'langs'?"]),
        ("[amts]\n\nlangs = zh, tk\n", 9, ["'tk' has no profile", "did you mean 'tr'?"]),
        ("[amts]\ngranularity = sentense\n", 8, ["sentence or paragraph", "did you mean"]),
        ("[amts]\nhuman_zh = nowhere\n", 8, ["human_zh", "there is no folder", "nowhere"]),
        ("[amts]\nhuman_xx = .\n", 8, ["'xx' has no profile"]),
        ("[amts]\nmax_cost = 20 dollars\n", 8, ["max_cost", "a number from 0"]),
        ("[amts]\nmax_cost = 20\n", 8, ["max_cost: needs price"]),
        ("[amts]\nmax_cost = -1\n", 8, ["a number from 0"]),
        ("[amts]\nrole_arn = me\n", 8, ["arn:aws:iam::ACCOUNT:role/NAME"]),
        ("[amts]\nendpoint = localhost\n", 8, ["http"]),
        ("[amts]\nendpoint = http://me:word@localhost\n", 8, ["'http://***@localhost'"]),
        ("[amts]\nproxy = me:word@localhost\n", 8, ["http"]),
        ("[amts]\nmemory =\n", 8, ["it is empty"]),
        ("[amts]\ndirectives = my-note: title\n", 8, ["'my-note': 'title' is no part", "argument"]),
        ("[amts]\nbucket = 5%\n", 8, ["'%%'"]),
        ("[amts\nbucket = x\n", 7, ["not an INI file"]),
        ("[amts]\nlangs = pt\n[amts]\n", 9, ["not an INI file", "duplicate section"]),
    ],
)
def test_errors_name_file_line_key_and_way_out(
    tmp_path: Path, added: str, line: int, told: list[str]
) -> None:
    error = failure(tmp_path, BOOK + added)
    assert error.file == str(tmp_path / "config.ini")
    assert error.line == line
    for words in told:
        assert words in str(error)
    assert "word@" not in str(error)
    assert error.exit_code == 2


def test_an_unknown_translator_is_refused(tmp_path: Path) -> None:
    error = failure(tmp_path, BOOK.replace("translator =", "translator = gcp"))
    assert (error.line, "empty or the name of a translator" in str(error)) == (6, True)


def test_amazon_needs_its_bucket_and_role(tmp_path: Path) -> None:
    error = failure(tmp_path, BOOK.replace("translator =", "translator = aws"))
    assert "aws needs bucket in [amts]" in str(error)


def test_the_source_language_is_no_target(tmp_path: Path) -> None:
    error = failure(tmp_path, "[project]\nlang = pt\n[amts]\nlangs = zh, pt\n")
    assert (error.line, "'pt' is the language of the book's source" in str(error)) == (4, True)


def test_wrong_keywords_are_refused_by_name(tmp_path: Path) -> None:
    error = failure(tmp_path, BOOK, granularitty="sentence")
    assert str(error).startswith("granularitty: unknown key")
    assert "did you mean 'granularity'?" in str(error)
    assert error.file is None


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.ini: no such file"):
        config.load(tmp_path / "config.ini")


def test_keys_of_d2lbook_are_left_to_d2lbook(tmp_path: Path) -> None:
    text = BOOK + "[build]\nanything = 1\n[colab]\nlibs = a ; b\n"
    assert config.load(write(tmp_path, text)).langs == ()


def test_the_table_has_a_row_for_every_field(tmp_path: Path) -> None:
    rows = config.table().splitlines()[2:]
    assert len(rows) == len(dataclasses.fields(config.Config)) - 1  # root is no key
    assert any(row.startswith("| `[amts]` | `human_<language>` |") for row in rows)
    assert "| `[amts]` | `granularity` | `sentence` |" in config.table()


@pytest.mark.slow
def test_the_documentation_shows_what_the_program_says() -> None:
    """The tables, helps and examples in the pages are those of today's program."""
    pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
    command = [sys.executable, str(ROOT / "docs" / "generated.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_directives_are_a_list_with_semicolons_or_lines(tmp_path: Path) -> None:
    text = "[amts]\ndirectives = my-note: argument body; my-code: none\n    {my-role}: text\n"
    path = write(tmp_path, text)
    assert config.load(path).directives == "my-note: argument body; my-code: none; {my-role}: text"
