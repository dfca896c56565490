"""Small books for real Sphinx builds, and a translator that changes letters and lengths."""

from __future__ import annotations

import gettext
import importlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.pseudo import outside_tokens

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjklyxcvbnm")

INDEX = """# The mean and its kin

A book about the average. Read [the first part](chapter/mean.md#two-kinds-of-mean), or
[this page's end](#where-to-go-on).

{toctree}

## Where to go on

There is [another page](chapter/spread.{suffix}#how-wide-it-is), with `code` and $x^2$.
"""
MEAN = """# The mean

The **mean** of a list is its sum, divided by its length.

## Two kinds of mean

One is $\\bar x$; see [the spread](spread.{suffix}#how-wide-it-is) and [the top](../index.md).

## Summary

It is small.

## Summary

It is small again.
"""
# Stated, because Sphinx 9 keeps what one build in a process registers for the next.
SUFFIXES = {
    "myst_parser": {".md": "markdown"},
    "myst_nb": {".md": "myst-nb", ".ipynb": "myst-nb"},
    "nbsphinx": {".md": "markdown", ".ipynb": "jupyter_notebook"},
}
SPREAD = [
    "# The spread\n\nA list has a width.",
    "## How wide it is\n\nLook at [the mean](mean.{to}).",
]
CODE = "values = [1, 2, 4]\nprint('width', max(values) - min(values))  # the width"


def stretch(texts: list[str]) -> list[str]:
    """Other letters, and longer words: nothing of a title's words stays, so no anchor does."""

    def change(piece: str) -> str:
        return re.sub(r"[a-z]+", lambda m: m.group().translate(LETTERS) + "xu", piece, flags=re.I)

    return [outside_tokens(lambda s: change(s.lower()) if s.strip() else s, t) for t in texts]


def notebook(cells: Sequence[tuple[str, str]], metadata: dict[str, Any] | None = None) -> str:
    """A notebook of (kind, source) cells, not executed; ``metadata`` are those of code cells."""
    made = []
    for number, (kind, source) in enumerate(cells):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"c{number}"}
        cell["metadata"] = metadata or {} if kind == "code" else {}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell | {"source": source.splitlines(keepends=True)})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    data = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1) + "\n"


def make_book(folder: Path, extension: str, **values: object) -> Path:
    """Write a book for ``myst_parser``, ``myst_nb`` or ``nbsphinx``; return its folder."""
    suffix = "md" if extension == "myst_parser" else "ipynb"
    tree = "```{toctree}\nchapter/mean\nchapter/spread\n```"
    (folder / "chapter").mkdir(parents=True)
    settings = {
        "project": "The mean",
        "extensions": [extension, "amts_ext"],
        "source_suffix": SUFFIXES[extension],
        "html_theme": "alabaster",
        "myst_heading_anchors": 3,
        "myst_enable_extensions": ["dollarmath"],
        "nb_execution_mode": "cache",
        "nbsphinx_execute": "always",
        "amts_page_note": True,
        "exclude_patterns": ["_build", ".amts", ".ipynb_checkpoints"],
        **values,
    }
    if extension == "nbsphinx":
        settings["extensions"] = ["myst_parser", "nbsphinx", "amts_ext"]
    if extension == "myst_parser":
        del settings["nb_execution_mode"]
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    (folder / "conf.py").write_text("\n".join(lines) + "\n", "utf-8")
    index = INDEX.replace("{toctree}", tree).replace("{suffix}", suffix)
    mean = MEAN.replace("{suffix}", suffix)
    if extension == "nbsphinx":  # its links to notebooks go from notebook to notebook
        index = index.replace("spread.ipynb#how-wide-it-is", "spread.ipynb")
        mean = mean.replace("spread.ipynb#how-wide-it-is", "spread.ipynb")
    (folder / "index.md").write_text(index, "utf-8")
    (folder / "chapter/mean.md").write_text(mean, "utf-8")
    to = "md#two-kinds-of-mean"
    if extension == "nbsphinx":
        to = "md) or [the width](spread.ipynb#How-wide-it-is"
    cells = [text.replace("{to}", to) for text in SPREAD]
    if suffix == "md":
        text = f"{cells[0]}\n\n```python\n{CODE}\n```\n\n{cells[1]}\n"
    else:
        text = notebook([("markdown", cells[0]), ("code", CODE), ("markdown", cells[1])])
    (folder / f"chapter/spread.{suffix}").write_text(text, "utf-8")
    return folder


@dataclass(slots=True)
class Built:
    """What one build said and did."""

    out: Path
    warnings: list[str]
    read: list[str] = field(default_factory=list)
    """The documents that were read, in order."""
    asked: list[str] = field(default_factory=list)
    """The segments that the translator was asked for."""
    batches: int = 0
    said: str = ""

    def page(self, name: str) -> str:
        return (self.out / f"{name}.html").read_text("utf-8")

    def document(self, name: str) -> str:
        """The document on a page, without the parts of the theme."""
        page = self.page(name)
        return page[page.index('role="main"') : page.index('class="sphinxsidebar"')]


def build(
    book: Path,
    language: str = "zh",
    *,
    out: Path | None = None,
    doctrees: Path | None = None,
    jobs: int = 1,
    translate: Callable[[list[str]], list[str]] = stretch,
    monkeypatch: Any,
    **overrides: object,
) -> Built:
    """Build a book's pages by Sphinx, in this process."""
    from sphinx import locale
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from amts_ext import translators
    from amts_ext.translators.function import Function

    place = book / "_build" / (language if language != "en" else "")
    built = Built(out or place / "html", [])

    def ask(texts: list[str]) -> list[str]:
        built.asked += texts
        built.batches += 1
        return translate(texts)

    pandoc = Path(importlib.import_module("pypandoc").get_pandoc_path()).parent  # for nbsphinx
    monkeypatch.setenv("PATH", f"{pandoc}:{os.environ['PATH']}")
    name = getattr(translate, "__name__", "f")
    monkeypatch.setattr(translators, "make", lambda config: Function(ask, name, sure=True))
    said, warned = io.StringIO(), io.StringIO()
    folders = [str(f) for f in (book, book, built.out, doctrees or place / "doctrees")]
    values = {"language": language, **overrides}
    # A process keeps the words of the languages before, and catalogs as they were.
    locale.translators.clear()
    monkeypatch.setattr(gettext, "_translations", {})
    with patch_docutils(str(book)), docutils_namespace():
        app = Sphinx(*folders, "html", values, said, warned, parallel=jobs)
        app.connect("env-before-read-docs", lambda app, env, names: built.read.extend(names), 990)
        app.build()
    built.said = said.getvalue()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", warned.getvalue())
    built.warnings = [line for line in plain.splitlines() if line.strip()]
    return built


def copy(book: Path, to: Path) -> Path:
    """Copy a built book, ages kept."""
    return Path(shutil.copytree(book, to, copy_function=shutil.copy2))
