"""Synchronizations of texts whose alignment is known, without a search for it each time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from amts_ext import formats
from amts_ext.alignment import Bead
from amts_ext.api import make_pipeline
from amts_ext.languages import profiles
from amts_ext.merging.compose import SyncResult, compose
from amts_ext.merging.merge import merge
from amts_ext.merging.texts import Text, Tie, Ties
from amts_ext.pipeline import Pipeline
from amts_ext.text.outcome import Source
from support.bilingual import Book


def machine(sentences: list[str]) -> list[str]:
    return [f"M {sentence}" for sentence in sentences]


@dataclass(frozen=True)
class Tied:
    """A source and its translation, and which of their pieces and sentences belong together."""

    format: str
    base: Text
    target: Text
    ties: Ties

    def synced(self, source: str) -> SyncResult:
        """Bring the translation in step with a source."""
        now, language = read(source, self.format, "en"), self.target.language
        merged = merge(self.base, now, self.target, self.ties)
        wanted = tuple((stretch.start, stretch.end) for stretch in merged.wanted)
        result = _pipeline(language).translate([Source("source", source, self.format, wanted)])
        joiner = profiles.load(language).joiner
        return compose(merged, self.target, result.documents[0], joiner)


def read(text: str, format: str, language: str) -> Text:
    return Text(formats.get(format).read(text, "text"), language)


def tied(book: Book) -> Tied:
    """Tie the texts of a document by the places that they were made of."""
    base, target = (
        read(book.english, book.format, "en"),
        read(book.human, book.format, book.language),
    )
    return Tied(book.format, base, target, _ties(book, base, target))


@cache
def _pipeline(language: str) -> Pipeline:
    return make_pipeline("en", language, machine, None, "sentence")


def _ties(book: Book, base: Text, target: Text) -> Ties:
    known: list[Tie] = []
    beads: list[Bead] = []
    i = j = a = b = 0
    for place in book.places:
        if place.kind == "own":
            j, b = j + 1, b + 1
            beads.append(Bead((), (b - 1,), 0.9))
            continue
        known.append(Tie((i,), (j,)))
        i, j = i + 1, j + 1
        for unit in place.units:
            ours, theirs = len(unit.english), len(unit.human)
            beads.append(Bead(tuple(range(a, a + ours)), tuple(range(b, b + theirs)), 0.9))
            a, b = a + ours, b + theirs
    counts = len(base.pieces), len(target.pieces), len(base.segments), len(target.segments)
    assert counts == (i, j, a, b), (counts, (i, j, a, b))
    return Ties(known, beads)
