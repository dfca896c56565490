"""From the parser's inline events to marks: which stretches of a run of prose are not prose.

An event's range is in UTF-8 bytes of the text that was parsed; :class:`Offsets` turns it into
characters. The event model is pulldown-cmark's (https://docs.rs/pulldown-cmark, ``Event``).
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from amts_ext.model import Half, Mark

PREFIX = re.compile(rb"[ \t]*")
QUOTED_PREFIX = re.compile(rb"[ \t>]*")
CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 at which no character starts."""
SINGLE, OPEN, CLOSE = Half.SINGLE, Half.OPEN, Half.CLOSE
FORMATTING = {"Emphasis": 1, "Strong": 2, "Strikethrough": 2, "Superscript": 1, "Subscript": 1}
"""Formatting events and the length of one delimiter."""


class Offsets:
    """Byte offsets of a text as character offsets."""

    def __init__(self, data: bytes) -> None:
        self.needed = not data.isascii()
        self._data = data
        self._before = [0]
        """How many characters start before every 256th byte."""
        for at in range(0, len(data), 256) if self.needed else ():
            starts = data[at : at + 256].translate(None, CONTINUATION)
            self._before.append(self._before[-1] + len(starts))

    def __call__(self, byte: int) -> int:
        if not self.needed:
            return byte
        chunk = byte >> 8
        before = self._before[chunk]
        if chunk + 1 < len(self._before) and self._before[chunk + 1] - before == 256:
            return before + (byte & 255)  # all of it ASCII
        return before + len(self._data[chunk << 8 : byte].translate(None, CONTINUATION))


class Run:
    """One run of prose while its events arrive. Positions are bytes until :meth:`finish`."""

    __slots__ = ("_data", "_hidden", "_open", "end", "kind", "marks", "quoted", "start")

    def __init__(self, data: bytes, kind: str, start: int, end: int, quoted: bool) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.quoted = quoted
        self.marks: list[Mark] = []
        self._data = data
        self._open: list[int] = []
        """Indices into :attr:`marks` of what is not closed yet."""
        self._hidden = 0  # depth inside a link whose text is no prose (an autolink)

    def add(self, start: int, end: int, kind: str) -> None:
        """A slot that stands alone."""
        if not self._hidden:
            self.marks.append(Mark(start, end, kind))
        self.end = end

    def hard_break(self, start: int, end: int) -> None:
        """A hard line break, with what the next line starts with."""
        prefix = QUOTED_PREFIX if self.quoted else PREFIX
        match = prefix.match(self._data, end)
        self.add(start, match.end() if match else end, "break")

    def enter(self, name: str, value: object, start: int, end: int) -> None:
        """A formatting pair, a link or an image opens."""
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
        """A formatting pair, a link or an image closes."""
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
        """A link's text ends at the bracket after its last inner event; returns the link's end."""
        opened = self.marks[index]
        start = self._data.index(b"]", max(self.end, opened.end))
        inside = self._data[opened.end : start]
        if not inside.strip():
            del self.marks[index:]
            self.marks.append(Mark(opened.start, end, opened.kind))
            return end
        content = ""
        if self._data[start:end] in (b"]", b"][]"):
            # A shortcut's text is its label: what closes it must go on naming the old one.
            content = f"][{inside.decode()}]"
            if self._data[end : end + 2] == b"[]":  # the event of ``[label][]`` ends too early
                end += 2
        self.marks.append(Mark(start, end, opened.kind, CLOSE, content))
        return end

    def finish(self, offset: Offsets) -> None:
        """Turn all positions into characters."""
        start, end = offset(self.start), offset(self.end)
        if end - start == self.end - self.start:  # ASCII within: one shift holds for all of it
            by = start - self.start
            self.marks = [mark.moved(by) for mark in self.marks] if by else self.marks
        else:
            self.marks = [replace(m, start=offset(m.start), end=offset(m.end)) for m in self.marks]
        self.start, self.end = start, end
