"""Reader of translated pages: each segment with its slots, or the problem with it.

>>> source = ("Let ", Slot(1, "math", "$x$"), " be a number.")
>>> page = '<p id="p0">Seja <span translate="no" id="s1">$x$</span> um número.</p>'
>>> to_parts(source, read_page(page, ["p0"])["p0"])[0] == ("Seja ", source[1], " um número.")
True

A slot is told by its id only. Its content comes from the segment that was sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from html.parser import HTMLParser
from xml.parsers.expat import ExpatError, ParserCreate

from msgspec import Struct

from amts_ext.model import Half, Parts, Slot

DEBRIS = "DNT_"
"""The text that the service leaves in place of an untranslatable element that it has lost."""

_CLOSING = (".", ",", ";", ":", "!", "?", ")")
_BEFORE_CLOSING = re.compile(r"\s[.,;:!?)]")
_AFTER_OPENING = re.compile(r"\(\s")
_SLOT_ID = re.compile(r"s(\d+)")
_VOID = frozenset({"br", "img", "wbr", "hr", "input", "meta", "link"})


class Returned(Struct):
    """One segment as it came back."""

    items: list[str | tuple[int, Half]] = []
    """Texts and slots in order; a slot is its number and half, and no two texts are adjacent."""
    problem: str = ""


def read_page(text: str, names: Collection[str]) -> dict[str, Returned]:
    """Read the segments of a translated page, by the ids of their elements.

    >>> read_page('<p id="p0">Um <b id="s1">gato</p>', ["p0", "p1"])["p0"].problem
    'its tags do not match'

    Segments that did not come back are left out. A sound page is well-formed XML, as the page
    that was sent, and is read as such. Any other page is read as HTML.
    """
    found = _Collector(names)
    try:
        _read_xml(text, found)
    except ExpatError:
        found = _Collector(names)
        reader = _Html(found)
        reader.feed(text)
        reader.close()
    return found.finish()


def to_parts(source: Parts, returned: Returned | None) -> tuple[Parts | None, str]:
    """Return the parts of a translation with the slots of its source; or None and the problem.

    >>> to_parts(("Let ", Slot(1, "math", "$x$")), Returned(["Seja"]))
    (None, '⟦math1⟧ did not come back exactly once')
    """
    if returned is None:
        return None, "it did not come back"
    if returned.problem:
        return None, returned.problem
    if (parts := _as_sent(source, returned.items)) is not None:
        return parts, ""
    return _moved(source, returned)


def _as_sent(source: Parts, items: list[str | tuple[int, Half]]) -> Parts | None:
    """Return the parts of a translation whose slots and blanks are where the source has them.

    This is the fast way for nearly all translations. None for the others, which :func:`_moved`
    handles.
    """
    if len(items) != len(source):
        return None
    parts: list[str | Slot] = []
    for own, item in zip(source, items, strict=True):
        if isinstance(item, str):
            if own != item and not (isinstance(own, str) and _alike(own, item)):
                return None
            parts.append(item)
        elif isinstance(own, str) or item != (own.id, own.half):
            return None
        else:
            parts.append(own)
    return tuple(parts)


def _alike(own: str, text: str) -> bool:
    """Return whether both texts begin and end with the same blanks, and none needs a correction.

    :func:`_tidy` takes out a blank before a closing mark and after an opening bracket.
    """
    bare, own_bare = text.strip(), own.strip()
    if not bare or not own_bare or DEBRIS in bare:
        return False
    begin, own_begin = text.index(bare), own.index(own_bare)
    head, tail = text[:begin], text[begin + len(bare) :]
    if head != own[:own_begin] or tail != own[own_begin + len(own_bare) :]:
        return False
    return not (head and bare[0] in _CLOSING) and not (tail and bare[-1] == "(")


def _moved(source: Parts, returned: Returned) -> tuple[Parts | None, str]:
    """Return the parts of a translation, wherever its slots are; or None and the problem."""
    slots = {(s.id, s.half): s for s in source if isinstance(s, Slot)}
    got = Counter([i for i in returned.items if isinstance(i, tuple)])
    for place, slot in slots.items():
        if got.pop(place, 0) != 1:
            return None, f"{slot.token} did not come back exactly once"
    if got:
        return None, f"an unknown slot {next(iter(got))[0]} came back"
    parts = [i if isinstance(i, str) else slots[i] for i in returned.items]
    text = "".join([p for p in parts if isinstance(p, str)])
    sent = "".join([p for p in source if isinstance(p, str)])
    if DEBRIS in text and DEBRIS not in sent:
        return None, f"the translation holds {DEBRIS} debris"
    if not text.strip() and any(c.isalpha() for c in sent):
        return None, "the translation is empty"
    return tuple([p for p in _tidy(parts, source) if p]), ""


def _read_xml(text: str, found: _Collector) -> None:
    """Read a page as XML.

    Raises ExpatError for a page that is not well-formed or declares entities.
    """
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.data
    parser.EntityDeclHandler = _refuse
    parser.Parse(text.encode("utf-8", "replace"), True)


def _refuse(*_: object) -> None:
    raise ExpatError("no page declares entities")


class _Html(HTMLParser):
    """A reader of pages that are not well-formed, tag by tag.

    It repairs nothing, because a repair would hide the damage of a segment.
    """

    def __init__(self, found: _Collector) -> None:
        super().__init__(convert_charrefs=True)
        self._found = found

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Read ``<![`` as the beginning of a comment, as HTML does.

        The base class reads an SGML section, and fails on text that HTML allows.
        """
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self._found.end(tag)

    def handle_data(self, data: str) -> None:
        self._found.data(data)


class _Collector:
    """The segments read so far; an irregularity inside one becomes its problem."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self._found: dict[str, Returned] = {}
        self._segment: Returned | None = None
        self._stack: list[tuple[str, int]] = []
        """Open inline tags with their slot numbers."""
        self._kept = 0
        """Depth inside an untranslatable element; 0 outside."""

    def finish(self) -> dict[str, Returned]:
        """Return all segments; one that is still open was cut off."""
        if self._segment is not None:
            self._spoil("it was cut off")
        return self._found

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Read an opening tag."""
        name = attributes.get("id", "")
        if tag == "p":
            self._start(name)
        elif self._segment is not None and tag not in _VOID:
            self._open(tag, name, attributes.get("translate") == "no")
        elif self._segment is not None:
            self._spoil(f"a foreign <{tag}> came back")

    def end(self, tag: str) -> None:
        """Read a closing tag."""
        if self._segment is None:
            return
        if tag == "p":
            if self._stack or self._kept:
                self._spoil("its tags do not match")
            self._segment = None
        elif self._kept:
            self._kept -= tag == "span"
        elif self._stack and self._stack[-1][0] == tag:
            self._segment.items.append((self._stack.pop()[1], Half.CLOSE))
        else:
            self._spoil(f"a stray </{tag}> came back")

    def data(self, text: str) -> None:
        """Read the text between two tags."""
        if self._segment is None or self._kept:
            return
        items = self._segment.items
        if items and isinstance(before := items[-1], str):
            items[-1] = before + text
        else:
            items.append(text)

    def _start(self, name: str) -> None:
        if self._segment is not None:
            self._spoil("its end is missing")
        self._stack, self._kept = [], 0
        self._segment = None
        if name in self._found:
            self._found[name].problem = "it came back twice"
        elif name in self._known:
            self._segment = self._found[name] = Returned()

    def _open(self, tag: str, name: str, keep: bool) -> None:
        assert self._segment is not None
        match = _SLOT_ID.fullmatch(name)
        if self._kept:
            self._kept += tag == "span"
        elif keep and match:
            self._kept = 1
            self._segment.items.append((int(match[1]), Half.SINGLE))
        elif match:
            self._stack.append((tag, int(match[1])))
            self._segment.items.append((int(match[1]), Half.OPEN))
        else:
            self._spoil(f"a foreign <{tag}> came back")

    def _spoil(self, problem: str) -> None:
        if self._segment is not None:
            self._segment.problem = self._segment.problem or problem


def _tidy(parts: list[str | Slot], source: Parts) -> list[str | Slot]:
    """Correct the blanks that the service puts beside tags, by those of the source.

    - Blanks just inside a formatting pair move out of it, unless the source has some there.
    - Text beside a slot gets the blanks that the source has there, if it is the source's text.
    - The segment begins and ends with the blanks of the source.
    """
    own = _joined(source)
    if len(own) == 1:
        return _with_ends(["".join(map(str, parts))], own)
    parts = _joined(parts)
    if not _blank_inside(own):
        for i in range(1, len(parts), 2):
            _move_out(parts, i)
    texts = "\0".join([str(text) for text in own[::2]])
    closing = () if _BEFORE_CLOSING.search(texts) else _CLOSING
    opening = () if _AFTER_OPENING.search(texts) else ("(",)
    beside = {own[i]: i for i in range(1, len(own), 2)}
    for i in range(1, len(parts), 2):
        head, tail, place = str(parts[i + 1]), str(parts[i - 1]), beside[parts[i]]
        if head[:1].isspace():
            parts[i + 1] = _as_in(str(own[place + 1]), head, closing)
        if tail[-1:].isspace():
            parts[i - 1] = _as_in(str(own[place - 1])[::-1], tail[::-1], opening)[::-1]
    return _with_ends(parts, own)


def _as_in(source: str, text: str, tight: tuple[str, ...]) -> str:
    """Return the text that follows a slot, with its first blanks corrected by the source's text.

    Blanks as in the source stay. Others go if the source has none there and goes on with the same
    character; else they become one blank. Text that begins with one of ``tight`` has no blank,
    wherever its slot moved.
    """
    bare, own = text.lstrip(), source.lstrip()
    blanks = text[: len(text) - len(bare)]
    if blanks and bare.startswith(tight):
        return bare
    if blanks in ("", source[: len(source) - len(own)]):
        return text
    return bare if own == source and bare[:1] == own[:1] else f" {bare}"


def _joined(parts: Iterable[str | Slot]) -> list[str | Slot]:
    """Join adjacent texts, and add empty ones, so that texts and slots take turns.

    Texts are at even positions, slots at odd ones; the first and the last part are texts.
    """
    result: list[str | Slot] = [""]
    for part in parts:
        if isinstance(part, str):
            result[-1] = f"{result[-1]}{part}"
        else:
            result += [part, ""]
    return result


def _blank_inside(joined: Sequence[str | Slot]) -> bool:
    """Return whether a formatting pair has a blank at the beginning or the end inside it."""
    for i in range(1, len(joined), 2):
        half = _half(joined[i])
        if half is Half.OPEN and str(joined[i + 1])[:1].isspace():
            return True
        if half is Half.CLOSE and str(joined[i - 1])[-1:].isspace():
            return True
    return False


def _move_out(parts: list[str | Slot], i: int) -> None:
    """Move the blanks just inside the half of a pair at position ``i`` out of the pair."""
    half = _half(parts[i])
    if half is Half.SINGLE:
        return
    inner, outer = (i + 1, i - 1) if half is Half.OPEN else (i - 1, i + 1)
    text, beyond = str(parts[inner]), str(parts[outer])
    bare = text.lstrip() if half is Half.OPEN else text.rstrip()
    if bare == text:
        return
    parts[inner] = bare
    if half is Half.OPEN and outer > 0 and not beyond[-1:].isspace():
        parts[outer] = beyond + " "
    if half is Half.CLOSE and outer < len(parts) - 1 and not beyond[:1].isspace():
        parts[outer] = " " + beyond


def _half(part: str | Slot) -> Half:
    return part.half if isinstance(part, Slot) else Half.SINGLE


def _with_ends(parts: list[str | Slot], joined: Sequence[str | Slot]) -> list[str | Slot]:
    """Give the segment the blanks that its source begins and ends with."""
    first, last = str(joined[0]), str(joined[-1])
    head, tail = first[: len(first) - len(first.lstrip())], last[len(last.rstrip()) :]
    if len(parts) == 1:
        return [head + str(parts[0]).strip() + (tail if str(parts[0]).strip() else "")]
    parts[0] = head + str(parts[0]).lstrip()
    parts[-1] = str(parts[-1]).rstrip() + tail
    return parts
