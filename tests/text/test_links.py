"""Links to titles lead to the translated titles, as independent readers find them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from github_slugger import GithubSlugger
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin
from nbconvert.exporters import HTMLExporter
from support.places import ROOT
from support.program import notebook, write
from support.pseudo import backwards, han, identity, upper

from amts_ext import formats, translate_book, translate_text
from amts_ext.cli import main
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.paths import translate_paths
from amts_ext.text.links import NO_ADDRESS, NO_TITLE, NOT_TRANSLATED, Links
from amts_ext.text.outcome import Result, Source, TranslatedDocument
from amts_ext.translators.function import Function

WORDS = {"The mean": "A média", "Waiting times": "等待时间", "See": "Veja", "Note": "The mean"}


def words(texts: list[str]) -> list[str]:
    """The words of :data:`WORDS`; all others stay."""
    return [re.sub("|".join(WORDS), lambda m: WORDS[m.group()], text) for text in texts]


def translated(text: str, format: str = "md") -> str:
    return translate_text(text, format=format, target="pt", translate=words)


ONE = [
    ("[a](#the-mean)\n\n## The mean", "[a](#a-média)\n\n## A média"),
    ("[a](#the%2Dmean)\n\n## The mean", "[a](#a-m%C3%A9dia)\n\n## A média"),
    ("[a](#The-Mean)\n\n## The mean", "[a](#a-média)\n\n## A média"),
    ("[a](#the-mean-1)\n\n# The mean\n\n# The mean", "[a](#a-média-1)\n\n# A média\n\n# A média"),
    ("[a](#the-mean-x)\n\n## The mean `x`", "[a](#a-média-x)\n\n## A média `x`"),
    ("[a](#the-mean-x)\n\n## *The mean*: $x$", "[a](#a-média-x)\n\n## *A média*: $x$"),
    ("[a](#waiting-times)\n\nWaiting times\n-----", "[a](#等待时间)\n\n等待时间\n-----"),
    ("[a][b]\n\n# The mean\n\n[b]: #the-mean", "[a][b]\n\n# A média\n\n[b]: #a-média"),
    ("x <a href='#the-mean'>a</a>\n\n# The mean", "x <a href='#a-média'>a</a>\n\n# A média"),
    ("See [a](#the-mean) b.\n\n# The mean", "Veja [a](#a-média) b.\n\n# A média"),
    ("> [a](<#the-mean> 'The mean')\n\n# The mean", "> [a](<#a-média> 'The mean')\n\n# A média"),
    ("| [a](#the-mean) |\n|--|\n\n# The mean", "| [a](#a-média) |\n|--|\n\n# A média"),
]
STAY = [
    "[a](#nowhere)\n\n## {}",
    "[a](#own)\n\n## {} {{#own}}",
    "[a](#own)\n\n<a name='own'></a>\n## {}",
    '[a](#own)\n\n<h2 id="own">x</h2>\n\n## {}',
    "`[a](#the-mean)`\n\n## {}",
    "[a](https://example.org/#the-mean) [b](mailto:a@b.c#the-mean)\n\n## {}",
    "[a](other.md#the-mean)\n\n## {}",
    "[a](#)\n\n## {}",
]


@pytest.mark.parametrize(("source", "wanted"), ONE)
def test_an_address_follows_its_title(source: str, wanted: str) -> None:
    assert translated(source) == wanted


@pytest.mark.parametrize("text", STAY)
def test_an_address_of_no_translated_title_stays(text: str) -> None:
    assert translated(text.format("The mean")) == text.format("A média")


def test_a_title_that_takes_anothers_address_takes_no_link() -> None:
    """ "Note" becomes "The mean": the link to "The mean" has to leave that address."""
    done = translated("[a](#the-mean) [b](#note)\n\n# Note\n\n# The mean\n")
    assert done == "[a](#a-média) [b](#the-mean)\n\n# The mean\n\n# A média\n"


titles = st.lists(
    st.lists(
        st.sampled_from(["One", "two", "x", "`a_b`", "*any*", "$y$", "3", "(é)", "a&b", "数"]),
        min_size=1,
        max_size=3,
    ).map(" ".join),
    min_size=1,
    max_size=5,
)
READER = MarkdownIt("commonmark", {"html": True}).use(
    anchors_plugin, max_level=6, slug_func=lambda title: str(GithubSlugger().slug(title))
)


class Page:
    """A Markdown text as its reader shows it."""

    def __init__(self, text: str) -> None:
        page = html.fromstring(f"<div>{READER.render(text)}</div>")
        self.ids = page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]/@id")
        self.links = page.xpath("//a/@href")

    def title(self, fragment: str) -> int | None:
        """The number of the title that a fragment leads to."""
        wanted = unquote(fragment)
        return self.ids.index(wanted) if wanted in self.ids else None


def goals(text: str) -> list[int | None]:
    """The links of a Markdown text, each as the number of the title that it leads to."""
    page = Page(text)
    return [page.title(address[1:]) for address in page.links]


@given(titles, st.data(), st.sampled_from([upper, backwards, han]))
def test_a_reader_finds_the_same_title(
    names: list[str], data: st.DataObject, words: object
) -> None:
    """GitHub's slugs, by other programs: markdown-it-py, its anchors, and a port of the slugger."""
    sections = [f"## {name}\n\nText." for name in names]
    ids = Page("\n\n".join(sections)).ids
    wanted = data.draw(st.lists(st.sampled_from([*ids, "nowhere"]), max_size=4))
    forms = data.draw(st.lists(st.sampled_from(LINK_FORMS), min_size=4, max_size=4))
    links = [form.format(id=i, n=n) for n, (i, form) in enumerate(zip(wanted, forms))]  # noqa: B905
    source = "\n\n".join([*links, *sections])
    done = translate_text(source, format="md", target="pt", translate=words)
    before, after = goals(source), goals(done)
    assert after == before
    assert sum(goal is not None for goal in before) == sum(i in ids for i in wanted)


LINK_FORMS = ["[a](#{id})", "[a](<#{id}> 't')", '<a href="#{id}">a</a>', "[a][{n}]\n\n[{n}]: #{id}"]


def followed(folder: Path) -> dict[tuple[str, int], tuple[str, int] | None]:
    """Each link to a title in a folder's pages, by page and number, and where it leads."""
    pages = {path.name: Page(path.read_text("utf-8")) for path in folder.glob("*.md")}
    found: dict[tuple[str, int], tuple[str, int] | None] = {}
    for name, page in pages.items():
        for number, (path, _, fragment) in enumerate(a.partition("#") for a in page.links):
            if fragment and "//" not in path:
                title = pages[path or name].title(fragment)
                found[name, number] = None if title is None else (path or name, title)
    return found


def test_every_link_of_the_projects_own_pages(tmp_path: Path) -> None:
    """A real set of pages, with links within a page and from page to page."""
    translator = Function(han)
    options = {"source": "en", "target": "zh", "memory": tmp_path / "m", "format": "md"}
    translate_paths([ROOT / "docs"], tmp_path / "zh", **options, translator=translator)  # type: ignore[arg-type]
    english = followed(ROOT / "docs")
    assert len(english) > 15 and None not in english.values()
    assert followed(tmp_path / "zh") == english


def test_nothing_else_changes() -> None:
    """With the old addresses put back, the text is that of a source without links to titles."""
    text = "[a](#{0}) **b** `#{0}` [c](d.md#{0})\n\n## The mean\n"
    done = translated(text.format("the-mean"))
    assert done == "[a](#a-média) **b** `#the-mean` [c](d.md#the-mean)\n\n## A média\n"
    assert translate_text(text.format("x"), target="pt", translate=words) == done.replace(
        "#a-média", "#x"
    ).replace("#the-mean", "#x")
    assert translate_text(text, target="pt", translate=identity) == text


def test_links_in_a_notebook_as_nbconvert_makes_pages_of_it() -> None:
    """Jupyter's addresses keep capitals; a link may lead to another cell."""
    text = notebook(
        ("markdown", "# The mean\n\n[x](#Waiting-times) [y](#The-mean) [z](#waiting-times)\n"),
        ("code", "print(1)  # [x](#The-mean)\n"),
        ("markdown", "## Waiting times\n\n<a href='#The-mean'>up</a>"),
    )
    done = translate_text(text, format="ipynb", target="pt", translate=words)
    cells = ["".join(cell["source"]) for cell in json.loads(done)["cells"]]
    assert cells == [
        "# A média\n\n[x](#等待时间) [y](#A-média) [z](#等待时间)\n",
        "print(1)  # [x](#The-mean)\n",
        "## 等待时间\n\n<a href='#A-média'>up</a>",
    ]
    prose = [nbformat.v4.new_markdown_cell(cell) for cell in (cells[0], cells[2])]
    made = nbformat.v4.new_notebook(cells=prose)
    page = html.fromstring(HTMLExporter().from_notebook_node(made)[0])
    ids = {unquote(made) for made in page.xpath("//h1/@id | //h2/@id")}
    links = [unquote(a) for a in page.xpath("//a[not(contains(@class, 'anchor'))]/@href")]
    assert len([a for a in links if a.startswith("#")]) >= 4
    assert {a[1:] for a in links if a.startswith("#")} <= ids


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


BOOK = {
    "index.md": "# Book\n\n[a](/one/mean.md#the-mean) [b](two/wait.ipynb#Waiting-times)\n",
    "one/mean.md": "# The mean\n\n[up](/index.md#book) [w](../two/wait.html#Waiting-times)\n",
    "two/wait.ipynb": notebook(("markdown", "# Waiting times\n\n[m](../one/mean.md#the-mean)")),
}


def run(texts: dict[str, str], memory: Memory | None = None, emitted: bool = True) -> Result:
    """Translate documents of a book; with ``emitted``, by a receiver."""
    pipeline = Pipeline("en", "pt", profiles.load("pt"), memory, Function(words))
    sources = [Source(n, t, formats.by_suffix(n)) for n, t in texts.items()]
    done: list = []
    result = pipeline.translate(sources, done.append if emitted else None)
    result.documents = result.documents or done
    return result


@pytest.mark.parametrize("emitted", [True, False])
def test_links_lead_from_file_to_file(emitted: bool) -> None:
    result = run(BOOK, emitted=emitted)
    done = {document.name: document.body for document in result.documents}
    assert result.problems == [] and result.done == 3
    assert done["index.md"].endswith("[a](/one/mean.md#a-média) [b](two/wait.ipynb#等待时间)\n")
    assert done["one/mean.md"].endswith("[up](/index.md#book) [w](../two/wait.html#等待时间)\n")
    assert done["two/wait.ipynb"] == "# 等待时间\n\n[m](../one/mean.md#a-média)"


def test_spans_follow_the_new_addresses() -> None:
    text = "See [The mean](#the-mean) here. See it.\n\n# The mean\n\nSee.\n"
    (done,) = run({"a.md": text}).documents
    shown = [done.body[o.start : o.end] for o in done.segments]
    assert shown == ["Veja [A média](#a-média) here.", "Veja it.", "A média", "Veja."]


def test_a_file_that_is_not_in_the_run(tmp_path: Path) -> None:
    """Its titles are known if it was translated before; else the link is listed."""
    text = "See [x](b.md#the-mean) [y](c.md#z) [z](b.md#no).\n"
    write(tmp_path, {"a.md": text, "b.md": "# The mean\n"})
    memory = Memory(tmp_path / "memory.sqlite")
    pipeline = Pipeline("en", "pt", profiles.load("pt"), memory, Function(words))
    a, b = (Source(n, tmp_path / n, "md") for n in ("a.md", "b.md"))
    first = pipeline.translate([a])
    assert [(p.line, p.reason, p.source) for p in first.problems] == [
        (1, NOT_TRANSLATED, "b.md#the-mean")
    ]
    assert "b.md#the-mean" in first.documents[0].text
    pipeline.translate([b])
    second = pipeline.translate([a])
    assert second.problems == []
    assert "[x](b.md#a-média) [y](c.md#z) [z](b.md#no)" in second.documents[0].text


def test_what_has_no_address_is_listed() -> None:
    """docutils numbers a Chinese title; the second of two equal titles has no place in Jupyter."""
    pages = {"a.md": "[x](#waiting-times)\n\nSee [y](#waiting-times).\n\n# Waiting times\n"}
    pipeline = Pipeline("en", "pt", profiles.load("pt"), None, Function(words))
    sources = [Source(n, t, "d2l") for n, t in pages.items()]
    result = pipeline.translate(sources)
    assert [(p.line, p.reason, p.source) for p in result.problems] == [
        (1, NO_ADDRESS, "#waiting-times"),
        (3, NO_ADDRESS, "#waiting-times"),
    ]
    pipeline.keeps_ids = True
    assert pipeline.translate(sources).problems == []


def test_a_humans_own_addresses(tmp_path: Path) -> None:
    """What leads somewhere stays; what a human copied is set right; what is wrong is listed."""
    english = "The [mean](#the-mean) of {} is written here in words.\n\n# The mean\n"
    portuguese = "A [média](#{}) de {} está escrita {} em palavras.\n\n# A média\n"
    more = {
        "right": ("a-média", "[aqui](#a-m%C3%A9dia)"),
        "copied": ("the-mean", "[aqui](#the-mean)"),
        "wrong": ("a-média", "[aqui](#nada)"),
    }
    write(tmp_path, {"config.ini": "[amts]\nlangs = pt\nhuman_pt = pt\n"})
    for name, (address, link) in more.items():
        texts = english.format(name), portuguese.format(address, name, link)
        write(tmp_path, {f"{name}.md": texts[0], f"pt/{name}.md": texts[1]})
    result = translate_book("config.ini", translator=Function(words))["pt"]
    assert result.counts["human"] == 6
    for name, (_, link) in more.items():
        kept = link.replace("the-mean", "a-média")
        done = (tmp_path / f"_build/translated/pt/{name}.md").read_text("utf-8")
        assert done == portuguese.format("a-média", name, kept)
    assert [(p.file, p.line, p.reason, p.source) for p in result.problems] == [
        ("wrong.md", 1, NO_TITLE, "#nada")
    ]


def test_a_humans_address_that_is_anothers_in_the_source() -> None:
    read = formats.get("md").read
    source = read("See.\n\n# Note\n\n# The mean\n")
    result = read("[x](#note)\n\n# A média\n\n# Note\n")
    origin = Source("", source.text, "md")
    done = TranslatedDocument("", result.text, source, result.text, (), origin, result)
    links = Links()
    links.add(done)
    assert links.settled(done) == (done, [])


def test_an_address_that_two_readers_make_follows_the_formats_own_reader() -> None:
    text = notebook(("markdown", "# mean\n\n[x](#mean)"))
    done = translate_text(
        text, format="ipynb", target="pt", translate=lambda t: [s.replace("mean", "A M") for s in t]
    )
    assert json.loads(done)["cells"][0]["source"][-1] == "[x](#A-M)"


def test_the_command_lists_what_it_cannot_resolve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("amts_ext.translators.embedded.embedded", lambda: Function(words))
    write(tmp_path, {"a.md": "# See\n\n[x](b.md#the-mean)\n", "b.md": "# The mean\n"})
    command = ["translate", "--to", "pt", "-o", "out"]
    assert main([*command, "a.md"]) == 1
    assert f"a.md:3: {NOT_TRANSLATED}: b.md#the-mean" in capsys.readouterr().err
    assert main([*command, "a.md", "b.md"]) == 0
    assert (tmp_path / "out/a.md").read_text("utf-8") == "# Veja\n\n[x](b.md#a-média)\n"
    assert main([*command, "a.md"]) == 0
