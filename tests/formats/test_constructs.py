"""The constructs of the dialects are markup: slots, or lines without prose. Prose stays prose."""

from __future__ import annotations

import json

import pytest
from support.program import notebook
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.formats.constructs import INLINE, LINES, Inline, Line

DIALECTS = ("md", "d2l")
FORMATS = {"md": "md", "pandoc": "d2l", "myst": "myst"}
"""The format that reads each dialect."""
PIECES = [(FORMATS[dialect], row) for row in INLINE for dialect in sorted(row.dialects)]
ROWS = [(FORMATS[dialect], row) for row in LINES for dialect in sorted(row.dialects)]


def capitals(text: str, dialect: str = "md") -> str:
    return translate_text(text, dialect, target="pt", translate=upper)


def in_notebook(text: str, dialect: str) -> str:
    """The text's translation as a notebook's cell; it must not differ from that as a file."""
    name = "ipynb" if dialect == "md" else f"ipynb-{dialect}"
    made = capitals(notebook(("markdown", text)), name)
    source = json.loads(made)["cells"][0]["source"]
    return source if isinstance(source, str) else "".join(source)


def spelled(row: Inline) -> str:
    """An example as it stands in a line; attributes need something that they belong to."""
    return f"[a](u){row.example}" if row.kind == "attributes" else row.example


@pytest.mark.parametrize(("dialect", "row"), PIECES, ids=lambda v: getattr(v, "kind", v))
@pytest.mark.parametrize(
    "text",
    ["Some words {} and more.\n", "## A title {}\n", "> Quoted\n> {} words.\n", "- {} item\n"],
)
def test_a_piece_is_a_slot(dialect: str, row: Inline, text: str) -> None:
    piece = spelled(row)
    source = text.format(piece)
    made = capitals(source, dialect)
    assert piece.replace("[a]", "[A]") in made, "the piece is as it was"
    assert made.replace(piece.replace("[a]", "[A]"), "{}").replace("\n> {}", " {}") == (
        text.upper().replace("\n> {}", " {}")
    )
    assert in_notebook(source, dialect) == made
    kinds = {m.kind for b in formats.get(dialect).read(text.format(piece)).blocks for m in b.marks}
    assert row.kind in kinds or row.kind == "html" or text.startswith("##")


@pytest.mark.parametrize(("dialect", "row"), ROWS, ids=lambda v: getattr(v, "example", v))
@pytest.mark.parametrize(
    "before", ["", "Words before.\n\n", "Words before.\n", "- Words before.\n\n"]
)
def test_a_line_is_joined_with_nothing(dialect: str, row: Line, before: str) -> None:
    indent = "    " if row.has_body else "> " if row.example.startswith(">") else ""
    source = f"{before}{row.example}\n{indent}Some words after.\n"
    title = next((t for t in ("A title", "Words") if t in row.example), "")
    line = row.example.replace(title, title.upper()) if title else row.example
    made = capitals(source, dialect)
    assert made == f"{before.upper()}{line}\n{indent}SOME WORDS AFTER.\n"
    assert in_notebook(source, dialect) == made
    assert capitals(source.replace("\n", "\r\n"), dialect) == made.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("```{note}\nSome words.\n```\n", "```{note}\nSOME WORDS.\n```\n"),
        (
            "````{tip} A title\n:class: dropdown\n\nWords\n```python\nx = 1\n```\nmore\n````\n",
            "````{tip} A TITLE\n:class: dropdown\n\nWORDS\n```python\nx = 1\n```\nMORE\n````\n",
        ),
        ("```{code-cell}\nSome words.\n```\n", "```{code-cell}\nSome words.\n```\n"),
        ("```{note}\nSome words.\n", "```{note}\nSome words.\n"),
        ("```\n:::{note}\nwords\n% c\n```\n", "```\n:::{note}\nwords\n% c\n```\n"),
        (
            '!!! note\n\n    Words {{ x }}.\n\n    !!! tip "A title"\n        More.\n\nLast.\n',
            '!!! note\n\n    WORDS {{ x }}.\n\n    !!! tip "A TITLE"\n        MORE.\n\nLAST.\n',
        ),
        (
            '!!! note\n    Words\n\n    ```python\n    x = "a"\n    ```\n',
            '!!! note\n    WORDS\n\n    ```python\n    x = "a"\n    ```\n',
        ),
        ("::::{tab-set}\n:::{tab-item} A title\nWords\n:::\n::::\n",
         "::::{tab-set}\n:::{tab-item} A TITLE\nWORDS\n:::\n::::\n"),
        (":::{figure} a.png\n:name: x\nWords\n:::\n", ":::{figure} a.png\n:name: x\nWORDS\n:::\n"),
        ("> [!tip]- A title\n> Words\n", "> [!tip]- A TITLE\n> WORDS\n"),
        ("> > [!NOTE]\n> > Words\n", "> > [!NOTE]\n> > WORDS\n"),
        ("- > [!NOTE]\n  > Words\n", "- > [!NOTE]\n  > WORDS\n"),
        (":::tip[A title]\nWords\n:::\n", ":::tip[A TITLE]\nWORDS\n:::\n"),
        ("Term\n: A definition\n", "TERM\n: A DEFINITION\n"),
        ("| {{ a | b }} | c |\n|-|-|\n| x | y |\n", "| {{ a | b }} | C |\n|-|-|\n| X | Y |\n"),
        ("[words]({{ site.url }}/a) end\n", "[WORDS]({{ site.url }}/a) END\n"),
        ("`{{ x }} @a1` and :a_b_c: end\n", "`{{ x }} @a1` AND :a_b_c: END\n"),
        ("<Tip>\nSome *words*.\n</Tip>\n", "<Tip>\nSOME *WORDS*.\n</Tip>\n"),
        (".. note::\n   Words\n\n   more\n\nLast\n", ".. note::\n   WORDS\n\n   MORE\n\nLAST\n"),
        (".. tip:: A title\n   :class: a\n\n   Words\n",
         ".. tip:: A TITLE\n   :class: a\n\n   WORDS\n"),
        (".. code-block:: python\n\n   x = a\n\n   y\n\nLast\n",
         ".. code-block:: python\n\n   x = a\n\n   y\n\nLAST\n"),
        ("Words\n@[toc]\nmore, @[TOC] and [toc](a.md)\n",
         "WORDS\n@[toc]\nMORE, @[TOC] AND [TOC](a.md)\n"),
        ("A\\footnote[2]{Some words} more\n", "A\\footnote[2]{SOME WORDS} MORE\n"),
    ],
)  # fmt: skip
def test_in_markdown(text: str, wanted: str) -> None:
    assert capitals(text) == wanted
    assert in_notebook(text, "md") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a. x word\nb. y word\n", "a. X WORD\nb. Y WORD\n"),
        ("(1) x word\n(2) y word\n", "(1) X WORD\n(2) Y WORD\n"),
        ("(xii) x\n(xiii) y\n", "(xii) X\n(xiii) Y\n"),
        ("#. x\n#. y\n", "#. X\n#. Y\n"),
        ("(@) x\n(@good) y\n", "(@) X\n(@good) Y\n"),
        ("| x line\n|    y line\n  goes on\n", "| X LINE\n|    Y LINE GOES ON\n"),
        ("Text of a paragraph\na. x is no item\n", "TEXT OF A PARAGRAPH A. X IS NO ITEM\n"),
        ("A. Einstein wrote\n", "A. EINSTEIN WROTE\n"),
        ("M. Curie wrote\nC. 5 words\n", "M. CURIE WROTE C. 5 WORDS\n"),
        ("XI. word\nXII. word\n", "XI. WORD\nXII. WORD\n"),
        ("See $ E = 1$ here.\n", "SEE $ E = 1$ HERE.\n"),
        ("Term\n: A definition\n", "TERM\n: A DEFINITION\n"),
        ("Term\n:   Note: a definition\n", "TERM\n:   NOTE: A DEFINITION\n"),
        ("| a | b |\n|---|---|\n| x | y |\n", "| A | B |\n|---|---|\n| X | Y |\n"),
        ("Ask @name now.\n", "ASK @name NOW.\n"),
        ("A \\citep[see *a*][p. 3]{Tukey} word\n", "A \\citep[see *a*][p. 3]{Tukey} WORD\n"),
        ("A \\own[a\nb][c]{d}{e} word\n", "A \\own[a\nb][c]{d}{e} WORD\n"),
        ("Some {.mark}`code` and `x`{.py} words\n", "SOME {.mark}`code` AND `x`{.py} WORDS\n"),
        (
            "Text\n\\begin{a}\n\\begin{a}\n\nx `\n\\end{a}\n\ny\n\\end{a}\nmore ` word\n",
            "TEXT\n\\begin{a}\n\\begin{a}\n\nx `\n\\end{a}\n\ny\n\\end{a}\nMORE ` WORD\n",
        ),
        ("Text \\begin{a} b\n\nc \\end{a} more\n", "TEXT \\begin{a} b\n\nc \\end{a} MORE\n"),
        (
            "```\n\\begin{a}\n```\n\nWords\n\n\\begin{a}\nx\n\\end{a}\nmore\n",
            "```\n\\begin{a}\n```\n\nWORDS\n\n\\begin{a}\nx\n\\end{a}\nMORE\n",
        ),
    ],
)
def test_in_d2l(text: str, wanted: str) -> None:
    assert capitals(text, "d2l") == wanted
    assert in_notebook(text, "d2l") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The set {1, 2, 3} and {a, b} and f{x} are text.",
        "Write to me@example.org or ask @maria about it.",
        "That is 15\n% of all words, and 20 % of others.",
        "%15 words.",
        "a. word\nb. word",
        "At 10:30:15 the ratio 1:2:3 was note:this:here and std::vec::x.",
        "C++ and a++ or b++ are text, 2^10 or a^b and c~d too.",
        "It costs $5 a day, $6 or $7 tomorrow, and 8 $ and 9 $ then.",
        "The variables $HOME and $PATH are set.",
        "A list [[1, 2], [3, 4]] and [1] are text.",
        "One! Two!!! What??? Yes === no, x >= y % z.",
        "A | b | c and (see below) = this.",
        "The import of goods from \u201cFrance\u201d rose.",
        "Words: more words: and so on; (a) one, (b) two.",
        r"A \{\{ word \}\} and \:smile\: and \@key1 are text.",
    ],
)
def test_prose_is_no_construct(text: str) -> None:
    """Escaped characters aside, the text has no slot, and goes out as a whole."""
    document = formats.get("md").read(f"{text}\n")
    kinds = {m.kind for b in document.blocks for m in b.marks} - {"escape"}
    assert not kinds
    assert capitals(f"{text}\n").replace("\n", " ").split() == text.upper().split()


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("We see $ E = 1$ and $x$ here.", ["$ E = 1$", "$x$"]),
        ("We see $E = 1 $, $ x $ and $\\text{a b}$.", ["$E = 1 $", "$ x $", "$\\text{a b}$"]),
        ("Let $ a$-$b$ be.", ["$ a$", "$b$"]),
        ("It costs $5 a day with `$x` and $y$.", ["$y$"]),
        ("It costs $5, see [$10](a?b=$1) and https://a.b/$x or $z$.", ["$z$"]),
        ('A <a href="$x">$5</a> and $w$.', ["$w$"]),
        (r"We write \\(a_i + b_i\\) and \\[c_1\\] here.", [r"\\(a_i + b_i\\)", r"\\[c_1\\]"]),
        ("US$5 to US$6 and $x_i*y_i*z$ as well", ["$x_i*y_i*z$"]),
        (r"A \$5 and \$6 and $\$7$ it", [r"$\$7$"]),
        ("A $$x$$ and $$ y $$ in a line", ["$$x$$", "$$ y $$"]),
        ("| a | b |\n|---|---|\n| $|x|$ word | $5 |", ["$|x|$"]),
    ],
)  # fmt: skip
def test_formulas_as_jupyter_finds_them(text: str, formulas: list[str]) -> None:
    blocks = formats.get("md").read(f"{text}\n").blocks
    assert [text[m.start : m.end] for b in blocks for m in b.marks if m.kind == "math"] == formulas


@pytest.mark.parametrize(
    "formula",
    [
        "$$\na\n+ b\n=\nc\n- d\n$$",
        "$$\na\n\nd\n\n# e\n$$",
        "$$a = b,\n\nc$$ (eq-x)",
        "\\begin{align}\na &= b \\\\\n+ c\n\\end{align}",
        "\\begin{align}\na &= b \\\\\n\n+ c\n\\end{align}",
        "\\\\[\na_1 + b_1\n- c\n\\\\]",
    ],
)
def test_formulas_in_blocks_are_no_prose(formula: str) -> None:
    for text in (f"Before.\n\n{formula}\n\nAfter.\n", f"- Before.\n\n{formula}\n"):
        assert capitals(text) == text.replace("Before", "BEFORE").replace("After", "AFTER")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "formula", ["$$\n{}a = b\n{}$$", "\\begin{{align}}\n{}a\n{}\\end{{align}}"]
)
@pytest.mark.parametrize(
    ("first", "indent"), [("", ""), ("> ", "> "), ("- ", "  "), ("1. ", "   ")]
)
def test_a_display_formula_keeps_its_lines(
    dialect: str, formula: str, first: str, indent: str
) -> None:
    lines = formula.format(indent, indent)
    text = f"{first}Some text. It is\n{indent}{lines}\n{indent}more text.\n"
    made = capitals(text, dialect)
    assert made == f"{first}SOME TEXT. IT IS\n{indent}{lines}\n{indent}MORE TEXT.\n"

    def swapped(texts: list[str]) -> list[str]:
        return ["".join(["after ", "⟦math1⟧", " before"]) if "⟦" in t else t for t in texts]

    moved = translate_text(text, dialect, target="pt", translate=swapped)
    assert moved == f"{first}Some text. after\n{indent}{lines}\n{indent}before\n"


def test_an_image_by_reference_can_be_translated() -> None:
    text = "![Launch word]\n\n[Launch word]: a.png\n"
    made = capitals(text)
    assert made == "![LAUNCH WORD][Launch word]\n\n[Launch word]: a.png\n"


@pytest.mark.parametrize(
    ("address", "after"),
    [("https://a.b/c", c) for c in "”’»…–—→。）\u201c "] + [("https://a.b/ç", "”")],
)
def test_a_mark_after_an_address_is_no_part_of_it(address: str, after: str) -> None:
    text = f"Words “{address}{after} more\n"
    marks = formats.get("md").read(text).blocks[0].marks
    assert [text[m.start : m.end] for m in marks] == [address]


@pytest.mark.parametrize("head", ['slug = "A cat"', "[extra]\nx = 'a cat'"])
def test_a_head_in_toml_is_no_prose(head: str) -> None:
    """A lone ``+++`` is MyST's break between cells; what follows it is prose."""
    text = f"+++\n{head}\n+++\n\nA cat.\n"
    assert translate_text(text, target="pt", translate=upper) == f"+++\n{head}\n+++\n\nA CAT.\n"
    text = "+++\nA cat.\n+++\n"
    assert translate_text(text, target="pt", translate=upper) == "+++\nA CAT.\n+++\n"
