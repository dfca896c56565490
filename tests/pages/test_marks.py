"""Marks in built pages: every sentence that a page has, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.marked import PAGE, marked, sentences

from amts_ext import formats
from amts_ext.model import Parts, Slot
from amts_ext.pages.authors import Author
from amts_ext.pages.marks import Sentence, mark, unmark
from amts_ext.text import groups
from amts_ext.text.masking import mask


def test_sentences_are_found_by_their_words_and_nothing_else_changes() -> None:
    text = "Means are useful numbers today.\nIf all $w$ are equal, see :numref:`x` and *stop* here."
    page, found = mark(PAGE, sentences(text), "en")
    assert found == {1, 2}
    assert marked(page) == [
        "Means are useful numbers today.",
        "If all \\(w\\) are equal, see 1.3 and stop here.",
    ], "once in the text, never in the navigation"
    assert unmark(page) == PAGE


def test_a_short_sentence_must_be_a_whole_block() -> None:
    page, _ = mark(PAGE, sentences("# Means"), "en")
    assert marked(page) == ["Means"]
    assert "<h2>1.2. <span" in page


def test_nothing_is_marked_outside_the_document() -> None:
    """A theme repeats the titles beside it; "Means?" is not "1. Means"."""
    document = '<div role="main"><p>Are they so? Means?</p><nav>Means</nav></div>'
    page, _ = mark(f"<li>1. Means</li>{document}<li>Means</li>", sentences("Means?"), "en")
    assert marked(page) == []
    page, _ = mark(
        f"<li>Means</li>{document}<li>Means</li>", sentences("Are they so? Means?"), "en"
    )
    assert marked(page) == ["Are they so?", "Means?"]


def test_a_page_without_them_keeps_its_bytes() -> None:
    assert mark(PAGE, sentences("Quite another sentence is here."), "en") == (PAGE, set())


@pytest.mark.parametrize(
    ("language", "text", "paragraph"),
    [
        ("pt", "Sim. A média de tudo isto é pequena. Não.", None),
        ("zh", "均值很小。表格。好。", None),
        ("zh", "均值*很*小。表格 $x$ 好。", "均值<em>很</em>小。表格 <i>x</i> 好。"),
        ("pt", "Sim *e* não. Sim.", "Sim <em>e</em> não. Sim."),
    ],
)
def test_each_sentence_of_a_paragraph_has_its_own_author(
    language: str, text: str, paragraph: str | None
) -> None:
    """Short sentences are known by their neighbours: the paragraph has others of the same words."""
    whole = sentences(text, Author.HUMAN, language)
    machine = [Sentence(s.id, Author.MACHINE, s.parts, s.block) for s in whole[-1:]]
    before = "<p>Sim, senhor. 表格也好。</p>"
    page, found = mark(f"{before}<p>{paragraph or text}</p>", [*whole[:-1], *machine], "en")
    assert found == {s.id for s in whole} and page.startswith(before)
    humans, machines = marked(page, Author.HUMAN), marked(page, Author.MACHINE)
    assert len(machines) == 1 and [*humans, *machines] == [
        " ".join(part.split())
        for part in re.split("(?<=[.。]) ?", re.sub("<[^>]*>", "", paragraph or text))
        if part
    ]


def test_equal_sentences_are_told_apart_by_their_order() -> None:
    first, second = sentences("It has three small layers.\n\nIt has three small layers.")
    other = Sentence(second.id, Author.HUMAN, second.parts, second.block)
    text = "<p>It has three small layers.</p>"
    page, _ = mark(text * 2, [first, other], "en")
    assert page.index("amts-untranslated") < page.index("</p>") < page.index("amts-human")


def test_a_cell_with_a_formula_is_not_the_title_of_the_same_words() -> None:
    title, cell = sentences("# 均值\n\n均值 $x$", Author.HUMAN, "zh")
    html = "<h1>均值</h1><td><p>均值 <i>x</i></p></td>"
    page, found = mark(html, [title, cell], "en")
    assert found == {1, 2}
    assert page.index('id="amts-1">均值</span >') < page.index("</h1>")
    assert page.index('id="amts-2">均值 <i>x</i></span >') > page.index("</h1>")


def test_sentences_that_share_words_are_not_woven_into_each_other() -> None:
    """Both are on the page by their words, though one of them stands elsewhere in truth."""
    both = sentences("One two three four five.\n\nThree four five six seven.", Author.MACHINE)
    html = "<p>One two three four five six seven</p>"
    lower = [Sentence(s.id, s.author, (str(s.parts[0]).lower(),), s.block) for s in both]
    page, found = mark(html.lower(), lower, "en")
    assert found == {1} and page.count("</span >") == 1


def test_a_display_formula_divides_the_mark_and_not_the_page() -> None:
    text = "A long sentence begins here: $$x = 1$$ and it ends there, after all."
    html = "<p>A long sentence begins here:</p><div>x</div><p>and it ends there, after all.</p>"
    (whole,) = sentences(text, Author.HUMAN)
    page, found = mark(html, [whole], "en")
    assert found == {1} and page.count('id="amts-1"') == 1 and unmark(page) == html
    assert marked(page, Author.HUMAN) == [
        "A long sentence begins here:",
        "and it ends there, after all.",
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>{It is a mean.} {It is a <em>median</em>?!}</p>", "It is a mean. It is a *median*?!"),
        ("<p>{It is a mean “here”!} {(It is one.)}</p>", 'It is a mean "here"! (It is one.)'),
        ("<p>{It is a mean <i>x</i>.} {<i>y</i> is not…}</p>", "It is a mean $x$. $y$ is not..."),
        ("<p>{<em>It is a mean</em>.} {It is so&quot;.}</p>", '*It is a mean*. It is so".'),
        ("<li>{It is a mean:} </li><td>{$ It is so}</td>", "* It is a mean:\n\n$ It is so"),
    ],
)  # fmt: skip
def test_a_mark_has_the_signs_and_formulas_at_both_ends(html: str, text: str) -> None:
    bare = html.replace("{", "").replace("}", "")
    page, _ = mark(bare, sentences(text, Author.MACHINE), "en")
    assert re.sub('<span class="amts[^>]*>', "{", page).replace("</span >", "}") == html
    assert unmark(page) == bare


@pytest.mark.parametrize(
    ("source", "gap"), [("Two of them.", "\n\n"), ("* An item.", "\n\n"), ("Two. And three.", " ")]
)
def test_what_a_human_translated_as_one_is_marked_in_each_of_its_blocks(
    source: str, gap: str
) -> None:
    document = formats.get("d2l").read(f"A long first paragraph is here.{gap}{source}")
    blocks = mask(document, "en", "paragraph")
    group = groups.join(document, blocks)
    assert group is not None and groups.size(group.parts) == len(blocks)
    texts = [source.removeprefix("* "), "A long first paragraph is here."]
    after = "<p>And then something else is said.</p>"
    html = f"<p>{texts[1]}</p><ul><li><p>{texts[0]}</p></li></ul>{after}"
    if gap == " ":
        html = f"<p>{texts[1]} {texts[0]}</p>{after}"
    page, found = mark(html, [Sentence(4, Author.HUMAN, group.parts, 0)], "en")
    assert found == {4} and page.count('id="amts-4"') == 1 and page.endswith(after)
    assert " ".join(marked(page, Author.HUMAN)) == f"{texts[1]} {texts[0]}"


WORDS = st.lists(
    st.sampled_from(["a", "mean", "均值", "x&amp;y", "of", "it"]), min_size=1, max_size=6
)
PIECES = st.lists(
    st.one_of(
        WORDS.map(" ".join),
        st.sampled_from(
            [
                "<em>",
                "</em>",
                "<p>",
                "</p>",
                "<br>",
                "<!-- a -->",
                "<",
                "</li>",
                '<a title=">">',
                ".",
                "</a>",
            ]
        ),
    ),
    max_size=20,
)


def has_strays(page: str) -> bool:
    """Whether an ``</em>`` closes nothing: a browser passes over it, so it may stand anywhere."""
    opened: list[str] = []
    for end, name in re.findall(r"<(/?)(em|p|a|li)\b", page):
        if not end:
            opened.append(name)
        elif name in opened:
            while opened.pop() != name:
                pass
        elif name == "em":
            return True
    return False


FORMULA = Slot(1, "math", "$x$")
ENDS: list[Parts] = [(), (".",), (FORMULA,), (FORMULA, "!)"), ("“",), (FORMULA, " ", FORMULA)]


@given(PIECES.map(" ".join), st.lists(WORDS, max_size=5), *[st.sampled_from(ENDS)] * 2)
@example("a a mean </em> mean", [["a", "a", "mean", "mean"]], (), ())
def test_marks_come_out_as_they_went_in(
    page: str, wanted: list[list[str]], before: Parts, after: Parts
) -> None:
    """Any page, also a broken one; the marks nest with its elements."""
    texts: list[Parts] = [(*before, " ".join(w), *after) for w in wanted]
    given_ = [Sentence(i, Author.MACHINE, parts, 0) for i, parts in enumerate(texts, 1)]
    done, found = mark(page, given_, "en")
    assert unmark(done) == page
    assert found == {int(n) for n in re.findall(r'id="amts-(\d+)"', done)}
    for inside in re.findall(r'<span class="amts-machine" id="amts-\d+">(.*?)</span >', done, re.S):
        assert has_strays(page) or inside.count("<em>") == inside.count("</em>")
        assert "<span class=" not in inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Give a reason for each step in :numref:`x`.",
            'Give a reason for each step in\n<a href="y">(1.2)</a>.',
        ),
        (
            ":numref:`x` gives a reason for each step.",
            '<a href="y">(1.2)</a> gives a reason for each step.',
        ),
        ("Exchange the roles of $x$ and $y$.", "Exchange the roles of <i>x</i> and <i>y</i>."),
        (
            "*Least squares* is a method of :cite:`x`.",
            "<em>Least squares</em> is a method of\n<i>Legendre (1805)</i>.",
        ),
        ("He called all of it *least squares*.", "He called all of it <em>least squares</em>."),
        ("We read a second one.", ""),  # half of an element cannot be wrapped
        ("Can :numref:`x`?", "Can <a>(1.2)</a>?"),
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
        r'(?s)<span class="amts-untranslated"[^>]*>(.*?)</span >',
        mark(page, sentences(text), "en")[0],
    )
    assert found == ([expected] if expected else [])
