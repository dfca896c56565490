"""Doubts about a human's translation that a build uses: what it has and its source has not.

An older edition's text or a slip of the keyboard is used all the same, since a human outranks a
machine. The build tells where it stands, for a person to decide.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from amts_ext.checks import Context
from amts_ext.checks.base import Side
from amts_ext.checks.figures import numbers
from amts_ext.checks.language import untranslated
from amts_ext.checks.places import HumanFiles
from amts_ext.checks.slots import slots
from amts_ext.d2lbook_ext.destination import Written
from amts_ext.languages import profiles
from amts_ext.model import Half
from amts_ext.pipeline.book import Book

_FIRM = frozenset({"math", "code"})
"""Kinds of slots that a human's text should have only if its source has them."""


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
        """Return the slips in the human's files, each with ``file line text``."""
        return [
            {"file": self.shown(e.file or ""), "line": e.line, "text": e.message}
            for e in self._notices
        ]

    def shown(self, file: str) -> str:
        """Return a human's file as it is shown: relative to the book if it lies there."""
        path = Path(file)
        return str(path.relative_to(self._root) if path.is_relative_to(self._root) else path)

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
        own = {(s.kind, s.content) for s in ours.slots}
        if any(
            s.kind in _FIRM and s.half is Half.SINGLE and (s.kind, s.content) not in own
            for s in theirs.slots
        ):
            firm = tuple(p for p in each.parts if isinstance(p, str) or p.kind in _FIRM)
            missing = slots(Side(firm), ours, self._reverse)
            found += [f"in the source, {f.message}" for f in missing]
        return found


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
