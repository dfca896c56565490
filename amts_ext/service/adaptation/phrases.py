"""The translation model: phrase pairs that agree with the links between words, with their counts.

P. Koehn, F. J. Och, D. Marcu, "Statistical Phrase-Based Translation", NAACL 2003. The table and its
files are ``sil-thot``'s (D. Ortiz-Martínez, F. Casacuberta, "The New Thot Toolkit for
Fully-Automatic and Interactive Statistical Machine Translation", EACL 2014, demonstrations).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import thot.alignment
import thot.translation

from amts_ext.service.adaptation.aligning import Links
from amts_ext.service.adaptation.corpus import Example
from amts_ext.service.adaptation.slots import SLOT

LONGEST = 7
"""Words of a phrase; longer ones hardly ever occur again."""
OPTIONS = 20
"""Translations that are kept for one phrase."""
LEXICON_ROUNDS = 5
FIXED = {
    "lambda": "0.7 0.7",
    "srcsegmlentable": "Uniform",
    "trgcutstable": "0.999",
    "trgsegmlentable": "Geometric",
}
"""How far phrase counts outweigh the lexicon, and the models of lengths and order."""


def write(prefix: Path, examples: Sequence[Example], links: Sequence[Links]) -> None:
    """Extract the phrases and write all files of the translation model below ``prefix``."""
    alignments = prefix.with_name(prefix.name + ".alignments")
    with alignments.open("w", encoding="utf-8", newline="\n") as file:
        for example, found in zip(examples, links, strict=True):
            file.write(_giza(example, found))
    _extract(alignments, prefix.with_name(prefix.name + ".ttable"))
    alignments.unlink()
    for name, content in FIXED.items():
        prefix.with_name(f"{prefix.name}.{name}").write_text(content)


def write_lexicons(prefix: Path, examples: Sequence[Example]) -> None:
    """The lexicons of both directions, which stand in where a phrase was hardly seen.

    C. Dyer, V. Chahuneau, N. A. Smith, "A Simple, Fast, and Effective Reparameterization of IBM
    Model 2", NAACL 2013; these are the models that learn online.
    """
    for name, inverse in (("_swm", False), ("_invswm", True)):
        model = thot.alignment.FastAlignModel()
        model.variational_bayes = True
        for example in examples:
            sides = example.source.words, example.target.words
            model.add_sentence_pair(*(sides if inverse else sides[::-1]), 1)
        model.start_training()
        for _ in range(LEXICON_ROUNDS):
            model.train()
        model.end_training()
        model.print(str(prefix) + name)


def _giza(example: Example, links: Links) -> str:
    """One pair in the format of GIZA++ (A3): the source, then each target word with its places."""
    places: dict[int, list[int]] = {}
    for i, j in links:
        places.setdefault(j, []).append(i + 1)
    linked = {i + 1 for i, _ in links}
    free = [i for i in range(1, len(example.source.words) + 1) if i not in linked]
    words = [("NULL", free)]
    words += [(word, places.get(j, [])) for j, word in enumerate(example.target.words)]
    line = " ".join(f"{word} ({{ {''.join(f'{i} ' for i in at)}}})" for word, at in words)
    return f"# 1\n{' '.join(example.source.words)}\n{line}\n"


def _extract(alignments: Path, table: Path) -> None:
    """Write the table of phrases, but for those that would lose or invent a slot."""
    parameters = thot.translation.PhraseExtractParameters()
    parameters.max_target_phrase_length = LONGEST
    model = thot.translation.PhraseModel()
    model.build(str(alignments), parameters, False)
    raw = table.with_name(table.name + ".raw")
    model.print_phrase_table(str(raw), OPTIONS)
    model.clear()
    with raw.open(encoding="utf-8") as every, table.open("w", encoding="utf-8") as kept:
        for line in every:
            target, source, _ = line.split(" ||| ")
            if target.split().count(SLOT) == source.split().count(SLOT):
                kept.write(line)
    raw.unlink()
