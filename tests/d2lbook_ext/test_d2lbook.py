"""``d2lbook build --lang`` on a real book with real d2lbook builds; only the engine is a fake."""

from __future__ import annotations

import ast
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.book import CONFIG, FIRST, d2lbook, make_book

from amts_ext.checks.review import check_book
from amts_ext.config import load
from amts_ext.d2lbook_ext import env
from amts_ext.d2lbook_ext.places import Sections
from amts_ext.d2lbook_ext.report import problem_in_source
from amts_ext.languages import profiles
from amts_ext.pages.marks import unmark
from amts_ext.pipeline.book import open_book
from amts_ext.pipeline.plan import plan_book
from amts_ext.text.outcome import Problem

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytestmark = [pytest.mark.slow, pytest.mark.book]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """The tiny book in English by plain d2lbook, then in zh and pt; warnings by language."""
    book = make_book(tmp_path_factory.mktemp("built"))
    english = d2lbook(book, "build", "html", "--tab", "beta", fake=False)
    assert english.code == 0, english.out
    assert sorted(p.name for p in (book / "_build").iterdir()) == sorted(
        ["eval_beta", "rst_beta", "ipynb_beta", "html"]
    ), "without --lang nothing but d2lbook's own folders appears"
    warnings = {"en": english.warnings}
    for lang in ("zh", "pt"):
        run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", lang)
        assert run.code == 0, run.out
        warnings[lang] = run.warnings
    return book, warnings


@pytest.fixture
def book(built: tuple[Path, dict[str, list[str]]], tmp_path: Path) -> Iterator[Path]:
    """A copy of the built book, ages kept, that a test may change."""
    copy = tmp_path / "book"
    shutil.copytree(built[0], copy)
    yield copy


def pages(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.html")}


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text("utf-8"))["cells"])


def ages(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.suffix in (".ipynb", ".rst")}


@pytest.mark.parametrize(("lang", "html_lang"), [("zh", "zh-CN"), ("pt", "pt-BR")])
def test_as_many_pages_in_the_language(
    built: tuple[Path, dict[str, list[str]]], lang: str, html_lang: str
) -> None:
    book, warnings = built
    english, folder = book / "_build/html", book / f"_build/{lang}/html"
    assert pages(folder) == pages(english)
    assert len(pages(folder)) >= 5
    assert warnings[lang] == warnings["en"]
    page = unmark((folder / "chapter/first.html").read_text("utf-8"))
    assert f'lang="{html_lang}"' in page
    assert "THE LINE" in page
    assert "The line" not in page
    assert "Only the second tab" not in page and "ONLY THE SECOND TAB READS THIS." in page
    assert "A TINY BOOK, 100% REAL" in page


def test_theme_strings_and_search_are_in_the_language(
    built: tuple[Path, dict[str, list[str]]],
) -> None:
    for lang, word in (("zh", "快速搜索"), ("pt", "Busca rápida")):
        assert word in (built[0] / f"_build/{lang}/html/index.html").read_text("utf-8")
    configuration = (built[0] / "_build/zh/rst_beta/conf.py").read_text("utf-8")
    assert "html_show_sourcelink = False\nlanguage = 'zh_CN'" in configuration


def test_references_resolve_as_in_english(built: tuple[Path, dict[str, list[str]]]) -> None:
    english = (built[0] / "_build/html/chapter/first.html").read_text("utf-8")
    count = english.count("std-numref")
    assert count == 2
    for lang in ("zh", "pt"):
        page = (built[0] / f"_build/{lang}/html/chapter/first.html").read_text("utf-8")
        assert page.count("std-numref") == count
        assert ":numref:" not in page


def test_code_and_outputs_are_identical(built: tuple[Path, dict[str, list[str]]]) -> None:
    compared = 0
    for path in (built[0] / "_build/eval_beta").rglob("*.ipynb"):
        english = cells(path)
        for lang in ("zh", "pt"):
            other = cells(
                built[0]
                / f"_build/{lang}/eval_beta"
                / path.relative_to(built[0] / "_build/eval_beta")
            )
            assert [c["cell_type"] for c in other] == [c["cell_type"] for c in english]
            for mine, own in zip(other, english, strict=True):
                if own["cell_type"] == "code":
                    assert mine == own
                    compared += 1
    assert compared == 6
    assert "Hello from the code." in (built[0] / "_build/zh/html/chapter/first.html").read_text(
        "utf-8"
    )


def test_an_unchanged_book_is_left_alone(book: Path) -> None:
    first = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt")
    assert first.code == 0, first.out  # Sphinx reads all anew once, in a folder that was moved
    before = ages(book / "_build/pt")
    page = book / "_build/pt/html/chapter/first.html"
    age = page.stat().st_mtime_ns
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt", "--frozen")
    assert run.code == 0, run.out
    written = {p for p, when in ages(book / "_build/pt").items() if before.get(p) != when}
    assert {p for p in written if "ipynb_beta" not in p.parts} == set()  # copied anew by d2lbook
    assert page.stat().st_mtime_ns == age


def test_an_edit_reaches_its_page_and_one_segment(book: Path) -> None:
    section = book / "chapter/first.md"
    section.write_text(FIRST.replace("It has **two**", "It has only **two**"), "utf-8")
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt")
    assert run.code == 0, run.out
    assert ", 1 machine\n" in run.out
    assert "IT HAS ONLY" in (book / "_build/pt/html/chapter/first.html").read_text("utf-8")


def test_frozen_lists_what_is_missing_and_builds_nothing(book: Path) -> None:
    section = book / "chapter/first.md"
    section.write_text(FIRST.replace("It has **two**", "It has only **two**"), "utf-8")
    before = ages(book / "_build/pt")
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt,es", "--frozen")
    assert run.code == 3, run.out
    assert "chapter/first.md:4: It has only ⟦strong1⟧two⟦/strong1⟧ parameters." in run.out
    assert ages(book / "_build/pt") == before
    assert not (book / "_build/es").exists()


def test_every_tab_and_the_merged_book(book: Path) -> None:
    run = d2lbook(book, "build", "html", "--tab", "all", "--lang", "pt")
    assert run.code == 0, run.out
    assert (book / "_build/pt/eval/chapter/second.ipynb").read_bytes() == b"", "placeholder"
    page = unmark((book / "_build/pt/html/chapter/first.html").read_text("utf-8"))
    assert "ONLY THE SECOND TAB READS THIS." in page
    assert ">alpha<" in page and ">beta<" in page
    report = json.loads((book / "_build/pt/report.json").read_text("utf-8"))
    rows = [row for row in report["sentences"] if row["file"] == "chapter/first.md"]
    assert sorted(row["line"] for row in rows) == [row["line"] for row in rows]
    assert all(row["link"].partition("#")[2] for row in rows), "each once, and on the merged page"
    assert len({row["source"] for row in rows}) == len(rows)
    config = load(book / "config.ini")
    with open_book(config) as opened:
        planned = plan_book(opened, "pt", "all")["segments"]
        checked = check_book(opened, "pt", {}, tab="all").segments
    assert len(report["sentences"]) == planned == checked
    assert f"pt: {planned} segments: " in run.out, "one count, without the tabs' copies"
    section = book / "chapter/first.md"
    section.write_text(FIRST.replace("Only the second", "Just the second"), "utf-8")
    run = d2lbook(book, "build", "html", "--tab", "all", "--lang", "pt")
    assert run.code == 0, run.out
    page = unmark((book / "_build/pt/html/chapter/first.html").read_text("utf-8"))
    assert "JUST THE SECOND TAB READS THIS." in page, "a change in another tab is merged"


def test_the_other_commands(book: Path) -> None:
    (book / "alpha").mkdir()
    (book / "alpha/mine.txt").write_text("kept")
    config = CONFIG + "[colab]\ngithub_repo = alpha, a/b\n  beta, a/c\nlibs =\n"
    (book / "config.ini").write_text(config.replace("libs =", "libs = alpha, x, y\n  beta, x, y"))
    commands = ("ipynb", "rst", "slides", "colab", "sagemaker", "pkg", "tabcheck", "outputcheck")
    run = d2lbook(book, "build", *commands, "--lang", "pt")
    assert run.code == 0, run.out
    folder = book / "_build/pt"
    assert "THIS SLIDE TEXT" in (folder / "slides/chapter/first.ipynb").read_text("utf-8")
    for name in ("ipynb", "colab"):
        assert "IT HAS" in (folder / name / "chapter/first.ipynb").read_text("utf-8")
    assert (folder / "rst/chapter/first.rst").is_file()
    with zipfile.ZipFile(folder / "tiny.zip") as archive:
        assert {"alpha/index.ipynb", "beta/chapter/first.ipynb"} < set(archive.namelist())
        assert b"THE LINE" in archive.read("alpha/chapter/first.ipynb")
        assert b"THIS PAGE IS NOT EXECUTED." in archive.read("alpha/README.md")
    assert (book / "alpha/mine.txt").read_text() == "kept"
    assert not (book / "out.zip").exists() and not (book / "beta").exists()


def test_package_holds_what_d2lbooks_own_holds(book: Path) -> None:
    if not shutil.which("zip"):
        pytest.skip("d2lbook's own package needs the program zip")
    assert d2lbook(book, "build", "pkg", fake=False).code == 0
    # d2lbook takes the folder that it made for the first tab for a chapter of the second.
    for left in ("alpha", "beta"):
        shutil.rmtree(book / left)
    assert d2lbook(book, "build", "pkg", "--lang", "pt").code == 0
    names = []
    for path in (book / "_build/tiny.zip", book / "_build/pt/tiny.zip"):
        with zipfile.ZipFile(path) as archive:
            names.append({name for name in archive.namelist() if not name.endswith("/")})
    assert names[0] - {"beta/alpha/README.ipynb"} == names[1]


@pytest.mark.skipif(not env.missing_tex(), reason="TeX is there: a PDF would be made")
def test_pdf_without_tex_is_one_line_and_the_rest_is_done(book: Path) -> None:
    run = d2lbook(book, "build", "pdf", "html", "--tab", "beta", "--lang", "pt")
    assert run.code == 1, run.out
    told = [line for line in run.out.splitlines() if "no PDF was made" in line]
    assert len(told) == 1 and "xelatex" in told[0]
    assert "pt: html: file://" in run.out
    assert "Traceback" not in run.out


def test_removed_section_disappears(book: Path) -> None:
    (book / "chapter/second.md").unlink()
    index = book / "index.md"
    index.write_text(index.read_text("utf-8").replace("chapter/second\n", ""), "utf-8")
    assert d2lbook(book, "build", "rst", "--tab", "beta", "--lang", "pt").code == 0
    assert not (book / "_build/pt/eval_beta/chapter/second.ipynb").exists()
    assert not (book / "_build/pt/rst_beta/chapter/second.rst").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("html", "--lang", "xx"), "'xx' has no profile"),
        (("html", "--lang", "pt", "--tab", "gamma"), "gamma is not found in tabs"),
        (("html", "--lang", "en"), "'en' is the language of the book's source"),
        (("merge", "--lang", "pt", "--tab", "beta"), "pt: merge joins the notebooks of all tabs"),
    ],
)
def test_wrong_use_is_one_line(book: Path, arguments: tuple[str, ...], told: str) -> None:
    run = d2lbook(book, "build", *arguments)
    assert run.code == 2, run.out
    assert [told in line for line in run.out.splitlines() if "amts:" in line] == [True]
    assert "Traceback" not in run.out


def test_no_config_is_one_line(tmp_path: Path) -> None:
    run = d2lbook(tmp_path, "build", "html", "--lang", "pt")
    assert run.code == 2
    assert run.out.startswith("amts: config.ini: no such file")


def test_unusable_output_folder_is_one_line(book: Path) -> None:
    shutil.rmtree(book / "_build/pt")
    (book / "_build/pt").write_text("in the way")
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt,zh")
    assert run.code == 2, run.out
    assert "amts: _build/pt" in run.out
    assert "zh: html: file://" in run.out, "the other language goes on"
    assert "Traceback" not in run.out


def test_failing_cell_shows_its_own_error(book: Path) -> None:
    section = book / "chapter/second.md"
    section.write_text(section.read_text("utf-8").replace("print(2)", "print(1 / 0)"), "utf-8")
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt")
    assert run.code == 1, run.out
    assert "ZeroDivisionError" in run.out
    assert "eval failed" in run.out


def test_sphinx_failure_is_an_exit_code(book: Path) -> None:
    config = CONFIG.replace("html_show_sourcelink = False", "extensions.append('no_such_one')")
    (book / "config.ini").write_text(config, "utf-8")
    run = d2lbook(book, "build", "html", "--tab", "beta", "--lang", "pt")
    assert run.code == 1, run.out
    assert "no_such_one" in run.out
    assert "amts: pt: html failed" in run.out


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    run = d2lbook(tmp_path, "build", "html", "--lang", "pt", "--debug")
    assert "Traceback" in run.out


def test_help_shows_the_added_options(tmp_path: Path) -> None:
    run = d2lbook(tmp_path, "build", "-h", fake=False)
    assert run.code == 0
    for option in ("--lang", "--frozen", "--tab", "linkcheck"):
        assert option in run.out


def test_without_lang_wrong_options_are_d2lbooks_errors(book: Path) -> None:
    run = d2lbook(book, "build", "html", "--nonsense", fake=False)
    assert run.code == 2
    assert "unrecognized arguments: --nonsense" in run.out


def test_a_title_with_quotes_keeps_the_configuration_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amts_ext.d2lbook_ext.builder import language_config

    monkeypatch.chdir(make_book(tmp_path))
    config = language_config("beta", profiles.load("pt"), 'O "livro": 100% \\')
    assert ast.literal_eval(f'"{config.project["title"]}"') == 'O "livro": 100% \\'
    assert config.eval_dir == "_build/pt/eval_beta"
    config.set_tab("all")
    assert config.eval_dir == "_build/pt/eval_all"
    assert config.tex_fname == "_build/pt/pdf_all/tiny.tex"
    assert config.pkg_fname == "_build/pt/tiny.zip"


def test_place_in_the_section(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# T\n\nOne $x$\nis the only\nnumber here.\n", "utf-8")
    problem = Problem("a.ipynb", 99, "untranslated", "One ⟦math1⟧ is the only number here.")
    sections = Sections(tmp_path)
    assert str(problem_in_source(problem, sections)).startswith("a.md:4: ")
    assert problem_in_source(Problem("b.ipynb", 9, "x", "y"), sections).file == "b.ipynb"


def test_programs_are_found_and_path_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with env.programs_on_path():
        assert shutil.which("sphinx-build")
        assert shutil.which("pandoc")
    assert not shutil.which("sphinx-build")


def an_old_pandoc(folder: Path, version: str) -> None:
    folder.mkdir()
    program = folder / "pandoc"
    program.write_text(f"#!/bin/sh\necho pandoc {version}\n", "utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize(("version", "is_taken"), [("2.17.1.1", False), ("99.1", True)])
def test_the_newest_pandoc_is_taken(
    version: str, is_taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pypandoc = pytest.importorskip("pypandoc")
    monkeypatch.setattr(pypandoc, "__pandoc_path", None)  # it looks once for a whole process
    an_old_pandoc(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with env.programs_on_path():
        found = shutil.which("pandoc")
    assert found and (Path(found).parent == tmp_path / "bin") is is_taken


def test_missing_tex_names_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "TEX_PROGRAMS", ("no-such-tex",))
    assert "no-such-tex" in env.missing_tex()
    monkeypatch.setattr(env, "TEX_PROGRAMS", ())
    assert env.missing_tex() == ""
