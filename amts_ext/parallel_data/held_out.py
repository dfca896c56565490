"""Documents held out from the parallel data, and the search for their sentences in other texts.

A score on a held-out document says nothing if the parallel data holds its sentences. So pairs that
a held-out document has too, word for word or nearly, are found and left out.

Two texts are alike if they share nine tenths of their words (Dice coefficient of the multisets of
words). They are found by prefix filtering: a text that is alike to one of *n* words shares at least
one of its *n* - overlap + 1 rarest words (S. Chaudhuri, V. Ganti, R. Kaushik, "A Primitive Operator
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
"""The Dice coefficient from which on two texts are alike."""
WORDS = 8
"""The fewest words of a text that is compared by its words. Shorter ones ("Exercises", "as above")
have to be equal, because they are alike by chance."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or paragraph of a held-out document."""

    text: str
    place: str


def matching(names: Iterable[str], patterns: Sequence[str]) -> set[str]:
    """Return the documents that patterns name.

    ``*`` stands for any characters, ``/`` included. The suffix and the first folders of a name may
    be left out.

    >>> sorted(matching(["cnn/lenet.md", "cnn/vgg.md", "rnn/lstm.md"], ["cnn/*"]))
    ['cnn/lenet.md', 'cnn/vgg.md']
    >>> matching(["cnn/lenet.md", "rnn/lstm.md"], ["lstm"])
    {'rnn/lstm.md'}

    Raises :class:`InputError` for a pattern that names no document, because a misspelt name would
    let a document into the data in silence.
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
    """An index of the passages of held-out documents, in which texts are looked up.

    >>> leaks = Leaks([Passage("The model has nine layers and two heads in it.", "a.md:1")])
    >>> passage, alike = leaks.find("The model has nine layers and two heads in it too.")
    >>> passage.place, round(alike, 2)
    ('a.md:1', 0.95)
    """

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
            # How many of its rarest words to index: size - overlap + 1, where overlap is the
            # smallest number of words that it shares with a text that is alike.
            left = size - math.ceil(size * ALIKE / (2 - ALIKE)) + 1
            for word in sorted(bag, key=lambda w: (frequent[w], w)):
                self._rare.setdefault(word, []).append(index)
                left -= bag[word]
                if left <= 0:
                    break

    def find(self, text: str) -> tuple[Passage, float] | None:
        """Return the passage most like a text and their likeness; None if none is alike."""
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
    """Count the words of a text; of a word with Han characters, each character by itself."""
    found = words(text.casefold())
    wide = scripts.letters("zh")
    return Counter(piece for word in found for piece in (word if wide.search(word) else [word]))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
