"""Which sentences of the base became which of the source, inside what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from amts_ext.merging import grades
from amts_ext.merging.differences import exchanged, pairing
from amts_ext.merging.texts import Text

LIKE = 0.5
"""The least likeness of two sentences that are the same one, changed."""
LIKE_JOINED = 0.75
"""The least likeness of a sentence and the two that it was split into."""
CLEARLY = 0.05
"""By so much it has to be more like both than like one of them."""

Entry = tuple[tuple[int, ...], tuple[int, ...]]
"""Sentences of the base, and those of the source that they became; one side may be empty."""


@dataclass(slots=True)
class SentenceLinks:
    """Sentences of base and source that belong together, by their indices."""

    entries: list[Entry] = field(default_factory=list)
    """In order; those that are linked have both sides."""
    of_base: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The source's sentences by those of the base: several if one was split."""
    of_source: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """The base's sentences by those of the source: several if they were merged."""


def link(base: Text, source: Text, ours: Sequence[int], theirs: Sequence[int]) -> SentenceLinks:
    """Link some sentences of the base to some of the source."""
    old = [grades.content(base.segments[i]) for i in ours]
    new = [grades.content(source.segments[j]) for j in theirs]
    pairs = exchanged(
        pairing(old, new, _like), lambda i, j: old[i] not in new and new[j] not in old
    )
    entries: list[Entry] = [
        (() if i is None else (i,), () if j is None else (j,)) for i, j in pairs
    ]
    found = SentenceLinks()
    for some, others in _joined(entries, old, new):
        before, after = tuple(ours[i] for i in some), tuple(theirs[j] for j in others)
        found.entries.append((before, after))
        if before and after:
            found.of_base.update((i, after) for i in before)
            found.of_source.update((j, before) for j in after)
    return found


def _joined(
    entries: Sequence[Entry], old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]
) -> Iterator[Entry]:
    """Join the entries of a sentence that was split, or of two that were merged."""
    at = 0
    while at < len(entries):
        size = next((n for n in (3, 2) if _is_one(entries[at : at + n], n, old, new)), 1)
        some = entries[at : at + size]
        yield tuple(i for e in some for i in e[0]), tuple(j for e in some for j in e[1])
        at += size


def _is_one(
    entries: Sequence[Entry], size: int, old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]
) -> bool:
    """Return True if some entries together are one sentence on one side, and several on another."""
    ours, theirs = [i for e in entries for i in e[0]], [j for e in entries for j in e[1]]
    if len(entries) < size or min(len(ours), len(theirs)) != 1 or len(ours) + len(theirs) < 3:
        return False
    pairs = [(old[e[0][0]], new[e[1][0]]) for e in entries if e[0] and e[1]]
    single = max((_ratio(*pair) for pair in pairs), default=0.0)
    if single == 1.0:
        return False
    both = _ratio([w for i in ours for w in old[i]], [w for j in theirs for w in new[j]])
    return both >= max(LIKE_JOINED, single + CLEARLY)


def _ratio(old: Sequence[str], new: Sequence[str]) -> float:
    return grades.likeness(" ".join(old), " ".join(new))


def _like(old: Sequence[str], new: Sequence[str]) -> float:
    ratio = _ratio(old, new)
    return ratio if ratio >= LIKE else 0.0
