"""Inline pieces side by side in a language without blanks: every pair of kinds goes through."""

from __future__ import annotations

import re
from itertools import product

import pytest

from amts_ext.api import make_pipeline
from amts_ext.text.outcome import Source

PIECES = {
    "d2l": [
        "`Drop`", "$x$", "**a b**", "*c d*", "_e f_", "~~g h~~", "[l m](u)", "![i j](p)",
        "<https://a.b>", "https://a.b/c", "<br>", "[^1]", r"\*", "&amp;", ":numref:`fig`",
        "[**s t**]", "[@key]", "@key", "H~2~O", "x^2^", r"\ref{fig}", "$$y$$", "`n`{.py}",
    ],
    "md": [
        "`Drop`", "$x$", "**a b**", "*c d*", "_e f_", "~~g h~~", "[l m](u)", "![i j](p)",
        "<https://a.b>", "https://a.b/c", "<br>", "[^1]", r"\*", "&amp;", "{ref}`fig`",
        "{{ x }}", ":smile:", "[@key]", "@key21", "H~2~O", "x^2^", r"\ref{fig}", r"\\(z\\)",
        "{% x %}", "[[anchor]]", "$ w = 1 $", "`n`{.py}", "++ctrl+a++", '<Tip a={b}>',
    ],
    "myst": [
        "`Drop`", "$x$", "**a b**", "*c d*", "_e f_", "~~g h~~", "[l m](u)", "![i j](p)",
        "<https://a.b>", "https://a.b/c", "www.a.org", "<br>", "[^1]", r"\*", "&amp;", "{eq}`fig`",
        "{ref}`n o <fig>`", "{term}`heron`", "{sub}`p q`", "{{ x }}",
    ],
}  # fmt: skip
TOKENS = re.compile(r"(⟦[^⟧]*⟧)")


def chinese(texts: list[str]) -> list[str]:
    """Chinese words for words, and no blank between two slots."""
    pieces = [[p for p in TOKENS.split(text) if p.strip()] for text in texts]
    return ["".join(p if p.startswith("⟦") else "词语" for p in ps) for ps in pieces]


@pytest.mark.parametrize("format", sorted(PIECES))
def test_every_pair_of_kinds_is_translated(format: str) -> None:
    pairs = list(product(PIECES[format], repeat=2))
    sources = [
        Source(f"{left} {right}", f"We need the {left} {right} here.\n\n[^1]: a\n", format)
        for left, right in pairs
    ]
    result = make_pipeline("en", "zh", chinese, None, "sentence").translate(sources)
    lost = [(p.file, p.reason) for p in result.problems if p.reason.startswith("rejected")]
    assert not lost, f"{len(lost)} of {len(pairs)}: {lost[:60]}"
    for document in result.documents:
        assert "We need" not in document.text
