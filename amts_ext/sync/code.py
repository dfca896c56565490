"""Code cells: the source's new code with the human's own comments and texts.

>>> base, source = "plot(x)  # draw", "plot(x, y)  # draw"
>>> merge_code(base, source, "plot(x)  # 画图")
('plot(x, y)  # 画图', False)

Cells are merged by lines, after the human's comments and strings were put into base and source:
without them the lines would conflict in most cells that both sides changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from amts_ext.sync.differences import merge3, pairing

_PIECE = re.compile(r"\n|[^\S\n]+|\w+|.", re.DOTALL)
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ .]*([\w+-]*)")
_CODE = re.compile(r"\w+|[^\w\s]")
_WORDS = re.compile(r"#.*|//.*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
ALIKE = 0.5
"""The least likeness of two texts in code that are the same one, changed."""


class _Token(NamedTuple):
    text: str
    is_words: bool
    """True for a comment or a string: what a human translates."""


def merge_code(base: str, source: str, target: str) -> tuple[str | None, bool]:
    """Bring the human's cell ``target`` in step with a cell that changed from base to source.

    Returns the new cell, None if both sides changed the same code; and whether a text that the
    human wrote is kept though the source's own has changed.
    """
    if target == base:
        return source, False
    if source in (base, target):
        return target, False
    ours, theirs, human = (_tokens(text) for text in (base, source, target))
    own = _own_words(ours, human)
    old, _ = _with_words(ours, ours, own)
    new, stale = _with_words(ours, theirs, own)
    merged = merge3(*(text.splitlines(keepends=True) for text in (old, new, target)))
    return (None, False) if merged is None else ("".join(merged), stale)


def _own_words(base: Sequence[_Token], target: Sequence[_Token]) -> dict[int, str]:
    """Return the human's texts by the places of those that they stand for in the base."""
    ours, theirs = (["" if t.is_words else t.text for t in side] for side in (base, target))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return {
        i: target[j].text
        for a, b, size in matcher.get_matching_blocks()
        for i, j in zip(range(a, a + size), range(b, b + size), strict=True)
        if base[i].is_words and base[i].text != target[j].text
    }


def _with_words(
    base: Sequence[_Token], source: Sequence[_Token], own: dict[int, str]
) -> tuple[str, bool]:
    """Put the human's texts into the source's code; return it, and whether one is out of date."""
    old = [i for i, t in enumerate(base) if t.is_words]
    places = [j for j, t in enumerate(source) if t.is_words]
    new = [t.text for t in source]
    stale = False
    for a, b in pairing([base[i].text for i in old], [new[j] for j in places], _like):
        if a is not None and b is not None and old[a] in own:
            stale = stale or new[places[b]] != base[old[a]].text
            new[places[b]] = own[old[a]]
    return "".join(new), stale


def _like(old: str, new: str) -> float:
    ratio = SequenceMatcher(None, old, new, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0


def _tokens(text: str) -> list[_Token]:
    """Divide a cell, with or without its fences."""
    from pygments.token import Comment, String  # late: most books have no such cell

    found: list[_Token] = []
    fence = _FENCE.match(text)
    head = text[: text.find("\n") + 1] if fence else ""
    found += [_Token(piece, False) for piece in _PIECE.findall(head)]
    for kind, value in _lexer(fence[1] if fence else "").get_tokens(text[len(head) :]):
        is_words = kind in Comment or (kind in String and kind is not String.Interpol)
        if is_words and found and found[-1].is_words and kind in String:
            found[-1] = _Token(found[-1].text + value, True)
        elif is_words:
            found.append(_Token(value, True))
        else:
            found += [_Token(piece, False) for piece in _PIECE.findall(value)]
    return found


@cache
def _lexer(name: str):  # type: ignore[no-untyped-def]
    """Return the lexer of a language; Python's for one without a name or not known."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    options = {"stripnl": False, "ensurenl": False}
    try:
        return get_lexer_by_name(name or "python", **options)
    except ClassNotFound:
        return get_lexer_by_name("python", **options)


def likeness(old: str, new: str) -> float:
    """Return how alike two cells are, from 0 to 1, by their code without its texts."""
    return 1.0 if old == new else fuzz.ratio(_bare(old), _bare(new)) / 100


@lru_cache(4096)
def _bare(text: str) -> list[str]:
    """Return a cell's words and signs, but for comments and strings.

    This is near enough for a comparison of any two cells of a book, for which a lexer is too slow.
    """
    return _CODE.findall(_WORDS.sub(" ", text))


def pieces(text: str) -> list[str]:
    """Divide a text that is no prose into words, blanks and signs."""
    return _PIECE.findall(text)
