"""A tiny d2lbook project, and a translator that shows its hand, for the tests of real builds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from amts_ext.d2lbook_ext.env import programs_on_path
from support import pseudo
from support.places import ROOT, TESTS

INDEX = """# A Tiny Book

Welcome to the book.

```toc
:maxdepth: 2
:numbered:

chapter/first
chapter/second
```
"""

FIRST = """# First Section
:label:`sec_first`

The line $y = a x$ is shown in :numref:`fig_line`. It has **two** parameters.

![A straight line.](../img/line.svg)
:label:`fig_line`

:Slopes by year.

| Year | Slope |
|:--|:--|
| 2020 | one half |
:label:`tab_slope`

Both tabs run this.

```{.python .input}
#@tab all
print('Hello from the code.')
```

:begin_tab:`beta`
Only the second tab reads this.
:end_tab:

```{.python .input}
print('alpha')
```

```{.python .input}
#@tab beta
print('beta')
```

See :numref:`tab_slope` and [**this slide text**].
"""

SECOND = """# Second Section
:label:`sec_second`

Go back to :numref:`sec_first`.

```{.python .input}
#@tab beta
print(2)
```
"""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<path d="M0 9 L9 0" stroke="black"/></svg>\n'
)

BIB = "@book{Nobody.2020, author={Nobody}, title={None}, year={2020}, publisher={None}}\n"

CONFIG = """[project]
name = tiny
title = A Tiny Book, 100%% real
author = Nobody
lang = en

[build]
notebooks = *.md */*.md
non-notebooks = README.md
resources = img/ books.bib
tabs = alpha, beta
sphinx_configs = html_show_sourcelink = False

[pdf]
bibfile = books.bib

[amts]
langs = pt
"""


def make_book(root: Path, config: str = CONFIG) -> Path:
    """Write the book into ``root``; returns ``root``."""
    texts = {
        "config.ini": config,
        "index.md": INDEX,
        "README.md": "# Read me\n\nThis page is not executed.\n",
        "chapter/first.md": FIRST,
        "chapter/second.md": SECOND,
        "img/line.svg": SVG,
        "books.bib": BIB,
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@dataclass(frozen=True)
class Run:
    """One finished command."""

    code: int
    out: str
    """Standard output and standard error, as they came."""

    @property
    def warnings(self) -> list[str]:
        """Sphinx's warnings, without the folder that they name, sorted."""
        lines = [
            line for line in self.out.splitlines() if "WARNING:" in line and "[IPK" not in line
        ]
        return sorted(re.sub(r"\S*/_build/(\w+/)?rst", "rst", line) for line in lines)


def d2lbook(book: Path, *arguments: str, fake: bool = True, words: str = "upper") -> Run:
    """Run ``d2lbook`` in ``book``: this file with the fake translator, or the real script.

    ``words`` is the name of the fake translator, a function of ``support.pseudo``.
    """
    script = ["-m", "support.book"] if fake else [str(Path(sys.executable).with_name("d2lbook"))]
    with programs_on_path():  # plain d2lbook does not look for pandoc
        environment = os.environ | {"PYTHONUTF8": "1"}
        if fake:
            environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(TESTS)])
            environment["PSEUDO"] = words
    done = subprocess.run(
        [sys.executable, *script, *arguments],
        cwd=book,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Run(done.returncode, done.stdout)


def main() -> None:
    """d2lbook's own entry point, with the fake translator in the place of the service."""
    from d2lbook.main import main as d2lbook_main

    from amts_ext.config import Config
    from amts_ext.d2lbook_ext import build
    from amts_ext.pipeline.book import Book
    from amts_ext.translators.function import Function

    def open_book(config: Config, *, frozen: bool = False) -> Book:
        words = getattr(pseudo, os.environ["PSEUDO"])
        return Book(config, frozen=frozen, translator=Function(words))

    build.open_book = open_book
    d2lbook_main()


if __name__ == "__main__":
    main()
