"""One file of a translation on its way through a synchronization: merged, and composed.

Nothing here writes: a :class:`FileSync` says what each file is to become.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext.errors import AmtsError, TranslatorError
from amts_ext.human.aligned import Aligned
from amts_ext.human.lags import Lag, with_old
from amts_ext.human.open_items import FileState, ItemKind, OpenItem, ReviewItem, carried
from amts_ext.merging.compose import compose
from amts_ext.merging.items import Change
from amts_ext.merging.merge import Merge
from amts_ext.merging.texts import Text
from amts_ext.sync import behind, inline
from amts_ext.sync.behind import BEFORE
from amts_ext.sync.notebook import NotebookText
from amts_ext.sync.pairs import FilePair
from amts_ext.sync.readable import Readable
from amts_ext.text.outcome import Source, Status, TranslatedDocument


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
    source: Readable
    target: Readable
    base: Readable
    last: str = ""
    """The source at the last synchronization, to which the target was brought."""
    known: FileState = field(default_factory=FileState)
    """The open items of the last synchronization."""
    earlier: tuple[Lag, ...] = ()
    """What the base kept of older states of the source."""
    text: str = ""
    """The new text of the translation."""
    written: str = ""
    """The new content of its file."""
    state: FileState = field(default_factory=FileState)
    """Its open items afterwards."""
    kept: int = 0
    """Sentences that stay, since their source did."""
    merged: Merge | None = None
    """None if there is nothing to merge, or the file is new."""
    texts: tuple[Text, Text, Text] | None = None
    """Base, source and target, if they are merged."""
    aligned: Aligned | None = None
    """The alignment of ``last`` and the target, if they are merged."""

    @property
    def before(self) -> str:
        """The text that the translation had; empty for a new file."""
        return self.target.text if self.pair.before else ""

    @property
    def new_base(self) -> str:
        """The base afterwards."""
        return with_old(self.source.text, self.state.lags)

    @property
    def written_base(self) -> str:
        """The new content of the file of its base."""
        file = self.source if isinstance(self.source, NotebookText) else self.base
        return file.dressed(self.new_base)

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


def finish(
    file: FileSync,
    translated: TranslatedDocument | None,
    languages: Languages,
    has_notes: bool = False,
) -> None:
    """Make the new text of a file and its open items; these are written into it too as notes.

    Raises :class:`~amts_ext.errors.DocumentError` if no notebook can be made of the text.
    """
    if not file.pair.before:
        if translated is None:  # nothing is to be written
            return
        file.text = translated.text
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
    others = file.base, file.source
    file.written, placed = inline.settled(
        file.target, file.text, file.state.items, others, has_notes
    )
    file.state = FileState(placed)


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
