"""Block to segments and back: slots are taken out of the text, and put in again.

A soft line break (with the indent or ``>`` of the next line) is one space in a segment, so the
memory does not depend on how a paragraph is wrapped.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from amts_ext.model import Block, Document, Half, Mark, Parts, Segment, Slot
from amts_ext.sentences import SLOT, boundaries

_FOLDED = re.compile(r"[ \t\r]{2,}|[\t\r]")
_BLANK = " \t\r\n"
_WORD = re.compile(r"[^\W\d_]")
_LINE_BREAKS = ("soft", "break")
_Cut = tuple[int, int, int, int]
"""A sentence: its stretch of the document, and its stretch of the block's marks."""


def mask(document: Document, language: str, granularity: str = "sentence") -> list[Segment]:
    """The segments of a document in order.

    ``granularity`` is ``sentence`` or ``paragraph`` (one segment a block). Sentences without a
    word of their own (a formula and its full stop) are no segments.
    """
    text = document.text
    segments: list[Segment] = []
    for index, block in enumerate(document.blocks):
        if granularity == "paragraph":
            cuts = [(block.start, block.end, 0, len(block.marks))]
        else:
            cuts = _sentences(text, block, language)
        for cut in cuts:
            segment = _segment(text, block, index, cut)
            if segment is not None:
                segments.append(segment)
    return segments


def _sentences(text: str, block: Block, language: str) -> list[_Cut]:
    """Cut a block at the sentence ends that lie outside all formatting pairs."""
    start, marks = block.start, block.marks
    if not marks:
        ends = boundaries(text[start : block.end].replace("\n", " "), language)
        return [(start + a, start + b, 0, 0) for a, b in zip([0, *ends], ends, strict=False)]
    flat, chunks = _flat(text, block)
    ends = boundaries(flat, language)
    if len(ends) == 1:
        return [(start, block.end, 0, len(marks))]
    return _cut_at(ends[:-1], block, chunks)


def _cut_at(ends: list[int], block: Block, chunks: list[tuple[int, int, int]]) -> list[_Cut]:
    found: list[_Cut] = []
    marks = block.marks
    start, first, depth, at = block.start, 0, 0, 0
    for index, (begin, flat_begin, flat_end) in enumerate(chunks):
        half = marks[index].half if index < len(marks) else Half.SINGLE
        while at < len(ends) and ends[at] <= flat_end:
            if ends[at] == flat_end and half is Half.CLOSE:
                break  # a closing half belongs to the sentence that it closes
            if depth <= 0:
                end = begin + ends[at] - flat_begin
                found.append((start, end, first, index))
                start, first, depth = end, index, 0
            at += 1
        if half is Half.OPEN:
            depth += 1
        elif half is Half.CLOSE:
            depth -= 1
    found.append((start, block.end, first, len(marks)))
    return found


def _flat(text: str, block: Block) -> tuple[str, list[tuple[int, int, int]]]:
    """What the sentence splitter sees, and the text chunks between the marks.

    A chunk is its start in the document, and its start and end in the flat text.
    """
    pieces: list[str] = []
    chunks: list[tuple[int, int, int]] = []
    at, size = block.start, 0
    for mark in block.marks:
        length = mark.start - at
        pieces.append(text[at : mark.start])
        chunks.append((at, size, size + length))
        size += length
        if not mark.half:
            pieces.append(" " if mark.kind in _LINE_BREAKS else SLOT)
            size += 1
        at = mark.end
    pieces.append(text[at : block.end])
    chunks.append((at, size, size + block.end - at))
    return "".join(pieces).replace("\n", " "), chunks


def _segment(text: str, block: Block, index: int, cut: _Cut) -> Segment | None:
    start, end, first, last = cut
    if first == last:
        words = text[start:end]
        kept = words.lstrip(_BLANK)
        start = end - len(kept)
        kept = kept.rstrip(_BLANK)
        if not _WORD.search(kept):
            return None
        end = start + len(kept)
        parts: Parts = (_fold(kept),)
    else:
        start, end, first, last = _trim(text, block.marks, cut)
        parts = _parts(text, start, end, block.marks[first:last])
        if not _has_words(parts):
            return None
    line = block.line + text.count("\n", block.start, start)
    return Segment(parts, start, end, line, index)


def _trim(text: str, marks: Sequence[Mark], cut: _Cut) -> _Cut:
    """Without blanks and line breaks at either end."""
    start, end, first, last = cut
    while True:
        limit = marks[first].start if first < last else end
        words = text[start:limit].lstrip(_BLANK)
        start = limit - len(words)
        if words or first == last or marks[first].kind not in _LINE_BREAKS:
            break
        start, first = marks[first].end, first + 1
    while True:
        limit = marks[last - 1].end if first < last else start
        words = text[limit:end].rstrip(_BLANK)
        end = limit + len(words)
        if words or first == last or marks[last - 1].kind not in _LINE_BREAKS:
            return start, end, first, last
        end, last = marks[last - 1].start, last - 1


def _has_words(parts: Parts) -> bool:
    for part in parts:  # noqa: SIM110 - any() would make a generator a segment
        if type(part) is str and _WORD.search(part):
            return True
    return False


def _fold(words: str) -> str:
    """A line break with the blanks around it is one space."""
    words = words.replace("\n", " ")
    return _FOLDED.sub(" ", words) if "  " in words or "\t" in words or "\r" in words else words


def _parts(text: str, start: int, end: int, marks: Sequence[Mark]) -> Parts:
    parts: list[str | Slot] = []
    opened: list[int] = []
    words = ""
    number = 0
    at = start
    for mark in marks:
        words += text[at : mark.start]
        at = mark.end
        if mark.kind == "soft":
            words += " "
            continue
        if words:
            parts.append(_fold(words))
            words = ""
        content = mark.content or text[mark.start : mark.end]
        opener = parts[opened[-1]] if opened and mark.half is Half.CLOSE else None
        if isinstance(opener, Slot) and opener.kind == mark.kind:
            opened.pop()
            parts.append(Slot(opener.id, mark.kind, content, Half.CLOSE))
            continue
        number += 1
        if mark.half is Half.OPEN:
            opened.append(len(parts))
            parts.append(Slot(number, mark.kind, content, Half.OPEN))
        else:
            parts.append(Slot(number, mark.kind, content))
    words += text[at:end]
    if words:
        parts.append(_fold(words))
    for where in opened:  # a half without its other half stands alone
        parts[where] = parts[where]._replace(half=Half.SINGLE)  # type: ignore[union-attr]
    return tuple(parts)


def unmask(parts: Parts) -> str:
    """Parts as the document's notation: slots are replaced by what they hold."""
    return "".join([p if type(p) is str else p.content for p in parts])  # type: ignore[union-attr]


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
