"""Code cells that a human corrected, apart from their comments and texts.

>>> base = "zeros(3)  # a vector\\nprint('x')"
>>> changed = changed_cell(base, base, "ones(3)  # 向量\\nprint('y')")
>>> changed.old, changed.new
('zeros(3)  # a vector', 'ones(3)  # 向量')
>>> changed_cell(base, "ones(4)", "ones(3)") is None  # the source has moved on there
True
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from amts_ext.merging.differences import merge3

LIKE = 0.7
"""The least likeness of a cell and its correction; what is less alike is another cell."""
_WORD = re.compile(r"\w+|[^\w\s;\\,]")
"""A word or a sign that is no layout."""
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ .]*([\w+-]*)")
_TABS = re.compile(r"^#@tab[ \t]+(.*)$", re.M)


class CellChange(NamedTuple):
    """What a human changed in a cell."""

    old: str
    """The lines of the source that the human changed or took out."""
    new: str
    """The human's lines."""
    source_line: int
    """The line of the cell, from 0, where the change begins."""
    line: int
    """The same of the human's cell."""
    key: tuple[tuple[str, str], ...]
    """What was exchanged for what. The same change may be in many cells."""


class _Code(NamedTuple):
    """A cell without comments, texts, blanks and fences."""

    words: list[str]
    lines: list[tuple[int, list[str]]]
    """The words of each line that has some, with its number."""


def changed_cell(base: str, source: str, target: str) -> CellChange | None:
    """Return what the human changed in ``target``, if ``source`` is still as ``base`` there."""
    if not _is_same_tab(base, target):
        return None
    old, now, new = (_code(text) for text in (base, source, target))
    if Counter(old.words) == Counter(new.words):
        return None
    if fuzz.ratio(old.words, new.words) < 100 * LIKE:
        return None
    if merge3(old.words, now.words, new.words) in (None, now.words):
        return None
    spans = _changes([words for _, words in now.lines], [words for _, words in new.lines])
    left = [now.lines[i][0] for a, b, _, _ in spans for i in range(a, b)]
    right = [new.lines[i][0] for _, _, c, d in spans for i in range(c, d)]
    first = _first(now, spans[0][0]), _first(new, spans[0][2])
    return CellChange(
        _shown(source, left), _shown(target, right), *first, exchanged(old.words, new.words)
    )


def _code(text: str) -> _Code:
    from pygments.token import Comment, String  # late, as the lexers are

    lines: dict[int, list[str]] = {}
    line = 0
    lexer = _lexer(_language(text) or "python")
    for kind, value in lexer.get_tokens(text) if lexer else ():
        is_words = kind in Comment or (kind in String and kind is not String.Interpol)
        if not is_words:
            lines.setdefault(line, []).extend(_WORD.findall(value))
        line += value.count("\n")
    whole = text.split("\n")
    kept = [(n, words) for n, words in lines.items() if words and not _FENCE.match(whole[n])]
    return _Code([word for _, words in kept for word in words], kept)


def _language(text: str) -> str:
    """Return what a cell's fence names as its language."""
    fence = _FENCE.match(text)
    return fence[1] if fence else ""


@cache
def _lexer(language: str) -> Any:
    """Return the lexer of a language; None for one that is not known, such as a list of files."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _is_same_tab(base: str, target: str) -> bool:
    """Return True if two cells are for a common tab, or one of them names none."""
    ours, theirs = (
        {tab.strip() for found in _TABS.findall(text) for tab in found.split(",")}
        for text in (base, target)
    )
    return not ours or not theirs or bool(ours & theirs)


def exchanged(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return which words were exchanged for which.

    >>> exchanged(["zeros", "(", "n", ")"], ["ones", "(", "n", ")"])
    (('zeros', 'ones'),)
    """
    pairs = {("".join(old[a:b]), "".join(new[c:d])) for a, b, c, d in _changes(old, new)}
    return tuple(sorted(pairs))


def _changes(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int, int, int]]:
    ours, theirs = (["\0".join(e) if isinstance(e, list) else e for e in s] for s in (old, new))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _first(cell: _Code, index: int) -> int:
    """Return the number of a line; behind the last one, that of the last."""
    return cell.lines[min(index, len(cell.lines) - 1)][0] if cell.lines else 0


def _shown(text: str, lines: Iterable[int]) -> str:
    whole = text.split("\n")
    return "\n".join(whole[line].rstrip() for line in lines)
