"""The two sides of a segment in the views that rules about facts need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from amts_ext.model import Half, Parts, Slot

SLOT = "\ufffc"
"""The character that stands for one slot in a text (Unicode's object replacement)."""
HALF = "\ufffb"
"""The character that stands for one half of a formatting pair."""
WORD = regex.compile(r"[\p{L}\p{M}]+")
_is_number = regex.compile(r"[$`](\d[\d.,]*)[$`]").fullmatch


@dataclass(frozen=True)
class Side:
    """One side of a segment, source or target.

    >>> side = Side(("Let ", Slot(1, "math", "$x$"), " be a number."))
    >>> side.words
    ['Let', 'be', 'a', 'number']
    >>> side.held
    '$x$'
    """

    parts: Parts
    block: str = ""
    """Kind of its block, as in :class:`~amts_ext.model.Block`; empty: not known."""
    by_person: bool = False
    """True if a person wrote it, to whom some things are a matter of style."""

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(p for p in self.parts if isinstance(p, Slot))

    @cached_property
    def text(self) -> str:
        """The text with each single slot as one :data:`SLOT` and without halves of pairs."""
        shown = (p if isinstance(p, str) else "" if p.half else SLOT for p in self.parts)
        return "".join(shown)

    @cached_property
    def divided(self) -> str:
        """The text with :data:`HALF` for each half of a pair: "在*在线学习*" has no 在 twice."""
        shown = (p if isinstance(p, str) else HALF if p.half else SLOT for p in self.parts)
        return "".join(shown)

    @cached_property
    def figures(self) -> str:
        """The text with each slot that is only a number in figures: ``$10$万`` is 10万."""
        shown = (
            p
            if isinstance(p, str)
            else ""
            if p.half
            else found[1]
            if (found := _is_number(p.content))
            else SLOT
            for p in self.parts
        )
        return "".join(shown)

    @cached_property
    def words(self) -> list[str]:
        """The words of the text: runs of letters with their combining marks."""
        return WORD.findall(self.text)

    @cached_property
    def letters(self) -> int:
        """The number of characters in all words."""
        return sum(map(len, self.words))

    @cached_property
    def held(self) -> str:
        """The contents of the single slots, one on a line."""
        return "\n".join(s.content for s in self.slots if s.half is Half.SINGLE)

    @cached_property
    def whole(self) -> str:
        """The text, and what its slots hold on further lines."""
        return f"{self.text}\n{self.held}"
