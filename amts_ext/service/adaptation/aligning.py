"""Which words translate each other: eflomal's Gibbs sampler, as ``sil-thot`` implements it.

R. Östling, J. Tiedemann, "Efficient Word Alignment with Markov Chain Monte Carlo", The Prague
Bulletin of Mathematical Linguistics 106, 2016; both directions are put together by
grow-diag-final-and (P. Koehn, F. J. Och, D. Marcu, "Statistical Phrase-Based Translation", NAACL
2003, section 4.4).
"""

from __future__ import annotations

from collections.abc import Sequence

import thot.alignment as thot
from thot.common import WordAlignmentMatrix

from amts_ext.service.adaptation.corpus import SentencePair

Links = list[tuple[int, int]]
"""Places of words in the source and in the target that translate each other, from 0."""

SEED = 20


def one_way(examples: Sequence[SentencePair], inverse: bool) -> list[Links]:
    """The links of every example as one direction sees them, ``inverse`` from target to source.

    The same for the same examples, on every machine: a single chain, because several are only
    reproducible one after the other. Holds the interpreter's lock from end to end.
    """
    model = thot.EflomalAlignmentModel()
    model.seed = SEED
    model.deterministic = True
    model.num_samplers = 1
    model.emit_training_alignments = True
    for example in examples:
        numbers: dict[str, int] = {}
        source, target = (side.numbered(numbers) for side in (example.source, example.target))
        model.add_sentence_pair(*((target, source) if inverse else (source, target)), 1)
    model.start_training()
    for _ in range(model.scheduled_iterations):
        model.train()
    model.end_training()
    found = (model.get_training_alignment(number)[1] for number in range(len(examples)))
    return [_links(matrix, inverse) for matrix in found]


def symmetric(
    examples: Sequence[SentencePair], direct: Sequence[Links], inverse: Sequence[Links]
) -> list[Links]:
    """The links of both directions put together."""
    found = []
    for example, *both in zip(examples, direct, inverse, strict=True):
        ours, theirs = (_matrix(example, links) for links in both)
        ours.grow_diag_final_and(theirs)
        found.append(_links(ours))
    return found


def _matrix(example: SentencePair, links: Links) -> WordAlignmentMatrix:
    matrix = WordAlignmentMatrix(len(example.source.words), len(example.target.words))
    for i, j in links:
        matrix.set(i, j)
    return matrix


def _links(matrix: WordAlignmentMatrix, inverse: bool = False) -> Links:
    places = [(int(i), int(j)) for i, j in zip(*matrix.to_numpy().nonzero(), strict=True)]
    return [(j, i) for i, j in places] if inverse else places
