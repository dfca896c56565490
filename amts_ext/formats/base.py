"""The protocol of formats: text to Document, and a Document with edits back to text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from amts_ext.model import Document, Doubt


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement: new text for ``document.text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Notation:
    """The characters that a format reads as markup: in prose they have to be escaped.

    >>> COMMONMARK.special.findall("a * b & c &amp; d")
    ['*', '&']
    >>> COMMONMARK.opener.match("1. Uno").group()
    '1.'
    """

    suspects: re.Pattern[str]
    """Any character that may be markup. It is searched for first, because most texts have none and
    a single class of characters is found fastest."""
    special: re.Pattern[str]
    """A character that is markup where it stands."""
    opener: re.Pattern[str]
    """The beginning of a text that makes it a list, a heading or another block. A backslash before
    the last character of the match makes it prose."""
    joint: str = ""
    """What is put between a text and markup that would not be recognised beside it, and shows as
    nothing. Empty: there is no such thing, and a blank is put in by CommonMark's rules."""


COMMONMARK = Notation(
    suspects=re.compile(r"[*_`$\[\]<>|~\\&]"),
    special=re.compile(r"[*_`$\[\]<>|~\\]|&(?=#?\w+;)"),
    opener=re.compile(r"\s*(?:(?:#{1,6}|[-+]|\d{1,9}[.)])(?=\s|$)|:)"),
)


DIALECTS = Notation(
    suspects=re.compile(r"[*_`$\[\]<>|~\\&^@{:+#]"),
    special=re.compile(
        rf"{COMMONMARK.special.pattern}|\^|\{{(?=[ ]*[{{%#.:/@*-]|[\w-]+=)|(?<!\w)@(?=\w)"
        r"|(?<!\w):(?=[a-z+-][\w+-]*:)|(?<!\w)\+(?=\+\w)|\{(?=[+=>~])|(?<=[ (])#(?=[^\W\d_])"
    ),
    opener=re.compile(
        rf"{COMMONMARK.opener.pattern}|\s*(?:#|%|!!!|\?\?\?|===|\+\+\+|///|\([A-Za-z][^()\n]*\)=)"
    ),
)
"""CommonMark's notation, and the constructs of :mod:`amts_ext.formats.constructs`.

nbconvert needs no blank after the ``#`` of a title."""


class Format(Protocol):
    """One kind of source files, such as Markdown or notebooks.

    A format whose notation is not CommonMark's holds it in an attribute ``notation``, which
    :func:`notation_of` reads. ``fragments`` may name the rules by which its readers make addresses
    of titles (:mod:`amts_ext.formats.fragments`). One that can be unsure how to read a text has a
    method ``doubts``, which :func:`doubts_of` calls.
    """

    def read(self, text: str, name: str = "") -> Document:
        """Find the prose in ``text``; ``name`` is the file's, for messages.

        Raises :class:`amts_ext.errors.DocumentError` if the text cannot be read at all.
        """

    def write(self, document: Document, edits: Sequence[Edit]) -> str:
        """Return the file's text with the ``edits`` made; they are in order, without overlaps."""


def notation_of(format: Format) -> Notation:
    """Return the notation of a format: its own, or CommonMark's."""
    found: Notation = getattr(format, "notation", COMMONMARK)
    return found


def doubts_of(format: Format, text: str) -> list[Doubt]:
    """Return what a format is not sure of in a text; one without ``doubts`` is always sure."""
    ask = getattr(format, "doubts", None)
    found: list[Doubt] = ask(text) if ask else []
    return found


def splice(text: str, edits: Sequence[Edit]) -> str:
    """Make the edits in ``text``; every character outside them is kept.

    >>> splice("One two three.", [Edit(4, 7, "2")])
    'One 2 three.'

    The edits are in order and do not overlap.
    """
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)
