"""The words of a built page, each with its place in the page: text is found in HTML by its words.

>>> page = PageWords("<h1>1. The <em>mean</em></h1><p>A sum.</p>")
>>> page.text
'\\n1 The mean \\n\\nA sum \\n'
>>> start = page.text.index("The mean")
>>> start, end = page.span(start, start + len("The mean") - 1)
>>> "<h1>1. The <em>mean</em></h1><p>A sum.</p>"[start:end]
'The <em>mean</em>'
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

HIDDEN = frozenset({"script", "style", "nav", "head", "pre"})
"""Elements whose text is not the document's prose."""
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)
"""Elements without an end tag (HTML standard, "void elements")."""
BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "div", "figcaption", "caption", "pre"}) | {
    f"h{level}" for level in range(1, 7)
}
"""Elements that end a line of words."""

_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]+")
"""A word; of scripts without blanks between words, one character."""
_MAIN = re.compile(r"<[A-Za-z][^<>]*\srole=[\"']?main\b")
"""The start of the element that holds the document (WAI-ARIA 1.2, "main"); themes put tables of
contents around it."""
_TAG = re.compile(
    r"<!--.*?-->"
    r"|<(script|style)\b.*?</\1\s*>"
    r"|<(/?)([A-Za-z][\w-]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
    r"|&#?\w+;"
    r"|<[!?][^>]*>",
    re.DOTALL | re.IGNORECASE,
)
"""What is not text: a comment, a script, a tag, a character reference, a declaration."""


def words_of(text: str) -> str:
    """Return the words of a text as they stand in :attr:`PageWords.text`.

    >>> words_of("It's a mean: 均值。")
    'It s a mean 均 值 '
    """
    return "".join([word + " " for word in WORD.findall(text)])


class PageWords:
    """The words of a page in one text, each with its place in the page and its elements.

    A blank follows each word, and a line feed separates two blocks.
    """

    def __init__(self, page: str) -> None:
        self.html = page
        self._stack: list[tuple[str, int]] = []
        self._around: tuple[int, ...] = ()
        main = _MAIN.search(page)
        self._main_start = main.start() if main else -1
        self._main = -1
        """Number of the element that holds the document."""
        self._hidden = int(main is not None)
        """Number of open elements that hide their text, and 1 more outside the document."""
        self._elements: list[list[int]] = []
        """Start and end of each element in the page, by its number."""
        self._inline: dict[int, int] = {}
        """The numbers of the elements that end no line, by the place where their content starts."""
        self._closed: set[int] = set()
        """The numbers of the elements that have an end tag."""
        self._pieces: list[str] = []
        """Words and line feeds; the next three lists have one entry for each."""
        self._starts: list[int] = []
        """Start in :attr:`text`."""
        self._places: list[int] = []
        """Start in the page."""
        self._parents: list[tuple[int, ...]] = []
        """Numbers of the elements around it, from the outermost."""
        self._size = 0
        self._read()
        self.text = "".join(self._pieces)

    def _read(self) -> None:
        at = 0
        for tag in _TAG.finditer(self.html):
            self._take(at, tag.start())
            at = tag.end()
            if name := tag[3]:
                if tag[2]:
                    self._close(name.lower(), at)
                else:
                    self._open(name.lower(), tag)
        self._take(at, len(self.html))

    def _open(self, name: str, tag: re.Match[str]) -> None:
        at = tag.start()
        if name in BLOCKS:
            self._add("\n", at)
        elif name not in VOID:
            self._inline[tag.end()] = len(self._elements)
        if name not in VOID:
            self._stack.append((name, len(self._elements)))
            self._around = (*self._around, len(self._elements))
            self._hidden += name in HIDDEN
            if at == self._main_start:
                self._main = len(self._elements)
                self._hidden -= 1
            self._elements.append([at, at])

    def _close(self, name: str, at: int) -> None:
        """Close an element, and with it those inside that have no end tag."""
        is_last = bool(self._stack) and self._stack[-1][0] == name
        if is_last or any(open_name == name for open_name, _ in self._stack):
            while True:
                closed, number = self._stack.pop()
                self._hidden += (number == self._main) - (closed in HIDDEN)
                self._elements[number][1] = at
                if closed == name:
                    self._closed.add(number)
                    break
            self._around = self._around[: len(self._stack)]
        if name in BLOCKS:
            self._add("\n", at)

    def _take(self, start: int, end: int) -> None:
        """Add the words of a stretch of text."""
        words = WORD.findall(self.html, start, end) if start < end and not self._hidden else ()
        if not words:
            return
        at, size = start, self._size
        for word in words:  # between two of them is no letter, so the next one is found first
            at = self.html.index(word, at)
            self._starts.append(size)
            self._places.append(at)
            at += len(word)
            size += len(word) + 1
        self._pieces += [word + " " for word in words]
        self._parents += [self._around] * len(words)
        self._size = size

    def _add(self, piece: str, place: int) -> None:
        self._pieces.append(piece)
        self._starts.append(self._size)
        self._places.append(place)
        self._parents.append(self._around)
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
            if a and ours[depth] in self._parents[a - 1]:
                return None
            start = self._elements[ours[depth]][0]
        if len(theirs) > depth:
            if b + 1 < len(self._parents) and theirs[depth] in self._parents[b + 1]:
                return None
            end = self._elements[theirs[depth]][1]
        return start, end

    def around(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the stretch of the inline element that holds just a stretch of the page.

        >>> PageWords("<p><em>A sum</em>.</p>").around(7, 12)
        (3, 17)
        """
        if self._inline.get(start) not in self._closed:
            return None
        first, last = self._elements[self._inline[start]]
        return (first, last) if self.html.rfind("</", first, last) == end else None

    def inline_from(self, at: int) -> int | None:
        """Return the end of the inline element that starts at a place of the page."""
        return self._ends.get(at)

    def inline_until(self, at: int) -> int | None:
        """Return the start of the inline element that ends at a place of the page."""
        return self._begins.get(at)

    @cached_property
    def _ends(self) -> dict[int, int]:
        numbers = self._closed.intersection(self._inline.values())
        return {self._elements[number][0]: self._elements[number][1] for number in numbers}

    @cached_property
    def _begins(self) -> dict[int, int]:
        return {end: start for start, end in self._ends.items()}
