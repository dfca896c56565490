"""What every format answers: text to Document, and a Document with edits back to text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from amts_ext.model import Document


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for ``document.text[start:end]``."""

    start: int
    end: int
    text: str


class Format(Protocol):
    """One notation of source files."""

    def read(self, text: str, name: str = "") -> Document:
        """Find the prose in ``text``; ``name`` is the file's, for messages.

        Raises :class:`amts_ext.errors.DocumentError` if the text cannot be read at all.
        """

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """The file's text with ``edits`` (in order, not overlapping) in place of the old."""


def splice(text: str, edits: Sequence[Edit]) -> str:
    """Put the edits into ``text``; every character outside them is kept."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)
