"""The gettext catalogs of a project: what is empty in them is filled before Sphinx reads them.

Documents in reStructuredText are translated by Sphinx, from ``locale/zh_CN/LC_MESSAGES/*.po``. No
catalog is made here: sphinx-intl makes them, where a project wants them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from amts_ext.pipeline.catalog_files import FOLDER
from amts_ext.pipeline.catalogs import Filling, fill
from amts_ext.sphinx_ext.translation import SphinxTranslation

VALUE = "amts_catalogs"
"""The value of ``conf.py`` that switches this off."""
FORMAT = "rst"
"""The format of messages that Sphinx translates; others are of files that the extension does."""
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

    Raises what :func:`amts_ext.pipeline.catalogs.fill` raises.
    """
    lang = translation.language
    return fill(translation.book, {lang: paths}, only=FORMAT)[lang]
