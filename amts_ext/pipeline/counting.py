"""Counting: a sentence that several tabs of a section have is one segment of the book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from amts_ext.text.outcome import Outcome, Source


class Once:
    """The segments of some documents, each once for all documents of one name.

    A build makes a notebook for each tab of a section, and most sentences are in all of them. Plan,
    build and check tell how many segments there are without these copies.

    >>> from amts_ext.model import Segment
    >>> from amts_ext.text.outcome import Status
    >>> tabs = [Source("mean.ipynb", "{}", "ipynb"), Source("mean.ipynb", "{}", "ipynb")]
    >>> once = Once(tabs)
    >>> shared = Outcome(Segment(("A mean.",), 0, 7, 1, 0), Status.MACHINE)
    >>> [len(once.of(tab.name, [shared, shared])) for tab in tabs]
    [2, 0]
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        times = Counter(source.name for source in sources)
        # Only these are kept, so that a large book without tabs takes no room.
        self._counted: dict[str, Counter[str]] = {n: Counter() for n, t in times.items() if t > 1}

    def of(self, name: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of a document that no earlier one of its name has had."""
        if name not in self._counted:
            return outcomes
        counted, here = self._counted[name], Counter[str]()
        fresh = []
        for outcome in outcomes:
            tokens = outcome.segment.tokens
            here[tokens] += 1
            if here[tokens] > counted[tokens]:
                counted[tokens] += 1
                fresh.append(outcome)
        return fresh
