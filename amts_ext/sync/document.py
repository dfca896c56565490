"""One file of a translation on its way through a synchronization: read, merged, composed.

Nothing here writes: a :class:`FileSync` says what each file is to become.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext import files, formats
from amts_ext.errors import AlignmentError, AmtsError, InputError, TranslatorError
from amts_ext.sync import behind
from amts_ext.sync.base import Base, Bases
from amts_ext.sync.behind import BEFORE, Lag
from amts_ext.sync.items import Change, ItemKind, ReviewItem
from amts_ext.sync.merge import Merge, merge
from amts_ext.sync.pairs import FilePair
from amts_ext.sync.plain import Plain, refuse_conflict
from amts_ext.sync.state import FileState, OpenItem, carried
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
    last: str = ""
    """The source at the last synchronization, to which the target was brought."""
    earlier: tuple[Lag, ...] = ()
    """What the base kept of older states of the source."""
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
    file.last = base.last
    file.earlier = known.lags if base.text != base.last else ()
    file.state = FileState(tuple(carried(known.items, target.text)))
    if pair.is_moved:
        moved = OpenItem(ItemKind.MOVED, 1, 0, pair.before, pair.path, is_whole=True)
        file.state = FileState((moved, *(i for i in file.state.items if not i.is_whole)))
    if base.last != source.text:
        _merge(file, bases, languages)
    return file


def _plain(path: Path) -> Plain:
    plain = Plain.of(files.read_text(path))
    refuse_conflict(plain.text, str(path))
    return plain


def _without_source(pair: FilePair, bases: Bases, known: FileState, format: str) -> FileSync:
    target = _plain(bases.target / pair.before)
    base = bases.of(pair.before)
    item = OpenItem(ItemKind.DELETED, 1, 0, pair.path, kept=True, is_whole=True)
    items = [i for i in carried(known.items, target.text) if not i.is_whole and not i.kept]
    state = FileState((item, *items))
    source = Plain(base.last)
    return FileSync(
        pair, format, source, target, base.file, base.last, text=target.text, state=state
    )


def _merge(file: FileSync, bases: Bases, languages: Languages) -> None:
    name = str(bases.target / file.pair.before)
    if file.format.startswith("ipynb"):
        message = "its source has changed, and notebooks are not synchronized yet; edit it by hand"
        raise InputError(message, file=name)
    base, source, target = file.texts = (
        _text(file.last, name, file.format, languages.source),
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
        item = OpenItem(ItemKind.NEW, 1, 0, "", file.pair.path, translated=done, is_whole=True)
        file.state = FileState((item,))
    elif file.merged is not None and file.texts is not None:
        result = compose(file.merged, file.texts[2], _or_source(translated, file), languages.joiner)
        file.text = result.text
        told = [change for change in file.merged.changes if change.kind is not None]
        fresh = [_open(item, change, file) for item, change in zip(result.items, told, strict=True)]
        items = [*_still_open(file), *(item for item in fresh if not _is_back(item))]
        file.state = FileState(tuple(sorted(items, key=lambda i: (not i.is_whole, i.start))))


def _still_open(file: FileSync) -> list[OpenItem]:
    """Return the earlier items at whose places nothing changes now, with their places now."""
    assert file.merged
    stretches = [(change.start, change.end) for change in file.merged.changes]
    left = [
        item
        for item in file.state.items
        if item.is_whole
        or not any(a < item.start + len(item.now) and item.start < b for a, b in stretches)
    ]
    return [
        replace(item, behind=behind.moved(item.behind, file.last, file.source.text))
        for item in carried(left, file.text)
    ]


def _is_back(item: OpenItem) -> bool:
    """Return True if the source is again what the human had translated."""
    return item.kept and bool(item.behind) and all(lag.old == lag.new for lag in item.behind)


def _or_source(translated: TranslatedDocument | None, file: FileSync) -> TranslatedDocument:
    """Return the translation of the source; of a source of which nothing is wanted, itself."""
    assert file.texts
    document = file.texts[1].document
    return translated or TranslatedDocument(file.pair.path, document.text, document, document.text)


def _open(item: ReviewItem, change: Change, file: FileSync) -> OpenItem:
    lags = behind.lags_of(change, file.last, file.source.text, file.earlier)
    return OpenItem(
        item.kind,
        item.line,
        item.start,
        # What the human translated may be older than the last synchronization.
        lags[0].old.strip() if len(lags) == 1 else item.old_source,
        item.new_source,
        item.old_target,
        item.new_target.strip("\n"),
        item.kept,
        item.translated,
        "" if item.kept or item.new_target else file.text[: item.start][-BEFORE:],
        tuple(lags),
    )
