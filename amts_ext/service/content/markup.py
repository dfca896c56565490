"""Translation of runs with markup by an engine that knows plain sentences only.

"Run <b>it</b> now." goes through the engine as "Run XM0 it XM1 now."; neural models were seen to
keep such tokens. The answer is checked: each token once, pairs nested, no pair emptied. A damaged
sentence is tried again with another shape of token. If that fails too, the texts between the marks
are translated one by one. So markup survives whatever the engine does.

Some sentences need no engine: those that parallel data translates as a whole, and those that are a
single term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sentencex

from amts_ext.facts import Side
from amts_ext.facts.numbers import changed_numbers
from amts_ext.model import Half
from amts_ext.service.content.runs import (
    Help,
    Markup,
    Piece,
    Run,
    Translate,
    emptied,
    key,
    marks_of,
    nested,
    plain,
    spaced,
)  # fmt: skip
from amts_ext.service.content.terms import Glossary
from amts_ext.service.content.unspelled import cut, with_kept_numbers

SHAPES = ("XM{}", "QX{}", "ZV{}")
"""Shapes of tokens, the best first; a shape that occurs in the text itself is not used."""

ATTEMPTS = 2

_HALVES = {Half.OPEN: "A", Half.CLOSE: "Z"}
"""Letters after a token, for an engine that tells the halves of pairs apart."""

_PUNCTUATION = ".,;:!?)"


@dataclass(slots=True)
class _Sentence:
    """One sentence of a run, with its translation as soon as there is one."""

    run: int
    """The number of the run."""
    pieces: list[Piece]
    result: list[Piece] | None = None


def translate_runs(
    runs: Sequence[Run], translate: Translate, language: str, adapt: Help | None = None
) -> list[list[Piece]]:
    """Translate all runs in a few calls of ``translate``; runs without letters stay as they are.

    >>> from amts_ext.service.content.documents import written
    >>> run = ["Run ", Markup("<b>", Half.OPEN, 0), "it", Markup("</b>", Half.CLOSE, 0), " now."]
    >>> def engine(sentences):
    ...     print(sentences)
    ...     return [sentence.upper() for sentence in sentences]
    >>> print(written(translate_runs([run], engine, "en")[0]))
    ['Run XM0 it XM1 now.']
    RUN <b>IT</b> NOW.

    ``language`` is that of the source; it decides where sentences end.
    """
    adapt = adapt or Help()
    sentences = [
        _Sentence(i, s) for i, run in enumerate(runs) for s in _sentences(run, language, adapt)
    ]
    glossary = Glossary(adapt.terms, language, adapt.target)
    _by_example(sentences, adapt)
    _by_term(sentences, glossary)
    sentences = [_protected(s, adapt) for s in sentences]
    by_engine = [s for s in sentences if s.result is None]
    _in_attempts(by_engine, translate, adapt.halves)
    _by_pieces([s for s in by_engine if s.result is None], translate, glossary)
    _with_terms(by_engine, glossary, translate, adapt.halves)
    _with_numbers(by_engine, translate, language, adapt)
    return _joined(runs, sentences, translate, glossary, adapt)


def _sentences(run: Run, language: str, adapt: Help) -> list[list[Piece]]:
    """Cut a run into sentences that lose nothing; a run that is an example stays whole."""
    pieces = list(run)
    if key(plain(pieces)) in adapt.examples:
        return [pieces]
    shape = next(iter(_shapes(pieces)), None)
    if shape is None or not any(map(_has_letters, pieces)):
        return [pieces]
    # No spaces are set around the tokens, so that the sentences together equal the run.
    marks = [p for p in pieces if isinstance(p, Markup)]
    numbers = iter(range(len(marks)))
    text = "".join(p if isinstance(p, str) else shape.format(next(numbers)) for p in pieces)
    parts = [_split(t, marks, shape) for t in sentencex.segment(language.split("-")[0], text)]
    whole = [piece for part in parts for piece in part]
    return parts if plain(whole) == plain(pieces) and marks_of(whole) == marks else [pieces]


def _by_example(sentences: Iterable[_Sentence], adapt: Help) -> None:
    """Translate the sentences that are examples of parallel data."""
    for sentence in sentences:
        target = adapt.examples.get(key(plain(sentence.pieces)))
        if target is not None:
            sentence.result = _place(target, sentence.pieces)


def _by_term(sentences: Iterable[_Sentence], glossary: Glossary) -> None:
    """Translate the sentences that are a single term, also in bold; most are titles."""
    for sentence in sentences:
        head, body, tail = _trimmed(sentence.pieces)
        only = body[0] if len(body) == 1 else None
        if sentence.result is None and isinstance(only, str) and (said := glossary.whole(only)):
            sentence.result = [*head, said, *tail]


def _protected(sentence: _Sentence, adapt: Help) -> _Sentence:
    """Return a sentence with marks for the text that the engine would garble."""
    if sentence.result is not None:
        return sentence
    pieces: list[Piece] = []
    for piece in sentence.pieces:
        pieces += cut(piece, adapt.alphabet) if isinstance(piece, str) else [piece]
    return _Sentence(sentence.run, pieces)


def _with_terms(
    sentences: Iterable[_Sentence], glossary: Glossary, translate: Translate, halves: bool
) -> None:
    """Translate again the sentences whose translation lacks a term; keep the first if it fails."""
    again = []
    for sentence in sentences:
        if lacking := glossary.lacking(sentence.pieces, sentence.result or ()):
            pieces = [piece for piece in glossary.marked(sentence.pieces, lacking) if piece]
            again.append((sentence, _Sentence(sentence.run, pieces)))
    _in_attempts([marked for _, marked in again], translate, halves)
    for sentence, marked in again:
        if marked.result is not None:
            sentence.result = glossary.agreed(marked.result)


def _with_numbers(
    sentences: Iterable[_Sentence], translate: Translate, language: str, adapt: Help
) -> None:
    """Translate again, with slots for numbers, the sentences that have changed one."""
    if not adapt.target:
        return
    again = []
    for sentence in sentences:
        before, after = (Side((plain(p),)) for p in (sentence.pieces, sentence.result or ()))
        if next(changed_numbers(before, after, (language, adapt.target)), ""):
            pieces = with_kept_numbers(sentence.pieces, language, adapt.target)
            again.append((sentence, _Sentence(sentence.run, pieces)))
    _in_attempts([kept for _, kept in again], translate, adapt.halves)
    for sentence, kept in again:
        sentence.result = kept.result or sentence.result


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
    head, tail = _edges(pieces)
    return [p for p in (head, *result, tail) if p]


def _in_attempts(sentences: Sequence[_Sentence], translate: Translate, halves: bool) -> None:
    """Translate sentences with tokens; those that fail, again with another shape of token."""
    for attempt in range(ATTEMPTS):
        _by_tokens([s for s in sentences if s.result is None], translate, attempt, halves)


def _by_tokens(
    sentences: Sequence[_Sentence], translate: Translate, attempt: int, halves: bool
) -> None:
    """Send sentences to the engine once, with marks as tokens; keep the results that are sound."""
    sent: list[tuple[_Sentence, str, str]] = []
    for sentence in sentences:
        head, pieces, tail = _trimmed(sentence.pieces)
        if not any(map(_has_letters, pieces)):
            sentence.result = list(sentence.pieces)
            continue
        shapes = _shapes(pieces)
        if attempt < len(shapes) and (attempt == 0 or marks_of(pieces)):
            sent.append((sentence, shapes[attempt], _encode(pieces, shapes[attempt], halves)))
    answers = translate([text for _, _, text in sent]) if sent else []
    for (sentence, shape, text), answer in zip(sent, answers, strict=True):
        head, pieces, tail = _trimmed(sentence.pieces)
        if key(answer) == text:
            sentence.result = list(sentence.pieces)  # unchanged, so the white space stays too
            continue
        result = _decode(answer, pieces, shape)
        if result is not None and _sound(pieces, result):
            sentence.result = [*head, *result, *tail]


def _by_pieces(sentences: Sequence[_Sentence], translate: Translate, glossary: Glossary) -> None:
    """Translate, as a last resort, every text between two marks alone; the marks stay in place."""
    every = [p for s in sentences for p in s.pieces if isinstance(p, str) and _has_letters(p)]
    said = {piece: glossary.whole(key(piece)) for piece in every}
    wanted = [piece for piece, term in said.items() if not term]
    answers = translate([key(piece) for piece in wanted]) if wanted else []
    said |= dict(zip(wanted, answers, strict=True))
    for sentence in sentences:
        sentence.result = [
            _reframe(p, said[p]) if isinstance(p, str) and p in said else p for p in sentence.pieces
        ]


def _joined(
    runs: Sequence[Run],
    sentences: Sequence[_Sentence],
    translate: Translate,
    glossary: Glossary,
    adapt: Help,
) -> list[list[Piece]]:
    """Put the sentences of each run together; translate runs that do not nest by pieces."""
    results: list[list[Piece]] = [[] for _ in runs]
    for sentence in sentences:
        results[sentence.run] += sentence.result or sentence.pieces
    broken = [_Sentence(i, list(runs[i])) for i, r in enumerate(results) if not nested(r)]
    broken = [_protected(sentence, adapt) for sentence in broken]
    _by_pieces(broken, translate, glossary)
    for sentence in broken:
        results[sentence.run] = sentence.result or sentence.pieces
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


def _trimmed(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Cut off the blanks and pairs around a whole sentence; return front, inside and back."""
    head: list[Piece] = []
    tail: list[Piece] = []
    body = list(pieces)
    while body:
        first, last = body[0], body[-1]
        if isinstance(first, str) and first != first.lstrip():
            rest = first.lstrip()
            head.append(first[: len(first) - len(rest)])
            body[:1] = [rest] if rest else []
        elif isinstance(last, str) and last != last.rstrip():
            rest = last.rstrip()
            tail.insert(0, last[len(rest) :])
            body[-1:] = [rest] if rest else []
        elif _encloses(first, last):
            head.append(body.pop(0))
            tail.insert(0, body.pop())
        else:
            break
    return head, body, tail


def _encloses(first: Piece, last: Piece) -> bool:
    if isinstance(first, str) or isinstance(last, str):
        return False
    return first.half is Half.OPEN and last.half is Half.CLOSE and first.pair == last.pair


def _shapes(pieces: Iterable[Piece]) -> list[str]:
    """Return the shapes of tokens that the text itself does not use."""
    text = "".join(p for p in pieces if isinstance(p, str)).upper()
    return [s for s in SHAPES if not re.search(s.format(r"\d"), text)]


def _encode(pieces: Sequence[Piece], shape: str, halves: bool) -> str:
    """Return one line for the engine: marks as tokens, apart from letters and from each other.

    >>> _encode(["Press", Markup("<kbd>A</kbd>"), Markup("<br>"), "now."], "XM{}", halves=False)
    'Press XM0 XM1 now.'
    """
    ends = _HALVES if halves else {}
    out, number, after_token = "", 0, False
    for piece in pieces:
        token = isinstance(piece, Markup)
        text = piece if isinstance(piece, str) else shape.format(number) + ends.get(piece.half, "")
        if (token or after_token) and out[-1:].isalnum() and text[:1].isalnum():
            out += " "
        out += text
        number += token
        after_token = token
    return " ".join(out.split())


def _split(text: str, marks: Sequence[Markup], shape: str) -> list[Piece]:
    """Return a text with its tokens turned back to marks; unknown tokens stay text."""
    pieces: list[Piece] = []
    at = 0
    for match in re.finditer(shape.format(r"(\d+)(?:[AZ](?![A-Za-z]))?"), text, re.IGNORECASE):
        if int(match[1]) < len(marks):
            pieces += [text[at : match.start()], marks[int(match[1])]]
            at = match.end()
    return [p for p in (*pieces, text[at:]) if p]


def _decode(answer: str, pieces: Sequence[Piece], shape: str) -> list[Piece] | None:
    """Return an engine's answer with marks, spaced as in the source; None if tokens are damaged."""
    marks = marks_of(pieces)
    result = _split(answer, marks, shape)
    if sorted(map(id, marks_of(result))) != sorted(map(id, marks)):
        return None
    if re.search(shape.format(r"\d"), "".join(p for p in result if isinstance(p, str)), re.I):
        return None
    return [p for p in _respaced(result, pieces) if p]


def _respaced(result: list[Piece], source: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without the spaces that :func:`_encode` put beside tokens."""
    text = "\0".join(p if isinstance(p, str) else "" for p in source)
    loose = re.search(rf"\s[{re.escape(_PUNCTUATION)}]", text)
    for i, piece in enumerate(result):
        if isinstance(piece, Markup):
            continue
        before = result[i - 1] if i else None
        after = result[i + 1] if i + 1 < len(result) else None
        if isinstance(before, Markup) and (
            _glued(source, before, +1, piece.isspace() and isinstance(after, Markup))
            or (not loose and piece.lstrip()[:1] in _PUNCTUATION and piece.strip())
        ):
            piece = piece.lstrip()
        if isinstance(after, Markup) and _glued(source, after, -1, False):
            piece = piece.rstrip()
        result[i] = piece
    return result


def _glued(source: Sequence[Piece], mark: Markup, side: int, between: bool) -> bool:
    """Return whether to drop the space beside a mark; ``side`` is -1 before it, +1 after it.

    The source must have none there. Inside a pair, that is enough. Beside another mark, the result
    must have nothing else ``between``; beside a letter, the letter's script must have spaces.
    """
    at = next(i for i, p in enumerate(source) if p is mark) + side
    other = source[at] if 0 <= at < len(source) else ""
    if isinstance(other, Markup):
        return between or mark.half is (Half.OPEN if side > 0 else Half.CLOSE)
    char = other[:1] if side > 0 else other[-1:]
    if not char or char.isspace():
        return False
    if mark.half is (Half.OPEN if side > 0 else Half.CLOSE):
        return True
    return char.isalnum() and spaced(char)


def _sound(source: Sequence[Piece], result: Sequence[Piece]) -> bool:
    """Return whether a translation has letters, and no pair is empty that the source fills."""
    if not any(map(_has_letters, result)):
        return False
    return not emptied(result) - emptied(source)


def _edges(pieces: Sequence[Piece]) -> tuple[str, str]:
    text = plain(pieces)
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _has_letters(piece: Piece) -> bool:
    return isinstance(piece, str) and any(c.isalpha() for c in piece)


def _reframe(source: str, text: str) -> str:
    """Return a translation with the white space of its source at both ends."""
    head, tail = _edges([source])
    return head + text.strip() + tail
