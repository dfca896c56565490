"""What is no prose: code, formulas, labels, and what stands around the prose of a piece."""

from __future__ import annotations

from collections.abc import Iterator

from amts_ext.human.open_items import ItemKind
from amts_ext.merging import code
from amts_ext.merging.differences import merge3
from amts_ext.merging.items import Behind, Change, Stretch
from amts_ext.merging.pieces import Piece
from amts_ext.merging.texts import Text

Texts = tuple[Text, Text, Text]
Pieces = tuple[Piece, Piece, Piece]
"""One piece of base, source and target."""


def frames(texts: Texts, pieces: Pieces) -> Iterator[Change]:
    """Follow what stands around the prose: an image's path, the rank of a title."""
    ours, theirs, own = (list(_frame(t, p)) for t, p in zip(texts, pieces, strict=True))
    for (a, b, before), (c, d, after), (start, end, there) in zip(ours, theirs, own, strict=True):
        if before == after or after == there:
            continue
        if there == before:
            yield Change(start, end, ItemKind.PATCHED, (after,), before, after)
        else:
            kept = Behind(Stretch(a, b), Stretch(c, d))
            yield Change(start, end, ItemKind.CONFLICT, None, before, after, behind=(kept,))


def entries(texts: Texts, pieces: Pieces) -> Iterator[Change]:
    """Follow a change of code, of a formula, of a label."""
    before, after, there = (t.text(p) for t, p in zip(texts, pieces, strict=True))
    human = pieces[2]
    stale = False
    merged: str | None
    if all(piece.kind == "code" for piece in pieces):
        merged, stale = code.merge_code(before, after, there)
    elif there in (before, after):
        merged = after
    else:
        tokens = merge3(*map(code.pieces, (before, after, there)))
        merged = None if tokens is None else "".join(tokens)
    if merged is None:
        yield Change(human.start, human.end, ItemKind.CONFLICT, None, before, after)
    elif merged != there or stale:
        own = ItemKind.CONFLICT if stale else ItemKind.PATCHED
        kind = None if there == before else own
        yield Change(human.start, human.end, kind, (merged,), before, after)


def _frame(text: Text, piece: Piece) -> Iterator[tuple[int, int, str]]:
    """Yield what stands before, between and behind the blocks of a piece."""
    at = piece.start
    for index in piece.blocks:
        block = text.document.blocks[index]
        yield at, block.start, text.document.text[at : block.start]
        at = block.end
    yield at, piece.end, text.document.text[at : piece.end]
