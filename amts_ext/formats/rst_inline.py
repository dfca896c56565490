"""Inline markup of reStructuredText, with exact positions: docutils' own parser says where it is.

>>> for found in constructs("See :ref:`x` and *this*."):
...     print(found.start, found.end, found.node.tagname)
4 12 inline
17 23 emphasis

docutils' ``Inliner`` calls one method for each start-string that it finds. Every method gets the
rest of the text and returns what stands before the construct and what follows it, so their lengths
are its place. https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from docutils import frontend, nodes, utils
from docutils.languages import get_language
from docutils.parsers.rst import Parser, states


class Construct(NamedTuple):
    """One piece of inline markup."""

    start: int
    end: int
    node: Any
    """docutils' node: ``emphasis literal reference target problematic …``. A role is a node
    ``inline`` with an attribute ``role``, empty for the default role."""


class _Recorder(states.Inliner):  # type: ignore[misc]
    """docutils' inline parser; it also writes down where every construct stands."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.found: list[Construct] = []

    def interpreted(
        self, rawsource: str, text: str, role: str | None, lineno: int
    ) -> tuple[list[Any], list[Any]]:
        """Return a node for any role: which roles there are depends on the project."""
        return [nodes.inline(rawsource, "", role=role or "")], []


def _recorded(method: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: _Recorder, match: re.Match[str], lineno: int) -> Any:
        before, inlines, rest, messages = method(self, match, lineno)
        if inlines:
            start = self.size - len(match.string) + len(before)
            self.found.append(Construct(start, self.size - len(rest), inlines[0]))
        return before, inlines, rest, messages

    return call


_Recorder.dispatch = {start: _recorded(method) for start, method in _Recorder.dispatch.items()}


def constructs(text: str) -> list[Construct]:
    """Return the inline markup of a text, in order; bare addresses are found by :func:`uris`."""
    recorder = copy.copy(_recorder())
    recorder.size, recorder.found = len(text), []
    document = new_document()
    memo = states.Struct(document=document, reporter=document.reporter, language=get_language("en"))
    recorder.parse(text, 1, memo, document)
    return recorder.found


def uris(text: str) -> list[tuple[int, int]]:
    """Return the places of bare addresses in a text without other markup.

    >>> uris("See https://example.org/a.")
    [(4, 25)]

    As docutils does, what follows an address is read as if a text began there.
    """
    recorder, found, at = _recorder(), [], 0
    rest = utils.escape2null(text) if ":" in text or "@" in text else ""
    while match := recorder.patterns.uri.search(rest):
        try:
            recorder.standalone_uri(match, 1)
        except states.MarkupMismatch:
            break
        found.append((at + match.start(), at + match.end()))
        rest, at = rest[match.end() :], at + match.end()
    return found


def embedded(text: str) -> int | None:
    """Return where the target ``<…>`` of a phrase reference begins, with the blank before it.

    >>> embedded("docutils <https://docutils.org>")
    8
    """
    found = _recorder().patterns.embedded_link.search(utils.escape2null(text))
    return found.start() if found else None


def new_document() -> Any:
    """Return an empty document; what docutils has to report about its text is not shown."""
    return utils.new_document("", settings())


@cache
def settings() -> Any:
    """Return docutils' own settings, but with all messages off."""
    found = frontend.get_default_settings(Parser)
    found.report_level = found.halt_level = 5
    found.warning_stream = False
    found.file_insertion_enabled = found.raw_enabled = False
    return found


@cache
def _recorder() -> _Recorder:
    ready = states.Inliner()
    ready.init_customizations(settings())  # it cannot be called on a subclass
    recorder = _Recorder()
    recorder.__dict__.update(vars(ready))
    return recorder
