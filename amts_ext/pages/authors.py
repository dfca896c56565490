"""Authors of the sentences on a page, and how a page shows them.

A theme styles sentences by the classes of :class:`Author`. The *colour layer* of this module is on
if ``[amts] colours = yes``, and for one visit if an address ends in ``#amts-colours``.
"""

from __future__ import annotations

from enum import StrEnum

from amts_ext.text.outcome import Status

LAYER = "amts-colours"
"""The id of the style, by which an address switches the colour layer on."""


class Author(StrEnum):
    """The one who wrote a sentence as a page shows it.

    >>> Author.MACHINE.css
    'amts-machine'
    """

    HUMAN = "human"
    """A human translator."""
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


def author_of(status: Status, made_drafts: bool = False) -> Author:
    """Return the author of a sentence with this status; ``made_drafts``: a machine's are drafts.

    >>> author_of(Status.MEMORY), author_of(Status.REJECTED)
    (<Author.MACHINE: 'machine'>, <Author.UNTRANSLATED: 'untranslated'>)
    """
    if status in (Status.MACHINE, Status.MEMORY):
        return Author.DRAFT if made_drafts else Author.MACHINE
    return Author.HUMAN if status is Status.HUMAN else Author.UNTRANSLATED


_COLOURS = {
    Author.HUMAN: ("46 125 50", "solid"),
    Author.MACHINE: ("21 101 192", "dashed"),
    Author.DRAFT: ("142 36 170", "double"),
    Author.UNTRANSLATED: ("178 106 0", "dotted"),
}
"""The colour of each author, and a line under the sentence for those who do not see colours."""


def style(colours: bool) -> str:
    """Return the style element of a page; ``colours``: with the colour layer switched on.

    Sentences that are not translated are always underlined with dots. A layer that is off is in the
    page too: ``html:has(#amts-colours:target)`` is true if the address ends in ``#amts-colours``.
    """
    on = "html" if colours else f"html:has(#{LAYER}:target)"
    rules = [
        f".{Author.UNTRANSLATED.css} {{ border-bottom: 1px dotted #b26a00; }}",
        ".amts-legend { display: none; }",
        f"{on} .amts-legend {{ display: block; }}",
    ]
    for author, (colour, line) in _COLOURS.items():
        rules.append(
            f"{on} .{author.css} {{ background: rgb({colour} / .14); "
            f"border-bottom: {3 if line == 'double' else 2}px {line} rgb({colour}); }}"
        )
    return f'<style id="{LAYER}">{" ".join(rules)}</style>'
