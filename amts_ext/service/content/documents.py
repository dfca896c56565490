"""HTML and plain text: find the text in a document, have it translated, put it back.

HTML is read by the standard library's tokenizer, which tells where every token stands. The result
is the input with translations spliced in. Everything else stays byte for byte: tags, attributes,
comments, scripts, elements with ``translate="no"``
(https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-tags.html).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count

from amts_ext.model import Half
from amts_ext.service.content.runs import Markup, Piece, Run
from amts_ext.service.wire import ServiceError

TranslateRuns = Callable[[Sequence[Run]], list[list[Piece]]]
"""A function that translates all runs of a document; the result has one list for each."""


class ContentError(ServiceError):
    """A document that is not of its content type."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base br col embed hr img input link meta param source track wbr")
"""Elements without content and end tag."""
INLINE = _names(
    "a abbr acronym b bdi bdo big br cite code del dfn em font i img input ins kbd label mark q s"
    " samp small span strike strong sub sup tt u var wbr"
)
"""Elements that stand inside a sentence; every other tag ends it."""
OPAQUE = _names("script style textarea template")
"""Elements whose content is never translated."""

_MARKUP = re.compile(r"<[a-zA-Z][^<>]*\stranslate\s*=|</[a-zA-Z][\w-]*\s*>")


@dataclass(slots=True)
class Event:
    """One token of an HTML text, with its character range."""

    kind: str
    """``text``, ``open``, ``close``, ``void``, ``other`` or, for a whole element, ``keep``."""
    name: str
    """The name of the tag; empty for a token that is no tag."""
    start: int
    end: int = 0
    keep: bool = False
    """True if the element that begins here is kept as it is."""


class _Tokens(HTMLParser):
    """The tokenizer of one text; its result is :attr:`events`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.events: list[Event] = []
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self.feed(text)
        self.close()
        for event, following in zip(self.events, self.events[1:], strict=False):
            event.end = following.start
        if self.events:
            self.events[-1].end = len(text)

    def _note(self, kind: str, name: str = "", keep: bool = False) -> None:
        line, column = self.getpos()
        self.events.append(Event(kind, name, self._lines[line - 1] + column, keep=keep))

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Read ``<![`` as a comment, as HTML does. The base class reads it as SGML does, and fails
        on some texts that HTML allows.
        """
        return self.parse_bogus_comment(i)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        keep = ("translate", "no") in [(n, (v or "").lower()) for n, v in attrs] or tag in OPAQUE
        self._note("void" if tag in VOID else "open", tag, keep)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML ignores the slash, except on void elements

    def handle_endtag(self, tag: str) -> None:
        self._note("close", tag)

    def handle_data(self, data: str) -> None:
        self._note("text")

    def handle_entityref(self, name: str) -> None:
        self._note("text")

    def handle_charref(self, name: str) -> None:
        self._note("text")

    def handle_comment(self, data: str) -> None:
        self._note("other")

    def handle_decl(self, decl: str) -> None:
        self._note("other")

    def handle_pi(self, data: str) -> None:
        self._note("other")

    def unknown_decl(self, data: str) -> None:
        self._note("other")


def looks_like_html(text: str) -> bool:
    """Return whether a text holds markup: a ``translate`` attribute or an end tag.

    >>> looks_like_html("<b>bold</b>"), looks_like_html("a < b")
    (True, False)
    """
    return bool(_MARKUP.search(text))


def translate_html(text: str, translate: TranslateRuns) -> str:
    """Translate the text of an HTML document or fragment.

    >>> def shout(runs):
    ...     return [[p.upper() if isinstance(p, str) else p for p in run] for run in runs]
    >>> translate_html('<p>Run <code translate="no">pip</code> <b>now</b>.</p>', shout)
    '<p>RUN <code translate="no">pip</code> <b>NOW</b>.</p>'
    """
    events = _folded(_Tokens(text).events)
    spans = [span for group in _groups(events) for span in _balanced(group)]
    runs = [_pieces(text, span) for span in spans]
    places = [(span[0].start, span[-1].end) for span in spans]
    return _splice(text, places, runs, translate(runs))


def translate_plain(text: str, translate: TranslateRuns) -> str:
    """Translate plain text, paragraph by paragraph; blank lines and outer white space stay.

    >>> def shout(runs):
    ...     return [[text.upper() for text in run] for run in runs]
    >>> translate_plain("one\\n\\n  two\\n", shout)
    'ONE\\n\\n  TWO\\n'
    """
    places = [m.span() for m in re.finditer(r"\S(?:.*?\S)??(?=\s*\Z|[^\S\n]*\n\s*\n)", text, re.S)]
    runs: list[list[Piece]] = [[text[a:b]] for a, b in places]
    results = translate(runs)
    out, at = [], 0
    for (start, end), result in zip(places, results, strict=True):
        out += [text[at:start], *(p if isinstance(p, str) else p.raw for p in result)]
        at = end
    return "".join([*out, text[at:]])


def _folded(events: Iterable[Event]) -> Iterator[Event]:
    """Fold every element that must be kept, with all that it holds, into one event."""
    inside = ""
    depth = 0
    kept = Event("keep", "", 0)
    for event in events:
        if not inside:
            if event.keep and event.kind == "open":
                inside, depth = event.name, 1
                kept = Event("keep", event.name, event.start, event.end)
            else:
                yield Event("keep", event.name, event.start, event.end) if event.keep else event
            continue
        if inside in INLINE and event.kind in ("open", "close") and event.name not in INLINE:
            inside = ""  # its end tag is missing: a block tag ends what stands inside a sentence
            yield kept
            yield event
            continue
        depth += (event.name == inside) * ((event.kind == "open") - (event.kind == "close"))
        kept.end = event.end
        if depth == 0:
            inside = ""
            yield kept
    if inside:
        yield kept


def _groups(events: Iterator[Event]) -> Iterator[list[Event]]:
    """Yield the stretches of text and inline tags between block tags."""
    group: list[Event] = []
    for event in events:
        inline = event.kind == "text" or (event.kind != "other" and event.name in INLINE)
        if inline:
            group.append(event)
            continue
        if group:
            yield group
        group = []
    if group:
        yield group


def _balanced(group: list[Event]) -> Iterator[list[Event]]:
    """Cut a stretch at the tags whose other half it lacks, until all pairs are whole."""
    alone = _unmatched(group)
    if not alone:
        yield group
        return
    spans: list[list[Event]] = [[]]
    for i, event in enumerate(group):
        if i in alone:
            spans.append([])
        else:
            spans[-1].append(event)
    for span in filter(None, spans):
        yield from _balanced(span)


def _unmatched(group: list[Event]) -> set[int]:
    """Return the positions of the tags without their other half."""
    alone = {i for i, event in enumerate(group) if event.kind in ("open", "close")}
    waiting: list[int] = []
    for i, event in enumerate(group):
        if event.kind == "open":
            waiting.append(i)
        elif event.kind == "close" and any(group[w].name == event.name for w in waiting):
            while group[waiting[-1]].name != event.name:
                waiting.pop()
            alone -= {waiting.pop(), i}
    return alone


def _pieces(text: str, span: list[Event]) -> list[Piece]:
    """Return a stretch as text and marks, with character references decoded."""
    pieces: list[Piece] = []
    numbers = count()
    waiting: list[int] = []
    for event in span:
        raw = text[event.start : event.end]
        if event.kind == "text":
            if pieces and isinstance(pieces[-1], str):
                pieces[-1] += raw
            else:
                pieces.append(raw)
        elif event.kind == "open":
            waiting.append(next(numbers))
            pieces.append(Markup(raw, Half.OPEN, waiting[-1]))
        elif event.kind == "close":
            pieces.append(Markup(raw, Half.CLOSE, waiting.pop()))
        else:
            pieces.append(Markup(raw, inner=html.unescape(re.sub(r"<[^<>]*>", "", raw))))
    return [html.unescape(p) if isinstance(p, str) else p for p in pieces]


def _splice(
    text: str,
    places: list[tuple[int, int]],
    runs: Sequence[Run],
    results: Sequence[Run],
) -> str:
    """Return the text with the results in their places; an unchanged run keeps its bytes."""
    out, at = [], 0
    for (start, end), run, result in zip(places, runs, results, strict=True):
        changed = list(run) != list(result)
        out += [text[at:start], written(result) if changed else text[start:end]]
        at = end
    return "".join([*out, text[at:]])


def written(pieces: Run) -> str:
    """Return a run as HTML.

    >>> written(["1 < 2, ", Markup("<br>"), "always"])
    '1 &lt; 2, <br>always'
    """
    return "".join(html.escape(p, quote=False) if isinstance(p, str) else p.raw for p in pieces)
