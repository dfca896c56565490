"""Checks of the wording: length, repetition, terms, remains of programs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator
from functools import cache

import regex

from amts_ext.checks.base import SLOT, Context, Finding, Kind, Side, ends_open, quoted
from amts_ext.facts.repetition import said_twice
from amts_ext.languages.scripts import is_unspaced
from amts_ext.model import Parts

SPREAD = 6.8
"""Gale and Church's s²: variance of the length difference for one character of the source
("A Program for Aligning Sentences in Bilingual Corpora", 1993, section 3.1)."""
SHORT, LONG = 3.0, 4.5
"""Standard deviations from which on a translation is too short or too long. They differ because
people explain more often than they leave out."""
CUT = 1.0
"""Standard deviations from which on a translation without its end mark is too short."""
ENOUGH = 30
"""The fewest segments from which a book's own ratio of lengths is estimated."""
USUAL = {True: 0.33, False: 1.1}
"""Characters for one of English; True: in languages that write no blanks between words."""


_BLANKS = regex.compile(rf"[\s{SLOT}]")
_GLOSSES = regex.compile(r"[（(][^（()）\p{Han}\p{Hiragana}]*[)）]|" + _BLANKS.pattern)
"""Blanks, slots, and originals in brackets: "均值（mean）" counts as two characters."""


_ORIGINAL = regex.compile(
    r"(?<![^\p{Han}“\"（(])(?:\d\.\s*)?(\p{Latin}[^\p{Han}“”\"（()）]*+)[”\"]?(?=[（(][^（()）]*\p{Han})"
)
"""An original that is explained in brackets: “Add Storage”（添加存储）."""


def length(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a length that is far from the usual one, by the model of Gale and Church.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> source = Side(("We train the model with all the data that we have.",))
    >>> [finding.message for finding in length(source, Side(("Treinamos",)), portuguese)]
    ['too short: 9 letters, about 40 are usual']
    """
    ours, theirs = lengths(source, target, context)
    if not (ours and theirs):
        return
    ratio, deviation = expected_ratio(context), _deviation(ours, theirs, context)
    short = CUT if ends_open(source, target) else SHORT
    if not -short <= deviation <= LONG:
        how = "long" if deviation > 0 else "short"
        expected = round(ours * ratio)
        yield Finding(Kind.LENGTH, f"too {how}: {theirs} letters, about {expected} are usual")


def is_short(source: Side, target: Side, context: Context, limit: float | None = None) -> bool:
    """Return whether a translation, which may be empty, is too short for its source.

    ``limit`` are the standard deviations for that; :data:`SHORT` if None.
    """
    ours, theirs = lengths(source, target, context)
    return ours > 0 and _deviation(ours, theirs, context) < -(SHORT if limit is None else limit)


def _deviation(ours: int, theirs: int, context: Context) -> float:
    """Return how far a length is from the usual one, in standard deviations."""
    ratio = expected_ratio(context)
    return (theirs - ours * ratio) / (ratio * math.sqrt(SPREAD * ours))


def expected_ratio(context: Context) -> float:
    """Return the characters of the target for one of the source."""
    usual = USUAL[is_unspaced(context.target)] / USUAL[is_unspaced(context.source)]
    return context.ratio or usual


def lengths(source: Side, target: Side, context: Context) -> tuple[int, int]:
    """Return the characters of both sides that count.

    Blanks and slots do not. In a language without blanks between words, originals do not either:
    those in brackets, and quotes of the source that are explained in brackets.
    """
    if not is_unspaced(context.target):
        return _length(source, _BLANKS), _length(target, _BLANKS)
    quoted = (m[1] for m in _ORIGINAL.finditer(target.text) if m[1].strip() in source.text)
    return _length(source, _BLANKS), _length(target, _GLOSSES) - sum(
        len(_BLANKS.sub("", text)) for text in quoted
    )


def _length(side: Side, uncounted: regex.Pattern[str]) -> int:
    return len(uncounted.sub("", side.text))


def ratio(pairs: Iterable[tuple[Parts, Parts]]) -> float | None:
    """Return the median of target length by source length; None for fewer than :data:`ENOUGH`.

    ``pairs`` are (source, target). Sources of up to 20 characters are left out, because their
    ratios vary too much.

    >>> pair = ("x" * 30,), ("y" * 33,)
    >>> ratio([pair] * 30)
    1.1
    """
    lengths = [(_length(Side(a), _BLANKS), _length(Side(b), _GLOSSES)) for a, b in pairs]
    known = [b / a for a, b in lengths if a > 20 and b]
    return statistics.median(known) if len(known) >= ENOUGH else None


def repeated(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find a word or phrase twice in a row, if nothing in the source is said twice.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> [f.message for f in repeated(Side(("We see.",)), Side(("Nós nós vemos.",)), portuguese)]
    ["'nós nós' is said twice"]
    """
    if twice := said_twice(source, target, context.profile):
        yield Finding(Kind.REPEATED, f"{quoted(twice)} is said twice")


def terms(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find terms of the source whose translation the target lacks.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"), {"loss": ("perda", "custo")})
    >>> [f.message for f in terms(Side(("The loss falls.",)), Side(("Ela cai.",)), portuguese)]
    ["'loss' should be perda or custo"]

    A term inside a longer one is not looked for: in "loss function" only the longer one counts.
    """
    for term, there in _terms(source, target, context):
        if not there:
            wanted = " or ".join(context.terms[term])
            yield Finding(Kind.TERM, f"{quoted(term)} should be {wanted}")


def kept(pairs: Iterable[tuple[Parts, Parts]], context: Context) -> dict[str, tuple[int, int]]:
    """Count for every term that occurs: the segments that keep it, and those that have it.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"), {"loss": ("perda",)})
    >>> kept([(("A loss.",), ("Uma perda.",)), (("No loss.",), ("Nada.",))], portuguese)
    {'loss': (1, 2)}
    """
    counts: dict[str, tuple[int, int]] = {}
    for source, target in pairs:
        for term, there in _terms(Side(source), Side(target), context):
            count, places = counts.get(term, (0, 0))
            counts[term] = count + there, places + 1
    return counts


def _terms(source: Side, target: Side, context: Context) -> Iterator[tuple[str, bool]]:
    """Yield each term of the source, with True if the target has one of its translations."""
    if not context.terms:
        return
    pattern, names = _pattern(tuple(context.terms))
    low = target.text.casefold()
    for name in dict.fromkeys(m.group(1).casefold() for m in pattern.finditer(source.text)):
        term = names[name]
        yield term, any(_has(low, wanted, context) for wanted in context.terms[term])


@cache
def _pattern(names: tuple[str, ...]) -> tuple[regex.Pattern[str], dict[str, str]]:
    """Return a pattern for whole words that are a term or its plural, and the terms by casefold.

    The longest terms stand first in the pattern, so that they win.
    """
    listed = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = rf"(?<![\p{{L}}\p{{N}}-])({listed})(?:e?s)?(?![\p{{L}}\p{{N}}-])"
    return regex.compile(pattern, regex.I), {name.casefold(): name for name in names}


def _has(low: str, term: str, context: Context) -> bool:
    """Return whether a term stands in the casefolded text ``low``; its words may be inflected."""
    if is_unspaced(context.target):
        return term.casefold() in low
    words = regex.split(r"[\s-]+", term.casefold())
    stems = (regex.escape(w[: max(4, len(w) - 2)]) for w in words)
    return regex.search(r"[\p{L}\p{M}]*[\s-]+".join(stems), low) is not None


_LEFT = regex.compile(
    r"[\ufffd\x00-\x08\x0b-\x1f\x7f\u200b\ufeff]|[⟦⟧]|DNT_|XM\d|</?[a-z]+[^<>]*>|"
    r"&(?:amp|lt|gt|quot|nbsp|apos|#\d+|#x[0-9a-fA-F]+);|"
    r"[ÃÂ][\u0080-\u00bf]|â€|[äåæç][¸-¿\u0080-\u00af][\u0080-\u00bf]"
)
"""Remains of programs: replacement and control characters, tokens, tags, entities, UTF-8 that was
read as Latin-1."""


def damage(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Find remains of a program that the source does not have.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> [f.message for f in damage(Side(("Q & A",)), Side(("P &amp; R",)), portuguese)]
    ["'&amp;' was left by a program"]
    """
    ours, theirs = (f"{side.text}\n{_entities(side)}" for side in (source, target))
    found = next((m.group() for m in _LEFT.finditer(theirs) if m.group() not in ours), None)
    if found:
        yield Finding(Kind.DAMAGE, f"{found!r} was left by a program")


def _entities(side: Side) -> str:
    """Return the entities and tags that reading the file has put into slots, one on a line."""
    return "\n".join(s.content for s in side.slots if s.kind in ("escape", "html"))
