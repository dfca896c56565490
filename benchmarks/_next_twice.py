"""What the human and the next source have both put in: a person has it once, as the human has it.

A small step of the reference of sync.py: see `_next_edition.py`. It is decided by what stands in
the two texts, by no code of the merge:

- a label stands once in a file, wherever the human has it;
- any other piece without prose (a cell, a formula) is not put in again if the human has the very
  same among the pieces of their own that follow at this place;
- a tab of the same name there is the human's, with all that is in it.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from amts_ext.merging.pieces import Piece

_LABELS = (":label:", ":eqlabel:")
_BEGIN, _END = ":begin_tab:", ":end_tab:"


class Twice:
    """The walk over the source's pieces, in order, that says what the human has already."""

    def __init__(
        self, human: Sequence[Piece], own: Container[int], standing: Container[int]
    ) -> None:
        """The human's pieces, with those that translate nothing, and what the source still has."""
        self._human, self._own, self._standing = human, own, standing
        self._labels = {
            piece.key
            for k, piece in enumerate(human)
            if piece.key.startswith(_LABELS) and (k in own or k in standing)
        }
        self._tab = ""
        """The open tab of the source: ``theirs`` if the human has it too, ``new`` if not."""

    def end_of(self, piece: Piece, at: int) -> int | None:
        """The place behind what the human has for a new piece at a place; None: it is to come.

        >>> human = [Piece("mark", 0, 9, ":label:`a`"), Piece("code", 10, 14, "x"),
        ...          Piece("prose", 15, 19, "词", (0,)), Piece("code", 20, 24, "y")]
        >>> twice = Twice(human, {0, 1, 2}, {3})
        >>> [twice.end_of(Piece("code", 0, 1, key), 9) for key in ("x", "z", "y")]
        [14, None, None]
        >>> twice.end_of(Piece("mark", 0, 1, ":label:`a`"), 24)
        24
        """
        if piece.key.startswith(_LABELS):
            return at if piece.key in self._labels else None
        if piece.key == _END:
            known, self._tab = self._tab == "theirs", ""
            return self._there(piece, at) if known else None
        if piece.key.startswith(_BEGIN):
            end = self._there(piece, at)
            self._tab = "new" if end is None else "theirs"
            return end
        if self._tab == "theirs":
            return at
        return self._there(piece, at) if piece.kind != "prose" and not self._tab else None

    def _there(self, piece: Piece, at: int) -> int | None:
        """The end of the same piece among the human's own at a place."""
        for k, there in enumerate(self._human):
            if there.start >= at:
                if k in self._standing:
                    return None
                if k in self._own and (there.kind, there.key) == (piece.kind, piece.key):
                    return there.end
        return None
