"""The base of a document that does not follow its source everywhere.

Where a human's text was kept though its source changed, the base keeps the old source. So the next
synchronization tells the place again, until a person accepts it.

>>> lags = [Lag(9, "It is small.", "It is tiny.")]
>>> source = "A mean.\\n\\nIt is tiny.\\n"
>>> with_old(source, lags)
'A mean.\\n\\nIt is small.\\n'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from amts_ext.sync.items import Change

BEFORE = 60
"""So many characters before a place where nothing is left are kept, to find it again."""


class Lag(Struct, frozen=True):
    """A stretch of the source that the translation does not follow yet."""

    start: int
    """Where it is in the source."""
    old: str
    """What the base has there."""
    new: str
    """What the source has there; empty if it has it no longer."""


def lags_of(change: Change, last: str, source: str, earlier: Sequence[Lag] = ()) -> list[Lag]:
    """Return what the base keeps because of a change that keeps the human's text.

    The change is one from ``last`` to ``source``; ``earlier`` are the places where the base of
    ``last`` kept something older.
    """
    found = []
    for place in change.behind:
        start, end = place.base.start, place.base.end
        inner = [
            Lag(lag.start - start, lag.old, lag.new)
            for lag in earlier
            if start <= lag.start and lag.start + len(lag.new) <= end
            and (lag.new or start < lag.start < end)
        ]  # fmt: skip
        new = source[place.source.start : place.source.end]
        found.append(Lag(place.source.start, with_old(last[start:end], inner), new))
    return found


def moved(lags: Iterable[Lag], last: str, source: str) -> tuple[Lag, ...]:
    """Return the places in a source that has changed elsewhere; those that it lacks are left out.

    >>> moved([Lag(8, "It is small.", "It is tiny.")], "A mean. It is tiny.", "It is tiny.")
    (Lag(start=0, old='It is small.', new='It is tiny.'),)
    """
    found = []
    for lag in lags:
        sought = lag.new or last[max(0, lag.start - BEFORE) : lag.start]
        at = nearest(sought, source, lag.start if lag.new else lag.start - len(sought))
        if at is not None:
            found.append(Lag(at if lag.new else at + len(sought), lag.old, lag.new))
    return tuple(found)


def nearest(sought: str, text: str, place: int) -> int | None:
    """Return where a text stands that is nearest to a place; None if it does not.

    >>> nearest("a", "a b a", 3)
    4
    """
    places, at = [], text.find(sought)
    while at >= 0:
        places.append(at)
        at = text.find(sought, at + 1)
    return min(places, key=lambda found: abs(found - place), default=None)


def with_old(source: str, lags: Iterable[Lag]) -> str:
    """Return the base: the source, with the old text where it lags.

    Raises :class:`ValueError` if the source is not the one that the lags were made for.
    """
    made: list[str] = []
    at = 0
    for lag in _apart(lags):
        end = lag.start + len(lag.new)
        if source[lag.start : end] != lag.new:
            raise ValueError("another source")
        made += source[at : lag.start], lag.old
        at = end
    return "".join([*made, source[at:]])


def with_new(base: str, lags: Iterable[Lag]) -> str:
    """Return the source that :func:`with_old` made the base of.

    >>> with_new("A mean.\\n\\nIt is small.\\n", [Lag(9, "It is small.", "It is tiny.")])
    'A mean.\\n\\nIt is tiny.\\n'

    Raises :class:`ValueError` if the base is another one.
    """
    made: list[str] = []
    at = done = 0
    for lag in _apart(lags):
        start = at + lag.start - done
        end = start + len(lag.old)
        if base[start:end] != lag.old:
            raise ValueError("another base")
        made += base[at:start], lag.new
        at, done = end, lag.start + len(lag.new)
    return "".join([*made, base[at:]])


def _apart(lags: Iterable[Lag]) -> Iterator[Lag]:
    """Yield the lags in order. What is gone and would stand inside another one stands behind it."""
    at = 0
    for lag in sorted(lags, key=lambda lag: (lag.start, bool(lag.new))):
        if lag.start >= at:
            yield lag
        elif not lag.new:
            yield Lag(at, lag.old, "")
        at = max(at, lag.start + len(lag.new))
