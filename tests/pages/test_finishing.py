"""Finished pages: the theme's words, the note, the colours, links to other languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.browser import show
from support.marked import PAGE, marked, sentences

from amts_ext.languages import profiles
from amts_ext.languages.profiles import load
from amts_ext.pages.authors import Author
from amts_ext.pages.marks import Sentence, unmark


@pytest.mark.parametrize(("language", "word"), [("zh", "上一主题"), ("pt", "Tópico anterior")])
def test_theme_words(tmp_path: Path, language: str, word: str) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install 'amts-ext[d2l]'")
    from amts_ext.pages.finishing import finish

    page = tmp_path / "a" / "page.html"
    page.parent.mkdir()
    page.write_text(PAGE + '<span class="pagenation-direction">Previous</span>', "utf-8")
    left = {"a/page": sentences("# Means")}
    finish(tmp_path, load(language), "en", left)
    once = page.read_text("utf-8")
    assert word in once and marked(once) == ["Means"]
    finish(tmp_path, load(language), "en", left)
    assert page.read_text("utf-8") == once, "finishing twice changes nothing"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install 'amts-ext[d2l]'")
    path = tmp_path / "page.html"
    path.write_text("<head></head><h1>均值</h1>\n<p>第一句在这里。第二句也在这里。</p>\n", "utf-8")
    return path


def written(author: Author, count: int) -> dict[str, list[Sentence]]:
    """Two sentences of a page, of which the last ones are by ``author``."""
    both = sentences("第一句在这里。第二句也在这里。", Author.HUMAN, "zh")
    return {
        "page": [
            Sentence(s.id, author if s.id > len(both) - count else s.author, s.parts, s.block)
            for s in both
        ]
    }


def test_a_page_says_how_many_of_its_sentences_are_a_machines(page: Path) -> None:
    from amts_ext.pages.finishing import NOTE, finish

    chinese = load("zh")
    before = page.read_text("utf-8")
    told = chinese.note, {Author.OLDER: chinese.older}
    for author, count in (
        (Author.MACHINE, 2), (Author.DRAFT, 1), (Author.OLDER, 1), (Author.OLDER, 2),
        (Author.HUMAN, 0),
    ):  # fmt: skip
        # A person has read one of them, and left it as it was: the page is not built again.
        finish(page.parent, chinese, "en", written(author, count))
        html = page.read_text("utf-8")
        said = told[1].get(author, told[0])
        words = chinese.draft * (author is Author.DRAFT) + said(count)
        if count == 1:
            other = "译自较早版本" if author is Author.OLDER else "机器翻译草稿"
            words += f' <span class="amts-shares">人工翻译 50% · {other} 50%</span>'
        assert html.count(f"</h1>\n{NOTE.format(words)}\n") == (count > 0)
        assert len(marked(html, Author.HUMAN)) == 2 - count
        again = finish(page.parent, chinese, "en", written(author, count))
        assert page.read_text("utf-8") == html and again.found == {"page": {1, 2}}
    finish(page.parent, chinese, "en", written(Author.MACHINE, 2), note=False)
    html = page.read_text("utf-8")
    assert 'class="amts-note"' not in html and len(marked(html, Author.MACHINE)) == 2
    plain = re.sub(r"<meta.*?</style>\n|\n<p role=[^\n]*", "", html, flags=re.S)
    assert unmark(plain) == before, "marks, style and legend are all that was added"


def test_a_page_tells_what_is_older_beside_what_is_a_machines(page: Path) -> None:
    from amts_ext.pages.finishing import NOTE, finish

    english = load("en")
    first, second = written(Author.OLDER, 1)["page"]
    both = {"page": [replace(first, author=Author.MACHINE), second]}
    finish(page.parent, english, "zh", both, colours=True)
    html = page.read_text("utf-8")
    shares = "Translated from an earlier version 50% · translated by a machine 50%"
    shares = f'<span class="amts-shares">{shares}</span>'
    assert NOTE.format(f"{english.note(1)} {english.older(1)} {shares}") in html
    assert '<span class="amts-older" id="amts-2">第二句也在这里。</span >' in html
    legend = '<span class="amts-older">translated from an earlier version</span> · <span'
    assert legend in html and "html .amts-older {" in html


def test_the_colours_are_there_and_wait(page: Path) -> None:
    from amts_ext.pages.finishing import finish

    for colours, start in (
        (False, "html:has(#amts-colours:target) .amts-h"),
        (True, "html .amts-h"),
    ):
        finish(page.parent, load("zh"), "en", written(Author.MACHINE, 1), colours=colours)
        html = page.read_text("utf-8")
        assert html.count("<style") == 1 and start in html


def test_a_page_without_an_engine_says_that_it_is_not_translated(page: Path) -> None:
    from amts_ext.pages.finishing import NOTE, finish

    vietnamese = load("vi")
    finish(page.parent, vietnamese, "en", written(Author.UNTRANSLATED, 2))
    html = page.read_text("utf-8")
    assert f"</h1>\n{NOTE.format(vietnamese.left(2))}\n" in html
    finish(page.parent, vietnamese, "en", written(Author.UNTRANSLATED, 2), note=False)
    assert 'class="amts-note"' not in page.read_text("utf-8")


LOOK = """<script>
onload = () => {
  const style = name => getComputedStyle(document.querySelector(name));
  const fill = name => style(name).backgroundColor;
  console.log(["human", "machine"].map(name => fill(`.amts-${name}`)).join(" "));
  console.log(style(".amts-legend").display);
};
</script>"""
"""What a reader sees of the colour layer, written to the console."""


@pytest.mark.parametrize("colours", [False, True])
def test_a_browser_shows_the_colours_where_they_are_asked_for(
    page: Path, tmp_path: Path, colours: bool
) -> None:
    from amts_ext.pages.finishing import finish

    finish(page.parent, load("zh"), "en", written(Author.MACHINE, 1), colours=colours)
    page.write_text(page.read_text("utf-8") + LOOK, "utf-8")
    for fragment in ("", "#amts-colours"):
        console = "".join(show(page, tmp_path / "profile", fragment).console)
        coloured = "rgba(46, 125, 50, 0.14) rgba(21, 101, 192, 0.14)" in console
        assert coloured == ("block" in console) == (colours or bool(fragment)), console
        assert coloured or "rgba(0, 0, 0, 0) rgba(0, 0, 0, 0)" in console


@pytest.mark.parametrize("language", profiles.available())
def test_every_language_has_its_note(language: str) -> None:
    profile = load(language)
    has_plural = language in ("en", "es", "pt")
    for note in (profile.note, profile.older, profile.left):
        one, two = note(1), note(2)
        assert "1" in one and "2" in two and "{" not in one + two
        assert (one.replace("1", "2") != two) == has_plural
    assert profile.draft and len(profile.legend.split(",")) == len(Author)


def test_a_page_leads_to_its_other_languages(page: Path) -> None:
    from amts_ext.pages.editions import laid_out
    from amts_ext.pages.finishing import finish

    before = page.read_text("utf-8")
    own = written(Author.MACHINE, 2)
    for langs in (["zh", "pt"], ["zh", "es"]):
        both = laid_out("html", "en", langs, "zh")
        finish(page.parent, load("zh"), "en", own, editions=both)
        html = page.read_text("utf-8")
        assert f'hreflang="{langs[1]}" href="../../{langs[1]}/html/page.html"' in html
        assert html.count("<nav") == before.count("<nav") + 1, "no switcher of another build stays"
        assert '<a class="amts-original" rel="alternate" hreflang="en"' in html
    finish(page.parent, load("zh"), "en", own)
    assert "hreflang" not in page.read_text("utf-8")


def test_each_sentence_leads_to_the_preview_where_it_is_asked_for(page: Path) -> None:
    from amts_ext.pages.finishing import finish

    before = page.read_text("utf-8")
    both = written(Author.MACHINE, 1)["page"]
    rows = {"page": [replace(s, row=f"s{s.id}") for s in both]}
    finish(page.parent, load("zh"), "en", rows, improve="http://127.0.0.1:8642/")
    linked = page.read_text("utf-8")
    found = re.findall(
        r'</span ><a class="amts-improve" href="([^"]*)" title="改进这个句子"', linked
    )
    address = "http://127.0.0.1:8642/?path=page&amp;lang=zh#"
    assert found == [f"{address}s1", f"{address}s2"]
    finish(page.parent, load("zh"), "en", rows, improve="http://127.0.0.1:8642/")
    assert page.read_text("utf-8") == linked, "finishing twice changes nothing"
    finish(page.parent, load("zh"), "en", rows)
    assert "amts-improve" not in page.read_text("utf-8")
    assert unmark(linked).replace("\n", "").endswith(before.replace("\n", "").partition("</h1>")[2])
