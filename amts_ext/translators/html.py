"""Segments as HTML: the form in which Amazon Translate keeps what it must not touch.

A segment is ``<p id="p7">``, numbered within its page; a single slot is
``<span translate="no" id="s3">`` around its content; a formatting pair is an inline tag with the
id of its slots. :mod:`amts_ext.translators.html_reader` reads the result.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from amts_ext.model import Half, Parts, Slot
from amts_ext.translators.base import Request

TAGS = {"strong": "b", "emphasis": "i", "strikethrough": "s", "link": "a"}
"""Inline tags of formatting pairs by the kind of slot; all other kinds are ``span``."""

_HEAD = '<!DOCTYPE html>\n<html lang="{}">\n<head><meta charset="utf-8"></head>\n<body>\n'
_LONG_NAME = "p000000"
"""As long as any id in a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML document of a job."""

    name: str
    language: str
    """Of the source."""
    requests: tuple[Request, ...]

    @property
    def text(self) -> str:
        """The document, made anew each time: a book's pages together would be too much to hold."""
        elements = (element(r.parts, n) for n, r in zip(self.names, self.requests, strict=True))
        return _HEAD.format(self.language) + "\n".join(elements) + "\n</body>\n</html>\n"

    @property
    def names(self) -> list[str]:
        """The ids of its elements, in the order of its requests."""
        return names(len(self.requests))


def names(count: int) -> list[str]:
    """The ids of a page's elements."""
    return [f"p{number}" for number in range(count)]


def element(parts: Parts, name: str) -> str:
    """A segment as one element."""
    return f'<p id="{name}">{"".join(map(_inline, parts))}</p>'


def pages(requests: Iterable[Request], language: str, largest: int) -> Iterator[Page]:
    """One page a source document, split where it would pass ``largest`` bytes.

    A segment that is larger by itself gets a page of its own.
    """
    by_document: dict[str, list[Request]] = {}
    for request in requests:
        by_document.setdefault(request.document, []).append(request)
    number = 0
    for document, own in by_document.items():
        for group in _groups(own, largest):
            number += 1
            yield Page(f"{number:05}-{_slug(document)}.html", language, tuple(group))


def _inline(part: str | Slot) -> str:
    if isinstance(part, str):
        return _escape(part)
    tag = TAGS.get(part.kind, "span")
    if part.half is Half.OPEN:
        return f'<{tag} id="s{part.id}">'
    if part.half is Half.CLOSE:
        return f"</{tag}>"
    return f'<span translate="no" id="s{part.id}">{_escape(part.content)}</span>'


def _escape(text: str) -> str:
    # A bare CR is a line feed to an HTML parser.
    return html.escape(encodable(text), quote=False).replace("\r", "&#13;")


def encodable(text: str) -> str:
    """The text with a question mark for half a surrogate pair, which no request can carry."""
    return text.encode("utf-8", "replace").decode()


def _groups(requests: Sequence[Request], largest: int) -> Iterator[list[Request]]:
    group: list[Request] = []
    size = 0
    for request in requests:
        own = len(element(request.parts, _LONG_NAME).encode()) + 1
        if group and size + own > largest:
            yield group
            group, size = [], 0
        group.append(request)
        size += own
    if group:
        yield group


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[-60:] or "text"
