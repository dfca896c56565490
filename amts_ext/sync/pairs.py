"""The files of a translation and those of its source: which one translates which.

Files of one name belong together. A file whose source has another name now is found by git, or by
its lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from amts_ext import files, project
from amts_ext.errors import AmtsError, InputError
from amts_ext.formats import SUFFIXES
from amts_ext.human.human_file import ORIGIN
from amts_ext.merging import pins
from amts_ext.sync.base import Bases
from amts_ext.sync.readable import read_file

ALIKE = 0.6
"""The least share of common lines of a file that has another name now."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """One file of the translation and its source."""

    path: str
    """In the translation and in the source, as the source has it now."""
    before: str
    """In the translation, as it is now; empty for a new file."""
    is_gone: bool = False
    """True if the source has it no longer."""

    @property
    def is_moved(self) -> bool:
        return self.before not in ("", self.path)


@dataclass(slots=True)
class FilePairs:
    """All files of a translation."""

    pairs: list[FilePair] = field(default_factory=list)
    untranslated: list[str] = field(default_factory=list)
    """Files of the source that have no translation, and are not known to be new."""
    sourceless: list[str] = field(default_factory=list)
    """Files of the translation whose source is not there, and is not known to have been there."""
    problems: list[AmtsError] = field(default_factory=list)


def pair_files(
    target: Path, source: Path, bases: Bases, localized: Sequence[str] = ()
) -> FilePairs:
    """Find the source of every file of a translation.

    A file that has neither a source nor a base is the translators' own, and is left alone, and so
    is one whose path fits a pattern of ``localized``. Raises :class:`InputError` if a folder is
    missing.
    """
    for folder in (target, source):
        if not folder.is_dir():
            raise InputError("no such folder; check the path", file=str(folder))
    translations = [name for name in _names(target) if not Path(name).stem.endswith(ORIGIN)]
    found = FilePairs()
    free = _documents(source, target) - set(translations)
    for name in translations:
        if any(pins.fits(name, pattern) for pattern in localized):
            continue
        if (source / name).is_file():
            found.pairs.append(FilePair(name, name))
        elif bases.has(name):
            _gone(name, found, free, bases, set(translations))
    known = bases.before
    for name in sorted(free):
        if known is not None and name not in known:
            found.pairs.append(FilePair(name, ""))
        else:
            found.untranslated.append(name)
    found.pairs.sort(key=lambda pair: pair.path)
    return found


def _names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files.inside(folder, SUFFIXES)]


def _documents(source: Path, target: Path) -> set[str]:
    """Return the documents of the source's project, without those of the translation."""
    root, inner = source.resolve(), target.resolve()
    found = [
        d.text.resolve() for d in project.around(source).documents() if isinstance(d.text, Path)
    ]
    return {
        path.relative_to(root).as_posix()
        for path in found
        if path.is_relative_to(root) and not path.is_relative_to(inner)
    }


def _gone(
    name: str, found: FilePairs, free: set[str], bases: Bases, translations: set[str]
) -> None:
    """Find the new name of a file whose source has it no longer."""
    try:
        now = bases.renamed.get(name) or _alike(name, free, bases)
    except InputError as error:
        found.problems.append(error)
        return
    taken = {pair.path for pair in found.pairs}
    if now in translations or now in taken:
        message = f"{now} is its source now, and is translated too; keep one of the two files"
        found.problems.append(InputError(message, file=str(bases.target / name)))
    elif now in free:
        free.discard(now)
        found.pairs.append(FilePair(now, name))
    elif bases.is_gone(name):
        found.pairs.append(FilePair(name, name, is_gone=True))
    else:
        found.sourceless.append(name)


def _alike(name: str, free: set[str], bases: Bases) -> str:
    """Return the file of the source whose lines are most alike to those of a base."""
    assert bases.source
    lines = _lines(bases.candidates(name)[-1]().text)
    free = {other for other in free if Path(other).suffix == Path(name).suffix}
    best = max(_likenesses(lines, free, bases.source), default=(0.0, ""))
    return best[1] if best[0] >= ALIKE else ""


def _likenesses(lines: Counter[str], free: set[str], source: Path) -> Iterator[tuple[float, str]]:
    for other in sorted(free):
        with suppress(InputError):  # it is told when its turn comes
            theirs = _lines(read_file(source / other).text)
            total = lines.total() + theirs.total()
            yield 2 * (lines & theirs).total() / max(1, total), other


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in map(str.strip, text.splitlines()) if line)
