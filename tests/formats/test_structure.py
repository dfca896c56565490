"""Documents of all constructs, translated: other programs find the same structure in them.

``AMTS_STRUCTURES=20000 pytest tests/formats/test_structure.py -s`` makes as many documents.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import structure
from support.program import notebook
from support.structure import TRANSLATIONS, Maker

from amts_ext.api import make_pipeline
from amts_ext.text.outcome import Source
from amts_ext.translators.function import Function

pytest.importorskip("mdit_py_plugins")
pytest.importorskip("nbconvert")
pytest.importorskip("pypandoc")
COUNT = int(os.environ.get("AMTS_STRUCTURES", "240"))
SHARES = {"md": 0.4, "ipynb": 0.2, "d2l": 0.4}
"""The share of documents by format."""


def made(format: str) -> tuple[list[str], list[list[str]]]:
    """Documents, and the pieces that each holds."""
    makers = [Maker(n, format) for n in range(int(COUNT * SHARES[format]))]
    texts = [maker.document() for maker in makers]
    return texts, [maker.used for maker in makers]


def translated(texts: list[str], format: str, name: str) -> tuple[list[str], float]:
    """The translations, and the share of segments that were not rejected."""
    target, translate = TRANSLATIONS[name]
    files = [notebook(("markdown", t)) for t in texts] if format == "ipynb" else texts
    sources = [Source(f"{n}.{format}", text, format) for n, text in enumerate(files)]
    translator = Function(translate, sure=True)
    result = make_pipeline("en", target, translator, None, "sentence").translate(sources)
    by_name = {document.name: document.text for document in result.documents}  # in any order
    found = [by_name[source.name] for source in sources]
    if format == "ipynb":
        found = ["".join(json.loads(text)["cells"][0]["source"]) for text in found]
    return found, result.counts["machine"] / max(sum(result.counts.values()), 1)


def read(texts: list[str], format: str, folder: Path) -> list[list[object]]:
    if format == "d2l":
        return structure.by_pandoc(texts, folder)
    return structure.by_nbconvert(texts) if format == "ipynb" else structure.by_markdown_it(texts)


@pytest.mark.parametrize("name", sorted(TRANSLATIONS))
@pytest.mark.parametrize("format", sorted(SHARES))
def test_other_programs_find_the_same_structure(format: str, name: str, tmp_path: Path) -> None:
    texts, used = made(format)
    results, share = translated(texts, format, name)
    before, after = read(texts, format, tmp_path), read(results, format, tmp_path)
    pairs = zip(texts, results, before, after, strict=True)
    differing = [(old, new) for old, new, ours, theirs in pairs if ours != theirs]
    print(
        f"{format}, {name}: {len(texts)} documents, {len(differing)} differ, {share:.1%} accepted"
    )
    assert not differing, f"{len(differing)}: {differing[:3]}"
    for old, new, pieces in zip(texts, results, used, strict=True):
        lost = [p for p in pieces if new.count(p) < old.count(p)]
        assert not lost, (lost, old, new)
    assert share > (0.5 if name == "special" else 0.97)
