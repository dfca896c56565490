"""CommonMark with GFM tables, footnotes and ``$`` math: blocks of prose with exact positions.

pulldown-cmark (through ``pyromark``) parses; this module only walks its events. Dialects add
*overlays*: stretches that the parser must not see are painted over with inert characters of the
same length before it runs, so that all positions stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
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


Event = tuple[str, Any, int, int, bool | None]
"""Name, value, start, end (in characters), and whether it opens, closes, or stands alone."""


def events(text: str, options: pyromark.Options) -> Iterator[Event]:
    """The parser's events in one flat shape."""
    offset = Offsets(text)
    safe = text if text.isascii() else text.encode("utf-8", "replace").decode()
    for event, span in pyromark.events_with_range(safe, options=options):
        start, end = offset(span["start"]), offset(span["end"])
        if isinstance(event, str):
            yield event, None, start, end, None
            continue
        name: str
        value: Any
        ((name, value),) = event.items()
        if name == "Start" or name == "End":
            opens = name == "Start"
            if isinstance(value, dict):
                ((name, value),) = value.items()
            else:
                name, value = value, None
            yield name, value, start, end, opens
        else:
            yield name, value, start, end, None


def code_spans(
    text: str, options: pyromark.Options
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where code blocks and code spans stand, without walking the rest."""
    offset = Offsets(text)
    safe = text if text.isascii() else text.encode("utf-8", "replace").decode()
    blocks: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for event, span in pyromark.events_with_range(safe, options=options):
        if isinstance(event, str):
            continue
        if "Code" in event:
            spans.append((offset(span["start"]), offset(span["end"])))
        elif "Start" in event and "CodeBlock" in event["Start"]:
            blocks.append((offset(span["start"]), offset(span["end"])))
    return blocks, spans


class Lines:
    """Character positions as 1-based line numbers."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def __call__(self, position: int) -> int:
        return bisect_right(self._starts, position)


class _Walker:
    """Collects runs of prose from the events of one text."""

    def __init__(self, text: str, painted: str) -> None:
        self.text = text
        self.painted = painted
        self.runs: list[Run] = []
        self.anchors: list[tuple[int, str]] = []
        self._stack: list[str] = []
        self._run: Run | None = None

    def walk(self, stream: Iterable[Event]) -> None:
        for name, value, start, end, opens in stream:
            if opens is None:
                self._alone(name, value, start, end)
            elif name in INLINE:
                self._inline(name, value, start, end, opens)
            elif opens:
                self._close()
                self._stack.append(name)
                if name in SKIPPED:
                    self.anchors.append((start, f"code:{self.text[start:end].strip()}"))
            else:
                self._close()
                self._stack.pop()
        self._close()

    def _alone(self, name: str, value: Any, start: int, end: int) -> None:
        if name in ("Rule", "TaskListMarker", "Html") or self._stack[-1] in SKIPPED:
            return
        run = self._open(start)
        run.at(start)
        if name == "Text":
            run.add_text(start, end, value)
        elif name in SINGLES:
            run.add(start, end, SINGLES[name])
        elif name in ("SoftBreak", "HardBreak"):
            run.line_break(start, "soft" if name == "SoftBreak" else "break")
        run.end = max(run.end, end)

    def _inline(self, name: str, value: Any, start: int, end: int, opens: bool) -> None:
        run = self._open(start)
        if opens:
            run.at(start)
            run.enter(name, value, start, end)
            if name == "Image" and value:
                self.anchors.append((start, f"image:{value['dest_url']}"))
        else:
            run.leave(name, end)
            run.end = max(run.end, end)

    def _open(self, start: int) -> Run:
        if self._run is None:
            kind = next((KINDS[n] for n in reversed(self._stack) if n in KINDS), "paragraph")
            self._run = Run(self.painted, kind, start, start)
        return self._run

    def _close(self) -> None:
        if self._run is not None:
            self.runs.append(self._run)
            self._run = None


class Markdown:
    """The format ``md``. Dialects override :meth:`overlays` and :meth:`refine`."""

    options = OPTIONS

    def read(self, text: str, name: str = "") -> Document:
        """Blocks and anchors of ``text``; never fails: what is no prose is left alone."""
        overlays = self.overlays(text)
        painted = paint(text, overlays)
        walker = _Walker(text, painted)
        walker.walk(events(painted, self.options))
        kept = [o for o in overlays if o.paint != " "]
        starts = [o.start for o in kept]
        line = Lines(text)
        blocks = []
        for run in walker.runs:
            inside = kept[bisect_left(starts, run.start) : bisect_left(starts, run.end)]
            marks = self.refine(text, _overlaid(run.marks, inside))
            if text.find("://", run.start, run.end) >= 0:
                marks = _with_urls(text, run, marks)
            block = self.block(text, run, marks, line)
            if block is not None:
                blocks.append(block)
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

    def block(self, text: str, run: Run, marks: list[Mark], line: Lines) -> Block | None:
        """The block of one run; None where it holds no prose."""
        start, end, kind = run.start, run.end, run.kind
        if _is_figure(run, marks):
            kind, start, end, marks = "caption", marks[0].end, marks[-1].start, marks[1:-1]
        if not has_words(text, start, end, marks):
            return None
        return Block(kind, start, end, line(start), tuple(marks))


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


def _with_urls(text: str, run: Run, marks: Sequence[Mark]) -> list[Mark]:
    """Bare URLs in the text become slots (GFM spec 0.29, "autolinks (extension)")."""
    found: list[Mark] = []
    at = run.start
    for mark in [*marks, Mark(run.end, run.end, "")]:
        for match in URL.finditer(text, at, max(at, mark.start)):
            found.append(Mark(*match.span(), "url"))
        found.append(mark)
        at = max(at, mark.end)
    return found[:-1]


def _overlaid(marks: list[Mark], overlays: Sequence[Overlay]) -> list[Mark]:
    """Parser's marks and overlays in order; an overlay inside another slot is part of it."""
    if not overlays:
        return marks
    new = [
        Mark(o.start, o.end, o.kind, o.half)
        for o in overlays
        if not any(m.start < o.end and o.start < m.end for m in marks)
    ]
    return sorted(marks + new, key=lambda m: m.start)
