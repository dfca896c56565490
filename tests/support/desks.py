"""A small book on a desk, for the tests of what an edit in the preview does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amts_ext.config import load
from amts_ext.pipeline.book import Book
from amts_ext.preview.desk import Desk
from amts_ext.preview.editing.saving import Saved, save
from amts_ext.preview.live import Row
from amts_ext.translators.function import Function

SOURCE = """# The mean

Let $x$ be **any** value of the sample. We add all values of the sample.
Then we divide their sum by $n$, which is their number.

The median is another measure. It does not move when one value is wrong.

| Name | Use |
|:--|:--|
| mean | sums of values |

See also the median in :numref:`sec_median`.
"""
OTHER = """# Sums

Let $y$ be **one** value of the sample. We add all values of the sample.
"""
HUMAN = """# La media

Sea $x$ un valor **cualquiera** de la muestra. Sumamos todos los
valores de la muestra. Luego dividimos su suma entre $n$,
que es su número.

La mediana es otra medida. No se mueve cuando un valor está mal.

| Nombre | Uso |
|:--|:--|
| media | sumas de valores |
"""


def engine(sentences: list[str]) -> list[str]:
    """Write every word backwards; tokens, numbers and punctuation stay."""
    word = re.compile(r"(?<![⟦/\w])[A-Za-z]+(?![\w⟧])")
    return [word.sub(lambda found: found[0][::-1], text) for text in sentences]


def make_book(root: Path, human: str = "") -> Path:
    """Write the book, with a Spanish human's file of ``mean.md`` if ``human`` is its text."""
    lines = "[project]\nname = small\n[build]\n[amts]\nlangs = es, zh\n"
    texts = {"mean.md": SOURCE, "sum.md": OTHER}
    if human:
        texts["es/mean.md"] = human
        lines += "human_es = es\n"
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (root / "config.ini").write_text(lines)
    return root


@contextmanager
def opened(root: Path, translated: bool = True) -> Iterator[Desk]:
    """Open the book on a desk; ``translated``: with a machine's translation in the memory."""
    with Book(load(root / "config.ini"), translator=Function(engine)) as book:
        sources = [s for s in book.project.documents() if not s.name.startswith("es/")]
        desk = Desk(book, ("es", "zh"), sources)
        for lang in desk.languages if translated else ():
            book.learn(lang)
            book.pipeline(lang).translate(sources)
        yield desk


def row(desk: Desk, words: str, path: str = "mean.md", lang: str = "es") -> Row:
    """Return the row whose source has some words, as it is now."""
    rows = desk.live(path, lang).look()[1]
    return next(row for row in rows if words in row.source)


def edit(desk: Desk, words: str, target: str, who: str = "ana", path: str = "mean.md") -> Saved:
    """Save a translation of the row whose source has some words, as it is now."""
    found = row(desk, words, path)
    return save(desk, path, "es", found.id, found.version, target, who)


def built(root: Path, path: str = "mean.md", lang: str = "es") -> str:
    """Return the document as a build makes it that is started now."""
    with Book(load(root / "config.ini"), translator=Function(engine)) as book:
        book.learn(lang)
        sources = [s for s in book.project.documents() if s.name == path]
        return book.pipeline(lang).translate(sources).documents[0].text
