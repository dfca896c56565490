"""Alignment against sections that were aligned by hand (``gold/``)."""

from __future__ import annotations

import pytest
from support import gold
from support.gold import Section

from amts_ext.alignment import align

SECTIONS = list(gold.sections())


def found(section: Section) -> set[gold.Bead]:
    ours, theirs = section.source, section.target
    beads = align(ours.document, ours.segments, theirs.document, theirs.segments)
    return {(b.source, b.target) for b in beads if b.source and b.target}


def test_the_gold_set_is_large_and_varied() -> None:
    assert len(SECTIONS) >= 10
    assert sum(len(section.pairs) for section in SECTIONS) >= 300
    alone = [n for s in SECTIONS for side in (s.source, s.target) for n in side.numbers if not n]
    merged = [p for s in SECTIONS for p in s.pairs if len(p[0]) + len(p[1]) > 2]
    moved = [
        s.name for s in SECTIONS if [p[1] for p in sorted(s.pairs)] != sorted(p[1] for p in s.pairs)
    ]
    assert len(alone) >= 10 and len(merged) >= 15 and len(moved) >= 3


def test_f1_is_097_where_only_exact_beads_count() -> None:
    right = sum(len(found(section) & section.pairs) for section in SECTIONS)
    total = sum(len(found(section)) + len(section.pairs) for section in SECTIONS)
    assert 2 * right / total >= 0.97, f"F1 {2 * right / total:.4f}"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.name)
def test_no_section_is_bad(section: Section) -> None:
    right = len(found(section) & section.pairs)
    assert 2 * right / (len(found(section)) + len(section.pairs)) >= 0.85
