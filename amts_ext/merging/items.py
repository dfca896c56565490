"""Items: the places that a person should look at, and what a merge returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from amts_ext.human.open_items import ItemKind


class Stretch(Struct, frozen=True, gc=False):
    """A stretch of the source whose translation is wanted."""

    start: int
    end: int


class Joint(Struct, frozen=True, gc=False):
    """What stands between two sentences of the target's language."""


class Behind(Struct, frozen=True, gc=False):
    """What a target that keeps a human's text does not follow yet: the base that it has."""

    base: Stretch
    source: Stretch
    """What became of it in the source; empty where it stood, if the source has it no longer."""


Recipe = tuple[str | Stretch | Joint, ...]
"""A new text of the target, made of texts, of translations of the source, and of joints."""


class Change(Struct, frozen=True, gc=False):
    """One place of the target: what is put there, and what a person is told.

    ``recipe`` None: the target's text stays. ``kind`` None: nobody has to look, as where a code
    cell follows the source that the human had left as it was.
    """

    start: int
    end: int
    kind: ItemKind | None
    recipe: Recipe | None = None
    old_source: str = ""
    new_source: str = ""
    suggestion: Stretch | None = None
    """What the translator would say, where the human's text stays."""
    behind: tuple[Behind, ...] = ()
    """Where the human's text stays: what the base keeps, so that the next merge tells it again."""


class Spanned(Protocol):
    """A piece or a sentence."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def behind(
    kept: Sequence[int],
    links: Mapping[int, tuple[int, ...]],
    ours: Sequence[Spanned],
    theirs: Sequence[Spanned],
    whole: tuple[Sequence[int], Sequence[int]] | None = None,
) -> tuple[Behind, ...]:
    """Return what the base keeps of its elements ``kept``, each with its place in the source.

    ``links`` has the indices of the source's elements by those of the base; ``whole`` are the
    elements of one block of both (without it, all): what is gone is put back in it.
    """
    old, new = whole or (range(len(ours)), range(len(theirs)))
    found: list[Behind] = []
    for i in kept:
        if i in links:
            place = _stretch(theirs, links[i])
            if found and found[-1].source == place:  # several of the base became one
                found[-1] = Behind(Stretch(found[-1].base.start, ours[i].end), place)
            else:
                found.append(Behind(_stretch(ours, [i]), place))
            continue
        before = max((k for k in old if k < i and k in links), default=None)
        if before is None:
            at = theirs[new[0]].start if new else 0
            end = ours[i + 1].start if i + 1 in old else ours[i].end
            found.append(Behind(Stretch(ours[i].start, end), Stretch(at, at)))
        else:
            at = theirs[links[before][-1]].end
            found.append(Behind(Stretch(ours[i - 1].end, ours[i].end), Stretch(at, at)))
    return tuple(found)


def _stretch(elements: Sequence[Spanned], indices: Sequence[int]) -> Stretch:
    return Stretch(elements[indices[0]].start, elements[indices[-1]].end)


def apart(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield changes in order. What is told or put in inside of what goes stands behind it."""
    end = 0
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if change.start >= end:
            yield change
        elif change.start == change.end:
            yield replace(change, start=end, end=end)
        else:  # two changes of one place
            kept = ItemKind.CONFLICT
            yield replace(change, start=end, end=end, kind=kept, recipe=None)
        end = max(change.end, end)
