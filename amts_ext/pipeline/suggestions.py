"""Fuzzy matches: the human unit most like a segment, as a suggestion to a person.

A suggestion never becomes a translation by itself, because at 90% likeness a "not" may be missing.
Likeness is the ``ratio`` of rapidfuzz: 1 - (insertions + deletions) / (sum of the lengths).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from amts_ext.memory import Store
from amts_ext.model import Origin, Unit
from amts_ext.text.outcome import Suggestion

LEAST = 0.7
"""The least likeness of a suggestion. Below it, sentences share mostly their small words."""
MOST = 200
"""The most suggestions of one run. A person reads no more, and each costs a search of the whole
memory."""


class Suggestions:
    """A search for human units like a segment, which answers at most :data:`MOST` times.

    >>> from amts_ext.memory import Memory
    >>> pair = "en", "pt"
    >>> with Memory("memory.sqlite") as memory:
    ...     count = memory.store([Unit("It has 3 layers.", "Tem 3 camadas.", pair, Origin.HUMAN)])
    ...     print(Suggestions(memory, pair).best("It has 4 layers.").target)
    Tem 3 camadas.
    """

    def __init__(self, memory: Store | None, pair: tuple[str, str]) -> None:
        self._memory = memory
        self._pair = pair
        self._left = MOST

    def best(self, source: str) -> Suggestion | None:
        """Return the unit most like ``source``, a text with slots as tokens; None if none is."""
        if self._left <= 0 or not self._targets:
            return None
        from rapidfuzz import fuzz, process  # late: most builds have nothing to suggest

        self._left -= 1
        # fuzz.ratio is in percent.
        found = process.extractOne(
            source, self._targets.keys(), scorer=fuzz.ratio, score_cutoff=100 * LEAST
        )
        if found is None:
            return None
        return Suggestion(found[0], self._targets[found[0]], found[1] / 100)

    @cached_property
    def _targets(self) -> dict[str, str]:
        """The human translations by source."""
        units: Iterable[Unit] = () if self._memory is None else self._memory.units(self._pair)
        return {u.source: u.target for u in units if u.origin is Origin.HUMAN}
