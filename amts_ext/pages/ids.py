"""Built pages keep the ids that titles have in the source language.

``#summary`` is the address of a title "Summary", and of its translation "Resumo" it is ``#resumo``;
"小结" has no address that could be known before, since docutils numbers such titles (``#id1``). So
in the built page each title is marked with the id that it has in the source, too:

>>> page = '<section id="id1"><h2>小结</h2></section>'
>>> with_ids(page, ["summary"])
'<section id="id1"><span class="amts-id" id="summary"></span><h2>小结</h2></section>'

Every link to a title then works: within a page, from page to page, and from other sites.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

from amts_ext import files
from amts_ext.errors import InputError, of_document
from amts_ext.formats.fragments import Fragments, Ids
from amts_ext.text.outcome import TranslatedDocument

TITLE = re.compile(r'<(?:section|p class="rubric") id="[^"]*">')
"""The beginning of a title: Sphinx makes sections, and rubrics of titles in lists and quotes."""
KEPT = '<span class="amts-id" id="{}"></span>'
_KEPT = re.compile(re.escape(KEPT).replace(re.escape("{}"), '[^"]*'))
_ID = re.compile(r'\sid="([^"]*)"')
_LINK = re.compile(r'<a\s[^<>]*?href="([^"#:]*)#([^"]+)"')


def with_ids(page: str, ids: Ids) -> str:
    """Return a page whose titles have these ids, too; None: the title keeps its own alone.

    The page stays as it is if it has another number of titles. An id that the page has already is
    not given twice.
    """
    page = _KEPT.sub("", page)
    titles = [match.end() for match in TITLE.finditer(page)]
    if len(titles) != len(ids):
        return page
    taken = set(map(unescape, _ID.findall(page)))
    pieces: list[str] = []
    at = 0
    for place, kept in zip(titles, ids, strict=True):
        if kept and kept not in taken:
            pieces += (page[at:place], KEPT.format(escape(kept)))
            taken.add(kept)
            at = place
    return "".join([*pieces, page[at:]])


class SourceIds:
    """The ids of the titles of a book in its source language."""

    def __init__(self) -> None:
        self._of: dict[str, list[Ids]] = {}
        """By the page's path without its suffix; the tabs of a page have titles of their own."""

    def add(self, document: TranslatedDocument) -> None:
        """Note the titles of a translated document."""
        name = Path(document.name).with_suffix("").as_posix()
        self._of.setdefault(name, []).append(Fragments(document.source).ids("docutils"))

    def keep(self, folder: Path) -> list[InputError]:
        """Give the ids to the titles of all pages in ``folder``.

        Returns an error for each link to one of them that leads nowhere still, and for each page
        that cannot be read or written.
        """
        problems: list[InputError] = []
        pages: dict[str, tuple[set[str], list[tuple[str, str]]]] = {}
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            try:
                with of_document(str(path)):
                    page = self._kept(files.read_text(path), self._of.get(name, []))
                    files.write_text(path, page)
                    links = [(unescape(to), unescape(at)) for to, at in _LINK.findall(page)]
                    pages[name] = set(map(unescape, _ID.findall(page))), links
            except InputError as error:
                problems.append(error)
        for name, (_, links) in pages.items():
            for address in sorted(set(self._dead(name, links, pages))):
                text = f"the link {address} leads to no title; give the title a label"
                problems.append(InputError(text, file=str(folder / f"{name}.html")))
        return problems

    def _kept(self, page: str, variants: Sequence[Ids]) -> str:
        """Return a page with the ids of the tab that has as many titles as it."""
        fitting = [ids for ids in variants if len(ids) == len(TITLE.findall(page))]
        return with_ids(page, fitting[0]) if fitting else page

    def _dead(
        self,
        name: str,
        links: Sequence[tuple[str, str]],
        pages: dict[str, tuple[set[str], list[tuple[str, str]]]],
    ) -> Iterator[str]:
        """Yield the addresses in a page that named a title in the source, and name nothing now."""
        for to, fragment in links:
            path = posixpath.join(posixpath.dirname(name), unquote(to)) if to else f"{name}.html"
            goal = posixpath.normpath(path).removesuffix(".html")
            known = {made for ids in self._of.get(goal, ()) for made in ids}
            there = pages.get(goal, ((), ()))[0]
            if not {fragment, unquote(fragment)} & set(there) and unquote(fragment) in known:
                yield f"{to}#{fragment}"
