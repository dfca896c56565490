"""A human's translation whose original is an earlier state of the source: what follows it.

A build takes from such a translation what a synchronization would keep of it. Who merges is given
by the caller, since the merge stands above this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from amts_ext.human.aligned import Aligned
from amts_ext.human.mending import Slip
from amts_ext.human.units import make_units
from amts_ext.model import Document, Unit

SHOWN = (
    "its source has changed, and the page shows it as it stands; correct it, or run amts sync and "
    "read the place"
)
HIDDEN = (
    "its source has changed, and what of it still holds is not sure, so the page has the source "
    "translated anew; run amts sync and read the place"
)
STALE = frozenset({SHOWN, HIDDEN})
"""What is told of text that is older than its source."""


class Older(NamedTuple):
    """A human's text that a merge has left as it is, though its source changed."""

    line: int
    """In the human's file."""
    start: int
    """In the merged text."""
    end: int

    @property
    def reason(self) -> str:
        """What its units say of themselves."""
        return f"line {self.line} of the human's file translates an earlier version of the source"


class Followed(NamedTuple):
    """A human's translation after a merge."""

    document: Document
    """It in step with the source, in whose language is what has to be translated."""
    unread: list[tuple[int, int]]
    """The places that are no human's."""
    older: list[Older]
    """The places where the human's text stays though its source changed."""


Places = Sequence[tuple[int, int]]
Follow = Callable[[str, Document, Document, Document, Aligned, Places], Followed | None]
"""Merges: gets a format, the original, the source now, the human's text, the alignment of the first
and the third, and the places of the human's text that nobody has read. None: they do not fit."""


def more_units(
    units: Iterable[Unit],
    source: Document,
    followed: Followed,
    pair: tuple[str, str],
    document: str,
    book: frozenset[str],
) -> tuple[list[Unit], list[Slip]]:
    """Make the units that a human's text gives for the source as it is now, beside those known.

    Returns them, and what a person has to look at.
    """
    known = {unit.source for unit in units}
    made, _ = make_units(
        source, followed.document, pair, document, True, book,
        unread=followed.unread, older={(o.start, o.end): o.reason for o in followed.older},
    )  # fmt: skip
    more = [unit for unit in made if unit.target and unit.source not in known]
    shown = {unit.signature for unit in more}
    told = {o.line: SHOWN if o.reason in shown else HIDDEN for o in followed.older}
    return more, [Slip(line, message) for line, message in told.items()]
