"""One file of a human translation and its original: all that its units depend on.

>>> for name, text in (("mean.md", "A mean."), ("es/mean.md", "Una media.")):
...     _ = files.write_text(Path(name), text)
>>> file = HumanFile.find(Path("es"), Path("."), "mean.md", "md")
>>> file.source, file.target
('A mean.', 'Una media.')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from amts_ext import alignment, files, formats
from amts_ext.errors import InputError
from amts_ext.formats import Format
from amts_ext.human import open_items
from amts_ext.human import units as human_units
from amts_ext.human.aligned import Aligned, TextSide, align_sides
from amts_ext.human.lags import with_old
from amts_ext.human.mending import Slip, mend_links
from amts_ext.human.open_items import FileState
from amts_ext.human.slots import references
from amts_ext.model import Document
from amts_ext.text import notes

VERSION = "5"
"""Version of how files are read here, and of what is kept of each: change it with them."""
ORIGIN = "_origin"
"""End of the name of an original that stands beside its translation."""


@dataclass(frozen=True)
class HumanFile:
    """One file to learn from."""

    original: Path
    human: Path
    name: str
    """Its path in the folder of the translation."""
    format: str
    source: str
    """The original's text."""
    target: str
    """The human's text, without notes."""
    state: FileState
    book: frozenset[str] = frozenset()
    """Labels and citations of the book."""
    now: str = ""
    """The source's text now, if it is another one and a merge follows it."""
    raw: str = ""
    """The text of the human's file as it is, with notes."""

    @classmethod
    def read(
        cls,
        original: Path,
        human: Path,
        name: str,
        format: str,
        state: FileState,
        book: frozenset[str],
        now: Path | None,
    ) -> Self:
        """Read both files; ``now`` is the source's file, if a merge follows it.

        Raises :class:`~amts_ext.errors.InputError` for a file that cannot be read.
        """
        source, raw = files.read_text(original), files.read_text(human)
        if not original.stem.endswith(ORIGIN):
            # Where the human's text was kept, it translates what the source was before.
            with suppress(ValueError):
                source = with_old(source, state.lags)
        is_read = now is not None and now.is_file() and not format.startswith("ipynb")
        current = files.read_text(now) if now and is_read else source
        moved_on = current if current != source else ""
        text = notes.without(raw)
        return cls(original, human, name, format, source, text, state, book, moved_on, raw)

    @classmethod
    def find(
        cls, folder: Path, source_root: Path, name: str, markdown: str, follows: bool = False
    ) -> Self | None:
        """Read the file ``name`` of a folder of human translations; None if there is none.

        ``markdown`` is the format of ``.md`` files. ``follows`` tells that a merge follows a source
        that has moved on. Raises :class:`~amts_ext.errors.InputError` for a file that cannot be
        read.
        """
        human = folder / name
        original = original_of(human, folder, source_root) if human.is_file() else None
        if original is None:
            return None
        state = open_items.read(folder).get(name, FileState())
        originals = (first for first, _ in pairs_in(folder, source_root))
        now = source_root / name if follows else None
        exact = formats.by_suffix(name, markdown)
        return cls.read(original, human, name, exact, state, names_of(originals), now)

    def with_text(self, raw: str) -> Self:
        """Return the same file with another text of the human."""
        return replace(self, raw=raw, target=notes.without(raw))

    @cached_property
    def references(self) -> frozenset[str]:
        """Labels and citations of the book that the human's text has."""
        return self.book & references(self.target)

    @cached_property
    def digest(self) -> str:
        """A digest of all that the units of the file depend on."""
        unread = (i.now for i in self.state.items if self.state.is_machines or i.is_machines)
        versions = f"{VERSION} {alignment.version()} {human_units.VERSION}"
        state = sha256(f"{versions} {self.format}".encode())
        for text in (self.source, self.target, self.now, *sorted(self.references), *unread):
            state.update(sha256(text.encode("utf-8", "surrogatepass")).digest())
        return state.hexdigest()

    @property
    def unchanged(self) -> bool:
        """True if the original is the text that the human translated, not a later one."""
        return self.original.stem.endswith(ORIGIN)

    @cached_property
    def reader(self) -> Format:
        return formats.get(self.format)

    @cached_property
    def mended(self) -> tuple[str, list[Slip]]:
        """The human's text as it is read, and what looks mistyped in it; positions stay."""
        return mend_links(self.target)

    @cached_property
    def ours(self) -> Document:
        """The original as a document."""
        return self.reader.read(self.source, str(self.original))

    @cached_property
    def theirs(self) -> Document:
        """The human's text as a document."""
        return self.reader.read(self.mended[0], str(self.human))

    @cached_property
    def unread(self) -> list[tuple[int, int]]:
        """The places of the human's text that a machine wrote and nobody has read."""
        return open_items.unread(self.state, self.theirs.text)

    def sides(self, pair: tuple[str, str]) -> tuple[TextSide, TextSide]:
        """Return both texts for an alignment; ``pair`` is (source language, target language)."""
        return TextSide(self.ours, pair[0]), TextSide(self.theirs, pair[1])

    def align(self, pair: tuple[str, str]) -> Aligned:
        """Align both texts."""
        return align_sides(*self.sides(pair), self.unchanged)


def original_of(human: Path, folder: Path, source_root: Path) -> Path | None:
    """Return the original of a translation: the one beside it, else the source's file; or None."""
    beside = human.with_name(f"{human.stem}{ORIGIN}{human.suffix}")
    same = source_root / human.relative_to(folder)
    original = beside if beside.is_file() else same
    return original if original.is_file() and not original.samefile(human) else None


def pairs_in(
    folder: Path, source_root: Path, suffixes: Sequence[str] = formats.SUFFIXES
) -> Iterator[tuple[Path, Path]]:
    """Find the translations in a folder and their originals, as (original, human) files."""
    for path in files.inside(folder, suffixes):
        original = None if path.stem.endswith(ORIGIN) else original_of(path, folder, source_root)
        if original is not None:
            yield original, path


def names_of(originals: Iterable[Path]) -> frozenset[str]:
    """Return the labels and citations of a book; a file that cannot be read is told later."""
    found: set[str] = set()
    for original in originals:
        with suppress(InputError, OSError):
            state = original.stat()
            found |= _names(original, state.st_mtime_ns, state.st_size)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _names(original: Path, changed: int, size: int) -> frozenset[str]:
    return references(files.read_text(original))
