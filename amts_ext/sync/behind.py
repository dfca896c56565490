"""The base of a document that does not follow its source everywhere.

Where a human's text was kept though its source changed, the base keeps the old source. So the next
synchronization tells the place again, until a person accepts it.

>>> places = [Place(9, "It is small.", "It is tiny.")]
>>> source = "A mean.\\n\\nIt is tiny.\\n"
>>> with_old(source, places)
'A mean.\\n\\nIt is small.\\n'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from amts_ext.sync.items import Change


class Place(Struct, frozen=True):
    """A stretch of the source that the translation does not follow yet."""

    start: int
    """Where it is in the source."""
    old: str
    """What the base has there."""
    new: str
    """What the source has there; empty if it has it no longer."""


def places(change: Change, base: str, source: str) -> list[Place]:
    """Return what the base keeps because of a change that keeps the human's text."""
    return [
        Place(
            b.source.start, base[b.base.start : b.base.end], source[b.source.start : b.source.end]
        )
        for b in change.behind
    ]


def with_old(source: str, places: Iterable[Place]) -> str:
    """Return the base: the source, with the old text at the places. Of two that meet, one stays.

    Raises :class:`ValueError` if the source is not the one that the places were made for.
    """
    made: list[str] = []
    at = 0
    for place in _sorted(places):
        end = place.start + len(place.new)
        if source[place.start : end] != place.new:
            raise ValueError("another source")
        if place.start >= at:
            made += source[at : place.start], place.old
            at = end
    return "".join([*made, source[at:]])


def with_new(base: str, places: Sequence[Place]) -> str:
    """Return the source that :func:`with_old` made the base of.

    >>> with_new("A mean.\\n\\nIt is small.\\n", [Place(9, "It is small.", "It is tiny.")])
    'A mean.\\n\\nIt is tiny.\\n'

    Raises :class:`ValueError` if the base is another one.
    """
    made: list[str] = []
    at = done = 0
    for place in _sorted(places):
        if place.start < done:
            continue
        start = at + place.start - done
        end = start + len(place.old)
        if base[start:end] != place.old:
            raise ValueError("another base")
        made += base[at:start], place.new
        at, done = end, place.start + len(place.new)
    return "".join([*made, base[at:]])


def _sorted(places: Iterable[Place]) -> list[Place]:
    """Sort by place; what is gone stands before what begins there, in the order that it had."""
    return sorted(places, key=lambda place: (place.start, bool(place.new)))
