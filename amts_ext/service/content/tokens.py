"""Sentences with markup as plain lines for an engine, and its answers as sentences with markup.

"Run <b>it</b> now." goes through the engine as "Run XM0 it XM1 now."; neural models were seen to
keep such tokens. The answer is checked: each token once, pairs nested, no pair emptied. A damaged
sentence is tried again with another shape of token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from amts_ext.model import Half
from amts_ext.service.content.runs import (
    Markup,
    Piece,
    Translate,
    emptied,
    key,
    marks_of,
    plain,
    spaced,
)  # fmt: skip

SHAPES = ("XM{}", "QX{}", "ZV{}")
"""Shapes of tokens, the best first; a shape that occurs in the text itself is not used."""

ATTEMPTS = 2

_HALVES = {Half.OPEN: "A", Half.CLOSE: "Z"}
"""Letters after a token, for an engine that tells the halves of pairs apart."""

_PUNCTUATION = ".,;:!?)"


@dataclass(slots=True)
class MarkedSentence:
    """One sentence of a run, with its translation as soon as there is one."""

    run: int
    """The number of the run."""
    pieces: list[Piece]
    result: list[Piece] | None = None
    asked: list[str] = field(default_factory=list)
    """The lines whose translations the engine gave for the result."""

    def take(self, other: MarkedSentence, result: list[Piece] | None) -> None:
        """Take a result that the engine gave for another form of this sentence, if there is one."""
        if result is not None:
            self.result, self.asked = result, other.asked


def in_attempts(sentences: Sequence[MarkedSentence], translate: Translate, halves: bool) -> None:
    """Translate sentences with tokens; those that fail, again with another shape of token."""
    for attempt in range(ATTEMPTS):
        _by_tokens([s for s in sentences if s.result is None], translate, attempt, halves)


def _by_tokens(
    sentences: Sequence[MarkedSentence], translate: Translate, attempt: int, halves: bool
) -> None:
    """Send sentences to the engine once, with marks as tokens; keep the results that are sound."""
    sent: list[tuple[MarkedSentence, str, str]] = []
    for sentence in sentences:
        head, pieces, tail = trimmed(sentence.pieces)
        if not any(map(has_letters, pieces)):
            sentence.result = list(sentence.pieces)
            continue
        shapes = free_shapes(pieces)
        if attempt < len(shapes) and (attempt == 0 or marks_of(pieces)):
            sent.append((sentence, shapes[attempt], _encode(pieces, shapes[attempt], halves)))
    answers = translate([text for _, _, text in sent]) if sent else []
    for (sentence, shape, text), answer in zip(sent, answers, strict=True):
        head, pieces, tail = trimmed(sentence.pieces)
        sentence.asked = [text]
        if key(answer) == text:
            sentence.result = list(sentence.pieces)  # unchanged, so the white space stays too
            continue
        result = _decode(answer, pieces, shape)
        if result is not None and _sound(pieces, result):
            sentence.result = [*head, *result, *tail]


def trimmed(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
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


def free_shapes(pieces: Iterable[Piece]) -> list[str]:
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


def split(text: str, marks: Sequence[Markup], shape: str) -> list[Piece]:
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
    result = split(answer, marks, shape)
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
    if not any(map(has_letters, result)):
        return False
    return not emptied(result) - emptied(source)


def edges(pieces: Sequence[Piece]) -> tuple[str, str]:
    text = plain(pieces)
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def has_letters(piece: Piece) -> bool:
    return isinstance(piece, str) and any(c.isalpha() for c in piece)
