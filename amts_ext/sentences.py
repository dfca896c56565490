"""Sentence boundaries: ``sentencex`` with the references and titles that it does not know.

sentencex (Wikimedia, https://pypi.org/project/sentencex) holds against decimals, "e.g." and most
abbreviations. What it splits too early in technical prose is joined again here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sentencex

SLOT = "\ufffc"
"""Stands for one slot in the text that is split (Unicode's object replacement character)."""

_INNER_END = re.compile(r"[.?!\u0300-\u200f\u2020-\ufffb\ufffd-\U0010ffff](?<![.?!](?=\w))")
"""What may end a sentence before the end: ASCII ends not inside a word, or any other script."""
_SHORT = {
    "en": "Eq Eqs Fig Figs Tab Tabs Sec Secs Sect Ch Chap Ref Refs Thm Def Prop Alg App Nos "
    "Vol p pp Approx approx cf Cf e.g i.e E.g I.e vs viz resp w.r.t Dr Mr Mrs Ms Prof St",
}
_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can hold one, UTF-8 and so sentencex cannot."""

_PARAGRAPH = "\n\n"

_ANY = "e.g i.e cf vs Dr Prof Fig Eq"
_UNFINISHED = {
    language: frozenset(f"{word}." for word in words.split()) for language, words in _SHORT.items()
}
_UNFINISHED_ANY = frozenset(f"{word}." for word in _ANY.split())


def boundaries(texts: Sequence[str], language: str) -> list[list[int]]:
    """Where the sentences of every text end (offsets in it; the last one is its length).

    Each text is one block in one line, with each slot as one :data:`SLOT`; ``language`` is a
    BCP 47 code.
    """
    ends = [[len(text)] for text in texts]
    several = [
        (text, own)
        for text, own in zip(texts, ends, strict=True)
        if ". " in text or _INNER_END.search(text, 0, own[0] - 1)
    ]
    base = language.split("-")[0]
    unfinished = _UNFINISHED.get(base, _UNFINISHED_ANY)
    # All in one call: sentencex takes as long to start as for a block. No sentence crosses a
    # paragraph's end.
    pieces = iter(_split(base, _PARAGRAPH.join([text for text, _ in several])))
    at = 0
    for text, own in several:
        size = len(text)
        found: list[int] = []
        for piece in pieces:
            at += len(piece)
            if at >= size:
                break
            if at <= 0:
                continue  # between two texts
            piece = piece.rstrip()
            if piece[-1:] != "." or not (text[at].islower() or _last_word(piece) in unfinished):
                found.append(at)
        own[:0] = found
        at -= size + len(_PARAGRAPH)
    return ends


def _last_word(piece: str) -> str:
    return piece[-12:].rsplit(None, 1)[-1].lstrip("([")


def _split(language: str, text: str) -> list[str]:
    try:
        pieces: list[str] = sentencex.segment(language, text)
    except UnicodeEncodeError:
        pieces = sentencex.segment(language, _HALF_PAIR.sub("\ufffd", text))
    return pieces
