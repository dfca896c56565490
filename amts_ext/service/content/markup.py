"""Translation of runs with markup by an engine that knows plain sentences only.

Formatting pairs are taken out, and put back around the words that translate theirs
(:mod:`.emphasis`). All other markup goes through the engine as tokens (:mod:`.tokens`), and so do
pairs whose words are not found. If that fails too, the texts between the marks are translated one
by one. So markup survives whatever the engine does.

Some sentences need no engine: those that parallel data translates as a whole, and those that are a
single term.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import sentencex

from amts_ext.facts import Side
from amts_ext.facts.numbers import changed_numbers, mixed_decimals, respelled
from amts_ext.model import Half
from amts_ext.service.content import emphasis, insertion
from amts_ext.service.content.runs import (
    Help,
    Markup,
    Piece,
    Run,
    Translate,
    key,
    marks_of,
    nested,
    plain,
)  # fmt: skip
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.tokens import (
    MarkedSentence,
    edges,
    free_shapes,
    has_letters,
    in_attempts,
    split,
    trimmed,
)
from amts_ext.service.content.unspelled import cut, with_kept_numbers, with_localized


def translate_runs(
    runs: Sequence[Run],
    translate: Translate,
    language: str,
    adapt: Help | None = None,
    unsure: dict[int, list[str]] | None = None,
) -> list[list[Piece]]:
    """Translate all runs in a few calls of ``translate``; runs without letters stay as they are.

    >>> from amts_ext.service.content.documents import written
    >>> run = ["Run ", Markup("<b>", Half.OPEN, 0), "it", Markup("</b>", Half.CLOSE, 0), " now."]
    >>> def engine(sentences):
    ...     print(sentences)
    ...     return [sentence.upper() for sentence in sentences]
    >>> print(written(translate_runs([run], engine, "en")[0]))
    ['Run it now.', 'it']
    RUN <b>IT</b> NOW.

    ``language`` is that of the source; it decides where sentences end. ``unsure`` gets, by the
    number of a run, what an engine that drafts doubts about it.
    """
    adapt = adapt or Help()
    sentences = [
        MarkedSentence(i, s) for i, run in enumerate(runs) for s in _sentences(run, language, adapt)
    ]
    glossary = Glossary(adapt.terms, language, adapt.target)
    _by_example(sentences, adapt)
    _by_term(sentences, glossary)
    sentences = [_protected(s, adapt) for s in sentences]
    by_engine = [s for s in sentences if s.result is None]
    by_tokens = partial(in_attempts, translate=translate, halves=adapt.halves)
    ask = by_tokens if adapt.halves else partial(emphasis.translated, by_tokens, glossary)
    ask(by_engine)
    _by_pieces([s for s in by_engine if s.result is None], translate, glossary)
    insertion.insert(by_engine, glossary, ask, in_place=not adapt.halves)
    _with_numbers(by_engine, ask, language, adapt)
    joined = _joined(runs, sentences, translate, glossary, adapt)
    if unsure is not None:
        unsure |= _doubts(sentences, adapt)
    return joined


def _doubts(sentences: Iterable[MarkedSentence], adapt: Help) -> dict[int, list[str]]:
    """Return what the engine doubts about its lines, each reason once, by the number of the run."""
    found: dict[int, dict[str, None]] = {}
    for sentence in sentences if adapt.doubts else ():
        for line in sentence.asked:
            reasons = adapt.doubts(line) if adapt.doubts else ()
            found.setdefault(sentence.run, {}).update(dict.fromkeys(reasons))
    return {run: list(reasons) for run, reasons in found.items() if reasons}


def _sentences(run: Run, language: str, adapt: Help) -> list[list[Piece]]:
    """Cut a run into sentences that lose nothing; a run that is an example stays whole."""
    pieces = list(run)
    if key(plain(pieces)) in adapt.examples:
        return [pieces]
    shape = next(iter(free_shapes(pieces)), None)
    if shape is None or not any(map(has_letters, pieces)):
        return [pieces]
    # No spaces are set around the tokens, so that the sentences together equal the run.
    marks = [p for p in pieces if isinstance(p, Markup)]
    numbers = iter(range(len(marks)))
    text = "".join(p if isinstance(p, str) else shape.format(next(numbers)) for p in pieces)
    parts = [split(t, marks, shape) for t in sentencex.segment(language.split("-")[0], text)]
    whole = [piece for part in parts for piece in part]
    return parts if plain(whole) == plain(pieces) and marks_of(whole) == marks else [pieces]


def _by_example(sentences: Iterable[MarkedSentence], adapt: Help) -> None:
    """Translate the sentences that are examples of parallel data."""
    for sentence in sentences:
        target = adapt.examples.get(key(plain(sentence.pieces)))
        if target is not None:
            sentence.result = _place(target, sentence.pieces)


def _by_term(sentences: Iterable[MarkedSentence], glossary: Glossary) -> None:
    """Translate the sentences that are a single term, also in bold; most are titles."""
    for sentence in sentences:
        head, body, tail = trimmed(sentence.pieces)
        only = body[0] if len(body) == 1 else None
        if sentence.result is None and isinstance(only, str) and (said := glossary.whole(only)):
            sentence.result = [*head, said, *tail]


def _protected(sentence: MarkedSentence, adapt: Help) -> MarkedSentence:
    """Return a sentence with marks for the text that the engine would garble."""
    if sentence.result is not None:
        return sentence
    pieces: list[Piece] = []
    for piece in sentence.pieces:
        pieces += cut(piece, adapt.alphabet) if isinstance(piece, str) else [piece]
    return MarkedSentence(sentence.run, pieces)


def _with_numbers(
    sentences: Iterable[MarkedSentence], ask: emphasis.Ask, language: str, adapt: Help
) -> None:
    """Translate again, with slots for numbers, the sentences that have changed one.

    Decimals that the engine has left in the source's spelling get that of the target.
    """
    if not adapt.target:
        return
    again = []
    languages = language, adapt.target
    for sentence in sentences:
        before, after = (Side((plain(p),)) for p in (sentence.pieces, sentence.result or ()))
        if next(changed_numbers(before, after, languages), ""):
            pieces = with_kept_numbers(sentence.pieces, *languages)
            again.append((sentence, MarkedSentence(sentence.run, pieces)))
    ask([kept for _, kept in again])
    for sentence, kept in again:
        sentence.take(kept, kept.result)
    for sentence in sentences:
        sentence.result = _respelled(sentence, languages)


def _respelled(sentence: MarkedSentence, languages: tuple[str, str]) -> list[Piece] | None:
    """Return a sentence's translation with the target's decimal sign.

    A number in a mark stays as it went, unless it stands beside another that has the sign.
    """
    text, whole = plain(sentence.pieces), plain(sentence.result or ())
    is_mixed = mixed_decimals(text, whole, languages)
    return sentence.result and [
        respelled(text, piece, languages, whole)
        if isinstance(piece, str)
        else with_localized(piece, *languages)
        if is_mixed
        else piece
        for piece in sentence.result
    ]


def _place(target: str, pieces: Sequence[Piece]) -> list[Piece] | None:
    """Put kept elements in the place of their text in an example's target.

    None if the text of one does not stand there exactly once, or if the sentence has pairs.
    """
    marks = marks_of(pieces)
    if any(m.half is not Half.SINGLE or target.count(m.inner) != 1 or not m.inner for m in marks):
        return None
    result: list[Piece] = [target]
    for mark in marks:
        at = next((i for i, p in enumerate(result) if isinstance(p, str) and mark.inner in p), None)
        if at is None:
            return None
        before, _, after = str(result[at]).partition(mark.inner)
        result[at : at + 1] = [before, mark, after]
    head, tail = edges(pieces)
    return [p for p in (head, *result, tail) if p]


def _by_pieces(
    sentences: Sequence[MarkedSentence], translate: Translate, glossary: Glossary
) -> None:
    """Translate, as a last resort, every text between two marks alone; the marks stay in place."""
    every = [p for s in sentences for p in s.pieces if isinstance(p, str) and has_letters(p)]
    said = {piece: glossary.whole(key(piece)) for piece in every}
    wanted = [piece for piece, term in said.items() if not term]
    answers = translate([key(piece) for piece in wanted]) if wanted else []
    said |= dict(zip(wanted, answers, strict=True))
    for sentence in sentences:
        sentence.asked = [key(p) for p in sentence.pieces if isinstance(p, str) and p in said]
        sentence.result = [
            _reframe(p, said[p]) if isinstance(p, str) and p in said else p for p in sentence.pieces
        ]


def _joined(
    runs: Sequence[Run],
    sentences: list[MarkedSentence],
    translate: Translate,
    glossary: Glossary,
    adapt: Help,
) -> list[list[Piece]]:
    """Put the sentences of each run together; translate runs that do not nest by pieces.

    Such runs are added to the sentences.
    """
    results: list[list[Piece]] = [[] for _ in runs]
    for sentence in sentences:
        results[sentence.run] += sentence.result or sentence.pieces
    broken = [MarkedSentence(i, list(runs[i])) for i, r in enumerate(results) if not nested(r)]
    broken = [_protected(sentence, adapt) for sentence in broken]
    _by_pieces(broken, translate, glossary)
    for sentence in broken:
        results[sentence.run] = sentence.result or sentence.pieces
    sentences += broken
    return [_merged(r) for r in results]


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with terms as text, and neighbouring texts as one."""
    result: list[Piece] = []
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.raw if piece.term else None
        if text is not None and result and isinstance(result[-1], str):
            result[-1] += text
        else:
            result.append(piece if text is None else text)
    return result


def _reframe(source: str, text: str) -> str:
    """Return a translation with the white space of its source at both ends."""
    head, tail = edges([source])
    return head + text.strip() + tail
