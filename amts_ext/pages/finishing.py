"""Finishing of built pages in another language.

1. The theme's fixed strings are translated. mxtheme 0.3.17 has some in its templates untranslated,
   or under a name that Sphinx's catalogue does not know; Sphinx has translations of the same words.
2. Every sentence is marked with its author (:mod:`amts_ext.pages.marks`).
3. A page says below its title how many of its sentences are a machine's, and how many are a human's
   translation of an earlier source.
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
from amts_ext.pages.authors import Author, style
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
_BELOW_TITLE = re.compile('\n<p role="note" class="amts-[^\n]*')
_IDS = re.compile(r'<span class="amts-\w+" id="amts-(\d+)"')
_TITLE_END = "</h1>"


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
) -> FinishedPages:
    """Finish all pages of ``folder``; pages that were finished alike before stay as they are.

    ``sentences`` are those of each page, by the page's path without its suffix; ``source`` is the
    language of those that are untranslated. ``note`` False: no page says how many of its sentences
    are a machine's, or older than their source; ``colours`` True: the pages show who wrote what in
    colours.
    """
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
                    page, done.found[name] = _marked(page, own, profile, source, note, colours)
                files.write_text(path, page)
        except InputError as error:
            done.problems.append(error)
    return done


def _marked(
    page: str,
    sentences: Sequence[Sentence],
    profile: Profile,
    source: str,
    note: bool,
    colours: bool,
) -> tuple[str, set[int]]:
    """Return a page with marks and note, and the numbers of the marked sentences."""
    told = [(s.id, s.author, s.block, to_tokens(s.parts)) for s in sentences]
    digest = sha256(repr((VERSION, told, profile, source, note, colours)).encode()).hexdigest()[:16]
    before = _HEAD.search(page)
    if before and before[1] == digest:
        return page, {int(number) for number in _IDS.findall(page)}
    page = unmark(_BELOW_TITLE.sub("", _HEAD.sub("", page)))
    page, found = mark(page, sentences, source)
    head = f'<meta name="amts" content="{digest}">{style(colours)}\n'
    page = page.replace("</head>", f"{head}</head>", 1)
    below = _TITLE_END + "".join(f"\n{line}" for line in _below_title(sentences, profile, note))
    return page.replace(_TITLE_END, below, 1), found


def _below_title(sentences: Sequence[Sentence], profile: Profile, note: bool) -> list[str]:
    """Return what stands below a page's title: the note, and the legend of the colours."""
    authors = [sentence.author for sentence in sentences]
    drafts, older = authors.count(Author.DRAFT), authors.count(Author.OLDER)
    words = [profile.draft] if drafts else []
    if count := drafts + authors.count(Author.MACHINE):
        words.append(profile.note(count))
    words += [profile.older(older)] if older else []
    if left := authors.count(Author.UNTRANSLATED):
        words.append(profile.left(left))
    said = [NOTE.format(escape(profile.joiner.join(words)))] if note and words else []
    return [*said, _legend(authors, profile)]


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
