"""The address of a title is the one that its reader makes: GitHub, Jupyter, docutils."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from github_slugger import GithubSlugger
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from amts_ext import formats
from amts_ext.formats.fragments import DIALECTS, Fragments, fragments_of, read_title

# Letters that came into Unicode after its table was made are unknown to github_slugger.
letters = st.one_of(
    st.characters(max_codepoint=0x52F, categories=["L", "M", "N", "P", "S", "Zs"]),
    st.sampled_from("均值、「」हिन्दी ไทยนี้ 한국어 かな"),
)
TITLES = [
    ("## The mean", "The mean", ""),
    ("### The *mean* of `x_i` ###", "The mean of x_i", ""),
    ("## **All** of $x^2$ & more", "All of $x^2$ & more", ""),
    ("## A \\* and &copy; <b>b</b>", "A * and © b", ""),
    ("## See [the text](a.md) ![alt](b.svg)", "See the text", ""),
    ("Two\nlines\n=====", "Two lines", ""),
    ("## 均值 {#mean .unnumbered}", "均值", "mean"),
    ("## Title[[anchor]]", "Title", "anchor"),
    ("#", "", ""),
]


@pytest.mark.parametrize(("heading", "text", "own"), TITLES)
def test_the_words_of_a_heading(heading: str, text: str, own: str) -> None:
    assert read_title(heading) == (text, own)


@given(st.text(letters, max_size=20))
def test_github_makes_the_same_slug(text: str) -> None:
    assert DIALECTS["github"](text) == GithubSlugger().slug(text)


@given(st.lists(st.sampled_from(["a", "A", "a 1", "a-1", "均值"]), max_size=8))
def test_titles_of_one_slug_are_numbered_as_github_does(titles: list[str]) -> None:
    document = formats.get("md").read("\n\n".join(f"# {title}" for title in titles))
    slugger = GithubSlugger()
    assert Fragments(document).ids("github") == [slugger.slug(title) for title in titles]


@given(st.text(st.characters(categories=["L", "N", "Po"], exclude_characters="&"), max_size=9))
def test_nbconvert_makes_the_same_id(word: str) -> None:
    heading = f"## The {word} *of* `x_i` 1"
    words = MarkdownIt("commonmark").parse(heading)[1].children or []
    text = "".join(token.content for token in words)
    page = markdown2html_mistune(heading)
    made = page.partition('id="')[2].partition('"')[0]
    if "<" not in text and "\\" not in word and "*" not in word and "`" not in word:
        assert unquote(made) == DIALECTS["jupyter"](read_title(heading).text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("The History of x_i", "the-history-of-x-i"),
        ("Don't Say “No” -- Ever", "dont-say-no-ever"),
        ("2. A média", "a-media"),
        ("小结", ""),
    ],
)
def test_docutils_ids(text: str, made: str) -> None:
    """The real pages are built in tests/d2lbook_ext/test_built_links.py."""
    assert DIALECTS["docutils"](text) == made


STATED = {
    "<a name='one'></a>": "one",
    '## <a id="one"></a> Two': "one",
    "<h2 class=x id=one>Two</h2>": "one",
    "## Two {#one}": "one",
    "![Bus](a.png){#one width=5%}": "one",
    "(one)=\n## Two": "one",
    "## Two\n:label:`one_two`": "one-two",
}


@pytest.mark.parametrize(("text", "own"), STATED.items())
def test_ids_that_an_author_wrote(text: str, own: str) -> None:
    d2l = formats.get("d2l")
    assert own in fragments_of(d2l.read(text), d2l).stated


def test_titles_that_no_address_reaches_have_none() -> None:
    text = "# Mean\n\n# Mean\n\n# 均值\n\n# 均值\n"
    read = Fragments(formats.get("md").read(text), ("jupyter", "docutils"))
    assert read.ids("jupyter") == ["Mean", None, "均值", None]
    assert read.ids("docutils") == ["mean", "mean-1", None, None]


LINKS = {
    "[a](#b)": ["#b"],
    "[a](c.md#b 'title #d')": ["c.md#b"],
    "[a](<#b c>)": ["#b c"],
    "[a](#b_(c))": ["#b_(c)"],
    "[a](#b\\_c)": ["#b\\_c"],
    "[*a* `[](#d)`](#b)": ["#b"],
    "[![i](#i)](#b)": ["#b"],
    "[a][b]\n\n[b]: c.md#d": ["c.md#d"],
    "> [b]: <#d> 'title'\n\n[b]": ["#d"],
    "<a class='x' href='#b'>a</a>": ["#b"],
    '<div>\n<a href="c.html#b">a</a>\n</div>': ["c.html#b"],
    "`[a](#b)` <https://a.b/#c>": [],
    "```\n[a](#b)\n[b]: #c\n<a href='#d'>\n```": [],
    "[a](b.md) #c ![a](#b)": [],
    "| [é](#b) | `|` [a](#c) |\n|--|--|\n": ["#b", "#c"],
}


@pytest.mark.parametrize(("text", "addresses"), LINKS.items())
def test_the_addresses_of_a_text(text: str, addresses: list[str]) -> None:
    for name, before in (("md", "é\n\n"), ("md", "\ufeff"), ("d2l", "")):
        read = formats.get(name).read(before + text)
        assert [link.address for link in read.links] == addresses
        for link in read.links:
            assert read.text[link.start : link.end] == link.address
            assert read.text.count("\n", 0, link.start) == link.line - 1
