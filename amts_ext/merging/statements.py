"""Statements: lines of code as a language reads them, however they are wrapped.

>>> merge_statements("plot(x, y)\\nshow()", "plot(x, y, z)\\nshow()", "plot(x,\\n     y)\\nshow()")
'plot(x, y, z)\\nshow()'
>>> merge_statements("plot(x, y)\\nshow()", "plot(x,\\n     y)\\nshow(1)", "plot(x, y)\\nshow()")
'plot(x,\\n     y)\\nshow(1)'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword

from amts_ext.merging.differences import merge3, opcodes
from amts_ext.merging.tokens import CodeToken, tokens

_CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; two are equal if they differ in nothing but their layout."""

    text: str = field(compare=False)
    key: tuple[str, ...]
    """How far in it begins, and its tokens without the blanks between them."""


def merge_statements(base: str, ours: str, theirs: str) -> str | None:
    """Merge two sets of changes to some code; None if both changed the same statement.

    A statement that nobody changed has the layout of the side that wrapped it anew: ``theirs``, if
    both did.
    """
    old, *sides = (statements(text) for text in (base, ours, theirs))
    kept = [*old]
    for side in sides:
        for tag, i1, i2, j1, j2 in opcodes(old, side):
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True) if tag == "equal" else ():
                kept[i] = side[j] if side[j].text != old[i].text else kept[i]
    merged = merge3(kept, *sides)
    return None if merged is None else "".join(statement.text for statement in merged)


def statements(text: str) -> list[Statement]:
    """Divide a cell into its statements; a comment on a line of its own is one.

    >>> [s.text for s in statements("a = [1,\\n     2]\\nb = 3")]
    ['a = [1,\\n     2]\\n', 'b = 3']
    """
    return [Statement("".join(t.text for t in some), _key(some)) for some in _divided(text)]


def _divided(text: str) -> Iterator[list[CodeToken]]:
    """Yield the tokens of each statement: a line ends it, but for one inside of brackets."""
    some: list[CodeToken] = []
    depth = 0
    for token in tokens(text):
        some.append(token)
        if token.is_words:
            continue
        depth = max(0, depth + (token.text in _CLOSES) - (token.text in _CLOSES.values()))
        if token.text == "\n" and not depth and [t.text for t in some[-2:-1]] != ["\\"]:
            yield some
            some = []
    if some:
        yield some


def _key(some: Sequence[CodeToken]) -> tuple[str, ...]:
    indent = some[0].text if some[0].text.isspace() and some[0].text != "\n" else ""
    following = [*(t.text for t in some[1:]), ""]
    bare = [
        t.text
        for t, after in zip(some, following, strict=True)
        if not t.text.isspace() and (t.text, after) != ("\\", "\n")
    ]
    return indent, *_without_last_commas(bare)


def _without_last_commas(bare: Sequence[str]) -> Iterator[str]:
    """Leave out commas before closing brackets, where they mean nothing: not in ``(x,)``."""
    idle: list[bool] = []
    before = ""
    for token, after in zip(bare, [*bare, ""][1:], strict=True):
        if token in _CLOSES:
            # What follows a name or a bracket is a call or an index.
            is_of = before[-1:] in (*_CLOSES.values(), "_") or before[-1:].isalnum()
            is_of = is_of and not iskeyword(before)
            idle.append(token == "{" or is_of == (token == "("))
        elif token in _CLOSES.values() and idle:
            idle.pop()
        if not (token == "," and after in _CLOSES.values() and idle and idle[-1]):
            yield token
        before = token
