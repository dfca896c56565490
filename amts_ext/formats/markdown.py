"""The format ``md``: CommonMark with GFM tables, footnotes, formulas, and what dialects add.

>>> document = Markdown().read("# The mean\\n\\nLet $x$ be **any** number.\\n")
>>> for block in document.blocks:
...     print(block.line, block.kind, [mark.kind for mark in block.marks])
1 title []
3 paragraph ['math', 'strong', 'strong']

pulldown-cmark (through ``pyromark``) parses the text, :mod:`amts_ext.formats.walker` walks its
events, and this module makes blocks of prose with exact positions. Dialects add overlays
(:mod:`amts_ext.formats.overlays`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from amts_ext.formats.base import DIALECTS, Edit, splice
from amts_ext.formats.constructs import Inline, inline
from amts_ext.formats.enclosures import verbatim, with_pairs
from amts_ext.formats.formulas import environment_overlays, half_environments, jupyter
from amts_ext.formats.halves import half_open, myst
from amts_ext.formats.heads import head, values
from amts_ext.formats.inline import Run
from amts_ext.formats.leftover import (
    drawn,
    in_attributes,
    in_component,
    in_head,
    in_html,
    in_links,
    in_tex,
)
from amts_ext.formats.lines import definitions, fences, marker_lines
from amts_ext.formats.links import find_links, moved_links
from amts_ext.formats.overlays import Overlay, Spans, covered, disjoint, holds, overlaid, paint
from amts_ext.formats.scanning import by_hint, on_lines, roles_joined, scanned
from amts_ext.formats.tables import drawn_tables
from amts_ext.formats.walker import OPTIONS, Walker, code_spans
from amts_ext.model import Block, Document, Doubt, Half, Mark

WORD = re.compile(r"[^\W\d_]")
"""A letter."""
BOM = "\ufeff"
"""The byte order mark."""
Shape = tuple[str, int, int, list[Mark]]
"""Kind, start, end and marks of a block."""


class Markdown:
    """The format ``md``. Dialects override :meth:`lines`, :meth:`overlays`, :meth:`shape`."""

    dialect = "md"
    options = OPTIONS
    notation = DIALECTS
    scanned = by_hint(inline("md", False))
    """The constructs that are looked for in prose, after parsing."""

    def read(self, text: str, name: str = "") -> Document:
        """Find the blocks and anchors of ``text``. Any text can be read."""
        if text.startswith(BOM):
            bare = text.lstrip(BOM)
            by, inner = len(text) - len(bare), self.read(bare, name)
            blocks = tuple(shift(block, by, block.line) for block in inner.blocks)
            anchors = tuple((at + by, a) for at, a in inner.anchors)
            return Document(name, text, blocks, anchors, *moved_links(inner, by))
        overlays, walker = self._parse(text)
        kept = [o for o in overlays if o.kind and o.paint != " "]
        starts = [o.start for o in kept]
        found = list(self._head(text))
        line, at, first = 1, 0, 0
        wanted = [row for row in self.scanned if row[0] in text]
        for run in walker.runs:
            marks = run.marks
            first = bisect_left(starts, run.start, first)
            last = bisect_left(starts, run.end, first)
            if first < last:
                marks = on_lines(text, run, overlaid(marks, kept[first:last]))
            marks = self.refine(text, marks) if marks else marks
            marks = scanned(text, run, marks, wanted)
            for kind, start, end, own in self.shapes(text, run, marks):
                if has_words(text, start, end, own):
                    line += text.count("\n", at, start)
                    at = start
                    found.append(Block(kind, start, end, line, tuple(own)))
        fixed = walker.anchors + [(o.start, o.anchor) for o in overlays if o.anchor]
        prose = ((run.start, run.end) for run in walker.runs)
        links = find_links(text, walker.links, walker.code, prose)
        titles = tuple(walker.titles)
        return Document(name, text, tuple(found), tuple(sorted(fixed)), titles, links)

    def concealed(self, text: str) -> list[Overlay]:
        """Return all that is hidden from the parser, in order: what plain Markdown lacks.

        >>> [(o.kind, o.start, o.end) for o in Markdown().concealed("Let $x$ be.")]
        [('math', 4, 7)]
        """
        return self._parse(text)[0]

    def doubts(self, text: str) -> list[Doubt]:
        """Return what is half open or nested wrongly in a text, and whether it is MyST."""
        overlays, walker = self._parse(text)
        code = Spans(walker.code)
        whole = [o for o in overlays if not o.half_open]
        slots = Spans((o.start, o.end) for o in whole)
        found = list(half_open(text, self.dialect, code, slots))
        found += drawn(text, (o for o in overlays if o.kind == "table"))
        found += in_html(text, walker.html)
        found += in_links(text, walker.titled)
        found += in_attributes(text, code, partial(self._begins_prose, text))
        if self.dialect == "md":
            return [*found, *in_component(text, code), *in_head(text), *myst(text, code)]
        math = Spans((m.start, m.end) for r in walker.runs for m in r.marks if m.kind == "math")
        return [*found, *in_tex(text, code, slots, math)]

    def _begins_prose(self, text: str, at: int) -> bool:
        """Return whether a block begins at a place; the text is read for it."""
        return any(block.start == at for block in self.read(text).blocks)

    def _head(self, text: str) -> Iterator[Block]:
        """Yield the prose in the head of the text."""
        for start, end, kind in values(text) if self.dialect == "md" else ():
            yield Block(kind, start, end, text.count("\n", 0, start) + 1)

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the document's text with the edits made."""
        return splice(document.text, edits)

    def _parse(self, text: str) -> tuple[list[Overlay], Walker]:
        """Find the overlays and walk the text under them.

        The overlays are found first as if the text held no code, so that a text without any is
        parsed once. Else they are found again outside the code, which goes first, as in Jupyter.
        """
        lines = self.lines(text)
        overlays = self.overlays(text, lines, Spans([]))
        if overlays:
            lines, code = self._code(text, lines)
            overlays = self.overlays(text, lines, code)
        return overlays, Walker(text, paint(text, overlays), self.options)

    def _code(self, text: str, lines: list[Overlay]) -> tuple[list[Overlay], Spans]:
        """Find the code under the ``lines``; return the lines outside it, and the code."""
        code = Spans(code_spans(paint(text, lines), self.options))
        if all(code.free(o.start, o.end) for o in lines):
            return lines, code
        lines = [o for o in lines if code.free(o.start, o.end)]
        return lines, Spans(code_spans(paint(text, lines), self.options))

    def lines(self, text: str) -> list[Overlay]:
        """Find the lines that are markup as a whole, and the markers at the beginning of lines.

        They are found wherever they stand, also in code; those in code are dropped later.
        """
        found = [*head(text), *marker_lines(text, "md"), *fences(text), *definitions(text)]
        return disjoint([*found, *verbatim(text), *drawn_tables(text)])

    def overlays(self, text: str, lines: Sequence[Overlay], code: Spans) -> list[Overlay]:
        """Return the ``lines`` and what else to hide from the parser, in order, none in ``code``.

        Here these are LaTeX environments, Jupyter's formulas, and constructs that the parser must
        not see.
        """
        found = [*lines, *environment_overlays(text, code), *jupyter(text, code)]
        if holds(text, "\\begin{"):
            found += half_environments(text, covered(found, code))
        taken = {overlay.start for overlay in lines}
        pieces = hidden(text, inline("md", True), code)
        found = disjoint([*found, *(o for o in pieces if o.start not in taken)])
        return with_pairs(text, "md", found, code)

    def refine(self, text: str, marks: list[Mark]) -> list[Mark]:
        """Return the marks of a run as the dialect sees them: here, with roles."""
        return roles_joined(text, marks)

    def shapes(self, text: str, run: Run, marks: list[Mark]) -> Iterable[Shape]:
        """Return the blocks that a run becomes: here, one."""
        if marks:
            return (self.shape(text, run, marks),)
        return ((run.kind, run.start, run.end, marks),)

    def shape(self, text: str, run: Run, marks: list[Mark]) -> Shape:
        """Return the kind, start, end and marks of the block that a run with marks becomes.

        A run that is one image becomes a ``caption``: the text of the image. The markers around a
        title are no part of it.
        """
        if marks[0].kind == "marker" or marks[-1].kind == "marker":
            return _unmarked(text, run, marks)
        if marks[0].kind == "image" and _is_figure(run, marks):
            last = next(i for i, m in enumerate(marks) if m.kind == "image" and i)
            closes = marks[last].content or text[marks[last].start : marks[last].end]
            if closes.startswith("]["):  # the text is or was the label of an address: both are told
                return "caption", run.start, run.end, marks
            return "caption", marks[0].end, marks[last].start, marks[1:last]
        return run.kind, run.start, run.end, marks


def _unmarked(text: str, run: Run, marks: list[Mark]) -> Shape:
    """Return the shape of a title without the markers around it."""
    start, end = run.start, run.end
    while marks and marks[0].kind == "marker" and marks[0].start == start:
        start = marks.pop(0).end
    while marks and marks[-1].kind == "marker" and marks[-1].end == end:
        end = marks.pop().start
    return run.kind, start, end, marks


def hidden(text: str, rows: Sequence[Inline], code: Spans) -> Iterator[Overlay]:
    """Find the constructs that the parser must not see."""
    for row in rows:
        for match in row.pattern.finditer(text) if holds(text, row.hint) else ():
            if code.free(*match.span()):
                yield Overlay(*match.span(), row.kind)


def _is_figure(run: Run, marks: Sequence[Mark]) -> bool:
    """Return whether a run is one image and nothing else."""
    images = [m for m in marks if m.kind == "image"]
    if len(images) != 2 or images[0].half is not Half.OPEN or images[0].start != run.start:
        return False
    last = marks[-1]
    end = last.start if last.kind == "attributes" else last.end
    return images[1].end == end and last.end == run.end


def shift(block: Block, by: int, line: int) -> Block:
    """Return the block ``by`` characters further on, with another line number."""
    marks = tuple([mark.moved(by) for mark in block.marks])
    return Block(block.kind, block.start + by, block.end + by, line, marks)


def has_words(text: str, start: int, end: int, marks: Sequence[Mark]) -> bool:
    """Return whether ``text[start:end]`` has a letter outside the marks.

    >>> has_words("$x$ + 2", 0, 7, [Mark(0, 3, "math")])
    False
    """
    at = start
    if text[start : start + 1].isalpha() and not (marks and marks[0].start == start):
        return True  # the usual case needs no search
    for mark in marks:
        if WORD.search(text, at, mark.start):
            return True
        at = max(at, mark.end)
    return WORD.search(text, at, end) is not None
