"""The checks applied to all segments of a translation: a book as it would be built, or files.

The translation of a book is taken from its memory; no translator is reached. Files are first
aligned with their originals. Checks that compare both sides run only where the alignment is sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext import alignment, checks, files, formats, project
from amts_ext.checks import Context, Finding, Kind, links
from amts_ext.checks.places import HumanFiles, Place
from amts_ext.errors import InputError, of_document
from amts_ext.human import find_pairs, text_files
from amts_ext.languages import profiles
from amts_ext.languages.scripts import WIDE
from amts_ext.model import Document, Parts, Segment, Slot
from amts_ext.pairs import terms as term_files
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.book import Book
from amts_ext.progress import Progress
from amts_ext.text.masking import mask, unmask
from amts_ext.text.outcome import Outcome, Problem, Status, TranslatedDocument
from amts_ext.translators.base import Answers, Free, Request, Translator

SURE = 0.5
"""The score from which on an alignment is sure; below it, only :data:`ONE_SIDED` checks run."""
PLACES, FOLLOWED = 10, 0.8
"""A term in at least this many segments, kept in less than this share, is reported only once."""
ONE_SIDED = frozenset(
    {Kind.SCRIPT, Kind.LANGUAGE, Kind.REPEATED, Kind.WIDTH, Kind.SPACING, Kind.DAMAGE}
)
"""Kinds of faults that are certain even where the alignment is not."""


Terms = Mapping[str, tuple[str, ...]]
"""The translations of each term; any of them is right."""

_WIDE = re.compile(f"[{WIDE}]")
_EXPLAINED = re.compile(r"\s*[(（][^()（）]*[)）]$")
"""An abbreviation or a word class after a term: "recurrent neural network (RNN)"."""
_BLANKS = re.compile(r"[\s>]+")


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding and its place."""

    finding: Finding
    source: Place | None
    target: Place | None
    """None if the translation stands in no file, as a machine's from the memory does."""
    origin: str = ""
    """``human`` or ``memory`` in the check of a book; else empty."""
    translation: str = ""
    """The text of the translation in one line."""

    @property
    def place(self) -> Place:
        """The place in the translation's file if there is one, else the place in the source."""
        place = self.target or self.source
        assert place is not None
        return place


@dataclass(slots=True)
class Review:
    """The result of checking a whole translation."""

    segments: int = 0
    faults: list[Fault] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Files that could not be read; all others were checked."""
    alone: list[str] = field(default_factory=list)
    """Files without a partner in the other folder."""

    @property
    def counts(self) -> dict[str, int]:
        """The number of findings by kind, most frequent first."""
        return dict(Counter(str(f.finding.kind) for f in self.faults).most_common())


@dataclass(frozen=True, slots=True)
class _Couple:
    """A segment with its translation."""

    source: Parts
    target: Parts
    places: tuple[Place | None, Place | None]
    """Places of source and target."""
    origin: str = ""
    problem: str = ""
    """The reason if there is no translation."""
    sure: bool = True
    """False: the two may not belong together."""
    block: str = ""
    """The kind of block that the source stands in."""

    def mentions(self, term: str) -> bool:
        """Return whether the source has the term."""
        return term.casefold() in _line(self.source).casefold()


def check_book(
    book: Book,
    lang: str,
    terms: Terms,
    kinds: Collection[Kind] = checks.ALL,
    tab: str | None = None,
) -> Review:
    """Check what a build of ``tab`` (None: the default one) would show in ``lang``.

    Raises :class:`~amts_ext.errors.ConfigError` for a language without a profile.
    """
    book.learn(lang)
    known = book.pipeline(lang)
    config = book.config
    recalled = Pipeline(
        config.source,
        known.profile.language,
        known.profile,
        book.memory,
        _Recalled(book.translator),
        granularity=config.granularity,
    )
    unbuilt, _ = recalled.missing(book.project.built(tab))
    recalled.keeps_ids = True  # as in a build of pages
    result = recalled.translate(book.project.documents())
    human = HumanFiles(config.root, config.human.get(known.profile.language))
    couples = [c for d in result.documents for c in _outcomes(d, unbuilt, human)]
    failed = [p for p in result.problems if not p.source]
    review = _review(couples, config.source, lang, terms, kinds, failed)
    if Kind.LINK in kinds:
        review.faults += _dead(links.in_book(result.problems))
    return review


def _dead(found: Iterable[links.Found]) -> Iterator[Fault]:
    for finding, source, target in found:
        place = target or source
        yield Fault(finding, source, target, translation=place.text if place else "")


class _Recalled(Free):
    """A translator that answers nothing; it lends a signature, by which the memory finds units."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def signature(self, source: str, target: str) -> str:
        return self._translator.signature(source, target)

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        return iter(())


def _outcomes(
    document: TranslatedDocument, unbuilt: Collection[str], human: HumanFiles
) -> Iterator[_Couple]:
    """Yield the couples of a document, without untranslated segments of tabs that are not built."""
    for outcome in document.segments:
        segment = outcome.segment
        place = Place(document.name, segment.line, _line(segment.parts))
        if outcome.ok:
            parts = outcome.parts or segment.parts
            kind = document.source.blocks[segment.block].kind
            is_human = outcome.status is Status.HUMAN
            share = segment.start / max(1, len(document.source.text))
            there = human.place(document.name, _line(parts), share) if is_human else None
            origin = str(outcome.status)
            yield _Couple(segment.parts, parts, (place, there), origin, block=kind)
        elif outcome.status is not Status.UNTRANSLATED or segment.tokens in unbuilt:
            yield _Couple(segment.parts, (), (place, None), problem=_why(outcome))


def _why(outcome: Outcome) -> str:
    if outcome.status is Status.UNTRANSLATED:
        return "not in the memory; build the book, or translate it"
    return f"{outcome.status}: {outcome.reason}"


def check_files(
    source: Path,
    target: Path,
    langs: tuple[str, str],
    terms: Terms,
    kinds: Collection[Kind] = checks.ALL,
    format: str = "",
) -> Review:
    """Check a file against its original, or a folder against the folder of its originals.

    In folders, files of one name belong together, and ``X.md`` belongs to ``X_origin.md`` beside
    it. Files that cannot be read or have no partner are listed; all others are checked.

    Raises :class:`~amts_ext.errors.InputError` if a path is missing or the two do not fit together.
    """
    for path in (source, target):
        if not path.exists():
            raise InputError("no such file or folder; check the path", file=str(path))
    if source.is_dir() != target.is_dir():
        raise InputError(f"one is a folder, the other ({target}) is not", file=str(source))
    found = find_pairs(target, source) if target.is_dir() else [(source, target)]
    couples: list[_Couple] = []
    problems: list[Problem] = []
    for original, translated in found:
        try:
            with of_document(str(translated)):
                couples += _aligned(original, translated, langs, format)
        except InputError as error:
            problems.append(Problem(error.file or str(translated), error.line, error.message))
    review = _review(couples, *langs, terms, kinds, problems)
    if Kind.LINK in kinds:
        review.faults += _dead(links.in_files(found, format))
    if target.is_dir():
        review.alone = _alone((target, source), found)
    return review


def _alone(folders: Iterable[Path], found: Iterable[tuple[Path, Path]]) -> list[str]:
    """Return the files of folders that are in none of the pairs, by folder and name."""
    used = {path.resolve() for pair in found for path in pair}
    every = {path.resolve(): path for folder in folders for path in text_files(folder)}
    return [str(path) for place, path in every.items() if place not in used]


def _aligned(
    original: Path, translated: Path, langs: tuple[str, str], format: str
) -> Iterator[_Couple]:
    """Yield the segments of two files as alignment brings them together."""
    ours, theirs = (
        formats.get(format or formats.by_suffix(str(path), project.around(path).markdown)).read(
            files.read_text(path), str(path)
        )
        for path in (original, translated)
    )
    segments = mask(ours, langs[0]), mask(theirs, langs[1])
    joiner = profiles.for_pair(*langs).joiner
    for bead in alignment.align(ours, segments[0], theirs, segments[1]):
        sides = [segments[0][i] for i in bead.source], [segments[1][j] for j in bead.target]
        if bead.source:
            places = _place(ours, sides[0]), _place(theirs, sides[1])
            problem = "" if bead.target else "nothing in the translation corresponds"
            texts = _joined(ours, sides[0], " "), _joined(theirs, sides[1], joiner)
            kind = ours.blocks[sides[0][0].block].kind
            sure = bead.score >= SURE
            yield _Couple(*texts, places, problem=problem, sure=sure, block=kind)


def _place(document: Document, segments: Sequence[Segment]) -> Place | None:
    if not segments:
        return None
    text = " ".join(_line(segment.parts) for segment in segments)
    return Place(document.name, segments[0].line, text)


def _joined(document: Document, segments: Sequence[Segment], joiner: str) -> Parts:
    joined: list[str | Slot] = []
    for segment in segments:
        joined += [joiner] * bool(joined and joiner)
        joined += unwrapped(segment, document.text)
    return tuple(joined)


def unwrapped(segment: Segment, text: str) -> Parts:
    """Return a segment's parts without the blanks that stand for line ends beside wide characters.

    A script without blanks has none where a person wraps a line. ``text`` is the document's text.

    >>> document = formats.get("md").read("神经\\n网络很好。")
    >>> segment = mask(document, "zh")[0]
    >>> segment.parts, unwrapped(segment, document.text)
    (('神经 网络很好。',), ('神经网络很好。',))
    """
    parts: list[str | Slot] = []
    at = segment.start
    for part in segment.parts:
        if isinstance(part, Slot):
            found = text.find(part.content, at, segment.end)
            at = found + len(part.content) if found >= 0 else at
            parts.append(part)
            continue
        kept = ""
        for index, character in enumerate(part):
            blanks = _BLANKS.match(text, at) if character == " " else None
            at = blanks.end() if blanks else at + 1
            around = part[index - 1 : index], part[index + 1 : index + 2]
            if not (blanks and "\n" in blanks.group() and any(map(_WIDE.match, around))):
                kept += character
        parts.append(kept)
    return tuple(part for part in parts if part)


def _review(
    couples: Sequence[_Couple],
    source: str,
    target: str,
    terms: Terms,
    kinds: Collection[Kind],
    problems: Sequence[Problem],
) -> Review:
    known = [(c.source, c.target) for c in couples if c.sure and not c.problem]
    context = Context(source, profiles.for_pair(source, target), terms, checks.ratio(known))
    loose = _not_followed(known, context) if Kind.TERM in kinds else {}
    context = replace(context, terms={t: w for t, w in terms.items() if t not in loose})
    review = Review(len(couples), problems=list(problems))
    for couple in couples:
        found = [*_findings(couple, context, frozenset(kinds))]
        found += [loose.pop(t) for t in list(loose) if couple.mentions(t)]
        text = _line(couple.target)
        review.faults += [Fault(f, *couple.places, couple.origin, text) for f in found]
    return review


def _not_followed(known: Sequence[tuple[Parts, Parts]], context: Context) -> dict[str, Finding]:
    """Return one finding for each term that the translation as a whole does not keep."""
    found = {}
    for term, (kept, places) in checks.kept(known, context).items():
        if places >= PLACES and kept < FOLLOWED * places:
            wanted = " or ".join(context.terms[term])
            message = f"'{term}' should be {wanted}; it is in {kept} of {places} places"
            found[term] = Finding(Kind.TERM, message)
    return found


def _findings(couple: _Couple, context: Context, kinds: frozenset[Kind]) -> Iterable[Finding]:
    if couple.problem:
        missing = Finding(Kind.UNTRANSLATED, couple.problem)
        return [missing] if Kind.UNTRANSLATED in kinds else []
    wanted = kinds if couple.sure else kinds & ONE_SIDED
    return checks.check(couple.source, couple.target, context, wanted, couple.block)


def _line(parts: Parts) -> str:
    return " ".join(unmask(parts).split())


def load_terms(paths: Iterable[Path], source: str, target: str) -> dict[str, tuple[str, ...]]:
    """Read terms with their translations from terminology files and glossary pages.

    Files are those of Amazon Translate's custom terminologies (CSV, TSV, TMX), or Markdown pages
    with a table or lines of terms. A translation "perda / custo" is read as two.

    Raises :class:`~amts_ext.errors.InputError` for a file without terms of these languages.
    """
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        rows = term_files.read(path, source, target)
        if rows.source != source or target not in rows.targets:
            has = f"{rows.source} to {', '.join(rows.targets)}"
            message = f"holds no terms from {source} to {target}; it has {has}"
            raise InputError(message, file=str(path))
        for row in rows.rows:
            term = _EXPLAINED.sub("", row.source)
            if wanted := row.targets.get(target):
                found[term] = (*found.get(term, ()), *re.split(r"\s*/\s*", wanted))
    return found
