"""The d2lbook dialect of Markdown, as rules on top of the parser's events.

d2lbook converts with pandoc after taking its own marks out by line and regular expression
(https://book.d2l.ai/user/markdown.html); the overlays repeat that order: display math, mark lines
and slide marks are hidden first, then Markdown is parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

import pyromark

from amts_ext.formats.inline import Run
from amts_ext.formats.markdown import OPTIONS, Lines, Markdown, Overlay, code_spans
from amts_ext.model import Block, Half, Mark

MARK_LINE = re.compile(
    r"^[ \t]*:(?P<name>label|eqlabel|width|height|begin_tab|end_tab|bibliography)"
    r":(?:`[^`\n]*`)?[^\S\n]*$",
    re.MULTILINE,
)
MATH = re.compile(r"(?<!\\)\$\$(?:(?!\n[ \t]*\n)[^$]|(?<=\\)\$|(?<!\$)\$(?!\$))+?\$\$")
TABLE_MATH = re.compile(r"(?<![\\$])\$(?![\s$])(?:[^$\n\\]|\\.)*?(?<!\s)\$(?!\d)")
TABLE_LINE = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
SLIDE = re.compile(
    r"\[\*\*(?=.+?\*\*\])|\(\*\*(?=.+?\*\*\))|\[~~(?=.+?~~\])|\(~~(?=.+?~~\))", re.DOTALL
)
CLOSER = {"[**": "**]", "(**": "**)", "[~~": "~~]", "(~~": "~~)"}
ROLE = re.compile(r":[A-Za-z][\w:+.-]*:\Z")
CAPTION = re.compile(r"^:(?![A-Za-z][\w+.-]*:)(?=[ \t]*\S)", re.MULTILINE)
"""pandoc's table caption: a paragraph that starts with a colon."""


class D2l(Markdown):
    """The format ``d2l``."""

    options = OPTIONS | pyromark.Options.ENABLE_HEADING_ATTRIBUTES

    def overlays(self, text: str) -> list[Overlay]:
        fences, spans = code_spans(text, self.options)
        taken = _Taken(fences + spans)
        found: list[Overlay] = []

        def take(start: int, end: int, **values: str | Half) -> None:
            if taken.free(start, end):
                found.append(Overlay(start, end, **values))  # type: ignore[arg-type]

        outside = _Taken(fences)
        for match in MARK_LINE.finditer(text):
            if outside.free(*match.span()):
                anchor = match.group().strip()
                found.append(Overlay(*match.span(), match["name"], paint=" ", anchor=anchor))
        for match in CAPTION.finditer(text):
            take(*match.span(), kind="caption", paint=" ")
        if "$$" in text:
            for match in MATH.finditer(text):
                take(*match.span(), kind="math", anchor=f"math:{match.group()}")
        for line in TABLE_LINE.finditer(text):
            for match in TABLE_MATH.finditer(text, *line.span()):
                take(*match.span(), kind="math")
        math = _Taken([(o.start, o.end) for o in found if o.kind == "math"])
        for match in SLIDE.finditer(text):
            close = text.index(CLOSER[match.group()], match.end())
            ends = (match.span(), (close, close + 3))
            is_link = text.startswith("](", close + 2)
            if not is_link and all(math.free(*e) and taken.free(*e) for e in ends):
                take(*match.span(), kind="slide", half=Half.OPEN)
                take(close, close + 3, kind="slide", half=Half.CLOSE)
        return _disjoint(found)

    def refine(self, text: str, marks: list[Mark]) -> list[Mark]:
        """Join ``:name:`` and the code span after it to one role; leave slide halves paired."""
        refined = []
        floor = 0
        for mark in marks:
            if mark.kind == "code" and text[mark.start - 1 : mark.start] == ":":
                role = ROLE.search(text, max(floor, mark.start - 40), mark.start)
                if role:
                    mark = Mark(role.start(), mark.end, "role")
            refined.append(mark)
            floor = mark.end
        return refined

    def block(self, text: str, run: Run, marks: list[Mark], line: Lines) -> Block | None:
        found = super().block(text, run, marks, line)
        start = text.rfind("\n", 0, run.start) + 1
        if (
            found is not None
            and CAPTION.match(text, start)
            and not text[start + 1 : run.start].strip()
        ):
            return replace(found, kind="caption")
        return found


class _Taken:
    """Stretches that are spoken for."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [s for s, _ in self._spans]

    def free(self, start: int, end: int) -> bool:
        index = bisect_right(self._starts, start)
        before = index == 0 or self._spans[index - 1][1] <= start
        return before and (index == len(self._spans) or self._starts[index] >= end)


def _disjoint(overlays: list[Overlay]) -> list[Overlay]:
    """In order of position; of two that overlap the first stays."""
    kept: list[Overlay] = []
    for overlay in sorted(overlays, key=lambda o: (o.start, -o.end)):
        if not kept or kept[-1].end <= overlay.start:
            kept.append(overlay)
    return kept
