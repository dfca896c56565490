"""What every format answers: text to Document, and a Document with edits back to text."""

from __future__ import annotations

import re
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


@dataclass(frozen=True, slots=True)
class Notation:
    """What text must not look like: it would be read as markup."""

    suspects: re.Pattern[str]
    """A character that may be markup. Most texts have none, and one class is found fastest."""
    special: re.Pattern[str]
    """Those that are markup where they stand."""
    opener: re.Pattern[str]
    """The beginning of a line that makes a list, a heading or the like of it. A backslash before
    its last character makes it text."""


COMMONMARK = Notation(
    suspects=re.compile(r"[*_`$\[\]<>|~\\&]"),
    special=re.compile(r"[*_`$\[\]<>|~\\]|&(?=#?\w+;)"),
    opener=re.compile(r"\s*(?:(?:#{1,6}|[-+]|\d{1,9}[.)])(?=\s|$)|:)"),
)


class Format(Protocol):
    """One kind of source files.

    A format whose notation is not CommonMark's has it as an attribute ``notation``; see
    :func:`notation_of`.
    """

    def read(self, text: str, name: str = "") -> Document:
        """Find the prose in ``text``; ``name`` is the file's, for messages.

        Raises :class:`amts_ext.errors.DocumentError` if the text cannot be read at all.
        """

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """The file's text with ``edits`` (in order, not overlapping) in place of the old."""


def notation_of(format: Format) -> Notation:
    """How text is told from markup in this format."""
    found: Notation = getattr(format, "notation", COMMONMARK)
    return found


def splice(text: str, edits: Sequence[Edit]) -> str:
    """Put the edits into ``text``; every character outside them is kept."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)
