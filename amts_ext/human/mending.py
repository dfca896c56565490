"""Slips of the keyboard in a human's file that take words away from a page.

A link that ends with a full-width bracket swallows all text up to the next bracket. It is read as
the human meant it.

>>> text, slips = mend_links("见[文章](https://a.example/c/）（作者是甲)。")
>>> text
'见[文章](https://a.example/c/)（作者是甲)。'
>>> print(slips[0].line, slips[0].message)
1 the link to https://a.example/c/ ends with '）' and swallows what follows; read as ')'
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LINK = re.compile(r"(\]\((https?://[^\s()（）<>]+))）")


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
