"""What the segments of two texts keep in translation: formulas and code, numbers, Latin words."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import chain

from amts_ext.gale_church import NOTHING, Item, new_item
from amts_ext.model import Half, Segment

WORDLESS = frozenset({"soft", "break", "escape", "emphasis", "strong", "strikethrough", "slide"})
"""Slots that come and go in translation."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def items(source: Sequence[Segment], target: Sequence[Segment]) -> tuple[list[Item], list[Item]]:
    """The segments' lengths without slots, and what a translation would keep of each.

    Words that only one of the texts has are translated: they are no evidence, and to leave them out
    here is quicker than to count them in every block.
    """
    words = set(chain.from_iterable([_WORD.findall(_text(segment)) for segment in target]))
    names = _Names({_name(word) for word in words})
    ours = [_item(segment, names) for segment in source]
    names = _Names({*names.values()})
    return ours, [_item(segment, names) for segment in target]


class _Names(dict[str, str]):
    """The words of a text as features, as they are met; empty for what is not in ``others``."""

    def __init__(self, others: Container[str]) -> None:
        super().__init__()
        self._others = others

    def __missing__(self, word: str) -> str:
        name = _name(word)
        self[word] = found = name if name in self._others else ""
        return found


def _name(word: str) -> str:
    """A Latin word as a feature; empty for short common words, which are chance hits between
    languages of one script."""
    return f"word:{word.lower()}" if len(word) > 3 or not (word.islower() or word.istitle()) else ""


def _text(segment: Segment) -> str:
    return " ".join([part for part in segment.parts if isinstance(part, str)])


def _item(segment: Segment, names: _Names) -> Item:
    text = _text(segment)
    features = [name for word in _WORD.findall(text) if (name := names[word])]
    if len(segment.parts) > 1 or not text:
        features += [
            f"slot:{s.content}"
            for s in segment.parts
            if not isinstance(s, str) and s.kind not in WORDLESS and s.half is not Half.OPEN
        ]
    if numbers := _NUMBER.findall(text):
        features += [f"number:{number}" for number in numbers]
    length = len("".join(text.split())) or 1
    return new_item((length, frozenset(features) if features else NOTHING))
