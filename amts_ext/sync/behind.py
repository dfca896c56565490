"""Where a translation stays behind its source: the lags that a merge makes, and where they move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from amts_ext.human.lags import Lag, nearest, with_old
from amts_ext.merging.items import Change

BEFORE = 60
"""So many characters before a place where nothing is left are kept, to find it again."""


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
