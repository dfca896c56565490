"""A Sphinx or Jupyter Book project: its documents, its title, and the format of its files."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

from amts_ext import config, files, formats
from amts_ext.errors import InputError
from amts_ext.languages import profiles
from amts_ext.project import declared_directives
from amts_ext.sphinx_ext import catalogs
from amts_ext.text.outcome import Source

CONF, BOOK, CONTENTS = "conf.py", "_config.yml", "_toc.yml"
"""The files that make a folder a project: Sphinx's, or Jupyter Book 1's two."""
PREFIX = "amts_"
"""What stands before the keys of a configuration in ``conf.py``."""
_TITLE = re.compile(r"^title\s*:\s*(['\"]?)(.+?)\1\s*(?:#.*)?$", re.MULTILINE)
_LEFT_ALONE = ("_build", "jupyter_execute", "node_modules")


class Dialects(NamedTuple):
    """The formats of a project's files."""

    markdown: str = "md"
    notebooks: str = "ipynb"

    @classmethod
    def read_by(cls, extensions: Container[str], directives: str = "") -> Self:
        """Return the formats of files that these extensions of Sphinx read.

        ``directives`` is what the book declares of its own (``[amts] directives``).

        >>> Dialects.read_by(["myst_nb"]), Dialects.read_by(["myst_parser", "nbsphinx"])[1]
        (Dialects(markdown='myst', notebooks='ipynb-myst'), 'ipynb')
        """
        myst = f"myst?{directives}" if directives else "myst"
        if "myst_nb" in extensions:
            return cls(myst, f"ipynb-{myst}")
        return cls(myst) if "myst_parser" in extensions else cls()

    def of(self, path: str) -> str | None:
        """Return the format that reads a file; None for one that is not translated here.

        >>> Dialects().of("index.rst") is None  # Sphinx's own catalogs (gettext) are for these
        True
        """
        try:
            found = formats.by_suffix(path, self.markdown)
        except InputError:
            return None
        return self.notebooks if path.lower().endswith(".ipynb") else found


class SphinxProject:
    """A book made with Sphinx or Jupyter Book 1: a :class:`amts_ext.project.Project`.

    >>> size = Path("conf.py").write_text('project = "Cats"\\nexclude_patterns = ["notes*"]\\n')
    >>> size = Path("index.md").write_text("# Cats\\n"), Path("notes.md").write_text("")
    >>> book = SphinxProject.find(Path(), Path("config.ini"))
    >>> [document.name for document in book.documents()], book.title().text
    (['index.md'], 'Cats')
    """

    def __init__(self, root: Path, directives: str = "") -> None:
        self.root = root
        said = self.value(f"{PREFIX}directives")
        own = said if isinstance(said, str) else directives
        self._dialects = Dialects.read_by(self._extensions(), own)

    @classmethod
    def find(cls, root: Path, settings: Path) -> Self | None:
        """Return the project in ``root``, if it has the files of one."""
        made = (root / CONF).is_file() or all((root / f).is_file() for f in (BOOK, CONTENTS))
        return cls(root, declared_directives(settings)) if made else None

    @property
    def markdown(self) -> str:
        """The format of its Markdown files."""
        return self._dialects.markdown

    @property
    def is_jupyter_book(self) -> bool:
        """True for a project of Jupyter Book 1, which makes its ``conf.py`` itself."""
        return (self.root / BOOK).is_file() and not (self.root / CONF).is_file()

    def documents(self) -> list[Source]:
        """List the Markdown files and notebooks, but for those that the settings exclude."""
        said = self._book_settings() if self.is_jupyter_book else {}
        patterns = said.get("exclude_patterns") or self._assigned("exclude_patterns")
        excluded = [str(p) for p in patterns or ()]
        wanted = self._in_contents() if said.get("only_build_toc_files") else None
        found = []
        for path in files.inside(self.root, formats.SUFFIXES):
            name = path.relative_to(self.root).as_posix()
            parts = [name, str(Path(name).with_suffix("")), *map(str, Path(name).parents)]
            alone = any(part in _LEFT_ALONE for part in name.split("/"))
            if wanted is not None:
                alone |= not any(fnmatch(n, w) for n in (name, parts[1]) for w in wanted)
            if not alone and not any(fnmatch(p, e) for p in parts for e in excluded):
                found.append(Source(name, path, self._dialects.of(name) or "md"))
        return found

    def built(self, tab: str | None = None) -> list[Source]:
        """List the documents: Sphinx has no tabs that are built apart."""
        return self.documents()

    def title(self) -> Source | None:
        """Return the project's title; None if its file does not say one in plain words."""
        if self.is_jupyter_book:
            found = _TITLE.search(files.read_text(self.root / BOOK))
            title, name = found[2] if found else "", BOOK
        else:
            title, name = self._assigned("project"), CONF
        return Source(name, title, "md") if isinstance(title, str) and title else None

    def executed(self, name: str) -> list[Path]:
        """Return the notebook that MyST-NB has kept of a document's last build."""
        kept = Path("jupyter_execute", name).with_suffix(".ipynb")
        return [p for d in ("_build", "_build/*") for p in self.root.glob(f"{d}/{kept}")][:1]

    def settings(self) -> tuple[str, dict[str, Any]]:
        """Return the project's file, and the keys of a configuration that it says literally.

        >>> _ = Path("conf.py").write_text('amts_langs = ["zh"]\\namts_human = {"zh": "../zh"}\\n')
        >>> SphinxProject(Path()).settings()
        ('conf.py', {'human': {'zh': '../zh'}, 'langs': ['zh']})
        """
        said = {name: self.value(f"{PREFIX}{name}") for name in sorted(config.names())}
        file = BOOK if self.is_jupyter_book else CONF
        return file, {name: value for name, value in said.items() if value is not None}

    def catalogs(self, lang: str) -> list[Path]:
        """List the gettext catalogs of a language that a build fills, by what is said literally."""
        if self.value(catalogs.VALUE) is False:
            return []
        folders = self.value(catalogs.FOLDERS) or catalogs.DEFAULT
        code = profiles.load(lang).sphinx_language
        return list(catalogs.find(self.root, folders, code))

    def value(self, name: str) -> Any:
        """Return a value that ``conf.py`` or ``_config.yml`` gives Sphinx; None if it is not said.

        ``conf.py`` is not run, so that only what it says literally is known.
        """
        if not self.is_jupyter_book:
            return self._assigned(name)
        return ((self._book_settings().get("sphinx") or {}).get("config") or {}).get(name)

    def _book_settings(self) -> dict[str, Any]:
        said = yaml.safe_load(files.read_text(self.root / BOOK))
        return said if isinstance(said, dict) else {}

    def _in_contents(self) -> set[str]:
        """Return what ``_toc.yml`` names: documents, with or without suffix, and patterns."""

        def named(value: Any) -> Iterator[str]:
            for each in value.values() if isinstance(value, dict) else value:
                if isinstance(each, dict | list):
                    yield from named(each)
            if isinstance(value, dict):
                yield from (str(value[key]) for key in ("root", "file", "glob") if key in value)

        return set(named(yaml.safe_load(files.read_text(self.root / CONTENTS)) or []))

    def _extensions(self) -> Container[str]:
        """Return the names of the extensions that read the project's files."""
        if self.is_jupyter_book:
            return ["myst_nb"]
        conf = self.root / CONF
        listed = self._assigned("extensions")
        return (
            listed if isinstance(listed, list) else files.read_text(conf) if conf.is_file() else ()
        )

    def _assigned(self, name: str) -> Any:
        """Return what ``conf.py`` assigns to a name; None if it is no literal. It is not run."""
        conf = self.root / CONF
        try:
            tree = ast.parse(files.read_text(conf)) if conf.is_file() else ast.Module([], [])
        except (SyntaxError, InputError):
            return None
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            ):
                try:
                    return ast.literal_eval(node.value)
                except ValueError:
                    return None
        return None
