"""Corrections: rules that replace phrases of a neural engine by those that humans write.

The engine translates the source sides of the pairs once. Its output is compared with the human's
text, and a difference that occurs again and again becomes a rule. A rule may ask for a word of the
source: "perda" becomes "custo" where the source says "cost", and stays where it says "loss". Rules
are counted on one part of the pairs and checked on the other. Rules that do not do enough good
there are dropped.

Method: M. Simard, C. Goutte, P. Isabelle, "Statistical Phrase-based Post-editing", NAACL 2007, in
its smallest form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher

LONGEST = 4
"""The most words of a phrase."""
FEWEST = 3
"""The fewest times that a correction was seen."""
PRECISION = 0.75
"""The least share of places for a rule at which the human wrote what the rule writes."""
MOST = 2000
"""The most pairs that are compared, because the engine has to translate them."""
TUNING = 5
"""One pair in so many checks the rules that the other pairs gave."""

_WORD = re.compile(r"\w+|[^\w\s]")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A rule: write ``right`` in place of ``wrong`` if the source holds the word ``source``."""

    wrong: str
    right: str
    source: str
    """A word of the source; empty: the rule holds for any source."""
    seen: int
    """The number of times that the human made this correction."""
    precision: float
    """The share of places for the rule at which the human made this correction."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair to learn from: the source, the engine's translation and the human's."""

    source: str
    engine: str
    human: str


def choose(pairs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the pairs to compare: all, or :data:`MOST` of them, evenly over the whole."""
    every = list(pairs.items())
    if len(every) <= MOST:
        return every
    return [every[i * len(every) // MOST] for i in range(MOST)]


def learn(compared: Sequence[Compared]) -> list[Correction]:
    """Return the rules that texts teach, those with the longest ``wrong`` first.

    >>> rows = [Compared(f"Rate {n}", f"A taxa vale {n}", f"A taxa é {n}") for n in range(5)]
    >>> [(rule.wrong, rule.right) for rule in learn(rows)]
    [('taxa vale', 'taxa é'), ('vale', 'é')]
    """
    tuning = [c for i, c in enumerate(compared) if i % TUNING == TUNING - 1]
    learning = [c for i, c in enumerate(compared) if i % TUNING != TUNING - 1]
    rules = [r for r in _counted(learning) if _helps(r, tuning)]
    return sorted(rules, key=lambda r: (-len(words(r.wrong)), r.wrong, r.source))


def correct(source: str, text: str, rules: Iterable[Correction]) -> str:
    """Return a text of the engine with all rules applied, in their order.

    >>> rules = [Correction("perda", "custo", "cost", 3, 1.0)]
    >>> correct("The cost falls.", "A perda diminui.", rules)
    'A custo diminui.'
    >>> correct("The loss falls.", "A perda diminui.", rules)
    'A perda diminui.'
    """
    for rule in rules:
        if rule.wrong.casefold() in text.casefold() and _asks(rule.source, source):
            text = _pattern(rule.wrong).sub(lambda m: _cased(m.group(), rule.right), text)  # noqa: B023
    return text


def to_json(rules: Sequence[Correction]) -> list[dict[str, object]]:
    """Return rules as plain data for a JSON file."""
    return [asdict(rule) for rule in rules]


def words(text: str) -> Words:
    """Return the words and signs of a text.

    >>> words("It is 3.")
    ('It', 'is', '3', '.')
    """
    return tuple(_WORD.findall(text))


def _counted(compared: Sequence[Compared]) -> list[Correction]:
    """Return the differences that occurred often enough, as rules.

    A rule needs :data:`FEWEST` occurrences. Of all places where the engine wrote ``wrong`` (and the
    source holds ``source``), it needs the share :data:`PRECISION`.
    """
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
    """Return the numbers of the pairs in which the engine wrote a phrase."""
    pattern = _pattern(wrong)
    return [i for i, c in enumerate(compared) if pattern.search(c.engine)]


def _better(rule: Correction, other: Correction) -> bool:
    """Return whether a rule is better than another of the same phrases.

    A rule without a condition on the source is always kept, because it can be used more often. Of
    two others, the one that was seen more often is better.
    """
    return bool(other.source) and (rule.seen, rule.precision) > (other.seen, other.precision)


def _differences(one: Compared) -> set[tuple[str, str]]:
    """Return phrases of the engine with the human's phrases in their place.

    Each difference is returned alone, with the word before it, and with the word after it: "vale"
    and "é", "taxa vale" and "taxa é".
    """
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
    """Return whether a rule does enough good in the tuning part.

    For each text that it makes less like the human's, it has to make at least three more like it
    (by :data:`PRECISION`). A rule that nothing there tests is kept.
    """
    good = bad = 0
    for one in tuning:
        after = correct(one.source, one.engine, [rule])
        if after != one.engine:
            change = _likeness(after, one.human) - _likeness(one.engine, one.human)
            good, bad = good + (change > 0), bad + (change < 0)
    return good >= bad / (1 - PRECISION) * PRECISION if good or bad else True


def _likeness(text: str, human: str) -> float:
    """Return the likeness of two texts by their words, from 0 to 1."""
    return SequenceMatcher(
        None, _folded(words(text)), _folded(words(human)), autojunk=False
    ).ratio()


def _folded(some: Words) -> list[str]:
    return [w.casefold() for w in some]


def _wordy(some: Words) -> bool:
    """Return whether all are words; rules leave signs and numbers to the engine."""
    return all(w.isalpha() for w in some)


def _source_words(text: str) -> set[str]:
    return set(_folded(words(text)))


def _asks(word: str, source: str) -> bool:
    return not word or word in _source_words(source)


def _pattern(phrase: str) -> re.Pattern[str]:
    """Return an expression for a phrase of whole words, with any blanks and in any case."""
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)", re.I)


def _cased(found: str, right: str) -> str:
    """Return ``right`` with a capital if the phrase that it replaces begins with one."""
    return right[:1].upper() + right[1:] if found[:1].isupper() else right
