r"""Joints: what stands between text and markup in reStructuredText, and shows as nothing.

>>> code = Slot(1, "code", "``x``")
>>> settle(("看", code, "的值。"), "\\ ") == ("看", "\\ ", code, "\\ ", "的值。")
True

Markup is recognised between blanks and punctuation only, and letters of every script count as
letters. ``\ `` (an escaped blank) counts as a blank and is not shown. The characters are docutils'
own: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup-recognition-rules
"""

from __future__ import annotations

import re
from functools import cache

from docutils.utils import punctuation_chars as chars

from amts_ext.model import Half, Parts, Slot

_BARE = frozenset({"escape", "placeholder", "stray", "break"})
"""Kinds of slots that are no markup of their own."""
_DELIMITERS = frozenset({"*", "**"})
_HEAD = re.compile(r"(?::[\w:.+-]+:)?[*`|_\[]{1,2}|")


def settle(parts: Parts, joint: str) -> Parts:
    """Put ``joint`` where a slot would not be recognised next to its neighbour.

    Blanks inside a pair are moved out of it: no markup begins or ends with one. Two joints side by
    side are one.
    """
    parts = _without_inner_blanks(parts)
    sides = _sides(parts)
    settled: list[str | Slot] = []
    for at, part in enumerate(parts):
        if isinstance(part, Slot):
            starts, ends = sides[at]
            before, after = _last(settled), _first(parts[at + 1 :])
            if starts and before and not _may_begin(before, part, after):
                settled.append(joint)
            settled.append(part)
            if ends and after and not _may_follow().match(after):
                settled.append(joint)
        else:
            settled.append(part)
    return tuple(settled)


def _sides(parts: Parts) -> dict[int, tuple[bool, bool]]:
    """Tell of every slot, by its index, whether markup starts with it, and whether it ends."""
    sides = {}
    opened = False
    for at, part in enumerate(parts):
        if not isinstance(part, Slot):
            continue
        if part.kind == "own" and part.content in _DELIMITERS:  # halves of a human's own pair
            opened = not opened
            sides[at] = opened, not opened
        elif part.kind in _BARE or (part.kind == "own" and part.content.startswith("\\")):
            sides[at] = False, False
        else:
            sides[at] = part.half is not Half.CLOSE, part.half is not Half.OPEN
    return sides


def _may_begin(before: str, slot: Slot, after: str) -> bool:
    """Return whether markup is recognised after ``before``.

    It is not between a quote and the quote that closes it.
    """
    inner = (slot.content[_HEAD.match(slot.content).end() :] or after)[:1]  # type: ignore[union-attr]
    quoted = bool(inner) and chars.match_chars(before, inner)
    return not quoted and _may_precede().match(before) is not None


def _last(parts: list[str | Slot]) -> str:
    texts = (p if isinstance(p, str) else p.content for p in reversed(parts))
    return next((text[-1] for text in texts if text), "")


def _first(parts: Parts) -> str:
    texts = (p if isinstance(p, str) else p.content for p in parts)
    return next((text[0] for text in texts if text), "")


def _without_inner_blanks(parts: Parts) -> Parts:
    """Move the blanks at both ends of a pair's text out of the pair."""
    moved = list(parts)
    for at, part in enumerate(moved):
        if not isinstance(part, str):
            continue
        left, right = moved[at - 1] if at else "", moved[at + 1] if at + 1 < len(moved) else ""
        if isinstance(left, Slot) and left.half is Half.OPEN and part[:1].isspace():
            moved[at] = part = part.lstrip()
            moved[at - 1 : at] = _blank(moved[: at - 1]) and [" ", left] or [left]
            return _without_inner_blanks(tuple(p for p in moved if p != ""))
        if isinstance(right, Slot) and right.half is Half.CLOSE and part[-1:].isspace():
            moved[at] = part.rstrip()
            moved[at + 1 : at + 2] = [right, " "]
            return _without_inner_blanks(tuple(p for p in moved if p != ""))
    return parts


def _blank(before: list[str | Slot]) -> bool:
    """Return whether a blank may be put after these parts."""
    return bool(before) and not _last(before).isspace()


@cache
def _may_precede() -> re.Pattern[str]:
    return re.compile(rf"[\s{chars.openers}{chars.delimiters}]")


@cache
def _may_follow() -> re.Pattern[str]:
    return re.compile(rf"[\s\\{chars.closing_delimiters}{chars.delimiters}{chars.closers}]")
