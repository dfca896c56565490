"""The first law: nothing but prose ever changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from conftest import backwards, identity, upper
from hypothesis import given
from hypothesis import strategies as st

from amts_ext import formats, profiles, translate_text
from amts_ext.formats import Format
from amts_ext.outcome import Source, TranslatedDocument
from amts_ext.pipeline import Pipeline
from amts_ext.translators.function import Function

ROOT = Path(__file__).resolve().parents[1]
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
def test_what_is_not_prose_survives_any_translation(text: str, name: str) -> None:
    for translate in (upper, backwards):
        changed = translate_text(text, format=name, target="pt", translate=translate)
        assert protected(formats.get(name), changed) == protected(formats.get(name), text)


def protected(format: Format, text: str) -> tuple[Counter[str], list[str]]:
    """Everything that must not change: the slots (in any order within a block) and the anchors."""
    document = format.read(text)
    free = ("soft", "escape", "break")
    marks = Counter(
        text[m.start : m.end] for b in document.blocks for m in b.marks if m.kind not in free
    )
    return marks, [a for _, a in document.anchors]


def test_identity_on_real_books() -> None:
    files = books()
    assert files
    for path in files:
        text = path.read_bytes().decode()
        assert translate_text(text, format="d2l", target="zh", translate=identity) == text, path
    print(f"identity: {len(files)} files")


@pytest.mark.parametrize("translate", [upper, backwards])
def test_pseudo_translation_of_real_books(translate: object) -> None:
    """Code, formulas, roles, labels, URLs, image paths and tags are there, and none was sent."""
    sent: list[str] = []

    def spy(batch: list[str]) -> list[str]:
        sent.extend(batch)
        return translate(batch)  # type: ignore[operator,no-any-return]

    sources = [Source(str(p), p.read_bytes().decode(), "d2l") for p in books()]
    result = Pipeline("en", "pt", profiles.load("pt"), None, Function(spy)).translate(sources)
    counts: Counter[str] = Counter()
    for document in result.documents:
        counts += compare(document)
    for text in sent:
        assert not any(
            bad in text for bad in ("$", "```", ":numref:", ":cite:", ":label:", "://")
        ), text
    accepted = 1 - len(result.problems) / sum(result.counts.values())
    print(f"{len(sources)} files, {len(sent)} sent, {accepted:.2%} accepted, {dict(counts)}")
    assert accepted > 0.99  # reversed words may begin with ":" and so look like a caption


def compare(done: TranslatedDocument) -> Counter[str]:
    reader = formats.get("d2l")
    assert protected(reader, done.text) == protected(reader, done.source.text), done.name
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


def test_identity_on_the_notebooks_that_d2lbook_makes() -> None:
    made = pytest.importorskip("d2lbook.notebook")
    count = 0
    for path in books():
        if "demo" not in str(path) and "mini" not in str(path):
            continue
        split = made.split_markdown_cell(made.read_markdown(path.read_text("utf-8")))
        text = nbformat.writes(split)
        assert translate_text(text, format="ipynb-d2l", target="zh", translate=identity) == text, (
            path
        )
        changed = json.loads(translate_text(text, format="ipynb-d2l", target="pt", translate=upper))
        for old, new in zip(split.cells, changed["cells"], strict=True):
            if old.cell_type == "code":
                assert "".join(new["source"]) == old.source
        count += 1
    assert count
    print(f"identity: {count} notebooks")
