"""Counterparts: what stands between two sure places of a document and of its translation.

Between two sure pairs of blocks stand other blocks, and *walls*: code cells, formulas, labels, the
ends of tabs. Walls that both sides have divide the blocks. So do other walls, such as a cell whose
comments a human translated, if both sides have blocks between as many of them: then both have the
same shape, and the stretches of blocks correspond in order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from amts_ext.alignment.evidence import tab_behind
from amts_ext.alignment.gale_church import Item
from amts_ext.alignment.stretches import Element, stretches
from amts_ext.model import Document, Segment

ENDS = (":begin_tab:", ":end_tab:")
"""Marks around a text that is for some frameworks only."""
_NOTHING = Item(0)
_NUMBER = re.compile(r"\d+")
_FACT = re.compile(r"\w+")


class Group(NamedTuple):
    """Indices of blocks of both sides; without a target, the human left the source's out."""

    source: tuple[int, ...]
    target: tuple[int, ...]


class Counterparts(NamedTuple):
    """Blocks of both sides, in a row, that stand in the same place; one side may be empty."""

    group: Group
    tab: str
    """The tab it is in; empty for none."""
    is_sure: bool = True
    """False if the two sides have another shape here, or other tabs."""
    is_first: bool = False
    """True if no wall divides it from the pair before it."""
    is_last: bool = False
    """True if no wall divides it from the pair behind it."""

    def is_beside(self, other: Counterparts) -> bool:
        """Return False for places in two tabs: no text moves from one into the other."""
        own, others = _names(self.tab), _names(other.tab)
        return not (own and others) or bool(own & others)


@dataclass(frozen=True)
class BlockSide:
    """One document, with its blocks that hold words, by index."""

    document: Document
    blocks: Mapping[int, Segment]

    def between(self, before: Sequence[int], after: Sequence[int]) -> list[Element]:
        """Return what stands behind some blocks and before others; empty: to the document's end."""
        start = self._place[before[-1]] + 1 if before else 0
        return self._elements[start : self._place[after[0]] if after else None]

    def is_title(self, block: int) -> bool:
        return self.document.blocks[block].kind == "title"

    @cached_property
    def tabs(self) -> frozenset[str]:
        """The names of all tabs."""
        return frozenset[str]().union(*(_names(e.tab) for e in self._elements))

    @cached_property
    def _place(self) -> dict[int, int]:
        return {e.block: place for place, e in enumerate(self._elements) if e.block >= 0}

    @cached_property
    def _elements(self) -> list[Element]:
        """The blocks, and the walls outside them, by position."""
        held = list(self.blocks.values())
        starts = [segment.start for segment in held]
        placed = [(segment.start, 1, segment.block, "") for segment in held]
        for position, what in self.document.walls:
            before = bisect_right(starts, position) - 1
            if before < 0 or held[before].end <= position or starts[before] == position:
                placed.append((position, 0, -1, what))
        found, tab = [], ""
        for _, _, block, wall in sorted(placed):
            behind = tab_behind(wall, tab)
            kind = self.document.blocks[block].kind if block >= 0 else ""
            found.append(Element(_NOTHING, kind, block, wall, behind or tab))
            tab = behind
        return found


def between(
    before: Group | None, after: Group | None, ours: BlockSide, theirs: BlockSide
) -> list[Counterparts]:
    """Find the counterparts between two pairs that are sure; None is an end of the documents."""
    first, second = _elements(before, after, ours, theirs)
    if all(e.block < 0 for e in (*first, *second)):
        return []
    first, second = _in_same_tabs(first, second, ours, theirs)
    parts = [(first[a], second[b]) for a, b in stretches(first, second)]
    found: list[Counterparts] = []
    for number, (a, b) in enumerate(parts):
        places = list(_places(_split(a), _split(b)))
        if number == 0:
            places[0] = places[0]._replace(is_first=True)
        if number == len(parts) - 1:
            places[-1] = places[-1]._replace(is_last=True)
        found += places
    return [place for place in found if any(place.group)]


def title_pairs(
    before: Group | None, after: Group | None, ours: BlockSide, theirs: BlockSide
) -> list[Group]:
    """Pair the titles between two pairs that are sure, if both sides have as many of them."""
    first, second = (
        [element.block for element in side if element.kind == "title"]
        for side in _elements(before, after, ours, theirs)
    )
    if len(first) != len(second):
        return []
    return [Group((a,), (b,)) for a, b in zip(first, second, strict=True)]


def _elements(
    before: Group | None, after: Group | None, ours: BlockSide, theirs: BlockSide
) -> tuple[list[Element], list[Element]]:
    return (
        ours.between(before.source if before else (), after.source if after else ()),
        theirs.between(before.target if before else (), after.target if after else ()),
    )


def _split(elements: Iterable[Element]) -> list[list[Element]]:
    """Divide at walls; several in a row are one. The first and the last stretch may be empty."""
    found: list[list[Element]] = [[]]
    for element in elements:
        if element.block >= 0:
            found[-1].append(element)
        elif found[-1] or len(found) == 1:
            found.append([])
    return found


def _places(first: list[list[Element]], second: list[list[Element]]) -> Iterator[Counterparts]:
    """Pair the stretches of both sides in order, if there are as many."""
    filled = [[held for held in side if held] for side in (first, second)]
    if len(filled[0]) == len(filled[1]) == 1:
        first, second = filled
    elif not filled[0]:
        first = [[] for _ in second]
    elif not filled[1]:
        second = [[] for _ in first]
    if len(first) == len(second):
        yield from map(_place, first, second)
    else:
        every = ([element for held in side for element in held] for side in filled)
        yield _place(*every)._replace(is_sure=False)


def _place(ours: Sequence[Element], theirs: Sequence[Element]) -> Counterparts:
    group = Group(tuple(e.block for e in ours), tuple(e.block for e in theirs))
    is_sure = not (ours and theirs) or _covers(theirs[0].tab, ours[0].tab)
    return Counterparts(group, next((e.tab for e in (*ours, *theirs)), ""), is_sure)


def _names(tab: str) -> frozenset[str]:
    """Return the names of a tab, which may have several.

    >>> sorted(_names("`mxnet, pytorch`"))
    ['mxnet', 'pytorch']
    """
    return frozenset(name.strip(" `") for name in tab.split(",") if tab)


def _covers(theirs: str, ours: str) -> bool:
    """Return True if what stands in their tab was written for all readers of ours."""
    return not theirs or (bool(ours) and _names(ours) <= _names(theirs))


def _in_same_tabs(
    first: list[Element], second: list[Element], ours: BlockSide, theirs: BlockSide
) -> tuple[list[Element], list[Element]]:
    """Leave out tabs that only the human has, and the ends of tabs that only one side has."""
    if ours.tabs:
        second = [e for e in second if not e.tab or _names(e.tab) & ours.tabs]
    in_tab = [any(e.tab and e.block >= 0 for e in side) for side in (first, second)]
    if in_tab == [False, True]:
        told = _facts(first, ours)
        second = list(_without_variants(second, ours.tabs, told, theirs))
    elif in_tab == [True, False]:
        first, second = (
            [e for e in side if not e.anchor.startswith(ENDS)] for side in (first, second)
        )
    return first, second


def _without_variants(
    elements: Iterable[Element], tabs: frozenset[str], told: set[str], side: BlockSide
) -> Iterator[Element]:
    """Yield once, and outside of tabs, what the human wrote anew for every tab.

    It is the variant that says the least that the source does not, ``told``; of several the first,
    which is the default tab's.
    """
    for is_in_tab, grouped in groupby(elements, lambda element: bool(element.tab)):
        held = list(grouped)
        if held[0].anchor.startswith(ENDS[1]):  # of a tab that began before these elements
            yield held.pop(0)
        covered = frozenset[str]().union(*(_names(e.tab) for e in held if e.block >= 0))
        variants = [
            list(section)
            for is_end, section in groupby(held, lambda e: e.anchor.startswith(ENDS))
            if not is_end
        ]
        is_prose = all(e.block >= 0 for variant in variants for e in variant)
        if is_in_tab and variants and is_prose and tabs <= covered:
            chosen = min(variants, key=lambda variant: len(_facts(variant, side) - told))
            yield from (replace(element, tab="") for element in chosen)
        else:
            yield from held


def _facts(elements: Iterable[Element], side: BlockSide) -> set[str]:
    """Return the numbers in blocks, and what stands in their formulas, code and references."""
    held = [side.blocks[e.block].parts for e in elements if e.block >= 0]
    return {
        fact
        for parts in held
        for part in parts
        for fact in (_NUMBER if isinstance(part, str) else _FACT).findall(
            part if isinstance(part, str) else part.content
        )
    }
