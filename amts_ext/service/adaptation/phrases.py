"""The translation model: phrase pairs that agree with the links between words, with their counts.

If "a big network" is "uma rede grande", the phrase pairs are "a" and "uma", "big" and "grande",
"network" and "rede", "big network" and "rede grande", and the whole. Method: P. Koehn, F. J. Och,
D. Marcu, "Statistical Phrase-Based Translation", NAACL 2003. The format of the files is
``sil-thot``'s: D. Ortiz-Martínez, F. Casacuberta, "The New Thot Toolkit for Fully-Automatic and
Interactive Statistical Machine Translation", EACL 2014, demonstrations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import thot.alignment

from amts_ext.service.adaptation.aligning import Links
from amts_ext.service.adaptation.corpus import SentencePair
from amts_ext.service.adaptation.slots import SLOT

Phrases = tuple[str, str]
"""A phrase of the source and one of the target; their words have blanks between them."""

LONGEST = 7
"""The most words of a source phrase; longer ones hardly ever occur again."""
OPTIONS = 20
"""The most translations that are kept for one source phrase."""
UNUSED = "<UNUSED_WORD>"
"""Thot's target phrase for a source phrase that has no translation."""
NOWHERE = (1 << 30, -1)
"""The reach of a word without a link: it does not change a minimum and a maximum of reaches."""
LEXICON_ROUNDS = 5
"""Rounds of training of a lexicon."""
FIXED = {
    "lambda": "0.7 0.7",
    "srcsegmlentable": "Uniform",
    "trgcutstable": "0.999",
    "trgsegmlentable": "Geometric",
}
"""Files with fixed content, by the end of their names: the weights of phrase counts against the
lexicons, and the models of the lengths of phrases and of their order."""


def write(prefix: Path, examples: Sequence[SentencePair], links: Sequence[Links]) -> None:
    """Extract the phrases and write the translation model, without its lexicons.

    >>> from amts_ext.service.adaptation.corpus import examples
    >>> write(Path("translation"), examples([("networks", "redes")], "en", "pt"), [[(0, 0)]])
    >>> print(Path("translation.ttable").read_text(), end="")
    redes ||| networks ||| 1 1

    The names of the files begin with ``prefix``. The lexicons are written by
    :func:`write_lexicon`.
    """
    counts: Counter[Phrases] = Counter()
    for example, found in zip(examples, links, strict=True):
        counts.update(_phrases(example, found))
    table = prefix.with_name(prefix.name + ".ttable")
    with table.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_rows(counts))
    for name, content in FIXED.items():
        prefix.with_name(f"{prefix.name}.{name}").write_text(content)


def write_lexicon(prefix: Path, examples: Sequence[SentencePair], inverse: bool) -> None:
    """Write the lexicon of one direction: probabilities of single words.

    It smooths the probabilities of phrases that were rarely seen. The model is that of C. Dyer, V.
    Chahuneau, N. A. Smith, "A Simple, Fast, and Effective Reparameterization of IBM Model 2", NAACL
    2013, because Thot can go on training it online.
    """
    model = thot.alignment.FastAlignModel()
    model.variational_bayes = True
    for example in examples:
        sides = example.source.words, example.target.words
        model.add_sentence_pair(*(sides if inverse else sides[::-1]), 1)
    model.start_training()
    for _ in range(LEXICON_ROUNDS):
        model.train()
    model.end_training()
    model.print(f"{prefix}{'_invswm' if inverse else '_swm'}")


def _phrases(example: SentencePair, links: Links) -> Iterator[Phrases]:
    """Yield the phrase pairs of one example: no word of a pair is linked to a word outside of it.

    Where a target word without a link stands beside a phrase, the phrase is found with that word
    and without it. A source phrase without any link is paired with :data:`UNUSED`.
    """
    sources, targets = example.source.words, example.target.words
    ours = _reaches(len(sources), links)
    theirs = _reaches(len(targets), [(j, i) for i, j in links])
    firsts, lasts = [first for first, _ in theirs], [last for _, last in theirs]
    for start in range(len(sources)):
        low, high = NOWHERE
        for end in range(start, min(len(sources), start + LONGEST)):
            low, high = min(low, ours[end][0]), max(high, ours[end][1])
            words = " ".join(sources[start : end + 1])
            if high < 0:
                yield words, UNUSED
            elif min(firsts[low : high + 1]) >= start and max(lasts[low : high + 1]) <= end:
                for first, last in _widened(low, high, lasts):
                    yield words, " ".join(targets[first : last + 1])


def _reaches(length: int, links: Links) -> list[tuple[int, int]]:
    """Return for each word the first and the last word of the other side that it is linked to."""
    reaches = [NOWHERE] * length
    for i, j in links:
        reaches[i] = min(reaches[i][0], j), max(reaches[i][1], j)
    return reaches


def _widened(low: int, high: int, lasts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield a stretch of the target, and every wider one that adds words without a link only."""
    first, last = low, high
    while first > 0 and lasts[first - 1] < 0:
        first -= 1
    while last + 1 < len(lasts) and lasts[last + 1] < 0:
        last += 1
    return product(range(first, low + 1), range(high, last + 1))


def _rows(counts: Counter[Phrases]) -> Iterator[str]:
    """Yield the lines of the table: target, source, the target's count, and the pair's count.

    Pairs that lose or add a slot are left out. Of many translations of one phrase, the
    :data:`OPTIONS` most frequent are kept.
    """
    of_target: Counter[str] = Counter()
    options: dict[str, list[tuple[int, str]]] = {}
    for (source, target), count in counts.items():
        of_target[target] += count
        options.setdefault(source, []).append((-count, target))
    of_target[UNUSED] = 0
    for source, found in sorted(options.items()):
        slots = source.split().count(SLOT)
        for less, target in sorted(found)[:OPTIONS]:
            if target.split().count(SLOT) == slots:
                yield f"{target} ||| {source} ||| {of_target[target]} {-less}\n"
