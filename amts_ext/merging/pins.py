"""Pins: what a translator has said no synchronization may touch.

Two things pin. Everything from a comment ``amts: keep`` to the next ``amts: end``, with their
lines::

    <!-- amts: keep -->
    A note for the readers of this edition.
    <!-- amts: end -->

And every path, address or name in the translation that fits a pattern of ``[amts] localized``, such
as ``img/*-zh.svg`` or ``SimHei``.

>>> text = "Un dibujo: ![una media](../img/media-es.svg).\\n"
>>> [text[start:end] for start, end in places(text, ["img/*-es.svg"])]
['../img/media-es.svg']

A change that would touch what is pinned is not made. It is told, with what the source has now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from msgspec.structs import replace

from amts_ext.errors import DocumentError
from amts_ext.human.open_items import ItemKind
from amts_ext.merging.items import Change, Stretch

_KEEP = re.compile(r"^.*\bamts: keep\b.*$", re.M)
_END = re.compile(r"^.*\bamts: end\b.*$", re.M)
_WORD = re.compile(r"[^\s()\[\]{}<>\"'`|,;=]+")


def places(
    text: str, patterns: Sequence[str] = (), name: str | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the places of a translation that are pinned, in order; ``name`` is that of its file.

    Raises :class:`DocumentError` for ``amts: keep`` without its end.
    """
    kept = list(_kept(text, name))
    yield from sorted([*kept, *_fitting(text, patterns)] if patterns else kept)


def _kept(text: str, name: str | None) -> Iterator[tuple[int, int]]:
    at = 0
    while found := _KEEP.search(text, at):
        end = _END.search(text, found.end())
        if end is None:
            line = text.count("\n", 0, found.start()) + 1
            message = "amts: keep without its end; put a comment amts: end behind what it keeps"
            raise DocumentError(message, file=name, line=line)
        yield found.start(), end.end()
        at = end.end()


def _fitting(text: str, patterns: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the words that fit a pattern, as a whole or from one of their slashes on."""
    for word in _WORD.finditer(text):
        if any(fits(word.group(), pattern) for pattern in patterns):
            yield word.span()


def fits(path: str, pattern: str) -> bool:
    """Return True if a path fits a pattern, as a whole or from one of its slashes on.

    >>> fits("../img/media-es.svg", "img/*-es.svg"), fits("media.svg", "img/*")
    (True, False)
    """
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")


def allowed(change: Change, text: str, pins: Sequence[tuple[int, int]]) -> Change:
    """Return a change, or instead of it an item about what it would have touched."""
    touched = [(a, b) for a, b in pins if a < change.end and change.start < b]
    if change.recipe is None or not touched or _keeps(change, text, touched):
        return change
    if change.start == change.end:  # put in behind what is kept
        return replace(change, start=touched[-1][1], end=touched[-1][1])
    wanted = [part for part in change.recipe if isinstance(part, Stretch)]
    suggestion = wanted[0] if len(wanted) == 1 else None
    return replace(change, kind=ItemKind.CONFLICT, recipe=None, suggestion=suggestion)


def _keeps(change: Change, text: str, touched: Sequence[tuple[int, int]]) -> bool:
    """Return True if all that is pinned stands in the new text as often as in the old one."""
    whole = all(change.start <= a and b <= change.end for a, b in touched)
    new = "".join(part for part in change.recipe or () if isinstance(part, str))
    old = text[change.start : change.end]
    return whole and all(new.count(text[a:b]) >= old.count(text[a:b]) for a, b in touched)
