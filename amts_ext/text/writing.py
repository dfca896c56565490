"""Writing: translations are spliced into a document, and the result is read again.

>>> from amts_ext.formats import get
>>> from amts_ext.languages.profiles import load
>>> from amts_ext.text.masking import mask
>>> document = get("md").read("# The mean\\n")
>>> [segment] = mask(document, "en")
>>> for translation in ("La media", "La\\n\\nmedia"):
...     outcome = Outcome(segment, Status.MACHINE, (translation,))
...     done = write(document, [outcome], get("md"), load("es"))
...     print(done.text.strip(), done.segments[0].status)
# La media machine
# The mean rejected

A block that reads back with other slots or another kind than expected loses its translation: here
the second one would make a title and a paragraph. Its segments are rejected, with a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from msgspec.structs import replace

from amts_ext.formats import Edit, Format, notation_of
from amts_ext.languages.profiles import Profile
from amts_ext.model import Block, Document, Parts, Slot
from amts_ext.text import groups
from amts_ext.text.masking import unmask
from amts_ext.text.outcome import Outcome, Status, TranslatedDocument
from amts_ext.text.spacing import join, settle


def write(
    document: Document, outcomes: Sequence[Outcome], format: Format, profile: Profile
) -> TranslatedDocument:
    """Splice the outcomes into the document, and take back those that change its structure.

    ``outcomes`` are in the document's order. Those of the result have their spans in it.
    """
    if all(o.parts is None for o in outcomes):
        text = format.write(document, [])
        whole = tuple(outcomes)
        return TranslatedDocument(
            document.name, text, document, document.text, whole, result=document
        )
    kept = list(outcomes)
    while True:
        edits, spans = _edits(document, kept, format, profile)
        text = format.write(document, edits)
        again = format.read(text, document.name)
        guilty = _guilty(document, again, kept, format, profile)
        if not guilty:
            placed = tuple(replace(o, span=span) for o, span in zip(kept, spans, strict=True))
            return TranslatedDocument(
                document.name, text, document, again.text, placed, result=again
            )
        kept = [_taken_back(o) if o.segment.block in guilty else o for o in kept]


def _taken_back(outcome: Outcome) -> Outcome:
    """Return the outcome without its translation, as rejected."""
    if outcome.parts is None:
        return outcome
    reason = "the translation would change the structure of the text"
    return replace(outcome, status=Status.REJECTED, parts=None, reason=reason)


def _edits(
    document: Document, outcomes: Sequence[Outcome], format: Format, profile: Profile
) -> tuple[list[Edit], list[tuple[int, int]]]:
    """Return one edit for each changed block, and the span of every outcome in the new text."""
    edits: list[Edit] = []
    spans: list[tuple[int, int]] = []
    shift = 0
    joint = notation_of(format).joint
    for _, group in groupby(outcomes, key=lambda o: o.segment.block):
        members = list(group)
        start, end = members[0].segment.start, members[-1].segment.end
        text, inner = _block_text(document.text, members, profile, joint)
        spans += [(start + shift + s, start + shift + e) for s, e in inner]
        if text != document.text[start:end]:
            edits.append(Edit(start, end, text))
            shift += len(text) - (end - start)
    return edits, spans


def _block_text(
    text: str, outcomes: Sequence[Outcome], profile: Profile, joint: str
) -> tuple[str, list[tuple[int, int]]]:
    """Return the new text of one block, and the span of every outcome in it."""
    built = ""
    spans: list[tuple[int, int]] = []
    before: Outcome | None = None
    for outcome in outcomes:
        segment = outcome.segment
        new = text[segment.start : segment.end] if outcome.parts is None else unmask(outcome.parts)
        if before is not None:
            gap = text[before.segment.end : segment.start]
            changed = before.parts is not None or outcome.parts is not None
            if changed and not gap.strip():
                gap = _lines_between(before, outcome, gap) or join(built, gap, new, profile)
                gap = gap or (joint and _joint_between(before, outcome, joint))
            built += gap
        spans.append((len(built), len(built) + len(new)))
        built += new
        before = outcome
    return built, spans


def _lines_between(before: Outcome, after: Outcome, gap: str) -> str:
    """Return the line break between two sentences if one has a line of its own there, else ""."""
    last = (before.parts or before.segment.parts)[-1:]
    first = (after.parts or after.segment.parts)[:1]
    lines = [p.lines for p in (*last, *first) if isinstance(p, Slot) and p.lines]
    return gap if lines and "\n" in gap else "".join(lines[:1])


def _joint_between(before: Outcome, after: Outcome, joint: str) -> str:
    """Return the joint that markup at the end of one sentence and the start of the next needs."""
    last = (before.parts or before.segment.parts)[-1]
    first = (after.parts or after.segment.parts)[0]
    return joint if len(settle((last, first), joint)) > 2 else ""


TRIALS = 100
"""The largest number of times that a document is read again to find the blocks that do harm."""

# Kinds of slots of which a translation may have more or fewer than its source.
_FREE = {"soft", "escape", "break"}
# What marks of these kinds hold, where a human has written them on their own.
_OWN_FREE = re.compile(r"&#?\w+;|\\[!-/:-@\[-`{-~]|\\?[^\S\n]*\n\s*")


def _held(text: str, block: Block) -> list[str]:
    """Return the contents of a block's marks, sorted."""
    return sorted([m.content or text[m.start : m.end] for m in block.marks if m.kind not in _FREE])


def _contents(parts: Parts) -> list[str]:
    """Return the contents of the slots of a segment or of its translation, in order."""
    return [
        p.content
        for p in parts
        if type(p) is Slot and not (p.kind in _FREE or _is_own_free(p) or groups.divides(p))
    ]


def _is_own_free(slot: Slot) -> bool:
    return slot.kind == "own" and bool(_OWN_FREE.fullmatch(slot.content))


def _changes(outcomes: Sequence[Outcome]) -> dict[int, Counter[str]]:
    """Count, by block, the contents that translations have more or fewer times than their sources.

    Human translations may differ in this from their sources.
    """
    changes: dict[int, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.parts is not None:
            ours, theirs = _contents(outcome.segment.parts), _contents(outcome.parts)
            if ours != theirs and sorted(ours) != sorted(theirs):
                change = changes.setdefault(outcome.segment.block, Counter())
                change.update(theirs)
                change.subtract(ours)
    return changes


def _differing(document: Document, again: Document, outcomes: Sequence[Outcome]) -> set[int] | None:
    """Find the blocks that do not read back as expected, by index.

    None if the documents differ in the number of blocks or in their anchors, which no single block
    explains.
    """
    matched = _matched(document.blocks, again.blocks, outcomes)
    if matched is None:
        return None
    changes = _changes(outcomes)
    differing = set()
    index = 0
    for ours, theirs in matched:
        wanted = sorted([held for block in ours for held in _held(document.text, block)])
        found = sorted([held for block in theirs for held in _held(again.text, block)])
        if index in changes:
            counts = Counter(wanted)
            counts.update(changes[index])
            same = {c: n for c, n in counts.items() if n} == Counter(found)
        else:
            same = wanted == found
        is_one = len(ours) == len(theirs) == 1
        if not same or (is_one and ours[0].kind != theirs[0].kind):
            differing.add(index)
        index += len(ours)
    if not differing and [a for _, a in document.anchors] != [a for _, a in again.anchors]:
        return None
    return differing


def _matched(
    ours: Sequence[Block], theirs: Sequence[Block], outcomes: Sequence[Outcome]
) -> list[tuple[Sequence[Block], Sequence[Block]]] | None:
    """Match the blocks before and after: one to one, but for those that a human grouped otherwise.

    None if one side has more blocks.
    """
    grouped = {
        o.segment.block: (groups.size(o.segment.parts), groups.size(o.parts))
        for o in outcomes
        if o.status is Status.HUMAN and o.parts is not None
    }
    matched = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        a, b = grouped.get(i, (1, 1))
        matched.append((ours[i : i + a], theirs[j : j + b]))
        i, j = i + a, j + b
    return matched if (i, j) == (len(ours), len(theirs)) else None


def _guilty(
    document: Document,
    again: Document,
    outcomes: Sequence[Outcome],
    format: Format,
    profile: Profile,
) -> set[int]:
    """Find the translated blocks that change the document's structure, by index.

    If the damage shows elsewhere than in translated blocks, the document is written again with some
    of the translations only, and the blocks that do harm are searched by halves.
    """
    translated = sorted({o.segment.block for o in outcomes if o.parts is not None})
    differing = _differing(document, again, outcomes)
    if differing is not None and differing.issubset(translated):
        return differing
    trials = TRIALS

    def harmless(blocks: Sequence[int]) -> bool:
        nonlocal trials
        trials -= 1
        some = set(blocks)
        alone = [o if o.segment.block in some else replace(o, parts=None) for o in outcomes]
        text = format.write(document, _edits(document, alone, format, profile)[0])
        return _differing(document, format.read(text, document.name), alone) == set()

    def search(blocks: Sequence[int]) -> set[int]:
        """Find the blocks that do harm among ``blocks``, which do harm together."""
        if len(blocks) == 1 or trials <= 0:
            return set(blocks)
        middle = len(blocks) // 2
        halves = (blocks[:middle], blocks[middle:])
        found = [search(half) for half in halves if not harmless(half)]
        return set().union(*found) if found else set(blocks)

    return search(translated)
