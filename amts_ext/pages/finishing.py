"""Finishing of built pages in another language.

1. The theme's fixed strings are translated. mxtheme 0.3.17 has some in its templates untranslated,
   or under a name that Sphinx's catalogue does not know; Sphinx has translations of the same words.
2. Sentences that stayed in the source language are marked (:mod:`amts_ext.pages.marks`).
3. A page with machine drafts says below its title how many there are.
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
"""Fixed strings of the theme, and the message of Sphinx's catalogue that means the same."""


NOTE = (
    '<p role="note" class="amts-draft" style="border-left: 4px solid #b26a00; padding-left: 12px">'
    "{}</p>"
)
"""The note on machine drafts."""
_NOTED = re.compile("\n" + NOTE.format("[^<]*"))
_TITLE_END = "</h1>"


def finish(
    folder: Path,
    profile: Profile,
    source: str,
    untranslated: Mapping[str, Sequence[Segment]],
    drafts: Mapping[str, int],
) -> list[InputError]:
    """Finish all pages of ``folder``; pages that were finished before stay as they are.

    ``untranslated`` has the segments left in the language ``source``, and ``drafts`` the number of
    sentences that are machine drafts; both by the page's path without its suffix. Returns the
    errors of the pages that could not be finished; all others are.
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
    """Put a note with the number of drafts below the page's title, if there are any."""
    # An old note goes: the sentences may have been read since, which does not rebuild the page.
    page = _NOTED.sub("", page)
    note = NOTE.format(escape(f"{words} {count}"))
    return page.replace(_TITLE_END, f"{_TITLE_END}\n{note}", 1) if count else page


def _marked(page: str, segments: Sequence[Segment], source: str) -> str:
    """Mark the untranslated segments of a page that has no marks yet."""
    from amts_ext.pages.marks import CLASS, mark  # few books need it

    return page if CLASS in page else mark(page, segments, source)


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
