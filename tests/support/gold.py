"""The gold alignments in ``gold/``: ten sections, sentences numbered by hand.

Before every sentence stands ``⟨n⟩``. Sentences of both languages with one number translate one
another; several with one number were merged or split; ``⟨⟩`` has no partner. Numbers that change
places were put in another order by the translator. Without the marks, a file is a section in
d2lbook's dialect.

Sentences are those of the program, which splits these texts as a reader would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from amts_ext import formats
from amts_ext.model import Document, Segment
from amts_ext.text.masking import mask

FOLDER = Path(__file__).with_name("gold")
MARK = re.compile(r"⟨(\d*)⟩")
Bead = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Side:
    """One text, and the number of each of its sentences."""

    document: Document
    segments: list[Segment]
    numbers: list[str]


@dataclass(frozen=True)
class Section:
    name: str
    source: Side
    target: Side

    @property
    def pairs(self) -> set[Bead]:
        """The gold beads with two sides, as indices of segments."""
        ours, theirs = (_by_number(side.numbers) for side in (self.source, self.target))
        return {(ours[number], theirs[number]) for number in ours.keys() & theirs.keys()}


def sections() -> Iterator[Section]:
    for source in sorted(FOLDER.glob("*.en.md")):
        name = source.name.removesuffix(".en.md")
        language = name.rpartition("-")[2]
        target = source.with_name(f"{name}.{language}.md")
        yield Section(name, read(source, "en"), read(target, language))


def read(path: Path, language: str) -> Side:
    """Take the marks out of a text, and find the mark of every sentence."""
    marked = path.read_text("utf-8")
    places: list[int] = []
    numbers: list[str] = []
    for match in MARK.finditer(marked):
        places.append(match.start() - sum(len(n) + 2 for n in numbers))
        numbers.append(match[1])
    document = formats.get("d2l").read(MARK.sub("", marked), path.name)
    segments = mask(document, language)
    found = [bisect_right(places, segment.start) - 1 for segment in segments]
    unmarked = [path.name] + [segments[i].tokens for i, at in enumerate(found) if at < 0]
    assert len(unmarked) == 1 and set(found) == set(range(len(places))), unmarked
    return Side(document, segments, [numbers[at] for at in found])


def _by_number(numbers: list[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for index, number in enumerate(numbers):
        if number:
            found[number] = (*found.get(number, ()), index)
    return found
