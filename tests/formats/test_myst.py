"""MyST Markdown: what is read as prose, what is said of the rest, and what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.program import amts, notebook, write
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.api import make_pipeline
from amts_ext.errors import InputError
from amts_ext.formats import doubts_of
from amts_ext.text.masking import mask
from amts_ext.text.outcome import Source
from amts_ext.translators.function import Function


def segments(text: str, format: str = "myst") -> list[str]:
    return [s.tokens for s in mask(formats.get(format).read(text), "en")]


def capitals(text: str, format: str = "myst") -> str:
    return translate_text(text, format, target="pt", translate=upper)


def answered(text: str, words: str) -> str:
    """The document with these words for every sentence, from a translator that is trusted."""
    translator = Function(lambda texts: [words for _ in texts], sure=True)
    pipeline = make_pipeline("en", "pt", translator, None, "sentence")
    return pipeline.translate([Source("a.md", text, "myst")]).documents[0].text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("(sec-a)=\n# A title\n", ["A title"]),
        ("Some\n% a comment\nwords.\n", ["Some", "words."]),
        ("One.\n\n+++ {\"a\": \"b\"}\n\nTwo.\n", ["One.", "Two."]),
        ("Let $x < y$ be.\n\n$$\na\n$$ (eq-a)\n", ["Let ⟦math1⟧ be."]),
        ("It is $5 and $6 now.\n", ["It is ⟦math1⟧6 now."]),
        ("It is \\$5 and \\$6.\n", ["It is ⟦escape1⟧5 and ⟦escape2⟧6."]),
        ("\\begin{align}\na\n\\end{align}\n\nWords.\n", ["Words."]),
        ("Words {{ key }} here.\n", ["Words ⟦template1⟧ here."]),
        ("A mean\n: A sum.\n\n: A middle.\n", ["A mean", "A sum.", "A middle."]),
        ("Words[^a].\n\n[^a]: A note.\n", ["Words⟦footnote1⟧.", "A note."]),
        ("{.wide}\nWords.\n", ["Words."]),
        ("A [span]{.a} and `x`{.b}.\n", ["A ⟦span1⟧span⟦/span1⟧ and ⟦code2⟧⟦attributes3⟧."]),
        (
            "See {numref}`Figure %s: {name} <a>`.\n",
            ["See ⟦reference1⟧Figure ⟦template2⟧: ⟦template3⟧⟦/reference1⟧."],
        ),
        ("See www.example.org now.\n", ["See ⟦url1⟧ now."]),
        ("````{note}\n```{tip}\nInner.\n```\n\nOuter.\n````\n", ["Inner.", "Outer."]),
        (":::{a}\nkeep\n:::\n\nWords.\n", ["Words."]),
        ("- words\n:::{tip}\n:::\n\n    keep\n", ["words"]),
        ("::: wide\nWords.\n:::\n", ["Words."]),
        ("~~~\n:::{note}\nkeep\n:::\n~~~\n\nWords.\n", ["Words."]),
        (
            ":::{toctree}\nThe a <a>\n:::\n\n~~~\n:::{note}\nkeep\n:::\n~~~\n\nWords.\n",
            ["The a", "Words."],
        ),
        (":::{note}\n~~~\nkeep\n~~~\nWords.\n:::\n", ["Words."]),
        ("```{note} Some words\ngo on.\n```\n", ["Some words go on."]),
        ("```{note}\n---\nclass: wide\n---\nWords.\n```\n", ["Words."]),
        ("```{card}\nHead.\n^^^\nBody.\n+++\nFoot.\n```\n", ["Head.", "Body.", "Foot."]),
        ("| a | {ref}`the b <c>` |\n|---|---|\n| $x$ | d |\n",
         ["a", "⟦reference1⟧the b⟦/reference1⟧", "d"]),
        ("```{eval-rst}\n.. note:: keep\n```\n", []),
        ("    keep {ref}`x`\n", []),
    ],
)  # fmt: skip
def test_what_is_sent(text: str, sent: list[str]) -> None:
    found = segments(text)
    assert found == sent
    assert not any("keep" in segment for segment in found)
    assert translate_text(text, "myst", target="pt", translate=list) == text


HEAD = """---
title: The mean of 'x'
subtitle: 'A heron''s'
description: "A \\"quoted\\" word"
kernelspec:
  display_name: keep
myst:
  substitutions:
    a: Some **words**
    b: |
      Two lines
      of words.

      A paragraph.
    c: |
      ```{note}
      keep
      ```
  html_meta:
    "description lang=en": More words
---

# A title
"""


def test_the_head_of_a_file() -> None:
    made = capitals(HEAD)
    assert made == (
        HEAD.replace("The mean of 'x'", "THE MEAN OF 'X'")
        .replace("A heron''s", "A HERON''S")
        .replace('A \\"quoted\\" word', 'A \\"QUOTED\\" WORD')
        .replace("Some **words**", "SOME **WORDS**")
        .replace("Two lines\n      of words.", "TWO LINES OF WORDS.")
        .replace("A paragraph.", "A PARAGRAPH.")
        .replace("More words", "MORE WORDS")
        .replace("# A title", "# A TITLE")
    )
    kinds = [b.kind for b in formats.get("myst").read(HEAD).blocks]
    assert kinds == ["title", "title", *["paragraph"] * 5, "title"]


@pytest.mark.parametrize(
    ("yaml", "words", "written"),
    [
        ("title: 'A mean'", "L'aire", "title: 'L’aire'"),
        ('title: "A mean"', 'O "meio"', 'title: "O ”meio”"'),
        ("title: A mean", "L'aire", "title: L'aire"),
        ("title: A mean", "Meio: um", "title: A mean"),
        ("title: A mean", "Meio #1", "title: A mean"),
    ],
)
def test_a_translation_does_not_break_yaml(yaml: str, words: str, written: str) -> None:
    """A quote becomes curly; what would still be read otherwise is refused."""
    made = answered(f"---\n{yaml}\n---\n", words)
    assert made == f"---\n{written}\n---\n"


def test_titles_of_directives_are_no_headings() -> None:
    document = formats.get("myst").read("# One\n\n:::{card} A title\n## Two\n:::\n\n# Three\n")
    assert [document.text[a:b].strip() for a, b in document.titles] == [
        "# One",
        "## Two",
        "# Three",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "```",
        ":::",
        "--- words",
        "-- words",
        ":a: words",
        "{note}`",
        "a\n:::\nb",
        "a\u2028b",
        "(x)= y",
        "% a",
    ],
)
def test_directives_are_the_same_after_writing(words: str) -> None:
    """Their names, options and nesting; a translation that changes them is refused."""
    text = (
        ":::::{note}\n:class: wide\n\n::::{tip} Some\nWords.\n::::\n\n"
        "```{card} Title\nBody.\n```\n:::::\n"
    )
    made = answered(text, words)
    before, after = (formats.get("myst").read(t) for t in (text, made))
    assert [a for _, a in after.anchors] == [a for _, a in before.anchors]
    assert len(after.blocks) == len(before.blocks)
    assert made.count("\u2028") == 0


@pytest.mark.parametrize(
    ("text", "line", "source", "reason"),
    [
        ("One.\n\n```{thing} a\nb\n```\n", 3, "{thing}", "unknown directive"),
        ("One {thing}`a`.\n", 1, "{thing}", "unknown role"),
        ("One.\n\n:::{note}\nWords.\n", 3, "{note}", "a directive without an end"),
        ("````{note}\nA.\n```\nB.\n````\n\nC.\n", 1, "{note}", "goes on behind its end"),
        (":::{note}\n<script>\n:::\n\nC.\n", 1, "{note}", "goes on behind its end"),
        (
            "```{figure} a.png\n---\nalt: [\n---\nA.\n```\n",
            1,
            "{figure}",
            "its options are no YAML",
        ),
        ("---\ntitle: [\n---\n\nC.\n", 2, "title: [", "the head of the file stays"),
        ("C {{ key.\n", 1, "{{ key.", "half open"),
        ("C.\n\n$$\nx\n", 3, "$$", "half open"),
    ],
)
def test_what_is_broken_is_said_and_stays(text: str, line: int, source: str, reason: str) -> None:
    found = [d for d in doubts_of(formats.get("myst"), text) if reason in d.reason]
    assert [(d.line, d.source) for d in found] == [(line, source)]
    made = capitals(text)
    assert made.upper() == text.upper()
    assert source in made or source.startswith("{{ ")


def test_a_whole_file_says_nothing() -> None:
    assert (
        doubts_of(formats.get("myst"), "# A\n\n:::{tip}\nSee {ref}`a`, {{ b }} and $x$.\n:::\n")
        == []
    )


def test_a_book_declares_its_directives_and_roles() -> None:
    own = "myst?my-note: argument body :summary:; my-code: none; {kw}: text"
    text = (
        ":::{my-note} A title\n:summary: In short\n\nSee {kw}`words`.\n:::\n\n"
        "```{my-code}\nkeep\n```\n"
    )
    assert segments(text, own) == ["A title", "In short", "See ⟦styled1⟧words⟦/styled1⟧."]
    assert doubts_of(formats.get(own), text) == []
    assert segments(notebook(("markdown", text)), f"ipynb-{own}") == segments(text, own)
    with pytest.raises(InputError, match="'my-note': 'title' is no part of a directive; allowed: "):
        formats.get("myst?my-note: title")


def test_an_unknown_directive_is_told_of_once_in_a_run() -> None:
    text = "```{thing}\na\n```\n\nWords {other}`a`.\n\n:::{tip}\n"
    sources = [Source(f"{n}.md", text, "myst") for n in range(3)]
    result = make_pipeline("en", "pt", Function(upper), None, "sentence").translate(sources)
    said = [(p.file, p.reason.split(" ")[0]) for p in result.problems]
    assert said == [
        ("0.md", "unknown"), ("0.md", "unknown"), ("0.md", "a"), ("1.md", "a"), ("2.md", "a"),
    ]  # fmt: skip


def test_notebooks_of_myst_nb() -> None:
    text = ":::{tip} Some words\n:::\n"
    made = capitals(notebook(("markdown", text), ("code", "keep")), "ipynb-myst")
    assert ":::{tip} SOME WORDS" in made and "keep" in made


def test_dashes_at_the_beginning_make_no_attribution() -> None:
    """In a quotation, a paragraph that begins with dashes names its author."""
    text = "```{epigraph}\nWords.\n\n-- A heron\n```\n"
    assert answered(text, "--- a") == "```{epigraph}\n\\--- a\n\n--- a\n```\n"


def test_captions_of_code_cells_are_prose_in_both_kinds_of_notebooks() -> None:
    """In the metadata of a notebook's cell, and in the options of a text notebook's."""
    told = {"mystnb": {"image": {"alt": "A graph"}, "figure": {"caption": "Some *words* é.",
            "name": "keep"}}, "caption": 5}  # fmt: skip
    cell = {"cell_type": "code", "metadata": told, "source": "keep", "outputs": []}
    text = json.dumps({"cells": [cell, cell], "nbformat": 4, "metadata": {}}, indent=1)
    assert segments(text, "ipynb-myst") == ["A graph", "Some ⟦emphasis1⟧words⟦/emphasis1⟧ é."] * 2
    made = capitals(text, "ipynb-myst")
    assert made == text.replace("A graph", "A GRAPH").replace(
        "Some *words* \\u00e9.", "SOME *WORDS* \\u00c9."
    )
    assert translate_text(text, "ipynb-myst", target="pt", translate=list) == text
    assert segments(text, "ipynb") == []
    option = "---\nmystnb:\n  image:\n    alt: A graph\n---\nkeep\n"
    assert segments(f"```{{code-cell}}\n{option}```\n") == ["A graph"]


def test_a_text_notebook_keeps_its_cells() -> None:
    text = (
        "---\njupytext:\n  text_representation:\n    format_name: myst\n---\n\n# Words\n\n"
        "```{code-cell} ipython3\n:tags: [keep]\n\nkeep = 1\n```\n\n+++\n\nWords.\n"
    )
    assert capitals(text) == text.replace("Words", "WORDS")


BOOK = {
    "sphinx": {"conf.py": "extensions = ['myst_nb']\n"},
    "jupyter book": {"_config.yml": "title: A\n", "_toc.yml": "root: a\n"},
    "mystmd": {"myst.yml": "version: 1\n"},
}


@pytest.mark.parametrize("kind", sorted(BOOK))
def test_commands_read_a_book_of_myst(kind: str, tmp_path: Path) -> None:
    write(tmp_path, {f"book/{name}": text for name, text in BOOK[kind].items()})
    write(tmp_path, {"book/config.ini": "[amts]\ndirectives = my-note: body\n"})
    write(tmp_path, {"book/deep/a.md": "```{my-note}\nWords of {ref}`the day <a>`.\n```\n"})
    done = amts(tmp_path, "segments", "book/deep/a.md")
    assert done.json["source"] == "Words of ⟦reference1⟧the day⟦/reference1⟧."
    write(tmp_path, {"book/config.ini": "[amts]\ndirectives = my-note: title\n"})
    done = amts(tmp_path, "segments", "book/deep/a.md")
    assert done.code == 2 and "'title' is no part of a directive" in done.err


def test_a_translation_is_synchronized(tmp_path: Path) -> None:
    base = ":::{card} A title\nSome words.\n:::\n\nSee {ref}`the mean <mean>` here.\n"
    write(tmp_path, {"en/a.md": base.replace("Some words", "Some new words")})
    write(tmp_path, {"base/a.md": base, "pt/a.md": "A"})
    human = ":::{card} Um título\nAlgumas palavras.\n:::\n\nVeja {ref}`a média <mean>` aqui.\n"
    from amts_ext import sync_text

    new = base.replace("Some words", "Some new words")
    result = sync_text(base, new, human, format="myst", source="en", target="pt", translate=upper)
    assert result.text.startswith(":::{card} Um título\n")
    assert "{ref}`a média <mean>`" in result.text
