"""Lines that are markup as a whole: the openings and ends of boxes, comments, list markers.

>>> text = '!!! note "A title"\\n    Words.\\n'
>>> print(paint(text, marker_lines(text, "md")), end="")
* # ,,,,,,A title,
    Words.

A line without prose is painted blank, so that nothing is joined with it. A title becomes a heading,
and a line that owns what is indented below it becomes a list item: so the parser finds its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.constructs import MARKERS, PROSE_DIRECTIVES, Line, lines
from amts_ext.formats.overlays import Overlay, holds, paint

__all__ = ["definitions", "fences", "line_blocks", "marker_lines", "paint", "pandoc_lists"]

FENCE = re.compile(r"\n(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)$", re.MULTILINE)
DIRECTIVE = re.compile(rf"\{{(?:{PROSE_DIRECTIVES})\}}[ \t]*(?=(?P<title>\S)?)")
OPTIONS = re.compile(r"(?:\n[ \t>]*:[a-z][\w-]*:(?!`)[^\n]*)*")
DEFINITION = {sign: re.compile(rf"{sign}(?=[ \t]+\S)") for sign in ":~"}
"""The sign of a definition, where it begins a line."""
INDENT = re.compile(r"\n[ \t>]{0,6}\Z")
_ROMAN = "(?=[{}])(?:{})".format(
    "ivxlcdm", "m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
)
_COUNT = rf"\d{{1,7}}|\#|@[\w-]{{0,12}}|{_ROMAN}|(?=[IVXLCDM]{{2}}){_ROMAN.upper()}|[a-z]"
LIST_MARKER = rf"(?:{_COUNT})[.)]|[A-Z]\)|\((?:{_COUNT}|[A-Z])\)|[A-Z]\.(?=[ ]{{2}}|\t)"
LIST_ITEM = re.compile(rf"\n[ \t>]*(?P<mark>{LIST_MARKER})(?=[ \t]+\S)")
LINE_BLOCK = re.compile(
    r"(?:(?<=\n\n)|\A)\|(?:[ \t][^\n]*)?(?:\n(?:\|(?:[ \t][^\n]*)?(?![^\n])|[ \t]+[^\n]+))*"
)
BAR = re.compile(r"^\|", re.MULTILINE)
RULE = re.compile(r"\n\|?[ \t]*:?-[-:| \t]*(?:\n|\Z)")


def marker_lines(text: str, dialect: str) -> list[Overlay]:
    """Find the lines of :data:`~amts_ext.formats.constructs.LINES`."""
    found: list[Overlay] = []
    seen: set[int] = set()
    text = f"\n{text}"
    for row in lines(dialect):
        for match in row.pattern.finditer(text) if holds(text, row.hint) else ():
            if match.start("mark") not in seen:
                seen.add(match.start("mark"))
                found += _marker(row, match)
    for row in MARKERS if dialect == "md" else ():
        for match in row.pattern.finditer(text) if holds(text, row.hint) else ():
            start, end = match.span("mark")
            found.append(Overlay(start - 1, end - 1, "marker", anchor=f"line:{match['mark']}"))
    return found


def _marker(row: Line, match: re.Match[str]) -> Iterator[Overlay]:
    """Cover one marker line, but for its title; its match is in the text after a line break."""
    groups = match.groupdict()
    start, end = match.start("mark") - 1, match.end("mark") - 1
    title = groups.get("title")
    opening = "* # " if row.has_body else "# " if title else ""
    anchor = f"line:{groups['mark'].strip()}"
    if not opening:
        yield Overlay(start, end, "", paint=" ", anchor=anchor, half_open=row.half_open)
        return
    middle = start + len(opening)
    yield Overlay(start, middle, "", paint=opening, anchor=anchor)
    if middle < end:
        yield Overlay(middle, end, "marker")
    if groups.get("end"):
        yield Overlay(match.start("end") - 1, match.end("end") - 1, "marker")


class _Open(NamedTuple):
    """A fence that is open: its characters, and what covers its line if its body is prose."""

    fence: str
    overlays: tuple[Overlay, ...] = ()

    def closes(self, fence: str, info: str) -> bool:
        """Return whether a fence ends this one."""
        return not info and fence[0] == self.fence[0] and len(fence) >= len(self.fence)


def fences(text: str) -> Iterator[Overlay]:
    """Find the fences whose body is prose, as MyST's ``{note}``, and the fences that end them.

    >>> [text[o.start : o.end] for text in ("```{note}\\nWords.\\n```\\n",) for o in fences(text)]
    ['```{note}', '```']

    A fence without an end is left as it is: to the parser it is code.
    """
    opened: list[_Open] = []
    for match in FENCE.finditer(f"\n{text}") if "{" in text else ():
        fence, info = match["fence"], match["info"].strip()
        if opened and opened[-1].closes(fence, info):
            covers = opened.pop().overlays
            if covers:
                yield from covers
                yield Overlay(match.start("fence") - 1, match.end() - 1, "", paint=" ")
        elif opened and opened[-1].closes(fence, ""):
            opened[-1] = _Open(opened[-1].fence)  # nested wrongly: this would end it
        elif not opened or opened[-1].overlays:
            directive = DIRECTIVE.match(match["info"].lstrip())
            opened.append(_Open(fence, _opening(text, match, directive) if directive else ()))


def unclosed_fence(text: str) -> int | None:
    """Return the place of a fence that nothing ends, or None.

    >>> unclosed_fence("Words.\\n```python\\nx = 1\\n")
    7
    """
    opened: _Open | None = None
    place = 0
    for match in FENCE.finditer(f"\n{text}"):
        if opened is None:
            opened, place = _Open(match["fence"]), match.start("fence") - 1
        elif opened.closes(match["fence"], match["info"].strip()):
            opened = None
    return None if opened is None else place


def _opening(text: str, match: re.Match[str], directive: re.Match[str]) -> tuple[Overlay, ...]:
    """Cover the line that opens a directive, and its options, but for its title."""
    start, line_end = match.start("fence") - 1, match.end() - 1
    options = OPTIONS.match(text, line_end)
    end = options.end() if options else line_end
    anchor = f"line:{match['fence']}{directive.group().strip()}"
    if not directive["title"]:
        return (Overlay(start, end, "", paint=" ", anchor=anchor),)
    info = match.start("info") - 1 + len(match["info"]) - len(match["info"].lstrip())
    title = info + directive.end()
    covers = [
        Overlay(start, start + 2, "", paint="# ", anchor=anchor),
        Overlay(start + 2, title, "marker"),
        Overlay(line_end, end, "marker"),
    ]
    return tuple([o for o in covers if o.start < o.end])


def definitions(text: str, signs: str = ":~") -> Iterator[Overlay]:
    """Find the ``signs``, colons or tildes, that begin a definition after a line that is the term.

    The sign is painted as a bullet, so that the definition is a block. The parser's own definition
    lists would take a role at a line's start for one.
    """
    for sign in signs:
        for match in DEFINITION[sign].finditer(text) if sign in text else ():
            at = match.start()
            if INDENT.search(text, max(at - 7, 0), at):
                line = text.rindex("\n", 0, at) + 1
                if defines(text, line):
                    yield Overlay(at, at + 1, "", paint="*")


def defines(text: str, start: int) -> bool:
    """Return whether a colon on the line that begins at ``start`` begins a definition.

    It does if it follows a line of text that is no table row.
    """
    before = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start].strip(" \t\r\n>")
    return bool(before) and not before.startswith(("|", "+", ":"))


def pandoc_lists(text: str) -> Iterator[Overlay]:
    """Find the markers of pandoc's lists, ``a.``, ``(1)``, ``#.``, ``(@)``: numbers to the parser.

    A list that begins with 0 does not interrupt a paragraph, as none of pandoc's does.
    """
    for match in LIST_ITEM.finditer(f"\n{text}"):
        size = len(match["mark"])
        if not match["mark"][:-1].isdigit():
            yield Overlay(
                match.start("mark") - 1, match.end() - 1, "", paint=f"{'0' * min(size - 1, 9)}) "
            )


def line_blocks(text: str) -> Iterator[Overlay]:
    """Find the bars of pandoc's line blocks; every line becomes an item to the parser."""
    for block in LINE_BLOCK.finditer(text) if "|" in text else ():
        if not RULE.search(block.group()):
            for bar in BAR.finditer(text, block.start(), block.end()):
                yield Overlay(*bar.span(), "", paint="*")
