"""The prose of an HTML page, for reading only: blocks with their lines, code and formulas as marks.

A tag that is not phrasing content begins and ends a block
(https://html.spec.whatwg.org/#phrasing-content).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from operator import attrgetter

from amts_ext.model import Block, Document, Mark

KINDS = {
    **{f"h{n}": "title" for n in range(1, 7)},
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
    "blockquote": "quote",
    "p": "paragraph",
}


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


CODE = _tags("code kbd samp var tt")
PHRASING = CODE | _tags(
    "a abbr b bdi bdo br cite data del dfn em font i img ins label mark math q ruby s small span "
    "strong sub sup time u wbr"
)
SKIPPED = _tags(
    "script style pre nav head svg template noscript textarea select button iframe object"
)
VOID = _tags("area base br col embed hr img input link meta source track wbr")

_BLANKS = re.compile(r"\s+")
_TEX = re.compile(r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\$[^$\s](?:[^$]*[^$\s])?\$(?!\d)", re.S)
_LETTER = re.compile(r"[^\W\d_]")
_MACHINE = re.compile(r"machine[- ]translat|google translate|translated by machine", re.I)


@dataclass(frozen=True, slots=True)
class WebPage(Document):
    """An HTML page as a document; its ``text`` is the prose, one block on a line."""

    language: str = ""
    """The language that ``<html lang>`` names."""
    alternates: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the page in other languages, from ``<link hreflang>`` and ``<a hreflang>``."""
    by_machine: bool = False
    """True: the page says that a machine translated it."""


def read(text: str, name: str = "") -> WebPage:
    """Read the prose of an HTML page.

    >>> page = read("<h1>Layers</h1>\\n<p>A <code>Dense</code> layer.")
    >>> [(block.kind, block.line, page.text[block.start : block.end]) for block in page.blocks]
    [('title', 1, 'Layers'), ('paragraph', 2, 'A Dense layer.')]

    Lines of blocks are those of the file. Any text can be read, also malformed HTML.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.flush()
    return WebPage(
        name,
        "\n".join(reader.texts),
        tuple(reader.blocks),
        tuple(reader.anchors),
        language=reader.language,
        alternates=reader.alternates,
        by_machine=reader.by_machine,
    )


class _Reader(HTMLParser):
    """A parser that collects the text of one block until a tag ends it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.blocks: list[Block] = []
        self.anchors: list[tuple[int, str]] = []
        self.language = ""
        self.alternates: dict[str, str] = {}
        self.by_machine = False
        self._open: list[str] = []
        self._skipped = ""
        """The open tag whose content is left out, or nothing."""
        self._held: list[str] = []
        """The text in that tag; a code block becomes an anchor for the alignment."""
        self._kept: tuple[str, str, int] | None = None
        """The open tag that holds code or untranslated text: the tag, its kind, its start."""
        self._text = ""
        self._marks: list[Mark] = []
        self._line = 0
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self._note(tag, values)
        if self._skipped:
            self._open += [tag] if tag == self._skipped else []
            return
        if tag not in PHRASING or tag == "br":
            self.flush()
        if tag in SKIPPED:
            self._skipped = tag
        if tag not in VOID:
            self._open.append(tag)
            keep = values.get("translate") == "no" or "notranslate" in values.get("class", "")
            if self._kept is None and (tag in CODE or tag == "math" or keep) and tag in PHRASING:
                kind = "code" if tag in CODE else "math" if tag == "math" else "html"
                self._kept = tag, kind, len(self._text)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        if self._skipped and tag != self._skipped:
            return
        if self._kept is not None and self._kept[0] == tag and self._open.count(tag) == 1:
            self._keep(*self._kept[1:])
        if not self._skipped and tag not in PHRASING:
            self.flush()
        while self._open.pop() != tag:
            pass
        if tag == self._skipped and tag not in self._open:
            self._skipped = ""
            if content := "".join(self._held).strip() if tag == "pre" else "":
                self.anchors.append((self._size, f"code:{content}"))
            self._held = []

    def handle_data(self, data: str) -> None:
        if self._skipped:
            self._held.append(data)
            return
        flat = _BLANKS.sub(" ", data)
        if not self._text or self._text.endswith(" "):
            flat = flat.lstrip(" ")
        if flat and not self._text:
            blank = data[: len(data) - len(data.lstrip())]
            self._line = self.getpos()[0] + blank.count("\n")
        self._text += flat

    def handle_comment(self, data: str) -> None:
        self.by_machine |= bool(_MACHINE.search(data))

    def flush(self) -> None:
        """End the block; one without words is left out."""
        if self._kept is not None:
            self._keep(*self._kept[1:])
        text = self._text.rstrip()
        marks = [m for m in self._marks if m.start < m.end <= len(text)]
        if _LETTER.search(text):
            taken = [(m.start, m.end) for m in marks]
            for found in _TEX.finditer(text):
                if not any(a < found.end() and found.start() < b for a, b in taken):
                    marks.append(Mark(*found.span(), "math"))
            at = self._size
            moved = tuple(m.moved(at) for m in sorted(marks, key=attrgetter("start")))
            kind = next((KINDS[tag] for tag in reversed(self._open) if tag in KINDS), "paragraph")
            self.blocks.append(Block(kind, at, at + len(text), self._line, moved))
            self.texts.append(text)
            self._size += len(text) + 1
        self._text, self._marks = "", []

    def _keep(self, kind: str, start: int) -> None:
        self._marks.append(Mark(start, len(self._text), kind))
        self._kept = None

    def _note(self, tag: str, values: Mapping[str, str]) -> None:
        """Note what a tag says about the page and its translations, and where an image stands."""
        if tag == "html":
            self.language = values.get("lang", "")
            self.by_machine |= "translated-" in values.get("class", "")
        elif tag in ("link", "a") and values.get("hreflang") and values.get("href"):
            self.alternates.setdefault(values["hreflang"].lower(), values["href"])
        elif tag == "meta":
            self.by_machine |= bool(_MACHINE.search(values.get("content", "")))
        elif tag == "img" and values.get("src"):
            self.anchors.append((self._size, f"image:{values['src']}"))
