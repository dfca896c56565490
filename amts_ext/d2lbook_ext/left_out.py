"""A human's text for a sentence that a build does not use: where it stands, and why not."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from amts_ext.checks.places import HumanFiles
from amts_ext.d2lbook_ext.destination import Written
from amts_ext.human.unused import Unused, UnusedTexts, shown
from amts_ext.model import Origin, Unit, from_tokens
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.suggestions import readable
from amts_ext.text.masking import contents_digest, unmask

CHANGED = "the formulas, references or links of the source have changed"
HARMFUL = "it would change the structure of the page"


class LeftOut:
    """The texts of the human translation of ``book`` into ``language``."""

    def __init__(self, book: Book, language: str) -> None:
        learned = book.learned.get(language)
        self._book = book
        self._pair = book.config.source, language
        self._unused = UnusedTexts(learned.unused if learned else ())
        self._folder = book.config.human.get(language)
        self._files = HumanFiles(book.config.root, self._folder)

    def find(self, each: Written) -> Unused | None:
        """Return the human's text for a sentence; None if there is none."""
        tokens = each.outcome.segment.tokens
        if left := self._unused.find(tokens, each.section):
            return replace(left, file=shown(left.file, self._book.config.root))
        return self._of_unit(each, self._units[tokens]) if tokens in self._units else None

    def _of_unit(self, each: Written, unit: Unit) -> Unused | None:
        """Return the text of a unit that the memory has and the build did not take."""
        assert self._folder is not None
        segment = each.outcome.segment
        text = unmask(from_tokens(readable(unit), segment.slots))
        changed = unit.contents and unit.contents != contents_digest(segment)
        place = self._files.place(unit.document, text, each.share)
        file = shown(str(self._folder / unit.document), self._book.config.root)
        line = place.line if place else None
        return Unused(unit.source, text, file, line, CHANGED if changed else HARMFUL)

    @cached_property
    def _units(self) -> dict[str, Unit]:
        """The human units by source, if there is a human translation."""
        if self._folder is None:
            return {}
        units = self._book.memory.units(self._pair)
        return {u.source: u for u in units if u.origin is Origin.HUMAN and u.document}
