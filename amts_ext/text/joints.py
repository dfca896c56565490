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
_IN_EMAIL = re.compile(r"[-_!~*'{|}/#?^`&=+$%.\w]")
"""What would become part of an e-mail address that it stands before."""
_AFTER_URL = re.compile(r"[.,;:!?)\]>\"']*(?=\s|\Z|[^\x00-\x7f])")
"""What does not become part of an address that it follows."""
_ENOUGH = 8
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
            before, after = _last(settled), _following(parts[at + 1 :])
            if starts and before and not _may_begin(before, part, after):
                settled.append(joint)
            settled.append(part)
            if ends and after and not _may_end(part, after):
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
    if slot.kind == "url" and "@" in slot.content and _IN_EMAIL.match(before):
        return False
    return not quoted and _may_precede().match(before) is not None


def _may_end(slot: Slot, after: str) -> bool:
    """Return whether markup is recognised before ``after``."""
    if slot.kind == "url" and not _AFTER_URL.match(after):
        return False
    return _may_follow().match(after) is not None


def _last(parts: list[str | Slot]) -> str:
    texts = (p if isinstance(p, str) else p.content for p in reversed(parts))
    return next((text[-1] for text in texts if text), "")


def _following(parts: Parts) -> str:
    """Return the beginning of what follows, long enough to see where an address ends."""
    text = ""
    for part in parts:
        text += part if isinstance(part, str) else part.content
        if len(text) >= _ENOUGH:
            break
    return text


def _without_inner_blanks(parts: Parts) -> Parts:
    """Move the blanks at both ends of a pair's text out of the pair.

    >>> opened, closed = (Slot(1, "strong", "**", half) for half in (Half.OPEN, Half.CLOSE))
    >>> moved = _without_inner_blanks(("A", opened, " big ", closed, "cat."))
    >>> moved == ("A", " ", opened, "big", closed, " ", "cat.")
    True
    """
    moved: list[str | Slot] = []
    for at, part in enumerate(parts):
        before, after = parts[at - 1] if at else "", parts[at + 1] if at + 1 < len(parts) else ""
        if isinstance(part, str):
            part = part.lstrip() if _is_half(before, Half.OPEN) else part
            part = part.rstrip() if _is_half(after, Half.CLOSE) else part
            moved += [part] if part else []
        elif _is_half(part, Half.OPEN) and _text(after)[:1].isspace():
            moved += [" ", part]
        elif _is_half(part, Half.CLOSE) and _text(before)[-1:].isspace():
            moved += [part, " "]
        else:
            moved.append(part)
    return tuple(moved)


def _is_half(part: str | Slot, half: Half) -> bool:
    return isinstance(part, Slot) and part.half is half


def _text(part: str | Slot) -> str:
    return part if isinstance(part, str) else ""


@cache
def _may_precede() -> re.Pattern[str]:
    return re.compile(rf"[\s{chars.openers}{chars.delimiters}]")


@cache
def _may_follow() -> re.Pattern[str]:
    return re.compile(rf"[\s\\{chars.closing_delimiters}{chars.delimiters}{chars.closers}]")
