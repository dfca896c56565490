"""Fuzzy matches: the human unit most like a segment, as a suggestion to a person.

A suggestion never becomes a translation by itself, because at 90% likeness a "not" may be missing.
Likeness is the ``ratio`` of rapidfuzz: 1 - (insertions + deletions) / (sum of the lengths).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from amts_ext.memory import Store
from amts_ext.model import TOKEN, Unit
from amts_ext.text.outcome import Suggestion

LEAST = 0.7
"""The least likeness of a suggestion. Below it, sentences share mostly their small words."""
FEW = 1_000
"""The number of human sentences up to which a segment is compared with all of them."""
NEAREST = 100
"""The number of sentences, those that share the most words, that it is compared with otherwise."""
_WORD = re.compile(r"\w+")


class Suggestions:
    """A search for human units like a segment.

    >>> from amts_ext.memory import Memory
    >>> from amts_ext.model import Origin
    >>> pair = "en", "pt"
    >>> with Memory("memory.sqlite") as memory:
    ...     count = memory.store([Unit("It has 3 layers.", "Tem 3 camadas.", pair, Origin.HUMAN)])
    ...     print(Suggestions(memory, pair).best("It has 4 layers.").target)
    Tem 3 camadas.
    """

    def __init__(self, memory: Store | None, pair: tuple[str, str]) -> None:
        self._memory = memory
        self._pair = pair

    def best(self, source: str) -> Suggestion | None:
        """Return the unit most like ``source``, a text with slots as tokens; None if none is."""
        found = self.nearest(source, 1)
        return Suggestion(found[0][0].source, readable(found[0][0]), found[0][1]) if found else None

    def nearest(self, source: str, most: int) -> list[tuple[Unit, float]]:
        """Return the units most like ``source``, with their likeness, the best first."""
        if not self._units:
            return []
        from rapidfuzz import fuzz, process  # late: most builds have nothing to suggest

        # fuzz.ratio is in percent.
        near, least = self._index.near(source), 100 * LEAST
        found = process.extract(source, near, scorer=fuzz.ratio, score_cutoff=least, limit=most)
        return [(self._units[text], percent / 100) for text, percent, _ in found]

    @cached_property
    def _units(self) -> dict[str, Unit]:
        """The human units by source."""
        units = [] if self._memory is None else self._memory.human_units(self._pair, "")
        return {unit.source: unit for unit in units}

    @cached_property
    def _index(self) -> _Index:
        return _Index(list(self._units))


def readable(unit: Unit) -> str:
    """Return a unit's target with the human's own markup in the place of its tokens.

    >>> from amts_ext.model import Origin
    >>> literals = ("*Ela*",)
    >>> readable(Unit("It.", "⟦own1⟧.", ("en", "pt"), Origin.HUMAN, literals=literals))
    '*Ela*.'
    """

    def own(match: re.Match[str]) -> str:
        number = int(match[3]) - 1
        known = match[2] == "own" and number < len(unit.literals)
        return unit.literals[number] if known else match[0]

    return TOKEN.sub(own, unit.target) if unit.literals else unit.target


class _Index:
    """The sentences that have each word, for the few that are worth comparing with another."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for number, source in enumerate(sources):
            for word in set(_WORD.findall(source.casefold())):
                self._having[word].append(number)

    def near(self, source: str) -> Sequence[str]:
        """Return the sentences that share the most words with ``source``, rare words first."""
        if len(self._sources) <= FEW:
            return self._sources
        words = set(_WORD.findall(source.casefold())) & self._having.keys()
        rare = sorted(words, key=lambda word: len(self._having[word]))
        shared: Counter[int] = Counter()
        for word in rare[: max(3, len(rare) // 2)]:
            shared.update(self._having[word])
        return [self._sources[number] for number, _ in shared.most_common(NEAREST)]
