"""The check of slots: a translation keeps formulas, code, references, addresses and links."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from rapidfuzz.fuzz import ratio

from amts_ext.checks.base import Context, Finding, Kind, Side, quoted
from amts_ext.facts.numbers import found_numbers, is_spelled
from amts_ext.model import Slot

EXACT = frozenset({"math", "code", "role", "url", "footnote", "html"})
"""Kinds of slots whose content a translation keeps. Formatting is free."""
LINKS = frozenset({"link", "image"})
"""Kinds of slots that are only counted: a link may lead to the page of another edition."""

_A_WORD = regex.compile(r"`\p{Ll}{3,}`$")
"""Code that is one common word and may be translated: "the `keys`"."""
_TO_A_TITLE = regex.compile(r"<a\s[^<>]*#")
"""An HTML link to a title, whose address is another one in the translation."""
NEARLY = 90
"""The likeness, from 0 to 100, of two names of one label (rapidfuzz)."""
_ITEMS = regex.compile(r",(?![^{}]*\})")
"""The commas of a list in a formula."""
_SAME = {"\\times": "*", "\\cdot": "*", "\\div": "/", "\\leq": "\\le", "\\geq": "\\ge"}
"""Spellings of one sign."""
_A_NUMBER = regex.compile(r"[$`]\d+[$`]$")
_IGNORED = regex.compile(
    r"\^?\{?\\(?:mathrm|text)\{(?:st|nd|rd|th)\}\}?|\^\\(?:mathrm|text)\{th\}"  # ordinals
    r"|\\(?:text|textrm|mathrm|mbox)\{(?:\\[{}]|[^{}])*\}|\\d(?=frac)|\\[,;!]|[\s.,:;!，。：；`$（）()]"
)
"""The parts of a slot's content that are not compared: ordinal endings, words in a formula, blanks,
delimiters, punctuation."""


def slots(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find slots of the source that the target has neither as a slot nor as text.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> source = Side(("Let ", Slot(1, "math", "$x$"), " be a number."))
    >>> [finding.message for finding in slots(source, Side(("Seja um número.",)), portuguese)]
    ["'$x$' is missing"]

    Repetitions are not counted, because a translation may say "it" for the second ``$x$``. Slots
    that only the target has are no fault: only a person can add them, and a person may.
    """
    for slot in source.slots:
        if _is_wanted(slot) and not _is_there(slot, target, context):
            yield Finding(Kind.SLOTS, f"{quoted(slot.content)} is missing")
    links = [sum(s.kind in LINKS for s in side.slots) for side in (source, target)]
    if links[0] > links[1]:
        yield Finding(Kind.SLOTS, "a link or an image is missing")


def _is_wanted(slot: Slot) -> bool:
    plain = any(map(str.isalnum, _plain(slot.content)))
    free = _A_WORD.match(slot.content) or _TO_A_TITLE.match(slot.content)
    return slot.kind in EXACT and plain and not free


def _is_there(slot: Slot, target: Side, context: Context) -> bool:
    """Return whether the target has a slot's content: in a slot, as text, or a number in words.

    A list in one formula may become several formulas: "$a, b$" is there in "$a$ e $b$".
    """
    items = _ITEMS.split(slot.content) if slot.kind == "math" else []
    if len(items) > 1 and "(" not in slot.content:
        every = (Slot(slot.id, slot.kind, f"${item.strip('$ ')}$") for item in items)
        if all(_is_there(each, target, context) for each in every):
            return True
    if slot.kind == "role" and any(_is_renamed(slot, other) for other in target.slots):
        return True
    if slot.kind == "math" and any(_sums(slot) == _sums(o) for o in target.slots):
        return True
    wanted = _plain(slot.content)
    word = regex.compile(rf"(?<![A-Za-z0-9]){regex.escape(wanted)}(?![A-Za-z0-9])")
    inside = any(wanted in _plain(held) for held in target.held.split("\n"))
    if inside or word.search(_plain(target.text)):
        return True
    number = found_numbers(slot.content, context.source) if _A_NUMBER.match(slot.content) else ()
    return any(is_spelled(readings, target.text, context.target) for _, readings in number)


def _is_renamed(slot: Slot, other: Slot) -> bool:
    """Return whether two references have nearly one name; a build tells of one that leads nowhere.

    >>> own = Slot(1, "role", ":numref:`sec_waston`")
    >>> _is_renamed(own, Slot(1, "role", ":numref:`sec_watson`"))
    True
    """
    same = other.kind == slot.kind and other.content.split("`")[0] == slot.content.split("`")[0]
    return same and ratio(other.content, slot.content) >= NEARLY


def _sums(slot: Slot) -> list[list[str]]:
    """Return the terms of each side of a formula: people write a sum in another order.

    >>> _sums(Slot(1, "math", "$b + a = c$")) == _sums(Slot(2, "math", "$a + b = c$"))
    True
    """
    return [sorted(side.split("+")) for side in _plain(slot.content).split("=")]


def _plain(content: str) -> str:
    for one, other in _SAME.items():
        content = content.replace(one, other)
    return _IGNORED.sub("", content).casefold()
