"""``NAME.<lang>.ipynb``: the translation as a file that Jupyter opens, written when asked for.

It stands beside its source or, in a book with a folder of human translations, in that folder under
the source's name. There it is entered as a new file that nobody has read, as ``amts sync`` does it,
so that nothing takes a machine's sentence for a human's.

What was written is remembered (``.amts/written.json``). A file that is another, or that somebody
has changed since, is not overwritten unless the person says so, and in the folder of human
translations never.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.manager import ContentsManager

from amts_ext import files
from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError, of_document
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState, ItemKind, OpenItem
from amts_ext.languages import profiles
from amts_ext.preview.desk import Desk
from amts_ext.text.outcome import Source

RECORD = "written.json"
"""Lies beside the memory: the digests of the files that were written, by their path."""
ORIGIN = "_origin"
"""End of the name of the source that stands beside a human's translation of it."""


class OverwriteError(InputError):
    """The file is not what was written here last; ``may_replace``: a person can allow it."""

    def __init__(self, message: str, file: str, may_replace: bool) -> None:
        super().__init__(message, file=file)
        self.may_replace = may_replace


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A translation that was written."""

    path: str
    """As Jupyter names it."""
    counts: dict[str, int]
    """Segments by status."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a translation goes."""

    file: Path
    human: Path | None = None
    """The folder of human translations, if it lies there."""

    @classmethod
    def of(cls, config: Config, name: str, lang: str, top: Path) -> Target:
        """Return the target of the document ``name``; nothing is written outside ``top``."""
        human = config.human.get(profiles.load(lang).language)
        if human is not None and human.resolve().is_relative_to(top.resolve()):
            return cls(human / name, human)
        source = config.root / name
        return cls(source.with_name(f"{source.stem}.{lang}{source.suffix}"))


class Writer:
    """Writes translations of a desk's documents through Jupyter's contents manager."""

    def __init__(self, contents: ContentsManager, top: Path, desk: Desk) -> None:
        self._contents: Any = contents  # its methods have no types, and may be coroutines or not
        self._top = top
        self._desk = desk
        self._record = desk.book.config.memory.with_name(RECORD)

    async def write(self, name: str, lang: str, text: BothTexts, replace: bool) -> WrittenFile:
        """Write the translation of the document ``name``.

        Raises :class:`OverwriteError`, and tornado's HTTPError for what Jupyter does not allow.
        """
        target = Target.of(self._desk.book.config, name, lang, self._top)
        path = self._path(target.file)
        await self._refuse(target, path, replace)
        await self._make_folders(path)
        if target.human:
            await self._enter(target, name, text.source)
        await self._save(path, text.target)
        self._remember(path, text.target)
        return WrittenFile(path, text.counts)

    async def _refuse(self, target: Target, path: str, replace: bool) -> None:
        now = await self._text(path)
        if now is None or digest(now) == self._known().get(path) or (replace and not target.human):
            return
        if target.human:
            raise OverwriteError(
                "is a human's translation and stays; edit its sentences in the preview, or run "
                "amts sync",
                path,
                may_replace=False,
            )
        raise OverwriteError(
            "was not written by the preview, or was changed since", path, may_replace=True
        )

    async def _enter(self, target: Target, name: str, source: str) -> None:
        """Enter a file as a machine's that nobody has read, with the text that it translates."""
        assert target.human
        base = target.file.with_name(f"{target.file.stem}{ORIGIN}{target.file.suffix}")
        states = open_items.read(target.human)
        whole = OpenItem(ItemKind.NEW, 1, 0, "", name, is_whole=True)
        states[name] = FileState((whole,))
        await self._save(self._path(base), source)
        await self._save(self._path(target.human / open_items.NAME), open_items.dump(states))

    async def _make_folders(self, path: str) -> None:
        folder = ""
        for part in path.split("/")[:-1]:
            folder = f"{folder}/{part}".lstrip("/")
            if not await ensure_async(self._contents.dir_exists(folder)):
                await ensure_async(self._contents.save({"type": "directory"}, folder))

    async def _text(self, path: str) -> str | None:
        """Return a file's text; None if there is no file."""
        if not await ensure_async(self._contents.file_exists(path)):
            return None
        model = await ensure_async(self._contents.get(path, type="file", format="text"))
        return str(model["content"])

    async def _save(self, path: str, text: str) -> None:
        # As a file, not as a notebook: Jupyter would write the JSON of a notebook in its own way.
        model: dict[str, Any] = {"type": "file", "format": "text", "content": text}
        await ensure_async(self._contents.save(model, path))

    def _path(self, file: Path) -> str:
        return file.relative_to(self._top).as_posix()

    def _known(self) -> dict[str, str]:
        """Return the digests of what was written; a record that cannot be read knows nothing."""
        with suppress(OSError, ValueError, InputError):
            return dict(json.loads(files.read_text(self._record)))
        return {}

    def _remember(self, path: str, text: str) -> None:
        known = self._known() | {path: digest(text)}
        with suppress(OSError):  # without a record, the next time asks
            files.write_text(self._record, json.dumps(known, indent=1, sort_keys=True) + "\n")


@dataclass(frozen=True, slots=True)
class BothTexts:
    """A document and its translation, as whole texts."""

    source: str
    target: str
    counts: dict[str, int]


def translation(desk: Desk, name: str, lang: str) -> BothTexts:
    """Translate the saved file of a document with what the memory has; nobody is asked.

    Raises :class:`~amts_ext.errors.InputError` if it cannot be read.
    """
    source = desk.source(name)
    with desk.lock, of_document(name):
        desk.live(name, lang)  # the human translation is learned from
        text = source.load()
        result = desk.book.pipeline(lang).translate([Source(name, text, source.format)])
        if not result.documents:
            problem = result.problems[0]
            raise AmtsError(problem.reason, file=problem.file, line=problem.line)
        [document] = result.documents
    return BothTexts(text, document.text, dict(result.counts))


def digest(text: str) -> str:
    """Return the digest of a text, by which a later change is noticed."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
