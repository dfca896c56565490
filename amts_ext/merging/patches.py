"""Patches: what changed in a sentence's slots and numbers is replaced in the human's sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from amts_ext.formats import Edit
from amts_ext.merging.differences import opcodes
from amts_ext.merging.grades import form, words_of
from amts_ext.model import Document, Half, Mark, Segment, Slot

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ENDS = ".。!！?？:：;；"
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
        _slots(old, new, target.text, marks, start, end),
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
    old: Sequence[Segment],
    new: Sequence[Segment],
    text: str,
    marks: Sequence[Mark],
    start: int,
    end: int,
) -> list[Edit] | None:
    """Replace the slots that changed, each by what stands in its place among the same words."""
    ours, theirs = _skeleton(old), _skeleton(new)
    instead: dict[str, set[str]] = {}
    edits: list[Edit] = []
    for tag, i1, i2, j1, j2 in opcodes([w for w, _ in ours], [w for w, _ in theirs]):
        came, gone = [c for _, c in theirs[j1:j2] if c], [c for _, c in ours[i1:i2] if c]
        if tag == "equal":
            for before, after in zip(gone, came, strict=True):
                instead.setdefault(before, set()).add(after)
        elif came and (gone or j2 < len(theirs) or any(c in came for _, c in ours)):
            return None  # among the words of another language its place would be a guess
        else:
            for content in gone:
                instead.setdefault(content, set()).add("")
            at = _last(text, start, end)
            edits += [Edit(at, at, f" {content}") for content in came]
    counts = Counter(content for _, content in ours if content)
    for content, others in instead.items():
        there = [m for m in marks if _content(m, text) == content]
        if others == {content}:
            continue
        if len(others) > 1 or len(there) != counts[content]:
            return None
        new_content = next(iter(others))
        edits += [Edit(_with_blank(text, m) if not new_content else m.start, m.end, new_content)
                  for m in there]  # fmt: skip
    return edits


def _skeleton(segments: Sequence[Segment]) -> list[tuple[str, str]]:
    """Return the letters that count, and among them each single slot: its kind, its content.

    The sentence's last mark is left out.
    """
    found: list[tuple[str, str]] = []
    for segment in segments:
        for part in segment.parts:
            if isinstance(part, str):
                found += [(letter, "") for letter in form(words_of(part))]
            elif part.half is Half.SINGLE and part.kind not in _LINES:
                found.append((f"⟦{part.kind}⟧", part.content))
    while found and found[-1][0] in _ENDS:
        found.pop()
    return found


def _with_blank(text: str, mark: Mark) -> int:
    """Return the start of a mark with the blank before it."""
    return mark.start - 1 if text[mark.start - 1 : mark.start] == " " else mark.start


def _last(text: str, start: int, end: int) -> int:
    """Return the end of a sentence without its full stop."""
    return len(text[start:end].rstrip(f" {_ENDS}")) + start


def _content(mark: Mark, text: str) -> str:
    return mark.content or text[mark.start : mark.end]


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
    kind, opened, closed = came[0]
    if any(f"{m.kind}|whole" == kind and _content(m, text) == opened for m in marks):
        return edits  # the human has put them already
    last = _last(text, start, end)
    return [*edits, Edit(start, start, opened), Edit(last, last, closed)]


def _numbers(
    old: str, new: str, text: str, marks: Sequence[Mark], start: int, end: int
) -> list[Edit] | None:
    """Replace the numbers that changed, where the human wrote them as often."""
    ours, theirs = _NUMBER.findall(old), _NUMBER.findall(new)
    if len(ours) != len(theirs):
        return None
    instead: dict[str, set[str]] = {}
    for before, after in zip(ours, theirs, strict=True):
        instead.setdefault(before, set()).add(after)
    edits: list[Edit] = []
    for number, others in instead.items():
        if others == {number}:
            continue
        places = list(_places(number, text, marks, start, end))
        if len(others) > 1 or len(places) != ours.count(number):
            return None
        edits += [Edit(a, b, next(iter(others))) for a, b in places]
    return edits


def _places(
    number: str, text: str, marks: Sequence[Mark], start: int, end: int
) -> Iterator[tuple[int, int]]:
    for match in _NUMBER.finditer(text, start, end):
        if match.group() == number and not any(m.start <= match.start() < m.end for m in marks):
            yield match.span()
