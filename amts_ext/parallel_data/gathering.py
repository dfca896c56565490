"""All pairs of documents and their translations, and of files of pairs.

They are filtered later, by :mod:`amts_ext.parallel_data.filters`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from amts_ext import alignment, files
from amts_ext.alignment import Bead, meaning
from amts_ext.errors import AmtsError, DocumentError, InputError, of_document
from amts_ext.human.units import close_up
from amts_ext.languages import identify, profiles, scripts
from amts_ext.model import Document, Half, Segment, Slot
from amts_ext.pairs import exchange
from amts_ext.pairs.exchange import Examples, Skipped
from amts_ext.parallel_data import prose, similarity
from amts_ext.parallel_data.candidates import Candidate, Dropped
from amts_ext.parallel_data.filters import SURE, bare
from amts_ext.parallel_data.held_out import Passage
from amts_ext.parallel_data.pairing import Texts
from amts_ext.progress import Progress
from amts_ext.text.masking import mask

GRANULARITIES = ("sentence", "paragraph")
COMMON = 0.5
"""The share of sentences in sure alignments from which on documents have a common structure."""
FOREIGN = 0.75
"""A document is in another language if more than this share of its letters is in another script."""


@dataclass(frozen=True, slots=True)
class AlignmentShape:
    """The shape of a document's alignment, of which the report draws a picture."""

    name: str
    sizes: tuple[int, int]
    """Number of sentences of source and target."""
    beads: tuple[tuple[int, int, float], ...]
    """Number of source sentences, number of target sentences and score of each bead, in order."""
    by_meaning: bool = False
    """True: aligned by :mod:`amts_ext.parallel_data.similarity`."""


@dataclass(slots=True)
class Gathered:
    """Pairs from all texts read so far, and what could not be read."""

    languages: list[tuple[str, str]] = field(default_factory=list)
    """Each pair of languages, (source, target)."""
    candidates: list[Candidate] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    """Pairs dropped while gathering, because their page is on another subject."""
    held: set[str] = field(default_factory=set)
    """Names of held-out documents. Their pairs are among the candidates, to be dropped later."""
    passages: list[Passage] = field(default_factory=list)
    """Sentences and paragraphs of the held-out documents, in both languages."""
    aligned: list[AlignmentShape] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    """Rows of files that could not be read."""
    problems: list[AmtsError] = field(default_factory=list)
    """Reasons why documents and files were left out; all others were used."""
    alone: list[str] = field(default_factory=list)
    """Files without a partner."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One side of a pair of documents: the document, its sentences and their language."""

    document: Document
    sentences: list[Segment]
    language: str
    place: str
    """The file as a person is shown it."""

    def text(self, segments: Iterable[Segment]) -> str:
        """Return segments as one readable text."""
        glue = "" if scripts.is_unspaced(self.language) else " "
        joined = glue.join(readable(segment) for segment in segments)
        return joined if glue else close_up(joined)

    def at(self, segments: Sequence[Segment]) -> str:
        """Return the place where segments begin, as ``file:line``."""
        return f"{self.place}:{segments[0].line}"


def documents(
    gathered: Gathered,
    texts: Sequence[Texts],
    languages: tuple[str, str],
    *,
    granularity: str = "sentence",
    markdown: str = "md",
    progress: Progress | None = None,
) -> None:
    """Add the pairs of documents and their translations.

    ``granularity`` is one of :data:`GRANULARITIES`; ``markdown`` is the dialect of ``.md`` files. A
    document that cannot be read or used is noted as a problem and left out.
    """
    if languages not in gathered.languages:
        gathered.languages.append(languages)
    for number, each in enumerate(texts, 1):
        try:
            with of_document(each.name):
                sides = [
                    parse(path, place, language, markdown)
                    for path, place, language in zip(
                        (each.source, each.target), each.places, languages, strict=True
                    )
                ]
                if each.name in gathered.held:
                    gathered.passages += (text for side in sides for text in passages(side))
                ours, theirs = map(checked, sides)
                gathered.candidates += align(gathered, each.name, ours, theirs, granularity)
        except InputError as error:
            gathered.problems.append(error)
        if progress is not None:
            progress("align", number, len(texts))


def rows(gathered: Gathered, paths: Sequence[Path], source: str, langs: Sequence[str]) -> None:
    """Add the rows of CSV, TSV and TMX files, in ``langs`` only (empty: in all their languages).

    Languages are spelled as by the profiles: ``en-US`` in a file becomes ``en``, ``zh-CN`` becomes
    ``zh``. A file that cannot be used is noted as a problem and left out.
    """
    for path in paths:
        try:
            with of_document(str(path)):
                found = exchange.read(path, source)
            if profiles.spelled(found.source, [source]) != source:
                message = f"the source language is {found.source}, not {source}"
                raise InputError(message, file=str(path))
        except InputError as error:
            gathered.problems.append(error)
            continue
        gathered.skipped += found.skipped
        gathered.problems += _lacking(found, langs, path)
        for row in found.rows:
            for code, text in row.targets.items():
                target = profiles.spelled(code, langs)
                if langs and target not in langs:
                    continue
                if (source, target) not in gathered.languages:
                    gathered.languages.append((source, target))
                pair = source, target
                gathered.candidates.append(
                    Candidate(row.source, text, pair, 1.0, "row", row.place, row.place,
                              document=str(path), by_machine=row.by_machine)
                )  # fmt: skip


def _lacking(found: Examples, langs: Sequence[str], path: Path) -> Iterator[InputError]:
    """Yield an error for a file that holds no pair in the languages wanted."""
    has = [code for code in found.targets if any(row.targets.get(code) for row in found.rows)]
    wanted = ", ".join(langs) or "any language"
    if not any(profiles.spelled(code, langs) in langs or not langs for code in has):
        message = f"holds no pairs from {found.source} to {wanted}"
        yield InputError(f"{message}; it has: {', '.join(has) or 'none'}", file=str(path))


def parse(path: Path, place: str, language: str, markdown: str) -> ReadDocument:
    """Read a document and cut it into sentences.

    Raises :class:`InputError` if it cannot be read.
    """
    text = prose.decode(files.read_bytes(path), place)
    document = prose.read(text, place, markdown)
    return ReadDocument(document, mask(document, language), language, place)


def checked(side: ReadDocument) -> ReadDocument:
    """Return the side as it is; raise :class:`DocumentError` without prose in its language."""
    if not side.sentences:
        raise DocumentError("holds no prose; nothing of it was used", file=side.place, line=1)
    if other := _other_language(side.sentences, side.language):
        message = f"is in {other}, not in {side.language}; nothing of it was used"
        raise DocumentError(message, file=side.place, line=side.sentences[0].line)
    return side


def _other_language(sentences: Sequence[Segment], language: str) -> str:
    words = " ".join(bare(readable(s)) for s in sentences)
    letters = [c for c in words if c.isalpha()]
    own = sum(map(len, scripts.letters(language).findall("".join(letters))))
    if len(letters) >= identify.LETTERS and own < (1 - FOREIGN) * len(letters):
        return identify.language(words) or "another script"
    if scripts.is_latin(language):
        found = identify.language(words)
        return found if found != language.split("-")[0] else ""
    return ""


def passages(side: ReadDocument) -> Iterator[Passage]:
    """Yield the sentences and the paragraphs of a held-out document."""
    for group in ([[s] for s in side.sentences], _paragraphs(side).values()):
        for segments in group:
            yield Passage(side.text(segments), side.at(segments))


def readable(segment: Segment) -> str:
    """Return a segment as a person reads it: with formulas and code, without emphasis and escapes.

    >>> bold = Slot(2, "strong", "**", Half.OPEN), "any", Slot(2, "strong", "**", Half.CLOSE)
    >>> readable(Segment(("Set ", Slot(1, "math", "$x$"), " to ", *bold, " number."), 0, 0, 1, 0))
    'Set $x$ to any number.'
    """
    pieces = [p if isinstance(p, str) else _shown(p) for p in segment.parts]
    return " ".join("".join(pieces).split())


def _shown(slot: Slot) -> str:
    if slot.half is not Half.SINGLE:
        return ""
    if slot.kind == "escape":
        return html.unescape(slot.content.removeprefix("\\"))
    return " " if slot.kind == "break" else slot.content


def align(
    gathered: Gathered,
    name: str,
    ours: ReadDocument,
    theirs: ReadDocument,
    granularity: str = "sentence",
) -> Iterator[Candidate]:
    """Return the pairs of one document, and note in ``gathered`` how it was aligned.

    Sentences of documents without a common structure are aligned by meaning, if the extra
    ``meaning`` is installed; if not, a problem is noted.
    """
    texts = ours.document, ours.sentences, theirs.document, theirs.sentences
    languages = ours.language, theirs.language
    blocks = alignment.align_blocks(*texts, languages)
    beads = alignment.align(*texts, blocks, languages)
    by_meaning = granularity == "sentence" and not _is_common(beads)
    if by_meaning:
        if meaning.is_installed():
            beads = _by_meaning(ours, theirs)
        else:
            message = "the texts have little structure in common; to align them by meaning: "
            problem = DocumentError(message + meaning.MISSING, file=theirs.place, line=1)
            gathered.problems.append(problem)
    shapes = tuple((len(b.source), len(b.target), b.score) for b in beads)
    sizes = len(ours.sentences), len(theirs.sentences)
    gathered.aligned.append(AlignmentShape(name, sizes, shapes, by_meaning))
    whole = granularity == "paragraph"
    return _candidates(name, ours, theirs, blocks if whole else beads, whole)


def _is_common(beads: Sequence[Bead]) -> bool:
    sides = sum(len(b.source) + len(b.target) for b in beads)
    sure = sum(len(b.source) + len(b.target) for b in beads if b.score >= SURE)
    return sure >= COMMON * sides


def _by_meaning(ours: ReadDocument, theirs: ReadDocument) -> list[Bead]:
    texts = ([bare(readable(s)) for s in side.sentences] for side in (ours, theirs))
    return similarity.align(*texts)


def _candidates(
    name: str, ours: ReadDocument, theirs: ReadDocument, beads: Iterable[Bead], whole: bool
) -> Iterator[Candidate]:
    paragraphs = _paragraphs(ours)
    others = _paragraphs(theirs) if whole else {}
    around = {block: ours.text(segments) for block, segments in paragraphs.items()}
    by_machine = any(prose.by_machine(side.document) for side in (ours, theirs))
    for bead in beads:
        if not (bead.source and bead.target):
            continue
        if whole:
            source = [s for block in bead.source for s in paragraphs[block]]
            target = [s for block in bead.target for s in others[block]]
            kind = ours.document.blocks[bead.source[0]].kind
        else:
            source = [ours.sentences[i] for i in bead.source]
            target = [theirs.sentences[j] for j in bead.target]
            kind = "sentence"
        yield Candidate(
            ours.text(source), theirs.text(target), (ours.language, theirs.language),
            bead.score, kind, ours.at(source), theirs.at(target),
            "" if whole else around[source[0].block], name, by_machine,
        )  # fmt: skip


def _paragraphs(side: ReadDocument) -> dict[int, list[Segment]]:
    found: dict[int, list[Segment]] = {}
    for segment in side.sentences:
        found.setdefault(segment.block, []).append(segment)
    return found
