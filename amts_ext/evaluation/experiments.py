"""Experiments that measure parallel data: held-out articles translated without it and with it.

The way of an experiment: read and align → make pairs of all other documents → look up → check the
cost → push and translate → score. Answers are kept in the book's memory, so that a repeated
experiment pays for none of them again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError, TranslatorError, UnsupportedPairError
from amts_ext.evaluation.articles import DividedBook, Sample, article, joined
from amts_ext.evaluation.comparison import Comparison, Output, compare
from amts_ext.evaluation.counts import TermPairs
from amts_ext.languages import profiles
from amts_ext.memory import Query, Store
from amts_ext.model import Parts, Segment, characters, from_tokens, to_tokens
from amts_ext.pairs import exchange
from amts_ext.pairs.exchange import Example, Examples
from amts_ext.pipeline.asking import Missing, accepted, merged, session
from amts_ext.pipeline.cost import Bill, Prices
from amts_ext.progress import Progress
from amts_ext.text.spacing import polish, settle
from amts_ext.translators.amazon.parallel import revision_of
from amts_ext.translators.amazon.pushed import Resource, ResourceKind
from amts_ext.translators.base import Answer, Translator
from amts_ext.translators.workbench import FORM, Workbench

WITHOUT = "without"
COLUMNS = (WITHOUT, "paragraph", "sentence")
"""The columns of the table, by what adapts the translator: nothing, paragraphs, sentences."""

NO_ENGINE = "no engine"


@dataclass(slots=True)
class Trial:
    """One column of the experiment in one direction: articles, a translator, what adapts it."""

    column: str
    texts: DividedBook
    translator: Translator
    rows: Sequence[Example] = ()
    """The pairs that adapt the translator."""
    data: bytes = b""
    """The pairs as a file."""
    resource: Resource | None = None
    """The parallel data to be made of the file; None without pairs."""
    missing: Missing = field(default_factory=dict)
    """The segments that the memory lacks."""
    known: dict[str, str] = field(default_factory=dict)
    """Translations by source, both with slots as tokens; an empty one was refused."""
    problem: str = ""
    """The reason if nothing can be translated."""

    @property
    def pair(self) -> tuple[str, str]:
        return self.texts.source, self.texts.target

    @property
    def characters(self) -> int:
        """The number of characters to send."""
        return sum(characters(segment.parts) for _, segment in self.missing.values())


def trials(
    config: Config, bench: Workbench, directions: Sequence[DividedBook], columns: Sequence[str]
) -> list[Trial]:
    """Prepare a trial for each direction and column; no translator is reached.

    Raises :class:`InputError` if a column needs parallel data and the translator takes none.
    """
    if not bench.is_adaptable and set(columns) - {WITHOUT}:
        raise InputError(
            f"the translator '{config.translator}' takes no parallel data; use --columns {WITHOUT}"
        )
    found = []
    for texts in directions:
        for column in columns:
            trial = _trial(config, bench, texts, column)
            for name, items in texts.articles.items():
                for segment in (s for item in items for s in item.source):
                    trial.missing.setdefault(segment.tokens, (name, segment))
            found.append(trial)
    return found


def _trial(config: Config, bench: Workbench, texts: DividedBook, column: str) -> Trial:
    if column == WITHOUT:
        return Trial(column, texts, bench.translator())
    usable = exchange.usable(Examples(texts.source, [texts.target], texts.pairs[column]), FORM)
    if not usable.rows:
        problem = "no pairs are left without the held-out documents"
        return Trial(column, texts, bench.translator(), problem=problem)
    data = exchange.dump(usable, FORM)
    book = re.sub(r"[^A-Za-z0-9]+", "-", config.name).strip("-") or "book"
    # A name apart from those of `amts parallel-data`: no build may be adapted by half a book.
    name = f"evaluate-{book}-{texts.source}-{texts.target}-{column}"
    revision = revision_of(data)
    resource = Resource(ResourceKind.PARALLEL_DATA, name, texts.source, (texts.target,), revision)
    return Trial(column, texts, bench.translator(resource), usable.rows, data, resource)


def look_up(every: Sequence[Trial], memory: Store) -> None:
    """Take from the memory what translators with the trials' signatures have answered before."""
    for trial in every:
        signature = trial.translator.signature(*trial.pair)
        keys = list(trial.missing)
        queries = [Query(key) for key in keys]
        units = memory.lookup_many(queries, trial.pair, signature, human=False)
        for key, unit in zip(keys, units, strict=True):
            if unit is not None:
                trial.known[key] = unit.target
                del trial.missing[key]


def costs(config: Config, every: Sequence[Trial]) -> list[float | None]:
    """Return the cost of each trial in USD by the book's prices; None if no price is known."""
    return [_usd(config, trial, 0 if trial.problem else trial.characters) for trial in every]


def _usd(config: Config, trial: Trial, count: int) -> float | None:
    target = trial.texts.target
    return Prices(config, {target} if trial.resource else ()).estimate({target: count})


def bill(config: Config, every: Sequence[Trial]) -> Bill | None:
    """Return what was sent and what was billed; None if no translator bills."""
    billed = [sum((trial.translator.billed or {}).values()) for trial in every]
    if all(trial.translator.billed is None for trial in every):
        return None
    known = costs(config, every)
    charged = [_usd(config, trial, count) for trial, count in zip(every, billed, strict=True)]
    sent = sum(trial.characters for trial in every if not trial.problem)
    return Bill(sent, _sum(known), sum(billed), _sum(charged))


def _sum(amounts: Sequence[float | None]) -> float | None:
    return None if None in amounts else sum(amount or 0.0 for amount in amounts)


def check_cost(config: Config, every: Sequence[Trial]) -> None:
    """Raise :class:`AmtsError` if all trials together cost more than ``max_cost``."""
    total = sum(cost or 0.0 for cost in costs(config, every))
    if config.max_cost is not None and total > config.max_cost:
        count = sum(trial.characters for trial in every)
        raise AmtsError(
            f"stopped before sending: {count:,} characters would cost about {total:.2f} USD, "
            f"max_cost allows {config.max_cost:g}; raise max_cost or choose fewer columns",
            file=str(config.file),
        )


def translate(
    config: Config, bench: Workbench, trial: Trial, memory: Store | None, progress: Progress
) -> None:
    """Push the trial's parallel data and translate what is missing; answers are remembered.

    If the translator does not serve the languages or does not take the pairs, this is noted as the
    trial's problem.

    Raises :class:`~amts_ext.errors.TranslatorError` for failures that would hit every trial.
    """
    if trial.problem or not trial.missing:
        return
    translator = trial.translator
    with session(translator, memory, trial.texts.source, progress):
        if memory is not None:
            look_up([trial], memory)
        if trial.resource is not None and trial.missing:
            what = f"{config.name} {'-'.join(trial.pair)}, {trial.column} pairs, for evaluation"
            try:
                bench.push(trial.resource.name, trial.data, what, progress)
            except TranslatorError as error:  # the other columns can do without these pairs
                trial.problem = error.message
                return
        try:
            _send(trial, memory, progress)
        except UnsupportedPairError as error:
            trial.problem = _no_engine(error.message)


def _send(trial: Trial, memory: Store | None, progress: Progress) -> None:
    requests = merged({trial.texts.target: trial.missing})
    failed: list[Answer] = []
    served = any(trial.known.values())
    signature = trial.translator.signature(*trial.pair)
    for answers in trial.translator.translate(requests, trial.texts.source, progress):
        sound = accepted(answers, trial.missing, trial.pair, memory, signature).values()
        failed += [a for a in sound if a.parts is None and not a.lasting]
        lasting = [a for a in sound if a.parts is not None or a.lasting]
        trial.known |= {a.key: to_tokens(a.parts or ()) for a in lasting}
        # A title that is a term of the book is answered by the book, also without an engine.
        served = served or not all(a.sure for a in lasting)
    if failed and not served:
        trial.problem = _no_engine(failed[0].problem)


def _no_engine(reason: str) -> str:
    return reason if reason.startswith(NO_ENGINE) else f"{NO_ENGINE}: {reason}"


def output(trial: Trial) -> Output:
    """Return the translations of all articles in the form that is scored."""
    texts = trial.texts
    made = {
        name: [None if trial.problem else _hypothesis(trial, item) for item in items]
        for name, items in texts.articles.items()
    }
    return Output(
        trial.column,
        made,
        trial.translator.signature(*trial.pair),
        len(trial.rows) if trial.resource else None,
        texts.leaks.get(trial.column, 0),
        trial.problem,
    )


def _hypothesis(trial: Trial, item: Sample) -> Parts | None:
    """Return an item as a book would show it; None if one of its sentences did not come back."""
    sentences = [_sentence(trial, segment) for segment in item.source]
    whole = [s for s in sentences if s is not None]
    return joined(whole, trial.texts.target) if len(whole) == len(sentences) else None


def _sentence(trial: Trial, segment: Segment) -> Parts | None:
    tokens = trial.known.get(segment.tokens)
    if not tokens:
        return None
    parts = from_tokens(tokens, segment.slots)
    if parts == segment.parts:
        return parts
    return settle(polish(parts, profiles.load(trial.texts.target)))


def results(
    every: Sequence[Trial], directions: Sequence[DividedBook], terms: TermPairs, progress: Progress
) -> list[Comparison]:
    """Score all trials and return a comparison for each direction.

    ``terms`` are (source term, target term) of the first direction; they are swapped for the other.
    """
    found = []
    for texts in directions:
        pair = texts.source, texts.target
        articles = [article(name, items, *pair) for name, items in texts.articles.items()]
        outputs = [output(trial) for trial in every if trial.texts is texts]
        turned = texts is not directions[0]
        own = [(b, a) for a, b in terms] if turned else terms
        table = compare(*pair, articles, outputs, own, progress)
        found.append(replace(table, unsure=texts.unsure))
    return found


def plan(config: Config, every: Sequence[Trial]) -> list[dict[str, Any]]:
    """Return what would be sent as JSON data, an object for each trial.

    Keys: ``source target column pairs segments characters cost``; the cost is in USD.
    """
    return [
        {
            "source": trial.texts.source,
            "target": trial.texts.target,
            "column": trial.column,
            "pairs": len(trial.rows),
            "segments": len(trial.missing),
            "characters": trial.characters,
            "cost": None if cost is None else round(cost, 2),
        }
        for trial, cost in zip(every, costs(config, every), strict=True)
    ]
