"""One file of a translation on its way through a synchronization: read, merged, composed.

Nothing here writes: a :class:`FileSync` says what each file is to become.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from amts_ext import files, formats
from amts_ext.errors import AlignmentError, AmtsError, InputError, TranslatorError
from amts_ext.sync import behind
from amts_ext.sync.base import Base, Bases
from amts_ext.sync.items import Change, Item, Kind
from amts_ext.sync.merge import Merge, merge
from amts_ext.sync.pairs import FilePair
from amts_ext.sync.plain import Plain, digest, refuse_conflict
from amts_ext.sync.state import BEFORE, FileState, OpenItem, carried
from amts_ext.sync.text import compose
from amts_ext.sync.texts import Text, Ties, tied
from amts_ext.text.outcome import Source, Status, TranslatedDocument

FITS = 0.5
"""The least share of a base's prose that surely has a translation. Right pairs of a real book have
0.97 and more, wrong ones 0.26 and less."""


class Languages(NamedTuple):
    """What the files of a translation are written in."""

    source: str
    target: str
    joiner: str
    """What stands between two sentences of the target's language."""


@dataclass(slots=True)
class FileSync:
    """One file: what it was, and what it is to become."""

    pair: FilePair
    format: str
    source: Plain
    target: Plain
    base: Plain
    text: str = ""
    """The new text of the translation."""
    state: FileState = field(default_factory=FileState)
    """Its open items afterwards."""
    kept: int = 0
    """Sentences that stay, since their source did."""
    merged: Merge | None = None
    """None if there is nothing to merge, or the file is new."""
    texts: tuple[Text, Text, Text] | None = None
    """Base, source and target, if they are merged."""

    @property
    def new_base(self) -> str:
        """The base afterwards."""
        return behind.with_old(self.source.text, self.state.lags)

    @property
    def wanted(self) -> Source | None:
        """What is wanted of the translator; None if nothing is."""
        name, text = self.pair.path, self.source.text
        if not self.pair.before:
            return Source(name, text, self.format)
        stretches = self.merged.wanted if self.merged else []
        if not stretches:
            return None
        return Source(name, text, self.format, tuple((s.start, s.end) for s in stretches))


def lacking(file: FileSync, translated: TranslatedDocument | None) -> AmtsError | None:
    """Return the error of a file for which a translator gave no answer; None if it has all.

    Such a file stays as it is, so that the next synchronization asks again. An answer that was
    refused is another thing: the source's sentence is put in, and the item says so.
    """
    wanted = file.wanted
    if wanted is None or translated is None:
        return None
    missing = [
        outcome
        for outcome in translated.segments
        if outcome.status is Status.UNTRANSLATED and wanted.wants(outcome.segment)
    ]
    if not missing:
        return None
    count = f"{len(missing)} sentence{'s' * (len(missing) > 1)}"
    message = f"stays as it is: no translation of {count} of its source ({missing[0].reason})"
    line = missing[0].segment.line
    return TranslatorError(message, file=file.pair.path, line=line)


def read(
    pair: FilePair, bases: Bases, known: FileState, format: str, languages: Languages
) -> FileSync:
    """Read the three texts of a file and merge them.

    Raises :class:`InputError` for a file that cannot be read, that has no base or one that does not
    fit, or in which the marks of a conflict are left.
    """
    assert bases.source
    if pair.is_gone:
        return _without_source(pair, bases, known, format)
    source = _plain(bases.source / pair.path)
    if not pair.before:
        return FileSync(pair, format, source, source._replace(text=""), source)
    target = _plain(bases.target / pair.before)
    *others, last = bases.candidates(pair.before, source)
    file = FileSync(pair, format, source, target, target)
    for find in others:
        with suppress(InputError):
            return _with_base(file, find(), bases, known, languages)
    return _with_base(file, last(), bases, known, languages)


def _with_base(
    file: FileSync, base: Base, bases: Bases, known: FileState, languages: Languages
) -> FileSync:
    """Merge a file with a base that was found for it."""
    pair, source, target = file.pair, file.source, file.target
    refuse_conflict(base.text, str(bases.origin(pair.before)))
    file.base, file.text = base.file, target.text
    file.state = _carried(known, target.text)
    if pair.is_moved:
        moved = OpenItem(Kind.MOVED, 1, 0, pair.before, pair.path, is_whole=True)
        file.state = FileState((moved, *(i for i in file.state.items if not i.is_whole)))
    if base.text != source.text and not _is_done(known, base, file):
        _merge(file, bases, languages)
    elif base.text != source.text:
        file.state = known
    return file


def _plain(path: Path) -> Plain:
    plain = Plain.of(files.read_text(path))
    refuse_conflict(plain.text, str(path))
    return plain


def _without_source(pair: FilePair, bases: Bases, known: FileState, format: str) -> FileSync:
    target = _plain(bases.target / pair.before)
    base = bases.of(pair.before)
    item = OpenItem(Kind.DELETED, 1, 0, pair.path, kept=True, is_whole=True)
    items = [i for i in carried(known.items, target.text) if not i.is_whole and not i.kept]
    state = FileState((item, *items))
    return FileSync(pair, format, Plain(base.last), target, base.file, target.text, state)


def _carried(known: FileState, target: str) -> FileState:
    """Return the items that stay open whatever the merge says: those whose new text is there."""
    return FileState(tuple(i for i in carried(known.items, target) if not i.behind))


def _is_done(known: FileState, base: Base, file: FileSync) -> bool:
    """Return True if this very state of the three texts is what a synchronization left."""
    return (
        known.digest == digest(file.source.text, file.target.text)
        and base.last == file.source.text
        and base.text == behind.with_old(base.last, known.lags)
    )


def _merge(file: FileSync, bases: Bases, languages: Languages) -> None:
    name = str(bases.target / file.pair.before)
    if file.format.startswith("ipynb"):
        message = "its source has changed, and notebooks are not synchronized yet; edit it by hand"
        raise InputError(message, file=name)
    base, source, target = file.texts = (
        _text(file.base.text, name, file.format, languages.source),
        _text(file.source.text, file.pair.path, file.format, languages.source),
        _text(file.target.text, name, file.format, languages.target),
    )
    ties = tied(base, target)
    share = fit(base, ties)
    if share < FITS:
        raise AlignmentError(
            f"only {share:.0%} of its base is found again in it, so it was not translated from "
            "that; name another with --base",
            file=name,
        )
    file.merged = merge(base, source, target, ties)
    file.kept = file.merged.kept


def _text(text: str, name: str, format: str, language: str) -> Text:
    return Text(formats.get(format).read(text, name), language)


def fit(base: Text, ties: Ties) -> float:
    """Return the share of a base's prose, by characters, that surely has a translation."""
    prose = {i: p.end - p.start for i, p in enumerate(base.pieces) if p.kind == "prose"}
    sure = {i for tie in ties.ties if tie.target and tie.is_sure for i in tie.base}
    found = sum(size for i, size in prose.items() if i in sure)
    return found / sum(prose.values()) if prose else 1.0


def finish(file: FileSync, translated: TranslatedDocument | None, languages: Languages) -> None:
    """Make the new text of a file and its open items."""
    if not file.pair.before:
        assert translated
        file.text = Plain.of(translated.text).text
        done = all(outcome.ok for outcome in translated.segments)
        item = OpenItem(Kind.NEW, 1, 0, "", file.pair.path, translated=done, is_whole=True)
        file.state = FileState((item,), "")
    elif file.merged is not None and file.texts is not None:
        before = file.state
        result = compose(file.merged, file.texts[2], _or_source(translated, file), languages.joiner)
        file.text = result.text
        told = [change for change in file.merged.changes if change.kind is not None]
        fresh = [_open(item, change, file) for item, change in zip(result.items, told, strict=True)]
        taken = {(item.start, item.now) for item in fresh}
        old = [i for i in carried(before.items, file.text) if (i.start, i.now) not in taken]
        items = sorted([*old, *fresh], key=lambda i: (not i.is_whole, i.start))
        file.state = FileState(tuple(items))
    file.state = FileState(file.state.items, _digest(file))


def _digest(file: FileSync) -> str:
    return digest(file.source.text, file.text) if file.state.lags else ""


def _or_source(translated: TranslatedDocument | None, file: FileSync) -> TranslatedDocument:
    """Return the translation of the source; of a source of which nothing is wanted, itself."""
    assert file.texts
    document = file.texts[1].document
    return translated or TranslatedDocument(file.pair.path, document.text, document, document.text)


def _open(item: Item, change: Change, file: FileSync) -> OpenItem:
    return OpenItem(
        item.kind,
        item.line,
        item.start,
        item.old_source,
        item.new_source,
        item.old_target,
        item.new_target.strip("\n"),
        item.kept,
        item.translated,
        "" if item.kept or item.new_target else file.text[: item.start][-BEFORE:],
        tuple(behind.lags_of(change, file.base.text, file.source.text)),
    )
