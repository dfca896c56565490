"""Text that an engine would garble, found so that it can travel as a slot.

Two kinds are found: what the engine's model cannot spell (:mod:`amts_ext.service.engines.alphabet`)
and text like ``<mask>`` and ``1 < 2``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from amts_ext.facts.numbers import localized
from amts_ext.languages.scripts import LETTERS, WIDE
from amts_ext.service.content.runs import Markup, Piece
from amts_ext.service.engines.alphabet import Alphabet

_ANGLES = re.compile(r"<[^<>\s]{1,40}>|[<>]")
_BRACES = re.compile(rf"\{{+[^{{}}]{{1,60}}\}}+|{_ANGLES.pattern}")
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)")
_SIGNED = re.compile(r"(?P<sign>[^\w\s\\/.,:;()\[\]{}\"'-]+)(?P<number>\d+[.,]\d+)[^\w\s.,]*")
"""A number behind a sign: "−0.5", "≤2.5", "±0.05". It is none of a version or a path."""
_UNBLANK = f"{WIDE}{LETTERS['Kore']}"
_RUN = re.compile(rf"[^\s{_UNBLANK}]+|[{_UNBLANK}]+")
"""Characters without a blank between them, of scripts with blanks or of those without."""
_IS_UNBLANK = re.compile(f"[{_UNBLANK}]").match
_LETTER_BEFORE = re.compile(r"(?<![^\W_])[A-Za-z][ \u00a0]?\Z")
_LETTER_AFTER = re.compile(r"[ \u00a0]?[A-Za-z](?![^\W_])")
_FRONT, _BACK = "([\"'“‘«”’»¿¡", ".,;:!?)]\"'”’»…"
_CLOSERS = {")": "(", "]": "["}
_POSSESSIVE = re.compile(r"['’]s\Z")
_BESIDE = re.compile(r"[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*")
"""A word beside a sign."""
_SYMBOLS = ("Sm", "So", "Pi", "Pf")
"""Unicode's categories of mathematical and other symbols and of quotes."""


def cut(text: str, alphabet: Alphabet | None) -> list[Piece]:
    """Cut a text into what an engine gets, and marks for what it would garble.

    >>> latin = Alphabet(frozenset("DrwaitseMlln"), frozenset())
    >>> [getattr(piece, "raw", piece) for piece in cut("Dr. Müller waits ≤ 5.", latin)]
    ['Dr. ', 'Müller', ' waits ', '≤', ' ', '5', '.']
    >>> [getattr(piece, "raw", piece) for piece in cut("r ≤ s ≤ M.", latin)]
    ['r ≤ s', ' ≤ M', '.']

    ``alphabet`` None: the engine can spell everything.
    """
    pieces: list[Piece] = []
    at = 0
    for first, last in _garbled(text, alphabet):
        start, end = _with_letters(text, first, last)
        start = max(start, at)
        if end <= at:  # a letter that went with the sign before it
            continue
        kept = text[start:end]
        pieces += [text[at:start], Markup(kept, inner=kept, term=True)]
        at = end
    return [piece for piece in (*pieces, text[at:]) if piece]


def _with_letters(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a sign of mathematics with the single letters beside it.

    An engine takes the "A" of "A ⊂ B" for an article.
    """
    if end - start == 1 and unicodedata.category(text[start]) == "Sm":
        before, after = (
            _LETTER_BEFORE.search(text, max(start - 2, 0), start),
            _LETTER_AFTER.match(text, end),
        )
        start, end = before.start() if before else start, after.end() if after else end
    return start, end


def with_kept_numbers(pieces: Sequence[Piece], source: str, target: str) -> list[Piece]:
    """Return a sentence with marks for its numbers, in the spelling of the target language.

    >>> kept = with_kept_numbers(["It cost 1,500.5 in 2024."], "en", "pt")
    >>> [getattr(piece, "raw", piece) for piece in kept]
    ['It cost ', '1.500,5', ' in ', '2024', '.']
    """
    result: list[Piece] = []
    for piece in pieces:
        at = 0
        for match in _DIGITS.finditer(piece) if isinstance(piece, str) else ():
            said = localized(match[0], source, target)
            result += [match.string[at : match.start()], Markup(said, inner=said, term=True)]
            at = match.end()
        result.append(piece[at:] if isinstance(piece, str) else piece)
    return [piece for piece in result if piece]


def with_localized(mark: Markup, source: str, target: str) -> Markup:
    """Return a mark; a number with a sign in it is in the spelling of the target language.

    >>> with_localized(Markup("−0.5", inner="−0.5", term=True), "en", "pt").raw
    '−0,5'
    """
    found = _SIGNED.fullmatch(mark.raw) if mark.term and mark.inner else None
    if found is None:
        return mark
    said = localized(found["number"], source, target)
    return replace(mark, raw=f"{found['sign']}{said}{mark.raw[found.end('number') :]}")


def _garbled(text: str, alphabet: Alphabet | None) -> Iterator[tuple[int, int]]:
    """Yield start and end of each text that an engine would garble, in order."""
    at = 0
    whole = _ANGLES if alphabet is None or alphabet.spells("{}") else _BRACES
    for match in whole.finditer(text):
        if len(_BESIDE.findall(match[0])) > 1:
            continue  # words in braces are translated
        yield from _unspelled(text, at, match.start(), alphabet)
        yield match.span()
        at = match.end()
    yield from _unspelled(text, at, len(text), alphabet)


def _unspelled(
    text: str, start: int, end: int, alphabet: Alphabet | None
) -> Iterator[tuple[int, int]]:
    if alphabet is None or alphabet.spells(text[start:end]):
        return
    for run in _RUN.finditer(text, start, end):
        if not alphabet.spells(run[0]):
            yield from (_wide if _IS_UNBLANK(run[0]) else _narrow)(run, alphabet)


def _wide(run: re.Match[str], alphabet: Alphabet) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run without blanks that cannot be spelled."""
    first = None
    for at in range(run.start(), run.end() + 1):
        known = at == run.end() or alphabet.spells(run.string[at])
        if not known and first is None:
            first = at
        elif known and first is not None:
            yield first, at
            first = None


def _narrow(run: re.Match[str], alphabet: Alphabet) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run that go as they are; what surrounds them is translated.

    The marks of the sentence around a run, a possessive "'s" and words beside a symbol are left
    out. All else belongs together: "3×4", "10⁻³", a path, a name.
    """
    start, end = run.span()
    at = start
    words = [m for m in _BESIDE.finditer(run.string, start, end) if _is_beside(m, start, end)]
    for word in words:
        if alphabet.spells(word[0]):
            yield from _kept(run.string, at, word.start(), alphabet)
            at = word.end()
    yield from _kept(run.string, at, end, alphabet)


def _kept(text: str, start: int, end: int, alphabet: Alphabet) -> Iterator[tuple[int, int]]:
    start, end = _trimmed(text, start, end)
    if not alphabet.spells(text[start:end]):
        yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a run without the marks of the sentence around it."""
    while start < end and text[start] in _FRONT and not _is_closed(text[start:end]):
        start += 1
    while start < end and text[end - 1] in _BACK:
        opener = _CLOSERS.get(text[end - 1])
        if opener and text.count(opener, start, end) >= text.count(text[end - 1], start, end):
            break
        end -= 1
    if found := _POSSESSIVE.search(text, start, end):
        end = found.start()
    return start, end


def _is_closed(text: str) -> bool:
    """Return whether a text begins with a bracket that it closes before its end.

    >>> _is_closed("(≤5)²"), _is_closed("(≤5)."), _is_closed("(≤")
    (True, False, False)
    """
    closer = {opener: closer for closer, opener in _CLOSERS.items()}.get(text[0])
    after = text.rpartition(closer)[2] if closer and closer in text else ""
    return bool(after.strip(_BACK))


def _is_beside(word: re.Match[str], start: int, end: int) -> bool:
    """Return whether a word stands beside symbols or quotes, and nothing else.

    >>> _is_beside(_BESIDE.search("bus→tram"), 0, 8), _is_beside(_BESIDE.search("C:\\\\bus"), 0, 6)
    (True, False)
    """
    around = [word.start() - 1, word.end()]
    beside = [word.string[at] for at in around if start <= at < end]
    return word[0].islower() and all(
        unicodedata.category(c) in ("Sm", "So", "Pi", "Pf") for c in beside
    )
