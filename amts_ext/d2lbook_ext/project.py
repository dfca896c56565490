"""A d2lbook project: the documents that its patterns select, and the notebooks of its tabs."""

from __future__ import annotations

import configparser
import glob
import re
from pathlib import Path
from typing import Self

from amts_ext.errors import InputError
from amts_ext.text.outcome import Source

MARKDOWN, NOTEBOOK = "d2l", "ipynb-d2l"
"""The formats of d2lbook's Markdown files and of the notebooks that it makes of them."""
SECTIONS = ("build", "project")
"""Sections of d2lbook. A ``config.ini`` with one of them belongs to a d2lbook project."""

_SECTION = re.compile(r"\[([^\]]+)\]")
_DEFAULTS = {
    "notebooks": "**/*.md",
    "non-notebooks": "",
    "exclusions": "",
    "output_dir": "_build",
    "tabs": "",
}
"""d2lbook's own defaults for the keys that are read here (its config_default.ini)."""


class D2lbook:
    """A book made with d2lbook, as the core sees it: a :class:`amts_ext.project.Project`.

    >>> settings = Path("config.ini")
    >>> size = settings.write_text("[project]\\ntitle = Cats\\n")
    >>> size = Path("index.md").write_text("# Cats\\n")
    >>> book = D2lbook.find(Path(), settings)
    >>> [document.name for document in book.documents()]
    ['index.md']
    """

    markdown = MARKDOWN

    def __init__(self, root: Path, settings: Path) -> None:
        self._root = root
        self._settings = settings

    @classmethod
    def find(cls, root: Path, settings: Path) -> Self | None:
        """Return the book, if ``settings`` is a configuration of d2lbook that can be read.

        A folder with a ``conf.py`` is a Sphinx project, also where ``config.ini`` has the sections
        that both know.
        """
        if (root / "conf.py").is_file():
            return None
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(settings, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            return None
        return cls(root, settings) if any(map(parser.has_section, SECTIONS)) else None

    def documents(self) -> list[Source]:
        """Return the Markdown files that d2lbook's patterns select."""
        build = self._build()
        chosen = self._match(f"{build['notebooks']} {build['non-notebooks']}")
        excluded = self._match(f"{build['exclusions']} {build['output_dir']}/**")
        names = sorted(Path(name) for name in chosen - excluded)
        return [Source(str(name), self._root / name, MARKDOWN) for name in names]

    def built(self, tab: str | None = None) -> list[Source]:
        """Return the notebooks, not evaluated, that d2lbook makes of the documents for a tab.

        ``tab`` None is the default tab, ``all`` means all tabs. If d2lbook is not installed, the
        Markdown files are returned instead.

        Raises :class:`InputError` for a tab that the book does not have.
        """
        tabs = self._tabs()
        if tab and tabs and tab not in (*tabs, "all"):
            raise InputError(f"--tab: the book has no tab '{tab}'; allowed: {', '.join(tabs)}, all")
        try:
            import nbformat
            from d2lbook import notebook
        except ImportError:
            return self.documents()
        wanted = tabs if tab == "all" else [tab or tabs[0]] if tabs else []
        found = []
        for document in self.documents():
            try:
                made = notebook.read_markdown(document.load())
                split = notebook.split_markdown_cell(made) if wanted else None
                variants = [notebook.get_tab_notebook(split, each, tabs[0]) for each in wanted]
            except Exception:  # reading the Markdown file will say what is wrong with it
                found.append(document)
                continue
            variants = variants if wanted else [made]
            name = str(Path(document.name).with_suffix(".ipynb"))
            for variant in variants:
                if variant is not None:
                    text: str = nbformat.writes(variant)  # type: ignore[no-untyped-call]
                    found.append(Source(name, text, NOTEBOOK))
        return found

    def title(self) -> Source:
        """Return the title from the section ``[project]``, which d2lbook shows on every page.

        It stands on its own line of the configuration, below empty lines, so that a message about
        it names that line.
        """
        parser = configparser.ConfigParser()
        parser.read(self._settings, encoding="utf-8")
        words = parser.get("project", "title", fallback="").split()
        above = "\n" * (_line_of("project", "title", self._settings) - 1) if words else ""
        return Source(self._settings.name, above + " ".join(words), "md")

    def executed(self, name: str) -> list[Path]:
        """Return the notebooks that d2lbook has evaluated, one for each tab that was built."""
        built = Path(self._build()["output_dir"])
        notebook = Path(name).with_suffix(".ipynb")
        return sorted(self._root.glob(f"{built}/eval*/{notebook}"))

    def _tabs(self) -> list[str]:
        return [tab.strip().lower() for tab in self._build()["tabs"].split(",") if tab.strip()]

    def _build(self) -> configparser.SectionProxy:
        parser = configparser.ConfigParser(_DEFAULTS, interpolation=None)
        parser.read(self._settings, encoding="utf-8")
        if not parser.has_section("build"):
            parser.add_section("build")
        return parser["build"]

    def _match(self, patterns: str) -> set[str]:
        found: set[str] = set()
        for pattern in patterns.split():
            if (self._root / pattern).is_dir():
                pattern = f"{pattern.rstrip('/')}/**"
            found |= {
                p
                for p in glob.glob(  # noqa: PTH207 - one call for patterns that may start anywhere
                    pattern, root_dir=self._root, recursive=True
                )
                if (self._root / p).is_file()
            }
        return found


def _line_of(section: str, key: str, settings: Path) -> int:
    """Return the 1-based line of a key in a configuration; 1 if it is not found.

    >>> _ = Path("config.ini").write_text("[build]\\ntitle = no\\n[project]\\nTitle = Cats\\n")
    >>> _line_of("project", "title", Path("config.ini"))
    4
    """
    inside = ""
    for number, line in enumerate(settings.read_text("utf-8").splitlines(), 1):
        if head := _SECTION.match(line):
            inside = head[1]
        elif inside == section and re.match(rf"{key}\s*[=:]", line, re.IGNORECASE):
            return number
    return 1
