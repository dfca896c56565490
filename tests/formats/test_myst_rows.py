"""Every row of the table of directives and roles: its prose is translated, and nothing else.

In the documents of this file prose says ``words``, and what must not be sent says ``keep``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.pseudo import upper

from amts_ext import formats, translate_text
from amts_ext.formats.myst.table import Directive, rows
from amts_ext.text.masking import mask

DIRECTIVES = [
    (name.replace("*", "keep"), Directive.of(parts)) for _, name, parts in rows("directives")
]
ROLES = [(name.replace("*", "keep"), word) for _, name, word in rows("roles")]
BODIES = {
    "": "keep this",
    "body": "The words of {keep}`it`.\n\n- words\n\n```python\nkeep\n```",
    "terms": "keep\n    The words.\n\nkeeps\n    More words.",
    "csv": '"words, words", words\nwords, 12',
    "entries": "keep\nThe words <keep>",
}
ARGUMENTS = {"": "keep", "argument": "The words", "first": "The words", "rest": "keep words"}
FRAMES = {
    "plain": lambda text: text,
    "after text": lambda text: f"Some words.\n{text}\nMore words.\n",
    "in a list": lambda text: "- words\n\n  " + text.replace("\n", "\n  ") + "\n",
    "in a quote": lambda text: "> " + text.replace("\n", "\n> ") + "\n",
    "in a directive": lambda text: f"``````{{note}}\nThe words.\n\n{text}\n``````\n",
}


def written(name: str, row: Directive, fence: str, style: str) -> str:
    """A directive with all its parts, on lines."""
    plain = [o for o in row.options if "." not in o]
    options = {"name": "keep", **dict.fromkeys(plain, "The words")}
    if style == "yaml":
        lines = ["---", *(f'{k}: "{v}"' for k, v in options.items())]
        for path in row.options - set(plain):
            lines += [f"{'  ' * n}{key}:" for n, key in enumerate(path.split("."))]
            lines[-1] += " The words"
        lines.append("---")
    else:
        lines = [f":{k}: {v}" for k, v in options.items()]
    head = f"{fence}{{{name}}} {ARGUMENTS[row.argument]}"
    return "\n".join([head, *lines, "", BODIES[row.body], fence])


@pytest.mark.parametrize("frame", sorted(FRAMES))
@pytest.mark.parametrize("style", ["colons", "yaml"])
@pytest.mark.parametrize("fence", ["````", ":::::"])
def test_a_directive(fence: str, style: str, frame: str) -> None:
    reader = formats.get("myst")
    for name, row in DIRECTIVES:
        if frame in ("in a list", "in a quote") and row.body == "terms":
            continue  # said below
        text = FRAMES[frame](written(name, row, fence, style))
        document = reader.read(text)
        sent = [text[s.start : s.end] for s in mask(document, "en")]
        assert not any("keep" in s.replace("{keep}", "") for s in sent), (name, sent)
        made = translate_text(text, "myst", target="pt", translate=upper)
        assert made.count("keep") == text.count("keep"), (name, made)
        if row.options <= {o for o in row.options if "." not in o} or style == "yaml":
            assert "words" not in made, (name, made)
        assert made.upper() == text.upper(), "only letters have changed"
        assert translate_text(text, "myst", target="pt", translate=list) == text


def test_a_glossary_inside_a_list_stays_as_it_is() -> None:
    text = "- words\n\n  ```{glossary}\n  keep\n      The words.\n  ```\n"
    made = translate_text(text, "myst", target="pt", translate=upper)
    assert made == text.replace("- words", "- WORDS")


@pytest.mark.parametrize(("name", "word"), ROLES)
def test_a_role(name: str, word: str) -> None:
    inside = {
        "title": "the words <keep>", "term": "the words <keep>", "text": "the words",
        "expansion": "keep (the words)", "none": "keep <keep>",
    }[word]  # fmt: skip
    text = f"Some words and {{{name}}}`{inside}` here.\n"
    made = translate_text(text, "myst", target="pt", translate=upper)
    shown = inside.replace("the words", "THE WORDS")
    assert made == f"SOME WORDS AND {{{name}}}`{shown}` HERE.\n"
    assert translate_text(text, "myst", target="pt", translate=list) == text


def test_a_role_without_words_is_a_slot() -> None:
    text = "See {ref}`keep`, {doc}`/keep`, {py:func}`~keep.keep` and {abbr}`KEEP`.\n"
    made = translate_text(text, "myst", target="pt", translate=upper)
    assert made == "SEE {ref}`keep`, {doc}`/keep`, {py:func}`~keep.keep` AND {abbr}`KEEP`.\n"


def test_a_term_shows_other_words_and_keeps_its_key() -> None:
    text = (
        "A {term}`heron` and two {term}`herons <heron>`.\n\n```{glossary}\nheron\n  A bird.\n```\n"
    )
    made = translate_text(text, "myst", target="pt", translate=upper)
    assert made == (
        "A {term}`HERON <heron>` AND TWO {term}`HERONS <heron>`.\n\n"
        "```{glossary}\nheron\n  A BIRD.\n```\n"
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("figure", "body :alt:"), ("sidebar", "argument body :subtitle:"), ("note", "first body"),
        ("code-block", ":caption:"), ("toctree", "entries :caption:"), ("solution", "body"),
        ("prf:theorem", "argument body"), ("glossary", "terms"), ("versionadded", "rest body"),
        ("code-cell", ":mystnb.figure.caption: :mystnb.image.alt: :caption:"), ("raw", "none"),
        ("group-tab", "body"), ("math", "none"), ("csv-table", "argument csv :header:"),
    ],
)  # fmt: skip
def test_the_rows_that_books_use_most(name: str, parts: str) -> None:
    assert formats.get("myst").table.directive(name) == Directive.of(parts)  # type: ignore[attr-defined]


def test_the_table_knows_every_directive_of_the_packages(shared: Path) -> None:
    table = formats.get("myst").table  # type: ignore[attr-defined]
    named = list(json.loads((shared / "myst/directives.json").read_text("utf-8")))
    for kind, name, aliases, *_ in json.loads((shared / "myst/mystmd-directives.json").read_text()):
        words = [w.strip("[] '\n") for w in aliases.split("//")[0].split(",")]
        words = [name, *(w for w in words if w and not w.startswith("..."))]
        assert all(table.role(w) for w in words if kind == "Role"), words
        named += words if kind == "Dire" else []
    assert [name for name in named if table.directive(name) is None] == []
