"""MyST documents of all constructs, translated: MyST-Parser finds the same structure in them.

``AMTS_STRUCTURES=20000 pytest tests/formats/test_myst_structure.py -s`` makes as many documents.
MyST-Parser, in its newest version on the newest Sphinx, has an environment of its own, because
d2lbook needs an old Sphinx in this one. Documents come from seeds and not from hypothesis: the
judge reads a thousand as one book, and would be started anew for every example.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.myst import MystMaker, interpreter, judged
from support.structure import TRANSLATIONS

from amts_ext.api import make_pipeline
from amts_ext.text.outcome import Source
from amts_ext.translators.function import Function

pytestmark = [pytest.mark.slow, pytest.mark.install]

COUNT = int(os.environ.get("AMTS_STRUCTURES", "240"))
AT_ONCE = 1_000
"""The number of documents in one book of the judge."""
PYTHON = os.environ.get("AMTS_MYST_PYTHON", "")
"""An interpreter that has MyST-Parser already."""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(PYTHON) if PYTHON else interpreter(tmp_path_factory.mktemp("myst") / "venv")


def translated(texts: list[str], name: str) -> tuple[list[str], float]:
    """The translations, and the share of segments that were not rejected."""
    target, translate = TRANSLATIONS[name]
    sources = [Source(f"{n}.md", text, "myst") for n, text in enumerate(texts)]
    translator = Function(translate, sure=True)
    result = make_pipeline("en", target, translator, None, "sentence").translate(sources)
    by_name = {document.name: document.text for document in result.documents}
    share = result.counts["machine"] / max(sum(result.counts.values()), 1)
    return [by_name[source.name] for source in sources], share


def test_myst_parser_finds_the_same_structure(python: Path) -> None:
    for first in range(0, COUNT, AT_ONCE):
        makers = [MystMaker(n) for n in range(first, min(first + AT_ONCE, COUNT))]
        texts = [maker.document() for maker in makers]
        before = judged(python, texts)
        for name in sorted(TRANSLATIONS):
            results, share = translated(texts, name)
            after = judged(python, results)
            pairs = zip(texts, results, before, after, strict=True)
            differing = [(old, new) for old, new, ours, theirs in pairs if ours != theirs]
            print(f"{name}: {len(texts)} documents, {len(differing)} differ, {share:.1%} accepted")
            assert not differing, f"{len(differing)}: {differing[:3]}"
            for old, new, maker in zip(texts, results, makers, strict=True):
                lost = [p for p in maker.used if new.count(p) < old.count(p)]
                assert not lost, (lost, old, new)
            assert share > (0.5 if name == "special" else 0.97)
