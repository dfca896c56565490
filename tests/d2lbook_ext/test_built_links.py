"""Links to titles in real built pages: each is followed, in every language."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from support.book import d2lbook, make_book

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytestmark = [pytest.mark.slow, pytest.mark.book]

CONFIG = """[project]
name = tiny
title = A Tiny Book
lang = en

[build]
notebooks = *.md */*.md
"""
FIRST = """# First Section
:label:`sec_first`

- [The summary](#summary) and [a label](#sec-first)
- [The history](#the-history-of-x-i) and [times](second.html#waiting-times)
- [More exercises](#exercises-1), [what is not there](#nothing)
- [In a list](#in-a-list), [by hand](#by-hand), [quotes](#dont-say-no)

## The *History* of `x_i`

One word.

* An item

  ### In a List

## Don't Say "No"

Two words.

## Two More {#by-hand}

Three words.

## Exercises

Four words.

## Exercises

Five words.

## Summary

Six words.
"""
SECOND = """# Second Section

See [the summary of the first section][first] and [the book](../index.html#a-tiny-book).

## Waiting Times

Back to [history](first.html#the-history-of-x-i).

[first]: first.html#summary
"""
LANGUAGES = {"pt": "backwards", "zh": "han"}
"""The fake translator of each language: titles with other ids, and titles with none."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book in English by plain d2lbook, in Portuguese and in Chinese."""
    book = make_book(tmp_path_factory.mktemp("links"), CONFIG)
    (book / "chapter/first.md").write_text(FIRST, "utf-8")
    (book / "chapter/second.md").write_text(SECOND, "utf-8")
    english = d2lbook(book, "build", "html", fake=False)
    assert english.code == 0, english.out
    for lang, words in LANGUAGES.items():
        run = d2lbook(book, "build", "html", "--lang", lang, words=words)
        assert run.code == 0, run.out
    return book


def links(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield the page, the address and whether it leads somewhere, of each link to a place."""
    pages = {p.relative_to(folder).as_posix(): html.parse(p) for p in folder.rglob("*.html")}
    ids = {name: set(page.xpath("//@id")) for name, page in pages.items()}
    for name, page in pages.items():
        for address in page.xpath("//a/@href"):
            path, _, fragment = address.partition("#")
            if fragment and ":" not in path:
                goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                yield name, address, unquote(fragment) in ids[goal if path else name]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_that_works_in_the_source_works_in_the_translation(
    book: Path, lang: str
) -> None:
    english = {(page, to): works for page, to, works in links(book / "_build/html")}
    own = [place for place in english if place[0] == "chapter/first.html"]
    assert len(own) > 10
    dead = {place for place, works in english.items() if not works}
    assert dead == {("chapter/first.html", "#nothing")}
    folder = book / f"_build/{lang}/html"
    followed = {(page, to): works for page, to, works in links(folder)}
    assert {place for place, works in followed.items() if not works} == dead
    assert len(followed) >= len(english)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_addresses_of_the_source_lead_to_the_same_titles(book: Path, lang: str) -> None:
    """Links from other sites and from other languages have the source's addresses."""
    for name in ("chapter/first.html", "chapter/second.html", "index.html"):
        english, page = (
            html.parse(book / "_build" / folder / name) for folder in ("html", f"{lang}/html")
        )
        sections = english.xpath("//section/@id")
        assert sections
        for number, kept in enumerate(sections):
            if not kept.startswith("id"):
                [title] = page.xpath(f"//*[@id='{kept}']/ancestor-or-self::section[1]")
                assert page.xpath("//section").index(title) == number


def test_ids_are_given_once_however_often_a_page_is_finished(book: Path) -> None:
    page = book / "_build/zh/html/chapter/first.html"
    before = page.read_text("utf-8")
    assert before.count('id="summary"') == 1
    assert d2lbook(book, "build", "html", "--lang", "zh", words="han").code == 0
    assert page.read_text("utf-8") == before
