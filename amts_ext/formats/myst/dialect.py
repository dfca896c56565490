r"""The format ``myst``: MyST Markdown as MyST-Parser, MyST-NB, Jupyter Book and mystmd read it.

>>> text = ":::{card} On *herons*\nSee {ref}`here <sec-heron>` and {eq}`mean`.\n:::\n"
>>> for block in Myst().read(text).blocks:
...     print(block.line, block.kind, [mark.kind for mark in block.marks])
1 title ['emphasis', 'emphasis']
2 paragraph ['reference', 'reference', 'role']

It is Markdown (:mod:`amts_ext.formats.markdown`) below other overlays: the head of the file, the
directives with their arguments and options, lines of its own, formulas and roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace as replaced
from functools import partial

from msgspec.structs import replace

from amts_ext.formats.base import COMMONMARK, Edit, Notation, splice
from amts_ext.formats.constructs import inline
from amts_ext.formats.enclosures import with_pairs
from amts_ext.formats.formulas import environment_overlays, half_displays, half_environments
from amts_ext.formats.inline import Run
from amts_ext.formats.leftover import in_attributes, in_links
from amts_ext.formats.lines import marker_lines
from amts_ext.formats.markdown import Markdown, Shape, hidden
from amts_ext.formats.myst.doubts import doubts
from amts_ext.formats.myst.fences import Fences
from amts_ext.formats.myst.head_matter import head_matter
from amts_ext.formats.myst.lines import definitions, marked_lines
from amts_ext.formats.myst.slices import DIVIDER
from amts_ext.formats.myst.spans import spans
from amts_ext.formats.myst.table import DirectiveTable
from amts_ext.formats.overlays import Overlay, Spans, covered, disjoint, holds, paint
from amts_ext.formats.scanning import by_hint
from amts_ext.formats.walker import Walker
from amts_ext.model import Document, Doubt, Half, Mark

NOTATION = Notation(
    suspects=re.compile(r"[*_`$\[\]<>|~\\&{@]"),
    special=re.compile(
        rf"{COMMONMARK.special.pattern}|\{{(?=[ ]*[{{#.%]|[\w:+.-]+[=}}])|(?<!\w)@(?=\w)"
    ),
    opener=re.compile(rf"{COMMONMARK.opener.pattern}|\s*(?:%|-(?=-)|\+\+\+|\^\^\^|\([^()\n]+\)=)"),
)
"""CommonMark's notation, and what begins a role, a substitution, attributes or a line of MyST."""
CURLY = {"'": "\u2019", '"': "\u201d"}
"""What a quote in a translation becomes inside a string of YAML with such quotes around it."""
LINE_ENDS = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What ends a line to Python's ``splitlines``, by which the bodies of directives are cut."""


class Myst(Markdown):
    """The format ``myst``. ``declared`` are a book's own directives (:mod:`..table`)."""

    dialect = "myst"
    notation = NOTATION
    fragments = ("github", "docutils")
    scanned = by_hint(inline("myst", False))

    def __init__(self, declared: str = "") -> None:
        self.table = DirectiveTable.of(declared)

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the text with the edits made.

        Quotes in a quoted string of YAML become curly. What docutils reads as a line's end becomes
        a blank, unless the source has one there.
        """
        return splice(document.text, [_fitted(document.text, edit) for edit in edits])

    def doubts(self, text: str) -> list[Doubt]:
        """Return what is not known or broken: directives, roles, options, a head.

        Words in titles of links and in attributes of HTML, which stay as they are, are told too.
        """
        heads, is_broken = head_matter(text, self.table.front_matter)
        fences = Fences(text, self.table, heads)
        found = doubts(text, fences, self.table, is_broken)
        if '"' in text or "'" in text:
            walker = self._parse(text)[1]
            code = Spans([*fences.code, *walker.code])
            found += in_links(text, walker.titled)
            found += in_attributes(text, code, partial(self._begins_prose, text))
        return sorted(found, key=lambda each: each.line)

    def refine(self, text: str, marks: list[Mark]) -> list[Mark]:
        """Return the marks; ``{term}`heron``` will be written as ``{term}`Reiher <heron>```.

        The terms of a glossary are keys, which stay; so a reference can show other words.
        """
        for index, mark in enumerate(marks):
            if mark.kind == "term" and mark.half is Half.CLOSE:
                opened = next(m for m in reversed(marks[:index]) if m.kind == "term")
                key, close = text[opened.end : mark.start], text[mark.start : mark.end]
                marks[index] = replace(mark, content=f" <{' '.join(key.split())}>{close}")
        return marks

    def shapes(self, text: str, run: Run, marks: list[Mark]) -> Iterator[Shape]:
        """Yield the blocks of a run: those between its dividers, or the run as a whole."""
        if not any(mark.kind[:1] == DIVIDER for mark in marks):
            yield from super().shapes(text, run, marks)
            return
        kind, start, held = run.kind, run.start, list[Mark]()
        for mark in [*marks, Mark(run.end, run.end, DIVIDER)]:
            if mark.kind[:1] != DIVIDER:
                held.append(mark)
                continue
            stop = start + len(text[start : mark.start].rstrip())
            if start < stop:
                yield kind, start, stop, held
            kind, start, held = mark.kind[1:], mark.end, []

    def _parse(self, text: str) -> tuple[list[Overlay], Walker]:
        """Find the overlays and walk the text under them."""
        heads, _ = head_matter(text, self.table.front_matter)
        fences = Fences(text, self.table, heads)
        fixed = fences.overlays
        taken = Spans([*fences.code, *((o.start, o.end) for o in fixed)])
        lines = [*marked_lines(text), *marker_lines(text, "myst"), *definitions(text)]
        lines += environment_overlays(text, taken)
        lines = disjoint(o for o in lines if taken.free(o.start, o.end))
        taken = Spans([*taken, *((o.start, o.end) for o in lines)])
        inner = spans(text, self.table, taken)
        outside = Spans([*taken, *inner.code])
        found = disjoint([*inner.overlays, *hidden(text, inline("myst", True), outside)])
        whole = Spans([*outside, *((o.start, o.end) for o in found)])
        found = disjoint([*fixed, *lines, *found, *half_displays(text, whole)])
        if holds(text, "\\begin{"):
            free = covered(found, [*fences.code, *inner.code])
            found = disjoint([*found, *half_environments(text, free)])
        found = with_pairs(text, "myst", found, [*fences.code, *inner.code])
        walker = Walker(text, paint(text, found), self.options)
        own = {o.start + (o.paint[0] == "\n") for o in fixed}
        walker.titles = [title for title in walker.titles if title[0] not in own]
        return found, walker


def _fitted(text: str, edit: Edit) -> Edit:
    """Return the edit as it may stand in the text, with the same length."""
    mark = text[edit.start - 1 : edit.start]
    if mark in CURLY and text[edit.end : edit.end + 1] == mark and mark in edit.text:
        alone = re.compile(rf"(?<![\\{mark}]){mark}(?!{mark})")
        edit = replaced(edit, text=alone.sub(CURLY[mark], edit.text))
    if LINE_ENDS.search(edit.text) and not LINE_ENDS.search(text, edit.start, edit.end):
        edit = replaced(edit, text=LINE_ENDS.sub(" ", edit.text))
    return edit
