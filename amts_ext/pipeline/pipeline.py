"""The pipeline of one language pair: documents in, translated documents out.

Its steps: read → mask → look up → translate what is missing, once for the whole book → store →
write.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from amts_ext.errors import FrozenError, InputError
from amts_ext.formats import notation_of
from amts_ext.languages.profiles import Profile
from amts_ext.memory import Store
from amts_ext.model import Segment, characters, from_tokens, to_tokens
from amts_ext.pipeline.asking import Missing, accepted, merged, session
from amts_ext.pipeline.counting import Once
from amts_ext.pipeline.linking import Linking
from amts_ext.pipeline.recall import Recall
from amts_ext.pipeline.suggestions import Suggestions
from amts_ext.pipeline.work import Work, listed, missing_of
from amts_ext.progress import Progress, silent
from amts_ext.text.links import Links
from amts_ext.text.outcome import (
    NOT_WANTED,
    DraftCount,
    Outcome,
    Problem,
    Result,
    Source,
    Status,
    TranslatedDocument,
)
from amts_ext.text.reading import Masked, Reader, doubts
from amts_ext.translators.base import Answer, Translator

BATCH_CHARACTERS = 4_000_000
"""The size of a batch of documents. Most books are one batch (D2L has 3.2 million characters)."""
MANY = 40_000
"""The number of missing segments from which on the documents read are not kept in memory."""

_LISTED = frozenset({Status.UNTRANSLATED, Status.REJECTED, Status.NOT_KEPT})

Emit = Callable[[TranslatedDocument], object]
"""Gets each translated document as it is done."""
Check = Callable[[Sequence[Segment]], None]
"""Gets the segments that are about to be sent; may raise."""


class Pipeline:
    """A pipeline from the language ``source`` to the language ``target`` (BCP 47 codes).

    >>> from amts_ext.languages.profiles import load
    >>> from amts_ext.translators.function import Function
    >>> one_word = Function(lambda sentences: [s.replace("cat", "gato") for s in sentences])
    >>> pipeline = Pipeline("en", "pt", load("pt"), None, one_word)
    >>> result = pipeline.translate([Source("a.md", "A **cat** is a `cat`.", "md")])
    >>> result.documents[0].text
    'A **gato** is a `cat`.'

    Without a ``memory`` nothing is remembered; without a ``translator`` only human units are looked
    up. A ``frozen`` pipeline raises :class:`FrozenError` instead of asking the translator.
    ``before_sending`` is called with the segments of a batch before they are sent; it may raise.
    ``reader`` may be shared with other pipelines. ``drafts`` is ``sure``, ``all`` or ``none``:
    which sentences of a translator that drafts are used.
    """

    def __init__(
        self,
        source: str,
        target: str,
        profile: Profile,
        memory: Store | None,
        translator: Translator | None,
        *,
        granularity: str = "sentence",
        progress: Progress = silent,
        frozen: bool = False,
        before_sending: Check = lambda segments: None,
        reader: Reader | None = None,
        drafts: str = "sure",
    ) -> None:
        self.pair = (source, target)
        self.profile = profile
        self.memory = memory
        self.translator = translator
        self.reader = reader or Reader(source, granularity)
        self.progress = progress
        self.frozen = frozen
        self.before_sending = before_sending
        self.drafts = drafts
        self.keeps_ids = False
        """True if the pages built of the documents keep the ids of the source's titles."""
        self.keeps_addresses = False
        """True if the titles of the pages have no other ids than those of the source."""
        self._fetched: dict[str, Answer | None] = {}
        """Segments fetched before :meth:`translate`, by key: the answer, or None if the memory
        has it."""
        self._suggestions = Suggestions(memory, self.pair)
        looked_up = profile, memory, self.reader, self._signed, self._fetched
        self._recall = Recall(self.pair, *looked_up, keeps_unsure=drafts == "all")
        self._told: set[str] = set()

    def translate(self, sources: Sequence[Source], emit: Emit | None = None) -> Result:
        """Translate a whole book.

        ``emit`` is called with each document as it is done, so that a large book need not fit into
        memory; without it the documents are in the result. A document that cannot be read or
        written is left out and listed. A segment that cannot be translated keeps its source and is
        listed.

        Raises :class:`FrozenError` before anything is emitted if the pipeline is frozen and a
        segment is missing; :class:`TranslatorError` if the translator fails as a whole, after
        storing the answers that came before.
        """
        result = Result(drafts=DraftCount(policy=self.drafts) if self._makes_drafts else None)
        if self.frozen:
            self._check_frozen(sources)
        done = 0
        links = Links(self._recalled, self.keeps_ids, self.keeps_addresses)
        finish = functools.partial(self._finish, result, Once(sources), emit)
        linking = Linking(links, finish)
        for works in self._works(sources, result):
            answers = self._ask(works)
            for work in works:
                with listed(work.name, result):
                    self._fill(work, answers)
                    linking.take(work.trial or self._recall.write(work))
                done += 1
                self.progress("write", done, len(sources))
        linking.close(result)
        return result

    def _finish(
        self,
        result: Result,
        once: Once,
        emit: Emit | None,
        finished: TranslatedDocument,
        problems: Sequence[Problem],
    ) -> None:
        result.problems += problems
        if emit is None:
            result.documents.append(finished)
        else:
            emit(finished)
        counted = once.of(finished.name, finished.segments)
        result.counts.update([str(o.status) for o in counted])
        if not _LISTED.isdisjoint(o.status for o in finished.segments):
            result.problems += self._problems(finished)
        if result.drafts is not None:
            result.drafts.add((o.status, o.reason) for o in counted)
        result.done += 1

    def _problems(self, done: TranslatedDocument) -> Iterator[Problem]:
        for outcome in done.segments:
            if not outcome.ok and (done.origin is None or done.origin.wants(outcome.segment)):
                line, tokens = outcome.segment.line, outcome.segment.tokens
                # Who wants just some stretches knows what a human had written there before.
                is_whole = done.origin is None or done.origin.wanted is None
                best = self._suggestions.best(tokens) if is_whole else None
                yield Problem(done.name, line, outcome.problem, tokens, best)

    def _recalled(self, source: Source) -> TranslatedDocument | None:
        """Return what the memory has of a document outside the run; None if it cannot be read."""
        with contextlib.suppress(InputError):
            work = Work(self.reader.read(source))
            self._recall.look_up(work, make=True)
            return work.trial or self._recall.write(work)
        return None

    def glance(self, source: Source) -> tuple[Masked, list[Outcome]]:
        """Read a document and look it up, but do not write it.

        Human text that would not read back is not noticed here. Raises :class:`InputError` if the
        document cannot be read.
        """
        self._recall.has_human = self.memory is not None and self.memory.has_human(self.pair)
        work = Work(self.reader.read(source))
        self._recall.look_up(work, make=True, trial=False)
        return work.read, work.outcomes

    def missing(self, sources: Sequence[Source]) -> tuple[Missing, Result]:
        """Return the segments that the memory lacks, and counts and problems of a translation."""
        result, once = Result(), Once(sources)
        missing: Missing = {}
        for works in self._works(sources, result, make=False):
            missing |= missing_of(works)
            if len(missing) > MANY:
                self.reader.forget()
            for outcome in (o for work in works for o in once.of(work.name, work.outcomes)):
                result.counts[str(outcome.status)] += 1
                if outcome.status is not Status.UNTRANSLATED:
                    result.remembered += characters(outcome.segment.parts)
        return missing, result

    def _check_frozen(self, sources: Sequence[Source]) -> None:
        lines = [
            f"{d.name}:{o.segment.line}: {o.segment.tokens}"
            for works in self._works(sources, Result(), make=False)
            for d in works
            for o in d.outcomes
            if o.status is Status.UNTRANSLATED and d.read.source.wants(o.segment)
        ]
        if lines:
            text = f"{len(lines)} segments are not in the memory; build once without --frozen"
            raise FrozenError("\n".join([text, *lines]))

    def _works(
        self, sources: Sequence[Source], result: Result, make: bool = True
    ) -> Iterator[list[Work]]:
        """Yield documents, read and looked up, in batches of :data:`BATCH_CHARACTERS`.

        ``make`` False: the outcomes need not hold the translations.
        """
        works: list[Work] = []
        size = 0
        for work in self._read(sources, result):
            works.append(work)
            size += len(work.read.document.text)
            if size >= BATCH_CHARACTERS:
                yield self._looked_up(works, make, result)
                works, size = [], 0
        if works:
            yield self._looked_up(works, make, result)

    def _read(self, sources: Sequence[Source], result: Result) -> Iterator[Work]:
        self._recall.has_human = self.memory is not None and self.memory.has_human(self.pair)
        for number, source in enumerate(sources):
            try:
                work = Work(self.reader.read(source))
                result.problems += doubts(work.read, self._told) if source.wanted is None else ()
                yield work
            except InputError as error:
                result.problems.append(Problem(source.name, error.line, error.message))
                continue
            self.progress("read", number + 1, len(sources))

    def _looked_up(self, works: Sequence[Work], make: bool, result: Result) -> list[Work]:
        """Look up the works and return those that could be looked up."""
        done = []
        for work in works:
            with listed(work.name, result):
                self._recall.look_up(work, make)
                if self._wants_none:
                    work.outcomes = list(map(_not_wanted, work.outcomes))
                done.append(work)
        return done

    @functools.cached_property
    def _makes_drafts(self) -> bool:
        return self.translator is not None and self.translator.drafts(*self.pair)

    @property
    def _wants_none(self) -> bool:
        """True if the translator only drafts, and is not to be asked for that."""
        return self.drafts == "none" and self._makes_drafts

    def _signed(self) -> str | None:
        return None if self.translator is None or self._wants_none else self.signature

    @property
    def signature(self) -> str:
        """The translator's signature for this language pair, a part of the memory's key."""
        assert self.translator is not None
        return self.translator.signature(*self.pair)

    def _ask(self, works: Sequence[Work]) -> dict[str, Answer]:
        """Translate the missing segments of a batch and return the answers by key.

        Answers are stored as they arrive. Raises :class:`TranslatorError` if the batch fails.
        """
        missing, fetched = missing_of(works), self._fetched
        answers = {k: answer for k in missing if (answer := fetched.get(k))}
        if self.translator is None or missing.keys() <= fetched.keys():
            return answers
        with self._session(self.translator, works) as others_asked:
            missing = missing_of(works) if others_asked else missing
            unknown = {k: place for k, place in missing.items() if k not in fetched}
            if unknown:
                self.before_sending([segment for _, segment in unknown.values()])
                requests = merged({self.pair[1]: unknown})
                for some in self.translator.translate(requests, self.pair[0], self.progress):
                    answers |= self._accept(some, unknown)
        return answers

    @contextmanager
    def _session(self, translator: Translator, works: Sequence[Work]) -> Iterator[bool]:
        """Hold a session; yield True if all was looked up again, since others may have asked."""
        with session(translator, self.memory, self.pair[0], self.progress):
            others_asked = translator.billed is not None
            for work in works if others_asked else ():
                self._recall.look_up(work, make=True)
            yield others_asked

    def take(self, answers: Sequence[Answer], missing: Missing) -> None:
        """Check and remember fetched answers in this language, for :meth:`translate` to use."""
        own = self._accept([a for a in answers if a.target == self.pair[1]], missing)
        self._fetched |= {k: None if a.parts is not None else a for k, a in own.items()}

    def _accept(self, answers: Sequence[Answer], missing: Missing) -> dict[str, Answer]:
        return accepted(answers, missing, self.pair, self.memory, self.signature)

    def _fill(self, work: Work, answers: dict[str, Answer]) -> None:
        """Put the answers into the outcomes of a document that are untranslated."""
        notation = notation_of(work.read.format)
        for index, outcome in enumerate(work.outcomes):
            if outcome.status is not Status.UNTRANSLATED:
                continue
            segment = outcome.segment
            answer = answers.get(segment.tokens)
            if answer is None or not (answer.parts or answer.lasting):
                reason = answer.problem if answer else self._no_answer()
                work.outcomes[index] = replace(outcome, reason=reason)
            elif answer.parts is None:
                work.outcomes[index] = Outcome(segment, Status.REJECTED, None, answer.problem)
            else:
                parts = from_tokens(to_tokens(answer.parts), segment.slots)
                work.outcomes[index] = self._recall.outcome(
                    segment, Status.MACHINE, parts, notation, answer.doubt
                )

    def _no_answer(self) -> str:
        return "no translator" if self.translator is None else "the translator gave no answer"


def _not_wanted(outcome: Outcome) -> Outcome:
    """Return the outcome; one that only a draft could fill is settled as not kept."""
    if outcome.status is not Status.UNTRANSLATED:
        return outcome
    return replace(outcome, status=Status.NOT_KEPT, reason=NOT_WANTED)
