"""What a person would make of a translation whose source has moved on: the reference of sync.py.

Nobody has translated the next edition, so the reference is defined, and named for what it is. It is
the human's text with these edits, and no others:

- a sentence whose source has not changed keeps its bytes, also where the source has moved it;
- a sentence whose source changed is the human's, with the words that went taken out and the words
  that came put in; formulas, references and numbers are found in it and replaced;
- a new sentence is what the *table* says: every English word has a fixed text of made-up Chinese
  characters, as long as Chinese usually is for a word so long;
- what the source has no longer is gone; what the human alone has stays; what both have put in,
  such as a label or a tab, stands once (`_next_twice.py`);
- code follows the source line by line, and the human's lines and comments stay where their own
  line is still there.

Which human sentence translates which sentence of the base is asked of the alignment, as the
synchronization does. All else is decided here, by other code.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from _next_twice import Twice
from _next_words import TOKEN, followed, revised, words
from rapidfuzz import fuzz

from amts_ext import formats
from amts_ext.alignment import align, align_blocks
from amts_ext.merging.differences import Pairing, pairing
from amts_ext.merging.pieces import Piece, pieces
from amts_ext.model import Segment
from amts_ext.text.masking import mask

LIKE = 0.5
"""The least likeness of two sentences, by their words, that are the same one, changed."""
LIKE_CODE = 0.3


class Element(NamedTuple):
    """A sentence, or a piece without prose."""

    kind: str
    """``prose`` or ``title`` for a sentence, or the kind of the piece."""
    key: str
    index: int

    @property
    def is_prose(self) -> bool:
        return self.kind in ("prose", "title")


class Key(NamedTuple):
    """What is compared of an element."""

    kind: str
    text: str


class Side:
    """One of the three texts, read."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.document = formats.get("d2l").read(text)
        self.segments = mask(self.document, language)
        self.pieces = pieces(self.document)
        self._starts = [piece.start for piece in self.pieces]

    @cached_property
    def contents(self) -> list[str]:
        return [" ".join(_raw(s).split()) for s in self.segments]

    def kind(self, segment: Segment) -> str:
        return self.document.blocks[segment.block].kind

    def piece_at(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def sentences(self, piece: Piece) -> list[int]:
        starts = [segment.start for segment in self.segments]
        return [*range(bisect_left(starts, piece.start), bisect_left(starts, piece.end))]

    def of(self, spanned: Piece | Segment) -> str:
        return self.text[spanned.start : spanned.end]

    @cached_property
    def elements(self) -> list[Element]:
        """The sentences, and the pieces without prose: code, formulas, labels; in order."""
        found = []
        for k, piece in enumerate(self.pieces):
            if piece.kind != "prose":
                found.append(Element(piece.kind, piece.key, k))
            for i in self.sentences(piece):
                kind = "title" if self.kind(self.segments[i]) == "title" else "prose"
                found.append(Element(kind, self.contents[i], i))
        return found

    @cached_property
    def sections(self) -> list[str]:
        """The text from title to title."""
        starts = [0, *(start for start, _ in self.document.titles if start), len(self.text)]
        return [self.text[a:b] for a, b in itertools.pairwise(starts)]


def _raw(segment: Segment) -> str:
    return "".join(p if isinstance(p, str) else p.content or " " for p in segment.parts)


class Edit(NamedTuple):
    """A stretch of the human's text, what the reference has there, and what that is."""

    start: int
    end: int
    text: str
    kind: str
    """``changed new moved deleted code``"""


class Unit(NamedTuple):
    """Sentences of the base, what became of them, and the human's text for them."""

    base: tuple[int, ...]
    source: tuple[int, ...]
    start: int
    end: int
    is_same: bool


class Edition:
    """The next edition of one file: base, source and human text, and the reference."""

    def __init__(self, base: str, source: str, human: str) -> None:
        self.base, self.source = Side(base, "en"), Side(source, "en")
        self.human = Side(human, "zh")
        old, own = self.base, self.human
        both = old.document, old.segments, own.document, own.segments
        self.blocks = align_blocks(*both)
        self.beads = align(*both, self.blocks)
        self._compare()

    def _compare(self) -> None:
        """Find what became of the base's sentences and other pieces, all in one order."""
        old, new = self.base, self.source
        self.partner, self.now = _split(old.elements, new.elements, _pairs(old, new))
        self.back = {j: i for i, j in self.partner.items()}
        gone = {old.contents[i]: i for i in range(len(old.segments)) if i not in self.partner}
        self.moved = {
            j: gone[text]
            for j, text in enumerate(new.contents)
            if j not in self.back and text in gone
        }
        """Sentences of the source that stood elsewhere in the base."""

    @cached_property
    def units(self) -> list[Unit]:
        found = []
        for bead in self.beads:
            if not bead.source or not bead.target:
                continue
            first, last = (self.human.segments[f(bead.target)] for f in (min, max))
            now = tuple(self.partner[i] for i in bead.source if i in self.partner)
            same = [self.base.contents[i] for i in bead.source]
            is_same = same == [self.source.contents[j] for j in now]
            found.append(Unit(tuple(bead.source), now, first.start, last.end, is_same))
        return found

    @cached_property
    def unit_of(self) -> dict[int, Unit]:
        """The units by their sentences of the base."""
        return {i: unit for unit in self.units for i in unit.base}

    def text(self, unit: Unit) -> str:
        """What the reference has for a unit."""
        there = self.human.text[unit.start : unit.end]
        if unit.is_same:
            return there
        old = words([self.base.segments[i] for i in unit.base])
        return revised(there, old, words([self.source.segments[j] for j in unit.source]))

    def answer(self, j: int) -> str:
        """The perfect translation of a sentence of the source by itself."""
        i = self.back.get(j, self.moved.get(j, -1))
        unit = self.unit_of.get(i)
        if unit is None:
            return "".join(w.translation for w in words([self.source.segments[j]]))
        if j in self.back:
            sizes = {k: len(self.source.contents[k]) for k in unit.source}
            return _share(self.text(unit), sizes, j)
        sizes = {k: len(self.base.contents[k]) for k in unit.base}
        return _share(self.human.text[unit.start : unit.end], sizes, i)

    # --- the reference ---------------------------------------------------------------------------

    @cached_property
    def reference(self) -> list[tuple[str, str]]:
        """The reference in stretches, each with its kind; the human's own bytes are ``kept``."""
        chunks: list[tuple[str, str]] = []
        at = 0
        for edit in sorted([*self._sentences(), *self._others(), *self._new()], key=_place):
            chunks.append((self.human.text[at : edit.start], "kept"))
            chunks.append((edit.text, edit.kind))
            at = max(at, edit.end)
        return [*chunks, (self.human.text[at:], "kept")]

    def _sentences(self) -> Iterator[Edit]:
        """What changed in sentences that the human has, and what is gone."""
        gone = [unit for unit in self.units if not unit.source]
        starts = {s.start for s in self.human.segments for u in gone if u.start <= s.start < u.end}
        emptied = {
            k
            for k, piece in enumerate(self.human.pieces)
            if piece.kind == "prose"
            and (held := self.human.sentences(piece))
            and all(self.human.segments[i].start in starts for i in held)
        }
        for k in emptied:
            yield self._without(k)
        for unit in self.units:
            if unit.source and not unit.is_same:
                yield Edit(unit.start, unit.end, self.text(unit), "changed")
            elif not unit.source and self.human.piece_at(unit.start) not in emptied:
                yield Edit(unit.start, unit.end, "", "deleted")

    def _without(self, k: int) -> Edit:
        own = self.human.pieces
        end = own[k + 1].start if k + 1 < len(own) else len(self.human.text)
        return Edit(own[k].start, end, "", "deleted")

    @cached_property
    def there(self) -> dict[int, int]:
        """Pieces without prose of the human's text by those of the base."""
        first = {min(b.source): f"{n}" for n, b in enumerate(self.beads) if b.source and b.target}
        second = {min(b.target): f"{n}" for n, b in enumerate(self.beads) if b.source and b.target}
        keys = [
            [
                Key("prose", numbers.get(e.index, name)) if e.is_prose else Key(e.kind, e.key)
                for e in side.elements
            ]
            for name, side, numbers in (("a", self.base, first), ("b", self.human, second))
        ]
        pairs = pairing(*keys, lambda old, new: 0.0 if old.kind == "prose" else _like(old, new))
        return _split(self.base.elements, self.human.elements, pairs)[1]

    def _others(self) -> Iterator[Edit]:
        for i, k in self.there.items():
            old, own = self.base.pieces[i], self.human.pieces[k]
            new = self.source.pieces[self.now[i]] if i in self.now else None
            if new is None:
                yield self._without(k)
            elif new.key != old.key:
                three = self.base.of(old), self.source.of(new), self.human.of(own)
                yield Edit(own.start, own.end, followed(*three), "code")

    def _new(self) -> Iterator[Edit]:
        """What the source has put in, behind what stands before it."""
        at, before = 0, 0
        old_of = {j: i for i, j in self.now.items()}
        twice = Twice(self.human.pieces, self._own, self._standing)
        for k, piece in enumerate(self.source.pieces):
            held = self.source.sentences(piece)
            placed = [j for j in held if self.back.get(j) in self.unit_of]
            if piece.kind != "prose" and k in old_of:
                if old_of[k] in self.there:
                    at = self.human.pieces[self.there[old_of[k]]].end
            elif placed:
                yield from self._within(held)
                last = self.unit_of[self.back[placed[-1]]].end
                at = self.human.pieces[self.human.piece_at(last - 1)].end
            elif (there := twice.end_of(piece, at)) is not None:
                at = there
            elif piece.kind != "prose" or any(j not in self.back for j in held):
                gap = self.source.text[before : piece.start] if at else ""
                behind = "" if at else "\n\n"
                kind = "moved" if held and all(j in self.moved for j in held) else "new"
                kind = kind if piece.kind == "prose" else "code"
                yield Edit(at, at, gap + self._translated(piece, held) + behind, kind)
            before = piece.end

    @cached_property
    def _standing(self) -> set[int]:
        """Pieces of the human's text that translate what the source still has."""
        others = {k for i, k in self.there.items() if i in self.now}
        return others | {self.human.piece_at(unit.start) for unit in self.units if unit.source}

    @cached_property
    def _own(self) -> set[int]:
        """Pieces of the human's text that translate nothing of the base."""
        tied = {*self.there.values()} | {self.human.piece_at(unit.start) for unit in self.units}
        return {*range(len(self.human.pieces))} - tied

    def _within(self, held: Sequence[int]) -> Iterator[Edit]:
        """New sentences in a piece that the human has."""
        at = min(self.unit_of[self.back[j]].start for j in held if self.back.get(j) in self.unit_of)
        for j in held:
            if self.back.get(j) in self.unit_of:
                at = self.unit_of[self.back[j]].end
            elif j not in self.back:
                yield Edit(at, at, self.answer(j), "moved" if j in self.moved else "new")

    def _translated(self, piece: Piece, held: Sequence[int]) -> str:
        """A whole piece of the source in the translation's language."""
        if piece.kind != "prose":
            gone = {
                e.key: e.index
                for e in self.base.elements
                if e.kind == "code" and e.index not in self.now
            }
            i = gone.get(piece.key, -1) if piece.kind == "code" else -1
            own = self.human.of(self.human.pieces[self.there[i]]) if i in self.there else ""
            return own or self.source.of(piece)
        text, at = "", piece.start
        for j in held:
            segment = self.source.segments[j]
            gap = self.source.text[at : segment.start]
            text += (gap if gap.strip() or not text or "\n\n" in gap else "") + self.answer(j)
            at = segment.end
        return text + self.source.text[at : piece.end]


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def _pairs(old: Side, new: Side) -> Pairing:
    return pairing(*([Key(e.kind, e.key) for e in side.elements] for side in (old, new)), _like)


def _split(
    first: Sequence[Element], second: Sequence[Element], pairs: Pairing
) -> tuple[dict[int, int], dict[int, int]]:
    """Divide the pairs of elements into those of sentences and those of other pieces."""
    found: tuple[dict[int, int], dict[int, int]] = {}, {}
    for i, j in pairs:
        if i is not None and j is not None:
            found[not first[i].is_prose][first[i].index] = second[j].index
    return found


def _like(old: Key, new: Key) -> float:
    if old.kind != new.kind:
        return 0.0
    ratio = fuzz.ratio(*(_bare(key) for key in (old, new))) / 100
    if old.kind == "code":  # cells of two tabs often differ in a few words, but on many lines
        lines = fuzz.ratio(*(key.text.splitlines() for key in (old, new))) / 100
        ratio = (3 * ratio + lines) / 4
    return ratio if ratio >= (LIKE_CODE if old.kind == "code" else LIKE) else 0.0


def _share(text: str, sizes: dict[int, int], which: int) -> str:
    """The part of a text that is one sentence's, by their lengths."""
    whole, before = max(sum(sizes.values()), 1), 0
    for k, size in sizes.items():
        if k == which:
            ends = (before / whole, (before + size) / whole)
            return text[round(ends[0] * len(text)) : round(ends[1] * len(text))]
        before += size
    return text


@cache
def _bare(key: Key) -> list[str]:
    """The words of a sentence; of a cell without its comments, which translators translate."""
    text = key.text.replace("#@", "%%")
    return TOKEN.findall(re.sub(r"#.*", "", text) if key.kind == "code" else text.casefold())
