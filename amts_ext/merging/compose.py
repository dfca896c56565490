"""The new text of a merge: its recipes, with the translations of the source put in."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from amts_ext.human.open_items import ItemKind, ReviewItem
from amts_ext.merging.items import Change, Joint, Stretch
from amts_ext.merging.merge import Merge
from amts_ext.merging.texts import Text
from amts_ext.text.outcome import Outcome, Status, TranslatedDocument


@dataclass(frozen=True)
class SyncResult:
    """A translation that was brought in step with its source."""

    text: str
    """The new target."""
    items: list[ReviewItem] = field(default_factory=list)
    """Places for a person to look at, in order."""
    kept: int = 0
    """Sentences of the human's that stay, since their source did."""

    @property
    def counts(self) -> Counter[str]:
        """The items by kind; ``kept``, and three sums: ``must look``, ``glance``, ``kept``."""
        counts = Counter(str(item.kind) for item in self.items)
        counts["glance"] = sum(item.at_a_glance for item in self.items)
        counts["must look"] = len(self.items) - counts["glance"]
        counts["kept"] = self.kept
        return counts


def compose(merged: Merge, target: Text, translated: TranslatedDocument, joiner: str) -> SyncResult:
    """Make the new text of a merge; ``translated`` is the source, with what was wanted of it."""
    old = target.document.text
    translation = TranslatedSource(translated)
    pieces: list[str] = []
    items: list[ReviewItem] = []
    at = size = 0
    for change in merged.changes:
        before = old[at : change.start]
        there = old[change.start : change.end]
        new = there
        if change.recipe is not None:
            new = "".join(
                part if isinstance(part, str)
                else joiner if isinstance(part, Joint)
                else translation.of(part)
                for part in change.recipe
            )  # fmt: skip
        pieces += (before, new)
        size += len(before)
        if change.kind is not None:
            items.append(_item(change, change.kind, there, new, size, translation))
        size += len(new)
        at = change.end
    text = "".join([*pieces, old[at:]])
    lines = _lines(text)
    return SyncResult(text, [_placed(item, lines) for item in items], merged.kept)


def _item(
    change: Change, kind: ItemKind, there: str, new: str, start: int, translation: TranslatedSource
) -> ReviewItem:
    kept = change.recipe is None
    wanted = [p for p in change.recipe or () if isinstance(p, Stretch)]
    wanted += [change.suggestion] if change.suggestion else []
    if kind is ItemKind.NEW and wanted and all(map(translation.is_human, wanted)):
        kind = ItemKind.MOVED  # it stood elsewhere before
    suggestion = translation.of(change.suggestion) if change.suggestion else ""
    return ReviewItem(
        kind, 0, start, change.old_source, change.new_source, there,
        suggestion if kept else new, kept, all(map(translation.is_whole, wanted)),
    )  # fmt: skip


def _placed(item: ReviewItem, lines: Sequence[int]) -> ReviewItem:
    """Return an item with its line, without the blank lines at its beginning."""
    start = item.start + len(item.now) - len(item.now.lstrip())
    return replace(item, start=start, line=bisect_left(lines, start + 1))


def _lines(text: str) -> list[int]:
    """Return the starts of all lines."""
    return [0, *(end.end() for end in re.finditer("\n", text))]


class TranslatedSource:
    """A translated source: the text of any stretch of it."""

    def __init__(self, translated: TranslatedDocument) -> None:
        self._source = translated.source.text
        self._body = translated.body
        self._outcomes = sorted(translated.segments, key=lambda o: o.segment.start)
        self._starts = [o.segment.start for o in self._outcomes]

    def of(self, stretch: Stretch) -> str:
        """Return the translation of a stretch that divides no segment."""
        return self._body[self._place(stretch.start) : self._place(stretch.end, True)]

    def is_whole(self, stretch: Stretch) -> bool:
        """Return True if all segments in a stretch are translated."""
        return all(o.ok for o in self._within(stretch))

    def is_human(self, stretch: Stretch) -> bool:
        """Return True if a human translated all segments in a stretch, and there is one."""
        found = self._within(stretch)
        return bool(found) and all(o.status is Status.HUMAN for o in found)

    def _within(self, stretch: Stretch) -> list[Outcome]:
        first, last = (bisect_left(self._starts, p) for p in (stretch.start, stretch.end))
        return self._outcomes[first:last]

    def _place(self, position: int, is_end: bool = False) -> int:
        """Return where a place of the source is in the translation."""
        index = bisect_left(self._starts, position)
        if not is_end and index < len(self._outcomes) and self._starts[index] == position:
            return self._outcomes[index].start
        if not index:
            return position
        before = self._outcomes[index - 1]
        if position < before.segment.end:
            return before.start + min(position - before.segment.start, before.end - before.start)
        return before.end + position - before.segment.end
