"""The documents of a book, as a build translates them."""

from __future__ import annotations

import configparser
import glob
from pathlib import Path

from amts_ext import files
from amts_ext.config import Config
from amts_ext.errors import InputError
from amts_ext.text.outcome import Source

_DEFAULTS = {
    "notebooks": "**/*.md",
    "non-notebooks": "",
    "exclusions": "",
    "output_dir": "_build",
    "tabs": "",
}
"""d2lbook's own defaults for the keys read here (its config_default.ini)."""


def dialect(path: Path) -> str:
    """The notation of a Markdown file: ``d2l`` inside a d2lbook project, else ``md``."""
    for folder in path.resolve().parents:
        if (folder / "config.ini").is_file():
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            try:
                parser.read(folder / "config.ini", encoding="utf-8")
            except (configparser.Error, UnicodeDecodeError):
                return "md"
            return "d2l" if parser.has_section("build") else "md"
    return "md"


def book_files(config: Config) -> list[Path]:
    """The book's Markdown files, relative to its root, sorted: what d2lbook's patterns select."""
    build = _build(config)
    chosen = _match(config.root, f"{build['notebooks']} {build['non-notebooks']}")
    excluded = _match(config.root, f"{build['exclusions']} {build['output_dir']}/**")
    return sorted(Path(p) for p in chosen - excluded)


def notebooks(config: Config, tab: str | None) -> list[Source]:
    """The notebooks that d2lbook makes of those files for one tab (None: the default; or ``all``).

    Nothing is executed. Without d2lbook installed the Markdown files stand for them. Raises
    :class:`InputError` for a tab that the book does not have.
    """
    tabs = _tabs(config)
    if tab and tabs and tab not in (*tabs, "all"):
        raise InputError(f"--tab: the book has no tab '{tab}'; allowed: {', '.join(tabs)}, all")
    try:
        import nbformat
        from d2lbook import notebook
    except ImportError:
        return [_source(config, path) for path in book_files(config)]
    wanted = tabs if tab == "all" else [tab or tabs[0]] if tabs else []
    found = []
    for path in book_files(config):
        try:
            made = notebook.read_markdown(files.read_text(config.root / path))
            split = notebook.split_markdown_cell(made) if wanted else None
            variants = [notebook.get_tab_notebook(split, each, tabs[0]) for each in wanted]
        except Exception:  # whoever reads the file itself will say what is wrong with it
            found.append(_source(config, path))
            continue
        variants = variants if wanted else [made]
        name = str(path.with_suffix(".ipynb"))
        for variant in variants:
            if variant is not None:
                text: str = nbformat.writes(variant)  # type: ignore[no-untyped-call]
                found.append(Source(name, text, "ipynb-d2l"))
    return found


def title(config: Config) -> Source:
    """The book's title as a document of its own; d2lbook shows it on every page."""
    parser = configparser.ConfigParser()
    parser.read(config.file, encoding="utf-8")
    words = parser.get("project", "title", fallback="").split()
    return Source(config.file.name, " ".join(words), "md")


def _source(config: Config, path: Path) -> Source:
    return Source(str(path), config.root / path, "d2l")


def _tabs(config: Config) -> list[str]:
    return [tab.strip().lower() for tab in _build(config)["tabs"].split(",") if tab.strip()]


def _build(config: Config) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(_DEFAULTS, interpolation=None)
    parser.read(config.file, encoding="utf-8")
    if not parser.has_section("build"):
        parser.add_section("build")
    return parser["build"]


def _match(root: Path, patterns: str) -> set[str]:
    found: set[str] = set()
    for pattern in patterns.split():
        if (root / pattern).is_dir():
            pattern = f"{pattern.rstrip('/')}/**"
        found |= {
            p
            for p in glob.glob(  # noqa: PTH207 - one call for patterns that may start anywhere
                pattern, root_dir=root, recursive=True
            )
            if (root / p).is_file()
        }
    return found
