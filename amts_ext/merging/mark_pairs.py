"""Pairs of marks among the same words: emphasis, links, the marks of slides.

What changed is patched in the human's sentence: a link gets its new address, marks go, and those
around the whole sentence come. Marks that the human has already stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from amts_ext.formats import Edit
from amts_ext.merging.grades import form, words_of
from amts_ext.model import Half, Mark, Segment, Slot

ENDS = ".。!！?？:：;；"


class MarkPair(NamedTuple):
    """A pair of marks in the source."""

    kind: str
    opened: str
    closed: str
    inside: str
    """The words between them."""
    is_whole: bool
    """True if they enclose their sentence."""

    @property
    def halves(self) -> tuple[str, str, str]:
        return self.kind, self.opened, self.closed


class HumanPair(NamedTuple):
    """A pair of marks in the human's sentence."""

    opens: Mark
    closes: Mark
    halves: tuple[str, str, str]


def patch(
    old: Sequence[Segment],
    new: Sequence[Segment],
    text: str,
    marks: Sequence[Mark],
    start: int,
    end: int,
) -> list[Edit] | None:
    """Follow a change of pairs in ``text[start:end]``; None if their places would be a guess."""
    before, after = (Counter(p for s in side for p in _pairs(s)) for side in (old, new))
    gone, came = list((before - after).elements()), list((after - before).elements())
    there = _of_human(marks, text)
    counts = Counter(pair.halves for pair in there)
    wanted = Counter(pair.halves for pair in after.elements())
    edits: list[Edit] = []
    for pair in [*gone]:
        # The same words in other marks of its kind, such as a link with a new address.
        other = next((c for c in came if (c.kind, c.inside) == (pair.kind, pair.inside)), None)
        if other and pair.halves != other.halves:
            found = [p for p in there if p.halves == pair.halves]
            if len(found) != 1:
                return None
            edits += _exchanged(found[0], other)
            gone.remove(pair)
            came.remove(other)
    if {p.halves for p in gone} & {p.halves for p in came}:
        return None  # it stands around other words now
    for halves in {p.halves for p in gone if counts[p.halves] != wanted[p.halves]}:
        found = [p for p in there if p.halves == halves]
        if wanted[halves] or len(found) != 1:
            return None
        edits += [Edit(m.start, m.end, "") for m in found[0][:2]]
    put = [p for p in came if counts[p.halves] != wanted[p.halves]]
    if not put:
        return edits
    if len(put) > 1 or not put[0].is_whole:
        return None
    at = last(text, start, end)
    return [*edits, Edit(start, start, put[0].opened), Edit(at, at, put[0].closed)]


def _exchanged(human: HumanPair, new: MarkPair) -> list[Edit]:
    """Put the halves of another pair in the place of the human's."""
    marks, halves = (human.opens, human.closes), (new.opened, new.closed)
    return [Edit(m.start, m.end, half) for m, half in zip(marks, halves, strict=True)]


def _pairs(segment: Segment) -> list[MarkPair]:
    """Return the pairs of a sentence, in order."""
    closes = {slot.id: slot for slot in segment.slots if slot.half is Half.CLOSE}
    found = []
    for index, part in enumerate(segment.parts):
        if isinstance(part, Slot) and part.half is Half.OPEN:
            end = segment.parts.index(closes[part.id])
            inside = " ".join(p for p in segment.parts[index:end] if isinstance(p, str))
            is_whole = not index and _is_last(segment, end)
            key = form(words_of(inside))
            found.append(MarkPair(part.kind, part.content, closes[part.id].content, key, is_whole))
    return found


def _is_last(segment: Segment, index: int) -> bool:
    """Return True if a part is the last thing in a segment, but for its full stop."""
    after = segment.parts[index + 1 :]
    return not any(isinstance(p, Slot) or re.search(r"\w", p) for p in after)


def _of_human(marks: Sequence[Mark], text: str) -> list[HumanPair]:
    """Return the pairs among the marks of the human's sentence."""
    found = []
    open_marks: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.half is Half.OPEN:
            open_marks.setdefault(mark.kind, []).append(mark)
        elif mark.half is Half.CLOSE and open_marks.get(mark.kind):
            opens = open_marks[mark.kind].pop()
            halves = mark.kind, written(opens, text), written(mark, text)
            found.append(HumanPair(opens, mark, halves))
    return found


def written(mark: Mark, text: str) -> str:
    """Return what a mark stands for."""
    return mark.content or text[mark.start : mark.end]


def last(text: str, start: int, end: int) -> int:
    """Return the end of a sentence without its full stop."""
    return len(text[start:end].rstrip(f" {ENDS}")) + start
