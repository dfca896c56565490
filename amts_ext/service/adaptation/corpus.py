"""Pairs of parallel data as words, divided into a part to learn from and a part to tune on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amts_ext.languages.scripts import is_unspaced
from amts_ext.service.adaptation import slots, words
from amts_ext.service.adaptation.slots import SLOT

LONGEST = 100
"""The most words of a sentence that is learned from; longer ones align badly."""
BLOCK, EVERY = 15, 20
"""The rows of a block, and the blocks of which one is for tuning. Whole blocks are divided because
rows of one page stand together, and a page's sentences are too much alike to be in both parts."""


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenizedSentence:
    """One side of a pair as words."""

    words: Words
    """The words, with :data:`SLOT` for every slot."""
    contents: tuple[str, ...]
    """The contents of the slots, in order."""

    def numbered(self, numbers: dict[str, int]) -> list[str]:
        """Return the words with a number in every slot, so that slots of equal content align.

        >>> sentence = TokenizedSentence(("let", SLOT, "be", SLOT), ("$x$", "$y$"))
        >>> numbers = {"$y$": 0}
        >>> sentence.numbered(numbers)
        ['let', '⟦1⟧', 'be', '⟦0⟧']

        ``numbers`` has a number for each content; new contents are added to it.
        """
        contents = iter(self.contents)
        return [
            f"⟦{numbers.setdefault(next(contents), len(numbers))}⟧" if w == SLOT else w
            for w in self.words
        ]


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A pair of sentences as words."""

    source: TokenizedSentence
    target: TokenizedSentence


def side(parts: Sequence[tuple[str, str]], language: str, lowered: bool) -> TokenizedSentence:
    """Return the parts of a sentence (see :mod:`.slots`) as words.

    >>> side([("text", "Let "), ("slot", "$x$"), ("text", " be.")], "en", lowered=True)
    TokenizedSentence(words=('let', '⟦⟧', 'be', '.'), contents=('$x$',))
    """
    found: list[str] = []
    for kind, content in parts:
        found += words.split(content, language) if kind == "text" else [SLOT]
    if lowered:
        found = words.lower(found)
    return TokenizedSentence(
        tuple(found), tuple(content for kind, content in parts if kind == "slot")
    )


def examples(pairs: Sequence[tuple[str, str]], source: str, target: str) -> list[SentencePair]:
    """Return the usable pairs as words, in order.

    >>> [pair] = examples([("Let $x$ be.", "Seja $x$."), ("Empty", "")], "en", "pt")
    >>> pair.source.words, pair.target.words
    (('let', '⟦⟧', 'be', '.'), ('seja', '⟦⟧', '.'))

    A usable pair has words on both sides, up to :data:`LONGEST`, and sides of similar length.
    """
    found = (
        SentencePair(side(slots.parts(s), source, True), side(slots.parts(t), target, False))
        for s, t in pairs
    )
    usable = [e for e in found if _usable(e)]
    return usable if is_unspaced(target) else _truecased(usable)


def _truecased(every: Sequence[SentencePair]) -> list[SentencePair]:
    """Return the pairs with each target's first word as it is mostly written inside sentences.

    A word that never stands inside a sentence loses its capital, unless it has another capital.
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
    """Divide pairs into a part to learn from and a part to tune on.

    >>> pairs = examples([(f"row {n}", f"linha {n}") for n in range(300)], "en", "pt")
    >>> learning, tuning = divide(pairs)
    >>> len(learning), len(tuning), tuning[0].source.words
    (285, 15, ('row', '150'))
    """
    tuning = [i // BLOCK % EVERY == EVERY // 2 for i in range(len(every))]
    return (
        [e for e, t in zip(every, tuning, strict=True) if not t],
        [e for e, t in zip(every, tuning, strict=True) if t],
    )
