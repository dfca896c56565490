"""Links to titles: in a translation, a link leads to the translated title.

A reader makes the address of a title from its words: ``## The mean`` is ``#the-mean``. When the
title is translated, ``[The mean](#the-mean)`` would lead nowhere. So the address of the translated
title is put in its place. That is the one thing outside prose that a translation changes.

1. A title has the same number in the source and in its translation, and by this number the two
   addresses belong together.
2. A human's own address is kept if it leads to a title of the translation.
3. An address that leads nowhere in the source stays as it is.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote, unquote

from msgspec.structs import replace as with_span

from amts_ext import formats
from amts_ext.formats import SUFFIXES, Edit
from amts_ext.formats.fragments import Fragments, fragments_of
from amts_ext.formats.links import unescaped
from amts_ext.model import Document, Link
from amts_ext.text.outcome import Outcome, Problem, Source, TranslatedDocument

PAGES = (".html", ".htm")
"""Suffixes of the pages that are built of documents. A link to a page leads to its document."""
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
"""The beginning of an address outside the book."""

NO_ADDRESS = (
    "a link leads to a title that has no address of its own in the translation; "
    "give the title an id (in d2lbook a label), and link to that"
)
NOT_TRANSLATED = (
    "a link leads to a title of a file whose translation is not known; "
    "translate that file in the same run, or before"
)
NO_TITLE = "a link leads to no title of the translation; correct its address"
REASONS = frozenset({NO_ADDRESS, NOT_TRANSLATED, NO_TITLE})
"""The reasons of problems with links."""


class Goal(NamedTuple):
    """The place that an address names.

    >>> goal_of("chapter/one.md", "../two.html#the%20mean")
    Goal(document='two', fragment='the mean')
    """

    document: str
    """The path of its document in the book, without suffix."""
    fragment: str


def goal_of(name: str, address: str) -> Goal | None:
    """Return the place that an address in the document ``name`` names; None outside the book."""
    path, _, fragment = unescaped(address).partition("#")
    if not fragment or _ELSEWHERE.match(path):
        return None
    return Goal(key_of(name, unquote(path)), unquote(fragment))


def key_of(name: str, path: str = "") -> str:
    """Return the path of a document in the book, without suffix."""
    here = PurePath(name).as_posix()
    whole = posixpath.join(posixpath.dirname(here), path) if path else here
    if path.startswith("/"):  # from the root of the book
        whole = path.lstrip("/")
    stem, suffix = posixpath.splitext(posixpath.normpath(whole))
    return stem if suffix.lower() in (*SUFFIXES, *PAGES) else stem + suffix


@dataclass(frozen=True, slots=True)
class _Entry:
    """A document's fragments on both sides."""

    source: Fragments
    result: Fragments
    unknown: frozenset[int] = frozenset()
    """Numbers of the titles whose translations are not known."""

    def translated(self, goal: str, is_own: bool, keeps_ids: bool) -> str | None:
        """Return the fragment that leads to the place ``goal`` in the result.

        ``is_own``: the address is a human's. None: it leads nowhere in source and result. Raises
        :class:`_Unresolved` if the place is there, but not its address.
        """
        if goal in self.source.stated or (is_own and goal in self.result):
            return goal
        found = self.source.find(goal)
        if found is None:
            return goal if goal in self.result else None
        dialect, number = found
        if number in self.unknown:
            raise _Unresolved(NOT_TRANSLATED)
        made = None
        if len(self.source) == len(self.result):
            made = self.result.ids(dialect)[number]
        if made is None and not (keeps_ids and dialect == "docutils"):
            raise _Unresolved(NO_ADDRESS)
        before = self.source.ids(dialect)[number]
        return goal if made in (None, before) else made

    def in_source(self, goal: str) -> str | None:
        """Return the source's fragment of the title that a human's own address leads to."""
        if goal in self.source:
            return goal
        found = self.result.find(goal)
        if found is None or len(self.source) != len(self.result):
            return None
        dialect, number = found
        return self.source.ids(dialect)[number]


class _Unresolved(Exception):
    """An address cannot be made; the text of the error is one of :data:`REASONS`."""


class Links:
    """The links to titles of one run.

    >>> read = formats.get("md").read
    >>> source = read("[A mean](#a-mean)\\n\\n# A mean\\n")
    >>> result = read("[M](#a-mean)\\n\\n# Média\\n")
    >>> done = TranslatedDocument(
    ...     "", result.text, source, result.text, (), Source("", source.text, "md"), result
    ... )
    >>> links = Links()
    >>> links.add(done)
    >>> print(links.settled(done)[0].text)
    [M](#média)
    <BLANKLINE>
    # Média
    <BLANKLINE>

    ``elsewhere`` returns what is known of the translation of a file outside the run. ``keeps_ids``
    tells that built pages keep the ids of the source's titles (:mod:`amts_ext.pages.ids`), and
    ``keeps_addresses`` that they have no others, so that no address of the source changes.
    """

    def __init__(
        self,
        elsewhere: Callable[[Source], TranslatedDocument | None] = lambda source: None,
        keeps_ids: bool = False,
        keeps_addresses: bool = False,
    ) -> None:
        self._elsewhere = elsewhere
        self._keeps_ids = keeps_ids
        self._keeps_addresses = keeps_addresses
        self._entries: dict[str, list[_Entry]] = {}
        """By the document's path; the tabs of a section are several documents of one path."""

    def add(self, done: TranslatedDocument, is_whole: bool = True) -> None:
        """Note the titles of a translated document; if it is not ``is_whole``, of those known."""
        if done.result is None or done.origin is None:
            return
        format = formats.get(done.origin.format)
        unknown = frozenset() if is_whole else frozenset(_unknown(done))
        result = fragments_of(done.result, format)
        source = result if done.result is done.source else fragments_of(done.source, format)
        self._entries.setdefault(key_of(done.name), []).append(_Entry(source, result, unknown))

    def crosses(self, done: TranslatedDocument) -> bool:
        """Return whether a document has a link to another one."""
        here = key_of(done.name)
        goals = (goal_of(done.name, link.address) for link in _links(done))
        return any(goal is not None and goal.document != here for goal in goals)

    def settled(self, done: TranslatedDocument) -> tuple[TranslatedDocument, list[Problem]]:
        """Return a document whose links lead to translated titles, and those that cannot.

        The document, and those that it links to, have been given to :meth:`add`.
        """
        known = {link.address: link.line for link in done.source.links}
        edits: list[Edit] = []
        problems: list[Problem] = []
        for link in _links(done):
            try:
                fragment = self._translated(done, link.address, link.address not in known)
            except _Unresolved as error:
                line = _line(done, link) or known.get(link.address)
                problems.append(Problem(done.name, line, str(error), link.address))
                continue
            if fragment is not None:
                path, _, written = link.address.partition("#")
                address = f"{path}#{_written(fragment, written)}"
                edits.append(Edit(link.start, link.end, address))
        return (_edited(done, edits) if edits else done), problems

    def _translated(self, done: TranslatedDocument, address: str, is_own: bool) -> str | None:
        """Return the new fragment of an address; None if the old one stays."""
        goal = goal_of(done.name, address)
        if goal is None or (self._keeps_addresses and not is_own):
            return None
        entries = self._known(done, goal.document, address)
        if self._keeps_addresses:
            found = [e.in_source(goal.fragment) for e in entries]
        else:
            found = [e.translated(goal.fragment, is_own, self._keeps_ids) for e in entries]
        led = [fragment for fragment in found if fragment is not None]
        if is_own and entries and not led:
            raise _Unresolved(NO_TITLE)
        return led[0] if led and led[0] != goal.fragment else None

    def _known(self, done: TranslatedDocument, name: str, address: str) -> list[_Entry]:
        """Return the entries of the document ``name``; a file outside the run is read."""
        if name not in self._entries:
            self._entries[name] = []
            outside = _outside(done, address)
            found = self._elsewhere(outside) if outside else None
            if found is not None:
                self.add(replace(found, name=name), is_whole=False)
        return self._entries[name]


def _outside(done: TranslatedDocument, address: str) -> Source | None:
    """Return the file that an address names, as a source beside that of ``done``."""
    origin = done.origin
    if origin is None or not isinstance(origin.text, Path):
        return None
    where = unquote(unescaped(address).partition("#")[0])
    if where.startswith("/"):
        return None
    named = origin.text.parent / where
    suffixes = SUFFIXES if named.suffix.lower() in PAGES else (named.suffix,)
    for path in (named.with_suffix(suffix) for suffix in suffixes if suffix in SUFFIXES):
        if path.is_file():
            same = path.suffix == origin.text.suffix
            return Source(str(path), path, origin.format if same else formats.by_suffix(str(path)))
    return None


def _unknown(done: TranslatedDocument) -> Iterator[int]:
    """Yield the numbers of the titles that have no translation."""
    places = [o.segment.start for o in done.segments if not o.ok]
    for number, (start, end) in enumerate(done.source.titles):
        if any(start <= place < end for place in places):
            yield number


def _links(done: TranslatedDocument) -> Sequence[Link]:
    return done.result.links if done.result else ()


def _line(done: TranslatedDocument, link: Link) -> int | None:
    """Return the line of the source's sentence in whose translation a link stands."""
    lines = (o.segment.line for o in done.segments if o.start <= link.start < o.end)
    return next(lines, None)


_PLAIN = frozenset("-_.~!,:@/+=")


def _written(fragment: str, before: str) -> str:
    """Return a fragment as it is written in an address, in the manner of the one ``before`` it.

    >>> _written("a-média(s)", before="the-mean"), _written("a-média", before="the%20mean")
    ('a-média%28s%29', 'a-m%C3%A9dia')
    """
    coded = "%" in before

    def stays(c: str) -> bool:
        return c.isalnum() or c in _PLAIN if c.isascii() else c.isprintable() and not coded

    return "".join(c if stays(c) else quote(c, safe="", errors="replace") for c in fragment)


def _edited(done: TranslatedDocument, edits: Sequence[Edit]) -> TranslatedDocument:
    """Return a document with the edits made in its text; the spans of its segments follow."""
    assert done.result is not None
    assert done.origin is not None
    format = formats.get(done.origin.format)
    text = format.write(done.result, edits)
    result = format.read(text, done.name)
    ends = [edit.end for edit in edits]
    growth = [len(edit.text) - (edit.end - edit.start) for edit in edits]
    shifts = [0, *accumulate(growth)]

    def moved(outcome: Outcome) -> Outcome:
        places = (outcome.start, outcome.end)
        start, end = (place + shifts[bisect_right(ends, place)] for place in places)
        return with_span(outcome, span=(start, end))

    segments = tuple(moved(outcome) for outcome in done.segments)
    return replace(done, text=text, body=result.text, segments=segments, result=result)


def dead_links(document: Document, known: Callable[[Goal], Iterable[Fragments]]) -> Iterator[Link]:
    """Yield the links of a document that lead to no title of a known document.

    ``known`` returns the fragments of the documents of one path, none if there is no such document.
    """
    for link in document.links:
        goal = goal_of(document.name, link.address)
        found = [] if goal is None else list(known(goal))
        if goal is not None and found and not any(goal.fragment in each for each in found):
            yield link
