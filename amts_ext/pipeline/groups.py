"""Groups of blocks that a human translated as a whole, found in a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from amts_ext.memory import Store
from amts_ext.model import Document, Segment
from amts_ext.text import groups

_GAP = f"⟦{groups.KIND}"


class Groups:
    """The groups of one memory and language pair.

    Looking up every run of blocks would take long. So the first blocks of all groups are listed
    once, and only what begins with one of them is looked up.
    """

    def __init__(self, memory: Store | None, pair: tuple[str, str]) -> None:
        self._memory = memory
        self._pair = pair

    def of(self, document: Document, blocks: Mapping[int, Segment]) -> Iterator[Segment]:
        """Yield the groups of a document that a human may have translated, larger ones first.

        Of equal ones, those come first that begin where a human's group began: what a book says
        twice may begin one group and end another. ``blocks`` are its blocks as whole segments, by
        index and in order.
        """
        if not self._places:
            return
        order = list(blocks.values())
        found = [
            (-size, block.block not in positions, at, group)
            for at, block in enumerate(order)
            for size, positions in self._places.get(block.tokens, {}).items()
            if (group := groups.join(document, order[at : at + size])) is not None
        ]
        yield from (group for *_, group in sorted(found, key=lambda each: each[:3]))

    @cached_property
    def _places(self) -> dict[str, dict[int, set[int]]]:
        """Where groups begin, by the tokens of their first block and their number of blocks."""
        places: dict[str, dict[int, set[int]]] = {}
        for unit in () if self._memory is None else self._memory.human_units(self._pair, _GAP):
            first, *others = unit.source.split(_GAP)
            sizes = places.setdefault(first, {})
            sizes.setdefault(1 + len(others), set()).add(unit.position)
        return places


def covers(segment: Segment) -> range:
    """Return the indices of the blocks that a segment covers.

    >>> covers(Segment(("A mean.",), 0, 7, 1, block=4))
    range(4, 5)
    """
    return range(segment.block, segment.block + groups.size(segment.parts))
