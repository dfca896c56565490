"""Checks of facts: the rules of :mod:`amts_ext.facts`, by which a build rejects answers too."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from amts_ext.checks.base import UNMARKED, Context, Finding, Kind, Side
from amts_ext.facts import doubt
from amts_ext.facts.letters import changed_letters
from amts_ext.facts.numbers import changed_numbers
from amts_ext.facts.signs import changed_signs
from amts_ext.languages.scripts import is_latin

OF_STYLE = frozenset({"colon"})
"""Marks that a person may set otherwise in a short text."""
_BRACKET = regex.compile(r"[（(]")
_GLOSS = regex.compile(r"\s*[（(][^（）()]*\p{Latin}[^（）()]*[)）]")
"""Brackets with Latin letters."""


def numbers(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find numbers that one side has and the other has neither in digits nor in words.

    >>> from amts_ext.languages.profiles import load
    >>> chinese = Context("en", load("zh"))
    >>> list(numbers(Side(("It has 3 layers.",)), Side(("它有三层。",)), chinese))
    []
    """
    for fault in changed_numbers(source, target, context.languages):
        yield Finding(Kind.NUMBERS, fault)


def signs(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find signs, units and brackets around numbers that the target has lost."""
    for fault in changed_signs(source, target, context.languages):
        yield Finding(Kind.SIGNS, fault)


def letters(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find letters and names from elsewhere that the target has lost."""
    for fault in changed_letters(source, target, context.languages):
        yield Finding(Kind.LETTERS, fault)


def short(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a title, caption or cell that gains or loses a mark, or says much more.

    The original in brackets behind a translation, as in 均值（mean）, is no fault, nor is a colon
    that a person sets: 实战：预测房价. In short texts of other kinds than these, marks are free.
    """
    if source.block and source.block not in UNMARKED:
        return
    said = target.parts
    if not is_latin(context.target) and not _BRACKET.search(source.text):
        said = tuple(_GLOSS.sub("", p) if isinstance(p, str) else p for p in said)
    if fault := doubt(source.parts, said, context.target, OF_STYLE if target.by_person else ()):
        yield Finding(Kind.SHORT, fault)
