"""The first law: nothing but prose ever changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.places import ROOT
from support.pseudo import backwards, identity, upper

from amts_ext import formats, translate_text
from amts_ext.formats import Edit, Format
from amts_ext.languages import profiles
from amts_ext.pipeline import Pipeline
from amts_ext.text.outcome import Source, TranslatedDocument
from amts_ext.translators.function import Function

PIECES = [
    "# ",
    "## ",
    "* ",
    "1. ",
    "    ",
    "> ",
    "\n",
    "\n\n",
    "\r\n",
    "| a | b |\n|---|---|\n",
    "|",
    "$",
    "$$",
    "`",
    "```\n",
    "```{.python .input}\n",
    "*",
    "**",
    "_",
    "~~",
    "[**",
    "**]",
    "(~~",
    "~~)",
    "[",
    "](x)",
    "[a](#word)",
    "<a href='#a'>",
    "\n[b]: #word-1\n",
    "\n# Word\n",
    "![",
    "\\",
    "<b>",
    "</b>",
    "<!--",
    "&amp;",
    "&#0;",
    ":label:`x`",
    ":numref:`y`",
    "\n:label:`z`\n",
    "\n:begin_tab:`mxnet`\n",
    "\n:end_tab:\n",
    ":cite:`A.B`",
    "---\n",
    "===\n",
    "Word",
    "two words. And",
    "e.g.",
    "汉字。",
    "，",
    "é",
    "\u2028",
    "\x00",
    "⟦",
    "⟧",
    "⟦math1⟧",
    "\ufffc",
    "\U0001f600",
    "\u0301",
    "5",
    ".",
    "?",
    "[^1]",
    "\n[^1]: note\n",
    "<https://a.org>",
    "  \n",
    "\t",
    "\n:   ",
    "\\begin{align}",
    "\\end{align}",
    "\n+--+--+\n|",
    "\n--- ---\n",
    "{.cls}",
    "\ufeff",
    "[]",
    "#@tab all\n",
]
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40).map("".join)
names = st.sampled_from(["d2l", "md"])


def books() -> list[Path]:
    return sorted([*ROOT.glob("demo/**/*.md"), *ROOT.glob("../shared/data/**/*.md")])


@given(texts, names)
def test_identity_is_the_identity(text: str, name: str) -> None:
    assert translate_text(text, format=name, target="zh", translate=identity) == text
    assert translate_text(text, format=name, target="pt", translate=identity) == text


@given(texts, names)
@example("|\n[b]: #word-1\n", "md")
def test_what_is_not_prose_survives_any_translation(text: str, name: str) -> None:
    for translate in (upper, backwards):
        changed = translate_text(text, format=name, target="pt", translate=translate)
        assert protected(formats.get(name), changed) == protected(formats.get(name), text)


def code_cells(text: str) -> list[object]:
    return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def protected(format: Format, text: str) -> tuple[Counter[str], list[str]]:
    """Everything that must not change: the slots (in any order within a block) and the anchors.

    The address of a link to a title is the exception; tests/text/test_links.py is about it.
    """
    document = format.read(text)
    edits = [Edit(k.start, k.end, k.address.partition("#")[0] + "#") for k in document.links]
    document = format.read(format.write(document, edits))
    free = ("soft", "escape", "break")
    held = document.text
    marks = Counter(
        m.content or held[m.start : m.end]
        for b in document.blocks
        for m in b.marks
        if m.kind not in free
    )
    return marks, [a for _, a in document.anchors]


def notebooks(path: Path) -> list[str]:
    """The notebooks that d2lbook makes of a file: one a tab, or one of a book without tabs."""
    made = pytest.importorskip("d2lbook.notebook")
    whole = made.split_markdown_cell(made.read_markdown(path.read_text("utf-8")))
    tabs = sorted({tab for cell in whole.cells for tab in made.get_cell_tab(cell)} - {"", "all"})
    variants = [made.get_tab_notebook(whole, tab, tabs[0]) for tab in tabs] or [whole]
    return [nbformat.writes(v) for v in variants if v is not None]


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    files = books()
    texts = [Source(str(p), p.read_bytes().decode(), "d2l") for p in files]
    return texts + [Source(f"{p}.ipynb", n, "ipynb-d2l") for p in files for n in notebooks(p)]


@pytest.mark.slow
def test_identity_on_real_books(sources: list[Source]) -> None:
    for source in sources:
        same = translate_text(source.load(), source.format, target="zh", translate=identity)
        assert same == source.load(), source.name
    counts = Counter(source.format for source in sources)
    print(f"identity: {dict(counts)}")
    assert counts["d2l"] == len(books()) and counts["ipynb-d2l"]


@pytest.mark.slow
@pytest.mark.parametrize("translate", [upper, backwards])
def test_pseudo_translation_of_real_books(sources: list[Source], translate: object) -> None:
    """Code, formulas, roles, labels, URLs, image paths and tags are there, and none was sent."""
    sent: list[str] = []

    def spy(batch: list[str]) -> list[str]:
        sent.extend(batch)
        return translate(batch)  # type: ignore[operator,no-any-return]

    counts: Counter[str] = Counter()

    def see(done: TranslatedDocument) -> None:
        counts.update(compare(done))

    pipeline = Pipeline("en", "pt", profiles.load("pt"), None, Function(spy, sure=True))
    result = pipeline.translate(sources, see)
    for text in sent:
        assert not any(bad in text for bad in HIDDEN), text
    accepted = 1 - len(result.problems) / sum(result.counts.values())
    print(f"{len(sources)} documents, {len(sent)} sent, {accepted:.2%} accepted, {dict(counts)}")
    assert accepted > 0.99  # reversed words may begin with ":" and so look like a caption


HIDDEN = ("$", "```", ":numref:", ":cite:", ":label:", "://")


def compare(done: TranslatedDocument) -> Counter[str]:
    name = "ipynb-d2l" if isinstance(done.source, formats.Notebook) else "d2l"
    old = done.source.raw if isinstance(done.source, formats.Notebook) else done.source.text
    assert protected(formats.get(name), done.text) == protected(formats.get(name), old), done.name
    if isinstance(done.source, formats.Notebook):
        pairs = zip(code_cells(old), code_cells(done.text), strict=True)
        assert all(before == after for before, after in pairs)
    marks = [m.kind for b in done.source.blocks for m in b.marks]
    return Counter(marks) + Counter(
        a.split(":")[0] or a.split(":")[1] for _, a in done.source.anchors
    )


def md(source: object, cell_type: str = "markdown", **more: object) -> dict[str, object]:
    return {"cell_type": cell_type, "metadata": {}, **more, "source": source}


def notebook(cells: list[object], **top: object) -> str:
    body = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **top}
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def test_notebook_keeps_all_but_markdown_sources() -> None:
    image = {"a.png": {"image/png": "aGk="}}
    output = {"output_type": "stream", "text": ["Words.\n"]}
    text = notebook(
        [
            md(["# Title\n", "\n", "Some *text*.\\n"], metadata={"b": 1, "a": 1e10}),
            md("One string."),
            md("Raw words.", cell_type="raw"),
            md(["# Words\n"], cell_type="code", outputs=[output]),
            md(["![A *dog*](attachment:a.png)"], attachments=image),
            md([]),
        ]
    )
    changed = translate_text(text, format="ipynb", target="pt", translate=upper)
    wanted = text.replace("# Title", "# TITLE").replace("Some *text*.\\\\n", "SOME *TEXT*.\\\\N")
    wanted = wanted.replace("One string.", "ONE STRING.").replace("A *dog*", "A *DOG*")
    assert changed == wanted


@given(
    st.lists(texts, max_size=4), st.sampled_from([None, 1, 4, "\t"]), st.booleans(), st.booleans()
)
def test_notebook_identity(sources: list[str], indent: object, dense: bool, lines: bool) -> None:
    cells = [
        {"cell_type": "markdown", "source": s.splitlines(keepends=True) if lines else s}
        for s in sources
    ]
    body = {"nbformat": 4, "cells": cells, "metadata": {"x": [1.50, "é"]}}
    text = json.dumps(body, indent=indent, ensure_ascii=dense)  # type: ignore[arg-type]
    assert translate_text(text, format="ipynb-d2l", target="zh", translate=identity) == text
    changed = translate_text(text, format="ipynb", target="pt", translate=upper)
    assert len(json.loads(changed)["cells"]) == len(cells)
