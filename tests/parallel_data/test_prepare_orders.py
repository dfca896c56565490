"""Pairs of documents whose paragraphs have another order, or are partly missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from amts_ext.parallel_data import gathering, prepare
from amts_ext.parallel_data.gathering import Gathered
from amts_ext.parallel_data.pairing import Texts

TEXTS = Path(__file__).parents[1] / "support/texts"
EVERY = list(range(10))
ORDERS = {
    "reversed": EVERY[::-1],
    "two parts exchanged": EVERY[5:] + EVERY[:5],
    "two are missing": EVERY[:3] + EVERY[5:],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("name", "language"), [("garden", "pt"), ("buses", "pt"), ("chess", "zh")])
def test_nothing_wrong_is_kept(tmp_path: Path, name: str, language: str, order: str) -> None:
    paragraphs = (TEXTS / f"{name}.{language}.md").read_text("utf-8").strip().split("\n\n")
    source, target = TEXTS / f"{name}.en.md", tmp_path / "translation.md"
    target.write_text("\n\n".join(paragraphs[i] for i in ORDERS[order]) + "\n", "utf-8")
    gathered = Gathered()
    both = Texts("a.md", source, target, ("source.md", "target.md"))
    gathering.documents(gathered, [both], ("en", language))
    kept = prepare(gathered).kept
    lines = [[int(p.split(":")[1]) for p in (c.source_place, c.target_place)] for c in kept]
    assert kept
    assert all(ORDERS[order][theirs // 2] == ours // 2 for ours, theirs in lines)
