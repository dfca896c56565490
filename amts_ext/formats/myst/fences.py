r"""Fences: the directives of a text as the Markdown parser finds them, one level after the other.

>>> from amts_ext.formats.myst.table import DirectiveTable
>>> text = "::::{note}\nSome words.\n\n```{tip} More\n```\n::::\n"
>>> [directive.name for directive in Fences(text, DirectiveTable.of(), []).directives]
['note', 'tip']

To the parser a directive is a code block. One whose body is Markdown is *opened*: its fences are
covered as borders, and the parser looks again, so that what is in it is read at its place, also in
lists and quotes. Colons are shown to the parser as tildes, which it knows as fences.

What cannot be read stays closed, as code: an unknown directive, one without an end, one whose body
holds something that goes on behind its end.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import pyromark

from amts_ext.formats.inline import Offsets
from amts_ext.formats.myst.heads import head
from amts_ext.formats.myst.opening import Directed, Opened, opened
from amts_ext.formats.myst.table import NAME, Directive, DirectiveTable
from amts_ext.formats.overlays import Overlay, Spans, disjoint, paint

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>[^\n]*?)[ \t\r]*(?=\n|\Z)")
_NAME = re.compile(rf"\{{\s*(?P<name>{NAME})(?:\s[^{{}}\n]*)?\}}[ \t]*")
_LINE = re.compile(
    r"^(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<fence>:{3,}|~{3,})(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_END = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,}|:{3,})[ \t\r]*")
_MORE = re.compile(r"[`~:]{3}|\n[ \t>]*<|\n[ >]*(?:[ ]{4}|\t)")
"""What a body may hold that the parser has to look at."""
_TABLE = re.compile(r"[^|\n]*\|[^\n]*\n[ \t>]*---[ \t\r]*\n")
"""A bar in an argument, with dashes below it: a table to MyST-Parser."""
_DASHES = re.compile(r"\s*---")
"""The beginning of a body that is taken for the head of a file."""
DIV = Directive(body="body")
"""A fence of colons without a directive is a box, whose body is Markdown."""

PATIENCE = 30
"""The number of directives that are closed one by one because something in them goes on behind
their end. After so many all are closed, so that a damaged text takes no time without end."""
UNKNOWN, UNCLOSED, CROSSED, BROKEN = "unknown", "unclosed", "crossed", "broken"
"""The reasons for which a directive stays closed."""


class Fences:
    """The directives of a text, and what else in it is code.

    ``heads`` are overlays of the text's own head.
    """

    def __init__(self, text: str, table: DirectiveTable, heads: Sequence[Overlay]) -> None:
        self.text = text
        self.overlays: list[Overlay] = []
        """What covers the directives that are opened, and the colons of the others."""
        self.code = Spans([])
        """The blocks of code and HTML that are left."""
        self.html: list[tuple[int, int]] = []
        self.closed: dict[int, tuple[str, str]] = {}
        """Reason and name of the directives that stay closed, by their start."""
        self._table = table
        self._heads = list(heads)
        self._opened: dict[int, Opened] = {}
        self._patience = PATIENCE
        self._settle()

    @property
    def directives(self) -> list[Opened]:
        """The directives whose prose is read, in order."""
        return [self._opened[start] for start in sorted(self._opened)]

    def _settle(self) -> None:
        """Look at the text until no further directive opens."""
        while True:
            self.overlays = self._overlays()
            blocks = _blocks(paint(self.text, self.overlays))
            crossed = self._crossed(blocks)
            if not crossed:
                self.code = Spans((start, end) for start, end, _ in blocks)
                self.html = [(start, end) for start, end, kind in blocks if kind == "HtmlBlock"]
                found = [o for block in blocks if (o := self._open(*block))]
                if not found:
                    return
                self._opened |= {o.start: o for o in found}
                if not any(self._may_hold_more(o) for o in found):
                    starts = {o.start for o in found}
                    self.code = Spans(span for span in self.code if span[0] not in starts)
                    self.overlays = self._overlays()
                    return

    def _may_hold_more(self, opened: Opened) -> bool:
        """Return whether the body of a directive may hold directives or code."""
        return opened.close >= 0 and bool(_MORE.search(self.text, opened.body, opened.close))

    def _overlays(self) -> list[Overlay]:
        found = [*self._heads, *(o for opened in self._opened.values() for o in opened.overlays)]
        return disjoint([*found, *self._colons()])

    def _colons(self) -> Iterator[Overlay]:
        """Yield what shows fences of colons to the parser as fences of tildes.

        In a text with tildes of its own, each kind is hidden inside the other one.
        """
        if ":::" not in self.text:
            return
        both = "~~~" in self.text
        opened = self._opened.values()
        lines = {o.start for o in opened} | {o.close for o in opened}
        whole = Spans((o.start, o.body) for o in opened if o.close < 0)
        inside = ""
        for match in _LINE.finditer(self.text):
            start, fence = match.start("fence"), match["fence"]
            if start in lines or not whole.free(start, start + 1):
                inside = ""
                continue
            if both and inside and fence[0] == inside[0]:
                is_end = len(fence) >= len(inside) and not match["rest"].strip()
                inside = "" if is_end else inside
            elif both and inside:
                if fence[0] == "~":
                    yield Overlay(*match.span("fence"), "")
                continue
            else:
                inside = fence
            if fence[0] == ":":
                yield Overlay(*match.span("fence"), "", paint="~")

    def _crossed(self, blocks: Sequence[tuple[int, int, str]]) -> bool:
        """Close the directives behind whose end something in them goes on; return if any is."""
        closes = sorted((o.close, o.start) for o in self._opened.values() if o.close >= 0)
        for start, end, _ in blocks if closes else ():
            index = bisect_left(closes, (start, 0))
            while index < len(closes) and closes[index][0] < end:
                opened = closes[index][1]
                if opened < start:
                    self._patience -= 1
                    self._close([opened] if self._patience else list(self._opened))
                    return True
                index += 1
        return False

    def _close(self, starts: Sequence[int]) -> None:
        """Close directives again, and forget those in them."""
        for start in starts:
            if directive := self._opened.get(start):
                self.closed[start] = CROSSED, directive.name
                inside = range(start, directive.close)
                self._opened = {s: o for s, o in self._opened.items() if s not in inside}

    def _open(self, start: int, end: int, kind: str) -> Opened | None:
        """Return what covers a directive, unless it holds no prose or cannot be read."""
        line = _FENCE.match(self.text, start, end) if kind == "Fenced" else None
        if line is None or start in self.closed:
            return None
        named = _NAME.match(self.text, *line.span("info"))
        name = named["name"] if named else ""
        row = self._row(line["fence"], line["info"], name)
        if row is None and named:
            self.closed[start] = UNKNOWN, name
        if row is None or not row.has_prose:
            return None
        last = _rstripped(self.text, end)
        close = self._end(line.end(), last, line["fence"])
        if close is None:
            self.closed[start] = UNCLOSED, name
            return None
        argument = named.end() if named else line.end("info"), line.end("info")
        found = head(self.text, *argument, line.end(), close - 1, row)
        if found.is_broken or self._is_misread(argument, found.end, row):
            self.closed[start] = BROKEN, name
            return None
        return opened(self.text, Directed(start, name, row, argument, close, last), found)

    def _is_misread(self, argument: tuple[int, int], body: int, row: Directive) -> bool:
        """Return whether MyST-Parser takes a line for a table, or a body for the head of a file."""
        start, end = argument
        begins = start if row.argument == "first" and start < end else body
        is_head = bool(row.body) and _DASHES.match(self.text, begins) is not None
        return is_head or _TABLE.match(self.text, start) is not None

    def _row(self, fence: str, info: str, name: str) -> Directive | None:
        if name:
            return self._table.directive(name)
        return DIV if fence[0] == ":" and not info.startswith("{") else None

    def _end(self, first: int, last: int, fence: str) -> int | None:
        """Return the start of the fence that ends the block; None if nothing does."""
        line = self.text.rfind("\n", 0, last) + 1
        found = _END.fullmatch(self.text, line, last)
        if line <= first or not found or not found["fence"].startswith(fence):
            return None
        return found.start("fence")


def _rstripped(text: str, end: int) -> int:
    """Return the end of what stands before ``end``, without blanks."""
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _blocks(painted: str) -> list[tuple[int, int, str]]:
    """Find the blocks of code and HTML, as start, end and kind."""
    data = painted.encode("utf-8", "replace")
    offset = Offsets(data)
    found = []
    events: Any = pyromark.events_with_range(data.decode(), options=OPTIONS)
    for event, span in events:
        if "Start" in event:
            tag = event["Start"]
            if "CodeBlock" in tag:
                block = tag["CodeBlock"]
                kind = "Indented" if type(block) is str else "Fenced"
                found.append((offset(span["start"]), offset(span["end"]), kind))
            elif "HtmlBlock" in tag or "MetadataBlock" in tag:
                kind = tag if type(tag) is str else "MetadataBlock"
                found.append((offset(span["start"]), offset(span["end"]), kind))
    return found
