"""d2lbook's own Config and Builder for one language, in a folder of its own: ``_build/zh``.

Each command after ``eval`` is d2lbook's own code. It reads ``eval_dir``, where a language has
translated copies of the notebooks that were evaluated in the source language.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from d2lbook.build import Builder, _once
from d2lbook.config import Config

from amts_ext.errors import InputError
from amts_ext.languages.profiles import Profile

ALL_TABS = "all"


class SourceBuilder(Builder):  # type: ignore[misc]
    """The book in its own language."""

    def evaluate(self, tabs: Iterable[str | None]) -> dict[Path, Path]:
        """Evaluate what is outdated in each of ``tabs``.

        Returns the evaluated documents of all tabs, placeholders included: the path of each with
        its path relative to the eval folder.
        """
        found: dict[Path, Path] = {}
        for tab in tabs:
            with at_tab(self.config, tab):
                self.eval()
                found |= self.evaluated()
        return found

    def folder(self, tab: str | None) -> Path | None:
        """Return the folder of the evaluated documents of a tab; None for all tabs merged."""
        if tab == ALL_TABS:
            return None
        with at_tab(self.config, tab):
            return Path(self.config.eval_dir)

    def evaluated(self) -> dict[Path, Path]:
        """Return the evaluated documents of the current tab: notebooks and pure Markdown files.

        Each path comes with the path relative to the eval folder.
        """
        folder = Path(self.config.eval_dir)
        pure = [os.path.relpath(path, self.config.src_dir) for path in self._find_md_files()[1]]
        notebooks = sorted(path.relative_to(folder) for path in folder.rglob("*.ipynb"))
        names = [*notebooks, *(Path(path) for path in pure)]
        return {folder / name: name for name in names if (folder / name).is_file()}


def tabs_of(config: Config, commands: Iterable[str]) -> list[str | None]:
    """Return the tabs whose notebooks ``commands`` read; ``[None]`` for a book without tabs."""
    if not config.tabs:
        return [None]
    every = config.tab == ALL_TABS or not {"pkg", "all"}.isdisjoint(commands)
    return list(config.tabs) if every else [config.tab]


def language_config(tab: str | None, profile: Profile, title: str) -> Config:
    """Return d2lbook's Config of the book in one language; ``title`` is the translated title."""
    config = Config(tab=tab)
    base = Path(config.tgt_dir, profile.language)
    for name in vars(config):
        if name.endswith("_dir") and name not in ("src_dir", "tgt_dir"):
            setattr(config, name, str(base / Path(getattr(config, name)).name))
    config.tgt_dir = str(base)
    config._set_target()
    config.project["title"] = _for_ini(title.replace("\\", r"\\").replace('"', r"\""))
    # d2lbook's `slides` fails without a repository to deploy to. Nothing is deployed here.
    config.slides["github_repo"] = config.slides["github_repo"] or "none, none"
    own = config.build["sphinx_configs"]
    language = f"language = '{profile.sphinx_language}'"
    config.build["sphinx_configs"] = _for_ini(f"{own}\n{language}")
    return config


def _for_ini(value: str) -> str:
    """Escape a value for configparser, which interpolates ``%``."""
    return value.replace("%", "%%")


class LanguageBuilder(Builder):  # type: ignore[misc]
    """The book in one target language.

    ``source`` is the builder of the source language, which has evaluated the book. ``translated``
    are the paths of its evaluated documents whose translations are in this language's eval folders
    already. All others are copied: empty placeholders, and documents that could not be read.
    ``finish`` is called with the folder of the built pages.
    """

    def __init__(
        self,
        config: Config,
        source: SourceBuilder,
        translated: Set[Path],
        finish: Callable[[Path], None],
    ) -> None:
        super().__init__(config)
        self.source = source
        self.translated = translated
        self.finish = finish

    @_once  # type: ignore[untyped-decorator]
    def eval(self) -> None:
        """Complete the eval folder of this tab: copy what lacks, remove what the source lacks."""
        if self.config.tab == ALL_TABS:
            self.merge()
            return
        target = Path(self.config.eval_dir)
        with at_tab(self.source.config, self.config.tab):
            documents = self.source.evaluated()
        for path, name in documents.items():
            if path not in self.translated:
                _copy_if_changed(path, target / name)
        for stale in {p.relative_to(target) for p in target.rglob("*.ipynb")}.difference(
            documents.values()
        ):
            (target / stale).unlink()
        self._copy_resources(self.config.src_dir, self.config.eval_dir)

    def merge(self) -> None:
        """Merge the notebooks of all tabs, by d2lbook.

        d2lbook compares a merged notebook with that of the default tab only. So merged notebooks
        that are older than the notebook of any tab are removed first.
        """
        if self.config.tab != ALL_TABS:
            raise InputError("merge joins the notebooks of all tabs; add --tab all")
        for tab in self.config.tabs:
            with at_tab(self.config, tab):
                self.eval()
        merged = Path(self.config.eval_dir)
        for path in list(merged.rglob("*.ipynb")):
            ages = [
                tab_path.stat().st_mtime_ns
                for tab_path in self._tab_paths(path.relative_to(merged))
                if tab_path.exists()
            ]
            if not ages or max(ages) > path.stat().st_mtime_ns:
                path.unlink()
        super().merge()

    def html(self) -> None:
        """Build the pages by d2lbook and finish them: untranslated text is marked."""
        super().html()
        self.finish(Path(self.config.html_dir))

    def _tab_paths(self, relative: Path) -> Iterator[Path]:
        for tab in self.config.tabs:
            with at_tab(self.config, tab):
                yield Path(self.config.eval_dir, relative)

    @_once  # type: ignore[untyped-decorator]
    def pkg(self) -> None:
        """Write the notebooks into one archive, with a folder for each tab.

        This replaces d2lbook's command, which deletes and makes a folder for each tab in the folder
        of the book itself.
        """
        package = Path(self.config.pkg_fname)
        unfinished = package.with_suffix(".zip.part")
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for tab in self.config.tabs or [None]:
                with at_tab(self.config, tab):
                    self.ipynb()
                    _add_folder(archive, Path(self.config.ipynb_dir), tab or "")
        unfinished.replace(package)


def _copy_if_changed(source: Path, target: Path) -> None:
    if not target.exists() or target.read_bytes() != source.read_bytes():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _add_folder(archive: zipfile.ZipFile, folder: Path, prefix: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (prefix or path.stat().st_size):
            archive.write(path, Path(prefix, path.relative_to(folder)))


@contextmanager
def at_tab(config: Config, tab: str | None) -> Iterator[None]:
    """Set the folders of a configuration to those of ``tab`` within the context."""
    before = config.tab
    config.set_tab(tab)
    try:
        yield
    finally:
        config.set_tab(before)
