"""Segments as HTML, in which Amazon Translate leaves alone what is marked with ``translate="no"``.

>>> print(element(("Let ", Slot(1, "math", "$x$"), " be a number."), "p7"))
<p id="p7">Let <span translate="no" id="s1">$x$</span> be a number.</p>

The paragraph's id is the number of the segment within its page. A formatting pair becomes an inline
tag, such as ``<b id="s2">``. :mod:`amts_ext.translators.amazon.html_reader` reads the result.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amts_ext.model import Half, Parts, Slot
from amts_ext.translators.base import Request

TAGS = {"strong": "b", "emphasis": "i", "strikethrough": "s", "link": "a"}
"""The inline tag of a formatting pair by the kind of its slots; other kinds are ``span``."""

_HEAD = '<!DOCTYPE html>\n<html lang="{}">\n<head><meta charset="utf-8"/></head>\n<body>\n'
_SPECIAL = re.compile("[&<>\r\ud800-\udfff]")
_TAIL = "\n</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML document of a job."""

    name: str
    """The file name, such as ``00001-index-md.html``."""
    requests: tuple[Request, ...]
    text: str = ""
    """The HTML; empty in a job from the journal, which has been uploaded."""

    @property
    def names(self) -> list[str]:
        """The ids of the elements, in the order of the requests: ``p0``, ``p1`` …"""
        return [f"p{number}" for number in range(len(self.requests))]


def element(parts: Parts, name: str) -> str:
    """Return a segment as one HTML element with the id ``name``.

    >>> pair = Slot(1, "strong", "**", Half.OPEN), Slot(1, "strong", "**", Half.CLOSE)
    >>> print(element((pair[0], "a < b", pair[1]), "p0"))
    <p id="p0"><b id="s1">a &lt; b</b></p>
    """
    inline = "".join([_escape(p) if isinstance(p, str) else _tag(p) for p in parts])
    return f'<p id="{name}">{inline}</p>'


def pages(requests: Iterable[Request], language: str, largest: int) -> Iterator[Page]:
    """Yield a page for each source document, split so that none passes ``largest`` bytes.

    >>> requests = [Request(text, (text,), "pets/cat.md", ("pt",)) for text in ("A cat.", "A dog.")]
    >>> [page.name for page in pages(requests, "en", largest=1000)]
    ['00001-pets-cat-md.html']
    >>> [page.name for page in pages(requests, "en", largest=20)]
    ['00001-pets-cat-md.html', '00002-pets-cat-md.html']

    The bytes are those of the segments' elements. A larger segment gets a page of its own.
    """
    by_document: dict[str, list[Request]] = {}
    for request in requests:
        by_document.setdefault(request.document, []).append(request)
    number = 0
    for document, own in by_document.items():
        for group in _groups(own, largest):
            number += 1
            text = _HEAD.format(language) + "\n".join([made for _, made in group]) + _TAIL
            name = f"{number:05}-{_slug(document)}.html"
            yield Page(name, tuple([request for request, _ in group]), text)


def _tag(slot: Slot) -> str:
    if slot.half is Half.SINGLE:
        return f'<span translate="no" id="s{slot.id}">{_escape(slot.content)}</span>'
    tag = TAGS.get(slot.kind, "span")
    return f'<{tag} id="s{slot.id}">' if slot.half is Half.OPEN else f"</{tag}>"


def _escape(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    # A bare CR is a line feed to an HTML parser.
    return html.escape(encodable(text), quote=False).replace("\r", "&#13;")


def encodable(text: str) -> str:
    """Replace each half of a surrogate pair, which UTF-8 cannot hold, by a question mark.

    >>> encodable("a\\ud800b")
    'a?b'
    """
    return text.encode("utf-8", "replace").decode()


def plain_text(parts: Parts) -> str:
    """Return the text of a segment as it stands in its element, with single blanks.

    >>> plain_text(("Let  ", Slot(1, "math", "$x$"), " be."))
    'Let $x$ be.'
    """
    shown = (p if isinstance(p, str) else "" if p.half else p.content for p in parts)
    return " ".join(encodable("".join(shown)).split())


def _groups(requests: Iterable[Request], largest: int) -> Iterator[list[tuple[Request, str]]]:
    """Yield the requests of each page, with their elements."""
    group: list[tuple[Request, str]] = []
    size = 0
    for request in requests:
        made = element(request.parts, f"p{len(group)}")
        own = len(made.encode()) + 1
        if group and size + own > largest:
            yield group
            group, size = [], 0
            made = element(request.parts, "p0")
        group.append((request, made))
        size += own
    if group:
        yield group


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-60:] or "text"
