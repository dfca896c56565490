"""Sphinx itself: its catalogs are made, filled, and the book is built in the language."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from support.program import write
from support.pseudo import han, upper

from amts_ext.config import load
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import find_catalogs
from amts_ext.pipeline.catalogs import fill
from amts_ext.translators.function import Function

if importlib.util.find_spec("sphinx") is None:
    pytest.skip("Sphinx is not installed here (the extra d2l brings it)", allow_module_level=True)

CONF = 'project = "Demo"\nlocale_dirs = ["locale"]\ngettext_compact = False\nnitpicky = True\n'
INDEX = """Welcome to the *demo*
=====================

.. _here:

See :doc:`the other page <other>` and ``code`` for 50% of it. It is :ref:`here <here>`.

Use `the docs <https://example.org>`_ or `Named thing`_ or this__, then read [1]_ and [#]_.

.. _Named thing: https://example.org/named
__ https://example.org/anonymous

.. [1] A footnote with **strong** words.
.. [#] Another one.

.. note:: A *note* with |sub|, and a target: _`inside`. Go there: inside_.

.. |sub| replace:: substituted words

.. glossary::

   environment
      A place where things live.

An :term:`environment` is good. A sample::

   print("untouched")

.. toctree::

   other
"""
OTHER = """1. Other page
=============

Some words. :math:`a+b` is a sum; see :ref:`there <here>`.

- An item with *emphasis*.

==========  =====
A head      ``b``
==========  =====
A cell.     1
==========  =====
"""


def close(texts: list[str]) -> list[str]:
    return [text.replace(" ", "") for text in han(texts)]


def sphinx(root: Path, builder: str, *more: str) -> tuple[Path, str]:
    """Build; return the folder, and what Sphinx warned of."""
    out = root / "_build" / builder
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", builder, *more, root, out]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr
    return out, "\n".join(line for line in done.stderr.splitlines() if "WARNING" in line)


def catalogs(root: Path, folder: str) -> None:
    """Make a language's catalogs of the templates, as sphinx-intl does it."""
    for template in (root / "_build" / "gettext").glob("*.pot"):
        catalog = read_po(template.open("rb"), locale=folder)
        path = root / "locale" / folder / "LC_MESSAGES" / f"{template.stem}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=76)


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book with its templates, built in its own language."""
    root = tmp_path_factory.mktemp("book")
    write(root, {"conf.py": CONF, "index.rst": INDEX, "other.rst": OTHER, "config.ini": ""})
    _, warned = sphinx(root, "html")
    assert warned == ""
    sphinx(root, "gettext")
    return root


def body(page: Path) -> str:
    html = page.read_text("utf-8")
    start = html.index('<div class="body"')
    return html[start : html.index('<div class="sphinxsidebar"')]


def targets(html: str) -> list[str]:
    return sorted(re.findall(r'(?:href|id)="([^"]+)"', html))


@pytest.mark.parametrize(
    ("folder", "lang", "change"),
    [("zh_CN", "zh", close), ("ja", "ja", close), ("pt_BR", "pt", upper)],
)
def test_a_filled_book_has_the_translated_text_and_all_its_references(
    english: Path, tmp_path: Path, folder: str, lang: str, change: Callable[[list[str]], list[str]]
) -> None:
    shutil.copytree(english, tmp_path, dirs_exist_ok=True)
    built = english / "_build" / "html"
    catalogs(tmp_path, folder)
    translator = Function(change, sure=True)
    with Book(load(tmp_path / "config.ini"), translator=translator) as book:
        told = fill(book, find_catalogs([tmp_path / "locale"], "en"))[lang]
    assert not told.problems and told.counts == {"filled": 14, "no words": 2}, told
    translated, warned = sphinx(tmp_path, "html", "-D", f"language={folder}")
    assert warned == ""
    for name in ("index.html", "other.html"):
        old, new = body(built / name), body(translated / name)
        assert targets(new) == targets(old)
        tags = ("<em>", "<strong>", "<code", "<li>", "<td>", '<span class="math')
        assert [new.count(tag) for tag in tags] == [old.count(tag) for tag in tags]
        [sentence] = change(["Some words."] if "other" in name else ["A place where things live."])
        assert sentence.rstrip(".") in new
        assert "untouched" in new or "other" in name


@pytest.mark.skipif(
    importlib.util.find_spec("myst_parser") is None, reason="myst-parser is not installed here"
)
def test_messages_of_a_markdown_book_are_filled_as_markdown(tmp_path: Path) -> None:
    text = "# Title *one*\n\nSee {doc}`other`, [this page](other.md) and `code`.\n"
    conf = f"{CONF}extensions = ['myst_parser']\n"
    other = "---\norphan: true\n---\n# Other page\n"
    write(tmp_path, {"conf.py": conf, "index.md": text, "other.md": other, "config.ini": ""})
    sphinx(tmp_path, "gettext")
    catalogs(tmp_path, "zh_CN")
    with Book(load(tmp_path / "config.ini"), translator=Function(close, sure=True)) as book:
        told = fill(book, find_catalogs([tmp_path / "locale"], "en"))["zh"]
    assert told.counts == {"filled": 3} and not told.problems
    translated, warned = sphinx(tmp_path, "html", "-D", "language=zh_CN")
    page = body(translated / "index.html")
    assert warned == "" and page.count('href="other.html"') == 2 and "<code" in page
    assert close(["this page"])[0] in page and "See" not in page
