"""``amts build --lang zh,es`` in a folder with ``myst.yml``.

::

    _build/amts/zh/    the book's source in Chinese: Markdown, notebooks, myst.yml, all other files
    _build/amts/es/    where `myst build` or `jupyter book build` runs, if one is installed
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from amts_ext import config as settings_of
from amts_ext import files
from amts_ext.errors import AmtsError, InputError
from amts_ext.pipeline.book import Book, open_book
from amts_ext.progress import reporter
from amts_ext.project import MYST, SETTINGS, book_config
from amts_ext.sphinx_ext.mystmd.settings import Words
from amts_ext.text.outcome import Result, Source, TranslatedDocument, by_reason, summary

OUT = "_build/amts"
_OWN = ("_build", "node_modules", "config.ini")
"""Names that are no part of what a book is built of, beside hidden ones."""


def build(words: Sequence[str], root: Path) -> int:
    """Run a command line of ``amts build`` and return the exit code.

    Raises :class:`~amts_ext.errors.AmtsError`, which the command shows in one line.
    """
    arguments, options = _parsed(words)
    with open_book(_config(root, arguments.lang), frozen=arguments.frozen) as book:
        results = write_projects(book)
    codes = [_build(root / OUT / lang, options) for lang in results]
    if any(codes):
        return InputError.exit_code
    return AmtsError.exit_code if any(r.problems for r in results.values()) else 0


def _parsed(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="amts build",
        description="Write a book of mystmd or Jupyter Book 2 in other languages, and build it.",
        epilog="Words behind -- go to myst build (--html). Exit codes: 0 done; 1 done, and "
        "segments were left untranslated (listed); 2 wrong use or input, or an error of myst; 3 "
        "--frozen and a segment is missing from the memory.",
    )
    parser.add_argument("--lang", metavar="zh,es", help="languages, separated by commas")
    help = "reach no translator; fail if the memory lacks a segment"
    parser.add_argument("--frozen", action="store_true", help=help)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    own, options = list(words), ["--html"]
    if "--" in own:
        at = own.index("--")
        own, options = own[:at], own[at + 1 :]
    return parser.parse_args(own), options


def _config(root: Path, lang: str | None) -> settings_of.Config:
    config = book_config(root / SETTINGS, langs=lang.replace(" ", "").split(",") if lang else None)
    if not config.langs:
        raise InputError("name the languages: --lang zh,es or langs in [amts] of config.ini")
    return config


def write_projects(book: Book) -> dict[str, Result]:
    """Write the book's source in each of its languages; return the results by language.

    Raises what :meth:`Book.fetch` and :meth:`~amts_ext.pipeline.Pipeline.translate` raise.
    """
    root = book.config.root
    words = Words(files.read_text(root / MYST))
    sources = [*words.sources, *book.project.documents()]

    def tell(told: object) -> None:
        print(f"amts: {told}", file=sys.stderr)

    if bill := book.fetch(sources, book.config.langs, reporter(), tell):
        tell(bill)
    results = {}
    for lang in book.config.langs:
        result = results[lang] = _write(book, lang, words, sources)
        for line in by_reason(result.problems):
            print(line, file=sys.stderr)
        tell(f"{lang}: {summary(result.counts)}: {root / OUT / lang}")
    return results


def _write(book: Book, lang: str, words: Words, sources: Sequence[Source]) -> Result:
    """Write the source in one language: files are written only if they change."""
    root, out = book.config.root, book.config.root / OUT / lang
    titles: dict[Source, str] = {}
    written = {MYST}

    def save(done: TranslatedDocument) -> None:
        if done.origin is not None and done.name == MYST:
            titles[done.origin] = done.text
        else:
            files.write_text(out / done.name, done.text)
            written.add(done.name)

    book.learn(lang, reporter())
    result = book.pipeline(lang, reporter()).translate(sources, save)
    result.problems += book.unread(lang)
    files.write_text(out / MYST, words.replaced(titles))
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if name not in written:
            _copy(path, out / name)
            written.add(name)
    for path in list(_files(out)):
        if path.relative_to(out).as_posix() not in written:
            path.unlink()  # it has left the source
    return result


def _files(folder: Path) -> Iterator[Path]:
    """Yield all files of a project, but for hidden and built ones."""
    above = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _OWN:
            continue
        if path.is_dir():
            if not above.is_relative_to(path.resolve()):  # a link to a folder above has no end
                yield from _files(path)
        elif path.is_file():
            yield path


def _copy(source: Path, target: Path) -> None:
    """Copy a file whose copy is not of the same age and size."""
    old = target.stat() if target.exists() else None
    new = source.stat()
    if old is None or (old.st_size, old.st_mtime_ns) != (new.st_size, new.st_mtime_ns):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _build(folder: Path, options: Sequence[str]) -> int:
    """Run the book's own tool in a translated project; return its exit code."""
    command = _tool()
    if not command:
        text = "neither mystmd nor Jupyter Book 2 is installed, so the source is all that is made"
        print(f"amts: {text}: {folder}", file=sys.stderr)
        return 0
    return subprocess.run([*command, *options], cwd=folder, check=False).returncode


def _tool() -> list[str]:
    """Return the command that builds a book; empty if there is none."""
    if myst := shutil.which("myst"):
        return [myst, "build"]
    try:
        is_second = int(version("jupyter-book").split(".")[0]) >= 2  # the first is Sphinx's
    except PackageNotFoundError:
        return []
    tool = shutil.which("jupyter-book")
    return [tool, "build"] if tool and is_second else []
