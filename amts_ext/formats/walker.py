"""A walk over the events of a Markdown parser, which collects runs of prose.

>>> walker = Walker("# The mean\\n\\nA sum.\\n", "# The mean\\n\\nA sum.\\n", OPTIONS)
>>> [(run.kind, run.start, run.end) for run in walker.runs]
[('title', 2, 10), ('paragraph', 12, 18)]
"""

from __future__ import annotations

from typing import Any

import pyromark

from amts_ext.formats.inline import FORMATTING, Offsets, Run

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)
SINGLES = {
    "Code": "code",
    "InlineMath": "math",
    "DisplayMath": "math",
    "InlineHtml": "html",
    "FootnoteReference": "footnote",
}
"""Inline events that become a mark that stands alone, and the mark's kind."""
INLINE = {*FORMATTING, "Link", "Image"}
"""Elements that stand inside a run of prose; the start of any other ends the run."""
KINDS = {"Heading": "title", "TableCell": "cell", "Item": "item", "BlockQuote": "quote"}
"""Elements that give the prose in them its kind; prose in none of them is a ``paragraph``."""
SKIPPED = {"CodeBlock", "HtmlBlock", "MetadataBlock"}
"""Elements that hold no prose."""


def encode(text: str) -> bytes:
    """Encode a text for the parser; half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace")


def code_spans(text: str, options: pyromark.Options) -> list[tuple[int, int]]:
    """Find the code blocks and code spans of a text, as ranges of characters.

    >>> code_spans("Type `a`.", OPTIONS)
    [(5, 8)]
    """
    data = encode(text)
    offset = Offsets(data)
    return [
        (offset(span["start"]), offset(span["end"]))
        for event, span in pyromark.events_with_range(data.decode(), options=options)
        if "Code" in event or ("Start" in event and "CodeBlock" in event["Start"])  # type: ignore[index]
    ]


class Walker:
    """A pass over the parser's events of one text, which collects its runs of prose."""

    def __init__(self, text: str, painted: str, options: pyromark.Options) -> None:
        self.runs: list[Run] = []
        self.anchors: list[tuple[int, str]] = []
        self.code: list[tuple[int, int]] = []
        """Ranges of the code blocks and code spans."""
        self.html: list[tuple[int, int]] = []
        """Ranges of the blocks of HTML."""
        self.titles: list[tuple[int, int]] = []
        self.links: list[tuple[int, int, str]] = []
        """Range and address of every link to a place in a document."""
        self.titled: list[tuple[int, str]] = []
        """Start and title of every link and image that has one: ``[mean](mean.md "A title")``."""
        self._text = text
        self._data = encode(painted)
        self._offset = Offsets(self._data)
        self._walk(options)
        self._finish()

    def _walk(self, options: pyromark.Options) -> None:
        run: Run | None = None
        skipping = False
        kinds = ["paragraph"]  # the kind of prose at every depth of open blocks, innermost last
        quotes = 0
        events: Any = pyromark.events_with_range(self._data.decode(), options=options)
        for event, span in events:
            # Most events are text, so this is asked first. Text only starts or extends a run.
            if "Text" in event:
                if run is not None:
                    run.end = span["end"]
                elif not skipping:
                    start = self._before_escape(span["start"])
                    run = self._new(kinds[-1], start, span["end"], quotes)
            elif type(event) is str:
                if event == "HardBreak" and run is not None:
                    run.hard_break(span["start"], span["end"])
            elif "Start" in event:
                tag = event["Start"]
                name = tag if type(tag) is str else next(iter(tag))
                if name in INLINE:
                    start = span["start"]
                    run = run or self._new(kinds[-1], start, start, quotes)
                    self._enter(run, name, tag, start, span["end"])
                    continue
                run, skipping = None, name in SKIPPED
                kinds.append(KINDS.get(name, kinds[-1]))
                if skipping:
                    self._skip(name, span["start"], span["end"])
                elif name == "Heading":
                    self.titles.append((span["start"], span["end"]))
                elif name == "BlockQuote":
                    quotes += 1
            elif "End" in event:
                name = event["End"]
                if type(name) is str and name in INLINE:
                    assert run is not None
                    run.leave(name, span["end"])
                    continue
                run, skipping = None, False
                kinds.pop()
                if "BlockQuote" in name:
                    quotes -= 1
            elif not skipping and (kind := SINGLES.get(next(iter(event)))):
                start, end = span["start"], span["end"]
                run = run or self._new(kinds[-1], start, end, quotes)
                if kind == "math" and self._is_amount(end):
                    run.end = end
                    continue
                run.add(start, end, kind)
                if kind == "code":
                    self.code.append((start, end))

    def _finish(self) -> None:
        if self._offset.needed:
            for run in self.runs:
                run.finish(self._offset)
            self.code = [(self._offset(start), self._offset(end)) for start, end in self.code]
            self.titles = [(self._offset(start), self._offset(end)) for start, end in self.titles]
            self.links = [(self._offset(a), self._offset(b), to) for a, b, to in self.links]
            self.titled = [(self._offset(start), title) for start, title in self.titled]

    def _new(self, kind: str, start: int, end: int, quotes: int) -> Run:
        run = Run(self._data, kind, start, end, quotes > 0)
        self.runs.append(run)
        return run

    def _before_escape(self, start: int) -> int:
        """Return the start of a run that begins with text.

        A backslash before the text belongs to the run, but has no event.
        """
        return start - (self._data[start - 1 : start] == b"\\")

    def _is_amount(self, end: int) -> bool:
        """Return whether the "formula" that ends here is an amount of money: ``US$5 to US$6``.

        As in pandoc, no digit may follow a closing dollar sign.
        """
        return self._data[end : end + 1].isdigit() and self._data[end - 2 : end] != b"$$"

    def _enter(self, run: Run, name: str, tag: Any, start: int, end: int) -> None:
        value = None if type(tag) is str else tag[name]
        run.enter(name, value, start, end)
        if name == "Image" and value:
            self.anchors.append((self._offset(start), f"image:{value['dest_url']}"))
        elif name == "Link" and value and "#" in value["dest_url"]:
            self.links.append((start, end, value["dest_url"]))
        if value and value.get("title"):
            self.titled.append((start, value["title"]))

    def _skip(self, name: str, start: int, end: int) -> None:
        """Note an element without prose as an anchor."""
        if name == "CodeBlock":
            self.code.append((start, end))
        first, last = self._offset(start), self._offset(end)
        if name == "HtmlBlock":
            self.html.append((first, last))
        content = self._text[first:last].strip()
        self.anchors.append((first, f"code:{content}"))
