"""From the parser's inline events to marks: which stretches of a run of prose are not prose.

An event's range is in UTF-8 bytes of the text that was parsed; :class:`Offsets` turns it into
characters. The event model is pulldown-cmark's (https://docs.rs/pulldown-cmark, ``Event``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from amts_ext.model import Half, Mark

NON_ASCII = re.compile(rb"[\x80-\xff]+")
FORMATTING = {"Emphasis": 1, "Strong": 2, "Strikethrough": 2, "Superscript": 1, "Subscript": 1}
"""Formatting events and the length of one delimiter."""


class Offsets:
    """Byte offsets of a text as character offsets."""

    def __init__(self, text: str) -> None:
        self._bytes = b"" if text.isascii() else text.encode("utf-8", "replace")
        self._starts: list[int] = []
        self._runs: list[tuple[int, int, int]] = [(0, 0, 0)]
        """(first byte, byte after, bytes minus characters up to the first byte) of each run."""
        extra = 0
        for match in NON_ASCII.finditer(self._bytes):
            self._starts.append(match.start())
            self._runs.append((*match.span(), extra))
            extra += len(match.group()) - len(match.group().decode())

        self._runs.append((len(self._bytes), len(self._bytes), extra))

    def __call__(self, byte: int) -> int:
        if not self._bytes:
            return byte
        index = bisect_left(self._starts, byte)
        start, end, extra = self._runs[index]
        if byte >= end:
            return byte - self._runs[index + 1][2]
        return start - extra + len(self._bytes[start:byte].decode())


@dataclass(slots=True)
class Run:
    """The marks of one run of prose while its events arrive."""

    text: str
    kind: str
    start: int
    end: int
    marks: list[Mark] = field(default_factory=list)
    _open: list[Mark] = field(default_factory=list)
    _hidden: int = 0
    """Depth inside a link or image whose inside is no prose (an autolink)."""
    _pending: tuple[int, str] | None = None
    """A line break whose continuation (indent, ``>``) ends where the next event starts."""

    def at(self, start: int) -> None:
        """An event starts: settle a line break, and name a gap before it (a backslash)."""
        if self._pending is not None:
            begin, kind = self._pending
            self._pending = None
            self.marks.append(Mark(begin, start, kind))
        elif start > self.end and self.text[start - 1] == "\\" and not self._hidden:
            self.marks.append(Mark(start - 1, start + 1, "escape"))

    def add_text(self, start: int, end: int, value: str) -> None:
        """A text event; one that differs from its source is an entity."""
        escaped = bool(self.marks) and self.marks[-1].kind == "escape"
        if self.text[start:end] != value and not self._hidden and not escaped:
            self.marks.append(Mark(start, end, "escape"))

    def add(self, start: int, end: int, kind: str) -> None:
        """A slot that stands alone."""
        if not self._hidden:
            self.marks.append(Mark(start, end, kind))

    def line_break(self, start: int, kind: str) -> None:
        """A soft or hard line break; it reaches up to the next event."""
        if not self._hidden:
            self._pending = (start, kind)

    def enter(self, name: str, value: object, start: int, end: int) -> None:
        """A formatting pair, a link or an image opens."""
        if self._hidden:
            self._hidden += 1
        elif name in FORMATTING:
            size = FORMATTING[name]
            if name == "Strikethrough" and self.text[start : start + 2] != "~~":
                size = 1
            self._push(start, start + size, name.lower())
        elif isinstance(value, dict) and value["link_type"] in ("Autolink", "Email"):
            self.add(start, end, "url")
            self._hidden = 1
        else:
            image = name == "Image"
            self._push(start, start + (2 if image else 1), "image" if image else "link")

    def _push(self, start: int, end: int, kind: str) -> None:
        mark = Mark(start, end, kind, Half.OPEN)
        self.marks.append(mark)
        self._open.append(mark)

    def leave(self, name: str, end: int) -> None:
        """A formatting pair, a link or an image closes."""
        if self._hidden:
            self._hidden -= 1
            return
        opened = self._open.pop()
        start = end - (opened.end - opened.start) if name in FORMATTING else self._link_end(opened)
        if name not in FORMATTING and not self.text[opened.end : start].strip():
            del self.marks[self.marks.index(opened) :]
            self.marks.append(Mark(opened.start, end, opened.kind))
            return
        content = self._reference(opened, start, end) if name not in FORMATTING else ""
        self.marks.append(Mark(start, end, opened.kind, Half.CLOSE, content))

    def _link_end(self, opened: Mark) -> int:
        """Where a link's text ends: at the bracket after its last inner event."""
        return self.text.index("]", max(self.end, opened.end))

    def _reference(self, opened: Mark, start: int, end: int) -> str:
        """What closes a shortcut or collapsed reference, so that its label survives translation."""
        if self.text[start:end] in ("]", "][]"):
            return f"][{self.text[opened.end : start]}]"
        return ""
