"""TMX 1.4, the exchange format of translation memories: https://www.gala-global.org/tmx-14b.

XML is parsed safely (no entities, nothing fetched), unit by unit: what stands before a break in a
broken file is still read, and every unit knows its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from amts_ext import __version__
from amts_ext.errors import InputError
from amts_ext.pairs.tables import changed

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
"""Inline elements that hold a tool's own codes, not text."""
_MAKERS = ("creationid", "changeid", "creationtool")
_MACHINE = frozenset({"mt", "machine", "machine translation", "machine-translation", "nmt"})
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """One ``tu``: texts by language, the line on which it begins, and who made it."""

    texts: Mapping[str, str]
    line: int
    by_machine: bool
    """Whether ``creationid``, ``changeid``, ``creationtool`` or a ``prop`` says ``MT``."""
    changed: datetime | None
    """Its ``changedate``."""


@dataclass(slots=True)
class Tmx:
    """A file as far as it could be read."""

    source: str
    """The header's ``srclang``; empty if it is not named or ``*all*``."""
    units: list[TmxUnit]
    broken: tuple[int, str] | None = None
    """Line and reason, if the rest is not XML."""


def read(data: bytes, file: str) -> Tmx:
    """Read a TMX file; inline codes are left out, the text that they enclose is kept.

    Raises :class:`InputError` if it is not XML from its start, or declares entities.
    """
    target = _Target()
    parser = DefusedXMLParser(target=target)
    target.parser = parser
    broken = None
    try:
        for at in range(0, max(1, len(data)), _CHUNK):
            parser.feed(data[at : at + _CHUNK])
        parser.close()
    except DefusedXmlException as error:
        message = "declares entities, which are refused; take the declarations out"
        raise InputError(message, file=file) from error
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else 1
        if not target.units:
            raise InputError(f"not XML: {error}", file=file, line=line) from error
        broken = line, f"not XML from here on ({error})"
    return Tmx(target.source, target.units, broken)


def dump(source: str, rows: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """A TMX file of rows: a source text and its translations by language."""
    root = Element("tmx", version="1.4")
    header = {
        "creationtool": "amts", "creationtoolversion": __version__, "segtype": "sentence",
        "o-tmf": "amts", "adminlang": "en", "srclang": source, "datatype": "plaintext",
    }  # fmt: skip
    SubElement(root, "header", header)
    body = SubElement(root, "body")
    for text, targets in rows:
        unit = SubElement(body, "tu")
        for language, words in {source: text, **targets}.items():
            variant = SubElement(unit, "tuv", {_XML_LANG: language})
            SubElement(variant, "seg").text = words
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


class _Target:
    """What the parser calls: builds the tree of one unit at a time."""

    def __init__(self) -> None:
        self.parser: DefusedXMLParser | None = None
        self.source = ""
        self.units: list[TmxUnit] = []
        self._builder: TreeBuilder | None = None
        self._line = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "header":
            named = attributes.get("srclang", "").strip()
            self.source = "" if named == "*all*" else named
        elif tag == "tu":
            assert self.parser is not None
            self._builder, self._line = TreeBuilder(), self.parser.parser.CurrentLineNumber
        if self._builder is not None:
            self._builder.start(tag, attributes)

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self._builder is None:
            return
        element = self._builder.end(tag)
        if tag == "tu":
            date = changed(element.get("changedate"))
            texts = dict(_variants(element))
            self.units.append(TmxUnit(texts, self._line, _by_machine(element), date))
            self._builder = None

    def close(self) -> None:
        """Nothing is left to do at the end."""


def _variants(unit: Element) -> Iterator[tuple[str, str]]:
    for variant in unit.iter("tuv"):
        segment = variant.find("seg")
        code = variant.get(_XML_LANG) or variant.get("lang") or ""
        if segment is not None and code:
            yield code, "".join(_text(segment))


def _text(element: Element) -> Iterable[str]:
    if element.tag not in _CODES:
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""


def _by_machine(unit: Element) -> bool:
    said = [e.get(key, "") for e in unit.iter() if e.tag in ("tu", "tuv") for key in _MAKERS]
    said += [prop.text or "" for prop in unit.iter("prop")]
    return any(word.strip().casefold() in _MACHINE for word in said)
