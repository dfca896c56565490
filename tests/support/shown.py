"""The preview's HTML, read again: what nests, which sentence has which words, what could act."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from html.parser import HTMLParser

from amts_ext import formats
from amts_ext.formats import Format
from amts_ext.model import Document
from amts_ext.preview.rendering.notation import RowSpan
from amts_ext.preview.rendering.render import render
from amts_ext.text.masking import mask

VOID = frozenset({"br", "hr", "img", "input", "wbr", "col"})
ACTIVE = {
    "script", "style", "iframe", "object", "embed", "form", "button", "link", "meta", "base",
    "svg", "audio", "video", "source", "template", "textarea", "select", "portal",
    "foreignobject", "animate", "set", "use",
}  # fmt: skip
SCHEMES = ("javascript:", "vbscript:", "data:text", "blob:", "file:")
"""No browser runs what is in an image, so that an ``img`` of ``data:image/svg+xml`` may stay."""


class Shown(HTMLParser):
    """HTML as it was read; ``words`` has the text of every sentence by its id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: defaultdict[str, str] = defaultdict(str)
        self.misplaced: list[str] = []
        self.tags: Counter[str] = Counter()
        self.active: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        self.misplaced += [tag for tag, _ in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.active += [tag] if tag in ACTIVE else []
        for name, value in found.items():
            acts = name.startswith("on") or name in ("style", "srcdoc", "formaction", "action")
            plain = "".join(value.split()).lower()
            in_math = name == "style" and self.tags["math"]
            leads = plain.startswith(SCHEMES) or (plain.startswith("data:") and tag != "img")
            if (acts and not in_math) or leads:
                self.active.append(f"{tag} {name}={value}")
        if tag == "img":
            self.handle_data(f" {found.get('alt', '')} ")
        if tag not in VOID:
            self._open.append((tag, found.get("data-seg")))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        for _, row in self._open:
            if row:
                self.words[row] += data


def rendered(text: str, format: str) -> tuple[Document, list[str], list[RowSpan]]:
    """The document, its chunks, and the spans of its sentences, with ids ``s0 s1 …``."""
    reader: Format = formats.get(format)
    document = reader.read(text, "a")
    segments = mask(document, "en")
    spans = [RowSpan(s.start, s.end, f"s{i}", "human") for i, s in enumerate(segments)]
    return document, render(document, reader, spans), spans


def lost(text: str, format: str) -> list[tuple[str, str]]:
    """The sentences of which a letter is not in the elements with their id, and what is there."""
    document, chunks, spans = rendered(text, format)
    shown = Shown("".join(chunks))
    found = []
    for segment, span in zip(mask(document, "en"), spans, strict=True):
        words = "".join(part for part in segment.parts if isinstance(part, str))
        there = Counter(filter(str.isalpha, shown.words[span.row]))
        if Counter(filter(str.isalpha, words)) - there:
            found.append((segment.tokens, shown.words[span.row]))
    return found


def notebook(cells: Sequence[str | dict[str, object]]) -> str:
    """A notebook of markdown cells (strings) and of cells as they are given."""
    made = [{"cell_type": "markdown", "source": c} if isinstance(c, str) else c for c in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made})
