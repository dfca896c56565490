"""What is half open, nested wrongly or MyST: it stays as it is, and is listed once per file."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.program import amts, notebook, write
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.formats.halves import HALF_OPEN, MYST, NESTED

GOOD = [
    "Some {{ x }} and {% if a %}b{% endif %}.\n",
    "{% for a in b %}\n\nWords.\n\n{% endfor %}\n",
    "{#if a}\n\nWords.\n\n{:else}\n\nMore.\n\n{/if}\n",
    "<Tip>\n\nWords <Br/> and List<String>.\n\n</Tip>\n",
    ":::: grid\n::: card\nWords.\n:::\n::::\n",
    "::: mypackage.module\n",
    "```python\nx = '{{ a'\n$$\n```\n",
    "Some $$x$$ and \\begin{align}a\\end{align}.\n",
    "Costs $5, `{{ a` and \\{{ b and {a}.\n",
]
BAD = [
    ("md", "One.\n\nSome {{ word.\n\nAnd {{ more.\n", 3, "{{ word.", HALF_OPEN),
    ("md", "Some {% word.\n", 1, "{% word.", HALF_OPEN),
    ("md", "One.\n\n{% if a %}\n\nWords.\n", 3, "{% if a %}", HALF_OPEN),
    ("md", "Words.\n\n{% endif %}\n", 3, "{% endif %}", HALF_OPEN),
    ("md", "{% if a %}{% for b in c %}x{% endif %}{% endfor %}\n", 1, "{% endif %}", NESTED),
    ("md", "{#if a}\n\nWords.\n", 1, "{#if a", HALF_OPEN),
    ("md", "<Tip>\n\nWords.\n", 1, "<Tip>", HALF_OPEN),
    ("md", "<Tip>\n\n<Card>\n\nWords.\n\n</Tip>\n\n</Card>\n", 7, "</Tip>", NESTED),
    ("md", ":::{.note}\nWords.\n", 1, ":::{.note}", HALF_OPEN),
    ("d2l", "::: note\nWords.\n", 1, "::: note", HALF_OPEN),
    ("md", "Words.\n:::\n", 2, ":::", HALF_OPEN),
    ("md", "One.\n\n$$\na = b\n", 3, "$$", HALF_OPEN),
    ("d2l", "One.\n\n$$\na = b\n", 3, "$$", HALF_OPEN),
    ("md", "One.\n\nTwo\n$$\na = b\nthree\n\nFour.\n", 4, "$$", HALF_OPEN),
    ("d2l", "One.\n\nTwo\n$$\na = b\nthree\n\nFour.\n", 4, "$$", HALF_OPEN),
    ("d2l", "* One.\n  $$\n  a = b\n* Two.\n", 2, "$$", HALF_OPEN),
    ("md", "Say $$ a $$ and $$ b.\n", 1, "$$ b.", HALF_OPEN),
    ("d2l", "Say $$ a $$ and $$ b.\n", 1, "$$ b.", HALF_OPEN),
    ("md", "> [!NOTE\n> Words.\n", 1, "[!NOTE", HALF_OPEN),
    ("d2l", "One.\n\n> [!TIP A title\n> Words.\n", 3, "[!TIP A title", HALF_OPEN),
    ("myst", "- One.\n\n  > [!NOTE\n  > Words.\n", 3, "[!NOTE", HALF_OPEN),
    ("md", "One\n\\begin{align}\na\n\nTwo.\n", 2, "\\begin{align}", HALF_OPEN),
    ("d2l", "> One\n> \\begin{align}\n> a\n\nTwo.\n", 2, "\\begin{align}", HALF_OPEN),
    ("myst", "One\n\\begin{align}\na\n\nTwo.\n", 2, "\\begin{align}", HALF_OPEN),
    ("md", "One \\begin{align} a\n", 1, "\\begin{align} a", HALF_OPEN),
    ("md", "One.\n\n```python\nx = 1\n", 3, "```python", HALF_OPEN),
    ("d2l", ":begin_tab:`a`\nWords.\n", 1, ":begin_tab:`a`", HALF_OPEN),
    ("d2l", "Words.\n\n:end_tab:\n", 3, ":end_tab:", HALF_OPEN),
    ("md", "---\njupytext:\n  x: y\n---\n\n# A\n", 2, "jupytext:", MYST),
    ("md", "See {ref}`x` and {eq}`y`.\n", 1, "{ref}`x`", MYST),
    ("md", "One.\n\n```{note}\nWords.\n```\n", 3, "```{note}", MYST),
]


@pytest.mark.parametrize("text", GOOD)
@pytest.mark.parametrize("format", ["md", "d2l"])
def test_what_is_complete_is_not_listed(text: str, format: str) -> None:
    assert formats.doubts_of(formats.get(format), text) == []


@pytest.mark.parametrize(("format", "text", "line", "source", "reason"), BAD)
def test_what_is_not_is_listed_once(
    format: str, text: str, line: int, source: str, reason: str
) -> None:
    (found,) = formats.doubts_of(formats.get(format), text)
    assert (found.line, found.source, found.reason) == (line, source, reason)
    cell = "ipynb" if format == "md" else f"ipynb-{format}"
    twice = notebook(("code", "x"), ("markdown", text), ("markdown", text))
    (found,) = formats.doubts_of(formats.get(cell), twice)
    assert source.split()[0] in twice.splitlines()[found.line - 1].replace("\\\\", "\\")


@pytest.mark.parametrize(("format", "text", "line", "source", "reason"), BAD)
def test_it_stays_as_it_is(format: str, text: str, line: int, source: str, reason: str) -> None:
    same = translate_text(text, format, target="zh", translate=lambda texts: texts)
    assert same == text
    made = translate_text(text, format, target="pt", translate=upper)
    assert made.upper().split() == text.upper().split()
    if format == "md":
        assert len(made.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize("format", ["md", "d2l"])
def test_a_formula_that_is_not_closed_keeps_its_lines_and_no_other(format: str) -> None:
    text = "One.\n\nTwo\n$$\na = b\n\nThree $$c$$.\n"
    made = translate_text(text, format, target="pt", translate=upper)
    assert made == "ONE.\n\nTWO\n$$\na = b\n\nTHREE $$c$$.\n"


@pytest.mark.parametrize("format", ["md", "d2l", "myst"])
@pytest.mark.parametrize(
    ("half", "more"),
    [
        ("\n\\begin{align}\na &= b \\\\\nc\n", "\\begin{align}c\\end{align}"),
        ("\n> [!NOTE\n", "> "),
        ("\n> [!NOTE A title\n", "> "),
    ],
)
def test_a_half_one_keeps_its_lines_and_no_other(format: str, half: str, more: str) -> None:
    apart = "\n" if "begin" in half else ""
    made = translate_text(f"One.\n{half}{apart}{more} two.\n", format, target="pt", translate=upper)
    assert made == f"ONE.\n{half}{apart}{more} TWO.\n"


def test_a_command_lists_them_by_file(tmp_path: Path) -> None:
    write(tmp_path, {"src/a.md": "Some {{ word.\n", "src/b.md": "A house.\n"})
    write(tmp_path, {"book/_toc.yml": "root: a\n", "book/c.md": "A house.\n"})
    done = amts(tmp_path, "translate", "src", "book", "--to", "pt", "-o", "out", "--json")
    found = {
        (p["file"], p["line"], p["reason"])
        for p in done.json["problems"]
        if p["reason"] in (HALF_OPEN, MYST)
    }
    assert done.code == 1
    assert found == {("src/a.md", 1, HALF_OPEN), ("book/c.md", 1, MYST)}
