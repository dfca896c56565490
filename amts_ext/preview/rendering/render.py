"""A document as chunks of HTML, with its sentences marked.

>>> from amts_ext import formats
>>> from amts_ext.preview.rendering.notation import RowSpan
>>> markdown = formats.get("md")
>>> document = markdown.read("# The heron")
>>> render(document, markdown, [RowSpan(2, 11, "s1", "human")])
['<h1><span class="seg" data-seg="s1" data-status="human">The heron</span></h1>']
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple

import pyromark

from amts_ext.formats import Format, Notebook
from amts_ext.formats.markdown import BOM, Markdown
from amts_ext.formats.text_notebook import TextNotebook
from amts_ext.model import Document
from amts_ext.preview.rendering.assembly import Address, as_written, assemble, wrapping
from amts_ext.preview.rendering.executed import Outputs
from amts_ext.preview.rendering.notation import RowSpan, sign
from amts_ext.preview.rendering.outputs import code, outputs
from amts_ext.preview.rendering.safety import clean, image_address


class _Cell(NamedTuple):
    """A stretch of prose of a document, or, with a ``source``, a code cell."""

    start: int
    end: int
    source: str | None = None
    outputs: Sequence[Any] = ()
    attachments: Mapping[str, Any] = {}


def render(
    document: Document,
    format: Format,
    stretches: Sequence[RowSpan],
    address: Address = as_written,
    executed: Outputs | None = None,
) -> list[str]:
    """Return the top-level elements and cells of a document as HTML that is safe to show.

    ``stretches`` are its sentences, in order. ``address`` says where images and links lead.
    ``executed`` has the outputs of its code blocks; a notebook has those of its cells itself.
    """
    dialect = format if isinstance(format, Markdown) else getattr(format, "dialect", Markdown())
    language, cells = _cells(document)
    found: list[str] = []
    first = 0
    for cell in cells:
        if cell.source is not None:
            shown = code(cell.source, language) + outputs(cell.outputs)
            found.append(f'<div class="cell">{shown}</div>')
            continue
        while first < len(stretches) and stretches[first].end <= cell.start:
            first += 1
        own = list(_inside(stretches, first, cell))
        where = partial(_attached, cell.attachments, address)
        found += _markdown(document.text[cell.start : cell.end], dialect, own, where, executed)
    return found


def _markdown(
    text: str,
    dialect: Markdown,
    stretches: Sequence[RowSpan],
    address: Address,
    executed: Outputs | None,
) -> list[str]:
    signed = sign(text, dialect, stretches)
    html = clean(pyromark.html(signed.text, options=dialect.options))
    found = assemble(html, signed, address, executed)
    shown = "".join(found)
    hidden = [span for span in stretches if f'data-seg="{span.row}"' not in shown]
    return [*([_front(text, hidden)] if hidden else []), *found]


def _front(text: str, hidden: Sequence[RowSpan]) -> str:
    """Return a box with the sentences that a reader of the page does not see, as those of a head.

    They are translated too, so a translator has to find them.
    """
    lines = (
        f'<p class="box-title">{wrapping(span)}{escape(text[span.start : span.end])}</span></p>'
        for span in hidden
    )
    return f'<div class="box box-front">{"".join(lines)}</div>'


def _inside(stretches: Sequence[RowSpan], first: int, cell: _Cell) -> Iterator[RowSpan]:
    """Yield what of the stretches from number ``first`` on lies in a cell, at its place there."""
    for index in range(first, len(stretches)):
        stretch = stretches[index]
        if stretch.start >= cell.end:
            return
        start, end = max(stretch.start, cell.start), min(stretch.end, cell.end)
        yield RowSpan(start - cell.start, end - cell.start, stretch.row, stretch.status)


def _cells(document: Document) -> tuple[str, Iterator[_Cell]]:
    """Return the language of a document's code cells, and its cells, in order."""
    if isinstance(document, TextNotebook):
        return "", _text_cells(document)
    if isinstance(document, Notebook):
        notebook = json.loads(document.raw.lstrip(BOM))
        return _language(notebook), _notebook_cells(document, notebook["cells"])
    start = len(document.text) - len(document.text.lstrip(BOM))
    return "", iter([_Cell(start, len(document.text))])


def _language(notebook: Mapping[str, Any]) -> str:
    """Return the name of a notebook's language, as Pygments takes it."""
    metadata = notebook.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(part) if isinstance(metadata, Mapping) else None
        if isinstance(found, Mapping) and isinstance(found.get(key), str):
            return str(found[key])
    return "python"


def _notebook_cells(document: Notebook, cells: Sequence[Mapping[str, Any]]) -> Iterator[_Cell]:
    prose = iter(document.cells)
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            place = next(prose)
            attached = cell.get("attachments")
            attached = attached if isinstance(attached, Mapping) else {}
            yield _Cell(place.start, place.end, attachments=attached)
            continue
        source, found = cell.get("source"), cell.get("outputs")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        yield _Cell(0, 0, text, found if isinstance(found, list) else [])


def _text_cells(document: TextNotebook) -> Iterator[_Cell]:
    """Yield the cells of a text notebook; its code cells stand before the place of their anchor."""
    anchors = [(at, a[5:]) for at, a in document.anchors if a.startswith("code:")]
    anchors = [(at, source) for at, source in anchors if not source.startswith(("```", "~~~"))]
    for cell in document.cells:
        while anchors and anchors[0][0] <= cell.start:
            yield _Cell(0, 0, anchors.pop(0)[1])
        yield _Cell(cell.start, cell.end)
    yield from (_Cell(0, 0, source) for _, source in anchors)


def _attached(attachments: Mapping[str, Any], address: Address, tag: str, place: str) -> str | None:
    """Return an address; of a file that is attached to the cell, its data."""
    if not place.startswith("attachment:"):
        return address(tag, place)
    found = attachments.get(place.removeprefix("attachment:"))
    if tag == "img" and isinstance(found, Mapping):
        for kind, data in found.items():
            if isinstance(data, str) and (made := image_address(kind, data)):
                return made
    return None
