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

from amts_ext import checks, formats
from amts_ext.checks import Context, Finding, Kind, Side, links
from amts_ext.checks.couples import Couple, aligned, one_line
from amts_ext.checks.places import HumanFiles, Place
from amts_ext.errors import InputError, of_document
from amts_ext.human import find_pairs, text_files
from amts_ext.languages import profiles
from amts_ext.model import Parts
from amts_ext.pairs import terms as term_files
from amts_ext.pipeline import Pipeline
from amts_ext.pipeline.book import Book
from amts_ext.progress import Progress
from amts_ext.project import markdown_of, translated
from amts_ext.text.outcome import Outcome, Problem, Status, TranslatedDocument
from amts_ext.translators.base import Answers, Free, Request, Translator

PLACES, FOLLOWED = 10, 0.8
"""A term in at least this many segments, kept in less than this share, is reported only once."""
ONE_SIDED = frozenset(
    {Kind.SCRIPT, Kind.LANGUAGE, Kind.REPEATED, Kind.WIDTH, Kind.SPACING, Kind.DAMAGE}
)
"""Kinds of faults that are certain even where the alignment is not."""
MOVABLE = frozenset({Kind.NUMBERS, Kind.SIGNS, Kind.LETTERS, Kind.SLOTS, Kind.LENGTH})
"""Kinds of faults that are none if a neighbouring sentence has what is missing."""

Terms = Mapping[str, tuple[str, ...]]
"""The translations of each term; any of them is right."""

_EXPLAINED = re.compile(r"\s*[(（][^()（）]*[)）]$")
"""An abbreviation or a word class after a term: "recurrent neural network (RNN)"."""


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
    unsure: list[Place] = field(default_factory=list)
    """Sentences of originals that have no sure partner, though nothing seems to be missing."""
    alone: list[str] = field(default_factory=list)
    """Files without a partner in the other folder."""

    @property
    def counts(self) -> dict[str, int]:
        """The number of findings by kind, most frequent first."""
        return dict(Counter(str(f.finding.kind) for f in self.faults).most_common())


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
        drafts=config.drafts,
    )
    unbuilt, built = recalled.missing(translated(book.project, tab))
    title = book.project.title()
    documents = [*([title] if title else []), *book.project.documents()]
    recalled.keeps_ids = True  # as in a build of pages
    result = recalled.translate(documents)
    human = HumanFiles(config.root, config.human.get(known.profile.language))
    couples = [c for d in result.documents for c in _outcomes(d, unbuilt, human)]
    failed = [p for p in result.problems if not p.source]
    review = _review(couples, config.source, lang, terms, kinds, failed)
    review.segments = built.segments
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

    def drafts(self, source: str, target: str) -> bool:
        return self._translator.drafts(source, target)

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        return iter(())


def _outcomes(
    document: TranslatedDocument, unbuilt: Collection[str], human: HumanFiles
) -> Iterator[Couple]:
    """Yield the couples of a document, without untranslated segments of tabs that are not built."""
    for outcome in document.segments:
        segment = outcome.segment
        place = Place(document.name, segment.line, one_line(segment.parts))
        if outcome.ok:
            parts = outcome.parts or segment.parts
            kind = document.source.blocks[segment.block].kind
            is_human = outcome.status is Status.HUMAN
            share = segment.start / max(1, len(document.source.text))
            there = human.place(document.name, one_line(parts), share) if is_human else None
            origin = str(outcome.status)
            yield Couple(segment.parts, parts, (place, there), origin, block=kind)
        elif outcome.status is not Status.UNTRANSLATED or segment.tokens in unbuilt:
            yield Couple(segment.parts, (), (place, None), problem=_why(outcome))


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
    markdown = markdown_of(source, target)

    def format_of(path: Path) -> str:
        return format or formats.by_suffix(str(path), markdown)

    found = find_pairs(target, source) if target.is_dir() else [(source, target)]
    couples: list[Couple] = []
    problems: list[Problem] = []
    for original, translation in found:
        try:
            with of_document(str(translation)):
                couples += aligned(original, translation, langs, format_of)
        except InputError as error:
            problems.append(Problem(error.file or str(translation), error.line, error.message))
    review = _review(couples, *langs, terms, kinds, problems)
    if Kind.LINK in kinds:
        review.faults += _dead(links.in_files(found, format_of))
    if target.is_dir():
        review.alone = _alone((target, source), found)
    return review


def _alone(folders: Iterable[Path], found: Iterable[tuple[Path, Path]]) -> list[str]:
    """Return the files of folders that are in none of the pairs, by folder and name."""
    used = {path.resolve() for pair in found for path in pair}
    every = {path.resolve(): path for folder in folders for path in text_files(folder)}
    return [str(path) for place, path in every.items() if place not in used]


def _review(
    couples: Sequence[Couple],
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
        if couple.problem and couple.nearby and not couple.nearby.is_empty(context):
            review.unsure += [place for place in couple.places if place]
            continue
        if not couple.sure and not couple.problem:
            review.unsure += [place for place in couple.places[:1] if place]
        found = [*_findings(couple, context, frozenset(kinds))]
        found += [loose.pop(t) for t in list(loose) if couple.mentions(t)]
        text = one_line(couple.target)
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


def _findings(couple: Couple, context: Context, kinds: frozenset[Kind]) -> Iterable[Finding]:
    if couple.problem:
        missing = Finding(Kind.UNTRANSLATED, couple.problem)
        return [missing] if Kind.UNTRANSLATED in kinds and couple.is_told else []
    wanted = kinds if couple.sure else kinds & ONE_SIDED
    found = checks.check(
        couple.source, couple.target, context, wanted, couple.block, couple.by_person
    )
    movable = MOVABLE
    if couple.nearby and couple.nearby.before_gap():
        movable |= {Kind.PUNCTUATION}  # the end may be that of the next sentence
    return [f for f in found if not (f.kind in movable and _is_beside(f, couple, context))]


def _is_beside(finding: Finding, couple: Couple, context: Context) -> bool:
    """Return whether what a finding misses stands in a neighbouring sentence."""
    same = finding.message.split(":")[0]  # a length is another one beside other sentences
    for source, target in couple.nearby.windows(1) if couple.nearby else ():
        found = checks.check(source.parts, target.parts, context, {finding.kind}, couple.block)
        if all(other.message.split(":")[0] != same for other in found):
            return True
    return finding.kind is Kind.SLOTS and couple.nearby is not None and _is_moved(couple)


def _is_moved(couple: Couple) -> bool:
    """Return whether the paragraph has each slot that the target lacks as often as the source's."""
    assert couple.nearby is not None
    ours, theirs = (Counter(s.content for s in side.slots) for side in couple.nearby.blocks())
    kept = {slot.content for slot in Side(couple.target).slots}
    lacking = {slot.content for slot in Side(couple.source).slots} - kept
    return all(ours[content] <= theirs[content] for content in lacking)


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
