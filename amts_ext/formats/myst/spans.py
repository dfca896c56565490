r"""Pieces of a line that MyST reads from left to right: formulas, roles and code.

>>> text = r"Let $x$ be {ref}`the mean <mean>`, and `$y$` code."
>>> found = spans(text, DirectiveTable.of(), Spans([]))
>>> [text[o.start : o.end] for o in found.overlays], [text[slice(*span)] for span in found.code]
(['$x$', '{ref}`', ' <mean>`'], ['`$y$`'])

What begins first goes first, as in MyST-Parser: a dollar sign in code is none, nor is a backquote
in a formula. As there, and unlike in Jupyter, ``$5 and $`` is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from amts_ext.formats.constructs import ANY
from amts_ext.formats.myst.table import DirectiveTable
from amts_ext.formats.overlays import Overlay, Spans
from amts_ext.model import Half

_SPECIAL = re.compile(r"[\\`${<\]]")
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_CODE = re.compile(rf"(`+)(?!`)(?P<inside>{ANY}{{1,2000}}?)(?<!`)\1(?!`)")
_TICKS = re.compile(r"`+")
_ROLE = re.compile(
    rf"\{{(?P<name>[\w+:.-]+)\}}(?P<ticks>`+)(?P<inside>(?!`){ANY}{{1,2000}}?)(?P=ticks)"
)
_NEXT_BLOCK = r"(?:\r?(?:\n|\Z)|\#|\||(?:[*+-]|\d{1,9}[.)])\s)"
_MATH = re.compile(rf"\$(?!\$)(?:[^$\\\n]|\\.|\n(?![ \t>]*{_NEXT_BLOCK}))++\$")
_DISPLAY = re.compile(
    rf"\$\${ANY}*?\$\$(?:[ \t]*(?:\([^()$\r\n]+\)|\{{[^{{}}\n]*\}}))?(?=[ \t\r]*(?:\n|\Z))"
)
_DOUBLE = re.compile(r"\$\$(?:[^$\\\n]|\\.)+\$\$")
_TAG = re.compile(r"<(?:!--.*?-->|/?[A-Za-z][^<>]*>)", re.DOTALL)
_ADDRESS = re.compile(r"\]\([^()\s]*\)")
_TITLE = re.compile(r"(?P<words>[^<]*[^\s<])(?P<rest>\s*<[^<>]*>)", re.DOTALL)
_EXPANSION = re.compile(r".*?\((?P<words>[^()]*\S)(?P<rest>\)\s*)", re.DOTALL)
_BAR = re.compile(r"(?<!\\)\|")


class InlineSpans(NamedTuple):
    """The pieces of a text."""

    overlays: list[Overlay]
    """What covers formulas and roles."""
    code: list[tuple[int, int]]
    roles: list[tuple[int, str]]
    """Start and name of every role."""


def spans(text: str, table: DirectiveTable, taken: Spans) -> InlineSpans:
    """Find the formulas, the roles and the code of a text outside what is taken."""
    found = InlineSpans([], [], [])
    at = 0
    while special := _SPECIAL.search(text, at):
        at = special.start()
        end = taken.end_of(at)
        if end > at:
            at = end
            continue
        sign = text[at]
        match = _match(text, at, sign)
        if match is None or not _fits(text, match, taken):
            at += len(_TICKS.match(text, at).group()) if sign == "`" else 1  # type: ignore[union-attr]
            continue
        if sign == "`":
            found.code.append(match.span())
        elif sign == "$":
            found.overlays.append(Overlay(*match.span(), "math", anchor=_anchor(match)))
        elif sign == "{":
            found.roles.append((at, match["name"]))
            found.overlays.extend(_role(match, table))
        at = match.end()
    return found


def _match(text: str, at: int, sign: str) -> re.Match[str] | None:
    if sign == "\\":
        return _ESCAPE.match(text, at)
    if sign == "`":
        return _CODE.match(text, at)
    if sign == "{":
        return _ROLE.match(text, at)
    if sign == "<":
        return _TAG.match(text, at)
    if sign == "]":
        return _ADDRESS.match(text, at)
    if text.startswith("$$", at):
        begins = not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>-*+.)0123456789")
        return (begins and _DISPLAY.match(text, at)) or _DOUBLE.match(text, at)
    return _MATH.match(text, at)


def _fits(text: str, match: re.Match[str], taken: Spans) -> bool:
    """Return whether a match is clear of what is taken, and of the bars of a table's row."""
    start, end = match.span()
    if not taken.free(start, end):
        return False
    if "|" not in match.group():
        return True
    line = text.rfind("\n", 0, start) + 1
    return not (text[line:start].lstrip(" \t>")[:1] == "|" and _BAR.search(match.group()))


def _anchor(match: re.Match[str]) -> str:
    return f"math:{match.group()}" if match.group().startswith("$$") else ""


def _role(match: re.Match[str], table: DirectiveTable) -> Iterator[Overlay]:
    """Cover a role, but for the prose in it."""
    start, end = match.span()
    word = table.role(match["name"])
    first, last = match.span("inside")
    words: tuple[int, int] | None = None
    kind = "reference"
    if word == "text":
        words, kind = (first, last), "styled"
    elif word == "expansion" and (found := _EXPANSION.fullmatch(match["inside"])):
        words, kind = (first + found.start("words"), first + found.end("words")), "styled"
    elif word in ("title", "term"):
        if found := _TITLE.fullmatch(match["inside"]):
            words = first, first + found.end("words")
        elif word == "term":
            words, kind = (first, last), "term"
    if words is None or match["inside"][0] in "!~":
        yield Overlay(start, end, "role")
    else:
        yield Overlay(start, words[0], kind, Half.OPEN)
        yield Overlay(words[1], end, kind, Half.CLOSE)
