"""``amts build`` on Sphinx projects and on a Jupyter Book, as a command of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip(
    "myst_parser", reason="myst-parser is not installed: pip install 'amts-ext[test]'"
)

from support.places import ROOT, TESTS
from support.sphinx_books import make_book

from amts_ext.pages.editions import given, site_index

pytestmark = [pytest.mark.slow, pytest.mark.book]

FAKE = """
def setup(app):
    from support.sphinx_books import stretch
    from amts_ext import translators
    from amts_ext.translators.function import Function

    translators.make = lambda config: Function(stretch, "stretch", sure=True)
"""
"""An extension, or the end of a ``conf.py``: a translator that needs no engine."""


def amts(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "amts_ext", "build", *words],
        cwd=book,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS), str(book)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = make_book(tmp_path / "book", "myst_parser")
    conf = made / "conf.py"
    conf.write_text(conf.read_text("utf-8") + FAKE, "utf-8")
    return made


def test_languages_side_by_side(book: Path) -> None:
    assert amts(book, "--frozen", "--lang", "zh").returncode == 3
    done = amts(book, "--lang", "en,zh,es", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(event["lang"], event["code"]) for event in events] == [("en", 0), ("zh", 0), ("es", 0)]
    for language, folder in (("en", "html"), ("zh-CN", "zh/html"), ("es", "es/html")):
        page = book / "_build" / folder / "chapter/mean.html"
        html = page.read_text("utf-8")
        assert f'<html lang="{language}"' in html
        places = re.findall(r'hreflang="[\w-]+" href="([^"]+)"', html)
        assert len(places) > 5
        for place in places:
            assert (page.parent / place).resolve().is_file(), place
    front = (book / "_build/index.html").read_text("utf-8")
    for place in ("html/index.html", "zh/html/index.html", "es/html/index.html"):
        assert place in front
        assert (book / "_build" / place).is_file()
    assert "<title>The mean</title>" in front
    again = amts(book, "--frozen", "--lang", "zh", "--", "-q")
    assert (again.returncode, again.stdout) == (0, "")


def test_no_page_links_to_an_edition_that_is_not_there(book: Path) -> None:
    conf = book / "conf.py"
    conf.write_text(conf.read_text("utf-8") + '\namts_langs = ["zh", "es", "pt"]\n', "utf-8")

    def linked(language: str) -> set[str]:
        page = book / "_build" / language / "html/chapter/mean.html"
        found = re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', page.read_text("utf-8"))
        assert all((page.parent / place).resolve().is_file() for _, place in found)
        return {lang for lang, _ in found}

    assert amts(book, "--lang", "zh,es").returncode == 0
    assert linked("zh") == linked("es") == {"zh", "es"}
    assert amts(book, "--lang", "en,zh").returncode == 0
    assert linked("zh") == linked("") == {"en", "x-default", "zh", "es"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the languages: --lang zh,es or amts_langs in conf.py"),
        (("--lang", "xx"), "langs: 'xx' is not allowed ('xx' has no profile)"),
        (("nonsense", "--lang", "zh"), "nonsense"),
    ],
)
def test_wrong_use(book: Path, words: tuple[str, ...], said: str) -> None:
    done = amts(book, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback (most recent" not in done.stderr


def test_a_project_without_the_extension(book: Path) -> None:
    conf = book / "conf.py"
    conf.write_text(conf.read_text("utf-8").replace(", 'amts_ext'", ""), "utf-8")
    done = amts(book, "--lang", "zh")
    assert done.returncode == 2
    assert "amts: conf.py: add amts_ext to extensions" in done.stderr


def test_what_waits_for_a_person_is_exit_code_1(book: Path) -> None:
    conf = book / "conf.py"
    text = conf.read_text("utf-8")
    conf.write_text(text.replace("Function(stretch", "Function(lambda texts: [''] * len(texts)"))
    done = amts(book, "--lang", "zh")
    assert done.returncode == 1
    assert "rejected, the translation is empty" in done.stderr
    assert (book / "_build/zh/html/index.html").is_file()


def test_a_jupyter_book(tmp_path: Path) -> None:
    pytest.importorskip("jupyter_book.sphinx", reason="Jupyter Book 1 is not installed")
    pages = {
        "_config.yml": "title: The mean\nexecute:\n  execute_notebooks: 'off'\nsphinx:\n"
        "  extra_extensions: [fake, amts_ext]\n  config:\n    amts_langs: [zh]\n",
        "_toc.yml": "format: jb-book\nroot: intro\nparts:\n- caption: The first part\n"
        "  chapters:\n  - file: mean\n    title: A title for the contents\n",
        "intro.md": "# Introduction\n\nSee [the mean](mean.md).\n",
        "mean.md": "# The mean\n\nIt is a number.\n",
        "fake.py": FAKE,
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text, "utf-8")
    done = amts(tmp_path, "--lang", "en,zh")
    assert done.returncode == 0, done.stderr
    from support.sphinx_books import stretch

    page = (tmp_path / "_build/zh/html/intro.html").read_text("utf-8")
    for words in ("The first part", "A title for the contents", "Introduction", "The mean"):
        assert stretch([words])[0] in page, words
    assert page.count('<nav class="amts-languages"') == 1
    assert 'href="zh/html/index.html"' in (tmp_path / "_build/index.html").read_text("utf-8")


def test_the_page_in_front_of_all_editions() -> None:
    page = site_index("A <b> & c", given({"en": "html", "zh": "zh/html"}, "en"))
    assert "<title>A &lt;b&gt; &amp; c</title>" in page
    assert 'hreflang="x-default" href="html/index.html"' in page
    assert '"zh": "zh/html/index.html"' in page
