"""Reader and writer of TMX 1.4, the exchange format of translation memories.

>>> reader = TmxReader(
...     '<tmx><header srclang="en"/><body><tu><tuv lang="en"><seg>one</seg></tuv>'
...     '<tuv lang="pt"><seg>um</seg></tuv></tu></body></tmx>'
... )
>>> [dict(unit.variants) for unit in reader]
[{'en': 'one', 'pt': 'um'}]

The XML is parsed safely: entities are refused, and nothing is fetched. It is parsed as a stream: a
unit is yielded with its line as soon as it is read, and not kept. In a broken file, the units
before the break are read. https://www.gala-global.org/tmx-14b
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError, SubElement, TreeBuilder, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from msgspec import Struct

from amts_ext import __version__

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# Inline elements that hold a tool's own codes, not text.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})
_MAKERS = ("creationid", "changeid", "creationtool")
_MACHINE = frozenset({"mt", "machine", "machine translation", "machine-translation", "nmt"})
_CHUNK = 1 << 16


class NotXmlError(ValueError):
    """The error for a file, or the rest of it, that is not XML; its text is the parser's."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.line = reason.position[0] if isinstance(reason, ParseError) else 1
        self.is_unsafe = isinstance(reason, DefusedXmlException)
        """True: the file is refused because it declares entities."""


class TmxUnit(Struct, frozen=True, gc=False):
    """One translation unit, the element ``tu``."""

    line: int
    """The line that it begins on, from 1."""
    variants: tuple[tuple[str, str], ...]
    """(language, text) in the file's order; the language is empty if none is named."""
    by_machine: bool
    """True: its ``creationid``, ``changeid``, ``creationtool`` or a ``prop`` names a machine, as
    ``MT`` does."""
    changed: datetime | None
    """Its ``changedate``; None if it has none."""


class TmxReader:
    """The translation units of a file, read one by one and not kept.

    The encoding of bytes is the one that the XML declares. The content of inline codes (``bpt``,
    ``ph`` …) is a part of the segment only with ``keep_codes``, as for a reader that knows no TMX
    elements. The text between two codes always is.
    """

    def __init__(self, content: bytes | str, *, keep_codes: bool = False) -> None:
        self._content = content
        self._target = _Target(self._line, frozenset() if keep_codes else _CODES)
        self._parser = DefusedXMLParser(target=self._target)

    @property
    def source(self) -> str:
        """The header's ``srclang``; empty if it is ``*all*`` or missing, or nothing is read yet."""
        return self._target.source

    def __iter__(self) -> Iterator[TmxUnit]:
        """Read the file, once.

        Raises :class:`NotXmlError` after the last whole unit of a broken file.
        """
        for at in range(0, len(self._content) + _CHUNK, _CHUNK):
            error = self._parse(self._content[at : at + _CHUNK])
            yield from self._target.taken()
            if error:
                raise NotXmlError(error) from error

    def _parse(self, chunk: bytes | str) -> Exception | None:
        """Parse the next chunk, and return the error if there is one; an empty chunk is the end."""
        try:
            if chunk:
                self._parser.feed(chunk)
            else:
                self._parser.close()
        except (ParseError, ValueError, LookupError) as error:
            return error
        return None

    def _line(self) -> int:
        line: int = self._parser.parser.CurrentLineNumber
        return line


def dump(source: str, rows: Iterable[tuple[str, Mapping[str, str]]]) -> str:
    """Write a TMX file; a row is a source text and its translations by language.

    >>> text = dump("en", [("A cat.", {"pt": "Um gato."})])
    >>> [unit.variants for unit in TmxReader(text.encode())]
    [(('en', 'A cat.'), ('pt', 'Um gato.'))]
    """
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


def is_newer(earlier: datetime | None, later: datetime | None) -> bool:
    """Return whether, of two units with the same source, the earlier one in the file counts.

    >>> is_newer(date("20240102"), date("20230102")), is_newer(date("20240102"), None)
    (True, False)

    The arguments are the units' dates. The earlier unit counts if both have a date and its own is
    more recent; otherwise the later unit counts.
    """
    return earlier is not None and later is not None and earlier > later


def date(text: str | None) -> datetime | None:
    """Read a ``changedate`` (ISO 8601, basic or extended); None if it is missing or no date.

    >>> date("20240102T030405Z")
    datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)

    A time without a zone is UTC.
    """
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Target:
    """The parser's target, which builds the tree of one unit at a time."""

    def __init__(self, line: Callable[[], int], codes: frozenset[str]) -> None:
        self.source = ""
        self._current_line = line
        self._codes = codes
        self._units: list[TmxUnit] = []
        self._builder: TreeBuilder | None = None
        self._line = 0

    def taken(self) -> list[TmxUnit]:
        """Return the units that were completed since the last call."""
        units, self._units = self._units, []
        return units

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "header":
            named = attributes.get("srclang", "").strip()
            self.source = "" if named == "*all*" else named
        elif tag == "tu":
            self._builder, self._line = TreeBuilder(), self._current_line()
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
            variants = tuple(self._variants(element))
            changed = date(element.get("changedate"))
            self._units.append(TmxUnit(self._line, variants, _by_machine(element), changed))
            self._builder = None

    def close(self) -> None:
        """Do nothing: every unit was completed by its end tag."""

    def _variants(self, unit: Element) -> Iterator[tuple[str, str]]:
        for variant in unit.iter("tuv"):
            segment = variant.find("seg")
            if segment is not None:
                language = variant.get(_XML_LANG) or variant.get("lang") or ""
                yield language, "".join(_text(segment, self._codes))


def _text(element: Element, codes: Collection[str]) -> Iterable[str]:
    if element.tag not in codes:
        yield element.text or ""
        for child in element:
            yield from _text(child, codes)
            yield child.tail or ""


def _by_machine(unit: Element) -> bool:
    made = [e for e in unit.iter() if e.tag in ("tu", "tuv")]
    said = [e.attrib[key] for e in made for key in _MAKERS if key in e.attrib]
    said += [prop.text or "" for prop in unit.iter("prop")]
    return any(word.strip().casefold() in _MACHINE for word in said)
