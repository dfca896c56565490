"""Damage to a translated text, as a bad translator does it, by the rules for faults."""

from __future__ import annotations

import re
from collections.abc import Iterable

from amts_ext.service.faults.rules import Rule

_KEPT = re.compile(
    r"<(?P<tag>[a-zA-Z][\w-]*)\b[^<>]*\btranslate\s*=\s*[\"']?no\b[^<>]*>.*?</(?P=tag)\s*>",
    re.DOTALL,
)
"""An element with ``translate="no"``, which holds a slot."""
_INLINE = re.compile(r"</?(?:a|b|i|em|strong|span|code|sub|sup|u|s|del|mark|q)\b[^<>]*>")


def damage(text: str, rules: Iterable[Rule]) -> str:
    """Return a text after every rule among ``rules`` that damages texts.

    >>> damage('Let <i translate="no">x</i> be.', [Rule("dnt")])
    'Let ‹DNT_0› be.'
    >>> damage("A long sentence.", [Rule("truncate", fraction=0.5)])
    'A long s'
    """
    for rule in rules:
        if rule.fault == "truncate":
            text = text[: int(len(text) * rule.fraction)]
        elif rule.fault == "spaces":
            text = _INLINE.sub(r" \g<0> ", text)
        elif rule.fault in _CHANGES:
            text = _change_slots(text, rule, *_CHANGES[rule.fault])
    return text


def damage_bytes(data: bytes, rules: Iterable[Rule]) -> bytes:
    """Return a document after every rule among ``rules`` that damages texts.

    Bytes that are not UTF-8 stay as they are.
    """
    text = data.decode(errors="surrogateescape")
    return damage(text, rules).encode(errors="surrogateescape")


_CHANGES = {"lose_slot": (0, ""), "double_slot": (2, ""), "dnt": (0, "‹DNT_0›")}
"""The number of times that each fault writes a slot, and the text that it writes after it."""


def _change_slots(text: str, rule: Rule, times: int, debris: str) -> str:
    """Return a text with some slots changed, chosen by the rule's own random generator."""
    slots = list(_KEPT.finditer(text))
    chosen = rule.random.sample(slots, min(rule.slots, len(slots)))
    for match in sorted(chosen, key=lambda m: m.start(), reverse=True):
        text = text[: match.start()] + match.group() * times + debris + text[match.end() :]
    return text
