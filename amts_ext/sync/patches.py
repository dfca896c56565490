"""Patches: what changed in a sentence's slots and numbers is replaced in the human's sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from amts_ext.formats import Edit
from amts_ext.model import Document, Half, Mark, Segment, Slot

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LINES = frozenset({"soft", "break", "escape"})
"""Kinds of slots that belong to the human's own sentence."""


def patch(
    old: Sequence[Segment], new: Sequence[Segment], target: Document, start: int, end: int
) -> list[Edit] | None:
    """Return the edits that follow a change of slots and numbers in ``target.text[start:end]``.

    None if the human's text does not hold what changed, or not as often.
    """
    marks = [m for block in target.blocks for m in block.marks if start <= m.start and m.end <= end]
    edits: list[Edit] = []
    for part in (
        _slots(_contents(old), _contents(new), target.text, marks),
        _pairs(_halves(old), _halves(new), target.text, marks, start, end),
        _numbers(_words(old), _words(new), target.text, marks, start, end),
    ):
        if part is None:
            return None
        edits += part
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return edits


def _words(segments: Sequence[Segment]) -> str:
    return " ".join(p for s in segments for p in s.parts if isinstance(p, str))


def _contents(segments: Sequence[Segment]) -> list[tuple[str, str]]:
    """Return kind and content of the single slots, in order."""
    return [
        (slot.kind, slot.content)
        for s in segments
        for slot in s.slots
        if slot.half is Half.SINGLE and slot.kind not in _LINES
    ]


def _halves(segments: Sequence[Segment]) -> list[tuple[str, str, str]]:
    """Return kind and contents of the pairs, in order, and whether each encloses its sentence."""
    found = []
    for segment in segments:
        closes = {s.id: s for s in segment.slots if s.half is Half.CLOSE}
        for slot in segment.slots:
            if slot.half is Half.OPEN:
                whole = segment.parts[0] == slot and _closes(segment, closes[slot.id])
                kind = slot.kind + ("|whole" if whole else "")
                found.append((kind, slot.content, closes[slot.id].content))
    return found


def _closes(segment: Segment, slot: Slot) -> bool:
    """Return True if a slot is the last thing in a segment, but for its full stop."""
    after = segment.parts[segment.parts.index(slot) + 1 :]
    return not any(isinstance(p, Slot) or re.search(r"\w", p) for p in after)


def _slots(
    old: list[tuple[str, str]], new: list[tuple[str, str]], text: str, marks: Sequence[Mark]
) -> list[Edit] | None:
    """Replace the slots that changed, one for one and of one kind."""
    gone, came = _difference(old, new), _difference(new, old)
    if [kind for kind, _ in gone] != [kind for kind, _ in came]:
        return None
    edits = []
    for (kind, content), (_, instead) in zip(gone, came, strict=True):
        if old.count((kind, content)) != 1 and new.count((kind, content)):
            return None
        there = [m for m in marks if _content(m, text) == content]
        if len(there) != old.count((kind, content)):
            return None
        edits += [Edit(m.start, m.end, instead) for m in there]
    return list({edit.start: edit for edit in edits}.values())


def _content(mark: Mark, text: str) -> str:
    return mark.content or text[mark.start : mark.end]


def _difference(
    some: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the elements that ``others`` lacks, in order."""
    left = Counter(others)
    found = []
    for one in some:
        if left[one]:
            left[one] -= 1
        else:
            found.append(one)
    return found


def _pairs(
    old: list[tuple[str, str, str]],
    new: list[tuple[str, str, str]],
    text: str,
    marks: Sequence[Mark],
    start: int,
    end: int,
) -> list[Edit] | None:
    """Take away pairs that went, and put those around the sentence that enclose the source's."""
    gone = list((Counter(old) - Counter(new)).elements())
    came = list((Counter(new) - Counter(old)).elements())
    edits: list[Edit] = []
    for kind, opened, closed in gone:
        name = kind.removesuffix("|whole")
        opens = [m for m in marks if m.kind == name and m.half is Half.OPEN]
        closes = [m for m in marks if m.kind == name and m.half is Half.CLOSE]
        if (len(opens), len(closes)) != (1, 1):
            return None
        if (_content(opens[0], text), _content(closes[0], text)) != (opened, closed):
            return None
        edits += [Edit(m.start, m.end, "") for m in (opens[0], closes[0])]
    if not came:
        return edits
    if len(came) > 1 or not came[0][0].endswith("|whole"):
        return None
    _, opened, closed = came[0]
    last = len(text[start:end].rstrip(" .。!！?？:：;；")) + start
    return [*edits, Edit(start, start, opened), Edit(last, last, closed)]


def _numbers(
    old: str, new: str, text: str, marks: Sequence[Mark], start: int, end: int
) -> list[Edit] | None:
    """Replace the numbers that changed, where the human wrote them as often."""
    ours, theirs = _NUMBER.findall(old), _NUMBER.findall(new)
    if len(ours) != len(theirs):
        return None
    edits: list[Edit] = []
    for number, instead in dict(zip(ours, theirs, strict=True)).items():
        places = list(_places(number, text, marks, start, end))
        if number == instead:
            continue
        same = [b for a, b in zip(ours, theirs, strict=True) if a == number]
        if len(places) != len(same) or {*same} != {instead}:
            return None
        edits += [Edit(a, b, instead) for a, b in places]
    return edits


def _places(
    number: str, text: str, marks: Sequence[Mark], start: int, end: int
) -> Iterator[tuple[int, int]]:
    for match in _NUMBER.finditer(text, start, end):
        if match.group() == number and not any(m.start <= match.start() < m.end for m in marks):
            yield match.span()
