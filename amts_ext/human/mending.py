"""Slips of the keyboard in a human's file that take words or marks away from a page.

A link that ends with a full-width bracket swallows all text up to the next bracket. It is read as
the human meant it. A mark line that is mistyped becomes prose; it is told, and left as it is.

>>> text, slips = mend_links("见[文章](https://a.example/c/）（作者是甲)。")
>>> text
'见[文章](https://a.example/c/)（作者是甲)。'
>>> print(slips[0].line, slips[0].message)
1 the link to https://a.example/c/ ends with '）' and swallows what follows; read as ')'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from amts_ext.formats.d2l import MARK_LINE

MARKS = ("label", "eqlabel", "width", "height", "begin_tab", "end_tab", "bibliography")
"""The names of d2lbook's mark lines."""
CLOSE = 0.75
"""The least likeness (difflib) of a mistyped name to that of a mark line."""

_LINK = re.compile(r"(\]\((https?://[^\s()（）<>]+))）")
_MARK = re.compile(r"[:：;；][ \t]*([A-Za-z_]{4,14})[ \t]*[:：;；]")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


class Slip(NamedTuple):
    """A slip of the keyboard."""

    line: int
    message: str


def mend_links(text: str) -> tuple[str, list[Slip]]:
    """Return a text with links that end as they should, and the slips; positions stay."""
    slips = []
    for match in _LINK.finditer(text):
        message = f"the link to {match[2]} ends with '）' and swallows what follows; read as ')'"
        slips.append(Slip(text.count("\n", 0, match.start()) + 1, message))
    return (_LINK.sub(r"\1)", text) if slips else text), slips


def mistyped_marks(text: str) -> Iterator[Slip]:
    """Find lines outside code that look like a mark line of d2lbook's and are none.

    >>> [slip] = mistyped_marks("# Média\\n:lable:`sec_mean`\\n")
    >>> slip.line, slip.message
    (2, "':lable:`sec_mean`' is no mark line; is ':label:' meant?")
    """
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _FENCE.match(line):
            if not fence:
                fence = opened[1]
            elif opened[1].startswith(fence):
                fence = ""
        mark = None if fence else _MARK.match(line)
        meant = get_close_matches(mark[1].lower(), MARKS, 1, CLOSE) if mark else []
        if meant and not MARK_LINE.match(line):
            message = f"'{line.strip()}' is no mark line; is ':{meant[0]}:' meant?"
            yield Slip(number, message)
