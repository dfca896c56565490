"""A cell divided into tokens: its code, and the words in it that a human translates.

>>> [token.text for token in tokens("plot(x)  # draw it") if token.is_words]
['# draw it']
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

PIECE = re.compile(r"\n|[^\S\n]+|\w+|.", re.DOTALL)
"""Words, blanks and signs."""
FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ .]*([\w+-]*)")


class CodeToken(NamedTuple):
    """A piece of code, or a whole comment or string."""

    text: str
    is_words: bool
    """True for a comment or a string: what a human translates."""
    is_comment: bool = False
    is_block: bool = False
    """True for comments on lines of their own."""

    @property
    def is_string(self) -> bool:
        return self.is_words and not self.is_comment

    @property
    def shape(self) -> str:
        """What is compared where a human may have translated it."""
        return ("#" if self.is_comment else '"') if self.is_words else self.text


@lru_cache(1024)
def tokens(text: str) -> tuple[CodeToken, ...]:
    """Divide a cell, with or without its fences; comments on lines of their own are one."""
    from pygments.token import Comment, String  # late: most books have no such cell

    found: list[CodeToken] = []
    fence = FENCE.match(text)
    head = text[: text.find("\n") + 1] if fence else ""
    found += [CodeToken(piece, False) for piece in PIECE.findall(head)]
    depth = 0
    for kind, value in _lexer(fence[1] if fence else "").get_tokens(text[len(head) :]):
        if depth or (kind in String and found and found[-1].is_string):
            # A string with what is put into it is one: a human may put it elsewhere.
            found[-1] = CodeToken(found[-1].text + value, True)
            if kind in String.Interpol:
                depth = max(0, depth + value.count("{") - value.count("}"))
        elif kind in Comment and kind not in Comment.Preproc and not value.startswith("#@"):
            _add_comment(found, value)
        elif kind in String:
            found.append(CodeToken(value, True))
        else:
            found += [CodeToken(piece, False) for piece in PIECE.findall(value)]
    return tuple(found)


def _add_comment(found: list[CodeToken], value: str) -> None:
    """Add a comment; to the one on the line above, if both have lines of their own."""
    body = value.rstrip("\n")
    gap = 0
    while gap < len(found) and found[-1 - gap].text.isspace():
        gap += 1
    above = found[-1 - gap] if gap < len(found) else None
    between = "".join(t.text for t in found[len(found) - gap :])
    if above and above.is_block and between.count("\n") == 1:
        del found[len(found) - gap - 1 :]
        found.append(CodeToken(above.text + between + body, True, True, True))
    else:
        own_line = not found or (gap > 0 and "\n" in between) or found[-1].text == "\n"
        found.append(CodeToken(body, True, True, own_line))
    found += [CodeToken(piece, False) for piece in value[len(body) :]]


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
