"""Block to segments and back: slots are taken out of the text, and put in again.

A soft line break (with the indent or ``>`` of the next line) is one space in a segment, so the
memory does not depend on how a paragraph is wrapped.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from amts_ext.languages.sentences import SLOT, boundaries
from amts_ext.model import Block, Document, Half, Mark, Parts, Segment, Slot

_BLANK = " \t\r"
_WORD = re.compile(r"[^\W\d_]")
_LINE_BREAKS = ("soft", "break")
_SINGLE, _OPEN, _CLOSE = Half.SINGLE, Half.OPEN, Half.CLOSE
_Cut = tuple[int, int, int, int]
"""A sentence: its stretch of the flat text, and its stretch of the block's marks."""
_Flat = tuple[str, list[int], list[int]]
"""A block in one line as the sentence splitter sees it: a slot is one character, a line break is
a space, half of a pair is nothing. With it the place of every mark in that text, and, for the text
before and after every mark, what to add to a place there to have it in the document."""


def mask(document: Document, language: str, granularity: str = "sentence") -> list[Segment]:
    """The segments of a document in order.

    ``granularity`` is ``sentence`` or ``paragraph`` (one segment a block). Sentences without a
    word of their own (a formula and its full stop) are no segments.
    """
    text = document.text
    whole = granularity == "paragraph"
    segments: list[Segment] = []
    for index, block in enumerate(document.blocks):
        marks, at, line = block.marks, block.start, block.line
        flat = _flat(text, block) if marks else _plain(text, at, block.end)
        words = flat[0]
        ends = [len(words)] if whole else boundaries(words, language)
        ragged = "  " in words or "\t" in words or "\r" in words
        for start, end, parts in (_marked if marks else _unmarked)(text, marks, flat, ends):
            if start > at:
                line += text.count("\n", at, start)
                at = start
            if ragged:
                parts = _folded(parts)
            segments.append(Segment(parts, start, end, line, index))
    return segments


def _unmarked(
    text: str, marks: Sequence[Mark], flat: _Flat, ends: list[int]
) -> Iterator[tuple[int, int, Parts]]:
    """Start, end and parts of every sentence of a block without marks: most blocks are."""
    words, _, (shift,) = flat
    at = 0
    for end in ends:
        start, kept = _stripped(words, at, end)
        if kept[:1].isalpha() or _WORD.search(kept):
            start += shift
            yield start, start + len(kept), (kept,)
        at = end


def _marked(
    text: str, marks: Sequence[Mark], flat: _Flat, ends: list[int]
) -> Iterator[tuple[int, int, Parts]]:
    """The same of a block with marks, cut at the ends that lie outside all formatting pairs."""
    words, places, shifts = flat
    size, count = len(words), len(marks)
    at = first = last = depth = 0
    for end in ends:
        while last < count and places[last] <= end:
            half = marks[last].half
            if places[last] == end < size and half is not _CLOSE:
                break  # but a closing half belongs to the sentence that it closes
            if half:
                depth += 1 if half is _OPEN else -1
            last += 1
        if depth > 0 and end < size:
            continue
        if words[at : at + 1].isalpha() or _WORD.search(words, at, end):
            start, kept = _stripped(words, at, end)
            if first == last:
                yield start + shifts[first], start + len(kept) + shifts[last], (kept,)
            else:
                cut = start, start + len(kept), first, last
                if places[first] < start or places[last - 1] >= cut[1]:
                    cut = _trimmed(cut, marks, places)
                begin, stop = cut[0] + shifts[cut[2]], cut[1] + shifts[cut[3]]
                yield begin, stop, _parts(text, cut, marks, flat)
        at, first, depth = end, last, 0


def _stripped(words: str, start: int, end: int) -> tuple[int, str]:
    """A stretch without the blanks at its ends, and where it starts then."""
    kept = words[start:end].lstrip(_BLANK)
    return end - len(kept), kept.rstrip(_BLANK)


def _plain(text: str, start: int, end: int) -> _Flat:
    return text[start:end].replace("\n", " "), [], [start]


def _flat(text: str, block: Block) -> _Flat:
    pieces: list[str] = []
    places: list[int] = []
    shifts = [block.start]
    at, size = block.start, 0
    for mark in block.marks:
        start = mark.start
        pieces.append(text[at:start])
        size += start - at
        places.append(size)
        if not mark.half:
            pieces.append(" " if mark.kind in _LINE_BREAKS else SLOT)
            size += 1
        at = mark.end
        shifts.append(at - size)
    pieces.append(text[at : block.end])
    return "".join(pieces).replace("\n", " "), places, shifts


def _trimmed(cut: _Cut, marks: Sequence[Mark], places: list[int]) -> _Cut:
    """Without line breaks at either end, but with every half of a pair."""
    start, end, first, last = cut
    while first < last and places[first] < start:
        if marks[first].kind not in _LINE_BREAKS:
            start = places[first]
            break
        first += 1
    while first < last and places[last - 1] >= end:
        if marks[last - 1].kind not in _LINE_BREAKS:
            end = places[last - 1]
            break
        last -= 1
    return start, end, first, last


def _parts(text: str, cut: _Cut, marks: Sequence[Mark], flat: _Flat) -> Parts:
    at, end, first, last = cut
    words, places, _ = flat
    parts: list[str | Slot] = []
    opened: list[tuple[int, Slot]] = []
    number = 0
    for place, mark in zip(places[first:last], marks[first:last], strict=True):
        kind, half = mark.kind, mark.half
        if kind == "soft":
            continue
        if place > at:
            parts.append(words[at:place])
        at = place if half else place + 1
        content = mark.content or text[mark.start : mark.end]
        if half is _CLOSE and opened and opened[-1][1].kind == kind:
            parts.append(Slot(opened.pop()[1].id, kind, content, _CLOSE))
            continue
        number += 1
        slot = Slot(number, kind, content, half if half is _OPEN else _SINGLE)
        if half is _OPEN:
            opened.append((len(parts), slot))
        parts.append(slot)
    if end > at:
        parts.append(words[at:end])
    for where, slot in opened:  # a half without its other half stands alone
        parts[where] = Slot(slot.id, slot.kind, slot.content)
    return tuple(parts)


def _folded(parts: Parts) -> Parts:
    """Many blanks, and those that are no spaces, are one space."""
    return tuple([_fold(p) if type(p) is str else p for p in parts])


def _fold(words: str) -> str:
    words = words.replace("\t", " ").replace("\r", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


def unmask(parts: Parts) -> str:
    """Parts as the document's notation: slots are replaced by what they hold."""
    first = parts[0] if len(parts) == 1 else None
    if type(first) is str:
        return first
    return "".join([p if type(p) is str else p.content for p in parts])  # type: ignore[union-attr]


def contents_digest(segment: Segment) -> str:
    """A digest of what the slots hold, for units that fit one content only; empty without slots."""
    held = "\0".join(s.content for s in segment.slots)
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:16] if held else ""


def check(source: Iterable[Slot], target: Parts) -> str:
    """Why ``target`` does not hold exactly the slots of ``source``; empty if it does.

    Each slot must come back once, and the halves of pairs must nest.
    """
    sent, came = list(source), [p for p in target if isinstance(p, Slot)]
    if sent == came:
        return ""  # in the order of the source they nest as they do there
    wanted, found = Counter(s.token for s in sent), Counter(s.token for s in came)
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
