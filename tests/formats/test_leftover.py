"""Words that no translator gets are listed once per file; titles in a head are prose."""

from __future__ import annotations

import pytest
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.formats.leftover import (
    INDENTED,
    WORDS_IN_ATTRIBUTE,
    WORDS_IN_HEAD,
    WORDS_IN_LINK,
    WORDS_IN_TEX,
)


def capitals(text: str, format: str = "md") -> str:
    return translate_text(text, format, target="pt", translate=upper)


@pytest.mark.parametrize(
    ("format", "text", "line", "source", "reason"),
    [
        ("md", "A word.\n\n[a](b \"A title\") [c](d \"More\")\n", 3, "A title", WORDS_IN_LINK),
        ("d2l", "![a](b.png 'A title')\n", 1, "A title", WORDS_IN_LINK),
        ("md", "A [ref].\n\n[ref]: u \"A title\"\n", 1, "A title", WORDS_IN_LINK),
        ("myst", "A word.\n\n[a](b \"A title\") [c](d \"More\")\n", 3, "A title", WORDS_IN_LINK),
        ("myst", "A <img src=a alt='A red bus'>\n", 1, "A red bus", WORDS_IN_ATTRIBUTE),
        ("md", "Press <Button label=\"Go there\" /> now.\n", 1, "Go there", WORDS_IN_ATTRIBUTE),
        ("md", "<Card\n  icon={x}\n  alt=\"A bus\"\n/>\n", 3, "A bus", WORDS_IN_ATTRIBUTE),
        ("md", "<Card title=\"One\" description=\"Two\">\n", 1, "Two", WORDS_IN_ATTRIBUTE),
        ("md", "Words `a`{:title=\"A bus\"}.\n", 1, "A bus", WORDS_IN_ATTRIBUTE),
        ("md", "<T>\n  <Tab>\n    A red bus.\n  </Tab>\n</T>\n", 3, "A red bus.", INDENTED),
        ("md", "<img src=a alt='A red bus'>\n", 1, "A red bus", WORDS_IN_ATTRIBUTE),
        ("md", "<img\n alt='A red\n bus'>\n".replace("'", '"'), 2, "A red bus", WORDS_IN_ATTRIBUTE),
        ("d2l", "<img src=a alt='A red bus'>\n", 1, "A red bus", WORDS_IN_ATTRIBUTE),
        ("md", "{% include a caption=\"A bus\" %}\n", 1, "A bus", WORDS_IN_ATTRIBUTE),
        ("md", "![](a){fig-alt=\"A bus\"}\n", 1, "A bus", WORDS_IN_ATTRIBUTE),
        ("md", "---\ntitle: |\n  A bus\n---\n", 3, "A bus", WORDS_IN_HEAD),
        ("md", "---\nlayout: a\ntitle: A `bus`\n---\n", 3, "A `bus`", WORDS_IN_HEAD),
        ("md", '{\n  "title": "A bus"\n}\n', 2, "A bus", WORDS_IN_HEAD),
        ("d2l", "A \\textbf{red bus}.\n", 1, "\\textbf{red bus", WORDS_IN_TEX),
    ],
)  # fmt: skip
def test_words_that_stay_are_listed_once(
    format: str, text: str, line: int, source: str, reason: str
) -> None:
    found = [d for d in formats.doubts_of(formats.get(format), text) if "half open" not in d.reason]
    assert [(d.line, d.source, d.reason) for d in found] == [(line, source, reason)]
    assert source in " ".join(capitals(text, format).split())


@pytest.mark.parametrize("format", ["md", "d2l", "myst"])
@pytest.mark.parametrize(
    "text",
    [
        "[a](b \"scipy.stats\") ![c](d.png 'd.png')\n",
        "Type `<img alt='A red bus'>`, title=\"A bus\" or {x}.\n",
        "```html\n<img alt='A red bus'>\n```\n",
        "<!-- <img alt='A red bus'> -->\n",
        "<img alt='' title=\"bus_1\">\n",
        "Let $x_\\textrm{red}$ and $$\\textit{red}$$ be, `\\textbf{red}` too.\n",
        "---\ntitle: A bus\ndescription: 'Red'\n---\n" * False + "Words.\n",
    ],
)
def test_what_a_page_does_not_show_as_words_is_not_listed(format: str, text: str) -> None:
    assert formats.doubts_of(formats.get(format), text) == []


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: {}\nlayout: post # {{x}}\ndescription: {}\n---\n",
        "---\ntitle: \"{}\"\nsubtitle: '{}'\ntags: [a, b]\n...\n",
        "+++\ntitle = \"{}\"\ndate = 2020-01-01\nsummary = '{}'\n+++\n",
    ],
)
@pytest.mark.parametrize("end", ["", "\n# A title\n\nWords.\n"])
def test_a_title_in_the_head_is_prose(head: str, end: str) -> None:
    text = head.format("A red bus", "It comes late.") + end
    wanted = head.format("A RED BUS", "IT COMES LATE.") + end.upper()
    assert capitals(text) == wanted
    assert capitals(text.replace("\n", "\r\n")) == wanted.replace("\n", "\r\n")
    assert formats.doubts_of(formats.get("md"), text) == []


@pytest.mark.parametrize("answer", ["Um: dois", "Um # dois", "- um", 'Um "dois', "Um {{ x", "No"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_an_answer_that_is_no_such_value_is_not_written(answer: str, quote: str) -> None:
    text = f"---\ntitle: {quote}A red bus{quote}\n---\n\nWords.\n"
    made = translate_text(text, "md", target="pt", translate=lambda texts: [answer] * len(texts))
    yaml = pytest.importorskip("yaml")
    title = yaml.safe_load(made.split("---")[1])["title"]
    assert title in (answer, "A red bus")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A word.\n\n---\n# A slide\n---\n", "A WORD.\n\n---\n# A SLIDE\n---\n"),
        ('<Tip title="A bus">\nWords.\n</Tip>\n', '<Tip title="A BUS">\nWORDS.\n</Tip>\n'),
        ('<Tip id="a" title="A b" />\n', '<Tip id="a" title="A B" />\n'),
        ("Term\n  ~ One\n  ~ Two\n", "TERM\n  ~ ONE\n  ~ TWO\n"),
        ("- [ ] due:: now\n1. by:: me\n", "- [ ] due:: NOW\n1. by:: ME\n"),
        ("See [[A page|a word]] and ![[b|c]].\n", "SEE [[A page|A WORD]] AND ![[b|c]].\n"),
        (
            '<Tip title="A b">\nOne.\n\nTwo <Tip k={x}> it.\n',
            '<Tip title="A B">\nONE.\n\nTWO <Tip k={x}> IT.\n',
        ),
        ("See www.a.b/c_d, not www.\n", "SEE www.a.b/c_d, NOT WWW.\n"),
        ("#red #big-bus\n\n#Red words\n", "#red #big-bus\n\n#RED WORDS\n"),
    ],
)
def test_lines_that_stay_lines(text: str, wanted: str) -> None:
    assert capitals(text) == wanted


def test_a_definition_after_a_tilde_is_a_block_to_pandoc_too() -> None:
    assert capitals("Term\n  ~ One\n  ~ Two\n", "d2l") == "TERM\n  ~ ONE\n  ~ TWO\n"
