"""Marks in built pages for sentences that are still in the source language.

A sentence is wrapped in ``<span lang="en" class="amts-untranslated">``, which a style underlines
(WCAG 2.2, 3.1.2 "Language of Parts": screen readers change their voice). It is found by its words,
so that it does not matter what the builder made of its formulas, references and formatting.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from html.parser import HTMLParser

from amts_ext.model import Segment, Slot

CLASS = "amts-untranslated"
STYLE = f"<style>.{CLASS} {{ border-bottom: 1px dotted #b26a00; }}</style>"
HIDDEN = {"script", "style", "nav", "head"}
"""Elements whose text is not the document's."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
"""Elements without an end tag (HTML standard, "void elements")."""
SHORT = 4
"""A sentence with fewer words is marked only if it fills its block: it may be part of another."""
_LETTERS = re.compile(r"[^\W_]+")


def mark(page: str, segments: Iterable[Segment], language: str) -> str:
    """Wrap every one of ``segments`` where it stands in the page; the rest stays byte for byte.

    ``language`` is the source's BCP 47 code. A sentence is left as it is if it cannot be wrapped as
    a whole, because it shares an element with another one.
    """
    words = _Words(page)
    spans: set[tuple[int, int]] = set()
    for pattern in {_pattern(segment) for segment in segments}:
        for match in re.finditer(pattern, words.text):
            span = words.span(match.start(1), match.end(1) - 1)
            if span is not None:
                spans.add(span)
    if not spans:
        return page
    inserts = [(page.find("</head>"), STYLE)]
    end = 0
    for first, last in sorted(spans):
        if first >= end:
            inserts += [(first, f'<span lang="{language}" class="{CLASS}">'), (last, "</span>")]
            end = last
    return _insert(page, [i for i in inserts if i[0] >= 0])


def _insert(page: str, inserts: list[tuple[int, str]]) -> str:
    """Insert texts at their places in the page."""
    pieces, at = [], 0
    for position, text in sorted(inserts):
        pieces += [page[at:position], text]
        at = position
    return "".join([*pieces, page[at:]])


def _pattern(segment: Segment) -> str:
    """Make a regular expression for the segment's words; a slot may be any short text there.

    Its group is the sentence without the slots at its ends, since a reference there has an element
    of its own.
    """
    pieces = [_words_of(p) if isinstance(p, str) else _anything(p) for p in segment.parts]
    worded = [i for i, part in enumerate(segment.parts) if isinstance(part, str) and pieces[i]]
    if not worded:
        return r"(?!)()"
    first, last = worded[0], worded[-1] + 1
    before, body, after = ("".join(p) for p in (pieces[:first], pieces[first:last], pieces[last:]))
    if sum(len(_LETTERS.findall(pieces[i])) for i in worded) < SHORT:
        # So few words may be part of another sentence: the block must hold no others.
        return rf"\n(?:\d+ )*{before}({body}){after} ?(?=\n)"
    return rf"(?<![^ \n])({body})(?![^ \n])"


def _words_of(text: str) -> str:
    """Return the words of a text, with one blank between them."""
    return " ".join(_LETTERS.findall(text))


def _anything(slot: Slot) -> str:
    """Make a pattern for what the page may have in the place of a slot."""
    return " ?" if slot.half else r" ?[^\n]{0,200}? ?"


class _Words(HTMLParser):
    """The words of a page in one text, each with its place in the page and its elements.

    A line feed separates two blocks; no pattern matches across it.
    """

    BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "div", "figcaption", "caption"}) | {
        f"h{level}" for level in range(1, 7)
    }

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(m.end() for m in re.finditer("\n", page))]
        self._stack: list[tuple[str, int]] = []
        self._elements: list[list[int]] = []
        """Start and end of each element in the page, by its number."""
        self._pieces: list[str] = []
        """Words and line feeds; the next three lists have one entry for each."""
        self._starts: list[int] = []
        """Start in :attr:`text`."""
        self._places: list[int] = []
        """Start in the page."""
        self._parents: list[tuple[int, ...]] = []
        """Numbers of the elements around it, from the outermost."""
        self._size = 0
        self.feed(page)
        self.close()
        self.text = "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; one that is a block ends the line of words before it."""
        if tag in self.BLOCKS:
            self._add("\n", 0)
        if tag not in VOID:
            self._stack.append((tag, len(self._elements)))
            self._elements.append([self._at(), 0])

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and with it those inside that have no end tag."""
        while self._stack:
            name, number = self._stack.pop()
            self._elements[number][1] = self._at()
            if name == tag:
                self._elements[number][1] += len(f"</{tag}>")
                break
        if tag in self.BLOCKS:
            self._add("\n", 0)

    def handle_data(self, data: str) -> None:
        """Add the words of a text, unless an element hides it."""
        if any(tag in HIDDEN for tag, _ in self._stack):
            return
        start = self._at()
        for match in _LETTERS.finditer(data):
            self._add(match.group() + " ", start + match.start())

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _add(self, piece: str, place: int) -> None:
        self._pieces.append(piece)
        self._starts.append(self._size)
        self._places.append(place)
        self._parents.append(tuple(number for _, number in self._stack))
        self._size += len(piece)

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the stretch of the page with the characters ``first`` to ``last`` of the text.

        It is widened to whole elements; None if an element at either end also holds words of
        another sentence.
        """
        a, b = (bisect_right(self._starts, i) - 1 for i in (first, last))
        start = self._places[a] + first - self._starts[a]
        end = self._places[b] + last - self._starts[b] + 1
        ours, theirs = self._parents[a], self._parents[b]
        depth = next(
            (i for i, (x, y) in enumerate(zip(ours, theirs, strict=False)) if x != y),
            min(len(ours), len(theirs)),
        )
        if len(ours) > depth:
            if ours[depth] in self._parents[a - 1]:
                return None
            start = self._elements[ours[depth]][0]
        if len(theirs) > depth:
            if b + 1 < len(self._parents) and theirs[depth] in self._parents[b + 1]:
                return None
            end = self._elements[theirs[depth]][1]
        return start, end
