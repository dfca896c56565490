"""A chapter of a real book teaches the engine enough for another page of it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from support.places import ROOT

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from sacrebleu import corpus_bleu

from amts_ext.service.adaptation import slots
from amts_ext.service.adaptation.files import request
from amts_ext.service.adaptation.statistical import LoadedModel
from amts_ext.service.adaptation.training import train

BENCHMARK = ROOT / "benchmarks/adaptation.py"
CHAPTER, PAGE = "chapter_multilayer-perceptrons", "dropout"


@pytest.mark.slow
@pytest.mark.shared
def test_a_chapter_teaches_its_terms(shared: Path, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("adaptation_benchmark", BENCHMARK)
    assert spec and spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    known: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    for original in sorted((shared / "d2l-zh" / CHAPTER).glob("*_origin.md")):
        human = original.with_name(original.name.replace("_origin", ""))
        (asked if human.stem == PAGE else known).extend(bench.aligned(original, human)[0])
    (tmp_path / "request.json").write_text(request("en", "zh", known))
    train(tmp_path, lambda step, done: None)

    sources, references = zip(*(slots.masked(s, t) for s, t in asked), strict=True)
    drafts = LoadedModel(tmp_path, "en", "zh").translate(sources)
    for source, draft in zip(sources, drafts, strict=True):
        assert sorted(re.findall(r"XM\d+", draft)) == sorted(re.findall(r"XM\d+", source))
    scores = [
        corpus_bleu(list(texts), [list(references)], tokenize="zh").score
        for texts in (sources, drafts)
    ]
    assert scores[1] > scores[0] + 10, scores
