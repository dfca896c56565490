"""CommonMark with GFM tables, footnotes and ``$`` math: blocks of prose with exact positions.

pulldown-cmark (through ``pyromark``) parses; this module only walks its events. Dialects add
*overlays*: stretches that the parser must not see are painted over with inert characters of the
same length before it runs, so that all positions stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyromark

from amts_ext.formats.base import Edit, splice
from amts_ext.formats.inline import FORMATTING, Offsets, Run
from amts_ext.model import Block, Document, Half, Mark

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)
SINGLES = {
    "Code": "code",
    "InlineMath": "math",
    "DisplayMath": "math",
    "InlineHtml": "html",
    "FootnoteReference": "footnote",
}
WORD = re.compile(r"[^\W\d_]")
QUOTE = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]|&(?:\w+|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
URL = re.compile(
    r"https?://(?:[^\s<>()\u3000-\u303f\uff00-\uffef]|\([^\s<>()]*\))+(?<![?!.,:;*_~'\"\]])"
)
INLINE = {*FORMATTING, "Link", "Image"}
KINDS = {"Heading": "title", "TableCell": "cell", "Item": "item", "BlockQuote": "quote"}
SKIPPED = {"CodeBlock", "HtmlBlock", "MetadataBlock"}


class Overlay(NamedTuple):
    """A stretch that is hidden from the parser.

    With ``paint=","`` it stays in its run of prose as a mark; with ``paint=" "`` it is no part of
    any run and its line counts as blank. ``anchor`` names what alignment may hold on to.
    """

    start: int
    end: int
    kind: str
    half: Half = Half.SINGLE
    paint: str = ","
    anchor: str = ""


def encode(text: str) -> bytes:
    """The text as the parser takes it: half a surrogate pair is a question mark."""
    return text.encode("utf-8", "replace")


class Spans:
    """Stretches of a text that are spoken for; they must not overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._spans)

    def free(self, start: int, end: int) -> bool:
        """Whether none of them touches ``start:end``."""
        index = bisect_right(self._starts, start)
        before = index == 0 or self._spans[index - 1][1] <= start
        return before and (index == len(self._spans) or self._starts[index] >= end)


def code_spans(text: str, options: pyromark.Options) -> list[tuple[int, int]]:
    """Where code blocks and code spans stand, without walking the rest."""
    data = encode(text)
    offset = Offsets(data)
    return [
        (offset(span["start"]), offset(span["end"]))
        for event, span in pyromark.events_with_range(data.decode(), options=options)
        if "Code" in event or ("Start" in event and "CodeBlock" in event["Start"])  # type: ignore[index]
    ]


class _Walker:
    """Collects runs of prose from the events of one text."""

    def __init__(self, text: str, painted: str, options: pyromark.Options) -> None:
        self.runs: list[Run] = []
        self.anchors: list[tuple[int, str]] = []
        self.code: list[tuple[int, int]] = []
        self._text = text
        self._data = encode(painted)
        self._offset = Offsets(self._data)
        self._kinds = ["paragraph"]
        """The kind of a run at every depth of open blocks; the last one counts."""
        self._quotes = 0
        self._walk(options)
        self._finish()

    def _walk(self, options: pyromark.Options) -> None:
        run: Run | None = None
        skipping = False
        events: Any = pyromark.events_with_range(self._data.decode(), options=options)
        for event, span in events:
            # Most events are text, of which only the place matters: where a run starts and ends.
            if "Text" in event:
                if run is not None:
                    run.end = span["end"]
                elif not skipping:
                    run = self._new(span["start"])
                    run.end = span["end"]
            elif event == "SoftBreak":
                pass
            elif "Start" in event:
                name, value = _tag(event["Start"])
                if name in INLINE:
                    run = run or self._new(span["start"])
                    self._inline(run, name, value, span["start"], span["end"])
                else:
                    run, skipping = None, self._block(name, span["start"], span["end"])
            elif "End" in event:
                name, _ = _tag(event["End"])
                if name in INLINE:
                    assert run is not None
                    run.leave(name, span["end"])
                else:
                    run, skipping = None, False
                    self._leave(name)
            elif event == "HardBreak":
                if run is not None:
                    run.hard_break(span["start"], span["end"])
            elif not skipping:
                run = self._single(run, next(iter(event)), span["start"], span["end"])

    def _finish(self) -> None:
        if self._offset.needed:
            for run in self.runs:
                run.finish(self._offset)
            self.code = [(self._offset(start), self._offset(end)) for start, end in self.code]

    def _new(self, start: int) -> Run:
        run = Run(self._data, self._kinds[-1], start, start, self._quotes > 0)
        self.runs.append(run)
        return run

    def _single(self, run: Run | None, name: str, start: int, end: int) -> Run | None:
        """What stands alone; an event that is none leaves the run as it is."""
        kind = SINGLES.get(name)
        if kind is None:
            return run
        run = run or self._new(start)
        run.add(start, end, kind)
        if kind == "code":
            self.code.append((start, end))
        return run

    def _inline(self, run: Run, name: str, value: Any, start: int, end: int) -> None:
        run.enter(name, value, start, end)
        if name == "Image" and value:
            self.anchors.append((self._offset(start), f"image:{value['dest_url']}"))

    def _block(self, name: str, start: int, end: int) -> bool:
        """A block opens; returns whether what follows is no prose."""
        self._kinds.append(KINDS.get(name, self._kinds[-1]))
        if name == "BlockQuote":
            self._quotes += 1
        if name not in SKIPPED:
            return False
        if name == "CodeBlock":
            self.code.append((start, end))
        content = self._text[self._offset(start) : self._offset(end)].strip()
        self.anchors.append((self._offset(start), f"code:{content}"))
        return True

    def _leave(self, name: str) -> None:
        self._kinds.pop()
        if name == "BlockQuote":
            self._quotes -= 1


def _tag(tag: Any) -> tuple[str, Any]:
    """A tag's name, and its fields if it has some."""
    return (tag, None) if type(tag) is str else next(iter(tag.items()))


Shape = tuple[str, int, int, list[Mark]]


class Markdown:
    """The format ``md``. Dialects override :meth:`overlays` and :meth:`refine`."""

    options = OPTIONS

    def read(self, text: str, name: str = "") -> Document:
        """Blocks and anchors of ``text``; never fails: what is no prose is left alone."""
        overlays, walker = self._parse(text)
        kept = [o for o in overlays if o.paint != " "]
        starts = [o.start for o in kept]
        blocks: list[Block] = []
        line, at, first = 1, 0, 0
        for run in walker.runs:
            marks = run.marks
            first = bisect_left(starts, run.start, first)
            last = bisect_left(starts, run.end, first)
            if first < last:
                marks = _overlaid(marks, kept[first:last])
            marks = self.refine(text, _scanned(text, run, marks))
            kind, start, end, marks = self.shape(text, run, marks)
            if has_words(text, start, end, marks):
                line += text.count("\n", at, start)
                at = start
                blocks.append(Block(kind, start, end, line, tuple(marks)))
        anchors = walker.anchors + [(o.start, o.anchor) for o in overlays if o.anchor]
        return Document(name, text, tuple(blocks), tuple(sorted(anchors)))

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        return splice(document.text, edits)

    def _parse(self, text: str) -> tuple[list[Overlay], _Walker]:
        """Overlays as if there were no code; if one falls on code, those that avoid it."""
        overlays = self.overlays(text, Spans([]))
        walker = _Walker(text, paint(text, overlays), self.options)
        if overlays and walker.code:
            code = Spans(walker.code)
            if not all(code.free(o.start, o.end) for o in overlays):
                overlays = self.overlays(text, Spans(code_spans(text, self.options)))
                walker = _Walker(text, paint(text, overlays), self.options)
        return overlays, walker

    def overlays(self, text: str, code: Spans) -> list[Overlay]:
        """What to hide from the parser, in order, not overlapping; nothing inside ``code``."""
        return []

    def refine(self, text: str, marks: list[Mark]) -> list[Mark]:
        """A dialect's last word on the marks of one run."""
        return marks

    def shape(self, text: str, run: Run, marks: list[Mark]) -> Shape:
        """Kind, start, end and marks of the run's block."""
        if marks and marks[0].kind == "image" and _is_figure(run, marks):
            return "caption", marks[0].end, marks[-1].start, marks[1:-1]
        return run.kind, run.start, run.end, marks


def _is_figure(run: Run, marks: Sequence[Mark]) -> bool:
    """Whether the run is one image and nothing else."""
    images = [m for m in marks if m.kind == "image"]
    whole = len(images) == 2 and images[0].half is Half.OPEN
    return whole and (images[0].start, images[1].end) == (run.start, run.end)


def paint(text: str, overlays: Sequence[Overlay]) -> str:
    """``text`` with every overlay covered, character for character."""
    pieces: list[str] = []
    at = 0
    for overlay in overlays:
        start, end = overlay.start, overlay.end
        pieces += (text[at:start], overlay.paint * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def has_words(text: str, start: int, end: int, marks: Sequence[Mark]) -> bool:
    """Whether anything outside the marks has a letter."""
    at = start
    for mark in marks:
        if WORD.search(text, at, mark.start):
            return True
        at = max(at, mark.end)
    return WORD.search(text, at, end) is not None


def _scanned(text: str, run: Run, marks: list[Mark]) -> list[Mark]:
    """What the events do not show: escapes, bare URLs, and the ``>`` of a quote's next line."""
    words = text[run.start : run.end]
    if run.quoted and "\n" in words:
        marks = _between(QUOTE, "soft", text, run, marks)
    if "://" in words:
        marks = _between(URL, "url", text, run, marks)
    if "\\" in words or "&" in words:
        marks = _between(ESCAPE, "escape", text, run, marks)
    return marks


def _between(
    pattern: re.Pattern[str], kind: str, text: str, run: Run, marks: list[Mark]
) -> list[Mark]:
    """The marks, and the pattern's matches between them."""
    if not pattern.search(text, run.start, run.end):
        return marks  # most runs that have a backslash have it in a formula: no, those match too
    found: list[Mark] = []
    at = run.start
    for mark in [*marks, Mark(run.end, run.end, "")]:
        for match in pattern.finditer(text, at, max(at, mark.start)):
            found.append(Mark(*match.span(), kind))
        found.append(mark)
        at = max(at, mark.end)
    return found[:-1]


def _overlaid(marks: list[Mark], overlays: Sequence[Overlay]) -> list[Mark]:
    """Parser's marks and overlays in order; an overlay inside another slot is part of it."""
    new = [
        Mark(o.start, o.end, o.kind, o.half)
        for o in overlays
        if not any(m.start < o.end and o.start < m.end for m in marks)
    ]
    return sorted(marks + new, key=lambda m: m.start)
