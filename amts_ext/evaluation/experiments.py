"""What parallel data is worth: held-out articles, translated without it and with it.

read and align → pairs of all other documents → look up → see what it costs → push and translate →
score. What a translator that bills has answered once is in the book's memory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError, TranslatorError, UnsupportedPairError
from amts_ext.evaluation.articles import Item, Texts, article, joined
from amts_ext.evaluation.comparison import Comparison, Output, compare
from amts_ext.evaluation.counts import Terms
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
from amts_ext.translators.amazon.pushed import Kind, Resource
from amts_ext.translators.base import Answer, Translator
from amts_ext.translators.workbench import FORM, Workbench

WITHOUT = "without"
COLUMNS = (WITHOUT, "paragraph", "sentence")
"""What adapts the translator: nothing, pairs of paragraphs, pairs of sentences."""

NO_ENGINE = "no engine"


@dataclass(slots=True)
class Trial:
    """One direction translated by one translator."""

    column: str
    texts: Texts
    translator: Translator
    rows: Sequence[Example] = ()
    data: bytes = b""
    """The pairs as a file."""
    resource: Resource | None = None
    missing: Missing = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    """Translations with tokens by source with tokens; empty where there is none."""
    problem: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        return self.texts.source, self.texts.target

    @property
    def characters(self) -> int:
        """What is sent."""
        return sum(characters(segment.parts) for _, segment in self.missing.values())


def trials(
    config: Config, bench: Workbench, directions: Sequence[Texts], columns: Sequence[str]
) -> list[Trial]:
    """All that is to be translated; nothing is reached.

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


def _trial(config: Config, bench: Workbench, texts: Texts, column: str) -> Trial:
    if column == WITHOUT:
        return Trial(column, texts, bench.translator())
    usable = exchange.usable(Examples(texts.source, [texts.target], texts.pairs[column]), FORM)
    if not usable.rows:
        problem = "no pairs are left without the held-out documents"
        return Trial(column, texts, bench.translator(), problem=problem)
    data = exchange.dump(usable, FORM)
    book = re.sub(r"[^A-Za-z0-9]+", "-", config.name).strip("-") or "book"
    # Not as `amts parallel-data` names it: no build is to be adapted by half a book.
    name = f"evaluate-{book}-{texts.source}-{texts.target}-{column}"
    revision = revision_of(data)
    resource = Resource(Kind.PARALLEL_DATA, name, texts.source, (texts.target,), revision)
    return Trial(column, texts, bench.translator(resource), usable.rows, data, resource)


def look_up(every: Sequence[Trial], memory: Store) -> None:
    """Take from the memory what machines have translated in the same way before."""
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
    """USD for each trial by the book's prices; None if they are not known."""
    return [_usd(config, trial, 0 if trial.problem else trial.characters) for trial in every]


def _usd(config: Config, trial: Trial, count: int) -> float | None:
    target = trial.texts.target
    return Prices(config, {target} if trial.resource else ()).estimate({target: count})


def bill(config: Config, every: Sequence[Trial]) -> Bill | None:
    """What was sent and what was billed; None of translators that do not bill."""
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
    """Raises :class:`AmtsError` if all trials together cost more than ``max_cost``."""
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

    A pair of languages that the translator does not serve, and pairs that it does not take, are
    the trial's problem. Raises :class:`~amts_ext.errors.TranslatorError` for what would hit every
    trial alike.
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
            except TranslatorError as error:  # the other columns need not suffer for these pairs
                trial.problem = error.message
                return
        try:
            _send(trial, memory, progress)
        except UnsupportedPairError as error:
            trial.problem = _no_engine(error.message)


def _send(trial: Trial, memory: Store | None, progress: Progress) -> None:
    requests = merged({trial.texts.target: trial.missing})
    failed: list[Answer] = []
    signature = trial.translator.signature(*trial.pair)
    for answers in trial.translator.translate(requests, trial.texts.source, progress):
        sound = accepted(answers, trial.missing, trial.pair, memory, signature).values()
        failed += [a for a in sound if a.parts is None and not a.lasting]
        lasting = (a for a in sound if a.parts is not None or a.lasting)
        trial.known |= {a.key: to_tokens(a.parts or ()) for a in lasting}
    if failed and not any(trial.known.values()):
        trial.problem = _no_engine(failed[0].problem)


def _no_engine(reason: str) -> str:
    return reason if reason.startswith(NO_ENGINE) else f"{NO_ENGINE}: {reason}"


def output(trial: Trial) -> Output:
    """What the trial's translator made of the articles."""
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


def _hypothesis(trial: Trial, item: Item) -> Parts | None:
    """An item as a book would show it; None if one of its sentences did not come back."""
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
    every: Sequence[Trial], directions: Sequence[Texts], terms: Terms, progress: Progress
) -> list[Comparison]:
    """The scores of all trials, a table for each direction.

    ``terms`` are those of the first direction; the other way they are turned round.
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
    """What would be sent: ``source target column pairs segments characters cost``."""
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
