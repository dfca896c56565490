"""Parallel data: the pairs of a book or of any texts, filtered, with what was left out and why.

Pairs are gathered from a book and its human translation (:func:`of_book`), from documents, files of
pairs or crawled pages (:mod:`~amts_ext.parallel_data.gathering`), and all go through
:func:`prepare`. ``amts parallel-data push`` sends what it keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext.config import Config
from amts_ext.errors import AlignmentError, AmtsError, InputError
from amts_ext.pairs import exchange
from amts_ext.pairs.exchange import Example, Examples, Skipped
from amts_ext.parallel_data import candidates, filters, gathering, pairing
from amts_ext.parallel_data.candidates import Candidate, Dropped, DropReason
from amts_ext.parallel_data.gathering import AlignmentShape, Gathered
from amts_ext.parallel_data.held_out import Leaks, Passage, matching
from amts_ext.parallel_data.pairing import Matched, Texts
from amts_ext.progress import Progress
from amts_ext.project import Project, open_project


@dataclass(slots=True)
class Prepared:
    """Parallel data that is ready to be pushed, with everything that was left out."""

    source: str
    targets: list[str]
    kept: list[Candidate]
    dropped: list[Dropped]
    skipped: list[Skipped] = field(default_factory=list)
    """Rows of files that could not be read."""
    refused: list[Skipped] = field(default_factory=list)
    """Rows that the format of the output cannot hold, such as rows that begin with ``=`` in CSV."""
    problems: list[AmtsError] = field(default_factory=list)
    """Reasons why documents and files were left out."""
    alone: list[str] = field(default_factory=list)
    """Files without a partner."""
    aligned: list[AlignmentShape] = field(default_factory=list)
    """The shape of each document's alignment."""
    held_out: list[str] = field(default_factory=list)
    """Names of the held-out documents."""

    @property
    def leaks(self) -> list[Dropped]:
        """The pairs dropped because they stand in a held-out document too."""
        return [drop for drop in self.dropped if drop.reason is DropReason.LEAK]

    @property
    def counts(self) -> dict[str, int]:
        """The number of pairs kept, and of those left out by reason."""
        return {"kept": len(self.kept), **candidates.counts(self.dropped)}

    @property
    def examples(self) -> Examples:
        """The pairs as rows, all translations of a source in one; the others with their reason."""
        rows: dict[str, tuple[dict[str, str], str]] = {}
        for pair in self.kept:
            targets, _ = rows.setdefault(pair.source, ({}, pair.source_place))
            targets[pair.languages[1]] = pair.target
        made = [Example(source, targets, place) for source, (targets, place) in rows.items()]
        skipped = list(self.skipped)
        for drop in self.dropped:
            more = f" ({drop.detail})" if drop.detail else ""
            pair = drop.candidate
            skipped.append(Skipped(pair.source_place, f"{drop.reason}{more}", pair.source))
        return Examples(self.source, list(self.targets), made, skipped)

    def rows(self, form: str) -> Examples:
        """Return the rows that a file of a format can hold, and note the others as refused.

        ``form`` is ``csv``, ``tsv`` or ``tmx``.
        """
        every = self.examples
        found = exchange.usable(every, form)
        self.refused = found.skipped[len(every.skipped) :]
        return found


def prepare(gathered: Gathered) -> Prepared:
    """Filter gathered pairs: each is kept, or dropped with its reason.

    >>> gathered = Gathered([("en", "pt")])
    >>> for source, target in [("It has 3 layers.", "Tem 3 camadas."), ("A net.", "")]:
    ...     place = "pairs.csv:2"
    ...     pair = Candidate(source, target, ("en", "pt"), 1.0, "row", place, place)
    ...     gathered.candidates.append(pair)
    >>> prepare(gathered).counts
    {'kept': 1, 'a side is empty': 1}

    Raises :class:`InputError` if no text was gathered; the message gives the reasons.
    """
    if not gathered.languages:
        reasons = "; ".join(str(problem) for problem in gathered.problems)
        raise InputError(reasons or "there is nothing to make pairs of")
    apart, dropped = _hold_out(gathered)
    kept, more = filters.sift(apart)
    return Prepared(
        gathered.languages[0][0],
        list(dict.fromkeys(target for _, target in gathered.languages)),
        kept,
        gathered.dropped + dropped + more,
        skipped=gathered.skipped,
        problems=gathered.problems,
        alone=gathered.alone,
        aligned=gathered.aligned,
        held_out=sorted(gathered.held),
    )


def of_book(
    config: Config,
    langs: Sequence[str],
    *,
    granularity: str = "sentence",
    held_out: Sequence[str] = (),
    progress: Progress | None = None,
) -> Prepared:
    """Prepare the pairs of the book's human translations into ``langs``.

    ``held_out`` are names or patterns of documents, in addition to those of the configuration.

    Raises :class:`InputError` for a language without ``human_<language>`` and for a held-out name
    that no document has; :class:`~amts_ext.errors.AlignmentError` for folders that do not fit
    together.
    """
    gathered = Gathered()
    matched: dict[str, Matched] = {}
    for lang in langs:
        if lang not in config.human:
            message = f"no human translation: set human_{lang}, or name files of pairs"
            raise InputError(f"[amts] {message}", file=str(config.file))
        matched[lang] = pairing.match_folders(config.root, config.human[lang])
        gathered.alone += matched[lang].alone
    texts = [each for found in matched.values() for each in found.texts]
    hold_out(gathered, [*config.held_out, *held_out], texts, config)
    for lang, found in matched.items():
        gathering.documents(
            gathered,
            found.texts,
            (config.source, lang),
            granularity=granularity,
            markdown=open_project(config).markdown,
            progress=progress,
        )
    return prepare(gathered)


def of_files(paths: Sequence[Path], source: str, langs: Sequence[str]) -> Examples:
    """Read the rows of files of pairs, in ``langs`` only (empty: in all languages they have).

    Raises :class:`InputError` if a file cannot be used, or if no file has one of ``langs``.
    """
    found = Examples(source, [])
    for path in paths:
        own = exchange.read(path, source)
        try:
            found.extend(own)
        except InputError as error:
            raise InputError(error.message, file=str(path)) from error
    if missing := [lang for lang in langs if lang not in found.targets]:
        has = ", ".join(found.targets)
        raise InputError(f"the files hold no {', '.join(missing)}; they hold: {has}")
    if langs:
        found.targets = [t for t in found.targets if t in langs]
        found.rows = [
            replace(r, targets={t: x for t, x in r.targets.items() if t in langs})
            for r in found.rows
        ]
    return found


def hold_out(
    gathered: Gathered,
    patterns: Iterable[str],
    texts: Sequence[Texts],
    config: Config | None = None,
) -> None:
    """Note in ``gathered`` which documents are held out.

    ``texts`` are the documents to be gathered, which are read later. A held-out document of the
    book that is not among them is read here, because its sentences may stand in other texts.

    Raises :class:`InputError` for a pattern that names no document, or one that cannot be read.
    """
    wanted = list(dict.fromkeys(patterns))
    if not wanted:
        return
    own = dict.fromkeys(each.name for each in texts)
    if config is None:
        gathered.held = matching(own, wanted)
        return
    project = open_project(config)
    book = _book_texts(config, project)
    gathered.held = matching(own | book, wanted)
    for name in gathered.held - own.keys():
        for path, lang in book[name]:
            side = gathering.parse(path, str(path), lang, project.markdown)
            gathered.passages += gathering.passages(side)


def _book_texts(config: Config, project: Project) -> dict[str, list[tuple[Path, str]]]:
    """Return the files of each document, by its name: the book's own and the human translations.

    Each file comes with its language. Files of the book inside a folder of human translations are
    no documents of the book, though its patterns may select them.
    """
    found: dict[str, list[tuple[Path, str]]] = {}
    for document in project.documents():
        path = config.root / document.name
        if not any(path.is_relative_to(human) for human in config.human.values()):
            found[Path(document.name).as_posix()] = [(path, config.source)]
    for lang, folder in config.human.items():
        with suppress(AlignmentError):  # Nothing is translated yet, so nothing can be held out.
            for each in pairing.match_folders(config.root, folder).texts:
                sides = found.setdefault(each.name, [])
                original = each.source, config.source
                sides += [(each.target, lang), *([] if original in sides else [original])]
    return found


def _hold_out(gathered: Gathered) -> tuple[list[Candidate], list[Dropped]]:
    """Divide candidates into those kept, and those from held-out documents or also in them."""
    leaks = Leaks(gathered.passages)
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    paragraphs: dict[str, tuple[Passage, float] | None] = {"": None}
    for pair in gathered.candidates:
        if pair.document in gathered.held:
            dropped.append(Dropped(pair, DropReason.HELD_OUT, pair.document))
            continue
        if gathered.passages:
            if pair.paragraph not in paragraphs:
                paragraphs[pair.paragraph] = leaks.find(pair.paragraph)
            texts = (leaks.find(text) for text in (pair.source, pair.target))
            found = next(filter(None, texts), None) or paragraphs[pair.paragraph]
            if found is not None:
                passage, alike = found
                dropped.append(
                    Dropped(pair, DropReason.LEAK, f"{passage.place}, {alike:.0%} alike")
                )
                continue
        kept.append(pair)
    return kept, dropped
