"""A project with reStructuredText: a build fills its gettext catalogs before Sphinx reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("myst_parser", reason="myst-parser is not installed: amts-ext[test]")

from support.program import write
from support.sphinx_books import Built, build, stretch

from amts_ext.pairs.po import PoFile
from amts_ext.translators.function import Function

pytestmark = [pytest.mark.slow, pytest.mark.book]
CONF = """project = "Herons"
extensions = ["myst_parser", "amts_ext"]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
html_theme = "alabaster"
locale_dirs = ["locale"]
gettext_compact = False
"""
INDEX = """The herons
==========

.. _birds:

All about
---------

A heron *stands* still. See :ref:`this part <birds>` and :doc:`the lakes <lakes>`.

The duck swims.

.. toctree::
   :caption: The first part

   lakes
"""
LAKES = "# The lakes\n\nA lake is deep.\n\nIt is a mirror.\n"
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
)
FOLDER = Path("locale/zh_CN/LC_MESSAGES")


def catalog(file: str, messages: dict[str, str]) -> str:
    entries = (f'#: ../../{file}:1\nmsgid "{m}"\nmsgstr "{t}"\n\n' for m, t in messages.items())
    return HEADER + "".join(entries)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of two kinds of documents, with catalogs that hold two sentences of a human."""
    paragraph = "A heron *stands* still. See :ref:`this part <birds>` and :doc:`the lakes <lakes>`."
    messages = {"The herons": "", "All about": "", paragraph: "", "The first part": ""}
    index = catalog("index.rst", {**messages, "The duck swims.": "鸭子在游泳。"})
    lakes = catalog(
        "lakes.md", {"The lakes": "", "A lake is deep.": "", "It is a mirror.": "是镜。"}
    )
    texts = {"conf.py": CONF, "index.rst": INDEX, "lakes.md": LAKES}
    write(tmp_path, {**texts, f"{FOLDER}/index.po": index, f"{FOLDER}/lakes.po": lakes})
    return tmp_path


def texts(book: Path, name: str) -> dict[str, str]:
    path = book / FOLDER / name
    return {m.id: m.text for m in PoFile.read(path.read_bytes(), name).messages if m.id}


def ages(book: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (book / FOLDER).iterdir()}


def test_empty_messages_are_filled_and_the_pages_have_them(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = build(book, monkeypatch=monkeypatch)
    assert done.warnings == []
    filled = texts(book, "index.po")
    assert all(filled.values())
    assert filled["The duck swims."] == "鸭子在游泳。"
    page = done.page("index")
    [about, caption] = stretch(["All about", "The first part"])
    for words in (about, caption, "鸭子在游泳。", 'href="lakes.html"', 'href="#birds"'):
        assert words in page
    for words in ("All about", "stands", "The duck"):
        assert words not in page


def test_a_markdown_file_is_not_translated_twice_but_its_human_sentences_are_used(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (book / FOLDER / "lakes.po").read_bytes()
    done = build(book, monkeypatch=monkeypatch)
    assert (book / FOLDER / "lakes.po").read_bytes() == before
    page = done.page("lakes")
    assert "是镜。" in page
    assert stretch(["A lake is deep."])[0] in page
    assert len(done.asked) == len(set(done.asked))


def test_a_second_build_does_nothing_and_an_edited_message_reads_its_page(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(book, monkeypatch=monkeypatch)
    before = ages(book)
    again = build(book, monkeypatch=monkeypatch)
    assert (again.read, again.asked, again.warnings) == ([], [], [])
    assert ages(book) == before
    path = book / FOLDER / "index.po"
    path.write_text(path.read_text("utf-8").replace("鸭子在游泳。", "鸭在游。"), "utf-8")
    edited = build(book, monkeypatch=monkeypatch)
    assert (edited.read, edited.asked) == (["index"], [])
    assert "鸭在游。" in edited.page("index")


@pytest.mark.parametrize(
    ("language", "values"), [("zh", {"amts_catalogs": False}), ("en", {}), ("es", {})]
)
def test_catalogs_are_left_alone_and_none_is_made(
    book: Path, monkeypatch: pytest.MonkeyPatch, language: str, values: dict[str, object]
) -> None:
    before = {path: path.read_bytes() for path in (book / "locale").rglob("*.po")}
    done: Built = build(book, language, monkeypatch=monkeypatch, **values)
    assert {path: path.read_bytes() for path in (book / "locale").rglob("*.po")} == before
    assert "All about" in done.page("index")


def test_what_a_catalog_lacks_stops_a_frozen_build(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sphinx.errors import ExtensionError

    with pytest.raises(ExtensionError, match=r"not in the memory(.|\n)*index\.po:"):
        build(book, monkeypatch=monkeypatch, amts_frozen=True)


def test_a_broken_catalog_is_told_with_its_line(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book / FOLDER / "lakes.po"
    path.write_text(path.read_text("utf-8") + "<<<<<<< ours\n", "utf-8")
    done = build(book, monkeypatch=monkeypatch)
    assert any("lakes.po:" in line and "WARNING" in line for line in done.warnings)
    assert all(texts(book, "index.po").values())


def test_a_translator_that_bills_gets_catalogs_and_documents_as_one_batch(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sphinx.errors import ExtensionError

    monkeypatch.setattr(Function, "billed", {"zh": 0})
    values = {"amts_translator": "aws", "amts_bucket": "b", "amts_price": 1000.0,
              "amts_role_arn": "arn:aws:iam::123456789012:role/r"}  # fmt: skip
    before = {path: path.read_bytes() for path in (book / "locale").rglob("*.po")}
    asked: list[str] = []

    def noted(sentences: list[str]) -> list[str]:
        asked.extend(sentences)
        return stretch(sentences)

    with pytest.raises(ExtensionError, match="stopped before sending"):
        build(book, monkeypatch=monkeypatch, translate=noted, amts_max_cost=0.1, **values)
    assert asked == []  # the messages alone cost less
    assert {path: path.read_bytes() for path in (book / "locale").rglob("*.po")} == before
    done = build(book, monkeypatch=monkeypatch, amts_max_cost=1.0, **values)
    assert done.batches == 1 and {"All about", "A lake is deep."} <= set(done.asked)
    assert all(texts(book, "index.po").values())
