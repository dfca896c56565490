"""XLIFF 1.2: every ``<source>`` of a file gets its ``<target>``; all else keeps its bytes.

Format: https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html. A file is parsed by expat, which
tells where every element stands; document types are refused, and with them entities. Inline codes
(``x bx ex ph it bpt ept``) are kept as they are, ``g`` and ``mrk`` stand around text. What is
marked ``translate="no"`` or ``mtype="protected"`` is not translated.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from amts_ext.service.documents import ContentError, Event, TranslateRuns, whole_run, written
from amts_ext.service.runs import Run

XLIFF = "application/x-xliff+xml"

_PAIRS = frozenset({"g", "mrk"})
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<(?P<tag>/?[^\s<>/!?]+)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL
)
_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"


class XliffError(ContentError):
    """The text is no XLIFF 1.2."""


@dataclass(slots=True)
class _Unit:
    """One ``trans-unit`` that is to be translated, by byte offsets."""

    prefix: str
    """The namespace's prefix with its colon, or nothing."""
    source: tuple[int, int] = (0, 0)
    """The content of ``<source>``."""
    after: int = 0
    """Where ``<source>`` (or ``<seg-source>``) ends."""
    target: tuple[int, int] | None = None
    """The whole ``<target>``, if there is one."""


class _Places:
    """Finds the units and the start tags of ``<file>``."""

    def __init__(self, data: bytes) -> None:
        self.units: list[_Unit] = []
        self.files: list[tuple[int, int]] = []
        self._data = data
        self._path: list[tuple[str, int, int, bool]] = []
        """Open elements: name, start of the tag, its end, whether to translate inside."""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.Parse(data, True)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        end = _tag_end(self._data, start)
        prefix, _, local = name.rpartition(":")
        inherited = not self._path or self._path[-1][3]
        inside = {"no": False, "yes": True}.get(attributes.get("translate", ""), inherited)
        self._path.append((local, start, end, inside))
        if local == "file":
            self.files.append((start, end))
        if local == "trans-unit" and inside:
            self.units.append(_Unit(f"{prefix}:" if prefix else ""))

    def _close(self, name: str) -> None:
        local, start, inner, inside = self._path.pop()
        at = self._parser.CurrentByteIndex
        empty = self._data[inner - 2 : inner] == b"/>"
        end = inner if empty else _tag_end(self._data, at)
        if not inside or not self._path or self._path[-1][0] != "trans-unit":
            return
        unit = self.units[-1]
        if local == "source":
            unit.source, unit.after = (inner, inner if empty else at), end
        elif local == "seg-source":
            unit.after = end
        elif local == "target":
            unit.target = (start, end)


def translate_xliff(text: str, target: str, translate: TranslateRuns) -> str:
    """Fill the targets of a file; targets that it has are replaced.

    Raises :class:`XliffError`.
    """
    data = _checked(text)
    places = _Places(data)
    wanted = [u for u in places.units if u.source[1] > u.source[0]]
    results = translate([_run(data[slice(*u.source)].decode()) for u in wanted])
    changes = [(*place, _with_language(data[slice(*place)], target)) for place in places.files]
    for unit, result in zip(wanted, results, strict=True):
        place = unit.target or (unit.after, unit.after)
        name = f"{unit.prefix}target"
        changes.append((*place, f'<{name} xml:lang="{target}">{written(result)}</{name}>'.encode()))
    out, at = [], 0
    for start, end, new in sorted(changes):
        out += [data[at:start], new]
        at = end
    return b"".join([*out, data[at:]]).decode()


def _checked(text: str) -> bytes:
    """The text as UTF-8, if it is XLIFF 1.2 without a document type."""
    data = text.encode()
    try:
        root = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise XliffError(f"document types and entities are not allowed: {error}") from error
    except (defusedxml.ElementTree.ParseError, ValueError) as error:
        raise XliffError(f"not XML: {error}") from error
    name = str(root.tag).removeprefix(f"{{{_NAMESPACE}}}")
    if name != "xliff" or root.get("version") != "1.2":
        raise XliffError('not XLIFF 1.2: its root must be <xliff version="1.2">')
    return data


def _run(source: str) -> Run:
    """The content of one ``<source>`` as text and marks."""
    escaped = _CDATA.sub(lambda m: html.escape(m[1], quote=False), source)
    return whole_run(escaped, _tokens(escaped))


def _tokens(text: str) -> Iterator[Event]:
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            yield Event("text", "", at, match.start())
        at = match.end()
        raw = match.group()
        name = (match["tag"] or "").lstrip("/").rpartition(":")[2]
        if not name or raw.endswith("/>"):
            yield Event("void", name, match.start(), at, keep=True)
            continue
        keep = name not in _PAIRS or bool(re.search(r"\bmtype\s*=\s*[\"']protected[\"']", raw))
        kind = "close" if raw.startswith("</") else "open"
        yield Event(kind, name, match.start(), at, keep=keep and kind == "open")
    if at < len(text):
        yield Event("text", "", at, len(text))


def _with_language(tag: bytes, target: str) -> bytes:
    """The start tag of ``<file>`` with its target language."""
    text = tag.decode()
    new, found = re.subn(
        r"(\starget-language\s*=\s*)(\"[^\"]*\"|'[^']*')", rf'\g<1>"{target}"', text, count=1
    )
    if found:
        return new.encode()
    end = -2 if text.endswith("/>") else -1
    return f'{text[:end].rstrip()} target-language="{target}"{text[end:]}'.encode()


def _tag_end(data: bytes, start: int) -> int:
    """Where the tag ends that begins here; ``>`` may stand in its attributes."""
    quote = 0
    for at in range(start, len(data)):
        char = data[at]
        if quote:
            quote = 0 if char == quote else quote
        elif char in b"\"'":
            quote = char
        elif char == ord(">"):
            return at + 1
    return len(data)
