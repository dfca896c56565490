"""Doubts about a human's translation that a build uses: what it has and its source has not.

An older edition's text or a slip of the keyboard is used all the same, since a human outranks a
machine. The build tells where it stands, for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from amts_ext.checks import Context
from amts_ext.checks.base import Side
from amts_ext.checks.kept_facts import numbers
from amts_ext.checks.language import untranslated
from amts_ext.checks.places import HumanFiles
from amts_ext.checks.slots import slots
from amts_ext.d2lbook_ext.destination import Written
from amts_ext.human.following import STALE
from amts_ext.human.unused import shown
from amts_ext.languages import profiles
from amts_ext.model import Parts, Slot
from amts_ext.pipeline.book import Book

_FIRM = (("$", "math"), ("\\(", "math"), ("`", "code"))
"""Beginnings of formulas and code, which a human's text should have only if its source has them."""


class Doubts:
    """The doubts about the human translation of ``book`` into ``language``."""

    def __init__(self, book: Book, language: str) -> None:
        profile, source = profiles.load(language), book.config.source
        self._context = Context(source, profile)
        self._reverse = Context(language, replace(profile, language=source))
        self._files = HumanFiles(book.config.root, book.config.human.get(language))
        learned = book.learned.get(language)
        self._root = book.config.root
        self._notices = learned.notices if learned else []

    def notices(self) -> list[dict[str, Any]]:
        """Return what is to be looked at in the human's files, each with ``file line text``.

        ``stale`` is true where the text is older than its source.
        """
        return [
            {"file": shown(e.file or "", self._root), "line": e.line, "text": e.message}
            | ({"stale": True} if e.message in STALE else {})
            for e in self._notices
        ]

    def of(self, each: Written) -> tuple[str, ...]:
        """Return the doubts about one sentence; each begins with its place in the human's file."""
        found = self._messages(each)
        if not found:
            return ()
        place = self._files.place(f"{each.section}.md", each.target, each.share)
        where = f"{place}: " if place else ""
        return tuple(f"{where}{message}" for message in dict.fromkeys(found))

    def _messages(self, each: Written) -> list[str]:
        ours, theirs = Side(each.outcome.segment.parts), Side(each.parts)
        found = []
        if _has_digit(ours.text) or _has_digit(theirs.text):
            found += [f.message for f in numbers(ours, theirs, self._context)]
        found += [f.message for f in untranslated(ours, theirs, self._context)]
        if own := tuple(_firm(each.parts)):
            missing = slots(Side(own), ours, self._reverse)
            found += [f"in the source, {f.message}" for f in missing]
        return found


def _firm(parts: Parts) -> Iterator[Slot]:
    """Find the formulas and the code that are the human's own."""
    for part in parts:
        if isinstance(part, Slot) and part.kind == "own":
            kinds = (kind for start, kind in _FIRM if part.content.startswith(start))
            yield from (Slot(part.id, kind, part.content) for kind in kinds)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
