r"""Reader and writer of gettext catalogs (PO): every byte outside a changed message is kept.

>>> file = PoFile.read(b'#: ../../intro.rst:3\nmsgid "A cat."\nmsgstr ""\n', "intro.po")
>>> file.messages[0].line, file.messages[0].id, file.messages[0].locations
(2, 'A cat.', ('../../intro.rst:3',))
>>> print(file.changed({0: PoChange("Um gato.", comment="by hand")}).decode(), end="")
# by hand
#: ../../intro.rst:3
msgid "A cat."
msgstr "Um gato."

Tools wrap lines, order headers and keep obsolete entries each in its own way, so a catalog is not
printed anew: new lines are put in the place of a message's old ones. Strings are escaped and
wrapped by Babel. https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Self

from babel.messages.pofile import normalize
from msgspec import Struct

from amts_ext.errors import DocumentError
from amts_ext.pairs import po_plurals as plurals
from amts_ext.pairs.po_lines import PoEntry, Scanner

FUZZY = "fuzzy"
"""The flag of a translation that somebody has to look at."""
WIDTH = 76
"""Babel's and sphinx-intl's width of a line."""
BOM = codecs.BOM_UTF8

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CHARSET = re.compile(rb'"Content-Type:[^"\n]*?charset=([^\\\s"]+)', re.IGNORECASE)


class Message(Struct, frozen=True):
    """One message that is in use."""

    line: int
    """The line of its ``msgid``, from 1."""
    id: str
    text: str
    """Its ``msgstr``; of a plural message, the first one."""
    context: str | None = None
    """Its ``msgctxt``."""
    plural: str | None = None
    """Its ``msgid_plural``."""
    forms: tuple[str, ...] = ()
    """The translations of a message with a plural: ``msgstr[0]``, ``msgstr[1]`` …"""
    sources: tuple[str, ...] = ()
    """The source of each translation: ``id`` or ``plural``. Empty if a plural form of the language
    has none (:mod:`amts_ext.pairs.po_plurals`)."""
    flags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    """The translator's comments, without ``#`` and the blank after it."""
    extracted: tuple[str, ...] = ()
    """The comments for the translator: ``#. …``."""
    locations: tuple[str, ...] = ()
    """``file:line`` of the places that it was taken from."""

    @property
    def is_plural(self) -> bool:
        """True for a message with plural forms."""
        return self.plural is not None

    @property
    def texts(self) -> tuple[str, ...]:
        """Its translations: one, or one for each plural form."""
        return self.forms or (self.text,)


class PoChange(Struct, frozen=True):
    """A new translation of a message."""

    text: str | tuple[str, ...]
    """The translation; of a message with a plural, one for each form."""
    comment: str | None = None
    """A translator's comment that is put in, or None."""
    instead: Collection[str] = ()
    """Comments that are taken out."""
    add: Collection[str] = ()
    """Flags that are set."""
    remove: Collection[str] = ()
    """Flags that are taken off."""


class PoFile:
    """A catalog: its messages, and its lines as they are."""

    def __init__(self, text: str, name: str, encoding: str = "utf-8", bom: bytes = b"") -> None:
        self.name = name
        self.encoding = encoding
        self._bom = bom
        self._lines: list[str] = _LINE.findall(text)
        self._entries = Scanner(self._lines, name).entries()
        head = next((e for e in self._entries if _is_header(e.strings)), None)
        self.header = _fields(head.strings[head.text]) if head else {}
        """The fields of the header, by name in lower case."""
        rule = self.header.get("plural-forms", "")
        self.messages = [_message(entry, rule) for entry in self._entries]

    @classmethod
    def read(cls, data: bytes, name: str) -> Self:
        """Read a catalog in the encoding that its header names.

        Raises :class:`DocumentError` with the line of what is wrong: bytes in another encoding, the
        marks of a conflict, a message that stands twice, wrong syntax.
        """
        bom = BOM if data.startswith(BOM) else b""
        encoding = _encoding(data, name)
        try:
            text = data[len(bom) :].decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start + len(bom)) + 1
            message = f"not {encoding} (byte 0x{data[len(bom) + error.start]:02x}), as its header"
            raise DocumentError(
                f"{message} says; save the file as UTF-8, and say so there", file=name, line=line
            ) from error
        if text.encode(encoding) != data[len(bom) :]:
            message = f"{encoding} has several spellings of one text; convert it: msgconv -t UTF-8"
            raise DocumentError(message, file=name)
        return cls(text, name, encoding, bom)

    def changed(self, changes: Mapping[int, PoChange]) -> bytes:
        """Return the file with changes to messages, by their index.

        Raises :class:`DocumentError` if the file's encoding lacks a character of them.
        """
        lines: list[str | None] = list(self._lines)
        for index, change in changes.items():
            self._change(lines, self._entries[index], change)
        text = "".join(line for line in lines if line)
        try:
            return self._bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            lacking = text[error.start]
            message = f"{self.encoding} lacks '{lacking}'; convert it first: msgconv -t UTF-8"
            raise DocumentError(message, file=self.name) from error

    def _change(self, lines: list[str | None], entry: PoEntry, change: PoChange) -> None:
        places = [place for key, place in entry.places.items() if key.startswith("msgstr")]
        first, last = min(first for first, _ in places), max(last for _, last in places)
        end = "\r\n" if self._lines[first].endswith("\r\n") else "\n"
        whole = "\n".join(
            f"{keyword} {normalize(text, width=self._width)}" for keyword, text in _written(change)
        ).replace("\n", end)
        closed = self._lines[last].endswith("\n")
        _replace(lines, first, last, whole + (end if closed else ""))
        for at, text in entry.notes.get("#", ()):
            if text in change.instead:
                lines[at] = None
        self._flag(lines, entry, change, end)
        if change.comment is not None:
            later = [at for kind, own in entry.notes.items() if kind != "#" for at, _ in own]
            at = min([*later, entry.first])
            lines[at] = f"# {change.comment}{end}{lines[at] or ''}"

    def _flag(self, lines: list[str | None], entry: PoEntry, change: PoChange, end: str) -> None:
        old = [flag for told in entry.told("#,") for flag in _flags(told)]
        kept = [flag for flag in old if flag not in change.remove]
        new = list(dict.fromkeys([*(f for f in change.add if f not in old), *kept]))
        if FUZZY not in new:  # what a fuzzy message was before
            for at, _ in entry.notes.get("#|", ()):
                lines[at] = None
        if new == old:
            return
        told = f"#, {', '.join(new)}{end}" if new else None
        for at, _ in entry.notes.get("#,", ()):
            lines[at], told = told, None
        if told:
            at = min([entry.first, *(at for at, _ in entry.notes.get("#|", ()))])
            lines[at] = told + (lines[at] or "")

    @cached_property
    def _width(self) -> int:
        """The width of new lines: none if the file does not wrap its own."""
        longest = max((len(line) for line in self._lines if line.startswith('"')), default=0)
        whole = (line for line in self._lines if line.startswith(("msgid ", "msgstr ")))
        is_wide = any(len(line) > WIDTH + 12 and " " in line[12:] for line in whole)
        return 0 if is_wide and longest <= WIDTH + 12 else WIDTH


def _is_header(strings: Mapping[str, str]) -> bool:
    return not strings["msgid"] and "msgctxt" not in strings


def _fields(header: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in header.split("\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _message(entry: PoEntry, rule: str) -> Message:
    """Return a message; ``rule`` is the header's ``Plural-Forms``."""
    strings = entry.strings
    id, plural = strings["msgid"], strings.get("msgid_plural")
    if plural is None and "msgstr" not in strings:
        plural = ""
    forms = tuple(text for key, text in strings.items() if key.startswith("msgstr["))
    return Message(
        entry.places["msgid"][0] + 1,
        id,
        strings[entry.text],
        strings.get("msgctxt"),
        plural,
        forms if plural is not None else (),
        plurals.sources(rule, id, plural) if plural else () if plural is not None else (id,),
        tuple(flag for told in entry.told("#,") for flag in _flags(told)),
        entry.told("#"),
        entry.told("#."),
        tuple(place for told in entry.told("#:") for place in told.split()),
    )


def _flags(told: str) -> list[str]:
    return [flag.strip() for flag in told.split(",") if flag.strip()]


def _written(change: PoChange) -> Iterator[tuple[str, str]]:
    """Yield keyword and text of every translation."""
    if isinstance(change.text, str):
        yield "msgstr", change.text
    else:
        yield from ((f"msgstr[{number}]", text) for number, text in enumerate(change.text))


def _replace(lines: list[str | None], first: int, last: int, text: str) -> None:
    lines[first] = text
    for at in range(first + 1, last + 1):
        lines[at] = None


def _encoding(data: bytes, name: str) -> str:
    """Return the encoding of a catalog; UTF-8 if its header names none, or is a template's.

    Raises :class:`DocumentError` for one that Python lacks, or that is no superset of ASCII.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentError("is UTF-16; save the file as UTF-8", file=name, line=1)
    found = _CHARSET.search(data)
    charset = found[1].decode("ascii", "replace") if found else "utf-8"
    if charset == "CHARSET" or data.startswith(BOM):
        return "utf-8"
    try:
        if "msgid".encode(charset) == b"msgid":
            return codecs.lookup(charset).name
    except LookupError:
        pass
    line = data.count(b"\n", 0, found.start() if found else 0) + 1
    message = f"unknown encoding '{charset}'; convert the file: msgconv -t UTF-8"
    raise DocumentError(message, file=name, line=line)
