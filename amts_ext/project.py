"""A book as a project: its documents, its title, and the notation of its Markdown files.

Each build tool keeps these in its own way, so a project is a protocol. Its kinds are registered in
the entry-point group ``amts_ext.projects``: ``d2lbook``, and the plain ``folder`` of this module,
which takes any folder that no other kind recognises, ``sphinx``, and ``myst``, a book of mystmd.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self, cast

from amts_ext import files, formats
from amts_ext.config import Config, load, without_file
from amts_ext.config.ini import Ini
from amts_ext.errors import InputError
from amts_ext.plugins import registered
from amts_ext.text.outcome import Source

GROUP = "amts_ext.projects"
FOLDER = "folder"
"""Name of the kind that is asked last, because it takes any folder."""
SETTINGS = "config.ini"
"""Default name of the file with a book's settings."""
MYST = "myst.yml"
"""The file of a book of mystmd or Jupyter Book 2."""


class Project(Protocol):
    """A book as its own build tool sees it."""

    @property
    def markdown(self) -> str:
        """Name of the format of its ``.md`` files, as :func:`amts_ext.formats.get` takes it."""

    def documents(self) -> list[Source]:
        """List the files that its authors write, sorted by their path in the book."""

    def built(self, tab: str | None = None) -> list[Source]:
        """List the documents that a build translates, without executing any.

        These are the authors' files, or the notebooks that the build tool makes of them. ``tab``
        is one of the book's variants: None for the default one, ``all`` for every one.

        Raises :class:`~amts_ext.errors.InputError` for a tab that the book lacks.
        """

    def title(self) -> Source | None:
        """Return the title that every page shows, as a document; None if there is none."""

    def executed(self, name: str) -> list[Path]:
        """Return the notebooks in which a build has kept the outputs of a document's code."""


class ProjectKind(Protocol):
    """One kind of project, as an entry point of the group :data:`GROUP` names it."""

    def find(self, root: Path, settings: Path) -> Project | None:
        """Return the project in the folder ``root``; None if it is not of this kind.

        ``settings`` is its configuration file, which need not exist.
        """


class Folder:
    """A plain folder of documents: every ``.md`` and ``.ipynb``, in plain Markdown."""

    markdown = "md"

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def find(cls, root: Path, settings: Path) -> Self | None:
        """Return the folder as a project: any folder is one."""
        return cls(root)

    def documents(self) -> list[Source]:
        """List all files that a format reads, but for hidden and built ones."""
        by_suffix = formats.by_suffix
        return [
            Source(str(path.relative_to(self._root)), path, by_suffix(str(path), self.markdown))
            for path in files.inside(self._root, formats.SUFFIXES)
        ]

    def built(self, tab: str | None = None) -> list[Source]:
        """List the documents as they are: a plain folder has no build and no tabs."""
        return self.documents()

    def title(self) -> None:
        """Return None: a plain folder has no title."""

    def executed(self, name: str) -> list[Path]:
        """Return none: a plain folder has no build."""
        return []


class MystFolder(Folder):
    """A book of mystmd or Jupyter Book 2.

    >>> _ = Path("myst.yml").write_text("version: 1\\n")
    >>> _ = Path("config.ini").write_text("[amts]\\ndirectives = my-note: body\\n")
    >>> MystFolder.find(Path(), Path("config.ini")).markdown
    'myst?my-note: body'
    """

    def __init__(self, root: Path, declared: str = "") -> None:
        super().__init__(root)
        self.markdown = f"myst?{declared}" if declared else "myst"

    @classmethod
    def find(cls, root: Path, settings: Path) -> Self | None:
        """Return the book, if it has the file of its build tool."""
        return cls(root, declared_directives(settings)) if (root / MYST).is_file() else None

    def settings(self) -> tuple[str, dict[str, object]]:
        """Return the tool's file, which has no keys of a configuration."""
        return MYST, {}


def declared_directives(settings: Path) -> str:
    """Return what a configuration declares of directives; empty if it cannot be read."""
    try:
        entry = Ini(settings).get("amts", "directives")
    except InputError:
        return ""
    return entry.value if entry else ""


def translated(project: Project, tab: str | None = None) -> list[Source]:
    """Return what a build of a tab translates: the title, and the documents that are built.

    Plan, build and check count the segments of these.
    """
    title = project.title()
    return [*([title] if title else []), *project.built(tab)]


def book_config(file: Path, **keywords: object) -> Config:
    """Return the configuration of a book: of its ``config.ini``, and of its build tool's own file.

    What the tool's file says (``amts_langs`` in ``conf.py``) goes before ``file``, which need not
    exist then. ``keywords`` that are not None go before both.

    Raises :class:`~amts_ext.errors.ConfigError` as :func:`amts_ext.config.load` does.
    """
    found = _find(file.resolve().parent, file)
    tell = getattr(found, "settings", None)
    name, said = tell() if tell else ("", {})
    values = {**said, **{key: value for key, value in keywords.items() if value is not None}}
    if name and not file.is_file():
        return without_file(file.resolve().parent, name, **values)
    return load(file, **values)


def is_book(file: Path) -> bool:
    """Return whether :func:`book_config` finds a configuration."""
    return file.is_file() or hasattr(_find(file.resolve().parent, file), "settings")


def catalogs_of(project: Project, lang: str) -> list[Path]:
    """Return the gettext catalogs that a build into ``lang`` fills.

    A project that has some tells them by a method ``catalogs``; most kinds have none.
    """
    find = getattr(project, "catalogs", None)
    found: list[Path] = find(lang) if find else []
    return found


def open_project(config: Config) -> Project:
    """Return the project that a configuration belongs to."""
    return _find(config.root, config.file) or Folder(config.root)


def around(path: Path) -> Project:
    """Return the project that a file or a folder lies in.

    The nearest folder upwards that is a project of some kind, or has a ``config.ini``, is its root.
    Without one, the folder itself is a plain project.

    >>> _ = Path("config.ini").write_text("[project]\\nname = averages\\n[build]\\n")
    >>> _ = Path("mean.md").write_text("# The mean\\n")
    >>> book = around(Path("mean.md"))
    >>> book.markdown, [document.name for document in book.documents()]
    ('d2l', ['mean.md'])
    """
    place = path.resolve()
    root = root_of(place)
    found = _find(root, root / SETTINGS) if root else None
    return found or Folder(place if place.is_dir() else place.parent)


def root_of(path: Path) -> Path | None:
    """Return the nearest folder upwards that is the root of a project; None if there is none.

    >>> _ = Path("conf.py").write_text("extensions = []\\n"), Path("part").mkdir()
    >>> root_of(Path("part")) == Path.cwd()
    True
    """
    place = path.resolve()
    return next((f for f in (place, *place.parents) if _find(f, f / SETTINGS)), None)


def markdown_of(*paths: Path) -> str:
    """Return the format of Markdown files in the first of some places that lies in a project.

    A translation is often a plain folder, whose files are those of its source's project.

    >>> Path("book").mkdir(), Path("es").mkdir(), Path("book/myst.yml").write_text("version: 1")
    (None, None, 10)
    >>> markdown_of(Path("book"), Path("es"))
    'myst'
    """
    found = [around(path).markdown for path in paths]
    return next((markdown for markdown in found if markdown != Folder.markdown), found[0])


def _find(root: Path, settings: Path) -> Project | None:
    """Return the project in a folder; None if it is of no kind and has no configuration."""
    kinds = registered(GROUP)
    for name in sorted(kinds.keys() - {FOLDER}):
        kind = cast("ProjectKind", kinds[name].load())
        if found := kind.find(root, settings):
            return found
    return Folder(root) if settings.is_file() else None
