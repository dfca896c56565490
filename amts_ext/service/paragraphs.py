"""The text of one part of an Office Open XML file (ECMA-376), paragraph by paragraph.

A paragraph (``w:p``, ``a:p``; in workbooks a string, ``si`` or ``is``) is one run of text for the
engine: what is formatted otherwise than most of the paragraph is a pair of marks; pictures, tabs,
footnotes, formulas and the like are marks. A paragraph that changed is written anew from these; all
other bytes of the part are kept. What cannot be kept in order is left alone: a paragraph in which a
field begins or ends that does not end or begin there, as in a table of contents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from xml.parsers import expat
from xml.sax.saxutils import escape

from amts_ext.model import Half
from amts_ext.service.documents import ContentError
from amts_ext.service.runs import Mark, Piece, Run

_DRAWING = "/drawingml/"
_OWN = ("/wordprocessingml/", "/spreadsheetml/", _DRAWING)
"""In the names of the namespaces whose elements ``p``, ``r`` and ``t`` are text (not math's)."""

_PARAGRAPHS = frozenset({"p", "si", "is"})
_FRAME = frozenset({"pPr", "endParaRPr"})
"""Stand at the beginning or the end of a paragraph."""
_DROPPED = frozenset({"proofErr", "lastRenderedPageBreak", "rPh", "phoneticPr", "rPr"})
"""Say something of the text that was, and not of its translation; ``rPr`` is written by its run."""
_TAG = re.compile(rb"<([^\s<>/:]+:)?[^\s<>/:]+(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


@dataclass(slots=True)
class _Node:
    """One element of a part, by byte offsets."""

    name: str
    """Local name; empty in a namespace that is not of interest."""
    prefix: str
    start: int
    inner: int
    """Where its content begins."""
    close: int = 0
    """Where its content ends."""
    end: int = 0
    drawing: bool = False
    """Of DrawingML, whose text needs no ``xml:space``."""
    field_type: str = ""
    """Of ``fldChar``: ``begin``, ``separate`` or ``end``."""
    text: str = ""
    """The characters directly in it."""
    children: list[_Node] = field(default_factory=list)

    def has_text(self) -> bool:
        """Whether a run with text stands in it; paragraphs in it do not count."""
        return any(
            (c.name == "r" and any(t.name == "t" for t in c.children))
            or (c.name not in _PARAGRAPHS and c.has_text())
            for c in self.children
        )

    def paragraphs(self) -> Iterator[_Node]:
        for child in self.children:
            yield from child.paragraphs()
            if child.name in _PARAGRAPHS:
                yield child


Looks = bytes | None
"""The properties (``rPr``) of a run, as they are written; None where there is no run."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An element that stands beside text; in a run, it gets one of its own."""

    node: _Node
    looks: Looks


@dataclass(slots=True)
class _Atom:
    """What stands at one place of a paragraph: text, or what is kept."""

    text: str | None = None
    looks: Looks = None
    half: Half = Half.SINGLE
    pair: int = -1
    kept: list[_Kept | bytes] = field(default_factory=list)
    field_type: str = ""


class Part:
    """One part: its elements, and the paragraphs in it that are to be translated."""

    def __init__(self, data: bytes, leave: frozenset[str]) -> None:
        self.data = data
        self.paragraphs: dict[int, Paragraph] = {}
        """By the offset where they start."""
        self.root = _parse(data)
        for node in self.root.paragraphs():
            paragraph = Paragraph(node, data)
            if paragraph.pieces and paragraph.plain not in leave:
                self.paragraphs[node.start] = paragraph

    def written(self, node: _Node) -> bytes:
        """An element with the results of the paragraphs in it."""
        paragraph = self.paragraphs.get(node.start)
        if paragraph is not None and paragraph.result != paragraph.pieces:
            return self._rewritten(node, paragraph)
        out, at = [], node.start
        for child in node.children:
            out += [self.data[at : child.start], self.written(child)]
            at = child.end
        return b"".join([*out, self.data[at : node.end]])

    def _rewritten(self, node: _Node, paragraph: Paragraph) -> bytes:
        frame = [c for c in node.children if c.name in _FRAME]
        head = b"".join(self.written(c) for c in frame if c.name == "pPr")
        tail = b"".join(self.written(c) for c in frame if c.name != "pPr")
        looks = [paragraph.looks]
        out = [self.data[node.start : node.inner], head]
        for piece in paragraph.result:
            if isinstance(piece, str):
                out.append(_run(node, looks[-1], piece))
                continue
            atom = paragraph.atoms[int(piece.raw)]
            if atom.kept:
                out += [k if isinstance(k, bytes) else self._kept(k, node) for k in atom.kept]
            elif atom.half is Half.OPEN:
                looks.append(atom.looks)
            else:
                looks.pop()
        return b"".join([*out, tail, self.data[node.close : node.end]])

    def _kept(self, kept: _Kept, paragraph: _Node) -> bytes:
        content = self.written(kept.node)
        return content if kept.looks is None else _wrapped(paragraph, "r", kept.looks + content)


class Paragraph:
    """A paragraph as text and marks, and how to write it again."""

    def __init__(self, node: _Node, data: bytes) -> None:
        self._data = data
        self._numbers = count()
        atoms = _with_fields(_joined(list(self._atoms(node))), self._numbers)
        texts = Counter[Looks]()
        for atom in atoms or []:
            if atom.text is not None:
                texts[atom.looks] += len(atom.text)
        self.looks: Looks = texts.most_common(1)[0][0] if texts else None
        """The properties that most of the text has."""
        self.atoms: list[_Atom] = []
        self.pieces: list[Piece] = []
        for atom in atoms or []:
            self._add(atom)
        self.plain = "".join(p for p in self.pieces if isinstance(p, str))
        if not any(c.isalpha() for c in self.plain):
            self.pieces = []
        self.result: Run = self.pieces

    def _add(self, atom: _Atom) -> None:
        if atom.text is None:
            self._mark(atom)
        elif atom.looks == self.looks:
            self.pieces.append(atom.text)
        else:
            pair = next(self._numbers)
            self._mark(_Atom(looks=atom.looks, half=Half.OPEN, pair=pair))
            self.pieces.append(atom.text)
            self._mark(_Atom(half=Half.CLOSE, pair=pair))

    def _mark(self, atom: _Atom) -> None:
        self.pieces.append(Mark(str(len(self.atoms)), atom.half, atom.pair))
        self.atoms.append(atom)

    def _atoms(self, node: _Node) -> Iterator[_Atom]:
        for child in node.children:
            if child.name in _DROPPED or child.name in _FRAME:
                continue
            if child.name == "t":
                yield _Atom(child.text)  # of a workbook
            elif child.name == "r":
                yield from self._run(child)
            elif child.has_text():
                yield from self._holder(child)
            else:
                yield _Atom(kept=[_Kept(child, None)])

    def _run(self, run: _Node) -> Iterator[_Atom]:
        looks = b"".join(self._data[c.start : c.end] for c in run.children if c.name == "rPr")
        for child in run.children:
            if child.name == "t":
                yield _Atom(child.text, looks)
            elif child.name not in _DROPPED:
                yield _Atom(kept=[_Kept(child, looks)], field_type=child.field_type)

    def _holder(self, node: _Node) -> Iterator[_Atom]:
        """A link or the like: its text between two marks, which hold all else of it."""
        within = [c for c in node.children if c.name == "r" or c.has_text()]
        pair = next(self._numbers)
        head = self._data[node.start : within[0].start]
        tail = self._data[within[-1].end : node.end]
        inner = _Node("", "", 0, 0)
        inner.children = node.children[
            node.children.index(within[0]) : node.children.index(within[-1]) + 1
        ]
        yield _Atom(half=Half.OPEN, pair=pair, kept=[head])
        yield from self._atoms(inner)
        yield _Atom(half=Half.CLOSE, pair=pair, kept=[tail])


def _parse(data: bytes) -> _Node:
    """The elements of a part; a document type, and with it entities, is refused."""
    if b"\0" in data:
        raise ContentError("a part of the file is in UTF-16, and not in UTF-8 as usual")
    root = _Node("", "", 0, 0, end=len(data))
    path = [root]
    parser = expat.ParserCreate("utf-8", " ")

    def refuse(*_: object) -> None:
        raise ContentError("document types and entities are not allowed")

    def open_(name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        tag = _TAG.match(data, parser.CurrentByteIndex)
        assert tag is not None, "expat has read it"
        prefix = (tag[1] or b"").decode()
        known = any(own in space for own in _OWN)
        node = _Node(local if known else "", prefix, tag.start(), tag.end())
        node.drawing = _DRAWING in space
        if node.name == "fldChar":
            node.field_type = next((v for k, v in attributes.items() if "fldCharType" in k), "")
        path[-1].children.append(node)
        path.append(node)

    def close(_name: str) -> None:
        node = path.pop()
        at = parser.CurrentByteIndex
        empty = data[node.inner - 2 : node.inner] == b"/>"
        node.close = node.inner if empty else at
        node.end = node.inner if empty else data.index(b">", at) + 1

    def characters(text: str) -> None:
        path[-1].text += text

    parser.StartElementHandler, parser.EndElementHandler = open_, close
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, refuse
    parser.Parse(data, True)
    return root


def _joined(atoms: Sequence[_Atom]) -> list[_Atom]:
    """Texts in a row that look the same are one text."""
    result: list[_Atom] = []
    for atom in atoms:
        last = result[-1] if result else None
        if last and last.text is not None and atom.text is not None and last.looks == atom.looks:
            last.text += atom.text
        else:
            result.append(atom)
    return result


def _with_fields(atoms: list[_Atom], numbers: Iterator[int]) -> list[_Atom] | None:
    """Make each field a pair of marks around its result; None if one is not whole."""
    result: list[_Atom] = []
    waiting: list[tuple[int, int]] = []
    for atom in atoms:
        if atom.field_type == "begin":
            waiting.append((len(result), -1))
        if atom.field_type in ("separate", "end") and not waiting:
            return None
        result.append(atom)
        if atom.field_type not in ("separate", "end"):
            continue
        start, pair = waiting.pop()
        if pair < 0 and any(a.text is not None for a in result[start:]):
            return None
        everything = [k for a in result[start:] for k in a.kept]
        if atom.field_type == "separate":
            pair = next(numbers)
            result[start:] = [_Atom(half=Half.OPEN, pair=pair, kept=everything)]
            waiting.append((start, pair))
        elif pair < 0:
            result[start:] = [_Atom(kept=everything)]
        else:
            result[-1] = _Atom(half=Half.CLOSE, pair=pair, kept=atom.kept)
    return None if waiting else result


def _run(paragraph: _Node, looks: Looks, text: str) -> bytes:
    """Text with its properties, as an element of the paragraph."""
    kind = "t" if paragraph.drawing else 't xml:space="preserve"'
    content = _wrapped(paragraph, kind, escape(text).encode())
    return content if looks is None else _wrapped(paragraph, "r", looks + content)


def _wrapped(paragraph: _Node, tag: str, content: bytes) -> bytes:
    start, end = f"<{paragraph.prefix}{tag}>", f"</{paragraph.prefix}{tag.split()[0]}>"
    return start.encode() + content + end.encode()
