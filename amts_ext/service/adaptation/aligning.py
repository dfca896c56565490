"""Which words translate each other: eflomal's Gibbs sampler, as ``sil-thot`` implements it.

R. Östling, J. Tiedemann, "Efficient Word Alignment with Markov Chain Monte Carlo", The Prague
Bulletin of Mathematical Linguistics 106, 2016; both directions are put together by
grow-diag-final-and (P. Koehn, F. J. Och, D. Marcu, "Statistical Phrase-Based Translation", NAACL
2003, section 4.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import thot.alignment as thot

from amts_ext.service.adaptation.corpus import Example

Links = list[tuple[int, int]]
"""Places of words in the source and in the target that translate each other, from 0."""

SEED = 20
Sentences = Sequence[Sequence[str]]


def align(examples: Sequence[Example]) -> list[Links]:
    """The links of every example; the same for the same examples, on every machine."""
    sources, targets = [], []
    for example in examples:
        numbers: dict[str, int] = {}
        sources.append(example.source.numbered(numbers))
        targets.append(example.target.numbered(numbers))
    with ThreadPoolExecutor(2) as threads:
        direct = threads.submit(_trained, sources, targets)
        inverse = threads.submit(_trained, targets, sources)
        model = thot.SymmetrizedAlignmentModel(direct.result(), inverse.result())
    model.heuristic = thot.SymmetrizationHeuristic.GROW_DIAG_FINAL_AND
    return [_links(model, number) for number in range(len(examples))]


def _trained(sources: Sentences, targets: Sentences) -> thot.EflomalAlignmentModel:
    """One direction; a single chain, because several are only reproducible one after the other."""
    model = thot.EflomalAlignmentModel()
    model.seed = SEED
    model.deterministic = True
    model.num_samplers = 1
    model.emit_training_alignments = True
    for source, target in zip(sources, targets, strict=True):
        model.add_sentence_pair(source, target, 1)
    model.start_training()
    for _ in range(model.scheduled_iterations):
        model.train()
    model.end_training()
    return model


def _links(model: thot.SymmetrizedAlignmentModel, number: int) -> Links:
    matrix = model.get_training_alignment(number)[1].to_numpy()
    return [(int(i), int(j)) for i, j in zip(*matrix.nonzero(), strict=True)]
