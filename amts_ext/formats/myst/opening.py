r"""What covers a directive that is opened, so that the parser reads what in it is prose.

>>> from amts_ext.formats.myst.table import DirectiveTable
>>> text = ":::{tip} Some\nwords.\n:::\n"
>>> row = DirectiveTable.of().directive("tip")
>>> tip = Directed(0, "tip", row, argument=(9, 13), close=21, last=24)
>>> [text[o.start : o.end] for o in opened(text, tip, Head(13, [], None)).overlays]
[':::{tip} ', ':::']
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.myst import bodies
from amts_ext.formats.myst.heads import Head
from amts_ext.formats.myst.slices import begins_line, border, divided
from amts_ext.formats.myst.table import Directive
from amts_ext.formats.overlays import Overlay


class Directed(NamedTuple):
    """A directive whose name is known."""

    start: int
    name: str
    row: Directive
    argument: tuple[int, int]
    """Start and end of the words after its name."""
    close: int
    """Start of the fence that ends it."""
    last: int
    """End of that fence."""


class Opened(NamedTuple):
    """A directive whose prose is read."""

    start: int
    name: str
    body: int
    """Start of its body; end of the whole, if that is no Markdown."""
    close: int
    """Start of the fence that ends it, if its body is Markdown; else -1."""
    overlays: list[Overlay]


def opened(text: str, found: Directed, top: Head) -> Opened | None:
    """Return what covers a directive; None if it holds no prose."""
    start, name, row, _, close, last = found
    is_deep = not begins_line(text, start)
    if row.body == "body" or (row.body == "terms" and not is_deep):
        overlays = list(_top(text, found, top))
        if row.body == "terms":
            overlays += bodies.terms(text, top.end, close)
        overlays.append(border(text, close, last, f"end:{name}"))
        return Opened(start, name, top.end, close, overlays)
    slices = top.slices
    if row.body in ("csv", "entries"):
        inner = bodies.cells if row.body == "csv" else bodies.entries
        slices = [*slices, *inner(text, min(top.end + 1, close), close)]
    if not slices:
        return None
    return Opened(start, name, last, -1, list(divided(text, start, last, slices)))


def _top(text: str, found: Directed, top: Head) -> Iterator[Overlay]:
    """Cover the head of a directive whose body is Markdown.

    Words on the first line that begin the body, with no options between, stay with it; but not if
    a translation could bring a backquote onto a line with a fence of backquotes.
    """
    start, (first, last) = found.start, found.argument
    paragraph = text[last : found.close].split("\n\n")[0]
    joins = found.row.argument == "first" and first < last and top.options is None
    if joins and not (text[start] == "`" and "`" in paragraph):
        shown = f"\n#{' ' * (first - start - 3)}\n"
        is_deep = not begins_line(text, start)
        kind, shown = ("=paragraph", ",") if is_deep else ("", shown)
        yield Overlay(start, first, kind, paint=shown, anchor=f"markup:{text[start:first]}")
    else:
        yield from divided(text, start, top.end, top.slices)
