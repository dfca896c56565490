"""Marks in built pages: which sentences still stand in the source language.

A sentence is found by its letters, so that whatever the builder made of its formulas, references
and formatting does not matter. It is wrapped in a ``span`` with the source's ``lang`` (WCAG 2.2,
3.1.2 "Language of Parts": screen readers change their voice), which a style underlines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from html.parser import HTMLParser

from amts_ext.model import Segment

CLASS = "amts-untranslated"
STYLE = f"<style>.{CLASS} {{ border-bottom: 1px dotted #b26a00; }}</style>"
HIDDEN = {"script", "style", "nav", "head"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
SHORT = 4
_LETTERS = re.compile(r"[^\W_]+")


def mark(page: str, segments: Iterable[Segment], language: str) -> str:
    """``page`` with every one of ``segments`` wrapped where it stands; the rest byte for byte.

    ``language`` is the source's BCP 47 code. A sentence that cannot be wrapped whole (it starts
    and ends in different elements) is left as it is.
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
    pieces, at = [], 0
    for position, text in sorted(inserts):
        pieces += [page[at:position], text]
        at = position
    return "".join([*pieces, page[at:]])


def _pattern(segment: Segment) -> str:
    """A regular expression for the segment's words; a slot may have become anything short."""
    pieces: list[str] = []
    for part in segment.parts:
        if isinstance(part, str):
            pieces.append(" ".join(_LETTERS.findall(part)))
        else:
            pieces.append(" ?" if part.half else r" ?[^\n]{0,200}? ?")
    body = "".join(pieces)
    if len(_LETTERS.findall(segment.tokens)) < SHORT:  # so short that it may be part of another
        return rf"\n(?:\d+ )*({body}) ?(?=\n)"
    return rf"(?<![^ \n])({body})(?![^ \n])"


class _Words(HTMLParser):
    """A page's words, each with its place in the page and the element it stands in.

    Between two blocks stands a line feed, which no pattern crosses.
    """

    BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "div", "figcaption", "caption"}) | {
        f"h{level}" for level in range(1, 7)
    }

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(m.end() for m in re.finditer("\n", page))]
        self._stack: list[tuple[str, int]] = []
        self._count = 0
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self._parents: list[tuple[int, ...]] = []
        self._size = 0
        self.feed(page)
        self.close()
        self.text = "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self._add("\n", 0)
        if tag not in VOID:
            self._count += 1
            self._stack.append((tag, self._count))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass
        if tag in self.BLOCKS:
            self._add("\n", 0)

    def handle_data(self, data: str) -> None:
        if any(tag in HIDDEN for tag, _ in self._stack):
            return
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        for match in _LETTERS.finditer(data):
            self._add(match.group() + " ", start + match.start())

    def _add(self, piece: str, place: int) -> None:
        self._pieces.append(piece)
        self._starts.append(self._size)
        self._places.append(place)
        self._parents.append(tuple(number for _, number in self._stack))
        self._size += len(piece)

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where the characters ``first`` to ``last`` stand in the page, if in one element."""
        a, b = (bisect_right(self._starts, i) - 1 for i in (first, last))
        if self._parents[a] != self._parents[b]:
            return None
        start = self._places[a] + first - self._starts[a]
        return start, self._places[b] + last - self._starts[b] + 1
