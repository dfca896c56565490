"""Spacing and punctuation of a translation: what the profile wants, and what Markdown needs.

A machine's parts pass :func:`polish` (the language's typography) and :func:`settle` (so that
formatting, formulas and roles are recognised where they now stand). Human text is not touched.
"""

from __future__ import annotations

import re

from amts_ext.model import Half, Parts, Slot
from amts_ext.profiles import Profile

WIDE = r"\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
"""Han, kana, full-width forms and CJK punctuation; Hangul is spaced as Latin is."""
_WIDE = re.compile(f"[{WIDE}]")
_FULL = str.maketrans(",;:?!", "，；：？！")
_COMMA = re.compile(rf"(?<=[{WIDE}\ufffc])\s*([,;:?!])\s*(?=[{WIDE}\ufffc]|$)")
_STOP = re.compile(rf"(?<=[{WIDE}\ufffc])\s*\.$")
_PARENTHESES = re.compile(rf"\s*\(([^()]*[{WIDE}][^()]*)\)\s*")
_BLANK_WIDE = re.compile(rf"(?<=[{WIDE}]) +(?=[{WIDE}])")
_SPECIAL = re.compile(r"[*_`$\[\]<>|~\\]")


def polish(parts: Parts, profile: Profile) -> Parts:
    """The language's own punctuation and blanks around slots."""
    if profile.slot_spacing and not profile.full_width:
        return parts
    slots = [p for p in parts if isinstance(p, Slot)]
    # Slots become one character each, so that the rules see across them.
    text = "".join(p if isinstance(p, str) else "\ufffc" for p in parts)
    if profile.full_width and _WIDE.search(text):
        text = _COMMA.sub(lambda m: m[1].translate(_FULL), text)
        text = _STOP.sub("。", text)
        text = _PARENTHESES.sub(r"（\1）", text)
        text = _BLANK_WIDE.sub("", text)
    if not profile.slot_spacing:
        text = re.sub(rf"(?<=[{WIDE}]) +(?=\ufffc)|(?<=\ufffc) +(?=[{WIDE}])", "", text)
    rebuilt: list[str | Slot] = []
    for index, piece in enumerate(text.split("\ufffc")):
        if index:
            rebuilt.append(slots[index - 1])
        if piece:
            rebuilt.append(piece)
    return tuple(rebuilt)


def escape(parts: Parts, source: Parts) -> Parts:
    """Escape Markdown's special characters that the source does not use as text."""
    used = set("".join(p for p in source if isinstance(p, str)))

    def guard(match: re.Match[str]) -> str:
        return match.group() if match.group() in used else "\\" + match.group()

    return tuple(_SPECIAL.sub(guard, p) if isinstance(p, str) else p for p in parts)


def settle(parts: Parts) -> Parts:
    """Put blanks where a slot would otherwise not be recognised next to its neighbours.

    CommonMark's flanking rule (spec 0.31, "left-flanking delimiter run"), docutils' inline markup
    rule for roles, pandoc's rule that no digit follows a closing ``$``.
    """
    settled: list[str | Slot] = []
    rendered = [p if isinstance(p, str) else p.content for p in parts]
    for index, part in enumerate(parts):
        before = next((r[-1] for r in reversed(rendered[:index]) if r), " ")
        after = next((r[0] for r in rendered[index + 1 :] if r), " ")
        if not isinstance(part, Slot):
            settled.append(part)
            continue
        if _needs_blank_before(part, before, after):
            settled.append(" ")
        settled.append(part)
        if _needs_blank_after(part, before, after):
            settled.append(" ")
    return tuple(settled)


def _needs_blank_before(slot: Slot, before: str, after: str) -> bool:
    if slot.kind == "role":
        return before.isalnum()
    if slot.half is Half.OPEN and slot.kind in ("strong", "emphasis", "strikethrough"):
        return before.isalnum() and not (after.isalnum() or after.isspace())
    return False


def _needs_blank_after(slot: Slot, before: str, after: str) -> bool:
    if slot.kind == "math":
        return after.isdigit() and slot.content.endswith("$")
    if slot.half is Half.CLOSE and slot.kind in ("strong", "emphasis", "strikethrough"):
        return after.isalnum() and not (before.isalnum() or before.isspace())
    return False


def join(before: str, gap: str, after: str, profile: Profile) -> str:
    """What stands between two sentences: the source's own gap, or the profile's joiner."""
    if profile.joiner:
        return gap
    # After a sentence in another script the source's own gap stands.
    return profile.joiner if before and after and _WIDE.match(before[-1]) else gap
