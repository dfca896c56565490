"""The gettext catalogs of a project: what is empty in them is filled before Sphinx reads them.

Documents in reStructuredText are translated by Sphinx, from ``locale/zh_CN/LC_MESSAGES/*.po``. No
catalog is made here: sphinx-intl makes them, where a project wants them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.pipeline.catalog_files import FOLDER
from amts_ext.project import translated

if TYPE_CHECKING:
    from amts_ext.pipeline.catalogs import Filling
    from amts_ext.sphinx_ext.translation import SphinxTranslation

VALUE = "amts_catalogs"
"""The value of ``conf.py`` that switches this off."""
FOLDERS = "locale_dirs"
"""Sphinx's value with the folders of catalogs."""
DEFAULT = ("locales",)
"""Sphinx's own folders."""
OWN = "sphinx.po"
"""The catalog of a project's own words for Sphinx's: its messages are no text of the book."""


def find(source: Path, folders: Iterable[str], language: str) -> Iterator[Path]:
    """Yield the catalogs of a language, spelled as Sphinx spells it, below ``locale_dirs``.

    >>> folder = Path("locale/zh_CN/LC_MESSAGES")
    >>> folder.mkdir(parents=True)
    >>> size = (folder / "intro.po").write_text(""), (folder / "sphinx.po").write_text("")
    >>> [path.as_posix() for path in find(Path(), ["locale"], "zh_CN")]
    ['locale/zh_CN/LC_MESSAGES/intro.po']
    """
    for folder in dict.fromkeys(folders):
        found = (source / folder / language / FOLDER).rglob("*.po")
        yield from sorted(path for path in found if path.name != OWN)


def fill_catalogs(translation: SphinxTranslation, paths: list[Path]) -> Filling:
    """Fill the empty messages of reStructuredText, and learn what humans translated.

    A translator that bills gets what the documents lack in the same batch, so that ``max_cost``
    stops a build that is too dear before anything is sent.

    Raises what :func:`amts_ext.pipeline.catalogs.fill` raises.
    """
    from amts_ext.pipeline.catalogs import BUILT, fill  # late: most books have no catalogs

    lang, book = translation.language, translation.book
    documents = translated(book.project) if book.translator.billed is not None else []
    return fill(book, {lang: paths}, only=BUILT, documents=documents)[lang]
