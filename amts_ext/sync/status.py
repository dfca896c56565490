"""The status of a translation: for each file, whether it is in step, and what is open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from amts_ext import files, formats, project
from amts_ext.errors import InputError
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState
from amts_ext.merging import grades
from amts_ext.merging.texts import Text
from amts_ext.sync.base import Bases
from amts_ext.sync.pairs import FilePair, pair_files
from amts_ext.sync.readable import format_of, read_file


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file of a translation."""

    path: str
    behind: int | None
    """Sentences of the source that changed, came or went since the last synchronization; None if
    the source is not known."""
    must_look: int
    """Open items that a person has to read."""
    glance: int
    human: float
    """The share of the file, by characters, that is no machine's translation waiting for a person:
    0 to 1."""
    problem: str = ""
    """Why nothing more is known of the file."""

    @property
    def is_in_step(self) -> bool:
        return not (self.behind or self.must_look or self.glance or self.problem)


def project_status(
    target: Path, source: Path | None = None, language: str = "en", format: str = ""
) -> list[FileStatus]:
    """Return the status of every file of a translation that has a base; nothing is written.

    ``language`` is that of the source. Without ``source`` only open items are told. Raises
    :class:`InputError` for a missing folder.
    """
    if not target.is_dir():
        raise InputError("no such folder; check the path", file=str(target))
    known = open_items.read(target)
    bases = Bases(target, source, "", known)
    if source is None:
        named = {*known, *bases.lock, *_with_original(target)}
        return [_status(FilePair(name, name), known, bases, None) for name in sorted(named)]
    markdown = format or project.around(source).markdown
    found = pair_files(target, source, bases)
    return [
        _status(pair, known, bases, _Reader(source, language, markdown)) for pair in found.pairs
    ]


def _with_original(target: Path) -> list[str]:
    from amts_ext.human.human_file import ORIGIN

    inside = files.inside(target, formats.SUFFIXES)
    found = [path for path in inside if path.stem.endswith(ORIGIN)]
    names = [path.with_name(path.stem.removesuffix(ORIGIN) + path.suffix) for path in found]
    return [name.relative_to(target).as_posix() for name in names if name.is_file()]


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader of the sentences of a source."""

    source: Path
    language: str
    markdown: str

    def sentences(self, text: str, path: str) -> Counter[tuple[str, ...]]:
        read = formats.get(format_of(path, self.markdown)).read
        return Counter(map(grades.content, Text(read(text, path), self.language).segments))


def _status(
    pair: FilePair, known: dict[str, FileState], bases: Bases, reader: _Reader | None
) -> FileStatus:
    items = known.get(pair.before, FileState()).items
    glance = sum(item.at_a_glance for item in items)
    counts = len(items) - glance, glance
    try:
        human = _human(bases.target / pair.before, items) if pair.before else 0.0
        behind = _behind(pair, bases, reader) if reader else None
    except InputError as error:
        return FileStatus(pair.path, None, *counts, 0.0, str(error))
    return FileStatus(pair.path, behind, *counts, human)


def _human(path: Path, items: tuple[open_items.OpenItem, ...]) -> float:
    text = read_file(path).text
    if any(item.is_whole and not item.old_source for item in items):  # the file is new
        return 0.0
    machine = sum(len(item.new_target) for item in items if not (item.kept or item.at_a_glance))
    return max(0.0, 1 - machine / len(text)) if text else 1.0


def _behind(pair: FilePair, bases: Bases, reader: _Reader) -> int:
    """Count the sentences of the source that the last synchronization has not seen."""
    if pair.is_gone:
        return 0 if _is_told(pair, bases) else 1
    now = read_file(reader.source / pair.path)
    if not pair.before:
        return reader.sentences(now.text, pair.path).total()
    last = bases.of(pair.before, now).last
    if last == now.text:
        return int(pair.is_moved)
    old, new = (reader.sentences(text, pair.path) for text in (last, now.text))
    # Code may have changed where no sentence has.
    return max(1, (old - new).total(), (new - old).total())


def _is_told(pair: FilePair, bases: Bases) -> bool:
    return any(item.is_whole for item in bases.states.get(pair.before, FileState()).items)
