"""``amts check`` finds the links that lead to no title of a translation, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.program import notebook, write
from support.pseudo import han

pytest.importorskip("py3langid", reason="needs py3langid: pip install 'amts-ext[check]'")
pytest.importorskip("num2words", reason="needs num2words: pip install 'amts-ext[check]'")

from amts_ext import translate_book
from amts_ext.checks import Kind
from amts_ext.checks.review import Review, check_book, check_files
from amts_ext.config import load
from amts_ext.pipeline.book import Book
from amts_ext.text.links import NO_ADDRESS
from amts_ext.translators.function import Function

ENGLISH = {
    "a.md": "# The Bus\n\n[one](#the-mean) [two](b.md#the-wait) [three](#no)\n\n## The Mean\n",
    "b.md": "# The Wait\n\n<a href='a.md#the-mean'>one</a>\n\n[two]: sub/c.ipynb#The-End\n",
    "sub/c.ipynb": notebook(("markdown", "# The End\n\n[one](../a.md#the-bus)\n\n[up](#The-End)")),
}
GOOD = {
    "a.md": "# O ônibus\n\n[um](#a-média) [dois](b.md#a-espera) [três](#no)\n\n## A média\n",
    "b.md": "# A espera\n\n<a href='a.md#a-média'>um</a>\n\n[two]: sub/c.ipynb#O-fim\n",
    "sub/c.ipynb": notebook(
        ("markdown", "# O fim\n\n[um](../a.md#o-%C3%B4nibus)\n\n[sobe](#O-Fim)")
    ),
}


def links(review: Review) -> list[tuple[str, int, str]]:
    """Every finding, as file, line and address."""
    assert {fault.finding.kind for fault in review.faults} <= {Kind.LINK}
    return sorted((f.place.file, f.place.line, f.place.text) for f in review.faults)


def check(folder: Path, format: str = "") -> Review:
    target = folder / "pt"
    return check_files(folder / "en", target, ("en", "pt"), {}, frozenset({Kind.LINK}), format)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for lang, texts in (("en", ENGLISH), ("pt", GOOD)):
        write(Path(lang), texts)  # type: ignore[arg-type]
    return Path()


def test_good_links_and_those_that_the_source_lacks_too_are_no_finding(folder: Path) -> None:
    assert links(check(folder)) == []


def test_dead_links_have_their_file_and_line(folder: Path) -> None:
    bad = {"a-média": "the-mean", "a-espera": "the-wait", "O-fim": "The-End", "O-Fim": "The-End"}
    for name, text in GOOD.items():
        for good, old in bad.items():
            text = text.replace(f"#{good}", f"#{old}")
        (Path("pt") / name).write_text(text, "utf-8")
    cell = (Path("pt") / "sub/c.ipynb").read_text("utf-8").splitlines()
    line = next(n for n, row in enumerate(cell, 1) if "#The-End" in row)
    assert links(check(folder)) == [
        ("pt/a.md", 3, "#the-mean"),
        ("pt/a.md", 3, "b.md#the-wait"),
        ("pt/b.md", 3, "a.md#the-mean"),
        ("pt/b.md", 5, "sub/c.ipynb#The-End"),
        ("pt/sub/c.ipynb", line, "#The-End"),
    ]


def test_chinese_titles_have_no_address_in_a_d2lbook_page(tmp_path: Path) -> None:
    texts = {"en/a.md": "[x](#end)\n\n# End\n", "pt/a.md": "[x](#end)\n\n# 末尾\n"}
    write(tmp_path, texts)  # type: ignore[arg-type]
    assert len(links(check(tmp_path, "d2l"))) == 1


@pytest.mark.parametrize("address", ["A-Média", "a-média", "末尾"])
def test_an_address_for_other_readers_is_dead_in_a_d2lbook_page(
    tmp_path: Path, address: str
) -> None:
    """GitHub and Jupyter make such addresses; Sphinx writes the id ``a-media``."""
    en, pt = "[x](#the-mean)\n\n# The mean\n", "# A Média\n\n# 末尾\n"
    write(tmp_path, {"en/a.md": en, "pt/a.md": f"[x](#{address})\n\n{pt}"})
    assert links(check(tmp_path, "d2l")) == [(str(tmp_path / "pt/a.md"), 1, f"#{address}")]
    write(tmp_path, {"pt/a.md": f"[x](#a-media)\n\n{pt}"})
    assert links(check(tmp_path, "d2l")) == []


def test_a_book_is_checked_as_it_is_built(tmp_path: Path) -> None:
    """Built pages keep the ids of the source's titles: ``#end`` works, though 末尾 has no id."""
    settings = "[project]\nname = b\n[build]\nnotebooks = *.md\n[amts]\nlangs = zh\n"
    text = "# Start\n\n[x](#end)\n\n## End\n"
    write(tmp_path, {"config.ini": settings, "a.md": text})
    translator = Function(han)
    translate_book(tmp_path / "config.ini", translator=translator)
    with Book(load(tmp_path / "config.ini"), translator=translator) as book:
        review = check_book(book, "zh", {}, frozenset({Kind.LINK}))
    assert links(review) == []


def _same(texts: list[str]) -> list[str]:
    return ["末尾" for _ in texts]


def test_a_books_dead_links(tmp_path: Path) -> None:
    """In Jupyter, the second of two equal titles has no address."""
    write(
        tmp_path,
        {
            "config.ini": "[amts]\nlangs = zh\n",
            "a.ipynb": notebook(("markdown", "# End\n\n# Stop\n\n[y](#Stop)\n")),
        },
    )
    translator = Function(_same)
    translate_book(tmp_path / "config.ini", translator=translator)
    with Book(load(tmp_path / "config.ini"), translator=translator) as book:
        review = check_book(book, "zh", {}, frozenset({Kind.LINK}))
    (fault,) = review.faults
    assert fault.finding.kind is Kind.LINK and fault.finding.message == NO_ADDRESS
    assert (fault.place.file, fault.place.text) == ("a.ipynb", "#Stop")
