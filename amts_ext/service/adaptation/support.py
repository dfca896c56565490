"""Support of a target word: what the phrases of a training say for it.

A phrase that was seen once may hold words of its neighbours: "longer" was once linked to "War and
Peace". So a word counts as supported if the whole phrase was seen more than once, or if one of its
source words is often translated by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from amts_ext.service.adaptation.corpus import SentencePair
from amts_ext.service.adaptation.phrases import UNUSED

SHARE = 0.05
"""The least share of a source word's translations that hold a target word."""
LEAST = 0.01
"""The least probability of a target word in the lexicon, given a source word."""
PARTICLE = 0.002
"""The least probability of a target word in the lexicon that stands for no source word."""

Lexicon = Callable[[str, str | None], float]
"""The probability of a target word given a source word, or given none."""


class Support:
    """The evidence for target words, from the table of phrases and the lexicon of one model.

    >>> rows = "guerra e ||| longer ||| 1 1\\nmais ||| longer ||| 40 40\\n"
    >>> size = Path("t.ttable").write_text(rows)
    >>> support = Support(Path("t.ttable"), lambda target, source: 0.0)
    >>> support.strange(["longer"], ["guerra", "e"])
    ['guerra', 'e']
    >>> support.strange(["longer"], ["mais"])
    []
    """

    def __init__(self, table: Path, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._repeated: set[tuple[str, str]] = set()
        self._words: dict[str, Counter[str]] = {}
        """For each source word, how many of its translations hold a target word."""
        self._seen: Counter[str] = Counter()
        self._learned: list[tuple[frozenset[str], frozenset[str]]] = []
        for target, source, count in _rows(table):
            if count > 1:
                self._repeated.add((source, target))
            if " " not in source:
                self._seen[source] += count
                held = self._words.setdefault(source, Counter())
                for word in set(target.split()):
                    held[word] += count

    def learn(self, example: SentencePair) -> None:
        """Take the words of a pair that is learned online."""
        self._learned.append((frozenset(example.source.words), frozenset(example.target.words)))

    def strange(self, sources: Sequence[str], targets: Sequence[str]) -> list[str]:
        """Return the words of a target phrase without support in its source phrase."""
        if (" ".join(sources), " ".join(targets)) in self._repeated:
            return []
        return [word for word in targets if not self._holds(word, sources)]

    def _holds(self, word: str, sources: Sequence[str]) -> bool:
        return (
            self._lexicon(word, None) >= PARTICLE
            or any(self._share(word, source) >= SHARE for source in sources)
            or any(self._lexicon(word, source) >= LEAST for source in sources)
            or any(ours.issuperset(sources) and word in theirs for ours, theirs in self._learned)
        )

    def _share(self, word: str, source: str) -> float:
        held = self._words.get(source)
        return held[word] / self._seen[source] if held else 0.0


def _rows(table: Path) -> Iterator[tuple[str, str, int]]:
    """Yield target phrase, source phrase and count of the rows of a table of phrases."""
    with table.open(encoding="utf-8") as lines:
        for line in lines:
            target, source, counts = line.split(" ||| ")
            if target != UNUSED:
                yield target, source, int(counts.split()[1])
