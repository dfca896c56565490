"""Readers for all documents that pairs are made of, chosen by the suffix of the file's name.

Formats of books are read by :mod:`amts_ext.formats`, HTML pages and plain text by this room.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from amts_ext import formats
from amts_ext.errors import DocumentError, InputError
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
    """Read plain text: blank lines divide its paragraphs; without blank lines, line ends do."""
    gap = _GAP if _GAP.search(text.strip()) else re.compile(r"\r?\n")
    blocks: list[Block] = []
    at, line, counted = 0, 1, 0
    for end, after in [*(m.span() for m in gap.finditer(text)), (len(text), len(text))]:
        start = at + len(text[at:end]) - len(text[at:end].lstrip("\ufeff \t\r\n"))
        if _WORD.search(text, start, end):
            line += text.count("\n", counted, start)
            counted = start
            last = start + len(text[start:end].rstrip())
            blocks.append(Block("paragraph", start, last, line))
        at = after
    return Document(name, text, tuple(blocks))
