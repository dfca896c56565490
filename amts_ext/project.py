"""What a book is: its documents, its title, and the notation of its Markdown files.

Each build tool has its own answer, so a project is a protocol. Its kinds are registered in the
entry-point group ``amts_ext.projects``: ``d2lbook``, and the plain ``folder`` of this module, which
takes what no other kind knows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self, cast

from amts_ext import files, formats
from amts_ext.config import Config
from amts_ext.plugins import registered
from amts_ext.text.outcome import Source

GROUP = "amts_ext.projects"
FOLDER = "folder"
"""The kind that is asked last."""
SETTINGS = "config.ini"
"""The file that a book's settings are in, where nobody names another."""


class Project(Protocol):
    """A book as its own build tool sees it."""

    @property
    def markdown(self) -> str:
        """The format of its ``.md`` files, by a name that :func:`amts_ext.formats.get` knows."""

    def documents(self) -> list[Source]:
        """The files that its authors write, by their path in the book, sorted."""

    def built(self, tab: str | None = None) -> list[Source]:
        """The documents that a build translates: those of the authors, or what is made of them.

        ``tab`` is one of the book's variants (None: the default one, ``all``: every one). Nothing
        is executed. Raises :class:`~amts_ext.errors.InputError` for a tab that the book lacks.
        """

    def title(self) -> Source | None:
        """The title that every page shows, as a document of its own; None if there is none."""


class ProjectKind(Protocol):
    """What an entry point of the group names."""

    def find(self, root: Path, settings: Path) -> Project | None:
        """The project in a folder, if it is one of this kind.

        ``settings`` is its configuration file, which need not exist.
        """


class Folder:
    """A plain folder of documents: every ``.md`` and ``.ipynb``, in plain Markdown."""

    markdown = "md"

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def find(cls, root: Path, settings: Path) -> Self:
        """Any folder is one."""
        return cls(root)

    def documents(self) -> list[Source]:
        """The documents that :func:`amts_ext.files.inside` finds."""
        return [
            Source(str(path.relative_to(self._root)), path, formats.by_suffix(str(path)))
            for path in files.inside(self._root, formats.SUFFIXES)
        ]

    def built(self, tab: str | None = None) -> list[Source]:
        """The documents as they are: no build makes others of them, and there are no tabs."""
        return self.documents()

    def title(self) -> None:
        """A plain folder has no title."""


def open_project(config: Config) -> Project:
    """The project that a configuration is of."""
    return _find(config.root, config.file) or Folder(config.root)


def around(path: Path) -> Project:
    """The project that a file or a folder lies in: the nearest one upwards, else a plain folder.

    >>> _ = Path("config.ini").write_text("[project]\\nname = averages\\n[build]\\n")
    >>> _ = Path("mean.md").write_text("# The mean\\n")
    >>> book = around(Path("mean.md"))
    >>> book.markdown, [document.name for document in book.documents()]
    ('d2l', ['mean.md'])
    """
    place = path.resolve()
    for folder in (place, *place.parents):
        if (folder / SETTINGS).is_file():
            return _find(folder, folder / SETTINGS) or Folder(folder)
    return Folder(place if place.is_dir() else place.parent)


def _find(root: Path, settings: Path) -> Project | None:
    kinds = registered(GROUP)
    for name in sorted(kinds, key=lambda name: (name == FOLDER, name)):
        kind = cast("ProjectKind", kinds[name].load())
        if found := kind.find(root, settings):
            return found
    return None
