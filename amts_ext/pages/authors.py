"""Authors of the sentences on a page, and how a page shows them.

A theme styles sentences by the classes of :class:`Author`. The *colour layer* of this module is on
if ``[amts] colours = yes``, and for one visit if an address ends in ``#amts-colours``.
"""

from __future__ import annotations

from enum import StrEnum

from amts_ext.pages.improve import STYLE
from amts_ext.text.outcome import Outcome, Status

LAYER = "amts-colours"
"""The id of the style, by which an address switches the colour layer on."""


class Author(StrEnum):
    """The one who wrote a sentence as a page shows it.

    >>> Author.MACHINE.css
    'amts-machine'
    """

    HUMAN = "human"
    """A human translator."""
    OLDER = "older"
    """A human translator, of an earlier version of the source: the sentence needs a reader."""
    MACHINE = "machine"
    """A machine; nobody has read the sentence."""
    DRAFT = "draft"
    """A machine that makes drafts only; every one needs a reader."""
    UNTRANSLATED = "untranslated"
    """The author of the source: the sentence is still in the source language."""

    @property
    def css(self) -> str:
        """The class of its sentences in a page."""
        return f"amts-{self}"


def author_of(outcome: Outcome, made_drafts: bool = False) -> Author:
    """Return the author of a sentence; ``made_drafts``: a machine's are drafts.

    >>> from amts_ext.model import Segment
    >>> author_of(Outcome(Segment(("A heron.",), 0, 8, 1, 0), Status.MEMORY, ("Ein Reiher.",)))
    <Author.MACHINE: 'machine'>
    """
    if outcome.status in (Status.MACHINE, Status.MEMORY):
        return Author.DRAFT if made_drafts else Author.MACHINE
    if outcome.status is not Status.HUMAN:
        return Author.UNTRANSLATED
    return Author.OLDER if outcome.reason else Author.HUMAN


_COLOURS = {
    Author.HUMAN: ("46 125 50", "solid"),
    Author.OLDER: ("121 85 72", "groove"),
    Author.MACHINE: ("21 101 192", "dashed"),
    Author.DRAFT: ("142 36 170", "double"),
    Author.UNTRANSLATED: ("178 106 0", "dotted"),
}
"""The colour of each author, and a line under the sentence for those who do not see colours."""


_WIDTHS = {"double": 3, "groove": 4}
"""Widths of lines, in pixels, that are wider than others to be seen."""


def style(colours: bool, linked: bool = False) -> str:
    """Return the style element of a page; ``colours``: with the colour layer switched on.

    ``linked``: its sentences have links to a preview.

    Sentences that are not translated are always underlined with dots. A layer that is off is in the
    page too: ``html:has(#amts-colours:target)`` is true if the address ends in ``#amts-colours``.
    """
    on = "html" if colours else f"html:has(#{LAYER}:target)"
    rules = [
        f".{Author.UNTRANSLATED.css} {{ border-bottom: 1px dotted #b26a00; }}",
        ".amts-legend { display: none; }",
        f"{on} .amts-legend {{ display: block; }}",
    ]
    rules += [STYLE] if linked else []
    for author, (colour, line) in _COLOURS.items():
        rules.append(
            f"{on} .{author.css} {{ background: rgb({colour} / .14); "
            f"border-bottom: {_WIDTHS.get(line, 2)}px {line} rgb({colour}); }}"
        )
    return f'<style id="{LAYER}">{" ".join(rules)}</style>'
