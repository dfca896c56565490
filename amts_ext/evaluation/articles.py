"""The texts of an experiment: held-out articles to translate, pairs from all other documents."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from amts_ext import alignment, files, formats, parallel_data, project
from amts_ext.alignment import Bead
from amts_ext.evaluation.comparison import Article
from amts_ext.human import find_pairs
from amts_ext.languages import profiles
from amts_ext.model import Document, Parts, Segment, Slot
from amts_ext.pairs.exchange import Example
from amts_ext.parallel_data import gathering
from amts_ext.parallel_data.gathering import Gathered
from amts_ext.parallel_data.held_out import matching
from amts_ext.parallel_data.pairing import match_folders
from amts_ext.text.masking import mask

LOG = logging.getLogger("amts")

SURE = 0.5
"""The score from which on an alignment is sure enough to be tested."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One or more sentences to translate, and a human's translation of them as the reference."""

    source: tuple[Segment, ...]
    target: tuple[Segment, ...]

    def flipped(self) -> Sample:
        """Return the item for the other direction."""
        return Sample(self.target, self.source)


@dataclass(slots=True)
class DividedBook:
    """A book and its human translation, divided into what is tested and what may be learned."""

    source: str
    target: str
    articles: dict[str, list[Sample]] = field(default_factory=dict)
    """The held-out documents by name."""
    pairs: dict[str, list[Example]] = field(default_factory=dict)
    """Pairs of all other documents, by granularity."""
    leaks: dict[str, int] = field(default_factory=dict)
    """Number of pairs left out because a held-out document says the same, by granularity."""
    unsure: int = 0
    """Number of alignments in held-out documents that are not sure enough to be tested."""

    def flipped(self) -> DividedBook:
        """Return the texts for the other direction."""
        articles = {name: [i.flipped() for i in items] for name, items in self.articles.items()}
        pairs = {
            granularity: [
                Example(row.targets[self.target], {self.source: row.source}, row.place)
                for row in rows
            ]
            for granularity, rows in self.pairs.items()
        }
        return DividedBook(self.target, self.source, articles, pairs, self.leaks, self.unsure)


def read(
    folder: Path, source_root: Path, languages: tuple[str, str], held_out: Sequence[str]
) -> DividedBook:
    """Read and align the held-out documents of the human translation in ``folder``.

    ``held_out`` are names or patterns as in :func:`amts_ext.parallel_data.held_out.matching`, and
    the folders are matched by :func:`amts_ext.human.find_pairs`. The pairs of the other documents
    are added later, by :func:`add_pairs`.

    Raises :class:`InputError` for a document that cannot be read, and for a name in ``held_out``
    that no document has.
    """
    texts = DividedBook(*languages)
    markdown = project.around(source_root).markdown
    found = _files(folder, source_root)
    for name in sorted(matching(found, held_out)):
        original, human = found[name]
        _add_article(texts, name, _read(original, markdown), _read(human, markdown))
    texts.articles = dict(sorted(texts.articles.items()))
    return texts


def add_pairs(
    texts: DividedBook,
    folder: Path,
    source_root: Path,
    held_out: Sequence[str],
    granularity: str,
    more: Sequence[Path] = (),
) -> None:
    """Add the pairs of all other documents, filtered as they would be for Amazon Translate.

    ``granularity`` is ``sentence`` or ``paragraph``; ``more`` are files with pairs of other texts.
    A file that cannot be read is logged and left out.
    """
    gathered = Gathered()
    found = match_folders(source_root, folder).texts
    parallel_data.hold_out(gathered, held_out, found)
    languages = texts.source, texts.target
    markdown = project.around(source_root).markdown
    gathering.documents(gathered, found, languages, granularity=granularity, markdown=markdown)
    gathering.rows(gathered, more, texts.source, [texts.target])
    prepared = parallel_data.prepare(gathered)
    for problem in prepared.problems:
        LOG.warning("%s", problem)
    texts.pairs[granularity] = prepared.examples.rows
    texts.leaks[granularity] = len(prepared.leaks)


def _files(folder: Path, source_root: Path) -> dict[str, tuple[Path, Path]]:
    """Return (original file, human file) by the name of the document."""
    every = find_pairs(folder, source_root)
    return {human.relative_to(folder).as_posix(): (original, human) for original, human in every}


def _read(path: Path, markdown: str) -> Document:
    reader = formats.get(formats.by_suffix(str(path), markdown))
    return reader.read(files.read_text(path), str(path))


def _add_article(texts: DividedBook, name: str, ours: Document, theirs: Document) -> None:
    source, target = mask(ours, texts.source), mask(theirs, texts.target)
    items = []
    languages = texts.source, texts.target
    for bead in alignment.align(ours, source, theirs, target, languages=languages):
        if bead.source and bead.target and bead.score >= SURE:
            items.append(_item(bead, source, target))
        elif bead.source and bead.target:
            texts.unsure += 1
    stem = PurePosixPath(name).stem
    if items:
        texts.articles[name if stem in texts.articles else stem] = items


def _item(bead: Bead, source: Sequence[Segment], target: Sequence[Segment]) -> Sample:
    return Sample(tuple(source[i] for i in bead.source), tuple(target[j] for j in bead.target))


def article(name: str, items: Sequence[Sample], source: str, target: str) -> Article:
    """Return a held-out document in the form that is scored, one text for each item."""
    return Article(
        name,
        [joined([s.parts for s in item.target], target) for item in items],
        [joined([s.parts for s in item.source], source) for item in items],
    )


def joined(sentences: Sequence[Parts], language: str) -> Parts:
    """Join sentences to one text and number their slots anew.

    >>> net = Slot(1, "code", "`net`")
    >>> [p.token for p in joined([(net, " runs."), (net, " stops.")], "en") if isinstance(p, Slot)]
    ['⟦code1⟧', '⟦code2⟧']
    """
    joiner = profiles.load(language).joiner if language in profiles.available() else " "
    parts: list[str | Slot] = []
    last = 0
    for number, sentence in enumerate(sentences):
        if number and joiner:
            parts.append(joiner)
        parts += [p if isinstance(p, str) else replace(p, id=p.id + last) for p in sentence]
        last += max((p.id for p in sentence if isinstance(p, Slot)), default=0)
    return tuple(parts)
