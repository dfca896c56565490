"""Finishing of built pages in another language.

1. The theme's fixed strings are translated. mxtheme 0.3.17 has some in its templates untranslated,
   or under a name that Sphinx's catalogue does not know; Sphinx has translations of the same words.
2. Every sentence is marked with its author (:mod:`amts_ext.pages.marks`).
3. A page says below its title how many of its sentences are a machine's, how many are a human's
   translation of an earlier source, and how many are not translated.
4. A page has links to itself in the book's other languages (:mod:`amts_ext.pages.editions`).
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError, of_document
from amts_ext.languages.profiles import Profile
from amts_ext.model import to_tokens
from amts_ext.pages import editions as editions_of
from amts_ext.pages.authors import Author, style
from amts_ext.pages.editions import Edition
from amts_ext.pages.improve import Improve
from amts_ext.pages.marks import Sentence, mark, unmark

THEME = {
    '<span class="pagenation-direction">Previous</span>': "Previous topic",
    '<span class="pagenation-direction">Next</span>': "Next topic",
    ">Table Of Contents</span>": "Table of Contents",
}
"""Fixed strings of the theme, and the message of Sphinx's catalogue that means the same."""

VERSION = "3"
"""Version of the marks and notes: pages that an earlier one has finished are finished again."""
NOTE = (
    '<p role="note" class="amts-note" style="border-left: 4px solid #b26a00; padding-left: 12px">'
    "{}</p>"
)
"""The note on sentences of a machine, on those older than their source, and on those that nobody
translated."""
_HEAD = re.compile(r'<meta name="amts" content="(\w+)">.*?</style>\n?', re.DOTALL)
_BELOW_TITLE = re.compile('\n<(?:p role="note"|nav) class="amts-[^\n]*')
_IDS = re.compile(r'<span class="amts-\w+" id="amts-(\d+)"')
_TITLE_END = "</h1>"


@dataclass(frozen=True, slots=True)
class Look:
    """What pages in one language show of their making, beside the marks of their sentences."""

    profile: Profile
    source: str
    """The language of the book's source."""
    note: bool = True
    """True: a page says below its title how many of its sentences are a machine's."""
    colours: bool = False
    """True: a page shows in colours who wrote what."""
    editions: Sequence[Edition] = ()
    """The languages that a page has links to."""
    improve: Improve | None = None
    """Where sentences have a link to; None: they have none."""

    def head(self, page: str) -> str:
        """Return what stands in the head of a page: links to its other languages, and styles."""
        links = editions_of.head(self.editions, page) if self.editions else ""
        return links + style(self.colours, linked=self.improve is not None)

    def marked(self, page: str, path: str, sentences: Sequence[Sentence]) -> tuple[str, set[int]]:
        """Return the page with its sentences marked, and their numbers; ``path`` is the page's."""
        page, found = mark(page, sentences, self.source)
        if self.improve is not None:
            page = self.improve.with_links(page, path, {s.id: s.row for s in sentences})
        return page, found

    def below_title(self, page: str, sentences: Sequence[Sentence]) -> list[str]:
        """Return the lines below a page's title: the note, and the legend of the colours."""
        authors = [sentence.author for sentence in sentences]
        lines = [_legend(authors, self.profile)]
        if self.note and (said := _said(authors, self.profile)):
            told = [escape(self.profile.joiner.join(said)), _shares(authors, self.profile)]
            told.append(editions_of.original(self.editions, page))
            lines.insert(0, NOTE.format(" ".join(filter(None, told))))
        return lines

    def switcher(self, page: str) -> list[str]:
        """Return the language switcher of a page as a line; none for a book in one language."""
        return [editions_of.switcher(self.editions, page)] if self.editions else []


@dataclass(slots=True)
class FinishedPages:
    """What finishing has done."""

    found: dict[str, set[int]] = field(default_factory=dict)
    """The numbers of the sentences that a page has a mark for, by the page's path."""
    problems: list[InputError] = field(default_factory=list)
    """The errors of the pages that could not be finished; all others are."""


def finish(
    folder: Path,
    profile: Profile,
    source: str,
    sentences: Mapping[str, Sequence[Sentence]],
    note: bool = True,
    colours: bool = False,
    editions: Sequence[Edition] = (),
    improve: str = "",
) -> FinishedPages:
    """Finish all pages of ``folder``; pages that were finished alike before stay as they are.

    ``sentences`` are those of each page, by the page's path without its suffix; ``source`` is the
    language of those that are untranslated. ``note`` False: no page says how many of its sentences
    are a machine's, or older than their source; ``colours`` True: the pages show who wrote what in
    colours. ``editions`` are the languages that a page has links to. ``improve`` is the address of
    a preview, to which sentences have a link; empty: they have none.
    """
    look = Look(profile, source, note, colours, editions, improving(improve, profile))
    words = theme_words(profile.sphinx_language)
    done = FinishedPages()
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            with of_document(str(path)):
                page = files.read_text(path)
                for old, new in words.items():
                    page = page.replace(old, new)
                if own := sentences.get(name):
                    page, done.found[name] = _marked(page, f"{name}.html", own, look)
                files.write_text(path, page)
        except InputError as error:
            done.problems.append(error)
    return done


def improving(address: str, profile: Profile) -> Improve | None:
    """Return where the sentences of pages have a link to; None without an ``address``."""
    return Improve(address, profile.language, profile.improve) if address else None


def _marked(
    page: str, name: str, sentences: Sequence[Sentence], look: Look
) -> tuple[str, set[int]]:
    """Return a page with marks and note, and the numbers of the marked sentences."""
    told = [(s.id, s.author, s.block, to_tokens(s.parts), s.source, s.row) for s in sentences]
    digest = sha256(repr((VERSION, told, look)).encode()).hexdigest()[:16]
    before = _HEAD.search(page)
    if before and before[1] == digest:
        return page, {int(number) for number in _IDS.findall(page)}
    page = unmark(_BELOW_TITLE.sub("", _HEAD.sub("", page)))
    page, found = look.marked(page, name, sentences)
    head = f'<meta name="amts" content="{digest}">{look.head(name)}\n'
    page = page.replace("</head>", f"{head}</head>", 1)
    lines = look.below_title(name, sentences)
    return with_lines(page, [*lines, *look.switcher(name)]), found


def with_lines(page: str, lines: Sequence[str]) -> str:
    """Put lines below the title of a page.

    >>> with_lines("<h1>Mean</h1><p>A sum.</p>", ["<p>One</p>"])
    '<h1>Mean</h1>\\n<p>One</p><p>A sum.</p>'
    """
    return page.replace(_TITLE_END, _TITLE_END + "".join(f"\n{line}" for line in lines), 1)


def _said(authors: Sequence[Author], profile: Profile) -> list[str]:
    """Return what the note on a page says of its sentences; nothing if a human wrote them all."""
    drafts, older = authors.count(Author.DRAFT), authors.count(Author.OLDER)
    words = [profile.draft] if drafts else []
    if count := drafts + authors.count(Author.MACHINE):
        words.append(profile.note(count))
    words += [profile.older(older)] if older else []
    if left := authors.count(Author.UNTRANSLATED):
        words.append(profile.left(left))
    return words


def _shares(authors: Sequence[Author], profile: Profile) -> str:
    """Return the share of each author on a page; empty if all is of one.

    >>> from amts_ext.languages.profiles import load
    >>> _shares([Author.HUMAN, Author.MACHINE, Author.MACHINE], load("zh"))
    '<span class="amts-shares">人工翻译 33% · 机器翻译 67%</span>'
    """
    from babel.numbers import format_percent

    names = dict(zip(Author, profile.legend.split(","), strict=True))
    counts = {author: authors.count(author) for author in Author if author in authors}
    if len(counts) < 2:
        return ""
    told = [
        f"{names[author].strip()} "
        f"{format_percent(count / len(authors), locale=profile.sphinx_language)}"
        for author, count in counts.items()
    ]
    said = " · ".join(told)
    return f'<span class="amts-shares">{escape(said[:1].upper() + said[1:])}</span>'


def _legend(present: Sequence[Author], profile: Profile) -> str:
    """Return the legend of the colours, which is shown only with them."""
    names = zip(Author, profile.legend.split(","), strict=True)
    shown = [
        f'<span class="{author.css}">{escape(name.strip())}</span>'
        for author, name in names
        if author in present
    ]
    return f'<p role="note" class="amts-legend">{" · ".join(shown)}</p>'


def theme_words(sphinx_language: str) -> dict[str, str]:
    """Return the theme's fixed strings, each with its replacement in one language.

    A string that Sphinx does not translate into that language is left out.
    """
    import sphinx

    folder = Path(sphinx.__file__).parent / "locale"
    catalogue = gettext.translation("sphinx", folder, [sphinx_language], fallback=True)
    words = {}
    for old, message in THEME.items():
        translated = catalogue.gettext(message)
        if translated != message:
            english = old[old.index(">") + 1 : old.rindex("<")]
            words[old] = old.replace(english, escape(translated))
    return words
