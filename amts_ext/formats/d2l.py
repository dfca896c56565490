"""The d2lbook dialect of Markdown: roles, labels, captions, slide marks, and pandoc's notations.

>>> document = D2l().read("See :numref:`fig_mean` and [**run**] it.\\n:label:`sec_mean`\\n")
>>> [mark.kind for mark in document.blocks[0].marks]
['role', 'slide', 'slide']
>>> document.anchors
((41, ':label:`sec_mean`'),)

d2lbook takes its own marks out by line and regular expression, and then converts with pandoc
(https://book.d2l.ai/user/markdown.html). This module keeps that order: overlays hide display math,
mark lines and slide marks, and then Markdown is parsed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain

import pyromark

from amts_ext.formats.base import COMMONMARK, Notation
from amts_ext.formats.constructs import inline
from amts_ext.formats.enclosures import with_pairs
from amts_ext.formats.formulas import environment_overlays, half_displays, half_environments
from amts_ext.formats.inline import Run
from amts_ext.formats.lines import (
    LIST_MARKER,
    defines,
    definitions,
    line_blocks,
    marker_lines,
    pandoc_lists,
)
from amts_ext.formats.mark_lines import MARK_LINE, mistyped_marks
from amts_ext.formats.markdown import Markdown, Shape, hidden
from amts_ext.formats.overlays import Overlay, Spans, covered, disjoint, holds, paint
from amts_ext.formats.scanning import by_hint
from amts_ext.formats.tables import drawn_tables
from amts_ext.formats.walker import OPTIONS, Walker
from amts_ext.model import Doubt, Half, Mark

MATH = re.compile(r"\$\$(?:[^$\n]++|\$(?!\$)|(?<=\\)\$(?=\$)|\n(?![ \t]*\n))+?\$\$")
"""Display math. No two branches match the same character in the same place: if two did, the time
for a formula that is not closed would double with every such character."""
TABLE_MATH = re.compile(r"(?<![\\$])\$(?![\s$])(?:[^$\n\\]|\\.)*?(?<!\s)\$(?!\d)")
"""A formula in a table row."""
TABLE_LINE = re.compile(r"\n[ \t]*\|.*")
"""A table row that starts with a bar, with the line break before it."""
CLOSER = {"[**": "**]", "(**": "**)", "[~~": "~~]", "(~~": "~~)"}
"""Slide marks: every opening half and its closing half."""
_MARKER = r"[!?=:]{3}|\[!|\([A-Za-z][^()\n]*\)="
MAY_BE_LINE = re.compile(rf"(?=\W|\w{{1,12}}[.)])(?:{_MARKER}|\|\s|(?:{LIST_MARKER})\s)")
MAY_HOLD_LINE = re.compile(rf"\n[ \t>]*(?:{_MARKER})")
"""The beginning of a run, and a line in it, that may be markup as a whole. They are looked for in
prose, of which there is less than of code."""
_COLON = r":(?![A-Za-z][\w+.-]*:)[ \t]*+"
CAPTION = re.compile(rf"\n({_COLON})(?=\S)")
TABLE_CAPTION = re.compile(rf"(?:(?<=\A\n)|(?<=\n\n))([Tt]able{_COLON})(?=\S)")
"""The mark of pandoc's table caption, ``:`` or ``Table:``: it starts a paragraph, or, the colon, a
line after a table."""
ATTRIBUTES = re.compile(r"\{(?<=[^`][)\]`]\{) *(?:[#.=][A-Za-z]|[A-Za-z][\w-]*=)[^{}\n]*\}")
"""pandoc's attributes of an image, a link or a code span (not of a code fence)."""
TABLE_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`|\n]*\|[^`\n]*(?<!`)\1(?!`)")
"""A code span with a bar, in a table row; GFM would end the cell at the bar."""


_NUMBER = r"\d+|\#|@[\w-]*|[ivxlcdm]+|[IVXLCDM]{2,}|[a-z]"
PANDOC = Notation(
    suspects=re.compile(r"[*_`$\[\]<>|~\\&^@{]"),
    special=re.compile(
        COMMONMARK.special.pattern + r"|\^|(?<!\w)@(?=[\w{])|\{(?=[ ]*[#.:]|[\w-]+=)"
    ),
    opener=re.compile(
        rf"{COMMONMARK.opener.pattern}|[\s\ufeff]*(?:%|[Tt]able:"
        rf"|(?:(?:{_NUMBER})[.)]|[A-Z]\)|\((?:{_NUMBER}|[A-Z])\)|[A-Z]\.(?=\s\s|\t|$))(?=\s|$))"
    ),
)
"""pandoc's notation (https://pandoc.org/MANUAL.html). To CommonMark's it adds superscripts and
citations, and, at the beginning of a text, title blocks (``%``), table captions (``Table:``) and
lists that count with letters, Roman numerals, ``#`` or ``@`` ("fancy_lists", "example_lists"). A
single capital with a full stop may be an initial: it starts a list only before two blanks."""


class D2l(Markdown):
    """The format ``d2l``."""

    dialect = "pandoc"
    notation = PANDOC
    fragments = ("docutils",)
    options = (
        OPTIONS | pyromark.Options.ENABLE_MATH | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    )
    scanned = by_hint(inline("pandoc", False))

    def _parse(self, text: str) -> tuple[list[Overlay], Walker]:
        """Find the overlays and walk the text under them.

        What begins first goes first, code or formula, as in pandoc. The text is parsed as if it
        held neither code nor marker lines, and again if it does.
        """
        lines: list[Overlay] = []
        overlays = self.overlays(text, lines, Spans([]))
        walker = Walker(text, paint(text, overlays), self.options)
        if _may_have_lines(text, walker.runs):
            lines = _outside(self.lines(text), Spans(walker.code))
            overlays = self.overlays(text, lines, Spans([]))
            walker = Walker(text, paint(text, overlays), self.options)
        if walker.code and len(_outside(overlays, Spans(walker.code))) < len(overlays):
            lines, code = self._code(text, lines)
            overlays = self.overlays(text, lines, code)
            walker = Walker(text, paint(text, overlays), self.options)
        return overlays, walker

    def doubts(self, text: str) -> list[Doubt]:
        """Return what is half open or nested wrongly, and mark lines with a slip."""
        return [*super().doubts(text), *mistyped_marks(text)]

    def lines(self, text: str) -> list[Overlay]:
        """Find the lines that are markup, and the markers of pandoc's lists and line blocks."""
        return disjoint([*marker_lines(text, "pandoc"), *pandoc_lists(text), *line_blocks(text)])

    def overlays(self, text: str, lines: Sequence[Overlay], code: Spans) -> list[Overlay]:
        """Find what d2lbook takes out before parsing and what only pandoc reads, outside code."""
        found = [*lines, *environment_overlays(text, code, True), *_mark_lines(text, code)]
        found += hidden(text, inline("pandoc", True), code)
        rows = _table_rows(text)
        found += (o for o in _pandoc(text, rows) if code.free(o.start, o.end))
        math = [
            Overlay(*m.span(), "math", anchor=f"math:{m.group()}")
            for m in _math(text, rows)
            if code.free(*m.span())
        ]
        taken = Spans([*code, *((o.start, o.end) for o in math)])
        found += math
        found += half_displays(text, taken)
        if holds(text, "\\begin{"):
            found += half_environments(text, covered(found, code))
        found += _slides(text, taken)
        return with_pairs(text, "pandoc", disjoint(found), code)

    def shape(self, text: str, run: Run, marks: list[Mark]) -> Shape:
        """Return the block's shape; a paragraph after a caption's colon is a ``caption``."""
        kind, start, end, marks = super().shape(text, run, marks)
        if marks and marks[0].kind == "caption":
            return "caption", marks[0].end, end, marks[1:]
        if marks and marks[0].start < start:
            start = marks[0].start  # a role whose first colon belongs to a footnote's label
        return kind, start, end, marks


def _may_have_lines(text: str, runs: Sequence[Run]) -> bool:
    """Return whether any run may hold a line that is markup as a whole."""
    begins, holds = MAY_BE_LINE.match, MAY_HOLD_LINE.search
    return any(begins(text, run.start) or holds(text, run.start, run.end) for run in runs)


def _outside(overlays: list[Overlay], code: Spans) -> list[Overlay]:
    """Return the overlays that do not fall on code."""
    return [o for o in overlays if code.free(o.start, o.end)]


def _mark_lines(text: str, code: Spans) -> Iterator[Overlay]:
    """Find d2lbook's own lines, and the colons that make a paragraph a table's caption."""
    for match in MARK_LINE.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if not text[start : match.start()].strip() and code.free(start, match.end()):
            yield Overlay(start, match.end(), match[1], paint=" ", anchor=match.group().strip())
    # A pattern for a line's start begins with the line break before it, which is found fast.
    lines = "\n" + text
    tables = TABLE_CAPTION.finditer(lines) if "able:" in text else ()
    for match in chain(CAPTION.finditer(lines), tables):
        start, end = match.start(1) - 1, match.end(1) - 1
        if not code.free(start, end):
            continue
        if not defines(text, start):
            # The blanks are covered too: four of them would make indented code.
            yield Overlay(start, end, "caption")
        elif end > start + 1:
            # The colon of a definition is painted as a bullet, so that the definition is a block.
            # The parser's own definition lists would take a role at a line's start for one.
            yield Overlay(start, start + 1, "", paint="*")


def _pandoc(text: str, rows: Sequence[tuple[int, int]]) -> Iterator[Overlay]:
    """Find what pandoc reads and CommonMark does not: tables, attributes, code in table rows."""
    yield from drawn_tables(text)
    yield from definitions(text, "~")
    for match in ATTRIBUTES.finditer(text):
        yield Overlay(*match.span(), "attributes")
    for row in rows:
        for match in TABLE_CODE.finditer(text, *row):
            yield Overlay(*match.span(), "code")


def _table_rows(text: str) -> list[tuple[int, int]]:
    """Find the lines that start with a bar, as ranges of characters."""
    if "|" not in text:
        return []
    return [(row.start(), row.end() - 1) for row in TABLE_LINE.finditer("\n" + text)]


def _math(text: str, rows: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Find display math, and formulas in table rows, which GFM would cut at a bar."""
    yield from (m for m in MATH.finditer(text) if text[m.start() - 1 : m.start()] != "\\")
    for row in rows:
        yield from TABLE_MATH.finditer(text, *row)


def _slides(text: str, taken: Spans) -> Iterator[Overlay]:
    """Find the slide marks that have both halves.

    ``[**text**](url)`` is a link and no slide mark, as in d2lbook's ``slides.py``.
    """
    for opener, closer in CLOSER.items():
        if not holds(text, closer):
            continue
        starts = [at for at in _find_all(text, opener) if taken.free(at, at + 3)]
        unused = 0
        for close in _find_all(text, closer):
            open_at = bisect_right(starts, close - 3) - 1
            is_link = closer[-1] == "]" and text.startswith("(", close + 3)
            if open_at >= unused and taken.free(close, close + 3):
                unused = open_at + 1
                if not is_link:
                    start = starts[open_at]
                    yield Overlay(start, start + 3, "slide", Half.OPEN)
                    yield Overlay(close, close + 3, "slide", Half.CLOSE)


def _find_all(text: str, piece: str) -> Iterator[int]:
    """Find every place of ``piece`` in ``text``."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + len(piece))
