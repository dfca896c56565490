"""Marks in built pages: every sentence is wrapped in an element that says who wrote it.

A machine's is ``<span class="amts-machine" id="amts-7">``. One that is still in the source language
also has ``lang`` (WCAG 2.2, 3.1.2 "Language of Parts": screen readers change their voice). A
sentence is found by its words, so that it does not matter what the builder made of its formulas,
references and formatting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby

from amts_ext.model import Parts, Slot
from amts_ext.pages import ends
from amts_ext.pages.authors import Author, author_of
from amts_ext.pages.ends import SILENT
from amts_ext.pages.improve import without_links
from amts_ext.pages.words import PageWords, words_of
from amts_ext.text import groups
from amts_ext.text.ids import ids_of
from amts_ext.text.outcome import TranslatedDocument

END = "</span >"
"""The end of a mark. Its blank, which HTML allows, tells it from other ends of elements."""
LONG = 4
"""The number of words from which on a sentence is looked for by itself. A shorter one may be part
of another: it must fill its block, or stand beside a sentence of its block that was found."""
GAP = 200
"""The most characters of a page that one formula or reference may stand for."""
_START = re.compile(f'<span class="({"|".join(a.css for a in Author)})"[^>]*>')
_NUMBERED = re.compile(r"\n(?:(?:\S+ ){0,2}(?:\d+ )+)?\Z")
"""What may stand before the first sentence of a block: a section's number, "Fig. 1.2"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one page."""

    id: int
    """Its number in its document."""
    author: Author
    parts: Parts
    """Its text as the page has it."""
    block: int
    """Index of its block in the document."""
    source: str = ""
    """The source's sentence, which the page shows when a mouse points at this one; empty: none."""
    row: str = ""
    """Its id in a preview (:func:`amts_ext.text.ids.ids_of`)."""


def mark(page: str, sentences: Sequence[Sentence], language: str) -> tuple[str, set[int]]:
    """Wrap every sentence where it stands in the page; all other bytes stay.

    >>> sum = Sentence(7, Author.MACHINE, ("Una suma.",), 0)
    >>> mark("<p>Una suma.</p>", [sum], "en")
    ('<p><span class="amts-machine" id="amts-7">Una suma.</span ></p>', {7})

    ``language`` is the source's BCP 47 code. Returns the page and the numbers of the sentences that
    were found in it. A sentence is left as it is if it cannot be wrapped as a whole, because it
    shares an element with another one.
    """
    words = PageWords(page)
    pieces = list(_pieces(sentences))
    spans = []
    for piece, (first, last) in zip(pieces, _places(pieces, words.text), strict=True):
        span = words.span(first, last - 2) if last else None  # the last character is a blank
        if span is not None:
            spans.append((*span, piece))
    inserts: list[tuple[int, str]] = []
    found: set[int] = set()
    end = 0
    spans.sort(key=lambda span: span[:2])
    for number, (first, last, piece) in enumerate(spans, 1):
        if first >= end:
            limit = spans[number][0] if number < len(spans) else len(page)
            first, last = ends.widened(words, (first, last), piece.parts, (end, limit))
            inserts += [(first, _start(piece, language, piece.id in found)), (last, END)]
            found.add(piece.id)
            end = last
    return _insert(page, inserts), found


def _start(sentence: Sentence, language: str, again: bool) -> str:
    """Return the start of a mark; a further piece of a sentence has no id."""
    number = "" if again else f' id="amts-{sentence.id}"'
    foreign = f' lang="{language}"' if sentence.author is Author.UNTRANSLATED else ""
    hover = f' title="{escape(sentence.source)}"' if sentence.source else ""
    return f'<span class="{sentence.author.css}"{number}{foreign}{hover}>'


def sentences_of(
    document: TranslatedDocument, made_drafts: bool = False, shows_source: bool = False
) -> list[Sentence]:
    """Return the sentences of a translated document, as they are marked in its page.

    ``made_drafts``: a machine's are drafts; ``shows_source``: with their sources.
    """
    made = []
    rows = ids_of(outcome.segment.tokens for outcome in document.segments)
    for number, outcome in enumerate(document.segments, 1):
        segment = outcome.segment
        author = author_of(outcome, made_drafts)
        parts = segment.parts if outcome.parts is None else outcome.parts
        source = ""
        if shows_source and author is not Author.UNTRANSLATED:
            source = " ".join(document.source.text[segment.start : segment.end].split())
        made.append(Sentence(number, author, parts, segment.block, source, rows[number - 1]))
    return made


def _pieces(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Cut sentences where a page has another block: at display formulas, and at gaps of groups.

    A piece's block is the number of the page's block, not that of the source's.
    """
    block, before = -1, -1
    for sentence in sentences:
        for number, parts in enumerate(_cut(sentence.parts)):
            block += number > 0 or sentence.block != before
            yield replace(sentence, parts=parts, block=block)
        before = sentence.block


def _cut(parts: Parts) -> Iterator[Parts]:
    cuts = [i for i, p in enumerate(parts) if isinstance(p, Slot) and _ends_block(p)]
    for first, last in zip([-1, *cuts], [*cuts, len(parts)], strict=True):
        yield parts[first + 1 : last]


def _ends_block(slot: Slot) -> bool:
    return _is_display(slot) or groups.divides(slot)


def _is_display(slot: Slot) -> bool:
    return slot.kind == "math" and slot.content.startswith(("$$", "\\["))


def unmark(page: str) -> str:
    """Return a page without its marks, and the links behind them."""
    page = without_links(page)
    return _START.sub("", page).replace(END, "") if END in page else page


def _insert(page: str, inserts: Iterable[tuple[int, str]]) -> str:
    """Insert texts at their places in the page, which rise."""
    pieces, at = [], 0
    for position, text in inserts:
        pieces += [page[at:position], text]
        at = position
    return "".join([*pieces, page[at:]])


class _Pattern:
    """The words of a sentence, as :class:`PageWords` has them, with gaps for its slots."""

    def __init__(self, parts: Parts) -> None:
        self.words: list[str] = []
        """Runs of words; the sentence begins with the first of them and ends with the last."""
        self.gaps: list[int] = []
        """The most characters before each run, and after the last one."""
        gap = 0
        for part in parts:
            if isinstance(part, Slot):
                silent = part.half or part.kind in SILENT
                gap = gap if silent else gap + GAP
            elif run := words_of(part):
                if self.words and not gap:
                    self.words[-1] += run
                else:
                    self.words.append(run)
                    self.gaps.append(gap)
                gap = 0
        self.gaps.append(gap)

    @property
    def is_long(self) -> bool:
        """True if there are so many words that they hardly stand inside another sentence."""
        text = "".join(self.words)
        return sum([1 if word.isascii() or len(word) > 1 else 0.5 for word in text.split()]) >= LONG

    @property
    def key(self) -> tuple[object, ...]:
        return (*self.words, *self.gaps)

    def match(self, text: str, at: int) -> int:
        """Return the end of the words in a page's text if they begin at ``at``, else 0.

        Of several places after a gap the first counts, so that the time is linear.
        """
        for number, (run, gap) in enumerate(zip(self.words, self.gaps, strict=False)):
            if number == 0 or not gap:
                if not text.startswith(run, at):
                    return 0
                at += len(run)
                continue
            place = text.find(" " + run, at - 1, at + gap + len(run))
            if place < 0 or "\n" in text[at:place]:
                return 0
            at = place + 1 + len(run)
        return at

    def all(self, text: str) -> Iterator[tuple[int, int]]:
        """Find all places in a page's text, as start and end."""
        run = self.words[0]
        at = text.find(run)
        while at >= 0:
            end = self.match(text, at) if text[at - 1] in " \n" else 0
            if end:
                yield at, end
            at = text.find(run, end or at + 1)

    def fills(self, text: str, start: int, end: int) -> bool:
        """Return whether a place is a whole block, apart from its number and slots at its ends."""
        line = text.rfind("\n", 0, start)
        before, after = text[line:start], text[end : end + GAP]
        begins = _NUMBERED.match(before) or len(before) <= self.gaps[0]
        return bool(begins) and 0 <= after.find("\n") <= self.gaps[-1]


def _places(sentences: Sequence[Sentence], text: str) -> list[tuple[int, int]]:
    """Find the place of each sentence in a page's text, as start and end; (0, 0) if there is none.

    Of sentences with the same words the first has the first place, and so on.
    """
    patterns = [_Pattern(sentence.parts) for sentence in sentences]
    places = [(0, 0)] * len(sentences)
    alike: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, pattern in enumerate(patterns):
        if pattern.words:
            alike[pattern.key].append(index)
    taken: set[int] = set()
    for members in alike.values():
        pattern = patterns[members[0]]
        found = (place for place in pattern.all(text) if place[0] not in taken)
        if not pattern.is_long:
            found = (place for place in found if pattern.fills(text, *place))
        for index, place in zip(members, found, strict=False):
            places[index] = place
            taken.add(place[0])
    _begin_blocks(sentences, patterns, places, text)
    _beside(sentences, patterns, places, text)
    return places


def _begin_blocks(
    sentences: Sequence[Sentence],
    patterns: Sequence[_Pattern],
    places: list[tuple[int, int]],
    text: str,
) -> None:
    """Find the first sentence of blocks of which nothing is found yet, by the block's words."""
    taken = {start for start, end in places if end}
    for _, group in groupby(range(len(sentences)), key=lambda index: sentences[index].block):
        members = list(group)
        first = members[0]
        if not patterns[first].words or any(places[index][1] for index in members):
            continue
        whole = _Pattern(tuple([part for index in members for part in sentences[index].parts]))
        for start, end in whole.all(text):
            if start not in taken and whole.fills(text, start, end):
                taken.add(start)
                places[first] = start, patterns[first].match(text, start)
                break


def _beside(
    sentences: Sequence[Sentence],
    patterns: Sequence[_Pattern],
    places: list[tuple[int, int]],
    text: str,
) -> None:
    """Find those that are still without a place beside their neighbours of the same block."""

    def lacks(index: int, neighbour: int) -> bool:
        known = places[neighbour][1] and not places[index][1] and patterns[index].words
        return bool(known) and sentences[index].block == sentences[neighbour].block

    for index in range(1, len(sentences)):
        if lacks(index, index - 1):
            gap = patterns[index - 1].gaps[-1] + patterns[index].gaps[0]
            places[index] = _after(patterns[index], text, places[index - 1][1], gap)
    for index in range(len(sentences) - 2, -1, -1):
        if lacks(index, index + 1):
            gap = patterns[index].gaps[-1] + patterns[index + 1].gaps[0]
            places[index] = _before(patterns[index], text, places[index + 1][0], gap)


def _after(pattern: _Pattern, text: str, at: int, gap: int) -> tuple[int, int]:
    """Return the place that begins at most ``gap`` characters after ``at``, on its line."""
    start = text.find(pattern.words[0], at, at + gap + len(pattern.words[0]))
    while start >= 0 and "\n" not in text[at:start]:
        if text[start - 1] in " \n" and (end := pattern.match(text, start)):
            return start, end
        start = text.find(pattern.words[0], start + 1, at + gap + len(pattern.words[0]))
    return 0, 0


def _before(pattern: _Pattern, text: str, at: int, gap: int) -> tuple[int, int]:
    """Return the place that ends at most ``gap`` characters before ``at``, on its line."""
    line = text.rfind("\n", 0, at) + 1
    start = text.rfind(pattern.words[0], line, at)
    while start >= 0:
        end = pattern.match(text, start) if text[start - 1] in " \n" else 0
        if end and at - gap <= end <= at:
            return start, end
        start = text.rfind(pattern.words[0], line, start + len(pattern.words[0]) - 1)
    return 0, 0
