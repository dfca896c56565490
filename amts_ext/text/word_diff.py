"""Differences between two texts, word by word, for people.

>>> [(piece.sign, piece.text) for piece in word_diff("A small mean.", "A tiny mean.")]
[(' ', 'A '), ('-', 'small'), ('+', 'tiny'), (' ', ' mean.')]
>>> as_line(word_diff("均值很小。", "均值不小。"))
'均值[-很-]{+不+}小。'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from amts_ext.languages.scripts import WIDE

_WORD = re.compile(rf"⟦/?[a-z_]+\d+⟧|[{WIDE}]|[^\W{WIDE}]+|\s+|[^\w\s]")
"""A word, a sign, some blanks, or the token of a slot (:data:`amts_ext.model.TOKEN`)."""


class WordChange(NamedTuple):
    """Some words that both texts have, or that one of them has."""

    sign: str
    """``" "`` both, ``-`` the old text, ``+`` the new text."""
    text: str


def word_diff(old: str, new: str) -> list[WordChange]:
    """Return the pieces of both texts, in order. A line break in place of a blank is no change.

    >>> word_diff("A small mean.", "A small\\nmean.")
    [WordChange(sign=' ', text='A small\\nmean.')]
    """
    ours, theirs = _WORD.findall(old), _WORD.findall(new)
    before, after = ([" " if w == "\n" else w for w in side] for side in (ours, theirs))
    pieces = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(WordChange(" ", "".join(theirs[j1:j2])))
            continue
        pieces += [WordChange("-", "".join(ours[i1:i2]))] if i1 < i2 else []
        pieces += [WordChange("+", "".join(theirs[j1:j2]))] if j1 < j2 else []
    return pieces


def as_line(pieces: Iterable[WordChange]) -> str:
    """Write a difference as one line of plain text, as ``git diff --word-diff`` does."""
    shown = {" ": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return " ".join("".join(shown[p.sign].format(p.text) for p in pieces).split())
