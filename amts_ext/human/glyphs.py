"""A sentence of a file as glyphs that stand one after the other: characters, blanks and slots.

>>> from amts_ext.formats import get
>>> from amts_ext.text.masking import mask
>>> document = get("md").read("Una media\\nde $x$ valores.")
>>> glyphs = glyphs_of(document, mask(document, "es")[0], {0: "⟦math1⟧"})
>>> start, end, text = changed(glyphs, ("Una suma de ", Slot(1, "math", "$x$"), " valores."))
>>> document.text[:start], document.text[start:end], text
('Una ', 'medi', 'sum')

So only what a person has changed is written, and the other lines of a paragraph stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from amts_ext.model import Document, Parts, Segment, Slot

BLANKS = " \t\r\n"


class Glyph(NamedTuple):
    """One character, run of blanks, or slot."""

    key: str
    """The character, one blank for a run of them, or the slot's token."""
    start: int
    end: int
    is_slot: bool = False


def glyphs_of(document: Document, segment: Segment, names: Mapping[int, str]) -> list[Glyph]:
    """Cut a segment of one block into glyphs; ``names`` are the tokens of its slots, by number.

    A slot without a name is no slot of the other side: its key is no text of a person.
    """
    return list(_joined(_pieces(document, segment, names)))


def _pieces(document: Document, segment: Segment, names: Mapping[int, str]) -> Iterator[Glyph]:
    text, at, number = document.text, segment.start, 0
    for mark in document.blocks[segment.block].marks:
        if not segment.start <= mark.start < segment.end:
            continue
        yield from (_character(text, i) for i in range(at, mark.start))
        if mark.kind == "soft":
            yield Glyph(" ", mark.start, mark.end)
        else:
            yield Glyph(names.get(number, "\0"), mark.start, mark.end, True)
            number += 1
        at = mark.end
    yield from (_character(text, i) for i in range(at, segment.end))


def _character(text: str, at: int) -> Glyph:
    return Glyph(" " if text[at] in BLANKS else text[at], at, at + 1)


def _joined(glyphs: Iterator[Glyph]) -> Iterator[Glyph]:
    """Join the blanks that follow one another."""
    blank: Glyph | None = None
    for glyph in glyphs:
        if glyph.key == " ":
            blank = Glyph(" ", blank.start if blank else glyph.start, glyph.end)
            continue
        if blank:
            yield blank
            blank = None
        yield glyph
    if blank:
        yield blank


def changed(
    glyphs: Sequence[Glyph], parts: Parts, close_up: Callable[[str], str] | None = None
) -> tuple[int, int, str] | None:
    """Return the least replacement (start, end, text) that makes ``glyphs`` read as ``parts``.

    ``close_up`` takes the blanks out of a text that its script does not write, as at the ends of
    lines. None if a slot with lines of its own is a part of the replacement.
    """
    old = _closed(glyphs, close_up) if close_up else list(glyphs)
    new = list(_items(parts))
    first = 0
    while first < min(len(old), len(new)) and old[first].key == _key(new[first]):
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last].key == _key(new[-1 - last]):
        last += 1
    put = new[first : len(new) - last]
    if any(isinstance(item, Slot) and item.lines for item in put):
        return None
    if first + last < len(old):
        start, end = old[first].start, old[len(old) - last - 1].end
    else:
        start = end = old[first - 1].end if first else glyphs[0].start
    return start, end, "".join(i if isinstance(i, str) else i.content for i in put)


def _items(parts: Parts) -> Iterator[str | Slot]:
    """Yield the characters, blanks and slots of a translation."""
    for part in parts:
        if isinstance(part, Slot):
            yield part
            continue
        for number, character in enumerate(part):
            if character not in BLANKS:
                yield character
            elif number == 0 or part[number - 1] not in BLANKS:
                yield " "


def _key(item: str | Slot) -> str:
    return item if isinstance(item, str) else item.token


def _closed(glyphs: Sequence[Glyph], close_up: Callable[[str], str]) -> list[Glyph]:
    """Leave out the blanks that ``close_up`` takes out."""
    left = close_up("".join(glyph.key for glyph in glyphs))
    kept, at = [], 0
    for glyph in glyphs:
        if left.startswith(glyph.key, at):
            kept.append(glyph)
            at += len(glyph.key)
    return kept
