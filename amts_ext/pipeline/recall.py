"""Recalling: a document's segments are looked up in the memory, a human's translations first.

A human's text is looked up for whole blocks and groups of blocks, then for sentences. The document
is written on trial with it, and what does not read back well is replaced by the next best.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from amts_ext.formats import Notation, notation_of
from amts_ext.languages.profiles import Profile
from amts_ext.memory import Found, Store
from amts_ext.model import Origin, Parts, Segment, Slot, from_tokens
from amts_ext.pipeline.groups import Groups, covers
from amts_ext.pipeline.work import Lookup, Work
from amts_ext.text import writing
from amts_ext.text.outcome import Outcome, Status, TranslatedDocument
from amts_ext.text.reading import Reader
from amts_ext.text.spacing import escape, polish, settle


class Recall:
    """A search of one memory for the segments of documents, in one language pair.

    ``signature`` returns the translator's, whose machine units are found; None without a
    translator. ``fetched`` has the segments, by key, that the translator was asked for in this run.
    ``keeps_unsure`` tells that drafts are used though they are not sure.
    """

    def __init__(
        self,
        pair: tuple[str, str],
        profile: Profile,
        memory: Store | None,
        reader: Reader,
        signature: Callable[[], str | None],
        fetched: Mapping[str, object],
        keeps_unsure: bool = False,
    ) -> None:
        self._pair = pair
        self._profile = profile
        self._memory = memory
        self._reader = reader
        self._signature = signature
        self._fetched = fetched
        self._keeps_unsure = keeps_unsure
        self._groups = Groups(memory, pair)
        self.has_human = True
        """False if the memory is known to have no human units of this language pair."""

    def look_up(self, work: Work, make: bool, trial: bool = True) -> None:
        """Look up human units of whole blocks, then units of sentences.

        On ``trial`` the document is written. A human block whose result does not read back well is
        replaced by units of its sentences, a human sentence by the machine's.
        """
        if not self.has_human:
            work.outcomes = self._sought(work, work.read.segments, make, human=False)
            return
        blocks = self._block_outcomes(work)
        work.outcomes = self._outcomes(work, blocks, make or trial)
        rejected = self._rejected(work) if trial else set()
        if rejected & set(blocks):
            kept = {i: o for i, o in blocks.items() if i not in rejected}
            work.outcomes = self._outcomes(work, kept)
            rejected = self._rejected(work)
        if rejected:
            self._without_human(work, rejected)

    def _rejected(self, work: Work) -> set[int]:
        """Return the indices of blocks that do not read back well with a human's text."""
        statuses = {o.status for o in work.outcomes}
        if Status.HUMAN not in statuses:
            return set()
        trial = self.write(work)
        rejected = {
            after.segment.block
            for before, after in zip(work.outcomes, trial.segments, strict=True)
            if after.status is Status.REJECTED and before.status is not Status.REJECTED
        }
        if not rejected and Status.UNTRANSLATED not in statuses:
            work.trial = trial
        return rejected

    def write(self, work: Work) -> TranslatedDocument:
        done = writing.write(work.read.document, work.outcomes, work.read.format, self._profile)
        return dataclasses.replace(done, origin=work.read.source)

    def _without_human(self, work: Work, rejected: set[int]) -> None:
        doubtful = [
            i
            for i, o in enumerate(work.outcomes)
            if o.segment.block in rejected and o.status is Status.HUMAN
        ]
        segments = [work.outcomes[i].segment for i in doubtful]
        instead = self.from_memory(work, segments, human=False)
        for i, outcome in zip(doubtful, instead, strict=True):
            work.outcomes[i] = outcome

    def _block_outcomes(self, work: Work) -> dict[int, Outcome]:
        """Look up a human's translations of blocks, and of groups of blocks, by the first one."""
        blocks = self._reader.blocks(work.read)
        asked = [*self._groups.of(work.read.document, blocks), *blocks.values()]
        asked = [segment for segment in asked if work.wants(covers(segment))]
        found: dict[int, Outcome] = {}
        covered: set[int] = set()
        for outcome in self.from_memory(work, asked, machine=False):
            own = covers(outcome.segment)
            if outcome.status is Status.LEFT_OUT and self._translated_elsewhere(work, outcome):
                continue
            if outcome.status is not Status.UNTRANSLATED and covered.isdisjoint(own):
                found[outcome.segment.block] = outcome
                covered.update(own)
        return found

    def _outcomes(self, work: Work, blocks: dict[int, Outcome], make: bool = True) -> list[Outcome]:
        """Return the outcomes of ``blocks`` as wholes, and of all others by their sentences."""
        covered = {i for outcome in blocks.values() for i in covers(outcome.segment)}
        segments = [s for s in work.read.segments if s.block not in covered]
        found = [*blocks.values(), *self._sought(work, segments, make)]
        return sorted(found, key=lambda o: o.segment.block)

    def _translated_elsewhere(self, work: Work, left_out: Outcome) -> bool:
        """Return True if a human has translated a sentence of a block that was left out here."""
        inside = [s for s in work.read.segments if s.block == left_out.segment.block]
        found = self.from_memory(work, inside, machine=False)
        return any(o.status is Status.HUMAN for o in found)

    def _sought(
        self, work: Work, segments: Sequence[Segment], make: bool = True, *, human: bool = True
    ) -> list[Outcome]:
        """Look up the segments in blocks of which something is wanted; the others stay."""
        inside = [work.wants((s.block,)) for s in segments]
        found = iter(self.from_memory(work, list(compress(segments, inside)), make, human=human))
        stays = Status.UNTRANSLATED
        return [
            next(found) if sought else Outcome(segment, stays)
            for segment, sought in zip(segments, inside, strict=True)
        ]

    def from_memory(
        self,
        work: Work,
        segments: Sequence[Segment],
        make: bool = True,
        *,
        human: bool = True,
        machine: bool = True,
    ) -> list[Outcome]:
        """Look segments up in the memory; ``make`` False: without making the translations."""
        if self._memory is None:
            return [Outcome(s, Status.UNTRANSLATED) for s in segments]
        asked = [Lookup(s.tokens, s, work.name) for s in segments]
        signature = self._signature() if machine else None
        units = self._memory.find_many(asked, self._pair, signature, human=human)
        notation = notation_of(work.read.format)
        found = zip(asked, units, strict=True)
        return [self._from_unit(a, unit, make, notation) for a, unit in found]

    def _from_unit(
        self, asked: Lookup, unit: Found | None, make: bool, notation: Notation
    ) -> Outcome:
        segment = asked.segment
        if unit is None:
            return Outcome(segment, Status.UNTRANSLATED)
        if not unit.target:
            status = Status.LEFT_OUT if unit.origin is Origin.HUMAN else Status.REJECTED
            return Outcome(segment, status, None, unit.literals[0])
        status, doubt = Status.MEMORY, "".join(unit.literals)
        literals: tuple[str, ...] = ()
        if unit.origin is Origin.HUMAN:
            status, doubt, literals = Status.HUMAN, unit.signature, unit.literals
        elif self._fetched and asked.source in self._fetched:
            status = Status.MACHINE
        if not make or unit.target == asked.source:
            return self.outcome(segment, status, segment.parts, notation, doubt)
        if "⟦" not in unit.target:
            return self.outcome(segment, status, (unit.target,), notation, doubt)
        own = [Slot(n, "own", text) for n, text in enumerate(literals, 1)]
        parts = from_tokens(unit.target, [*segment.slots, *own])
        return self.outcome(segment, status, parts, notation, doubt)

    def outcome(
        self, segment: Segment, status: Status, parts: Parts, notation: Notation, doubt: str = ""
    ) -> Outcome:
        """Return the outcome of a translation.

        ``doubt`` is what is doubted about a draft, or why to look at a human's translation.
        A machine's is escaped and gets the profile's punctuation. Joints are no part of a unit, so
        a human's gets them too. A translation that equals its source has no parts, so that the
        source's bytes are kept.
        """
        if doubt and status is not Status.HUMAN and not self._keeps_unsure:
            return Outcome(segment, Status.NOT_KEPT, None, doubt)
        if parts == segment.parts:
            return Outcome(segment, status, None, doubt)
        if status is not Status.HUMAN:
            parts = polish(escape(parts, segment.parts, notation), self._profile)
        if notation.joint or status is not Status.HUMAN:
            parts = settle(parts, notation.joint)
        return Outcome(segment, status, parts, doubt)
