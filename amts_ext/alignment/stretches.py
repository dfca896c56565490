"""Documents as sequences of blocks and anchors, divided into stretches at common anchors."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from amts_ext.alignment.evidence import tab_behind
from amts_ext.alignment.gale_church import Item
from amts_ext.model import Document, Segment


class Element(Struct, frozen=True, gc=False):
    """A block of prose, or an anchor between blocks."""

    item: Item
    kind: str
    block: int
    """The block's index in the document; -1 for an anchor."""
    anchor: str = ""
    tab: str = ""
    """The tab it stands in; empty for none."""


Stretch = tuple[Sequence[Element], Sequence[Element]]
"""Blocks and anchors of both sides between two common anchors."""


class DocumentSide(NamedTuple):
    """One of the two documents, with the items of its segments."""

    document: Document
    segments: Sequence[Segment]
    items: list[Item]
    of_block: dict[int, list[int]]
    """Indices of the segments of every block that has any."""


def elements(side: DocumentSide) -> list[Element]:
    """List the blocks with prose and the anchors between them, by position.

    Anchors inside a block of prose are left out: they are slots of its segments.
    """
    blocks = side.document.blocks
    stretches = [blocks[i] for i in sorted(side.of_block)]
    starts = [block.start for block in stretches]
    placed: list[tuple[int, Element]] = []
    for position, what in side.document.anchors:
        before = bisect_right(starts, position) - 1
        if before < 0 or stretches[before].end <= position or starts[before] == position:
            placed.append((position, Element(Item(len(what)), "", -1, what)))
    for index, held in side.of_block.items():
        item = _whole([side.items[i] for i in held])
        placed.append((blocks[index].start, Element(item, blocks[index].kind, index)))
    placed.sort(key=itemgetter(0))
    elements = [element for _, element in placed]
    if not any(element.anchor.startswith(":begin_tab:") for element in elements):
        return elements
    tabs = accumulate(elements, lambda tab, element: tab_behind(element.anchor, tab), initial="")
    return [replace(element, tab=tab) for element, tab in zip(elements, tabs, strict=False)]


def _whole(items: Sequence[Item]) -> Item:
    """Join the items of a block's sentences to one."""
    if len(items) == 1:
        return items[0]
    features = frozenset().union(*[item.features for item in items])
    return Item(sum([item.length for item in items]), features)


def stretches(ours: Sequence[Element], theirs: Sequence[Element]) -> Iterator[tuple[slice, slice]]:
    """Divide both sequences at anchors that both have exactly once, and in the same order.

    As in patience diff, these are the longest common sequence of such anchors.
    """
    once = [_once(side) for side in (ours, theirs)]
    common = [(i, once[1][what]) for what, i in once[0].items() if what in once[1]]
    i = j = 0
    for a, b in _rising(sorted(common)):
        yield slice(i, a), slice(j, b)
        i, j = a + 1, b + 1
    yield slice(i, len(ours)), slice(j, len(theirs))


def _once(elements: Sequence[Element]) -> dict[str, int]:
    """Return the places of the anchors that stand exactly once."""
    counts = Counter(element.anchor for element in elements if element.anchor)
    return {e.anchor: i for i, e in enumerate(elements) if counts.get(e.anchor) == 1}


def _rising(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Find the longest sequence of points that rises on both axes; the first one is sorted.

    >>> _rising([(0, 5), (1, 2), (2, 3)])
    [(1, 2), (2, 3)]
    """
    tails: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(points):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
        chosen[place : place + 1] = [index]
        before.append(chosen[place - 1] if place else -1)
    path = []
    at = chosen[-1] if chosen else -1
    while at >= 0:
        path.append(points[at])
        at = before[at]
    return path[::-1]
