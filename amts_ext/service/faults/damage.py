"""What a translator with a bad day does to a text; asked for by the rules of :mod:`.faults`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from amts_ext.service.faults.rules import Rule

_KEPT = re.compile(
    r"<(?P<tag>[a-zA-Z][\w-]*)\b[^<>]*\btranslate\s*=\s*[\"']?no\b[^<>]*>.*?</(?P=tag)\s*>",
    re.DOTALL,
)
_INLINE = re.compile(r"</?(?:a|b|i|em|strong|span|code|sub|sup|u|s|del|mark|q)\b[^<>]*>")


def damage(text: str, rules: Iterable[Rule]) -> str:
    """The text after every rule of ``TEXT_FAULTS`` among ``rules``."""
    for rule in rules:
        if rule.fault == "truncate":
            text = text[: int(len(text) * rule.fraction)]
        elif rule.fault == "spaces":
            text = _INLINE.sub(r" \g<0> ", text)
        elif rule.fault in _CHANGES:
            text = _change_slots(text, rule, *_CHANGES[rule.fault])
    return text


def damage_bytes(data: bytes, rules: Iterable[Rule]) -> bytes:
    """As :func:`damage`, for a document of any type."""
    text = data.decode(errors="surrogateescape")
    return damage(text, rules).encode(errors="surrogateescape")


_CHANGES = {"lose_slot": (0, ""), "double_slot": (2, ""), "dnt": (0, "‹DNT_0›")}
"""How often a slot is written, and what is written beside it."""


def _change_slots(text: str, rule: Rule, times: int, debris: str) -> str:
    """Change some slots, chosen by the rule's own random generator."""
    slots = list(_KEPT.finditer(text))
    chosen = rule.random.sample(slots, min(rule.slots, len(slots)))
    for match in sorted(chosen, key=lambda m: m.start(), reverse=True):
        text = text[: match.start()] + match.group() * times + debris + text[match.end() :]
    return text
