"""Fuzzy matches: the human unit most like a segment, as a suggestion to a person.

It never stands in for a translation: at 90% likeness a "not" may be missing. Likeness is that of
rapidfuzz's ``ratio``: 1 - (insertions + deletions) / (sum of the lengths).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from amts_ext.memory import Store
from amts_ext.model import Origin, Unit
from amts_ext.text.outcome import Suggestion

LEAST = 0.7
"""Below that, what two sentences share is mostly their small words."""
MOST = 200
"""Nobody reads more of them, and each look goes through the whole memory."""


class Suggestions:
    """Looks up what is like a segment; at most :data:`MOST` times."""

    def __init__(self, memory: Store | None, pair: tuple[str, str]) -> None:
        self._memory = memory
        self._pair = pair
        self._left = MOST

    def best(self, source: str) -> Suggestion | None:
        """The unit whose source is most like ``source`` (slots as tokens), if one is like it."""
        if self._left <= 0 or not self._targets:
            return None
        from rapidfuzz import fuzz, process  # most builds have nothing to suggest

        self._left -= 1
        # fuzz.ratio counts in percent
        found = process.extractOne(
            source, self._targets.keys(), scorer=fuzz.ratio, score_cutoff=100 * LEAST
        )
        if found is None:
            return None
        return Suggestion(found[0], self._targets[found[0]], found[1] / 100)

    @cached_property
    def _targets(self) -> dict[str, str]:
        """Translations by source."""
        units: Iterable[Unit] = () if self._memory is None else self._memory.units(self._pair)
        return {u.source: u.target for u in units if u.origin is Origin.HUMAN}
