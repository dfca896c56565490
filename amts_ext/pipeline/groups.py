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

        ``blocks`` are its blocks as whole segments, by index and in order.
        """
        if not self._sizes:
            return
        order = list(blocks.values())
        found = [
            group
            for at, block in enumerate(order)
            for size in self._sizes.get(block.tokens, ())
            if (group := groups.join(document, order[at : at + size])) is not None
        ]
        yield from sorted(found, key=lambda group: -groups.size(group.parts))

    @cached_property
    def _sizes(self) -> dict[str, set[int]]:
        """The numbers of blocks of groups, by the tokens of their first block."""
        sizes: dict[str, set[int]] = {}
        for source in () if self._memory is None else self._memory.human_sources(self._pair, _GAP):
            first, *others = source.split(_GAP)
            sizes.setdefault(first, set()).add(1 + len(others))
        return sizes


def covers(segment: Segment) -> range:
    """Return the indices of the blocks that a segment covers.

    >>> covers(Segment(("A mean.",), 0, 7, 1, block=4))
    range(4, 5)
    """
    return range(segment.block, segment.block + groups.size(segment.parts))
