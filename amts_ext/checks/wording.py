"""Terms, length, repetition and what programs leave behind."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator
from functools import cache

import regex

from amts_ext.checks.base import SLOT, Context, Finding, Kind, Side, ends_open, quoted
from amts_ext.languages.scripts import is_unspaced
from amts_ext.model import Parts

SPREAD = 6.8
"""Gale and Church's s²: variance of the length difference for one character of the source
("A Program for Aligning Sentences in Bilingual Corpora", 1993, section 3.1)."""
SHORT, LONG = 3.0, 4.5
"""Standard deviations from which on a length is out of proportion: people explain more often than
they leave out."""
CUT = 1.0
"""The same for a short one whose end mark is gone too."""
ENOUGH = 30
"""Segments from which a book's own ratio of lengths can be told."""
USUAL = {True: 0.33, False: 1.1}
"""Characters of the target for one of English, by whether words stand without blanks."""


_BLANKS = regex.compile(rf"[\s{SLOT}]")
_GLOSSES = regex.compile(r"[（(][^（()）\p{Han}\p{Hiragana}]*[)）]|" + _BLANKS.pattern)
"""With the original in brackets: "均值（mean）" is two characters long."""


def length(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Far from the usual ratio of lengths, in standard deviations."""
    ours = _length(source, _BLANKS)
    theirs = _length(target, _GLOSSES if is_unspaced(context.target) else _BLANKS)
    if not (ours and theirs):
        return
    ratio = context.ratio or USUAL[is_unspaced(context.target)] / USUAL[is_unspaced(context.source)]
    deviation = (theirs - ours * ratio) / (ratio * math.sqrt(SPREAD * ours))
    short = CUT if ends_open(source, target) else SHORT
    if not -short <= deviation <= LONG:
        how = "long" if deviation > 0 else "short"
        expected = round(ours * ratio)
        yield Finding(Kind.LENGTH, f"too {how}: {theirs} letters, about {expected} are usual")


def _length(side: Side, uncounted: regex.Pattern[str]) -> int:
    return len(uncounted.sub("", side.text))


def ratio(pairs: Iterable[tuple[Parts, Parts]]) -> float | None:
    """The median ratio of lengths of many (source, target) pairs; None if they are too few."""
    lengths = [(_length(Side(a), _BLANKS), _length(Side(b), _GLOSSES)) for a, b in pairs]
    known = [b / a for a, b in lengths if a > 20 and b]
    return statistics.median(known) if len(known) >= ENOUGH else None


_WORD = regex.compile(r"[\p{L}\p{M}'’]+|[^\s\p{L}\p{M}]")
_CHARACTER = regex.compile(r"\S")
_HAN_TWICE = regex.compile(r"([的了是在])\1(?!解)|(\p{Han}{3,12})[，、]?\2|(?!一)(\p{Han}{2})\3")
"""A particle, a phrase, a word; but 了了解 is none, and 一步一步 is an idiom."""
LONG_RUN = 8
"""Characters of a run that is said twice, in a script without blanks."""


def repeated(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """A word or phrase twice in a row, in a text whose source says nothing twice."""
    if is_unspaced(context.target):
        found = _HAN_TWICE.search(target.text)
        twice = found.group() if found else _twice(_tokens(target, _CHARACTER), LONG_RUN)
    else:
        twice = _twice(_tokens(target, _WORD))
    if twice and not _twice(_tokens(source, _WORD)):
        yield Finding(Kind.REPEATED, f"{quoted(twice)} is said twice")


def _tokens(side: Side, pattern: regex.Pattern[str]) -> list[str]:
    """Words or characters, and what each slot holds as one."""
    found: list[str] = []
    for part in side.parts:
        if isinstance(part, str):
            found += pattern.findall(part.casefold())
        elif not part.half:
            found.append(part.content)
    return found


def _twice(tokens: list[str], least: int = 1) -> str:
    """The first run of so many tokens, with a word in front, that follows upon itself."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token, []).append(place)
    for start, first in enumerate(tokens):
        for middle in places[first] if first[0].isalpha() else ():
            size = middle - start
            if size >= least and tokens[start:middle] == tokens[middle : middle + size]:
                return " ".join(tokens[start : middle + size])
    return ""


def terms(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """Terms of the source, the longest first, whose translation the target lacks."""
    for term, there in _terms(source, target, context):
        if not there:
            wanted = " or ".join(context.terms[term])
            yield Finding(Kind.TERM, f"{quoted(term)} should be {wanted}")


def kept(pairs: Iterable[tuple[Parts, Parts]], context: Context) -> dict[str, tuple[int, int]]:
    """Of every term that occurs: in how many segments it is kept, and in how many it occurs."""
    counts: dict[str, tuple[int, int]] = {}
    for source, target in pairs:
        for term, there in _terms(Side(source), Side(target), context):
            count, places = counts.get(term, (0, 0))
            counts[term] = count + there, places + 1
    return counts


def _terms(source: Side, target: Side, context: Context) -> Iterator[tuple[str, bool]]:
    """The terms in the source, each with whether the target has one of its translations."""
    if not context.terms:
        return
    pattern, names = _pattern(tuple(context.terms))
    low = target.text.casefold()
    for name in dict.fromkeys(m.group(1).casefold() for m in pattern.finditer(source.text)):
        term = names[name]
        yield term, any(_has(low, wanted, context) for wanted in context.terms[term])


@cache
def _pattern(names: tuple[str, ...]) -> tuple[regex.Pattern[str], dict[str, str]]:
    """Any of the terms as whole words, in singular or plural; and the terms by their small form."""
    listed = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = rf"(?<![\p{{L}}\p{{N}}-])({listed})(?:e?s)?(?![\p{{L}}\p{{N}}-])"
    return regex.compile(pattern, regex.I), {name.casefold(): name for name in names}


def _has(low: str, term: str, context: Context) -> bool:
    """Whether a term stands in a text; its words may be inflected at their ends."""
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
"""Replacement and control characters, tokens, tags, entities, UTF-8 read as Latin-1."""


def damage(source: Side, target: Side, context: Context) -> Iterator[Finding]:
    """What no person writes and the source does not have."""
    ours, theirs = (f"{side.text}\n{_entities(side)}" for side in (source, target))
    found = next((m.group() for m in _LEFT.finditer(theirs) if m.group() not in ours), None)
    if found:
        yield Finding(Kind.DAMAGE, f"{found!r} was left by a program")


def _entities(side: Side) -> str:
    """Entities and tags that the file's reader took out of the text."""
    return "\n".join(s.content for s in side.slots if s.kind in ("escape", "html"))
