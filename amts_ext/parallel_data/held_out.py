"""Documents kept out of parallel data, and what of them stands elsewhere all the same.

A score on a held-out document says nothing if the parallel data holds its sentences. Two texts are
alike if they share nine tenths of their words (the Dice coefficient of the multisets of words).
Candidates are found by prefix filtering: of a text with *n* words, two that are alike share at
least one of its *n* - overlap + 1 rarest (S. Chaudhuri, V. Ganti, R. Kaushik, "A Primitive Operator
for Similarity Joins in Data Cleaning", ICDE 2006).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from amts_ext.errors import InputError
from amts_ext.languages import scripts
from amts_ext.languages.scripts import words

ALIKE = 0.9
WORDS = 8
"""Shorter texts ("Exercises", "as above") are compared whole: they are alike by chance."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or paragraph of a held-out document."""

    text: str
    place: str


def matching(names: Iterable[str], patterns: Sequence[str]) -> set[str]:
    """The documents that the patterns name; ``*`` stands for any characters, ``/`` too.

    A name without its suffix, or the end of a path (``x.md`` for ``chapter/x.md``), names a
    document as well. Raises :class:`InputError` for a pattern that names none: a misspelt name
    would let a document into the data in silence.
    """
    every = list(names)
    found: set[str] = set()
    for pattern in patterns:
        own = {name for name in every if _names(pattern.rstrip("/"), name)}
        if not own:
            listed = ", ".join(sorted(every)[:3]) + (", …" if len(every) > 3 else "")
            there = f"there are: {listed}" if every else "there are none; name the book's --config"
            raise InputError(f"held_out: no document is named '{pattern}'; {there}")
        found |= own
    return found


def _names(pattern: str, name: str) -> bool:
    stem = name.rpartition(".")[0] or name
    ends = (name, stem, f"/{name}", f"/{stem}")
    return any(fnmatchcase(end, p) for end in ends for p in (pattern, f"*/{pattern}"))


class Leaks:
    """Finds texts that held-out documents have too."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._whole: dict[str, Passage] = {}
        self._long: list[tuple[Counter[str], Passage]] = []
        self._rare: dict[str, list[int]] = {}
        for passage in passages:
            self._whole.setdefault(_folded(passage.text), passage)
            found = _bag(passage.text)
            if found.total() >= WORDS:
                self._long.append((found, passage))
        self._index()

    def _index(self) -> None:
        frequent: Counter[str] = Counter()
        for bag, _ in self._long:
            frequent.update(bag.keys())
        for index, (bag, _) in enumerate(self._long):
            size = bag.total()
            # The smallest overlap with any text that is alike enough to this one.
            left = size - math.ceil(size * ALIKE / (2 - ALIKE)) + 1
            for word in sorted(bag, key=lambda w: (frequent[w], w)):
                self._rare.setdefault(word, []).append(index)
                left -= bag[word]
                if left <= 0:
                    break

    def find(self, text: str) -> tuple[Passage, float] | None:
        """The held-out passage that is this text or nearly so, and how much alike they are."""
        if same := self._whole.get(_folded(text)):
            return same, 1.0
        bag = _bag(text)
        size = bag.total()
        if size < WORDS:
            return None
        best: tuple[Passage, float] | None = None
        for index in {i for word in bag for i in self._rare.get(word, ())}:
            other, passage = self._long[index]
            alike = 2 * (bag & other).total() / (size + other.total())
            if alike >= ALIKE and (best is None or alike > best[1]):
                best = passage, alike
        return best


def _bag(text: str) -> Counter[str]:
    """Words; in a script without spaces, letters."""
    found = words(text.casefold())
    wide = scripts.letters("zh")
    return Counter(piece for word in found for piece in (word if wide.search(word) else [word]))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
