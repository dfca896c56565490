"""Marks in built pages, and the theme's fixed strings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amts_ext import formats
from amts_ext.languages.profiles import load
from amts_ext.model import Segment
from amts_ext.pages.marks import CLASS, mark
from amts_ext.text.masking import mask

PAGE = """<html lang="zh-CN"><head><title>Means</title></head><body>
<nav><a>Means are useful numbers today.</a></nav>
<h2>1.2. Means<a class="headerlink">¶</a></h2>
<p>中文。Means are useful numbers today. If all <span class="math">\\(w\\)</span> are
equal, see <a href="x">1.3</a> and <em>stop</em> here.中文。</p>
<p>Means to an end.</p>
</body></html>
"""


def segments(text: str) -> list[Segment]:
    return mask(formats.get("d2l").read(text), "en")


def marked(page: str) -> list[str]:
    found = re.findall(r'<span lang="en" class="amts-untranslated">(.*?)</span>(?!\))', page, re.S)
    return [re.sub(r"<[^>]*>", "", text) for text in found]


def test_sentences_are_found_by_their_words_and_nothing_else_changes() -> None:
    text = "Means are useful numbers today.\nIf all $w$ are equal, see :numref:`x` and *stop* here."
    page = mark(PAGE, segments(text), "en")
    spans = r'<span lang="en" class="amts-untranslated">'
    assert page.count(spans) == 2, "once in the text, never in the navigation"
    stripped = page.replace(spans, "").replace("</span>", "")
    style = stripped[stripped.index("<style>") : stripped.index("</style>") + len("</style>")]
    assert stripped.replace(style, "") == PAGE.replace("</span>", "")
    assert "Means are useful numbers today" in marked(page)


def test_a_short_sentence_must_be_a_whole_block() -> None:
    page = mark(PAGE, segments("# Means"), "en")
    assert marked(page) == ["Means"]
    assert "<h2>1.2. <span" in page


def test_a_page_without_them_keeps_its_bytes() -> None:
    assert mark(PAGE, segments("Quite another sentence is here."), "en") == PAGE


@pytest.mark.parametrize(("language", "word"), [("zh", "上一主题"), ("pt", "Tópico anterior")])
def test_theme_words(tmp_path: Path, language: str, word: str) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install 'amts-ext[d2l]'")
    from amts_ext.pages.finishing import finish

    page = tmp_path / "a" / "page.html"
    page.parent.mkdir()
    page.write_text(PAGE + '<span class="pagenation-direction">Previous</span>', "utf-8")
    left = {"a/page": segments("# Means")}
    finish(tmp_path, load(language), "en", left, {})
    once = page.read_text("utf-8")
    assert word in once and marked(once) == ["Means"]
    finish(tmp_path, load(language), "en", left, {})
    assert page.read_text("utf-8") == once, "finishing twice changes nothing"


def test_a_page_says_how_many_of_its_sentences_are_drafts(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install 'amts-ext[d2l]'")
    from amts_ext.pages.finishing import NOTE, finish

    page = tmp_path / "page.html"
    page.write_text("<h1>均值</h1>\n<p>文。</p>\n", "utf-8")
    finish(tmp_path, load("zh"), "en", {}, {})
    before = page.read_text("utf-8")
    assert "draft" not in before
    for count in (3, 2):  # a person has read one of them, and left it as it was
        finish(tmp_path, load("zh"), "en", {}, {"page": count, "other": 5})
        words = f"机器翻译的草稿。本页尚无人校阅的句子数： {count}"
        noted = f"</h1>\n{NOTE.format(words)}"
        assert page.read_text("utf-8") == before.replace("</h1>", noted)
    finish(tmp_path, load("zh"), "en", {}, {})
    assert page.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give a reason for each step in :numref:`x`.", "Give a reason for each step in"),
        (":numref:`x` gives a reason for each step.", "gives a reason for each step"),
        ("Exchange the roles of $x$ and $y$.", "Exchange the roles of <i>x</i> and"),
        ("*Least squares* is a method of :cite:`x`.", "<em>Least squares</em> is a method of"),
        ("He called all of it *least squares*.", "He called all of it <em>least squares</em>"),
        ("We read a second one.", ""),  # half of an element cannot be wrapped
        ("Can :numref:`x`?", "Can"),
    ],
)
def test_what_is_marked_of_a_sentence_with_slots_at_its_ends(text: str, expected: str) -> None:
    page = (
        '<li><p>前文。Give a reason for each step in\n<a href="y">(1.2)</a>.</p></li><p>前文 前文'
        '<a href="y">(1.2)</a> gives a reason for each step.</p><p>前文。Exchange the roles of '
        "<i>x</i> and <i>y</i>. 后文。</p><p>前文。<em>Least squares</em> is a method of"
        "\n<i>Legendre (1805)</i>.</p><p>He called all of it <em>least squares</em>.</p>"
        "<p><em>One. We</em> read a second one.</p><p>Can <a>(1.2)</a>?</p>"
    )
    found = re.findall(
        f'<span lang="en" class="{CLASS}">(.*?)</span>', mark(page, segments(text), "en")
    )
    assert found == ([expected] if expected else [])
