"""Pieces: a document's lines divided at its blocks, its code, its formulas and its marks.

>>> from amts_ext.formats import get
>>> text = "# The mean\\n\\nIt is small.\\n\\n```python\\nmean(x)\\n```\\n"
>>> document = get("md").read(text)
>>> [(piece.kind, text[piece.start : piece.end]) for piece in pieces(document)]
[('prose', '# The mean'), ('prose', 'It is small.'), ('code', '```python\\nmean(x)\\n```')]

A piece is what is compared, kept, replaced, put in and taken out as a whole. Blank lines belong to
none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import chain, repeat

from msgspec import Struct

from amts_ext.alignment.evidence import tab_behind
from amts_ext.model import Document


class Piece(Struct, frozen=True, gc=False):
    """Some whole lines of a document."""

    kind: str
    """``prose``; or what it is instead: ``code``, ``math``, ``mark`` (a label, a tab), ``text``."""
    start: int
    end: int
    """Without the blank lines behind it."""
    key: str
    """What is compared: equal keys are equal pieces. Prose may be wrapped otherwise."""
    blocks: tuple[int, ...] = ()
    """Indices of the blocks in it."""
    tab: str = ""
    """The tab that it stands in; empty for none."""


def pieces(document: Document) -> list[Piece]:
    """Divide a document; every line that is not blank is in one piece, in order."""
    starts = [block.start for block in document.blocks]
    found = []
    tab = ""
    anchors = document.anchors
    for start, end in _ranges(document):
        blocks = tuple(range(bisect_left(starts, start), bisect_left(starts, end)))
        own = [what for _, what in anchors[_at(anchors, start) : _at(anchors, end)]]
        kind = "prose" if blocks else _kind(own)
        if kind != "code":
            for what in own:
                tab = tab_behind(what, tab)
        text = document.text[start:end]
        key = text if kind == "code" else " ".join(text.split())
        found.append(Piece(kind, start, end, key, blocks, "" if kind == "mark" else tab))
    return found


def _at(anchors: tuple[tuple[int, str], ...], position: int) -> int:
    return bisect_left(anchors, (position, ""))


def _kind(anchors: list[str]) -> str:
    """Name the kind of a piece without prose by its first anchor."""
    kind = anchors[0].partition(":")[0] if anchors else "text"
    return kind if kind in ("code", "math", "text") else "mark"


def _ranges(document: Document) -> Iterator[tuple[int, int]]:
    """Yield start and end of every piece."""
    text = document.text
    wholes = chain(_wholes(document), repeat((len(text) + 1, len(text) + 2)))
    opens, closes = next(wholes)
    start, last, divide = -1, 0, True
    end = 0
    for line in text.split("\n"):
        at, end = end, end + len(line) + 1
        while closes <= at:
            opens, closes = next(wholes)
        inside = opens < at
        bare = line.rstrip()
        if not bare and not inside:
            divide = True
            continue
        if not inside and (divide or opens < end):
            if start >= 0:
                yield start, last
            start = at
        # What follows the end of a whole is another piece.
        divide = closes <= end
        last = at + len(bare)
    if start >= 0:
        yield start, last


def _wholes(document: Document) -> Iterator[tuple[int, int]]:
    """Yield the stretches that no piece divides, in order: blocks, code, formulas, mark lines."""
    text, blocks = document.text, document.blocks
    starts = [block.start for block in blocks]
    found = [(block.start, block.end) for block in blocks]
    for position, what in document.anchors:
        before = bisect_right(starts, position) - 1
        in_block = before >= 0 and position < blocks[before].end
        if not in_block and not what.startswith("image:"):
            found.append((position, _end(text, position, what)))
    end = -1
    for first, last in sorted(found):
        if first >= end and text[first:last].strip():
            yield first, last
            end = last


def _end(text: str, position: int, what: str) -> int:
    """Return the end of what an anchor stands for: its content, or the rest of the line.

    A line that says less than its anchor is one that ends a directive.
    """
    kind, _, content = what.partition(":")
    if kind in ("code", "math"):
        return position + len(content)
    for own in (what, content):
        if own and text.startswith(own, position):
            return position + len(own)
    return (text.find("\n", position) + 1 or len(text) + 1) - 1
