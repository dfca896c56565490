"""Terms put into translations that lack them.

Where the engine's own words for a term are found (:mod:`.tracing`), they are replaced, and all else
stays as it was. In other sentences the term goes through the engine as a token, which costs
quality: an engine that does not see a word loses verbs and genders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amts_ext.service.content.agreement import has_forms
from amts_ext.service.content.emphasis import Ask, without_pairs
from amts_ext.service.content.runs import Markup, marks_of
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.tokens import MarkedSentence
from amts_ext.service.content.tracing import (
    SLOT,
    Stretch,
    Word,
    find,
    flat,
    heard,
    items,
    lifted,
)


@dataclass(slots=True)
class _Term:
    """A term that the translation of a sentence lacks."""

    term: str
    written: str
    """The term as the source writes it."""
    shouted: MarkedSentence
    """The sentence with the term in capitals, without pairs."""


_GAINED = frozenset('()[]{}"“”«»:')
"""Marks that a damaged translation gains: "Dive into" became ``Mer: "``."""


def insert(
    sentences: Iterable[MarkedSentence], glossary: Glossary, ask: Ask, in_place: bool = True
) -> None:
    """Put the terms into the results that lack them; keep a result if that fails.

    A damaged result stays as it is, so that whoever asked sees the damage. ``in_place`` False:
    terms go as tokens at once.
    """
    sound = [s for s in sentences if s.result and not _is_damaged(flat(s.pieces), flat(s.result))]
    lacking = [(s, found) for s in sound if (found := _lacking(s, glossary))]
    traced = lacking if in_place else []
    ask([each.shouted for _, found in traced for each in found])
    for sentence, found in traced:
        for each in found:
            _replace(sentence, each, glossary)
    _by_tokens([sentence for sentence, _ in lacking], glossary, ask)


def _is_damaged(source: str, result: str) -> bool:
    """Return whether a translation has a mark that its source has none of.

    >>> _is_damaged("Dive into It", 'Mer: "It)'), _is_damaged('The "It"', 'O "It"')
    (True, False)
    """
    return bool(_GAINED & set(result) - set(source))


def _lacking(sentence: MarkedSentence, glossary: Glossary) -> list[_Term]:
    """Return the terms that a sentence lacks, in the order of their names."""
    found = []
    for term in sorted(glossary.lacking(sentence.pieces, sentence.result or ())):
        written, loud = glossary.shouted(sentence.pieces, term)
        found.append(_Term(term, written, MarkedSentence(sentence.run, without_pairs(loud))))
    return found


def _replace(sentence: MarkedSentence, each: _Term, glossary: Glossary) -> None:
    """Put a term in the place of the engine's words for it, if they are found."""
    result = sentence.result
    if (
        result is None
        or not each.written
        or SLOT in "".join(p for p in result if isinstance(p, str))
    ):
        return
    text, answer = flat(result), items(result)
    source = items(sentence.pieces)
    capitals = {item.text for item in (*source, *answer) if item.is_shouted}
    place = _place(each, answer, capitals, glossary)
    if place is None:
        return
    start, end = answer[place[0]].start, answer[place[1] - 1].end
    if SLOT in text[start:end]:
        return
    is_first = not any(map(str.isalnum, text[:start])) or each.written[0].isupper()
    has_capital = is_first and text[start].isupper() and not text[start:end].isupper()
    said = Markup(glossary.said(each.term, has_capital), term=True)
    marks, number = marks_of(result), text.count(SLOT, 0, start)
    before, after = lifted(text[:start], marks), lifted(text[end:], marks[number:])
    agreed = glossary.agreed([*before, said, *after])
    sentence.result = [said.raw if piece is said else piece for piece in agreed]


def _place(
    each: _Term, answer: Sequence[Word], capitals: Iterable[str], glossary: Glossary
) -> Stretch | None:
    """Return the engine's words for a term: the term itself, or what stands for its capitals.

    The word before them has to be the one that stands before the capitals, or its other form.
    """
    own = items([each.written])
    stands = find(own, answer, "")
    if len(stands) == 1 or each.shouted.result is None:
        return stands[0] if stands else None
    spoken = items(each.shouted.result)
    place = heard(spoken, answer, capitals, len(own))
    loud = heard(spoken, spoken, capitals, len(own))
    if place is None or loud is None or not place[0] or not loud[0]:
        return place
    before = answer[place[0] - 1].text.casefold(), spoken[loud[0] - 1].text.casefold()
    agrees = all(has_forms(word, glossary.target) for word in before)
    return place if before[0] == before[1] or agrees else None


def _by_tokens(sentences: Sequence[MarkedSentence], glossary: Glossary, ask: Ask) -> None:
    """Translate again, with tokens for the terms, what still lacks some."""
    again = []
    for sentence in sentences:
        if lacking := glossary.lacking(sentence.pieces, sentence.result or ()):
            pieces = [piece for piece in glossary.marked(sentence.pieces, lacking) if piece]
            again.append((sentence, MarkedSentence(sentence.run, pieces)))
    ask([marked for _, marked in again])
    for sentence, marked in again:
        sentence.take(marked, marked.result and glossary.agreed(marked.result))
