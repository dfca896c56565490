"""Fragments: the part of an address after ``#``, as each reader of a file makes it of a title.

>>> title = read_title("## The *mean* of `x_i`\\n")
>>> title.text
'The mean of x_i'
>>> [DIALECTS[name](title.text) for name in ("github", "jupyter", "docutils")]
['the-mean-of-x_i', 'The-mean-of-x_i', 'the-mean-of-x-i']

Each reader has rules of its own: GitHub (VS Code and GitLab follow it) for Markdown files, Jupyter
for notebooks, and docutils for the pages that d2lbook has Sphinx make. :data:`DIALECTS` has the
rules. A format names those that its files are read by, the usual one first, in an attribute
``fragments``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import pyromark
import regex

from amts_ext.formats.base import Format
from amts_ext.model import Document

Ids = Sequence[str | None]
"""The ids of titles, in order; None for a title that no address reaches."""

_NOT_GITHUB = regex.compile(r"[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\- ]")
_DROPPED = re.compile(r"['\"]|--+")
"""Characters that pandoc turns into curly quotes and dashes, which docutils leaves out of ids."""


def _github(text: str) -> str:
    """Make a slug by the rules of GitHub (https://github.com/Flet/github-slugger)."""
    return _NOT_GITHUB.sub("", text.lower()).replace(" ", "-")


def _jupyter(text: str) -> str:
    """Make a slug as JupyterLab and nbconvert do: blanks become hyphens, all else stays."""
    return text.replace(" ", "-")


def _docutils(text: str) -> str:
    """Make an id as docutils does of a section's title that pandoc wrote; it may be empty."""
    from docutils.nodes import make_id

    return str(make_id(_DROPPED.sub("", text)))


DIALECTS: Mapping[str, Callable[[str], str]] = {
    "github": _github,
    "jupyter": _jupyter,
    "docutils": _docutils,
}
"""The rules by name: the text of a title in, its id out."""
NUMBERED = frozenset({"github", "docutils"})
"""The dialects in which the second title of a text gets a number: ``the-mean-1``; before docutils
it is pandoc that gives it, in one cell. In the others no address reaches such a title."""
DEFAULT = ("github", "jupyter")
"""The dialects of a format that names none."""


class Title(NamedTuple):
    """A heading as its reader sees it."""

    text: str
    """Its words, without formatting and tags; formulas with their dollar signs."""
    id: str
    """The id that its author gave it, as ``{#mean}`` or ``[[mean]]``; empty: none."""


_OPTIONS = pyromark.Options.ENABLE_MATH | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
_STATED = re.compile(r"\s*\[\[([^\[\]\s]+)\]\]\s*#*\s*$")


def read_title(heading: str) -> Title:
    """Read a heading: ``## The *mean* {#mean}``."""
    own = ""
    if stated := _STATED.search(heading):
        heading, own = heading[: stated.start()], stated[1]
    pieces: list[str] = []
    images = 0
    events: Any = pyromark.events(heading.encode("utf-8", "replace").decode(), options=_OPTIONS)
    for event in events:
        if isinstance(event, str):
            pieces += [" "] * (event in ("SoftBreak", "HardBreak"))
            continue
        (name, value), *_ = event.items()
        if name in ("Start", "End"):
            kind = value if isinstance(value, str) else next(iter(value))
            images += (kind == "Image") * (1 if name == "Start" else -1)
            if kind == "Heading" and name == "Start":
                own = own or value[kind]["id"] or ""
        elif name == "InlineMath":
            pieces.append(f"${value}$")
        elif name in ("Text", "Code") and not images:
            pieces.append(value)
    return Title("".join(pieces).strip(), own)


_TAG_ID = re.compile(r"<[A-Za-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")
_BRACE_ID = re.compile(r"\{#([\w:.-]+)")
_MYST_TARGET = re.compile(r"^\(([\w:.-]+)\)=[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r":label:`([^`]+)`")


def _stated_ids(document: Document) -> Iterator[str]:
    """Yield the ids that authors wrote: in HTML, in braces, as labels."""
    text = document.text
    if "id=" in text or "name=" in text:
        yield from _TAG_ID.findall(text)
    if "{#" in text:
        yield from _BRACE_ID.findall(text)
    if ")=" in text:
        yield from _MYST_TARGET.findall(text)
    for _, anchor in document.anchors:
        if label := _LABEL.match(anchor):
            yield DIALECTS["docutils"](label[1])


class Fragments:
    """The fragments by which links reach a document's titles and marks.

    >>> from amts_ext.formats import get
    >>> mean = Fragments(get("md").read("# Mean\\n\\n# Mean {#two}\\n\\n# 均值\\n"), ("github",))
    >>> mean.ids("github"), mean.stated
    (['mean', 'mean-1', '均值'], frozenset({'two'}))
    >>> mean.find("mean-1"), "MEAN" in mean, "median" in mean
    (('github', 1), True, False)
    """

    def __init__(self, document: Document, dialects: Sequence[str] = DEFAULT) -> None:
        self.dialects = tuple(dialects)
        self._headings = [document.text[start:end] for start, end in document.titles]
        self._stated = list(_stated_ids(document))
        self._ids: dict[str, Ids] = {}
        self._found: dict[tuple[str, Callable[[str], str]], dict[str, int]] = {}

    @cached_property
    def _titles(self) -> list[Title]:
        return [read_title(heading) for heading in self._headings]

    @cached_property
    def stated(self) -> frozenset[str]:
        """The ids that authors wrote; a translation keeps them."""
        return frozenset(self._stated) | {title.id for title in self._titles if title.id}

    def ids(self, dialect: str) -> Ids:
        """Return the ids of the titles by the rules of one dialect."""
        if dialect not in self._ids:
            self._ids[dialect] = _numbered([t.text for t in self._titles], dialect)
        return self._ids[dialect]

    def find(self, fragment: str) -> tuple[str, int] | None:
        """Return the dialect and the number of the title that a fragment names; None: of none.

        Small and capital letters are the same if no title fits otherwise.
        """
        for fold in (str, str.casefold):
            for dialect in self.dialects:
                number = self._numbers(dialect, fold).get(fold(fragment))
                if number is not None:
                    return dialect, number
        return None

    def _numbers(self, dialect: str, fold: Callable[[str], str]) -> dict[str, int]:
        """Return the number of the first title of each id, as ``fold`` changes the ids."""
        key = dialect, fold
        if key not in self._found:
            ids = [*enumerate(self.ids(dialect))]
            self._found[key] = {fold(made): number for number, made in reversed(ids) if made}
        return self._found[key]

    def __contains__(self, fragment: str) -> bool:
        return fragment in self.stated or self.find(fragment) is not None

    def __len__(self) -> int:
        return len(self._headings)


def _numbered(texts: Iterable[str], dialect: str) -> Ids:
    """Return the ids of titles; the second title of one id gets a number, or none."""
    slug, numbers = DIALECTS[dialect], dialect in NUMBERED
    seen: dict[str, int] = {}
    ids: list[str | None] = []
    for text in texts:
        made = first = slug(text)
        while numbers and first and made in seen:
            seen[first] += 1
            made = f"{first}-{seen[first]}"
        ids.append(None if not made or made in seen else made)
        seen.setdefault(made, 0)
    return ids


def fragments_of(document: Document, format: Format) -> Fragments:
    """Return the fragments of a document by the dialects of the format that has read it."""
    return Fragments(document, getattr(format, "fragments", DEFAULT))
