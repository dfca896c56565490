"""The ends of a sentence: its marks and formulas before the first word and after the last one.

A sentence is found in a page by its words. Its full stop, a quotation mark or a formula at either
end belong to it too: :func:`widened` adds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from amts_ext.model import Parts, Slot
from amts_ext.pages.words import WORD, PageWords

SILENT = frozenset({"soft", "break", "slide", "escape"})
"""Kinds of single slots that have no words in a page."""
ELEMENT = "\ufffc"
"""An item that stands for a whole element, as a formula is one."""
_BEFORE, _AFTER = re.compile(r"\S\s?"), re.compile(r"\s?\S")


_MARK = re.compile(r"&#?\w+;|[^\w\s<>&]|_")
_MARK_BEFORE = re.compile(r"(?:&#?\w+;|[^\w\s<>&]|_)\Z")
LONGEST = 12
"""The most characters of a character reference."""
Items = tuple[str, ...]
"""Items outwards: :data:`ELEMENT`, or a character, with the blank between it and the words."""


class Ends(NamedTuple):
    """What stands before a sentence's first word and after its last one, from the words outwards.

    >>> of(("(The mean ", Slot(1, "math", "$m$"), ".)"))
    Ends(before=('(',), after=('\ufffc', '.', ')'))
    """

    before: Items
    after: Items


def of(parts: Parts) -> Ends:
    """Return the ends of a sentence with words."""
    before = list(_until_words(parts))
    after = list(_until_words(parts[::-1], last=True))
    return Ends(tuple(reversed(before)), tuple(reversed(after)))


def _until_words(parts: Iterable[str | Slot], last: bool = False) -> Iterator[str]:
    """Yield items up to the first word, or from the end back to the last one."""
    for part in parts:
        if isinstance(part, Slot):
            if not part.half and part.kind not in SILENT:
                yield ELEMENT
            continue
        words = list(WORD.finditer(part))
        text = part
        if words:
            text = part[words[-1].end() :] if last else part[: words[0].start()]
        items = (_AFTER if last else _BEFORE).findall(text)
        yield from reversed(items) if last else items
        if words:
            return


def widened(
    page: PageWords, span: tuple[int, int], parts: Parts, within: tuple[int, int]
) -> tuple[int, int]:
    """Return the stretch of a page with a sentence's words, widened to the sentence's ends.

    It stays ``within`` the end of the sentence before and the start of the next one.

    >>> words = PageWords("<p>(A <em>mean</em>.) Another.</p>")
    >>> widened(words, (4, 19), ("(A ", "mean", ".)"), (0, 22))
    (3, 21)
    """
    before, after = of(parts)
    around: tuple[int, int] | None = span
    while around:
        start, before = _before(page, around[0], before)
        end, after = _after(page, around[1], after)
        # A full stop may stand behind the element that has all of the words.
        around = page.around(start, end) if before or after else None
    return (start, end) if within[0] <= start and end <= within[1] else span


def _after(page: PageWords, at: int, items: Items) -> tuple[int, Items]:
    """Return the end of the items that follow a place in the page, and the items that do not."""
    for number, item in enumerate(items):
        gap = at
        while _may_stand_apart(item) and page.html[gap : gap + 1].isspace():
            gap += 1
        mark = _MARK.match(page.html, gap)
        end = page.inline_from(gap) if item == ELEMENT else mark and mark.end()
        if not end:
            return at, items[number:]
        at = end
    return at, ()


def _before(page: PageWords, at: int, items: Items) -> tuple[int, Items]:
    """Return the start of the items that precede a place in the page, and those that do not."""
    for number, item in enumerate(items):
        gap = at
        while _may_stand_apart(item) and page.html[gap - 1 : gap].isspace():
            gap -= 1
        mark = _MARK_BEFORE.search(page.html, max(0, gap - LONGEST), gap)
        start = page.inline_until(gap) if item == ELEMENT else mark and mark.start()
        if not start:
            return at, items[number:]
        at = start
    return at, ()


def _may_stand_apart(item: str) -> bool:
    return item == ELEMENT or len(item) > 1
