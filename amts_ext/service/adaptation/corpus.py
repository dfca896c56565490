"""Pairs of parallel data as words, and their division: to learn from, and to tune on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amts_ext.languages.scripts import is_unspaced
from amts_ext.service.adaptation import slots, words
from amts_ext.service.adaptation.slots import SLOT

LONGEST = 100
"""Words of a sentence that is learned from; longer ones align badly."""
BLOCK, EVERY = 15, 20
"""The part to tune on: one block of 15 rows in 20. Rows of one page stand together, and a page's
sentences are too much alike to be on both sides."""


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenizedSentence:
    """One side of a pair."""

    words: Words
    """With :data:`SLOT` for every slot."""
    contents: tuple[str, ...]
    """What the slots hold, in order."""

    def numbered(self, numbers: dict[str, int]) -> list[str]:
        """The words, every slot with the number of its content: equal ones align."""
        contents = iter(self.contents)
        return [
            f"⟦{numbers.setdefault(next(contents), len(numbers))}⟧" if w == SLOT else w
            for w in self.words
        ]


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A pair of sentences."""

    source: TokenizedSentence
    target: TokenizedSentence


def side(parts: Sequence[tuple[str, str]], language: str, lowered: bool) -> TokenizedSentence:
    """The parts of a sentence (see :mod:`.slots`) as words."""
    found: list[str] = []
    for kind, content in parts:
        found += words.split(content, language) if kind == "text" else [SLOT]
    if lowered:
        found = words.lower(found)
    return TokenizedSentence(
        tuple(found), tuple(content for kind, content in parts if kind == "slot")
    )


def examples(pairs: Sequence[tuple[str, str]], source: str, target: str) -> list[SentencePair]:
    """The usable pairs, in order: with words on both sides, and not too long."""
    found = (
        SentencePair(side(slots.parts(s), source, True), side(slots.parts(t), target, False))
        for s, t in pairs
    )
    usable = [e for e in found if _usable(e)]
    return usable if is_unspaced(target) else _truecased(usable)


def _truecased(every: Sequence[SentencePair]) -> list[SentencePair]:
    """The same, with the targets' first words as they are written inside sentences.

    Words that never stand inside one are lowered too, unless they hold another capital.
    """
    inside = Counter(w for e in every for w in e.target.words[1:])
    return [SentencePair(e.source, _first_lowered(e.target, inside)) for e in every]


def _first_lowered(side: TokenizedSentence, inside: Counter[str]) -> TokenizedSentence:
    first, lowered = side.words[0], side.words[0].lower()
    if first[1:] != lowered[1:] or inside[first] > inside[lowered]:
        return side
    return TokenizedSentence((lowered, *side.words[1:]), side.contents)


def _usable(example: SentencePair) -> bool:
    lengths = len(example.source.words), len(example.target.words)
    return min(lengths) > 0 and max(lengths) <= LONGEST and max(lengths) <= 5 * min(lengths) + 5


def divide(every: Sequence[SentencePair]) -> tuple[list[SentencePair], list[SentencePair]]:
    """What to learn from and what to tune on."""
    tuning = [i // BLOCK % EVERY == EVERY // 2 for i in range(len(every))]
    return (
        [e for e, t in zip(every, tuning, strict=True) if not t],
        [e for e, t in zip(every, tuning, strict=True) if t],
    )
