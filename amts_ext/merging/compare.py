"""What became of each piece of the base in the source: it stays, changes, splits, merges, moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from amts_ext.merging import code, grades
from amts_ext.merging.differences import Pairing, pairing
from amts_ext.merging.grades import content
from amts_ext.merging.texts import LIKE_CODE, Text

LIKE = 0.45
"""The least likeness of two pieces of prose that are the same one, changed."""
LIKE_TITLE = 0.3
LIKE_MOVED = 0.6
"""The least likeness of a piece that is known again elsewhere."""
MOVED = 30
"""So many characters are long enough to be known again elsewhere though they changed."""
SAME = 8
"""So many, if they did not."""
SHARE = 0.5
"""So much of the smaller of two pieces stands in the other, if one was split off or merged."""
LIKE_SENTENCE = 0.75
"""The least likeness of two sentences of such pieces."""
FREE = frozenset({"paragraph", "item", "quote"})
"""Kinds of blocks that are split and merged."""


@dataclass(slots=True)
class PieceLinks:
    """The pieces of base and source that belong together, by their indices."""

    links: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The source's pieces by those of the base: one, or several if a piece was split."""
    back: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The base's pieces by those of the source: several if pieces were merged."""
    moved: dict[int, int] = field(default_factory=dict)
    """The base's pieces by those of the source, where they stand elsewhere."""

    def link(self, ours: Iterable[int], theirs: Iterable[int]) -> None:
        """Say that some pieces became some others."""
        old, new = tuple(sorted(ours)), tuple(sorted(theirs))
        self.links.update((i, new) for i in old)
        self.back.update((j, old) for j in new)


def compare(base: Text, source: Text) -> PieceLinks:
    """Find what became of every piece of the base."""
    return _Comparer(base, source).compare()


class _Comparer:
    def __init__(self, base: Text, source: Text) -> None:
        self._texts = base, source
        self._old, self._new = base.pieces, source.pieces
        self._keys = [[f"{p.kind}:{p.key}" for p in side] for side in (base.pieces, source.pieces)]
        self._found = PieceLinks()

    def compare(self) -> PieceLinks:
        stretch: Pairing = []
        pairs = pairing(self._keys[0], self._keys[1], _like)
        for i, j in [*pairs, (None, None)]:
            if (i is None) == (j is None) and (i is None or self._is_same(i, j or 0)):
                self._regroup(stretch)
                stretch = []
                if i is not None and j is not None:
                    self._found.link((i,), (j,))
            else:
                stretch.append((i, j))
        self._find_moved()
        self._exchange(pairs)
        return self._found

    def _exchange(self, pairs: Pairing) -> None:
        """Link what went with what came in its place, though they are not alike."""
        moved = {*self._found.moved}, {*self._found.moved.values()}
        gap: Pairing = []
        for i, j in [*pairs, (0, 0)]:
            if i is not None and j is not None:
                self._exchange_in(gap)
                gap = []
            elif i not in moved[1] and j not in moved[0]:
                gap.append((i, j))

    def _exchange_in(self, gap: Pairing) -> None:
        """Link the pieces between two that have partners, if there is one of a kind."""
        gone = [i for i, _ in gap if i is not None and i not in self._found.links]
        came = [j for _, j in gap if j is not None and j not in self._found.back]
        last = -1
        for i in gone:
            fits = [j for j in came if self._may_replace(i, j)]
            if len(fits) == 1 and sum(self._may_replace(k, fits[0]) for k in gone) == 1:
                if fits[0] > last:
                    self._found.link((i,), fits)
                last = max(last, fits[0])

    def _is_same(self, i: int, j: int) -> bool:
        return self._keys[0][i] == self._keys[1][j]

    def _may_replace(self, i: int, j: int) -> bool:
        """Return True if a piece may stand in the place of one that it is not like."""
        if self._old[i].kind != "prose" or self._new[j].kind != "prose":
            return False
        held = [t.kinds(p) for t, p in zip(self._texts, (self._old[i], self._new[j]), strict=True)]
        return len(held[0]) == 1 and held[0] == held[1]

    def _may_follow(self, i: int, j: int) -> bool:
        """Return True if a piece is what stood beside another that has moved."""
        return self._is_same(i, j) or self._may_replace(i, j) or self._likeness(i, j) > 0

    # --- split and merged pieces ----------------------------------------------------------------

    def _regroup(self, stretch: Pairing) -> None:
        """Link the pieces of a stretch that changed; those that share sentences in one group."""
        pairs = [(i, j) for i, j in stretch if i is not None and j is not None]
        shared = [pair for pair in self._candidates(stretch) if self._shares(*pair)]
        for ours, theirs in _components(pairs + shared):
            if len(ours) == len(theirs) == 1 or (_is_run(ours) and _is_run(theirs)):
                self._found.link(ours, theirs)
                continue
            for i, j in pairs:
                if i in ours:
                    self._found.link((i,), (j,))

    def _candidates(self, stretch: Pairing) -> Iterator[tuple[int, int]]:
        """Yield the pieces near one another of which one at least has no partner."""
        for place, (i, j) in enumerate(stretch):
            if i is not None and j is not None:
                continue
            for other_i, other_j in stretch[max(0, place - 3) : place + 4]:
                if i is not None and other_j is not None:
                    yield i, other_j
                elif j is not None and other_i is not None:
                    yield other_i, j

    def _shares(self, i: int, j: int) -> bool:
        """Return True if most of the smaller of two pieces stands in the other."""
        pieces = self._old[i], self._new[j]
        kinds = [t.kinds(p) for t, p in zip(self._texts, pieces, strict=True)]
        if any(len(side) != 1 or side[0] not in FREE for side in kinds):
            return False
        words = [Counter(piece.key.split()) for piece in pieces]
        if (words[0] & words[1]).total() < SHARE * min(w.total() for w in words):
            return False
        held = [
            [" ".join(content(s)) for s in text.held(piece)]
            for text, piece in zip(self._texts, pieces, strict=True)
        ]
        small, large = sorted(held, key=lambda side: sum(map(len, side)))
        known = [s for s in small if any(_is_like(s, other) for other in large)]
        return sum(map(len, known)) >= SHARE * sum(map(len, small)) > 0

    # --- moved pieces ---------------------------------------------------------------------------

    def _find_moved(self) -> None:
        """Find the pieces that stand elsewhere: equal ones first, then like ones."""
        gone = [i for i in range(len(self._old)) if i not in self._found.links]
        came = [j for j in range(len(self._new)) if j not in self._found.back]
        for j in [j for j in came if len(self._new[j].key) >= SAME]:
            self._move(next((i for i in gone if self._is_same(i, j)), None), j, gone, came)
        for j in [j for j in came if len(self._new[j].key) >= MOVED]:
            likeness, i = max(((self._likeness(i, j), -i) for i in gone), default=(0.0, 0))
            self._move(-i if likeness >= LIKE_MOVED else None, j, gone, came)
        # A neighbour of what moved has moved with it, such as the title of a section.
        for step in (-1, 1):
            for j in sorted(self._found.moved, reverse=step < 0):
                i, near = self._found.moved[j] + step, j + step
                while i in gone and near in came and self._may_follow(i, near):
                    self._move(i, near, gone, came)
                    i, near = i + step, near + step

    def _move(self, i: int | None, j: int, gone: list[int], came: list[int]) -> None:
        if i is not None:
            self._found.moved[j] = i
            gone.remove(i)
            came.remove(j)

    def _likeness(self, i: int, j: int) -> float:
        """Return how alike two pieces are that stand far apart, where more is asked of them."""
        old, new = self._old[i], self._new[j]
        if old.kind != new.kind or len(old.key) < MOVED:
            return 0.0
        if old.kind == "code":
            ours, theirs = code.body(old.key), code.body(new.key)
            if min(len(ours), len(theirs)) < MOVED:
                return 0.0
            return min(code.likeness(ours, theirs), grades.likeness(ours, theirs))
        return _like(self._keys[0][i], self._keys[1][j])


def _is_like(old: str, new: str) -> bool:
    return old == new or grades.likeness(old, new) >= LIKE_SENTENCE


def _components(pairs: Iterable[tuple[int, int]]) -> list[tuple[set[int], set[int]]]:
    """Return the pieces that are linked, directly or through others."""
    found: list[tuple[set[int], set[int]]] = []
    for i, j in pairs:
        ours, theirs = {i}, {j}
        for other in [o for o in found if i in o[0] or j in o[1]]:
            ours, theirs = ours | other[0], theirs | other[1]
            found.remove(other)
        found.append((ours, theirs))
    return found


def _is_run(indices: set[int]) -> bool:
    return max(indices) - min(indices) + 1 == len(indices)


def _like(old: str, new: str) -> float:
    """How alike two pieces are, by their keys with their kinds before them."""
    kind = old.partition(":")[0]
    if kind != new.partition(":")[0]:
        return 0.0
    if kind == "code":
        ratio = code.likeness(old[5:], new[5:])
        return ratio if ratio >= LIKE_CODE else 0.0
    if kind == "prose":
        is_title = old.startswith("prose:#")
        if is_title != new.startswith("prose:#"):
            return 0.0
        ratio = grades.likeness(*(side.removeprefix("prose:").lstrip("#") for side in (old, new)))
        return ratio if ratio >= (LIKE_TITLE if is_title else LIKE) else 0.0
    return 0.5 if old.split("`")[0] == new.split("`")[0] or kind == "math" else 0.0
