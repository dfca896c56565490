"""Groups of blocks: what a human translated in other paragraphs than the source has.

A human may merge two paragraphs, split one, or write a list for a sentence. A *group* is several
blocks in a row as one segment; between them stand *gaps*: blank lines and the marks of blocks.

>>> from amts_ext.formats import get
>>> from amts_ext.text.masking import mask
>>> document = get("md").read("A mean.\\n\\n* Of $n$ values.\\n")
>>> group = join(document, mask(document, "en", "paragraph"))
>>> group.tokens, size(group.parts)
('A mean.⟦gap1⟧Of ⟦math2⟧ values.', 2)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from msgspec.structs import replace

from amts_ext.model import Document, Parts, Segment, Slot

KIND = "gap"
"""Kind of the slots that stand for gaps."""
_BLANKS = re.compile(r"[\s>*+#|:=.()\d-]*")
_GAP = re.compile(r"[^\n]*\n[^\S\n]*(?:\n|[>*+#|:\d-]).*|[^\n]*\|.*", re.DOTALL)


def join(
    document: Document, blocks: Sequence[Segment], without: tuple[str, ...] = ()
) -> Segment | None:
    """Join segments, each a whole block, to a group.

    None if something else stands between them: an anchor, another block, a cell's end. An anchor
    that begins as one of ``without`` is left out; a blank line stands for it.
    """
    parts: list[str | Slot] = []
    number = 0
    before: Segment | None = None
    for block in blocks:
        if before is not None:
            gap = document.text[before.end : block.start]
            between = walls(document, before.end, block.start)
            if between and all(wall.startswith(without) for wall in between):
                gap, between = "\n\n", []
            if (
                between
                or block.block != before.block + 1
                or not _BLANKS.fullmatch(gap)
                or not is_gap(gap)
            ):
                return None
            number += 1
            parts.append(Slot(number, KIND, gap))
        parts += [
            replace(part, id=part.id + number) if isinstance(part, Slot) else part
            for part in block.parts
        ]
        number += max((slot.id for slot in block.slots), default=0)
        before = block
    if before is None:
        return None
    first = blocks[0]
    return Segment(tuple(parts), first.start, before.end, first.line, first.block)


def size(parts: Parts) -> int:
    """Return the number of blocks that a segment or a translation covers."""
    return 1 + sum(1 for part in parts if isinstance(part, Slot) and divides(part))


def divides(slot: Slot) -> bool:
    """Return True if a slot is a gap: the source's, or a human's own."""
    return slot.kind == KIND or (
        slot.kind == "own" and bool(_BLANKS.fullmatch(slot.content)) and is_gap(slot.content)
    )


def is_gap(text: str) -> bool:
    """Return True for a text that ends a block: a blank line, a mark at a line's start, a ``|``.

    >>> is_gap("\\n\\n"), is_gap("\\n* "), is_gap("  \\n")
    (True, True, False)
    """
    return bool(_GAP.fullmatch(text))


def walls(document: Document, start: int, end: int) -> list[str]:
    """Return what stands between two places that no group can span: anchors and cells' ends."""
    found = document.walls
    return [
        what for _, what in found[bisect_left(found, (start, "")) : bisect_left(found, (end, ""))]
    ]
