"""The base of a document that does not follow its source everywhere.

Where a human's text was kept though its source changed, the base keeps the old source. So the next
synchronization tells the place again, until a person accepts it.

>>> lags = [Lag(9, "It is small.", "It is tiny.")]
>>> source = "A mean.\\n\\nIt is tiny.\\n"
>>> with_old(source, lags)
'A mean.\\n\\nIt is small.\\n'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct


class Lag(Struct, frozen=True):
    """A stretch of the source that the translation does not follow yet."""

    start: int
    """Where it is in the source."""
    old: str
    """What the base has there."""
    new: str
    """What the source has there; empty if it has it no longer."""


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
