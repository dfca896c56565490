"""Block to segments and back: slots are taken out of the text, and put in again.

A soft line break (with the indent or ``>`` of the next line) is one space in a segment, so the
memory does not depend on how a paragraph is wrapped.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from amts_ext.model import Block, Document, Half, Mark, Parts, Segment, Slot
from amts_ext.sentences import SLOT, boundaries

_BLANKS = re.compile(r"[ \t\r\n]{2,}|[\t\r\n]")
_WORD = re.compile(r"[^\W\d_]")
_DEPTH = {Half.OPEN: 1, Half.CLOSE: -1, Half.SINGLE: 0}
_Piece = tuple[int, int, Mark | None]
"""Start and end in the document; the mark, or None for text."""


def mask(document: Document, language: str, granularity: str = "sentence") -> list[Segment]:
    """The segments of a document in order.

    ``granularity`` is ``sentence`` or ``paragraph`` (one segment a block). Sentences without a
    word of their own (a formula and its full stop) are no segments.
    """
    segments: list[Segment] = []
    for index, block in enumerate(document.blocks):
        segments += mask_block(document, index, block, language, granularity)
    return segments


def mask_block(
    document: Document, index: int, block: Block, language: str, granularity: str
) -> list[Segment]:
    """The segments of one block; ``index`` is its place in ``document.blocks``."""
    text = document.text
    pieces = list(_pieces(block))
    whole = granularity == "paragraph"
    groups = [pieces] if whole else list(_sentences(text, pieces, language))
    found = []
    for group in groups:
        segment = _segment(text, _trim(text, group), block, index)
        if segment is not None:
            found.append(segment)
    return found


def _pieces(block: Block) -> Iterator[_Piece]:
    at = block.start
    for mark in block.marks:
        if mark.start > at:
            yield at, mark.start, None
        yield mark.start, mark.end, mark
        at = max(at, mark.end)
    if at < block.end:
        yield at, block.end, None


def _flat(text: str, piece: _Piece) -> str:
    """What the sentence splitter sees of a piece."""
    start, end, mark = piece
    if mark is None:
        return text[start:end].replace("\n", " ")
    if mark.kind == "soft":
        return " "
    if mark.kind == "break":
        return " " * (end - start)
    return "" if mark.half else SLOT


def _sentences(text: str, pieces: Sequence[_Piece], language: str) -> Iterator[list[_Piece]]:
    """Cut a block's pieces at the sentence ends that lie outside all formatting pairs."""
    flats = [_flat(text, p) for p in pieces]
    cuts = list(boundaries("".join(flats), language))[:-1]
    if not cuts:
        yield list(pieces)
        return
    cut_pieces = list(_cut(pieces, flats, cuts))
    ends = set(cuts)
    group: list[_Piece] = []
    depth = 0
    for index, (piece, at) in enumerate(cut_pieces):
        group.append(piece)
        depth += _DEPTH[piece[2].half] if piece[2] else 0
        after = cut_pieces[index + 1][0][2] if index + 1 < len(cut_pieces) else None
        if at in ends and depth <= 0 and (after is None or after.half is not Half.CLOSE):
            yield group
            group, depth = [], 0
    if group:
        yield group


def _cut(
    pieces: Sequence[_Piece], flats: Sequence[str], cuts: Sequence[int]
) -> Iterator[tuple[_Piece, int]]:
    """Pieces, cut at the flat offsets ``cuts``, each with the flat offset of its end."""
    at = 0
    pending = iter(cuts)
    cut = next(pending, -1)
    for piece, flat in zip(pieces, flats, strict=True):
        start, end, mark = piece
        first = at
        at += len(flat)
        while 0 <= cut < at:
            if mark is None and cut > first:
                yield (start, start + cut - first, None), cut
                start, first = start + cut - first, cut
            cut = next(pending, -1)
        if cut == at:
            cut = next(pending, -1)
        yield (start, end, mark), at


def _trim(text: str, group: list[_Piece]) -> list[_Piece]:
    """Without blanks and line breaks at either end."""
    trimmed = list(group)
    while trimmed and _is_blank(text, trimmed[0]):
        trimmed.pop(0)
    while trimmed and _is_blank(text, trimmed[-1]):
        trimmed.pop()
    for index, side in ((0, str.lstrip), (-1, str.rstrip)):
        if trimmed and trimmed[index][2] is None:
            start, end, _ = trimmed[index]
            lost = end - start - len(side(text[start:end], " \t\r\n"))
            trimmed[index] = (start + lost, end, None) if index == 0 else (start, end - lost, None)
    return trimmed


def _is_blank(text: str, piece: _Piece) -> bool:
    start, end, mark = piece
    if mark is None:
        return not text[start:end].strip(" \t\r\n")
    return mark.kind in ("soft", "break")


def _segment(text: str, pieces: list[_Piece], block: Block, index: int) -> Segment | None:
    parts: list[str | Slot] = []
    opened: list[tuple[int, Slot]] = []
    number = 0
    words = ""
    for start, end, mark in pieces:
        if mark is None or mark.kind == "soft":
            words += text[start:end] if mark is None else " "
            continue
        if words:
            parts.append(words)
            words = ""
        content = mark.content or text[start:end]
        half: Half = mark.half
        if half is Half.CLOSE and opened and opened[-1][1].kind == mark.kind:
            slot = Slot(opened.pop()[1].id, mark.kind, content, half)
        else:
            number += 1
            slot = Slot(number, mark.kind, content, Half.SINGLE if half is Half.CLOSE else half)
            if half is Half.OPEN:
                opened.append((len(parts), slot))
        parts.append(slot)
    if words:
        parts.append(words)
    if not any(isinstance(p, str) and _WORD.search(p) for p in parts):
        return None
    for where, slot in opened:
        parts[where] = Slot(slot.id, slot.kind, slot.content)
    tidy = tuple(_BLANKS.sub(" ", p) if isinstance(p, str) else p for p in parts)
    begin = pieces[0][0]
    line = block.line + text.count("\n", block.start, begin)
    return Segment(tidy, begin, pieces[-1][1], line, index)


def unmask(parts: Parts) -> str:
    """Parts as the document's notation: slots are replaced by what they hold."""
    return "".join(p if isinstance(p, str) else p.content for p in parts)


def contents_digest(segment: Segment) -> str:
    """A digest of what the slots hold, for units that fit one content only; empty without slots."""
    held = "\0".join(s.content for s in segment.slots)
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:16] if held else ""


def check(source: Iterable[Slot], target: Parts) -> str:
    """Why ``target`` does not hold exactly the slots of ``source``; empty if it does.

    Each slot must come back once, and the halves of pairs must nest.
    """
    wanted = Counter(s.token for s in source)
    found = Counter(p.token for p in target if isinstance(p, Slot))
    if lost := wanted - found:
        return f"lost {', '.join(lost)}"
    if extra := found - wanted:
        return f"doubled {', '.join(extra)}"
    stack: list[int] = []
    for part in target:
        if isinstance(part, Slot) and part.half is Half.OPEN:
            stack.append(part.id)
        elif (
            isinstance(part, Slot)
            and part.half is Half.CLOSE
            and (not stack or stack.pop() != part.id)
        ):
            return f"pair {part.token} does not nest"
    return ""
