"""Office Open XML files: Word documents, presentations and workbooks (ECMA-376).

A file is a zip of parts. Those that hold text are found by ``[Content_Types].xml`` and read by
:mod:`amts_ext.service.paragraphs`; all others are kept as they are.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from copy import copy
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from amts_ext.service.documents import ContentError, TranslateRuns
from amts_ext.service.paragraphs import Part

_TYPE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_TYPE}wordprocessingml.document"
PPTX = f"{_TYPE}presentationml.presentation"
XLSX = f"{_TYPE}spreadsheetml.sheet"

_PARTS = {
    DOCX: ("document.main", "header", "footer", "footnotes", "endnotes"),
    PPTX: ("slide", "notesSlide"),
    XLSX: ("sharedStrings", "worksheet"),
}
"""The parts that hold text, by the last words of their content types."""
_MAIN = {DOCX: "document.main", PPTX: "presentation.main", XLSX: "sheet.main"}
_TYPES = "[Content_Types].xml"
_TABLE = "spreadsheetml.table+xml"
_UNPACKED = 512 * 1024 * 1024
"""Most bytes that a file may have when it is unpacked."""


def translate_office(data: bytes, kind: str, translate: TranslateRuns) -> bytes:
    """Translate the text of a file.

    Raises :class:`ContentError` if it is no file of that kind.
    """
    try:
        parts = _read(data, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ContentError(f"not a file of the type {kind}: {error}") from error
    except (DefusedXmlException, ParseError, ExpatError) as error:
        raise ContentError(f"a part of the file cannot be read: {error}") from error
    every = [p for part in parts.values() for p in part.paragraphs.values()]
    results = translate([p.pieces for p in every])
    for paragraph, result in zip(every, results, strict=True):
        paragraph.result = result
    return _zipped(data, {name: part.written(part.root) for name, part in parts.items()})


def _read(data: bytes, kind: str) -> dict[str, Part]:
    """The parts that hold text, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        if sum(info.file_size for info in file.infolist()) > _UNPACKED:
            raise ContentError(f"the file has over {_UNPACKED} bytes when it is unpacked")
        types = _types(file)
        if not any(t.endswith(f".{_MAIN[kind]}+xml") for t in types.values()):
            raise ContentError(f"not a file of the type {kind}: it has no main part of it")
        leave = _column_names(file, types)
        wanted = tuple(f".{name}+xml" for name in _PARTS[kind])
        names = [name for name, type_ in types.items() if type_.endswith(wanted)]
        return {name: Part(file.read(name), leave) for name in names}


def _types(file: zipfile.ZipFile) -> dict[str, str]:
    """The content types of the parts that have one of their own, by name."""
    names = set(file.namelist())
    if _TYPES not in names:
        return {}
    root = defusedxml.ElementTree.fromstring(file.read(_TYPES), forbid_dtd=True)
    found = [(e.get("PartName", "").removeprefix("/"), e.get("ContentType", "")) for e in root]
    return {name: type_ for name, type_ in found if name in names}


def _column_names(file: zipfile.ZipFile, types: dict[str, str]) -> frozenset[str]:
    """Heads of tables in a workbook: a cell that says otherwise than its table is an error."""
    names: set[str] = set()
    for part, type_ in types.items():
        if type_.endswith(_TABLE):
            root = defusedxml.ElementTree.fromstring(file.read(part), forbid_dtd=True)
            names |= {e.get("name", "") for e in root.iter() if str(e.tag).endswith("tableColumn")}
    return frozenset(names)


def _zipped(data: bytes, changed: dict[str, bytes]) -> bytes:
    """The same parts in the same order, with some of them changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as file, zipfile.ZipFile(out, "w") as result:
        for info in file.infolist():
            content = changed.get(info.filename) or file.read(info.filename)
            result.writestr(copy(info), content)
        result.comment = file.comment
    return out.getvalue()
