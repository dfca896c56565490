"""Built pages in another language: what d2lbook and its theme leave to be done.

Sentences that stayed in the source language are marked, and a page with drafts says so. The strings
that mxtheme 0.3.17 has in its templates untranslated, or under a name that Sphinx's catalogue does
not know, are replaced by Sphinx's own translations of the same words.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from amts_ext import files
from amts_ext.errors import InputError, of_document
from amts_ext.languages.profiles import Profile
from amts_ext.model import Segment

THEME = {
    '<span class="pagenation-direction">Previous</span>': "Previous topic",
    '<span class="pagenation-direction">Next</span>': "Next topic",
    ">Table Of Contents</span>": "Table of Contents",
}
"""What the theme writes, and the message of Sphinx's catalogue that says it."""


NOTE = (
    '<p role="note" class="amts-draft" style="border-left: 4px solid #b26a00; padding-left: 12px">'
    "{}</p>"
)
_NOTED = re.compile("\n" + NOTE.format("[^<]*"))
_TITLE_END = "</h1>"


def finish(
    folder: Path,
    profile: Profile,
    source: str,
    untranslated: Mapping[str, Sequence[Segment]],
    drafts: Mapping[str, int],
) -> list[InputError]:
    """Finish all pages of ``folder``; pages finished before stay as they are.

    ``untranslated`` are the segments left in language ``source``, and ``drafts`` the numbers of
    sentences that are drafts, by the page's path without its suffix. Returns what is wrong with
    pages that could not be finished; the others are.
    """
    words = theme_words(profile.sphinx_language)
    problems = []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            with of_document(str(path)):
                page = files.read_text(path)
                for old, new in words.items():
                    page = page.replace(old, new)
                if segments := untranslated.get(name):
                    page = _marked(page, segments, source)
                files.write_text(path, _noted(page, profile.draft, drafts.get(name, 0)))
        except InputError as error:
            problems.append(error)
    return problems


def _noted(page: str, words: str, count: int) -> str:
    """The page with a note below its title on how many of its sentences are drafts, if any are."""
    page = _NOTED.sub("", page)  # a person may have read them since; the page's text is the same
    note = NOTE.format(escape(f"{words} {count}"))
    return page.replace(_TITLE_END, f"{_TITLE_END}\n{note}", 1) if count else page


def _marked(page: str, segments: Sequence[Segment], source: str) -> str:
    from amts_ext.pages.marks import CLASS, mark  # most books are translated whole

    return page if CLASS in page else mark(page, segments, source)


def theme_words(sphinx_language: str) -> dict[str, str]:
    """The theme's fixed strings and what takes their place in one language."""
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
