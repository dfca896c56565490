"""Parallel data: the pairs of a book or of any texts, filtered, with what was left out and why.

:func:`prepare` is the last step for pairs from everywhere; what it keeps is what
``amts parallel-data push`` sends.
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
from amts_ext.parallel_data.gathering import Aligned, Gathered
from amts_ext.parallel_data.held_out import Leaks, Passage, matching
from amts_ext.parallel_data.pairing import Matched, Texts
from amts_ext.progress import Progress
from amts_ext.project import Project, open_project


@dataclass(slots=True)
class Prepared:
    """Parallel data, and the account of it."""

    source: str
    targets: list[str]
    kept: list[Candidate]
    dropped: list[Dropped]
    skipped: list[Skipped] = field(default_factory=list)
    """Rows of files that could not be read."""
    refused: list[Skipped] = field(default_factory=list)
    """Rows that the file to be written cannot hold: in CSV those that begin with ``=``."""
    problems: list[AmtsError] = field(default_factory=list)
    """Documents and files that were left out."""
    alone: list[str] = field(default_factory=list)
    """Files without a partner."""
    aligned: list[Aligned] = field(default_factory=list)
    held_out: list[str] = field(default_factory=list)

    @property
    def leaks(self) -> list[Dropped]:
        """What stands in a held-out document too."""
        return [drop for drop in self.dropped if drop.reason is DropReason.LEAK]

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs were kept, and left out by reason."""
        return {"kept": len(self.kept), **candidates.counts(self.dropped)}

    @property
    def examples(self) -> Examples:
        """The pairs as rows, one a source; what was left out with its reason."""
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
        """The rows that a file of a format can hold; the others are :attr:`refused` from now on."""
        every = self.examples
        found = exchange.usable(every, form)
        self.refused = found.skipped[len(every.skipped) :]
        return found


def prepare(gathered: Gathered) -> Prepared:
    """Filter what was gathered: every pair is kept, or dropped with its reason.

    Raises :class:`InputError` if nothing was gathered at all; its problems say why.
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
    """The pairs of the book's human translations into ``langs``; ``held_out`` adds to the config's.

    Raises :class:`InputError` for a language without ``human_<language>`` and for a held-out name
    that no document has, :class:`~amts_ext.errors.AlignmentError` for folders that do not fit
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
    """The rows of files of pairs, in ``langs`` only (all their languages if empty).

    Raises :class:`InputError` if a file cannot be used.
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
    """Note which documents are held out; those of the book that are not in ``texts`` are read here.

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
    """Files and languages by the name of the book's document: in the book, and as humans have it.

    A folder of translations may lie inside the book, and no pattern of the book leaves it out.
    """
    found: dict[str, list[tuple[Path, str]]] = {}
    for document in project.documents():
        path = config.root / document.name
        if not any(path.is_relative_to(human) for human in config.human.values()):
            found[Path(document.name).as_posix()] = [(path, config.source)]
    for lang, folder in config.human.items():
        with suppress(AlignmentError):  # Nothing is translated yet: nothing can be held out.
            for each in pairing.match_folders(config.root, folder).texts:
                sides = found.setdefault(each.name, [])
                original = each.source, config.source
                sides += [(each.target, lang), *([] if original in sides else [original])]
    return found


def _hold_out(gathered: Gathered) -> tuple[list[Candidate], list[Dropped]]:
    """Without held-out documents, and without what stands in one of them too."""
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
