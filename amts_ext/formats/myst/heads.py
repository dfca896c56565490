r"""The head of a directive: its first line and its options, and the prose in them.

>>> from amts_ext.formats.myst.table import DirectiveTable
>>> text = ":::{card} A title\n:link: a.md\n:footer: Some words\nThe body.\n:::\n"
>>> found = head(text, 10, 17, 17, len(text) - 5, DirectiveTable.of().directive("card"))
>>> [text[s.start : s.end] for s in found.slices], text[: found.end].count("\n")
(['A title', 'Some words'], 2)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.myst.bodies import cells
from amts_ext.formats.myst.slices import Slice
from amts_ext.formats.myst.table import Directive
from amts_ext.formats.myst.yaml_prose import prose, quoted

OPTION = re.compile(
    r"\n[ \t>]*:(?!::)(?P<key>[^\s:][^:\n]*|):?(?P<value>(?:[ \t][^\n]*)?)(?![^\n])"
)
_YAML = re.compile(r"\n[ \t>]*---[^\n]*(?=\n|\Z)")
_YAML_END = re.compile(r"\n[ \t>]*---[^\n]*")
_COMMENT = re.compile(r"[ \t]+#")
_NO_STRING = re.compile(r":(?:\s|$)")
"""What makes a value a mapping to YAML."""


class Head(NamedTuple):
    """The head of one directive."""

    end: int
    """End of its last line."""
    slices: list[Slice]
    options: tuple[int, int] | None
    """Start and end of the options; None without any."""
    is_broken: bool = False
    """True if its options are no YAML."""


def head(text: str, start: int, last: int, end: int, limit: int, row: Directive) -> Head:
    """Read the head of a directive whose argument is ``text[start:last]``.

    Its first line ends at ``end``, its body at ``limit``.
    """
    slices = list(_argument(text, start, last, row))
    wanted = tuple(row.options)
    if opened := _YAML.match(text, end, limit):
        closed = _YAML_END.search(text, opened.end(), limit)
        if closed is None:
            return Head(end, slices, None, is_broken=True)
        options = opened.end(), closed.start()
        found = prose(text, *options, wanted, "caption") if wanted else []
        for piece in found or []:
            slices += cells(text, *piece[:2]) if row.body == "csv" else [piece]
        return Head(closed.end(), slices, options, found is None)
    at = end
    while option := OPTION.match(text, at, limit):
        at = option.end()
        if option["key"] in wanted:
            in_cells = row.body == "csv" and option["key"] == "header"
            slices += (_cells if in_cells else _value)(text, *option.span("value"))
    return Head(at, slices, (end, at) if at > end else None)


def _argument(text: str, start: int, end: int, row: Directive) -> Iterator[Slice]:
    """Yield the part of the first line that is prose."""
    if row.argument == "rest":
        first = re.compile(r"\S+[ \t]*").match(text, start, end)
        start = first.end() if first else end
    if row.argument and start < end:
        yield Slice(start, end, "paragraph" if row.argument in ("first", "rest") else "title")


def _value(text: str, start: int, end: int) -> Iterator[Slice]:
    """Yield the value of an option, without its quotes and up to a comment."""
    words = text[start:end].strip()
    start = text.index(words, start) if words else end
    end = start + len(words)
    if words[:1] in ("'", '"') and len(words) > 1:
        if words[-1] == words[0]:
            yield from quoted(text, start, end, "caption")
    elif words and words[0] not in "|>[{&*!%@#" and not _NO_STRING.search(words):
        cut = _COMMENT.search(text, start, end)
        yield Slice(start, cut.start() if cut else end, "caption")


def _cells(text: str, start: int, end: int) -> Iterator[Slice]:
    """Yield the cells in the value of an option."""
    cut = _COMMENT.search(text, start, end)
    yield from cells(text, start, cut.start() if cut else end)
