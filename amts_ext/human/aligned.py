"""A document and its human translation, aligned: what learning and synchronization start from.

Both take what belongs together from here. So a build uses a human's sentence for just those of the
source that a synchronization keeps it for.

>>> from amts_ext.formats import get
>>> read = get("md").read
>>> sides = TextSide(read("A mean. A sum."), "en"), TextSide(read("Una media. Una suma."), "es")
>>> for bead in align_sides(*sides, True).sentences:
...     print(bead.source, bead.target)
(0,) (0,)
(1,) (1,)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from amts_ext.alignment import Bead, align, align_blocks
from amts_ext.human import elsewhere, groups, moved
from amts_ext.human.counterparts import BlockSide, Group
from amts_ext.model import Document, Segment
from amts_ext.text.masking import mask

SURE = {"sentence": 0.45, "block": 0.32}
"""The least score of a pair that becomes a unit. Most pairs below it are wrong, or say more or less
than their source; most pairs above it are right, if free.

The scores were read off 9,000 sentences and 4,600 blocks of a real book. A block needs less: it
stays in its place, where a free translation does no harm. A sentence may be used elsewhere.
"""


@dataclass(frozen=True)
class TextSide:
    """One of two texts: a document with its sentences, and its blocks as one segment each."""

    document: Document
    language: str

    @cached_property
    def segments(self) -> list[Segment]:
        return mask(self.document, self.language)

    @cached_property
    def blocks(self) -> dict[int, Segment]:
        """Each block as one segment, by the block's index."""
        return {s.block: s for s in mask(self.document, self.language, "paragraph")}

    @cached_property
    def as_blocks(self) -> BlockSide:
        return BlockSide(self.document, self.blocks)


class Aligned(Struct, frozen=True):
    """A document and its translation; indices are those of their blocks and sentences."""

    blocks: list[Bead]
    sentences: list[Bead]
    groups: list[Group]
    """Blocks that belong together in other numbers than one and one, or have no translation."""
    joined: frozenset[int] = frozenset()
    """Blocks of the source that the human merged with others: their sentences may be paired
    wrongly."""
    moved: dict[int, int] = {}
    """Sentences of the translation that the human put elsewhere, by those of the source."""


def align_sides(ours: TextSide, theirs: TextSide, unchanged: bool) -> Aligned:
    """Align a document with its translation.

    ``unchanged`` says that the document is the text that the human translated, not a later one (see
    :func:`.groups.find`).
    """
    first, second = ours.segments, theirs.segments
    both = ours.document, first, theirs.document, second
    languages = ours.language, theirs.language
    blocks = align_blocks(*both, languages)
    sentences = align(*both, blocks, languages)
    found = groups.find(blocks, SURE["block"], ours.as_blocks, theirs.as_blocks, unchanged)
    pairs = [Group(b.source, b.target) for b in blocks if b.source and b.target and is_sure(b)]
    found, joined = elsewhere.corrected(found, pairs, first, second)
    elsewhere_put = moved.find(sentences, first, second, languages)
    return Aligned(blocks, sentences, found, frozenset(joined), elsewhere_put)


def is_sure(bead: Bead) -> bool:
    """Return True for a pair of blocks that stands even if the group around it gives no unit."""
    return bead.score >= SURE["block"]


def is_beside(beads: Sequence[Bead], index: int) -> bool:
    """Return whether a neighbouring bead of sentences in the same block has no partner.

    Where a sentence was left out or added, lengths may have paired the wrong two. In "A. B. C." and
    its translation "A and B. C.", for instance, B may be paired with C. The block as a whole is not
    in doubt.
    """
    bead = beads[index]
    for other in beads[max(0, index - 1) : index + 2]:
        alone = not (other.source and other.target)
        same = {*other.source_blocks} & {*bead.source_blocks}
        if alone and (same or {*other.target_blocks} & {*bead.target_blocks}):
            return True
    return False
