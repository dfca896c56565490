"""Slots of a source and of its human translation: which of them correspond.

A human may move formulas and references, drop a pair of stars, and add markup of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from amts_ext.model import Half, Slot

OPTIONAL = frozenset({"emphasis", "strong", "strikethrough", "slide", "soft", "break"})
"""Kinds of slots that a translator may drop without changing what the sentence says."""
EXACT = frozenset({"math", "role"})
"""Kinds of slots in which a sentence must equal its source, if it is to serve in other places."""

_KEYS = re.compile(r"`([^`]*)`")
_ROLE = re.compile(r":[a-z]+:(?=`)|\{[a-z:]+\}(?=`)")
_NAMED = re.compile(rf"(?:{_ROLE.pattern})`([^`\n]+)`|^\(([^()\s]+)\)=", re.MULTILINE)


def match(source: Sequence[Slot], target: Sequence[Slot]) -> tuple[dict[int, str], list[Slot]]:
    """Name the target's slots by the source's tokens; ``⟦own1⟧ …`` are those it does not have.

    Display formulas are matched by order, other single slots by kind and content, and pairs by kind
    and content, or else by kind and order. Returns the tokens by index of the target's slot, and
    the slots of the target's own, in order.
    """
    displays = iter([slot for slot in source if is_display(slot)])
    names = {i: next(displays).token for i, slot in enumerate(target) if is_display(slot)}
    free = [s for s in source if s.half is Half.SINGLE and not is_display(s)]
    for index, slot in enumerate(target):
        same = (s for s in free if (s.kind, s.content) == (slot.kind, slot.content))
        found = next(same, None) if slot.half is Half.SINGLE else None
        if found is not None:
            names[index] = found.token
            free.remove(found)
    _match_pairs(source, target, names)
    literals = []
    for index, slot in enumerate(target):
        if index not in names:
            literals.append(slot)
            names[index] = f"⟦own{len(literals)}⟧"
    return names, literals


def _match_pairs(source: Sequence[Slot], target: Sequence[Slot], names: dict[int, str]) -> None:
    """Add to ``names`` the halves of the target's pairs that the source has too."""
    free, wanted = _halves(source), _halves(target)
    for by_content in (True, False):
        for number in list(wanted):
            first, last = (target[i] for i in wanted[number])
            for candidate in free:
                opened, closed = (source[i] for i in free[candidate])
                same = (opened.content, closed.content) == (first.content, last.content)
                if opened.kind == first.kind and (same or not by_content):
                    names[wanted[number][0]] = opened.token
                    names[wanted[number][1]] = closed.token
                    del free[candidate], wanted[number]
                    break


def _halves(slots: Sequence[Slot]) -> dict[int, tuple[int, int]]:
    """Return the indices of the two halves of each pair, by the pair's number."""
    opened = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.OPEN}
    closed = {slot.id: i for i, slot in enumerate(slots) if slot.half is Half.CLOSE}
    return {number: (i, closed[number]) for number, i in opened.items() if number in closed}


def is_display(slot: Slot) -> bool:
    return slot.kind == "math" and slot.content.startswith(("$$", "\\["))


def flat(content: str) -> str:
    return " ".join(content.split())


def same_displays(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    """Return whether display formulas correspond one by one: none is lost, doubled or moved.

    Two that correspond may differ, in words inside them or in a full stop: the source's is used.
    """
    ours, theirs = (
        [flat(slot.content) for slot in side if is_display(slot)] for side in (source, target)
    )
    moved = any(a != b and b in ours for a, b in zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) and not moved


def is_exact(source: Iterable[Slot], target: Iterable[Slot]) -> bool:
    """Return whether both sides have the same formulas and roles, in any order."""
    ours, theirs = (
        sorted((s.kind, flat(s.content)) for s in side if s.kind in EXACT)
        for side in (source, target)
    )
    return ours == theirs


def drops(source: Iterable[Slot], names: dict[int, str]) -> bool:
    """Return whether the human left out a slot that says something (see :data:`OPTIONAL`).

    Such a unit is right only where the slots have the same contents.
    """
    kept = set(names.values())
    return any(s.token not in kept for s in source if s.kind not in OPTIONAL)


def keys(content: str) -> frozenset[str]:
    """Return the keys that a role refers to, or the path of an image.

    >>> sorted(keys(":numref:`fig_mean,fig_sum`")), sorted(keys("![A mean](img/mean.svg)"))
    (['fig_mean', 'fig_sum'], ['img/mean.svg'])
    """
    found = _KEYS.search(content)
    inside = found.group(1) if found else content.rpartition("](")[2].rstrip(")")
    return frozenset(key.strip() for key in inside.split(","))


def references(text: str) -> frozenset[str]:
    """Return the keys of all labels and roles in a text.

    >>> sorted(references(":label:`sec_mean`\\nSee :cite:`Gauss.1809,Bayes.1763`."))
    ['Bayes.1763', 'Gauss.1809', 'sec_mean']
    """
    named = (match[1] or match[2] for match in _NAMED.finditer(text))
    return frozenset(key.strip() for each in named for key in each.split(","))


def with_references_of(
    source: Sequence[Slot], target: Sequence[str | Slot], dangles: Callable[[Slot], bool]
) -> list[str | Slot]:
    """Return a translation that names the source's label where its own does not exist.

    A human may have renamed a label, or refer to another section. The source's reference stands for
    it if both sides have exactly one left of this role, equally often.
    """
    slots = [part for part in target if isinstance(part, Slot)]
    kept = {slot.content for slot in slots}
    ours = _by_role(slot for slot in source if slot.content not in kept)
    theirs = _by_role(slot for slot in slots if dangles(slot))
    named = {
        held[0]: ours[role][0]
        for role, held in theirs.items()
        if len(held) == len(ours.get(role, ())) and len({*held}) == len({*ours[role]}) == 1
    }
    return [
        part
        if isinstance(part, str)
        else replace(part, content=named.get(part.content, part.content))
        for part in target
    ]


def _by_role(slots: Iterable[Slot]) -> dict[str, list[str]]:
    """Return the contents of references by their roles, such as ``:numref:``."""
    found: dict[str, list[str]] = {}
    for slot in slots:
        if slot.kind == "role" and (role := _ROLE.match(slot.content)):
            found.setdefault(role[0], []).append(slot.content)
    return found
