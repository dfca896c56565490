"""Masking: a document's blocks are cut into segments, with slots in the place of their marks.

>>> from amts_ext.formats import get
>>> document = get("md").read("Let $x$ be **any** number. It is\\nreal.")
>>> segments = mask(document, "en")
>>> [segment.tokens for segment in segments]
['Let ⟦math1⟧ be ⟦strong2⟧any⟦/strong2⟧ number.', 'It is real.']
>>> unmask(segments[0].parts)
'Let $x$ be **any** number.'

A soft line break (with the indent or ``>`` of the next line) is one space in a segment, so the
memory does not depend on how a paragraph is wrapped.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from amts_ext.languages.sentences import NOTE, SLOT, boundaries
from amts_ext.model import Block, Document, Half, Mark, Parts, Segment, Slot

_BLANK = " \t\r"
_WORD = re.compile(r"[^\W\d_]")
_LINE_BREAKS = ("soft", "break")
_NOTES = ("footnote", "citation")
_NOTE = re.compile(r":(?:foot)?cite|\{(?:foot)?cite|\\(?:foot)?cite|\$\^|<sup\b")
"""The beginning of a role, a command, a formula or a tag that marks a note or a citation."""
_SINGLE, _OPEN, _CLOSE = Half.SINGLE, Half.OPEN, Half.CLOSE

# A sentence: its start and end in the flat text, its first mark, and the mark after its last.
_Cut = tuple[int, int, int, int]
# A block in one line, as the sentence splitter gets it. In this flat text a slot is one character,
# a line break one space, and half of a pair nothing. After it come the place of every mark in it,
# and the shifts: adding shifts[i] to a place between mark i - 1 and mark i of the flat text gives
# its place in the document.
_Flat = tuple[str, list[int], list[int]]


def mask(document: Document, language: str, granularity: str = "sentence") -> list[Segment]:
    """Cut a document into segments, in order.

    ``language`` is the BCP 47 code of the document. ``granularity`` is ``sentence``, or
    ``paragraph`` for one segment a block. A sentence without a word of its own, such as a formula
    and its full stop, is no segment.
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
    """Yield start, end and parts of every sentence of a block without marks, as most blocks are."""
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
    """Yield start, end and parts of every sentence of a block with marks.

    A sentence end inside a formatting pair is no cut: it would divide the pair.
    """
    words, places, shifts = flat
    size, count = len(words), len(marks)
    at = first = last = depth = 0
    for end in ends:
        while last < count and places[last] <= end:
            half = marks[last].half
            if places[last] == end < size and half is not _CLOSE:
                break  # a mark at the cut opens the next sentence, unless it closes a pair
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
    """Strip the blanks from both ends of a stretch; return its new start and its text."""
    kept = words[start:end].lstrip(_BLANK)
    return end - len(kept), kept.rstrip(_BLANK)


def _plain(text: str, start: int, end: int) -> _Flat:
    """Flatten a block without marks."""
    return text[start:end].replace("\n", " "), [], [start]


def _flat(text: str, block: Block) -> _Flat:
    """Flatten a block with marks."""
    pieces: list[str] = []
    places: list[int] = []
    shifts = [block.start]
    at, size = block.start, 0
    append = pieces.append
    for mark in block.marks:
        start = mark.start
        append(text[at:start])
        size += start - at
        places.append(size)
        if not mark.half:
            if mark.kind in _LINE_BREAKS:
                append(" ")
            else:  # most formulas have a blank before them; a mark of a note has none
                append(SLOT if text[start - 1] in " (\n" else _glued(text, mark))
            size += 1
        at = mark.end
        shifts.append(at - size)
    pieces.append(text[at : block.end])
    return "".join(pieces).replace("\n", " "), places, shifts


def _glued(text: str, mark: Mark) -> str:
    """Return the character that stands for a mark without a blank before it."""
    return NOTE if mark.kind in _NOTES or _NOTE.match(text, mark.start) else SLOT


def _trimmed(cut: _Cut, marks: Sequence[Mark], places: list[int]) -> _Cut:
    """Take line breaks off both ends of a sentence; other marks at its ends belong to it."""
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
    """Make the parts of a sentence: its words, and a numbered slot for every mark but soft breaks.

    Both halves of a pair get one number.
    """
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
        slot = Slot(number, kind, content, half if half is _OPEN else _SINGLE, mark.lines)
        if half is _OPEN:
            opened.append((len(parts), slot))
        parts.append(slot)
    if end > at:
        parts.append(words[at:end])
    for where, slot in opened:  # an opening half without its closing half stands alone
        parts[where] = Slot(slot.id, slot.kind, slot.content)
    return tuple(parts)


def _folded(parts: Parts) -> Parts:
    """Fold every run of blanks in the strings to one space."""
    return tuple([_fold(p) if type(p) is str else p for p in parts])


def _fold(words: str) -> str:
    """Fold every run of spaces, tabs and carriage returns to one space."""
    words = words.replace("\t", " ").replace("\r", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


def unmask(parts: Parts) -> str:
    """Write parts in the document's notation: every slot is replaced by its content.

    >>> formula = Slot(1, "math", "$$x$$", lines="\\n")
    >>> unmask(("Let ", formula, " be."))
    'Let\\n$$x$$\\nbe.'
    """
    first = parts[0] if len(parts) == 1 else None
    if type(first) is str:
        return first
    written = "".join([p if type(p) is str else p.content for p in parts])  # type: ignore[union-attr]
    # A display formula begins with one of these.
    if "$$" in written or ("\\" in written and ("\\[" in written or "\\begin" in written)):
        for part in parts:
            if type(part) is Slot and part.lines:
                return _in_lines(parts)
    return written


def _in_lines(parts: Parts) -> str:
    """Write parts of which some stand on lines of their own."""
    written = lines = ""
    for part in parts:
        own = "" if isinstance(part, str) else part.lines
        if own or lines:
            written = written.rstrip(_BLANK)
        piece = part if isinstance(part, str) else part.content
        piece = piece.lstrip(_BLANK) if own or lines else piece
        if written and piece:
            written += own or lines
        written += piece
        lines = own if piece else lines
    return written


def contents_digest(segment: Segment) -> str:
    """Return a digest of the contents of a segment's slots; empty if they hold nothing.

    A unit with such a digest (:attr:`~amts_ext.model.Unit.contents`) fits these contents only.
    """
    held = "\0".join(s.content for s in segment.slots)
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:16] if held else ""


def check(source: Iterable[Slot], target: Parts) -> str:
    """Check that ``target`` holds each slot of ``source`` once, and that its pairs nest.

    Returns a text that says what is wrong; empty if nothing is.

    >>> formula = Slot(1, "math", "$x$")
    >>> check([formula], ("Sea ", formula, "."))
    ''
    >>> check([formula], ("Sea un número.",))
    'lost ⟦math1⟧'
    """
    sent, came = list(source), [p for p in target if isinstance(p, Slot)]
    if sent == came:
        return ""  # in the source's order they nest, because the source's do
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
