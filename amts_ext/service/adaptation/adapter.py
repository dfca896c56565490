"""The adapter: it learns from parallel data that is pushed, and serves the jobs that name it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from amts_ext.service.adaptation import corrections, learned, slots
from amts_ext.service.adaptation.corrections import Compared, Correction
from amts_ext.service.adaptation.drafting import Drafting
from amts_ext.service.adaptation.files import CORRECTIONS
from amts_ext.service.adaptation.learned import Learned, TrainingProgress
from amts_ext.service.adaptation.routes import Route, route
from amts_ext.service.content.corpora import Corpus
from amts_ext.service.content.runs import Help
from amts_ext.service.engines.base import Engine, EngineOptions
from amts_ext.service.engines.pool import Pool
from amts_ext.service.state.state import RUNNING, ResourceRecord, State

FEWEST = 100
"""The fewest pairs that a statistical engine is made of."""
STATISTICAL = "amts_ext.service.adaptation.statistical:Statistical"
"""The statistical engine. It is named, not imported, because only workers need its libraries."""
DRAFT = "(draft)"
"""The end of the name of an engine whose output a person has to go over."""


class Adapter:
    """The service's engine with what it learned from parallel data, and the trained engines.

    Learned folders lie below ``root``. With ``own``, nobody else uses them, so :meth:`tidy` may
    remove them.
    """

    def __init__(self, engine: Engine, pool: Pool, root: Path, own: bool = False) -> None:
        self._own = own
        self._is_due = False
        self._engine = engine
        self._pool = pool
        self._learned = Learned(root)
        options = EngineOptions(offline=True, cache=str(root))
        self._statistical = Pool(STATISTICAL, options, pool.size)

    def learn(self, corpus: Corpus, former: Corpus | None, tell: TrainingProgress) -> str:
        """Learn from a corpus what is not learned yet; return remarks for a person, or nothing.

        ``former`` is the corpus that this one replaces. If few pairs are new, they are learned
        online.

        Raises :class:`amts_ext.service.adaptation.learned.TrainingError` if a training fails, and
        :class:`amts_ext.errors.TranslatorError` if the engine does.
        """
        remarks = [self._learn(corpus, former, target, tell) for target in corpus.targets]
        return "; ".join(filter(None, remarks))

    def serves(self, corpus: Corpus | None, source: str, target: str) -> bool:
        """Return whether a trained engine serves a pair that the service's engine does not."""
        way = route(self._engine, source, target)
        return way is Route.STATISTICAL and bool(self._find(corpus, source, target, way))

    def help(
        self, plain: Help, parallel: Sequence[ResourceRecord], source: str, target: str
    ) -> Help:
        """Return ``plain`` with the adapted engine, if there is one, and with the engine's name.

        ``parallel`` has the parallel data that a request names: none or one.
        """
        own = self._engine.version(source, target)
        way = route(self._engine, source, target) if parallel else Route.PLAIN
        if way is Route.PLAIN:
            return replace(plain, name=own)
        folder = self._find(parallel[0].corpus, source, target, way)
        if folder is None:
            return replace(plain, name=own)
        if way is Route.CORRECTED:
            send = partial(self._corrected, source, target, _rules(folder))
            return replace(plain, engine=send, name=f"{own}+{folder.name}")
        made = Drafting(partial(self._statistical.drafts, source, f"{target}@{folder.name}"))
        name = f"{folder.name} {DRAFT}"
        return replace(plain, engine=made.translate, halves=True, doubts=made.doubts, name=name)

    def tidy(self, state: State, is_due: bool = True) -> None:
        """Remove the learned folders that no parallel data uses any more.

        While something is learned or an adapted job runs, this is put off to a later call. A call
        without ``is_due`` only does what an earlier call put off.
        """
        with state.lock:
            self._is_due = self._own and (self._is_due or is_due)
            if not self._is_due:
                return
            every = state.parallel.values()
            adapted = (j for j in state.jobs.values() if j.properties.get("ParallelDataNames"))
            if any(r.pending for r in every) or any(j.status in RUNNING for j in adapted):
                return
            corpora = [r.corpus for r in every if r.corpus]
            ways = Route.STATISTICAL, Route.CORRECTED
            self._learned.keep_only(
                {self._name(w, c, c.source, t) for c in corpora for t in c.targets for w in ways}
            )
            self._is_due = False

    def close(self) -> None:
        """End all trainings and workers."""
        self._learned.close()
        self._statistical.close()

    def _learn(
        self, corpus: Corpus, former: Corpus | None, target: str, tell: TrainingProgress
    ) -> str:
        """Learn for one target language; return a remark for a person, or nothing."""
        source, pairs = corpus.source, corpus.between(corpus.source, target)
        way = route(self._engine, source, target)
        if way is Route.PLAIN or self._find(corpus, source, target, way):
            return ""
        if way is Route.CORRECTED:
            self._learn_rules(corpus, target, tell)
            return ""
        return self._train(corpus, former, target, pairs, tell)

    def _train(
        self,
        corpus: Corpus,
        former: Corpus | None,
        target: str,
        pairs: dict[str, str],
        tell: TrainingProgress,
    ) -> str:
        """Make a statistical engine; return a remark if that is not possible, else nothing."""
        source = corpus.source
        if missing := learned.missing():
            return (
                f"no engine for {source} to {target}, and none can be trained: "
                f"{', '.join(missing)} not installed (pip install 'amts-ext[adapt]')"
            )
        if len(pairs) < FEWEST:
            return (
                f"no engine for {source} to {target}, and none was trained: {len(pairs)} pairs, "
                f"at least {FEWEST} are needed"
            )
        name = self._name(Route.STATISTICAL, corpus, source, target)
        if not self._update(name, former, source, target, pairs):
            self._learned.train(name, source, target, pairs, tell)
        return ""

    def _update(
        self, name: str, former: Corpus | None, source: str, target: str, pairs: dict[str, str]
    ) -> bool:
        """Learn the new pairs online; return False if they are too many or a source is gone."""
        base = former and self._find(former, source, target, Route.STATISTICAL)
        if not former or not base:
            return False
        old = former.between(source, target)
        new = {s: t for s, t in pairs.items() if old.get(s) != t}
        return not old.keys() - pairs.keys() and bool(self._learned.learn(name, base, new))

    def _learn_rules(self, corpus: Corpus, target: str, tell: TrainingProgress) -> None:
        """Learn rules that correct the service's engine, which translates the pairs for this."""
        source = corpus.source
        pairs = corrections.choose(corpus.between(source, target))
        chosen = [slots.masked(s, t) for s, t in pairs]
        tell("translating", 0.0)
        self._engine.prepare(source, target)
        ours = self._pool.translate(source, target, [s for s, _ in chosen])
        tell("comparing", 0.8)
        compared = [Compared(s, o, t) for (s, t), o in zip(chosen, ours, strict=True)]
        rules = corrections.to_json(corrections.learn(compared))
        name = self._name(Route.CORRECTED, corpus, source, target)
        self._learned.keep(name, {CORRECTIONS: json.dumps(rules, ensure_ascii=False, indent=1)})

    def _corrected(
        self, source: str, target: str, rules: Sequence[Correction], sentences: Sequence[str]
    ) -> list[str]:
        """Translate sentences by the service's engine and correct the result by rules."""
        ours = self._pool.translate(source, target, sentences)
        return [corrections.correct(s, o, rules) for s, o in zip(sentences, ours, strict=True)]

    def _find(self, corpus: Corpus | None, source: str, target: str, way: Route) -> Path | None:
        """Return the folder that was learned from a corpus for a pair; None if there is none."""
        if corpus is None or target not in corpus.targets:
            return None
        return self._learned.find(self._name(way, corpus, source, target))

    def _name(self, way: Route, corpus: Corpus, source: str, target: str) -> str:
        """Return the name of the folder; rules depend on the engine that they correct as well."""
        about = self._engine.version(source, target) if way is Route.CORRECTED else ""
        return learned.name(way, source, target, corpus.between(source, target), about)


def _rules(folder: Path) -> list[Correction]:
    kept = json.loads((folder / CORRECTIONS).read_text(encoding="utf-8"))
    return [Correction(**rule) for rule in kept]
