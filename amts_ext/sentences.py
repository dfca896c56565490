"""Sentence boundaries: ``sentencex`` with the references and titles that it does not know.

sentencex (Wikimedia, https://pypi.org/project/sentencex) holds against decimals, "e.g." and most
abbreviations. What it splits too early in technical prose is joined again here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

SLOT = "\ufffc"
"""Stands for one slot in the text that is split (Unicode's object replacement character)."""

_UNFINISHED = {
    "en": re.compile(
        r"(?:\b(?:Eqs?|Figs?|Tabs?|Secs?|Sects?|Chs?|Chaps?|Refs?|Thms?|Defs?|Props?|Alg|App|Nos?"
        r"|Vol|pp?|Approx|approx|cf|Cf|e\.g|i\.e|E\.g|I\.e|vs|viz|resp|w\.r\.t|Dr|Mr|Mrs|Ms|Prof|St)"
        r"\.)\Z"
    ),
}
_ANY = re.compile(r"\b(?:e\.g|i\.e|cf|vs|Dr|Prof|Fig|Eq|No)\.\Z")


def boundaries(text: str, language: str) -> Iterator[int]:
    """Where the sentences of ``text`` end (offsets; the last one is its length).

    ``text`` is one block with each slot as one :data:`SLOT`; ``language`` is a BCP 47 code.
    """
    base = language.split("-")[0]
    unfinished = _UNFINISHED.get(base, _ANY)
    at = 0
    for piece in sentencex.segment(base, text):
        at += len(piece)
        if at == len(text):
            break
        tail = piece[-12:].rstrip()
        if not (tail.endswith(".") and (text[at].islower() or unfinished.search(tail))):
            yield at
    if text:
        yield len(text)
