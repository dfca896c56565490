r"""Bodies of directives that are no Markdown, but hold prose: tables of values, lists of documents.

>>> text = '"A heron", 12\nAn egret, 3\n'
>>> [text[s.start : s.end] for s in cells(text, 0, len(text))]
['A heron', '12', 'An egret', '3']
>>> text = "intro\nThe mean <mean>\n"
>>> [text[s.start : s.end] for s in entries(text, 0, len(text))]
['The mean']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from amts_ext.formats.myst.slices import Slice
from amts_ext.formats.overlays import Overlay

_CELL = re.compile(
    r"[ \t>]*(?P<cell>\"(?:[^\"\n\\]|\"\")*\"|[^\",\n]*?)[ \t\r]*(?P<end>,|\n|\Z)", re.DOTALL
)
_ENTRY = re.compile(r"^[ \t>]*(?P<title>[^<>\s][^<>\n]*?)[ \t]*<[^<>\n]+>[ \t\r]*$", re.MULTILINE)
_TERM = re.compile(r"^(?P<term>[^\s:%`~+(][^\n]*)$", re.MULTILINE)


def cells(text: str, start: int, end: int) -> list[Slice]:
    """Find the cells of a table of values in ``text[start:end]``; none if it is irregular."""
    found: list[Slice] = []
    at = start
    while at < end:
        match = _CELL.match(text, at, end)
        if match is None:
            return []
        first, last = match.span("cell")
        if match["cell"].startswith('"'):
            doubled = tuple(
                [m.span() for m in re.compile('""').finditer(text, first + 1, last - 1)]
            )
            found.append(Slice(first + 1, last - 1, "cell", doubled))
        elif first < last:
            found.append(Slice(first, last, "cell"))
        at = max(match.end(), at + 1)
    return [s for s in found if s.start < s.end]


def entries(text: str, start: int, end: int) -> list[Slice]:
    """Find the titles in a list of documents, ``The mean <mean>``."""
    return [Slice(*m.span("title"), "title") for m in _ENTRY.finditer(text, start, end)]


def terms(text: str, start: int, end: int) -> Iterator[Overlay]:
    """Cover the terms of a glossary, whose definitions are indented below them.

    >>> text = "mean\\n    The sum, divided.\\n"
    >>> [(text[o.start : o.end], o.paint) for o in terms(text, 0, len(text))]
    [('mean', '- ')]

    To the parser a term is the bullet of a list, so that its definition is no code.
    """
    for match in _TERM.finditer(text, start, end):
        yield Overlay(*match.span(), "", paint="- ", anchor=f"term:{match['term'].strip()}")
