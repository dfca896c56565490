"""Open items as notes in the files themselves, for who likes to work there.

>>> from amts_ext.human.open_items import ItemKind
>>> item = OpenItem(ItemKind.NEW, 3, 12, new_source="A sum.", new_target="Una suma.")
>>> print(noted("Una media.\\n\\nUna suma.\\n", [item]))
Una media.
<BLANKLINE>
<!-- amts: new: the source has something new, which is translated ¦ source: {+A sum.+} -->
<BLANKLINE>
Una suma.
<BLANKLINE>
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from amts_ext.formats import Edit, splice
from amts_ext.human.open_items import OpenItem
from amts_ext.sync.explaining import explained, source_diff, target_diff
from amts_ext.sync.notebook import NotebookText
from amts_ext.sync.readable import Readable
from amts_ext.text import notes
from amts_ext.text.word_diff import as_line

_INNER = re.compile(r"[ \t]*(?:[*+-]|\d+[.)]|>)[ \t]|[ \t]+\S")
"""A line in a list or a quote: a note of its own before it would divide them."""
_CAPTIONS = (":", "Table:")
"""Beginnings of a table's caption, and of a definition: the block before it belongs to it."""
_FENCE = re.compile(r"^([ \t]*(?:`{3,}|~{3,})).*?^\1[ \t]*$", re.M | re.S)
_CELL = re.compile(r"^⟪(?:code|raw)⟫$.*?^⟪end⟫$", re.M | re.S)


def settled(
    file: Readable,
    text: str,
    items: Iterable[OpenItem],
    others: tuple[Readable, Readable] | None = None,
    has_notes: bool = False,
) -> tuple[str, tuple[OpenItem, ...]]:
    """Return a file's new content, and the open items with their lines in it.

    ``text`` is its new text, without notes; ``others`` are the base and the source.
    """
    items = tuple(items)
    written = noted(text, items) if has_notes else text
    content = file.dressed(written, *(others or ()))
    page = NotebookText.of(content) if isinstance(file, NotebookText) else None

    def line(at: int) -> int:
        return page.line(at) if page else written.count("\n", 0, notes.position(written, at)) + 1

    return content, tuple(i if i.is_whole else replace(i, line=line(i.start)) for i in items)


def noted(text: str, items: Iterable[OpenItem]) -> str:
    """Return a translation's text with a note for each open item that has a place in it."""
    added: dict[int, str] = {}
    for item in items:
        at, is_inner = _place(text, item)
        if at >= 0:
            written = f" {_note(item)}" if is_inner else f"{_note(item)}\n\n"
            added[at] = added.get(at, "") + written
    return splice(text, [Edit(at, at, new) for at, new in sorted(added.items())])


def _note(item: OpenItem) -> str:
    said = [explained(item)]
    if line := as_line(source_diff(item)):
        said.append(f"source: {line}")
    if item.kept and item.new_target:
        said.append(f"suggested: {as_line(target_diff(item))}")
    return notes.note(str(item.kind), " | ".join(said))


def _place(text: str, item: OpenItem) -> tuple[int, bool]:
    """Return where an item's note stands, and whether that is at the end of a line.

    -1 for an item about the whole file, and for code in a notebook, in which no note can stand.
    """
    cells, fences = ([m.span() for m in found.finditer(text)] for found in (_CELL, _FENCE))
    if item.is_whole or any(a <= item.start < b for a, b in cells):
        return -1, False
    start = next((a for a, b in fences if a <= item.start < b), item.start)
    at = _block(text, start)
    if not _INNER.match(text, at):
        return at, False
    end = text.find("\n", item.start + max(0, len(item.now.rstrip()) - 1))
    return (len(text) if end < 0 else end), True


def _block(text: str, position: int) -> int:
    """Return the start of the block at a place; of a table with its caption, the start of both."""
    at = text.rfind("\n\n", 0, position + 1)
    at = 0 if at < 0 else at + 2
    before = text.rfind("\n\n", 0, max(0, at - 1))
    before = 0 if before < 0 else before + 2
    is_joined = text.startswith(_CAPTIONS, at) or (
        text.startswith("|", at) and text.startswith(_CAPTIONS, before)
    )
    return _block(text, before) if at and is_joined else at
