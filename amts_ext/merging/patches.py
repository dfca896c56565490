"""Patches: what changed in a sentence's slots and numbers is replaced in the human's sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from amts_ext.formats import Edit
from amts_ext.merging import mark_pairs
from amts_ext.merging.critical import NUMBER
from amts_ext.merging.differences import opcodes
from amts_ext.merging.grades import form, words_of
from amts_ext.model import Document, Half, Mark, Segment

_BRACKETS = ("()", "（）", "[]", "【】")
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
        mark_pairs.patch(old, new, target.text, marks, start, end),
        _numbers(_words(old), _words(new), target.text, marks, start, end),
    ):
        if part is None:
            return None
        edits += part
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return edits


def _words(segments: Sequence[Segment]) -> str:
    return " ".join(p for s in segments for p in s.parts if isinstance(p, str))


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
            at = mark_pairs.last(text, start, end)
            edits += [Edit(at, at, f" {content}") for content in came]
    counts = Counter(content for _, content in ours if content)
    for content, others in instead.items():
        there = [m for m in marks if mark_pairs.written(m, text) == content]
        if others == {content}:
            continue
        if len(others) > 1 or len(there) != counts[content]:
            return None
        new_content = next(iter(others))
        edits += [
            Edit(m.start, m.end, new_content) if new_content else _without(text, m) for m in there
        ]
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
    while found and found[-1][0] in mark_pairs.ENDS:
        found.pop()
    return found


def _without(text: str, mark: Mark) -> Edit:
    """Take out a mark with the blank before it, or with the brackets around it."""
    start, end = mark.start, mark.end
    if text[start - 1 : start] + text[end : end + 1] in _BRACKETS:
        start, end = start - 1, end + 1
    return Edit(start - (text[start - 1 : start] == " "), end, "")


def _numbers(
    old: str, new: str, text: str, marks: Sequence[Mark], start: int, end: int
) -> list[Edit] | None:
    """Replace the numbers that changed, where the human wrote them as often."""
    ours, theirs = NUMBER.findall(old), NUMBER.findall(new)
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
    for match in NUMBER.finditer(text, start, end):
        if match.group() == number and not any(m.start <= match.start() < m.end for m in marks):
            yield match.span()
