"""The corrections of a whole book: each once, and without what is the way of the edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

import regex

from amts_ext.sync.backward.corrections import Proposal

EDITION = 3
"""So many addresses of one pattern with other numbers are the way of the edition."""
OF_A_FILE = frozenset({"formula", "number"})
"""Kinds that are told again for another file, where a letter stands for something else."""


@dataclass(frozen=True)
class Listed:
    """One correction of a book, and where else the human made it."""

    path: str
    """The file of the translation."""
    source_path: str
    """The file of the source."""
    correction: Proposal
    others: tuple[tuple[str, int], ...] = ()
    """Files and lines where the same was exchanged for the same."""


def findings(found: Iterable[Listed]) -> list[Listed]:
    """Return the corrections of a book, each once, without the ways of the edition.

    >>> def link(old, new):
    ...     return Listed("a.md", "a.md", Proposal("link", 1, 1, old, new, 0, 0, "", ((old, new),)))
    >>> findings([link("talk/1", "talk/7"), link("talk/2", "talk/8"), link("talk/3", "talk/9")])
    []

    Where addresses of one pattern got other numbers again and again, the edition has its own pages.
    """
    same: dict[Hashable, list[Listed]] = {}
    for finding in found:
        one = finding.correction
        file = finding.path if one.kind in OF_A_FILE else ""
        same.setdefault((one.kind, one.key, file), []).append(finding)
    patterns = Counter(_pattern(first.correction) for first, *_ in same.values())
    return [
        replace(first, others=tuple((other.path, other.correction.line) for other in others))
        for first, *others in same.values()
        if patterns[_pattern(first.correction)] < EDITION or not _pattern(first.correction)
    ]


def _pattern(one: Proposal) -> str:
    """Return what addresses have in common that differ in their numbers; else nothing."""
    bare, new = (regex.sub(r"\d+", "0", text) for text in (one.source, one.target))
    return bare if one.kind == "link" and bare == new else ""
