"""The head of a file, in YAML, TOML or JSON: its title and description are prose.

>>> text = "---\\ntitle: The mean\\nlayout: post\\n---\\n\\nWords.\\n"
>>> [(value.kind, text[value.start : value.end]) for value in values(text)]
[('title', 'The mean')]

A value is prose if it stands on one line and holds no markup, so that what is put in its place can
be read again. Others stay as they are, and are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.overlays import Overlay

_END = r"(?=[ \t\r]*(?:\n|\Z))"
HEAD = re.compile(
    # YAML, as Jekyll, Hugo and Quarto have it
    rf"---[ \t\r]*\n(?![ \t\r]*\n)(?:[^\n]*\n){{0,200}}?(?:---|\.\.\.){_END}"
    # TOML, as Hugo and Zola have it
    rf"|\+\+\+[ \t\r]*\n(?=[\w.\"-]+[ \t]*=|\[)(?:[^\n]*\n){{1,200}}?\+\+\+{_END}"
    # JSON
    rf"|\{{[ \t\r]*\n[ \t]*\"(?:[^\n]*\n){{1,200}}?\}}{_END}"
)
_TITLES = "title|subtitle|sidebar_label|sidebar_title|nav_title|linkTitle|short_title|pagetitle"
_TEXTS = "description|summary|abstract|excerpt|tagline|lead|caption"
_PLAIN = r"(?![-?:,\[\]{}#&*!|>'\"%@`~])(?:(?!:[ \t\r]|[ \t]\#)[^\n`{}<>$\\])+?(?<![\s:])"
"""A YAML value without quotes."""
VALUE = re.compile(
    rf"^(?:(?P<title>{_TITLES})|{_TEXTS})(?:[ \t]*=[ \t]*(?=[\"'])|:[ \t]+(?![ \t]))"
    r"(?!(?i:true|false|yes|no|null|on|off)[ \t\r]*$)"
    rf"(?:\"(?P<double>[^\"\n`{{}}<>$\\]+)\"|'(?P<single>[^'\n`{{}}<>$\\]+)'|(?P<plain>{_PLAIN}))"
    r"[ \t\r]*$(?!\n[ \t]+\S)",
    re.MULTILINE,
)
SHOWN = re.compile(
    rf"^(?:[ \t]*\")?(?:{_TITLES}|{_TEXTS})\"?[ \t]*[:=](?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*)",
    re.MULTILINE,
)
"""Any value that a page shows."""
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]{3,}")


class Value(NamedTuple):
    """A value that is prose."""

    start: int
    end: int
    kind: str
    """``title`` or ``paragraph``."""


def values(text: str) -> Iterator[Value]:
    """Find the values in the head of a text that are prose."""
    head = HEAD.match(text) if text.startswith(("---", "+++")) else None
    for match in VALUE.finditer(text, 0, head.end()) if head else ():
        group = match.lastgroup or ""
        if LETTER.search(match[group]):
            yield Value(*match.span(group), "title" if match["title"] else "paragraph")


def head(text: str) -> Iterator[Overlay]:
    """Cover the head of a text; as an anchor it is known by all but its prose."""
    found = HEAD.match(text) if text.startswith(("---", "+++", "{")) else None
    if found:
        pieces, at = [], 0
        for start, end, _ in values(text):
            pieces.append(text[at:start])
            at = end
        anchor = "".join([*pieces, text[at : found.end()]])
        yield Overlay(0, found.end(), "", paint=" ", anchor=f"line:{anchor}")


def left(text: str) -> tuple[int, str] | None:
    """Return the place and the beginning of the first value with words that is not read as prose.

    >>> left("---\\ntitle: |\\n  The mean\\n---\\n")
    (15, 'The mean')
    """
    found = HEAD.match(text) if text.startswith(("---", "+++", "{")) else None
    prose = [(value.start, value.end) for value in values(text)]
    for match in SHOWN.finditer(text, 0, found.end()) if found else ():
        start, end = match.span("value")
        word = LETTER.search(text, start, end)
        if word and WORD.search(match["value"]) and not any(start <= a < end for a, _ in prose):
            return word.start(), text[word.start() : end].split("\n")[0].rstrip(" \t\r\",'")
    return None
