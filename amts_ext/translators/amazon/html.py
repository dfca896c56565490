"""Segments as HTML: the form in which Amazon Translate keeps what it must not touch.

A segment is ``<p id="p7">``, numbered within its page; a single slot is
``<span translate="no" id="s3">`` around its content; a formatting pair is an inline tag with the
id of its slots. :mod:`amts_ext.translators.amazon.html_reader` reads the result.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amts_ext.model import Half, Parts, Slot
from amts_ext.translators.base import Request

TAGS = {"strong": "b", "emphasis": "i", "strikethrough": "s", "link": "a"}
"""Inline tags of formatting pairs by the kind of slot; all other kinds are ``span``."""

_HEAD = '<!DOCTYPE html>\n<html lang="{}">\n<head><meta charset="utf-8"/></head>\n<body>\n'
_SPECIAL = re.compile("[&<>\r\ud800-\udfff]")
_TAIL = "\n</body>\n</html>\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One HTML document of a job."""

    name: str
    requests: tuple[Request, ...]
    text: str = ""
    """The document; empty in a job that an earlier run has uploaded."""

    @property
    def names(self) -> list[str]:
        """The ids of its elements, in the order of its requests."""
        return [f"p{number}" for number in range(len(self.requests))]


def element(parts: Parts, name: str) -> str:
    """A segment as one element."""
    inline = "".join([_escape(p) if isinstance(p, str) else _tag(p) for p in parts])
    return f'<p id="{name}">{inline}</p>'


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
    """The text with a question mark for half a surrogate pair, which no request can carry."""
    return text.encode("utf-8", "replace").decode()


def _groups(requests: Iterable[Request], largest: int) -> Iterator[list[tuple[Request, str]]]:
    """The requests of one page after the other, with their elements."""
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
