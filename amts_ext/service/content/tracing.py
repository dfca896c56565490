"""Words of a translation traced to words of its source, with nothing but an engine to ask.

Two ways are known. The words are translated alone, and looked for in the translation of the
sentence: "median" gives "mediana", and "A mediana é robusta" has it. Or the sentence is translated
once more with the words in capitals, which engines carry over::

    Each hidden layer has its own weights.    Cada camada oculta tem seus próprios pesos.
    Each HIDDEN LAYER has its own weights.    Cada HIDDEN LAYER tem suas próprias pesos.

What stands between the same neighbours, "camada oculta", translates "hidden layer".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from amts_ext.languages.scripts import WIDE
from amts_ext.model import Half
from amts_ext.service.content.inflection import is_form
from amts_ext.service.content.runs import Markup, Piece

SLOT = "\ufffc"
"""The character that stands for a mark in a flat text (Unicode's object replacement)."""

_WORD = re.compile(rf"[{WIDE}]|[^\W{WIDE}]+")
"""A word; in a script without blanks, a character."""
_SLACK = 1
"""Words that a translation may have more than its source, where only its neighbours tell it."""

_SHORT = 3
"""Letters of a preposition or an article, at most."""

Stretch = tuple[int, int]
"""The first item of a stretch of items, and the one after its last."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a mark that is no half of a pair, with its place in the flat text."""

    text: str
    mark: Markup | None
    start: int
    end: int

    @property
    def is_shouted(self) -> bool:
        """True for a word in capitals; engines make plurals like "PESOs"."""
        return len(self.text) > 1 and self.text[:-1].isupper() and self.text.isalpha()


def flat(pieces: Iterable[Piece]) -> str:
    """Return the text of a sentence, with :data:`SLOT` for each mark."""
    return "".join(piece if isinstance(piece, str) else SLOT for piece in pieces)


def lifted(text: str, marks: Sequence[Markup]) -> list[Piece]:
    """Return the sentence of a flat text, with its marks in their order.

    >>> mark = Markup("<br>")
    >>> lifted(flat(["Run ", mark, " now."]), [mark]) == ["Run ", mark, " now."]
    True
    """
    parts: list[Piece] = []
    for number, part in enumerate(text.split(SLOT)):
        parts += [marks[number - 1]] if number else []
        parts += [part] if part else []
    return parts


def items(pieces: Iterable[Piece]) -> list[Word]:
    """Return the words and single marks of a sentence; halves of pairs are left out.

    >>> [item.text for item in items(["Let ", Markup("$x$"), " be 深い."])]
    ['Let', '', 'be', '深', 'い']
    """
    found: list[Word] = []
    at = 0
    for piece in pieces:
        if isinstance(piece, str):
            spans = [
                (match[0], match.start() + at, match.end() + at) for match in _WORD.finditer(piece)
            ]
            found += [Word(word, None, start, end) for word, start, end in spans]
            at += len(piece)
        else:
            if piece.half is Half.SINGLE:
                found.append(Word("", piece, at, at + 1))
            at += 1
    return found


def find(phrase: Sequence[Word], among: Sequence[Word], language: str) -> list[Stretch]:
    """Return the stretches of items that have the words of a phrase, in these or other forms.

    >>> find(items(["rede neural"]), items(["As redes neurais e a rede"]), "pt")
    [(1, 3)]
    """
    size = len(phrase)
    starts = range(len(among) - size + 1) if size else ()
    return [
        (at, at + size)
        for at in starts
        if all(_is_same(p, other, language) for p, other in zip(phrase, among[at:], strict=False))
    ]


def nth(wanted: Stretch, source: Sequence[Stretch], target: Sequence[Stretch]) -> Stretch | None:
    """Return the stretch of the translation that answers to ``wanted``, one of the source's.

    None if the phrase does not stand as often in both.

    >>> nth((3, 4), [(0, 1), (3, 4)], [(1, 2), (5, 6)])
    (5, 6)
    """
    if len(target) == 1 and len(source) <= 1:
        return target[0]
    same = len(source) == len(target) and wanted in source
    return target[source.index(wanted)] if same else None


def heard(
    spoken: Sequence[Word], answer: Sequence[Word], capitals: Iterable[str], size: int
) -> Stretch | None:
    """Return the stretch of an answer that another answer has in capitals.

    ``spoken`` is the answer to the sentence with a phrase of ``size`` words in capitals, and
    ``capitals`` holds the words that have capitals anyway. None if the capitals are not found, or
    what stands in their place is longer than a translation of the phrase would be.

    >>> spoken = items(["Cada HIDDEN LAYER tem suas."])
    >>> heard(spoken, items(["Cada camada oculta tem seus."]), [], 2)
    (1, 3)
    """
    loud = [i for i, item in enumerate(spoken) if item.is_shouted and item.text not in capitals]
    if not loud or loud[-1] - loud[0] >= size + _SLACK + 1:
        return None
    first, last = loud[0], loud[-1] + 1
    same = _same_places(spoken, answer)
    before = max(pair for pair in [(-1, -1), *same] if pair[0] < first)
    after = min(pair for pair in [*same, (len(spoken), len(answer))] if pair[0] >= last)
    # Other words between the capitals and a neighbour may be fewer or more in the answer, so the
    # stretch is at least as long as the capitals.
    start, end = before[1] + first - before[0], after[1] - (after[0] - last)
    margin = start
    start = max(min(start, end - (last - first)), before[1] + 1)
    while start < min(margin, len(answer)) and len(answer[start].text) <= _SHORT:
        start += 1  # an article of the words before
    end = min(max(end, start + last - first), after[1])
    while end - start > last - first and len(answer[end - 1].text) <= _SHORT:
        end -= 1  # a preposition that the other answer lacks
    return (start, end) if 0 <= start < end <= start + size + _SLACK else None


def _same_places(first: Sequence[Word], second: Sequence[Word]) -> list[tuple[int, int]]:
    """Return the places of the items that two sentences share, in order."""
    ours, theirs = ([item.mark or item.text.casefold() for item in one] for one in (first, second))
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return [(a + i, b + i) for a, b, size in blocks for i in range(size)]


def _is_same(item: Word, other: Word, language: str) -> bool:
    if item.mark or other.mark:
        return item.mark is other.mark
    return is_form(other.text, item.text, language)
