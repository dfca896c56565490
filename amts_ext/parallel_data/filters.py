"""Filters against pairs that teach a translator something wrong.

Each pair is kept, or dropped with a reason. The filters look only at the readable text, so that
pairs of books, of files and of the web are treated alike. They follow Zipporah (H. Xu, P. Koehn,
EMNLP 2017) and bicleaner-hardrules, of which they take the cheap and certain rules only.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from amts_ext.alignment.gale_church import VARIANCE
from amts_ext.languages import identify, scripts
from amts_ext.pairs.exchange import SEGMENT_BYTES
from amts_ext.parallel_data.candidates import Candidate, Dropped, DropReason

SURE = 0.5
"""The score from which on an alignment is sure. A wrong pair harms more than a right one helps."""
FAR = 6.0
"""Standard deviations by which a length may differ from the usual one (Gale and Church's model)."""
ENOUGH = 20
"""The fewest characters of a sentence whose length is judged."""

_SLOT = re.compile(r":[a-z_]+:`[^`]*`|`[^`]+`|\$\$.+?\$\$|\$[^$]+\$|!?\[[^\]]*\]\([^)\s]*\)", re.S)
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)\)")
_DIGITS = re.compile(r"\d+")
_GROUP = re.compile(r"(?<=\d)[.,\u00a0\u202f](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\$?([.,]?\d[\d.,]*)\$?")
"""``$3$`` and 3 are one number."""

Problem = tuple[DropReason, str]
"""The reason why a pair is dropped, and details for a person."""


def sift(candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Dropped]]:
    """Divide pairs into those kept, in order, and those dropped.

    >>> def pair(source, target):
    ...     return Candidate(source, target, ("en", "pt"), 1.0, "row", "a.csv:2", "a.csv:2")
    >>> kept, dropped = sift([pair("It has 3 layers.", "Tem 3 camadas."), pair("A net.", "")])
    >>> [one.target for one in kept], [str(one.reason) for one in dropped]
    (['Tem 3 camadas.'], ['a side is empty'])

    Of several pairs with one source the surest is kept, the first among equals, because parallel
    data holds one translation of a source.
    """
    pairs = list(candidates)
    ratios = _ratios(pairs)
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    for pair in pairs:
        if problem := _problem(pair, ratios[pair.languages]):
            dropped.append(Dropped(pair, *problem))
        else:
            kept.append(pair)
    kept, doubled = _one_each(kept)
    return kept, dropped + doubled


def bare(text: str) -> str:
    """Return the prose of one side: without formulas, code and references; links as their words.

    >>> bare("Set $x$ as in [the docs](d.html).").split()
    ['Set', 'as', 'in', 'the', 'docs.']
    """
    text = _NUMBER.sub(r"\1", _LINK.sub(r"\1", text))
    return _SLOT.sub(" ", text)


def _problem(pair: Candidate, ratio: float) -> Problem | None:
    """Return the first thing that is wrong with a pair; None if it is good."""
    if pair.by_machine:
        return DropReason.MACHINE, ""
    if not (pair.source.strip() and pair.target.strip()):
        return DropReason.EMPTY, ""
    if pair.score < SURE:
        return DropReason.UNSURE, f"{pair.score:.2f}"
    for side, text in zip(("source", "target"), (pair.source, pair.target), strict=True):
        if (size := len(text.encode("utf-8", "replace"))) > SEGMENT_BYTES:
            return DropReason.LONG, f"{side}: {size}"
    return _language(pair) or _length(pair, ratio) or _slots(pair) or _numbers(pair)


def _language(pair: Candidate) -> Problem | None:
    source, target = (scripts.words(bare(text)) for text in (pair.source, pair.target))
    if source == target:
        return DropReason.COPY, ""
    for words, language in zip((source, target), pair.languages, strict=True):
        if not words or scripts.is_foreign(words, language):
            return DropReason.SCRIPT, f"not {language}"
    if scripts.same_script(*pair.languages):
        for text, language in zip((pair.source, pair.target), pair.languages, strict=True):
            found = identify.language(bare(text), *pair.languages)
            if found and found != language.split("-")[0]:
                return DropReason.LANGUAGE, f"{found}, not {language}"
    return None


def _ratios(pairs: Iterable[Candidate]) -> dict[tuple[str, str], float]:
    """Return the median of target length by source length for each language pair."""
    found: dict[tuple[str, str], list[float]] = {}
    for pair in pairs:
        source, target = _size(pair.source), _size(pair.target)
        ratios = found.setdefault(pair.languages, [])
        if source >= ENOUGH and target:
            ratios.append(target / source)
    return {languages: median(ratios) if ratios else 1.0 for languages, ratios in found.items()}


def _size(text: str) -> int:
    return len("".join(bare(text).split()))


def _length(pair: Candidate, ratio: float) -> Problem | None:
    source, target = _size(pair.source), _size(pair.target) / ratio
    if max(source, target) < ENOUGH:
        return None
    deviation = abs(target - source) / math.sqrt(VARIANCE * (source + target) / 2)
    return (DropReason.LENGTH, f"{target / max(1, source):.1f} times") if deviation > FAR else None


def _slots(pair: Candidate) -> Problem | None:
    source, target = (Counter(_held(text)) for text in (pair.source, pair.target))
    if source == target:
        return None
    odd = next(iter((source - target) or (target - source)))
    return DropReason.SLOTS, odd[:40]


def _held(text: str) -> Iterator[str]:
    """Yield formulas, code and references in the form that is compared.

    Blanks and punctuation at the end are removed, because translators may move or mend them.
    """
    for slot in _SLOT.findall(text):
        if not slot.startswith(("[", "!")) and not _NUMBER.fullmatch(slot):
            yield "".join(slot.split()).replace("$$", "$").rstrip("$.,;。，；")


def _numbers(pair: Candidate) -> Problem | None:
    """Report numbers only if both sides have one that the other lacks.

    A number on one side only may be a word on the other ("three"). Runs of digits are compared,
    because 1,000.5 is written 1.000,5 in other languages.
    """
    texts = (_GROUP.sub("", bare(text)) for text in (pair.source, pair.target))
    source, target = (set(_DIGITS.findall(text)) for text in texts)
    if source - target and target - source:
        return DropReason.NUMBERS, f"{min(source - target)}, {min(target - source)}"
    return None


def _one_each(pairs: Sequence[Candidate]) -> tuple[list[Candidate], list[Dropped]]:
    best: dict[tuple[tuple[str, str], str], int] = {}
    for index, pair in enumerate(pairs):
        key = pair.languages, _folded(pair.source)
        held = best.setdefault(key, index)
        if pair.score > pairs[held].score:
            best[key] = index
    kept, dropped = [], []
    for pair in pairs:
        chosen = pairs[best[pair.languages, _folded(pair.source)]]
        if chosen is pair:
            kept.append(pair)
        else:
            same = _folded(chosen.target) == _folded(pair.target)
            reason = DropReason.DUPLICATE if same else DropReason.CONTRADICTION
            dropped.append(Dropped(pair, reason, chosen.source_place))
    return kept, dropped


def _folded(text: str) -> str:
    return " ".join(text.split())
