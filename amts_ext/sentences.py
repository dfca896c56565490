"""Sentence boundaries: ``sentencex`` with the references and titles that it does not know.

sentencex (Wikimedia, https://pypi.org/project/sentencex) holds against decimals, "e.g." and most
abbreviations. What it splits too early in technical prose is joined again here.
"""

from __future__ import annotations

import sentencex

SLOT = "\ufffc"
"""Stands for one slot in the text that is split (Unicode's object replacement character)."""

_SHORT = {
    "en": "Eq Eqs Fig Figs Tab Tabs Sec Secs Sect Ch Chap Ref Refs Thm Def Prop Alg App Nos Vol p pp "
    "Approx approx cf Cf e.g i.e E.g I.e vs viz resp w.r.t Dr Mr Mrs Ms Prof St",
}
_ANY = "e.g i.e cf vs Dr Prof Fig Eq"
_UNFINISHED = {
    language: frozenset(f"{word}." for word in words.split()) for language, words in _SHORT.items()
}
_UNFINISHED_ANY = frozenset(f"{word}." for word in _ANY.split())


def boundaries(text: str, language: str) -> list[int]:
    """Where the sentences of ``text`` end (offsets; the last one is its length).

    ``text`` is one block with each slot as one :data:`SLOT`; ``language`` is a BCP 47 code.
    """
    base = language.split("-")[0]
    unfinished = _UNFINISHED.get(base, _UNFINISHED_ANY)
    found: list[int] = []
    at = 0
    size = len(text)
    for piece in sentencex.segment(base, text):
        at += len(piece)
        if at >= size:
            break
        last = piece[-12:].rsplit(None, 1)[-1]
        if not (last[-1] == "." and (text[at].islower() or last.lstrip("([") in unfinished)):
            found.append(at)
    found.append(size)
    return found
