"""Word alignment: links between the words of a pair that translate each other.

The links of each direction are found by eflomal's Gibbs sampler, as ``sil-thot`` implements it: R.
Östling, J. Tiedemann, "Efficient Word Alignment with Markov Chain Monte Carlo", The Prague Bulletin
of Mathematical Linguistics 106, 2016. Both directions are put together by grow-diag-final-and: P.
Koehn, F. J. Och, D. Marcu, "Statistical Phrase-Based Translation", NAACL 2003, section 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import thot.alignment as thot
from thot.common import WordAlignmentMatrix

from amts_ext.service.adaptation.corpus import SentencePair

Links = list[tuple[int, int]]
"""The links of one pair: places of words in the source and in the target, counted from 0."""

SEED = 20
"""The seed of the sampler, so that the same pairs give the same links."""


def one_way(examples: Sequence[SentencePair], inverse: bool) -> list[Links]:
    """Find the links of every example in one direction; ``inverse``: from target to source.

    The same examples give the same links on every machine. For that, the sampler runs a single
    chain: several chains are not reproducible when they run in parallel. The interpreter's lock is
    held from beginning to end.
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
    """Put the links of both directions together, by grow-diag-final-and.

    >>> from amts_ext.service.adaptation.corpus import examples
    >>> pair = examples([("a big network", "uma rede grande")], "en", "pt")
    >>> symmetric(pair, [[(0, 0), (1, 2), (2, 1)]], [[(0, 0), (1, 2)]])
    [[(0, 0), (1, 2), (2, 1)]]
    """
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
    """Return the links of a matrix; ``inverse``: its rows are words of the target."""
    places = [(int(i), int(j)) for i, j in zip(*matrix.to_numpy().nonzero(), strict=True)]
    return [(j, i) for i, j in places] if inverse else places
