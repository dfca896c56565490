"""Formatting pairs around the words that translate the words of the source.

"The <b>median</b> is robust" goes through the engine without the pair, so it is translated as well
as it can be. Then the pair is put around what translates "median" there (:mod:`.tracing`)::

    The <b>median</b> is robust.    A <b>mediana</b> é robusta.

As tokens, an engine leaves the halves at the places that they have in English, which gives "uma
rede grande <b>muito</b>" for "a <b>very</b> large network". Tokens are still the way of a sentence
whose words are not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from amts_ext.languages import profiles
from amts_ext.model import Half
from amts_ext.service.content.runs import Markup, Piece, key, marks_of, nested
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.tokens import MarkedSentence, has_letters, trimmed
from amts_ext.service.content.tracing import (
    SLOT,
    Stretch,
    Word,
    find,
    flat,
    heard,
    items,
    lifted,
    nth,
)

Ask = Callable[[Sequence[MarkedSentence]], None]
"""A function that translates sentences; those that come back damaged have no result."""


@dataclass(slots=True)
class _Pair:
    """A formatting pair of one sentence, with the words between its halves, its *phrase*."""

    opener: Markup
    closer: Markup
    pieces: list[Piece]
    stretch: Stretch
    """Its items in the source."""
    alone: MarkedSentence
    """The phrase as a sentence of its own."""
    shouted: MarkedSentence
    """The whole sentence with the phrase in capitals."""
    place: Stretch | None = None
    """Its items in the translation."""


@dataclass(slots=True)
class _Bare:
    """A sentence, and the same sentence without its pairs."""

    sentence: MarkedSentence
    bare: MarkedSentence
    pairs: list[_Pair] = field(default_factory=list)


def translated(by_tokens: Ask, glossary: Glossary, sentences: Sequence[MarkedSentence]) -> None:
    """Translate sentences; ``by_tokens`` is the way of those without pairs, and of the rest."""
    bare = [found for s in sentences if s.result is None and (found := _bare(s))]
    whole = {id(each.sentence) for each in bare}
    alone = [pair.alone for each in bare for pair in each.pairs if has_letters_in(pair.pieces)]
    others = [sentence for sentence in sentences if id(sentence) not in whole]
    by_tokens([*(each.bare for each in bare), *alone, *others])
    for each in bare:
        _by_phrases(each, glossary)
    unknown = [pair for each in bare for pair in each.pairs if each.bare.result and not pair.place]
    by_tokens([pair.shouted for pair in unknown])
    for each in bare:
        _by_capitals(each)
        each.sentence.result = _with_pairs(each)
    by_tokens([each.sentence for each in bare])


def has_letters_in(pieces: Sequence[Piece]) -> bool:
    """Return whether a phrase has words, and not only marks such as a formula."""
    return any(map(has_letters, pieces))


def without_pairs(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without the halves of pairs, and neighbouring texts as one."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Markup) and piece.half is not Half.SINGLE:
            continue
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        else:
            result.append(piece)
    return result


def _bare(sentence: MarkedSentence) -> _Bare | None:
    """Return a sentence with and without its pairs; None if it has none that could be placed."""
    body = trimmed(sentence.pieces)[1]
    halves = [mark for mark in marks_of(body) if mark.half is not Half.SINGLE]
    if not halves or not nested(body) or any(isinstance(p, str) and SLOT in p for p in body):
        return None
    found = _Bare(sentence, MarkedSentence(sentence.run, without_pairs(body)))
    found.pairs = list(_pairs(body, sentence.run))
    return found if all(pair.stretch[0] < pair.stretch[1] for pair in found.pairs) else None


def _pairs(body: Sequence[Piece], run: int) -> Iterator[_Pair]:
    """Yield the pairs of a sentence by their beginnings."""
    for at, opener in enumerate(body):
        if not isinstance(opener, Markup) or opener.half is not Half.OPEN:
            continue
        end = next(i for i, p in enumerate(body) if isinstance(p, Markup) and _closes(p, opener))
        closer = body[end]
        assert isinstance(closer, Markup)
        phrase = without_pairs(body[at + 1 : end])
        loud = [p.upper() if isinstance(p, str) else p for p in body[at + 1 : end]]
        first = len(items(body[:at]))
        yield _Pair(
            opener,
            closer,
            phrase,
            (first, first + len(items(phrase))),
            MarkedSentence(run, phrase),
            MarkedSentence(run, without_pairs([*body[:at], *loud, *body[end + 1 :]])),
        )


def _closes(half: Markup, opener: Markup) -> bool:
    return half.half is Half.CLOSE and half.pair == opener.pair


def _by_phrases(each: _Bare, glossary: Glossary) -> None:
    """Find the phrases of a sentence by what they are when translated alone."""
    if each.bare.result is None:
        return
    answer, source = items(each.bare.result), items(each.bare.pieces)
    for pair in each.pairs:
        own = items(pair.pieces)
        stands = find(own, source, "")
        for phrase in _said(pair, own, glossary):
            if pair.place is None:
                pair.place = nth(pair.stretch, stands, find(phrase, answer, glossary.target))


def _said(pair: _Pair, own: list[Word], glossary: Glossary) -> Iterator[list[Word]]:
    """Yield what may translate a phrase: its term, what the engine says to it alone, itself."""
    for pieces in ([glossary.whole(key(flat(pair.pieces)))], pair.alone.result or ()):
        said = items(pieces)
        if not _begins_with_article(own, glossary.source):
            yield said[1:] if _begins_with_article(said, glossary.target) else said
        else:
            yield said
            yield said[1:]
    yield own


def _begins_with_article(said: Sequence[Word], language: str) -> bool:
    code = profiles.spelled(language) if language else ""
    articles = profiles.load(code).articles if code in profiles.available() else ""
    return len(said) > 1 and said[0].text.casefold() in articles.split()


def _by_capitals(each: _Bare) -> None:
    """Find the phrases that are still missing by the answer to them in capitals."""
    if each.bare.result is None:
        return
    answer = items(each.bare.result)
    capitals = {item.text for item in (*items(each.bare.pieces), *answer) if item.is_shouted}
    for pair in each.pairs:
        if pair.place is None and pair.shouted.result is not None:
            spoken, size = items(pair.shouted.result), pair.stretch[1] - pair.stretch[0]
            pair.place = heard(spoken, answer, capitals, size)


def _with_pairs(each: _Bare) -> list[Piece] | None:
    """Return the translation with all pairs; None if one has no place, or they would cross."""
    result = each.bare.result
    if result is None or not all(pair.place for pair in each.pairs) or not _same_nesting(each):
        return None
    if result == each.bare.pieces:  # unchanged, so the white space inside the pairs stays too
        return list(each.sentence.pieces)
    head, _, tail = trimmed(each.sentence.pieces)
    text, answer = flat(result), items(result)
    halves: list[tuple[int, int, int, Markup]] = []
    for order, pair in enumerate(each.pairs):
        assert pair.place
        start, end = answer[pair.place[0]].start, answer[pair.place[1] - 1].end
        start, end = _with_edges(text, start, end, flat(pair.pieces))
        halves += [(start, 1, order, pair.opener), (end, 0, -order, pair.closer)]
    halves.sort(key=lambda half: half[:3])
    pieces: list[Piece] = []
    singles = marks_of(result)
    at = 0
    for place, _, _, mark in halves:
        done = text.count(SLOT, 0, at)
        pieces += [*lifted(text[at:place], singles[done:]), mark]
        at = place
    pieces += lifted(text[at:], singles[text.count(SLOT, 0, at) :])
    return [*head, *pieces, *tail] if nested(pieces) else None


def _with_edges(text: str, start: int, end: int, phrase: str) -> tuple[int, int]:
    """Return a stretch of text with the marks at its edges that the phrase has at its own.

    >>> _with_edges('Nota: "sim".', 0, 4, "Note:"), _with_edges('Nota: "sim".', 7, 10, '"yes"')
    ((0, 5), (6, 11))
    """
    phrase = phrase.strip()
    while start and _is_edge(phrase[:1]) and _is_edge(text[start - 1]):
        start, phrase = start - 1, phrase[1:]
    while end < len(text) and _is_edge(phrase[-1:]) and _is_edge(text[end]):
        end, phrase = end + 1, phrase[:-1]
    return start, end


def _is_edge(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace() and char != SLOT


def _same_nesting(each: _Bare) -> bool:
    """Return whether two pairs share words in the translation only if they do in the source."""

    def shared(one: Stretch | None, other: Stretch | None) -> bool:
        return (
            one is not None and other is not None and max(one[0], other[0]) < min(one[1], other[1])
        )

    return all(
        shared(a.place, b.place) <= shared(a.stretch, b.stretch)
        for i, a in enumerate(each.pairs)
        for b in each.pairs[i + 1 :]
    )
