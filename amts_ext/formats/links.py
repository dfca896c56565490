"""Links to places in documents: where their addresses stand in a text.

>>> text = "See [the mean](mean.md#history), <a href='#sum'>the sum</a>.\\n"
>>> [link.address for link in find_links(text, [(4, 31, "mean.md#history")], [])]
['mean.md#history', '#sum']

The parser says where an inline link stands and where it leads; the address is looked for between
these ends. Definitions (``[mean]: #the-mean``) and links in HTML have no such event, and are found
outside code by their form.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from amts_ext.formats.overlays import Spans, holds
from amts_ext.model import Document, Link

INLINE = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|([^\s<>]*))")
"""The address of an inline link, after the bracket that closes its text."""
DEFINITION = re.compile(r"\]:[ \t]*<?([^\s<>]*#[^\s<>]*)")
"""The address of a definition; :data:`LABEL` says whether it is one."""
LABEL = re.compile(r"(?:\A|\n)[ >]*\[[^\[\]\n]+\Z")
"""The text up to a definition's closing bracket, from its line's start."""
LONGEST = 1_010
"""Characters of a label that are looked at; CommonMark allows 999."""
HTML = re.compile(r"<a\s[^<>]*?\bhref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def find_links(
    text: str,
    inline: Sequence[tuple[int, int, str]],
    code: Iterable[tuple[int, int]],
    prose: Iterable[tuple[int, int]] = (),
) -> tuple[Link, ...]:
    """Return the addresses with a ``#``, in order.

    ``inline`` has the start, the end and the address of each link that the parser found; ``code``
    the ranges in which no link is, and ``prose`` those in which no definition is: the parser reads
    ``[mean]: #the-mean`` as words where it goes on with a paragraph.
    """
    if "#" not in text:
        return ()
    found = [place for start, end, to in inline if (place := _inline(text, start, end, to))]
    defined, in_html = list(_definitions(text)), list(_html(text))
    if defined or in_html:
        code, words = Spans(code), Spans(prose)
        found += [place for place in defined if code.free(*place) and words.free(*place)]
        found += [place for place in in_html if code.free(*place)]
    links: list[Link] = []
    line, at = 1, 0
    for start, end in sorted(set(found)):
        line += text.count("\n", at, start)
        at = start
        links.append(Link(start, end, line, text[start:end]))
    return tuple(links)


def moved_links(
    document: Document, by: int, line: Callable[[int], int] | None = None
) -> tuple[tuple[tuple[int, int], ...], tuple[Link, ...]]:
    """Return a document's titles and links ``by`` characters further on.

    ``line`` gives the new line of a position in the document; without it the lines stay.
    """
    titles = tuple((start + by, end + by) for start, end in document.titles)
    return titles, tuple(
        replace(k, start=k.start + by, end=k.end + by, line=line(k.start) if line else k.line)
        for k in document.links
    )


def unescaped(address: str) -> str:
    """Return an address as it is meant: without backslashes and entities.

    >>> unescaped(r"#a\\_b&amp;c")
    '#a_b&c'
    """
    return html.unescape(_ESCAPED.sub(r"\1", address))


def _inline(text: str, start: int, end: int, to: str) -> tuple[int, int] | None:
    """Return the place of the address ``to`` of the inline link in ``text[start:end]``."""
    at = end
    while (at := text.rfind("](", start, at)) >= 0:
        match = INLINE.match(text, at, end)
        assert match is not None
        group = 1 if match[1] is not None else 2
        for raw in (match[group], match[group].removesuffix(")")):
            if unescaped(raw) == to:
                return match.start(group), match.start(group) + len(raw)
    return None


def _definitions(text: str) -> Iterator[tuple[int, int]]:
    for match in DEFINITION.finditer(text):
        if LABEL.search(text[max(0, match.start() - LONGEST) : match.start()]):
            yield match.span(1)


def _html(text: str) -> Iterator[tuple[int, int]]:
    if holds(text, "href"):
        for match in HTML.finditer(text):
            span = match.span(1) if match[1] is not None else match.span(2)
            if "#" in text[span[0] : span[1]]:
                yield span
