"""Counts in a translation: characters to type, terms kept, slots kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from amts_ext.errors import InputError
from amts_ext.model import Parts, Slot

TermPairs = Sequence[tuple[str, str]]
"""TermPairs as (source term, target term)."""

_CJK = r"\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_LETTER = rf"[^\W{_CJK}]"
"""A letter or digit of a script that writes blanks between words."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share as two counts, which can be added up over documents.

    >>> total = Share(1, 2) + Share(2, 2)
    >>> total.found, total.wanted, total.fraction
    (3, 4, 0.75)
    """

    found: int
    wanted: int

    @property
    def fraction(self) -> float | None:
        """The share from 0 to 1; None if nothing was wanted."""
        return self.found / self.wanted if self.wanted else None

    def __add__(self, other: Share) -> Share:
        return Share(self.found + other.found, self.wanted + other.wanted)


@dataclass(frozen=True, slots=True)
class Effort:
    """The typing that turns an output into its reference."""

    typed: int
    """Characters typed: inserted, or written over another."""
    removed: int
    """Characters deleted without another in their place."""
    reference: int
    """Characters of the references, all of which a translator without the output would type."""

    @property
    def fraction(self) -> float:
        """Typed characters as a share of the references' characters."""
        return self.typed / self.reference if self.reference else 0.0

    def __add__(self, other: Effort) -> Effort:
        return Effort(
            self.typed + other.typed,
            self.removed + other.removed,
            self.reference + other.reference,
        )


def effort(hypotheses: Iterable[str], references: Iterable[str]) -> Effort:
    """Count the typing that turns the hypotheses into their references.

    >>> effort(["uma rede"], ["a rede nova"])
    Effort(typed=5, removed=2, reference=11)

    The count is the Levenshtein distance (V. I. Levenshtein, "Binary codes capable of correcting
    deletions, insertions, and reversals", 1966); of all shortest edits, the one that types least.
    Typed characters by those of the reference are the keystroke ratio of S. Barrachina et al.,
    "Statistical Approaches to Computer-Assisted Translation", Computational Linguistics 35(1),
    2009, without mouse actions.

    Raises :class:`InputError` without the package ``rapidfuzz``.
    """
    total = Effort(0, 0, 0)
    for output, reference in zip(hypotheses, references, strict=True):
        steps, typed = _typing(output, reference)
        total += Effort(typed, steps - typed, len(reference))
    return total


def _typing(output: str, reference: str) -> tuple[int, int]:
    """Return the steps of the shortest edit, and how many of them type a character.

    One distance holds both numbers: every step weighs ``step``, which exceeds any number of steps,
    and a typed one weighs 1 more.
    """
    try:
        from rapidfuzz.distance import Levenshtein
    except ImportError as error:
        raise not_installed("rapidfuzz") from error
    step = len(output) + len(reference) + 1
    weights = (step + 1, step, step + 1)  # insertion, deletion, substitution
    return divmod(Levenshtein.distance(output, reference, weights=weights), step)


def terms_kept(
    terms: TermPairs, sources: Sequence[str], hypotheses: Sequence[str], references: Sequence[str]
) -> Share:
    """Count the terms that the references have, and those of them that the outputs have too.

    >>> terms = [("loss", "perda")]
    >>> terms_kept(terms, ["The loss falls."], ["A queda cai."], ["A perda cai."])
    Share(found=0, wanted=1)

    A term is wanted as often as it stands in the source and its translation in the reference. A
    term inside a longer one does not count. Letter case does not matter; inflected forms are other
    words. This is the exact-match accuracy of M. Alam et al., "Findings of the WMT Shared Task on
    Machine Translation Using Terminologies", WMT 2021.
    """
    found = wanted = 0
    if not (terms and sources):
        return Share(0, 0)
    in_source, in_target, translations = _compiled(tuple(terms))
    for source, output, reference in zip(sources, hypotheses, references, strict=True):
        there, came = _count(in_target, reference), _count(in_target, output)
        for term, count in _count(in_source, source).items():
            due = min(count, sum(there[t] for t in translations[term]))
            wanted += due
            found += min(due, sum(came[t] for t in translations[term]))
    return Share(found, wanted)


@lru_cache(maxsize=8)
def _compiled(
    terms: tuple[tuple[str, str], ...],
) -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, set[str]]]:
    """Return a pattern of the source terms, one of the target terms, and translations by term."""
    every: dict[str, set[str]] = {}
    for term, translation in terms:
        every.setdefault(_folded(term), set()).add(_folded(translation))
    return _any(every), _any(set().union(*every.values())), every


def _count(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(_folded(match.group()) for match in pattern.finditer(text))


def _any(texts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the texts, the longest first."""
    every = sorted(texts, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(_pattern, every)), re.I)


def _folded(term: str) -> str:
    return " ".join(term.casefold().split())


def _pattern(term: str) -> str:
    """Return a regular expression for a term as whole words, if its script divides words."""
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, term[:1]) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, term[-1:]) else ""
    return before + r"\s+".join(map(re.escape, term.split())) + after


def slots_kept(sources: Sequence[Parts], hypotheses: Sequence[Parts | None]) -> Share:
    """Count the slots of the sources that came back exactly once.

    >>> slots_kept([("Let ", Slot(1, "math", "$x$"), " be.")], [("Seja.",)])
    Share(found=0, wanted=1)

    Without an output (None) none of them came back.
    """
    found = wanted = 0
    if not sources:
        return Share(0, 0)
    for source, output in zip(sources, hypotheses, strict=True):
        sent, came = set(_tokens(source)), Counter(_tokens(output or ()))
        wanted += len(sent)
        found += sum(came[token] == 1 for token in sent)
    return Share(found, wanted)


def _tokens(parts: Parts) -> Iterator[str]:
    return (part.token for part in parts if isinstance(part, Slot))


def not_installed(package: str) -> InputError:
    """Return the error for an optional package that is not installed."""
    return InputError(
        f"evaluation needs the package {package}; install it: pip install 'amts-ext[evaluate]'"
    )
