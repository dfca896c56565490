"""Marks from the parser's inline events: formulas, code, links, halves of formatting pairs.

A :class:`Run` collects the marks of one run of prose while its events arrive. Their ranges are in
UTF-8 bytes of the parsed text; :class:`Offsets` turns bytes into characters. The events are those
of pulldown-cmark (https://docs.rs/pulldown-cmark, ``Event``).
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from amts_ext.model import Half, Mark

PREFIX = re.compile(rb"[ \t]*")
"""The indent of a line in a paragraph."""
QUOTED_PREFIX = re.compile(rb"[ \t>]*")
"""The indent of a line in a block quote."""
CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 at which no character starts."""
SINGLE, OPEN, CLOSE = Half.SINGLE, Half.OPEN, Half.CLOSE
FORMATTING = {"Emphasis": 1, "Strong": 2, "Strikethrough": 2, "Superscript": 1, "Subscript": 1}
"""Formatting events, and the length of one delimiter of each in bytes."""


class Offsets:
    """A map from byte offsets of a UTF-8 text to character offsets.

    >>> offset = Offsets("né 1".encode())
    >>> offset(4)  # é takes two bytes
    3
    """

    def __init__(self, data: bytes) -> None:
        self.needed = not data.isascii()
        """False if bytes and characters are the same."""
        self._data = data
        self._before = [0]
        """Number of characters that start before every 256th byte."""
        for at in range(0, len(data), 256) if self.needed else ():
            starts = data[at : at + 256].translate(None, CONTINUATION)
            self._before.append(self._before[-1] + len(starts))

    def __call__(self, byte: int) -> int:
        if not self.needed:
            return byte
        chunk = byte >> 8
        before = self._before[chunk]
        if chunk + 1 < len(self._before) and self._before[chunk + 1] - before == 256:
            return before + (byte & 255)  # the chunk is ASCII
        return before + len(self._data[chunk << 8 : byte].translate(None, CONTINUATION))


class Run:
    """A run of prose that is being collected, event by event.

    Positions are bytes of the parsed text until :meth:`finish` turns them into characters.
    """

    __slots__ = ("_data", "_hidden", "_open", "end", "kind", "marks", "quoted", "start")

    def __init__(self, data: bytes, kind: str, start: int, end: int, quoted: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.quoted = quoted
        self.marks: list[Mark] = []
        self._data = data
        self._open: list[int] = []
        """Indices into :attr:`marks` of the opening halves that are not closed yet."""
        self._hidden = 0
        """Depth inside an autolink, whose text is no prose; 0 outside."""

    def add(self, start: int, end: int, kind: str) -> None:
        """Add a mark that stands alone, such as a formula."""
        if not self._hidden:
            self.marks.append(Mark(start, end, kind))
        self.end = end

    def hard_break(self, start: int, end: int) -> None:
        """Add a hard line break, together with the indent of the next line."""
        prefix = QUOTED_PREFIX if self.quoted else PREFIX
        match = prefix.match(self._data, end)
        self.add(start, match.end() if match else end, "break")

    def enter(self, name: str, value: object, start: int, end: int) -> None:
        """Open a formatting pair, a link or an image.

        ``name`` and ``value`` are those of the parser's tag; ``start`` and ``end`` are the range of
        the whole element.
        """
        if self._hidden:
            self._hidden += 1
        elif name in FORMATTING:
            size = FORMATTING[name]
            if name == "Strikethrough" and self._data[start : start + 2] != b"~~":
                size = 1
            self._push(start, start + size, name.lower())
        elif isinstance(value, dict) and value["link_type"] in ("Autolink", "Email"):
            self.add(start, end, "url")
            self._hidden = 1
        else:
            image = name == "Image"
            self._push(start, start + (2 if image else 1), "image" if image else "link")

    def _push(self, start: int, end: int, kind: str) -> None:
        self._open.append(len(self.marks))
        self.marks.append(Mark(start, end, kind, OPEN))
        self.end = end

    def leave(self, name: str, end: int) -> None:
        """Close the formatting pair, the link or the image that was opened last."""
        if self._hidden:
            self._hidden -= 1
        else:
            index = self._open.pop()
            opened = self.marks[index]
            if name in FORMATTING:
                start = end - (opened.end - opened.start)
                self.marks.append(Mark(start, end, opened.kind, CLOSE))
            else:
                end = self._leave_link(index, end)
        self.end = end

    def _leave_link(self, index: int, end: int) -> int:
        """Close a link or an image and return its end.

        Its text ends at the bracket after its last inner event. A link without text is one mark.
        """
        opened = self.marks[index]
        start = self._data.index(b"]", max(self.end, opened.end))
        inside = self._data[opened.end : start]
        if not inside.strip():
            del self.marks[index:]
            self.marks.append(Mark(opened.start, end, opened.kind))
            return end
        content = ""
        if self._data[start:end] in (b"]", b"][]"):
            # The text of a shortcut link is also its label. When the text is translated, the
            # closing half has to name the old label.
            content = f"][{inside.decode()}]"
            if self._data[end : end + 2] == b"[]":  # the event of ``[label][]`` ends too early
                end += 2
        self.marks.append(Mark(start, end, opened.kind, CLOSE, content))
        return end

    def finish(self, offset: Offsets) -> None:
        """Turn all positions from bytes into characters."""
        start, end = offset(self.start), offset(self.end)
        if end - start == self.end - self.start:  # the run is ASCII: one shift holds for all of it
            by = start - self.start
            self.marks = [mark.moved(by) for mark in self.marks] if by else self.marks
        else:
            self.marks = [replace(m, start=offset(m.start), end=offset(m.end)) for m in self.marks]
        self.start, self.end = start, end
