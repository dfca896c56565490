"""Readers for all documents that pairs are made of, chosen by the suffix of the file's name.

Formats of books are read by :mod:`amts_ext.formats`, HTML pages and plain text by this room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePath

from amts_ext import formats
from amts_ext.errors import DocumentError, InputError
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Block, Document
from amts_ext.parallel_data import html_prose

HTML = (".html", ".htm", ".xhtml")
TEXT = (".txt",)
SUFFIXES = (*formats.SUFFIXES, *HTML, *TEXT)

_WORD = re.compile(r"[^\W\d_]")
_GAP = re.compile(r"(?:\r?\n[ \t]*){2,}")
_CHARSET = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding=[\"']([\w-]+)"
)
_LINE = re.compile(r"[^\s\ufeff](?:[^\n]*[^\s])?")
NARROW = 24
"""No text is wrapped to so few columns."""
WRAPPED = 0.6
"""A line that with the next word is shorter than this share of the longest was not wrapped."""
_IS_WIDE = re.compile(f"[{WIDE}]")
_MACHINE = re.compile(r"<!--[^>]*\bmachine[- ]translat", re.I)


def read(text: str, name: str, markdown: str = "md") -> Document:
    """Read the prose of a text in the format that the suffix of ``name`` tells.

    >>> [(block.kind, block.line) for block in read("One.\\n\\nTwo.", "a.txt").blocks]
    [('paragraph', 1), ('paragraph', 3)]

    ``markdown`` is the dialect of ``.md`` files.

    Raises :class:`DocumentError` if the text cannot be read, :class:`InputError` for an unknown
    suffix.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in HTML:
        return html_prose.read(text, name)
    if suffix in TEXT:
        return _plain(text, name)
    if suffix not in SUFFIXES:
        message = f"no format reads '{suffix}' files; allowed: {', '.join(SUFFIXES)}"
        raise InputError(message, file=name)
    return formats.get(formats.by_suffix(name, markdown)).read(text, name)


def decode(data: bytes, name: str) -> str:
    """Decode the contents of a file.

    >>> decode(b'<meta charset="latin-1"><p>caf\\xe9', "a.html")
    '<meta charset="latin-1"><p>café'

    The encoding is UTF-8, unless an HTML page declares another one or the file begins with the byte
    order mark of UTF-16.

    Raises :class:`DocumentError` for an unknown encoding, and with the line of the first byte that
    the encoding does not allow.
    """
    declared = _CHARSET.search(data[:2048]) if PurePath(name).suffix.lower() in HTML else None
    encoding = next(filter(None, declared.groups())).decode() if declared else "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not {encoding.upper()} (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise DocumentError(problem, file=name, line=line) from error
    except LookupError as error:
        problem = f"unknown encoding '{encoding}'; save the file as UTF-8 and declare that"
        raise DocumentError(problem, file=name, line=1) from error


def by_machine(document: Document) -> bool:
    """Return whether a document says that a machine translated it.

    >>> by_machine(read("<!-- machine translation -->\\nTexto.", "a.md"))
    True

    HTML pages say so in a ``meta`` tag, a comment, or Google's class on ``<html>``; all other
    documents in a comment.
    """
    if isinstance(document, html_prose.WebPage):
        return document.by_machine
    return bool(_MACHINE.search(document.text))


def _plain(text: str, name: str) -> Document:
    """Read plain text: blank lines divide its paragraphs, and line ends that no wrapping made.

    >>> [block.line for block in _plain("mean\\nA sum divided by its count.\\n\\nOne.", "").blocks]
    [1, 2, 4]

    Without blank lines every line is a paragraph.
    """
    blocks: list[Block] = []
    line = 1
    for start, end in _paragraphs(text):
        if _WORD.search(text, start, end):
            line += text.count("\n", blocks[-1].start if blocks else 0, start)
            blocks.append(Block("paragraph", start, end, line))
    return Document(name, text, tuple(blocks))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the paragraphs of a plain text, without the blanks around them."""
    gap = _GAP if _GAP.search(text.strip()) else re.compile(r"\r?\n")
    at = 0
    for end, after in [*(m.span() for m in gap.finditer(text)), (len(text), len(text))]:
        lines = [(at + m.start(), at + m.end()) for m in _LINE.finditer(text[at:end])]
        cuts = _cuts([text[a:b] for a, b in lines])
        for first, last in pairwise([0, *cuts, len(lines)] if lines else []):
            yield lines[first][0], lines[last - 1][1]
        at = after


def _cuts(lines: Sequence[str]) -> list[int]:
    """Return the indices of lines before which a line end was meant.

    Wrapping fills lines: it ends one where the next word does not fit. A line that ends long before
    was ended by a person. Where most were, as in a list of terms, all were.
    """
    width = WRAPPED * max(map(_columns, lines), default=0)
    meant = [
        number
        for number, (line, after) in enumerate(pairwise(lines), 1)
        if _columns(line) + 1 + _first(after) < max(width, NARROW)
    ]
    return [*range(1, len(lines))] if 2 * len(meant) > len(lines) - 1 else meant


def _first(line: str) -> int:
    """Return the width of the first word of a line, or of its first character if that is wide."""
    return 2 if _IS_WIDE.match(line) else _columns(line.split()[0])


def _columns(text: str) -> int:
    """Return the width of a text; a wide character takes two columns."""
    return len(text) + len(_IS_WIDE.findall(text))
