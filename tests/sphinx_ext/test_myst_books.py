"""One MyST book with all that a translation could break, in real builds by MyST-NB."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("myst_nb", reason="myst-nb is not installed: pip install 'amts-ext[test]'")
pytest.importorskip("lxml", reason="lxml is not installed: pip install 'amts-ext[test]'")

from lxml import html
from support.myst_books import NAMES, make_myst_book
from support.sphinx_books import Built, build, stretch

pytestmark = [pytest.mark.slow, pytest.mark.book]
KEPT = {
    *("wader", "long legs", "RSPB", "This is another markup."),
    # Sphinx keeps these words of its own for all builds of a process, in 5.3 and in 9.2.
    *("New in version 2.0:", "Added in version 2.0:"),
}
"""What stays in English, beside code: terms, which are keys; an abbreviation; docutils' text."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Built, Built, Path]]:
    """The book in English and in Chinese."""
    book = make_myst_book(tmp_path_factory.mktemp("built") / "book")
    with pytest.MonkeyPatch.context() as patch:
        yield build(book, "en", monkeypatch=patch), build(book, monkeypatch=patch), book


def document(built: Built, name: str) -> Any:
    """The document on a page, without the parts of the theme."""
    return html.fromstring(built.page(name)).xpath('//div[@role="main"]')[0]


def shape(built: Built, name: str) -> Counter[tuple[str, str]]:
    """The elements of a page, but for the marks of who wrote what."""
    elements = document(built, name).xpath('.//*[not(contains(@class, "amts-"))]')
    tags = [(e.tag, e.get("class") or "") for e in elements if isinstance(e.tag, str)]
    return Counter(tag for tag in tags if tag != ("span", ""))


def test_nothing_is_said_that_the_source_build_does_not_say(
    built: tuple[Built, Built, Path],
) -> None:
    english, chinese, _ = built
    assert english.warnings == chinese.warnings
    assert [w for w in english.warnings if "card" not in w] == []
    assert (english.read, chinese.read, chinese.batches) == (NAMES, NAMES, 1)


def test_every_directive_and_role_makes_what_it_makes_in_the_source(
    built: tuple[Built, Built, Path],
) -> None:
    english, chinese, _ = built
    for name in NAMES:
        assert shape(chinese, name) == shape(english, name), name


def test_all_prose_is_translated_and_nothing_else(built: tuple[Built, Built, Path]) -> None:
    english, chinese, _ = built
    for name in NAMES:
        texts = []
        for done in (english, chinese):
            found = document(done, name).xpath(".//text()[not(ancestor::pre)]")
            texts.append({t.strip() for t in found if re.search(r"[A-Za-z]{3}", t)})
        assert texts[0] & texts[1] <= KEPT, name
    code = ".//div[contains(@class, 'highlight')]//pre"
    for name in ("lakes", "numbers"):
        own, theirs = (
            [e.text_content() for e in document(d, name).xpath(code)] for d in (english, chinese)
        )
        assert own, name
        assert own == theirs, name


def test_all_references_resolve_to_the_same_places(built: tuple[Built, Built, Path]) -> None:
    english, chinese, _ = built
    inside = './/a[contains(@class, "internal")]/@href'
    for name in NAMES:
        own, theirs = document(english, name).xpath(inside), document(chinese, name).xpath(inside)
        assert [a.split("#")[0] for a in own] == [a.split("#")[0] for a in theirs], name
        for address in theirs:
            page, _, fragment = address.partition("#")
            goal = chinese.page(page.removesuffix(".html") or name)
            assert not fragment or f'id="{fragment}"' in goal, address
        ids = set(document(english, name).xpath(".//@id"))
        assert ids <= set(document(chinese, name).xpath(".//@id")), name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("index", "The first part"),  # the caption of a toctree
        ("index", "Where they live"),  # and a titled entry of one
        ("birds", "Longer than those of a duck"),
        ("birds", "Where it is"),
        ("birds", "waders"),
        ("birds", "a society for birds"),
        ("birds", "a grey bird"),
        ("lakes", "How deep it is"),
        ("words", "the shore"),
        ("numbers", "All of"),
        ("numbers", "A square of"),  # the caption of a code cell's figure
    ],
)
def test_the_words_of_each_place(built: tuple[Built, Built, Path], name: str, words: str) -> None:
    english, chinese, _ = built
    assert words in english.page(name)
    assert words not in chinese.page(name)
    assert stretch([words])[0] in chinese.page(name)


def test_two_readers_make_what_one_makes_and_a_second_build_reads_nothing(
    built: tuple[Built, Built, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, chinese, book = built
    again = build(book, monkeypatch=monkeypatch)
    assert (again.read, again.asked) == ([], [])
    other = book / "_build/two/zh"
    options = {"out": other / "html", "doctrees": other / "doctrees", "jobs": 2}
    two = build(book, monkeypatch=monkeypatch, **options)
    assert two.asked == []
    assert two.warnings == chinese.warnings
    for name in NAMES:
        own, theirs = document(chinese, name), document(two, name)
        assert html.tostring(own) == html.tostring(theirs), name
