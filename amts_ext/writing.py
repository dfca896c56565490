"""Outcomes back into a document: splice, then look again.

The result is parsed like the source; a block whose slots, kind or shape came out different
loses its translation, and the run says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from amts_ext.formats import Edit, Format
from amts_ext.masking import unmask
from amts_ext.model import Block, Document, Slot
from amts_ext.outcome import Outcome, Status, TranslatedDocument
from amts_ext.profiles import Profile
from amts_ext.spacing import join

Signature = tuple[str, tuple[tuple[str, int], ...]]
"""A block as the second look compares it: its kind, and its slots with their counts."""


def write(
    document: Document, outcomes: Sequence[Outcome], format: Format, profile: Profile
) -> TranslatedDocument:
    """Splice, look again, and take back what changed the document's structure."""
    if all(o.parts is None for o in outcomes):
        spans = [(o.segment.start, o.segment.end) for o in outcomes]
        return _finish(document, format.write(document, []), document.text, outcomes, spans)
    kept = list(outcomes)
    while True:
        edits, spans = _edits(document, kept, profile)
        text = format.write(document, edits)
        again = format.read(text, document.name)
        broken = _broken(document, again, kept)
        suspects = {
            i for i, o in enumerate(kept) if o.parts is not None and o.segment.block in broken
        }
        if not suspects:
            return _finish(document, text, again.text, kept, spans)
        for index in suspects:
            reason = "the translation would change the structure of the text"
            kept[index] = kept[index]._replace(status=Status.REJECTED, parts=None, reason=reason)


def _finish(
    document: Document,
    text: str,
    body: str,
    outcomes: Sequence[Outcome],
    spans: Sequence[tuple[int, int]],
) -> TranslatedDocument:
    placed = tuple(
        Outcome(o.segment, o.status, o.parts, o.reason, *span)
        for o, span in zip(outcomes, spans, strict=True)
    )
    return TranslatedDocument(document.name, text, document, body, placed)


def _edits(
    document: Document, outcomes: Sequence[Outcome], profile: Profile
) -> tuple[list[Edit], list[tuple[int, int]]]:
    """One edit a changed block, and the span of every outcome in the new text."""
    edits: list[Edit] = []
    spans: list[tuple[int, int]] = []
    shift = 0
    for _, group in groupby(outcomes, key=lambda o: o.segment.block):
        members = list(group)
        start, end = members[0].segment.start, members[-1].segment.end
        text, inner = _block_text(document.text, members, profile)
        spans += [(start + shift + s, start + shift + e) for s, e in inner]
        if text != document.text[start:end]:
            edits.append(Edit(start, end, text))
            shift += len(text) - (end - start)
    return edits, spans


def _block_text(
    text: str, outcomes: Sequence[Outcome], profile: Profile
) -> tuple[str, list[tuple[int, int]]]:
    built = ""
    spans: list[tuple[int, int]] = []
    before: Outcome | None = None
    for outcome in outcomes:
        segment = outcome.segment
        new = text[segment.start : segment.end] if outcome.parts is None else unmask(outcome.parts)
        if before is not None:
            gap = text[before.segment.end : segment.start]
            changed = before.parts is not None or outcome.parts is not None
            built += join(built, gap, new, profile) if changed and not gap.strip() else gap
        spans.append((len(built), len(built) + len(new)))
        built += new
        before = outcome
    return built, spans


def _signature(text: str, block: Block) -> Signature:
    held = Counter(m.content or text[m.start : m.end] for m in block.marks if m.kind not in _FREE)
    return block.kind, tuple(sorted(held.items()))


_FREE = {"soft", "escape", "break"}
"""What a translation may have more or less of."""


def _expected(document: Document, outcomes: Sequence[Outcome]) -> list[Signature]:
    """The blocks as they should be read back: the source's, with the slots that were written."""
    translated: dict[int, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.parts is not None:
            change = translated.setdefault(outcome.segment.block, Counter())
            for slots, sign in ((outcome.parts, 1), (outcome.segment.slots, -1)):
                for slot in slots:
                    if isinstance(slot, Slot) and slot.kind not in _FREE:
                        change[slot.content] += sign
    signatures = []
    for index, block in enumerate(document.blocks):
        kind, held = _signature(document.text, block)
        if index in translated:
            counts = Counter(dict(held))
            for content, difference in translated[index].items():
                counts[content] += difference
            held = tuple(sorted((c, n) for c, n in counts.items() if n))
        signatures.append((kind, held))
    return signatures


def _broken(document: Document, again: Document, outcomes: Sequence[Outcome]) -> set[int]:
    """Indices of the blocks that do not read back as expected."""
    wanted = _expected(document, outcomes)
    found = [_signature(again.text, b) for b in again.blocks]
    if len(wanted) == len(found):
        broken = {i for i, (w, f) in enumerate(zip(wanted, found, strict=True)) if w != f}
    else:
        matcher = SequenceMatcher(None, wanted, found, autojunk=False)
        broken = set()
        for tag, first, last, *_ in matcher.get_opcodes():
            if tag != "equal":
                # An insertion has no block of its own: its neighbours are suspects.
                broken |= set(range(max(first - 1, 0), min(last + 1, len(wanted))))
    if [a for _, a in document.anchors] != [a for _, a in again.anchors] and not broken:
        broken = set(range(len(wanted)))
    return broken
