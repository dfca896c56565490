"""The mark lines of d2lbook, ``:label:`sec_mean```, and lines that were meant to be some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from amts_ext.model import Doubt

MARK_LINE = re.compile(
    r":(label|eqlabel|width|height|begin_tab|end_tab|bibliography):(?:`[^`\n]*`)?[^\S\n]*$",
    re.MULTILINE,
)
"""A mark of d2lbook's, up to the end of its line: ``:label:``, say, and its value in backquotes."""
MARKS = ("label", "eqlabel", "width", "height", "begin_tab", "end_tab", "bibliography")
"""The names of d2lbook's mark lines."""
CLOSE = 0.75
"""The least likeness (difflib) of a mistyped name to that of a mark line."""

_MARK = re.compile(r"[:：;；][ \t]*([A-Za-z_]{4,14})[ \t]*[:：;；]")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


def mistyped_marks(text: str) -> Iterator[Doubt]:
    """Find lines outside code that look like a mark line of d2lbook's and are none.

    >>> [doubt] = mistyped_marks("# Média\\n:lable:`sec_mean`\\n")
    >>> doubt.line, doubt.reason
    (2, "no mark line, so it is read as prose (is ':label:' meant?)")
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
            reason = f"no mark line, so it is read as prose (is ':{meant[0]}:' meant?)"
            yield Doubt(number, line.strip(), reason)
