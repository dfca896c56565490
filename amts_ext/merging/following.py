"""A translation that follows its source in a build, as far as a human's words go.

A synchronization writes a new translation, a build only shows one. Both take the same merge, so the
prose of the page is what a synchronization would write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amts_ext import formats
from amts_ext.human.aligned import Aligned
from amts_ext.human.following import Followed, Older
from amts_ext.human.lags import nearest
from amts_ext.human.open_items import ItemKind
from amts_ext.languages import profiles
from amts_ext.merging import pins
from amts_ext.merging.compose import SyncResult, compose
from amts_ext.merging.merge import merge
from amts_ext.merging.texts import FITS, Text, fit, tied
from amts_ext.model import Document
from amts_ext.text.outcome import TranslatedDocument

_MACHINES = (ItemKind.NEW, ItemKind.CHANGED)
_STALE = (ItemKind.CHANGED, ItemKind.CONFLICT)


@dataclass(frozen=True, slots=True)
class Following:
    """A merge for one pair of languages and one format."""

    pair: tuple[str, str]
    localized: Sequence[str] = ()
    """Patterns of paths and names that stay as they are in the translation."""

    def follow(
        self,
        format: str,
        base: Document,
        source: Document,
        target: Document,
        aligned: Aligned,
        unread: Sequence[tuple[int, int]],
    ) -> Followed | None:
        """Merge the source's changes into the target (:data:`~amts_ext.human.following.Follow`)."""
        ours, human = self.pair
        texts = Text(base, ours), Text(source, ours), Text(target, human)
        if fit(texts[0], aligned) < FITS:
            return None
        pinned = list(pins.places(target.text, self.localized, target.name))
        merged = merge(*texts, tied(texts[0], texts[2], aligned), pinned)
        untranslated = TranslatedDocument(source.name, source.text, source, source.text)
        result = compose(merged, texts[2], untranslated, profiles.load(human).joiner)
        document = formats.get(format).read(result.text, target.name)
        earlier = _again(unread, target.text, result.text)
        machines = [(i.start, i.end) for i in result.items if i.kind in _MACHINES and not i.kept]
        older = list(_older(result, target.text, document))
        return Followed(document, sorted([*machines, *earlier]), older)


def _again(places: Sequence[tuple[int, int]], old: str, new: str) -> list[tuple[int, int]]:
    """Return the places in a new text that hold what some places of the old one do."""
    found = [(nearest(old[a:b], new, a), b - a) for a, b in places]
    return [(at, at + size) for at, size in found if at is not None]


def _older(result: SyncResult, target: str, new: Document) -> Iterator[Older]:
    """Yield the places of prose in the new text where the human's stays though its source changed.

    What both sides have changed is one of them, and what is not sure to be the translation.
    """
    for item in result.items:
        is_kept = item.kept and item.kind in _STALE and bool(item.old_target and item.new_source)
        at = nearest(item.old_target, target, item.start) if is_kept else None
        if at is not None and any(b.start < item.end and item.start < b.end for b in new.blocks):
            yield Older(target.count("\n", 0, at) + 1, item.start, item.end)
