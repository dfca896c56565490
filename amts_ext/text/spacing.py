"""Spacing and punctuation of a machine's translation: the profile's rules, and Markdown's.

A translation passes three functions. :func:`escape` guards characters that would be read as
markup, :func:`polish` applies the language's typography, and :func:`settle` puts in the blanks that
formatting, formulas and roles need to be recognised where they now stand. Human text is not
touched.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from amts_ext.formats import Notation
from amts_ext.languages.profiles import Profile
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Half, Parts, Slot

# In the patterns U+FFFC ("object replacement character") stands for a slot.
_WIDE = f"[{WIDE}]"
_FULL = str.maketrans(",;:?!", "，；：？！")
_HALF_WIDTH = frozenset(",;:?!")
_COMMA = rf"(?<=[{WIDE}\ufffc])\s*([,;:?!])\s*(?=[{WIDE}\ufffc]|$)"
_STOP = rf"(?<=[{WIDE}\ufffc])\s*\.$"
_PARENTHESES = (
    # A pair that holds a wide character, or follows one.
    rf"(?:\s*\((?=[^()]*[{WIDE}])|(?<=[{WIDE}])\s*\()([^()]*)\)\s*"
)
_BLANK_WIDE = rf"(?<=[{WIDE}]) +(?=[{WIDE}])"
_BLANK_SLOT = rf"(?<=[{WIDE}]) +(?=\ufffc)|(?<=\ufffc) +(?=[{WIDE}])"
# The patterns with wide characters take long to compile, and most languages need none of them.
_compiled = cache(re.compile)
_EMPHASES = ("strong", "emphasis", "strikethrough")
_DELIMITERS = "`*_~$"
# Slots that are recognised by themselves only: what must not stand before and after one. A wide
# character is a letter here.
_ALONE = {
    "anchor": (re.compile(r"[\[!]"), re.compile(r"[(\[:]")),
    "citation": (re.compile(r"[\w/.@-]"), re.compile(r"[\w`:@+~^{[(\\$#%&/<-]")),
    "emoji": (re.compile(r"[\w:]"), re.compile(r"[\w:`{]")),
    "keys": (re.compile(r"[\w+]"), re.compile(r"[\w+]")),
    "tag": (re.compile(r"[^\s(]"), re.compile(r"[\w/#-]")),
    "script": (re.compile(r"[\w)\]}^~]"), re.compile(r"[\w^~[]")),
    "tex": (re.compile(r"[\w:\\]"), re.compile(r"[\w*{[]")),
}
_CLOSED = {"}": "{[`", "]": "{[(:", ")": "("}
"""What must not stand after one that ends in a bracket."""
# docutils recognises a role only after these ASCII characters, or after other characters of these
# Unicode categories (reStructuredText, "inline markup recognition rules", rule 6).
_BEFORE_ROLE = re.compile(r"[\s'\"(\[{<\-/:]")
_BEFORE_ROLE_WIDE = ("Ps", "Pi", "Pf", "Pd", "Po")
_HARD_BREAK = re.compile(r"  \r?\n")


def polish(parts: Parts, profile: Profile) -> Parts:
    """Apply the language's punctuation and its blanks around slots.

    >>> from amts_ext.languages.profiles import load
    >>> formula = Slot(1, "math", "$x$")
    >>> polish(("注意, 这是 ", formula, " 的值."), load("zh")) == ("注意，这是", formula, "的值。")
    True
    """
    parts = _trimmed(parts)
    if profile.slot_spacing and not profile.full_width:
        return parts
    slots = [p for p in parts if isinstance(p, Slot)]
    # Each slot becomes one character, so that the rules see both of its sides.
    text = "".join(p if isinstance(p, str) else "\ufffc" for p in parts)
    changed = text
    if profile.full_width and _compiled(_WIDE).search(text):
        changed = _full_width(text, profile)
    if not profile.slot_spacing and slots and " " in changed:
        changed = _compiled(_BLANK_SLOT).sub("", changed)
    if changed == text:
        return parts
    rebuilt: list[str | Slot] = []
    for index, piece in enumerate(changed.split("\ufffc")):
        if index:
            rebuilt.append(slots[index - 1])
        if piece:
            rebuilt.append(piece)
    return tuple(rebuilt)


def _full_width(text: str, profile: Profile) -> str:
    """Make ASCII punctuation next to wide characters full width.

    Each pattern is tried only where it may match, because it is slow to find nothing.
    """
    if "(" in text:
        text = _compiled(_PARENTHESES).sub(r"（\1）", text)
    if not _HALF_WIDTH.isdisjoint(text):
        text = _compiled(_COMMA).sub(lambda m: m[1].translate(_FULL), text)
    if text.endswith("."):
        text = _compiled(_STOP).sub(profile.sentence_ends[0], text)
    if " " in text:
        text = _compiled(_BLANK_WIDE).sub("", text)
    return text


def _trimmed(parts: Parts) -> Parts:
    """Take the blanks off both ends: two at a line's end break it, four at its start make code."""
    inner = list(parts)
    if inner and isinstance(inner[0], str):
        inner[0] = inner[0].lstrip()
    if inner and isinstance(inner[-1], str):
        inner[-1] = inner[-1].rstrip()
    return tuple([part for part in inner if part])


def escape(parts: Parts, source: Parts, notation: Notation) -> Parts:
    """Escape the characters that the format would read as markup.

    >>> from amts_ext.formats.base import COMMONMARK
    >>> escape(("1. 5 * 3",), ("Five times three",), COMMONMARK)
    ('1\\\\. 5 \\\\* 3',)

    A character that the text of ``source`` holds too is left as it is: it is not markup there.
    """
    suspects = notation.suspects
    if any(isinstance(p, str) and suspects.search(p) for p in parts):
        parts = _escaped(parts, source, notation.special)
    own = set(_openers(source, notation).values())
    for at, opener in _openers(parts, notation).items():
        if opener not in own:
            text, last = str(parts[at]), len(opener) - 1
            parts = (*parts[:at], f"{text[:last]}\\{text[last:]}", *parts[at + 1 :])
    return parts


def _escaped(parts: Parts, source: Parts, special: re.Pattern[str]) -> Parts:
    """Escape what ``special`` matches, but for what the source's text holds too."""
    used = set("".join(p for p in source if isinstance(p, str)))

    def guard(match: re.Match[str]) -> str:
        return match.group() if match.group() in used else "\\" + match.group()

    return tuple([special.sub(guard, p) if isinstance(p, str) else p for p in parts])


def _openers(parts: Parts, notation: Notation) -> dict[int, str]:
    """Find the line starts that would be read as a list item or another block, by index of part.

    A slide mark before them does not count, since d2lbook takes slide marks out before it parses.
    """
    found: dict[int, str] = {}
    starts = True
    for at, part in enumerate(parts):
        if isinstance(part, str):
            opener = notation.opener.match(part) if starts else None
            if opener:
                found[at] = opener.group()
            starts = False
        else:
            is_break = part.kind == "break" or bool(part.lines)
            starts = is_break or (starts and part.kind == "slide")
    return found


def settle(parts: Parts, joint: str = "") -> Parts:
    """Put a blank where a slot would not be recognised next to its neighbour.

    A format with a ``joint`` gets that instead, by its own rules (:mod:`amts_ext.text.joints`).

    >>> formula = Slot(1, "math", "$x$")
    >>> settle((formula, "2 veces")) == (formula, " ", "2 veces")
    True

    The rules are CommonMark's for emphasis (spec 0.31, "left-flanking delimiter run"), docutils'
    for roles ("inline markup recognition rules"), and pandoc's that no digit follows a closing
    ``$``.
    """
    if not any(isinstance(p, Slot) for p in parts):
        return parts
    if joint:
        from amts_ext.text import joints  # late: it imports docutils

        return joints.settle(parts, joint)
    settled: list[str | Slot] = []
    rendered = [p if isinstance(p, str) else p.content for p in parts]
    for index, part in enumerate(parts):
        if not isinstance(part, Slot):
            settled.append(part)
            continue
        before = next((r[-1] for r in reversed(rendered[:index]) if r), " ")
        after = next((r[0] for r in rendered[index + 1 :] if r), " ")
        left = parts[index - 1] if index else ""
        opened = isinstance(left, Slot) and left.half is Half.OPEN
        if _needs_blank_before(part, before, after, opened):
            settled.append(" ")
        settled.append(part)
        right = parts[index + 1] if index + 1 < len(parts) else ""
        if _needs_blank_after(part, before, after) or (
            isinstance(right, Slot) and _merges(part, right)
        ):
            settled.append(" ")
    return tuple(settled)


def _merges(left: Slot, right: Slot) -> bool:
    """Return whether two slots side by side would be read as one: two code spans, say."""
    if left.half is Half.OPEN or right.half is Half.CLOSE or not (left.content and right.content):
        return False
    last, first = left.content[-1], right.content[0]
    bare = left.kind == "url" and last != ">"
    return (last == first and last in _DELIMITERS) or (last == "]" and first == "[") or bare


_MYST_ROLES = frozenset({"role", "reference", "term", "styled"})
"""Kinds of slots that begin with a role of MyST, ``{ref}``."""


def _needs_blank_before(slot: Slot, before: str, after: str, opened: bool) -> bool:
    if slot.kind in _MYST_ROLES and slot.content.startswith("{") and before in ")]`":
        return True  # else it would be read as attributes of what stands before
    if slot.kind == "role" and not slot.content.startswith("{"):  # one of MyST's may touch words
        wide = not before.isascii() and unicodedata.category(before) in _BEFORE_ROLE_WIDE
        return not (wide or opened or _BEFORE_ROLE.match(before))
    if slot.kind in _ALONE and not slot.half:
        joined = slot.content[:1] in ("^", "~")  # belongs to what stands before it
        return not joined and _ALONE[slot.kind][0].match(before) is not None
    if slot.kind == "url":
        has_scheme = "://" in slot.content or slot.content.startswith("<")
        return before.isalnum() and (before.isascii() or not has_scheme)
    if slot.half is Half.OPEN and slot.kind in _EMPHASES:
        if slot.content.startswith("_"):  # an underscore makes no emphasis inside a word
            return before.isalnum()
        return before.isalnum() and not (after.isalnum() or after.isspace())
    return False


def _needs_blank_after(slot: Slot, before: str, after: str) -> bool:
    if slot.kind == "math":
        return after.isdigit() and slot.content.endswith("$")
    if slot.kind in _ALONE and not slot.half:
        closed = _CLOSED.get(slot.content[-1:])
        return after in closed if closed else _ALONE[slot.kind][1].match(after) is not None
    if slot.kind == "url":  # letters after a bare URL would become part of it
        return after.isalnum() and not slot.content.endswith(">")
    if slot.half is Half.CLOSE and slot.kind in _EMPHASES:
        if slot.content.startswith("_"):
            return after.isalnum()
        return after.isalnum() and not (before.isalnum() or before.isspace())
    return False


def join(before: str, gap: str, after: str, profile: Profile) -> str:
    """Return the text between two sentences: the source's ``gap``, or the profile's joiner.

    >>> from amts_ext.languages.profiles import load
    >>> join("第一句。", " ", "第二句。", load("zh")), join("Uno.", " ", "Dos.", load("es"))
    ('', ' ')
    """
    if profile.joiner:
        return gap
    # The source's gap stays if it is a hard break, or if the sentence before is in another script.
    joined = before and after and _compiled(_WIDE).match(before[-1]) and not _HARD_BREAK.search(gap)
    return profile.joiner if joined else gap
