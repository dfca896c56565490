"""What to put right in the output of a neural engine: phrases that humans write otherwise.

M. Simard, C. Goutte, P. Isabelle, "Statistical Phrase-based Post-editing", NAACL 2007, in its
smallest form: the engine translates the source sides once, what it wrote is compared with what the
human wrote, and a difference that comes again becomes a rule. A rule may ask for a word of the
source ("loss" for one correction, "cost" for another). Rules are counted on one part of the pairs
and checked on another; one that does more harm than good there goes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher

LONGEST = 4
"""Words of a phrase."""
FEWEST = 3
"""Times that a correction must have been seen."""
PRECISION = 0.75
"""Of the places where a rule would act, how many the human changed in that way."""
MOST = 2000
"""Pairs that are compared: the engine has to translate them."""
TUNING = 5
"""Every fifth pair checks the rules of the others."""

_WORD = re.compile(r"\w+|[^\w\s]")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """Write ``right`` for ``wrong``, where the source holds the word ``source`` (any, if empty)."""

    wrong: str
    right: str
    source: str
    seen: int
    precision: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair: the source, what the engine wrote, and what the human wrote."""

    source: str
    engine: str
    human: str


def choose(pairs: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs to compare: all, or as many as :data:`MOST`, evenly over the whole."""
    every = list(pairs.items())
    if len(every) <= MOST:
        return every
    return [every[i * len(every) // MOST] for i in range(MOST)]


def learn(compared: Sequence[Compared]) -> list[Correction]:
    """The rules, longest first; the same for the same texts."""
    tuning = [c for i, c in enumerate(compared) if i % TUNING == TUNING - 1]
    learning = [c for i, c in enumerate(compared) if i % TUNING != TUNING - 1]
    rules = [r for r in _counted(learning) if _helps(r, tuning)]
    return sorted(rules, key=lambda r: (-len(words(r.wrong)), r.wrong, r.source))


def correct(source: str, text: str, rules: Iterable[Correction]) -> str:
    """The text with all rules applied, the first in order before the others."""
    for rule in rules:
        if rule.wrong.casefold() in text.casefold() and _asks(rule.source, source):
            text = _pattern(rule.wrong).sub(lambda m: _cased(m.group(), rule.right), text)  # noqa: B023
    return text


def to_json(rules: Sequence[Correction]) -> list[dict[str, object]]:
    """For a file."""
    return [asdict(rule) for rule in rules]


def words(text: str) -> Words:
    """Words and signs of a text."""
    return tuple(_WORD.findall(text))


def _counted(compared: Sequence[Compared]) -> list[Correction]:
    """The differences that came often enough and, where they could have come, nearly always."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for one in compared:
        asked = {"", *(w for w in _source_words(one.source) if len(w) > 2)}
        for wrong, right in _differences(one):
            seen.update((wrong, right, source) for source in asked)
    seen = Counter({key: count for key, count in seen.items() if count >= FEWEST})
    sources = [_source_words(c.source) for c in compared]
    places = {wrong: _places(wrong, compared) for wrong, _, _ in seen}
    rules: dict[tuple[str, str], Correction] = {}
    for (wrong, right, source), count in sorted(seen.items()):
        could = sum(not source or source in sources[i] for i in places[wrong])
        if count < PRECISION * could:
            continue
        rule = Correction(wrong, right, source, count, round(count / max(1, could), 3))
        best = rules.get((wrong, right))
        if best is None or _better(rule, best):
            rules[wrong, right] = rule
    return list(rules.values())


def _places(wrong: str, compared: Sequence[Compared]) -> list[int]:
    """The pairs in which the engine wrote the phrase."""
    pattern = _pattern(wrong)
    return [i for i, c in enumerate(compared) if pattern.search(c.engine)]


def _better(rule: Correction, other: Correction) -> bool:
    """A rule that asks nothing of the source is used more often; else the one seen more often."""
    return bool(other.source) and (rule.seen, rule.precision) > (other.seen, other.precision)


def _differences(one: Compared) -> set[tuple[str, str]]:
    """Phrases of the engine and what the human wrote instead, also with a word beside them."""
    ours, theirs = words(one.engine), words(one.human)
    found = set()
    matcher = SequenceMatcher(None, _folded(ours), _folded(theirs), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        for before, after in ((0, 0), (1, 0), (0, 1)) if kind != "equal" else ():
            left, right = (
                ours[max(0, a - before) : b + after],
                theirs[max(0, c - before) : d + after],
            )
            if 0 < len(left) <= LONGEST and 0 < len(right) <= LONGEST and _wordy((*left, *right)):
                found.add((" ".join(left).casefold(), " ".join(right)))
    return found


def _helps(rule: Correction, tuning: Sequence[Compared]) -> bool:
    """Whether the rule mends more of the tuning part than it breaks; unused rules are kept."""
    good = bad = 0
    for one in tuning:
        after = correct(one.source, one.engine, [rule])
        if after != one.engine:
            change = _likeness(after, one.human) - _likeness(one.engine, one.human)
            good, bad = good + (change > 0), bad + (change < 0)
    return good >= bad / (1 - PRECISION) * PRECISION if good or bad else True


def _likeness(text: str, human: str) -> float:
    return SequenceMatcher(
        None, _folded(words(text)), _folded(words(human)), autojunk=False
    ).ratio()


def _folded(some: Words) -> list[str]:
    return [w.casefold() for w in some]


def _wordy(some: Words) -> bool:
    """Words only: signs and numbers are the engine's own business."""
    return all(w.isalpha() for w in some)


def _source_words(text: str) -> set[str]:
    return set(_folded(words(text)))


def _asks(word: str, source: str) -> bool:
    return not word or word in _source_words(source)


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)", re.I)


def _cased(found: str, right: str) -> str:
    return right[:1].upper() + right[1:] if found[:1].isupper() else right
