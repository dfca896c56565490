"""Corrections: what a human edited in a translation and the original may want.

:func:`corrections` compares three texts and knows no file. What a human changes in a translation is
mostly translation: comments, words in formulas, addresses of translated pages. What is left are
numbers, formulas, code, links and references that a human exchanged for others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from amts_ext.facts import Side
from amts_ext.facts.numbers import unmatched
from amts_ext.languages.scripts import is_latin
from amts_ext.merging.compare import compare
from amts_ext.merging.texts import Text, Tie, Ties
from amts_ext.sync.backward.cells import changed_cell, exchanged
from amts_ext.sync.backward.pairs import has_words, name, pairs, unlike
from amts_ext.sync.backward.places import Held, Keys, places

WORDS = 40
"""So many characters around a place are told with it."""
_PLAIN_WORDS = regex.compile(r"[\p{L}\s]+")
_WORD = regex.compile(r"\\?[\p{L}\d]+|[^\p{L}\d]")


@dataclass(frozen=True)
class Proposal:
    """One correction of a human's."""

    kind: str
    """``number formula code link reference``"""
    line: int
    """1-based line of the translation."""
    source_line: int
    """1-based line of the source as it is now."""
    source: str
    """What the source has."""
    target: str
    """What the human has instead."""
    start: int
    """The place in the translation."""
    source_start: int
    """The place in the source."""
    around: str
    """The words of the source around its place, if that is inside a line."""
    key: tuple[tuple[str, str], ...]
    """What was exchanged for what: equal keys are the same correction."""


def corrections(base: Text, source: Text, target: Text, ties: Ties) -> Iterator[Proposal]:
    """Yield what the human corrected and the source still has, in the order of the base.

    ``ties`` are of base and target. Of pieces whose translation is not sure nothing is said.
    """
    comparison = _Comparison(base, source, target)
    for tie in ties.ties:
        if tie.is_sure and tie.target:
            yield from comparison.of(tie)


class _Comparison:
    def __init__(self, base: Text, source: Text, target: Text) -> None:
        self._base, self._source, self._target = base, source, target
        self._languages = base.language, target.language
        self._keys = Keys(self._languages)
        self._links = compare(base, source).links

    def of(self, tie: Tie) -> Iterator[Proposal]:
        """Yield the corrections in one piece, or in some that belong together."""
        now = sorted({j for i in tie.base for j in self._links.get(i, ())})
        if not now:  # the source has it no longer
            return
        kinds = {text.pieces[i].kind for text, held in self._sides(tie, now) for i in held}
        if kinds == {"code"}:
            yield from self._cells(tie, now)
        elif "code" not in kinds:
            yield from self._places(tie, now)
            yield from self._numbers(tie, now)

    def _sides(self, tie: Tie, now: Sequence[int]) -> list[tuple[Text, Sequence[int]]]:
        return [(self._base, tie.base), (self._source, now), (self._target, tie.target)]

    # --- code cells -------------------------------------------------------------------------------

    def _cells(self, tie: Tie, now: Sequence[int]) -> Iterator[Proposal]:
        if not len(tie.base) == len(now) == len(tie.target) == 1:
            return
        (base, a), (source, b), (target, c) = self._sides(tie, now)
        pieces = source.pieces[b[0]], target.pieces[c[0]]
        texts = source.text(pieces[0]), target.text(pieces[1])
        changed = changed_cell(base.text(base.pieces[a[0]]), *texts)
        if changed is None or has_words(changed.key):
            return
        there = pieces[0].start + _line_start(texts[0], changed.source_line)
        start = pieces[1].start + _line_start(texts[1], changed.line)
        yield Proposal(
            "code",
            _line(target, start),
            _line(source, there),
            changed.old,
            changed.new,
            start,
            there,
            "",
            changed.key,
        )

    # --- formulas, links, references, code in a sentence ------------------------------------------

    def _places(self, tie: Tie, now: Sequence[int]) -> Iterator[Proposal]:
        base, source, target = (
            [place for i in held for place in places(text, text.pieces[i], self._keys)]
            for text, held in self._sides(tie, now)
        )
        old, new = unlike(base, target)
        left, gained = unlike(source, target)
        lost = [p for p in old if name(p) in {name(q) for q in left}]
        came = [p for p in new if name(p) in {name(q) for q in gained}]
        for before, after in pairs(lost, came):
            if not self._is_localized(before, after):
                there = next(p for p in source if name(p) == name(before))
                yield self._correction(there, after)

    def _is_localized(self, before: Held, after: Held) -> bool:
        if has_words([(before.text, after.text)]):
            return True
        if after.kind == "link":
            edition = self._keys.edition
            return edition(after.text) != edition(before.text) or "\\" in after.text
        is_name = after.kind == "code" and all(map(_PLAIN_WORDS.fullmatch, (before.key, after.key)))
        # The name of a button, for which the language has a word.
        return is_name and is_latin(self._languages[1])

    def _correction(self, source: Held, target: Held) -> Proposal:
        return Proposal(
            target.kind,
            _line(self._target, target.start),
            _line(self._source, source.start),
            source.text,
            target.text,
            target.start,
            source.start,
            _around(self._source, source),
            exchanged(_WORD.findall(source.key), _WORD.findall(target.key)),
        )

    # --- numbers ----------------------------------------------------------------------------------

    def _numbers(self, tie: Tie, now: Sequence[int]) -> Iterator[Proposal]:
        sides = self._sides(tie, now)
        base, source, target = (_side(text, held) for text, held in sides)
        lost, added = unmatched(base, target, self._languages)
        if not lost or len(lost) != len(added):
            return
        left, came = unmatched(source, target, self._languages)
        for before, after in zip(lost, added, strict=True):
            if before in left and after in came:
                there, here = _found(before[0], *sides[1]), _found(after[0], *sides[2])
                yield self._correction(
                    Held("number", before[0], before[0], there),
                    Held("number", after[0], after[0], here),
                )


def _side(text: Text, held: Sequence[int]) -> Side:
    blocks = [text.blocks[b] for i in held for b in text.pieces[i].blocks if b in text.blocks]
    return Side(tuple(part for segment in blocks for part in (*segment.parts, "\n")))


def _found(number: str, text: Text, held: Sequence[int]) -> int:
    """Return the place of a number in some pieces."""
    start, end = text.pieces[held[0]].start, text.pieces[held[-1]].end
    pattern = regex.compile(rf"(?<![\d.,]){regex.escape(number)}(?![\d])")
    match = pattern.search(text.document.text, start, end)
    return match.start() if match else start


def _around(text: Text, place: Held) -> str:
    """Return a place with the words around it in its line; empty for one of several lines."""
    whole, end = text.document.text, place.start + len(place.text)
    before, after = whole[: place.start].rpartition("\n")[2], whole[end:].partition("\n")[0]
    return "" if "\n" in place.text else f"{before[-WORDS:]}{place.text}{after[:WORDS]}".strip()


def _line(text: Text, position: int) -> int:
    return text.document.text.count("\n", 0, position) + 1


def _line_start(text: str, line: int) -> int:
    return sum(len(held) + 1 for held in text.split("\n")[:line])
