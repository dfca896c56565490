"""Sentence boundaries: ``sentencex`` with the references and titles that it does not know.

sentencex (Wikimedia, https://pypi.org/project/sentencex) holds against decimals, "e.g." and most
abbreviations. What it splits too early in technical prose is joined again here.
"""

from __future__ import annotations

import re

import sentencex

SLOT = "\x1a"
"""Stands for one slot in the text that is split: ASCII's *substitute*, for the sake of speed."""

_INNER_END = re.compile(r"[.?!\u0300-\u200f\u2020-\U0010ffff](?<![.?!](?=\w))")
"""What may end a sentence before the end: ASCII ends not inside a word, or any other script."""
_SHORT = {
    "en": "Eq Eqs Fig Figs Tab Tabs Sec Secs Sect Ch Chap Ref Refs Thm Def Prop Alg App Nos "
    "Vol p pp Approx approx cf Cf e.g i.e E.g I.e vs viz resp w.r.t Dr Mr Mrs Ms Prof St",
}
_HALF_PAIR = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can hold one, UTF-8 and so sentencex cannot."""

_WINDOW = 10_000
"""Characters that sentencex gets at once."""

_NO_LANGUAGES = ("es", "it", "ca")
_NO = re.compile(rf"\b[Nn]o(?=\.\s+[¿¡«“\"(]*[A-ZÀ-Þ{SLOT}])")
"""The word that says no, at a sentence's end; sentencex takes it for "number", as it is in "no. 5".
For the split it becomes a word of its length that is no abbreviation."""

_ANY = "e.g i.e cf vs Dr Prof Fig Eq"
_UNFINISHED = {
    language: frozenset(f"{word}." for word in words.split()) for language, words in _SHORT.items()
}
_UNFINISHED_ANY = frozenset(f"{word}." for word in _ANY.split())


def boundaries(text: str, language: str) -> list[int]:
    """Where the sentences of ``text`` end (offsets; the last one is its length).

    ``text`` is one block with each slot as one :data:`SLOT`; ``language`` is a BCP 47 code.
    """
    size = len(text)
    # Most texts of several sentences have a full stop and a blank: no search is needed for those.
    if ". " not in text and not _INNER_END.search(text, 0, size - 1):
        return [size]
    base = language.split("-")[0]
    unfinished = _UNFINISHED.get(base, _UNFINISHED_ANY)
    found: list[int] = []
    at = 0
    for piece in _split(base, text):
        at += len(piece)
        if at >= size:
            break
        piece = piece.rstrip()
        if piece[-1:] == "." and (text[at].islower() or _last_word(piece) in unfinished):
            continue
        found.append(at)
    found.append(size)
    return found


def _last_word(piece: str) -> str:
    return piece[piece.rfind(" ", -12) + 1 :].lstrip("([")


def _split(language: str, text: str) -> list[str]:
    """The pieces of ``text`` by sentencex, whose time grows faster than the text.

    So a long text goes in windows. What may go on behind a window is split again in the next one.
    """
    if language in _NO_LANGUAGES:
        text = _NO.sub("zz", text)
    pieces: list[str] = []
    at, begun = 0, ""
    while at < len(text):
        found = _segment(language, text[at : at + _WINDOW])
        is_last = at + _WINDOW >= len(text)
        if not is_last and len(found) > 1:
            found.pop()
        at += sum(map(len, found))
        found[0], begun = begun + found[0], ""
        if not is_last and len(found) == 1:
            begun = found.pop()
        pieces += found
    return pieces


def _segment(language: str, text: str) -> list[str]:
    try:
        pieces: list[str] = sentencex.segment(language, text)
    except UnicodeEncodeError:
        pieces = sentencex.segment(language, _HALF_PAIR.sub("\ufffd", text))
    return pieces
