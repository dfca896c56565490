"""The files of a translation, read and merged with their sources."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from amts_ext import files, formats
from amts_ext.errors import AlignmentError, InputError
from amts_ext.human.open_items import FileState, ItemKind, OpenItem, carried
from amts_ext.merging import pins
from amts_ext.merging.merge import merge
from amts_ext.merging.texts import FITS, Text, fit, tied
from amts_ext.sync.alignments import Alignments
from amts_ext.sync.base import Base, Bases
from amts_ext.sync.document import FileSync, Languages
from amts_ext.sync.pairs import FilePair
from amts_ext.sync.readable import Readable, read_file


@dataclass(frozen=True, slots=True)
class FileReader:
    """A reader of the files of one translation."""

    bases: Bases
    languages: Languages
    alignments: Alignments
    localized: tuple[str, ...] = ()
    """Patterns of paths and names in the translation that stay as they are."""

    def read(self, pair: FilePair, known: FileState, format: str) -> FileSync:
        """Read the three texts of a file and merge them.

        Raises :class:`InputError` for a file that cannot be read, that has no base or one that does
        not fit, or in which the marks of a conflict are left.
        """
        bases = self.bases
        assert bases.source
        if pair.is_gone:
            return self._without_source(pair, known, format)
        source = _read(bases.source / pair.path)
        if not pair.before:
            return FileSync(pair, format, source, source, source)
        target = _read(bases.target / pair.before)
        *others, last = bases.candidates(pair.before, source)
        file = FileSync(pair, format, source, target, target)
        for find in others:
            with suppress(InputError):
                return self._with_base(file, find(), known)
        return self._with_base(file, last(), known)

    def _with_base(self, file: FileSync, base: Base, known: FileState) -> FileSync:
        """Merge a file with a base that was found for it."""
        pair, source, target = file.pair, file.source, file.target
        files.refuse_conflict(base.text, str(self.bases.origin(pair.before)))
        file.base, file.text = base.file, target.text
        file.last = base.last
        file.known = known
        file.earlier = known.lags if base.text != base.last else ()
        file.state = FileState(tuple(carried(known.items, target.text)))
        if pair.is_moved:
            moved = OpenItem(ItemKind.MOVED, 1, 0, pair.before, pair.path, is_whole=True)
            file.state = FileState((moved, *(i for i in file.state.items if not i.is_whole)))
        if base.last != source.text:
            self._merge(file)
        return file

    def _without_source(self, pair: FilePair, known: FileState, format: str) -> FileSync:
        target = _read(self.bases.target / pair.before)
        base = self.bases.of(pair.before)
        item = OpenItem(ItemKind.DELETED, 1, 0, pair.path, kept=True, is_whole=True)
        items = [i for i in carried(known.items, target.text) if not i.is_whole and not i.kept]
        state = FileState((item, *items))
        source = base.file.with_text(base.last)
        return FileSync(
            pair, format, source, target, base.file, base.last, text=target.text, state=state
        )

    def _merge(self, file: FileSync) -> None:
        languages = self.languages
        name = str(self.bases.target / file.pair.before)
        base, source, target = file.texts = (
            _text(file.last, name, file.format, languages.source),
            _text(file.source.text, file.pair.path, file.format, languages.source),
            _text(file.target.text, name, file.format, languages.target),
        )
        file.aligned = self.alignments.of(file.pair.before, base, target, file.format)
        share = fit(base, file.aligned)
        if share < FITS:
            raise AlignmentError(
                f"only {share:.0%} of its base is found again in it, so it was not translated from "
                "that; name another with --base",
                file=name,
            )
        pinned = list(pins.places(file.target.text, self.localized, name))
        ties = tied(base, target, file.aligned)
        file.merged = merge(base, source, target, ties, pinned)
        file.kept = file.merged.kept


def _read(path: Path) -> Readable:
    files.refuse_conflict(files.read_text(path), str(path))
    return read_file(path)


def _text(text: str, name: str, format: str, language: str) -> Text:
    return Text(formats.get(format).read(text, name), language)
