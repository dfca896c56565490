"""Outcomes back into a document: splice, then look again.

The result is parsed like the source; a block whose slots, kind or shape came out different
loses its translation, and the run says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from msgspec.structs import replace

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
        text = format.write(document, [])
        return TranslatedDocument(document.name, text, document, document.text, tuple(outcomes))
    kept = list(outcomes)
    while True:
        edits, spans = _edits(document, kept, profile)
        text = format.write(document, edits)
        again = format.read(text, document.name)
        guilty = _guilty(document, again, kept, format, profile)
        if not guilty:
            placed = [replace(o, span=span) for o, span in zip(kept, spans, strict=True)]
            return TranslatedDocument(document.name, text, document, again.text, tuple(placed))
        kept = [_taken_back(o) if o.segment.block in guilty else o for o in kept]


def _taken_back(outcome: Outcome) -> Outcome:
    if outcome.parts is None:
        return outcome
    reason = "the translation would change the structure of the text"
    return replace(outcome, status=Status.REJECTED, parts=None, reason=reason)


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


TRIALS = 100
"""How often a document is read again to find the one translation that changes its structure."""

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


def _differing(document: Document, again: Document, outcomes: Sequence[Outcome]) -> set[int] | None:
    """Indices of the blocks that do not read back as expected; None if blocks came or went."""
    wanted = _expected(document, outcomes)
    found = [_signature(again.text, b) for b in again.blocks]
    if len(wanted) != len(found):
        return None
    differing = {i for i, (w, f) in enumerate(zip(wanted, found, strict=True)) if w != f}
    if not differing and [a for _, a in document.anchors] != [a for _, a in again.anchors]:
        return None
    return differing


def _guilty(
    document: Document,
    again: Document,
    outcomes: Sequence[Outcome],
    format: Format,
    profile: Profile,
) -> set[int]:
    """The translated blocks that change the document's structure."""
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
        text = format.write(document, _edits(document, alone, profile)[0])
        return _differing(document, format.read(text, document.name), alone) == set()

    def search(blocks: Sequence[int]) -> set[int]:
        """Of blocks that do harm together, those that do it, by halves."""
        if len(blocks) == 1 or trials <= 0:
            return set(blocks)
        middle = len(blocks) // 2
        halves = (blocks[:middle], blocks[middle:])
        found = [search(half) for half in halves if not harmless(half)]
        return set().union(*found) if found else set(blocks)

    return search(translated)
