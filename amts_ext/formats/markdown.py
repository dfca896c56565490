"""CommonMark with GFM tables, footnotes and ``$`` math: blocks of prose with exact positions.

pulldown-cmark (through ``pyromark``) parses; this module only walks its events. Dialects add
*overlays*: stretches that the parser must not see are painted over with inert characters of the
same length before it runs, so that all positions stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Overlay:
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


def code_spans(
    text: str, options: pyromark.Options
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where code blocks and code spans stand, without walking the rest."""
    data = encode(text)
    offset = Offsets(data)
    blocks: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for event, span in pyromark.events_with_range(data.decode(), options=options):
        if isinstance(event, str):
            continue
        if "Code" in event:
            spans.append((offset(span["start"]), offset(span["end"])))
        elif "Start" in event and "CodeBlock" in event["Start"]:
            blocks.append((offset(span["start"]), offset(span["end"])))
    return blocks, spans


class _Walker:
    """Collects runs of prose from the events of one text."""

    def __init__(self, text: str, painted: str, options: pyromark.Options) -> None:
        self.runs: list[Run] = []
        self.anchors: list[tuple[int, str]] = []
        self._text = text
        self._data = encode(painted)
        self._offset = Offsets(self._data)
        self._stack: list[str] = []
        self._skipping = False
        self._run: Run | None = None
        self._walk(options)

    def _walk(self, options: pyromark.Options) -> None:
        for event, span in pyromark.events_with_range(self._data.decode(), options=options):
            if self._skipping and not ("End" in event and not isinstance(event, str)):
                continue
            start, end = span["start"], span["end"]
            if isinstance(event, str):
                if event == "HardBreak":
                    self._current(start).hard_break(start, end)
            elif "Text" in event:
                # Most events are text: only where a run starts and ends matters.
                run = self._run or self._current(start)
                run.end = end
            elif "Start" in event:
                self._start(event["Start"], start, end)
            elif "End" in event:
                self._end(event["End"], end)
            elif (name := next(iter(event))) in SINGLES:
                self._current(start).add(start, end, SINGLES[name])
        self._close()

    def _start(self, tag: Any, start: int, end: int) -> None:
        name, value = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if name in INLINE:
            self._current(start).enter(name, value, start, end)
            if name == "Image" and value:
                self.anchors.append((self._offset(start), f"image:{value['dest_url']}"))
            return
        self._close()
        self._stack.append(name)
        if name in SKIPPED:
            self._skipping = True
            start, end = self._offset(start), self._offset(end)
            self.anchors.append((start, f"code:{self._text[start:end].strip()}"))

    def _end(self, tag: Any, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in INLINE:
            assert self._run is not None
            self._run.leave(name, end)
            return
        self._close()
        self._stack.pop()
        self._skipping = False

    def _current(self, start: int) -> Run:
        """The open run, or a new one."""
        if self._run is None:
            kind = next((KINDS[n] for n in reversed(self._stack) if n in KINDS), "paragraph")
            self._run = Run(self._data, kind, start, start, "BlockQuote" in self._stack)
        return self._run

    def _close(self) -> None:
        if self._run is not None:
            self._run.finish(self._offset)
            self.runs.append(self._run)
            self._run = None


Shape = tuple[str, int, int, list[Mark]]


class Markdown:
    """The format ``md``. Dialects override :meth:`overlays` and :meth:`refine`."""

    options = OPTIONS

    def read(self, text: str, name: str = "") -> Document:
        """Blocks and anchors of ``text``; never fails: what is no prose is left alone."""
        overlays = self.overlays(text)
        walker = _Walker(text, paint(text, overlays), self.options)
        kept = [o for o in overlays if o.paint != " "]
        starts = [o.start for o in kept]
        blocks: list[Block] = []
        line, at = 1, 0
        for run in walker.runs:
            marks = run.marks
            if kept:
                inside = kept[bisect_left(starts, run.start) : bisect_left(starts, run.end)]
                marks = _overlaid(marks, inside) if inside else marks
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

    def overlays(self, text: str) -> list[Overlay]:
        """What to hide from the parser, in order, not overlapping."""
        return []

    def refine(self, text: str, marks: list[Mark]) -> list[Mark]:
        """A dialect's last word on the marks of one run."""
        return marks

    def shape(self, text: str, run: Run, marks: list[Mark]) -> Shape:
        """Kind, start, end and marks of the run's block."""
        if _is_figure(run, marks):
            return "caption", marks[0].end, marks[-1].start, marks[1:-1]
        return run.kind, run.start, run.end, marks


def _is_figure(run: Run, marks: Sequence[Mark]) -> bool:
    """Whether the run is one image and nothing else."""
    images = [m for m in marks if m.kind == "image"]
    whole = len(images) == 2 and images[0].half is Half.OPEN
    return whole and (images[0].start, images[1].end) == (run.start, run.end)


def paint(text: str, overlays: Sequence[Overlay]) -> str:
    """``text`` with every overlay covered, character for character."""
    return splice(text, [Edit(o.start, o.end, o.paint * (o.end - o.start)) for o in overlays])


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
    if run.quoted and "\n" in text[run.start : run.end]:
        marks = _between(QUOTE, "soft", text, run, marks)
    if text.find("://", run.start, run.end) >= 0:
        marks = _between(URL, "url", text, run, marks)
    if text.find("\\", run.start, run.end) >= 0 or text.find("&", run.start, run.end) >= 0:
        marks = _between(ESCAPE, "escape", text, run, marks)
    return marks


def _between(
    pattern: re.Pattern[str], kind: str, text: str, run: Run, marks: Sequence[Mark]
) -> list[Mark]:
    """The marks, and the pattern's matches between them."""
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
