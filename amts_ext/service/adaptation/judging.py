"""What a statistical engine doubts about its own draft.

Three things are doubted: source words that were copied because the training does not know them,
target words that the training has not seen beside the words they stand for, and a "not" that is
lost or gained. A reason ends with the words that are meant, after a colon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from amts_ext.facts import Side
from amts_ext.facts.negation import changed_negation
from amts_ext.languages.scripts import is_unspaced
from amts_ext.service.adaptation import slots, words
from amts_ext.service.adaptation.decoder import Hypothesis
from amts_ext.service.adaptation.slots import SLOT

Strange = Callable[[Sequence[str], Sequence[str]], Sequence[str]]
"""The words of a target phrase without support in a source phrase (:mod:`.support`)."""

KEPT = "keeps words of the source"
NOWHERE = "has words out of nowhere"
NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital, so that a capital makes no name."""


def doubts(
    original: Sequence[str], found: Hypothesis, strange: Strange, languages: tuple[str, str]
) -> Iterator[str]:
    """Yield the reasons why a draft is not sure.

    ``original`` has the source words as they are written, with tokens of slots among them. The
    languages are those of source and target.
    """
    if kept := _kept(original, found, languages[0]):
        yield f"{KEPT}: {', '.join(kept)}"
    if nowhere := list(_nowhere(original, found, strange)):
        yield f"{NOWHERE}: {', '.join(nowhere)}"
    source, target = words.join(original, languages[0]), words.join(found.words, languages[1])
    yield from changed_negation(Side((source,)), Side((target,)), languages)


def _kept(original: Sequence[str], found: Hypothesis, language: str) -> list[str]:
    """Return the source words that were copied and are no names."""
    places = [
        first
        for first, last, start, end in found.phrases
        if last == first + 1 and not found.unknown.isdisjoint(range(start, end))
    ]
    return [original[i] for i in places if _is_common(original[i], i == 0, language)]


def _is_common(word: str, is_first: bool, language: str) -> bool:
    """Return whether a word is to be translated: it is neither a name, nor a number, nor a sign.

    >>> [_is_common(word, False, "en") for word in ("heron", "Rosenblatt", "ReLU", "x2")]
    [True, False, False, False]
    """
    if is_unspaced(language):
        return word.isalpha() and not word.isascii()
    if len(word) == 1:
        return False
    has_capital = word[:1].isupper() and not is_first and language.split("-")[0] not in NOUNS
    return word.isalpha() and not has_capital and word[1:] == word[1:].lower()


def _nowhere(original: Sequence[str], found: Hypothesis, strange: Strange) -> Iterator[str]:
    """Yield the target words without support; copied words, slots, numbers and signs need none."""
    for first, last, start, end in found.phrases:
        if not found.unknown.isdisjoint(range(start, end)):
            continue
        sources = [SLOT if slots.TOKEN.fullmatch(w) else w.lower() for w in original[first:last]]
        for word in strange(sources, found.words[start:end]):
            if any(map(str.isalpha, word)):
                yield word
