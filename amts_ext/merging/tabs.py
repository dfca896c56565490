"""Tabs: what stands between two marks, and in no other tab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from amts_ext.merging.pieces import Piece

BEGIN, END = ":begin_tab:", ":end_tab:"


def is_mark(piece: Piece) -> bool:
    """Return True if a piece begins or ends a tab."""
    return piece.key.startswith((BEGIN, END))


def tab_of(pieces: Sequence[Piece], begin: int) -> range:
    """Return the pieces of a tab, with its first and its last line."""
    ends = (k for k in range(begin, len(pieces)) if pieces[k].key == END)
    return range(begin, next(ends, begin) + 1)


def tab_at(pieces: Sequence[Piece], at: int) -> range | None:
    """Return the pieces of the tab that is open at a place of their text."""
    marks = [k for k, piece in enumerate(pieces) if is_mark(piece) and piece.start < at]
    if not marks or pieces[marks[-1]].key == END:
        return None
    return tab_of(pieces, marks[-1])


def are_whole(pieces: Iterable[Piece]) -> bool:
    """Return True if all tabs that begin or end in some pieces do both."""
    ends = [piece.key == END for piece in pieces if is_mark(piece)]
    return len(ends) % 2 == 0 and ends == [False, True] * (len(ends) // 2)
