"""Translation in the background: sentences come into the memory, and from there into the pages.

One thread translates, with a :class:`~amts_ext.pipeline.book.Book` of its own: the memory's file is
all that it shares with the pages. What a free translator can do is done unasked, the document that
was looked at last first. A translator that bills is sent nothing before a person has agreed to the
cost: not more than that may go out then, and ``max_cost`` holds besides.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError, attempt, of_document
from amts_ext.pipeline.asking import Missing, merged, session
from amts_ext.pipeline.book import Book, open_book
from amts_ext.text.outcome import Source
from amts_ext.translators.base import Request

Tell = Callable[[str, str, str, dict[str, object]], object]
"""Gets an event: a language, the path of a document or "" for all, ``progress`` or ``cost``, and
the data."""
SETTLED = 1.5
"""Seconds without a further change after which an unsaved text is translated: before, its last
sentence is not finished."""
FIRST = 10
"""The number of sentences that a free translator is asked for first."""
PATIENCE = 5.0
"""Seconds that the end of the program waits for a translation under way."""


class CancelledError(AmtsError):
    """A person has stopped the translation; what was translated is in the memory."""


class CostError(AmtsError):
    """What is to be sent costs more than a person has agreed to; nothing was sent."""

    def __init__(self, cost: dict[str, object]) -> None:
        super().__init__("the translator bills for this; agree to the cost first")
        self.cost = cost
        """The data of the event ``cost``."""


class NoPriceError(InputError):
    """The translator bills, and the book does not say how much."""


def slices(requests: Sequence[Request]) -> Iterator[Sequence[Request]]:
    """Cut requests into slices, each twice as long as the one before.

    A translator may answer all that it is asked at once as one job; so the first sentences of a
    document come after a moment, and a long one is few jobs.

    >>> [len(some) for some in slices(range(100))]
    [10, 20, 40, 30]
    """
    at, size = 0, FIRST
    while at < len(requests):
        yield requests[at : at + size]
        at, size = at + size, size * 2


@dataclasses.dataclass(frozen=True, slots=True)
class _Task:
    lang: str
    sources: tuple[Source, ...]
    agreed: float | None = None
    """USD; None for a translator that does not bill."""
    asked: bool = False
    """True for what a person has asked for."""
    due: float = 0.0
    """When to begin, by the monotonic clock."""


class Batch:
    """The translations of one book, one after the other.

    Of ``book`` only the configuration is used: the batch opens its own, by ``opened``.
    ``tell`` gets the events, and ``stored`` is called with the language after sentences came into
    the memory; both are called in the thread of the batch.
    """

    def __init__(
        self,
        book: Book,
        tell: Tell,
        stored: Callable[[str], object],
        opened: Callable[[Config], Book] = open_book,
    ) -> None:
        self._config = book.config
        self.bills = book.translator.billed is not None
        """True if the translator bills: it is asked only by :meth:`start`."""
        self._tell = tell
        self._stored = stored
        self._opened = opened
        self._tasks: list[_Task] = []
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._running: _Task | None = None
        self._cancelled = self._closed = False
        self._held: set[str] = set()
        """Languages in which nothing is done unasked any more: it failed, or was stopped."""
        self._hopeless: set[tuple[str, str]] = set()
        """Language and text of sentences that the translator gave no answer for."""
        self._book: Book | None = None

    def want(self, lang: str, source: Source) -> None:
        """Take note that somebody looks at a document that lacks translations.

        A free translator is asked for them; of one that bills, the cost is told. A text that is
        typed at present waits until nothing was typed for a moment.
        """
        if lang not in self._held:
            wait = SETTLED if isinstance(source.text, str) else 0.0
            self._add(_Task(lang, (source,), due=time.monotonic() + wait))

    def start(self, lang: str, sources: Sequence[Source], agreed: float | None) -> None:
        """Translate what documents lack, because a person asks for it.

        Raises :class:`CostError` if the translator bills, and more than ``agreed`` (USD), and
        :class:`NoPriceError` if nobody can know the cost.
        """
        if self.bills:
            cost = self.cost(lang, sources)
            usd = cost["usd"]
            if not isinstance(usd, float):
                raise NoPriceError(
                    "the cost is not known; set price in [amts], in USD for a million characters",
                    file=str(self._config.file),
                )
            if agreed is None or not usd <= agreed:  # also if it is no number
                raise CostError(cost)
        self._held.discard(lang)
        self._hopeless = {(other, key) for other, key in self._hopeless if other != lang}
        self._add(_Task(lang, tuple(sources), agreed if self.bills else None, asked=True))

    def cost(self, lang: str, sources: Sequence[Source]) -> dict[str, object]:
        """Return what a translation would send: the data of the event ``cost``."""
        with self._opened(self._config) as book:
            found, _ = book.estimate(lang, sources)
        return {
            "segments": found.send,
            "characters": found.characters,
            "usd": found.cost,
            "billed": self.bills,
        }

    def cancel(self, lang: str) -> None:
        """Stop the translation into a language after the sentences under way."""
        with self._change:
            self._tasks = [task for task in self._tasks if task.lang != lang]
            if self._running is not None and self._running.lang == lang:
                self._cancelled = True

    def close(self) -> None:
        """Stop, and end the translator that was started."""
        with self._change:
            self._tasks.clear()
            self._cancelled = self._closed = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _add(self, task: _Task) -> None:
        with self._change:
            if self._closed:
                return
            # The newest comes first; what a person asked for stays behind it, and is not lost.
            same = {(task.lang, source.name) for source in task.sources}
            self._tasks = [
                t for t in self._tasks
                if t.asked or (t.lang, t.sources[0].name) not in same
            ]  # fmt: skip
            self._tasks.insert(0, task)
            if self._thread is None:
                thread = threading.Thread(target=self._work, name="batch", daemon=True)
                thread.start()
                self._thread = thread  # a signal may end the program at any line
            self._change.notify_all()

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._run(task)
        finally:
            self._drop_book()

    def _next(self) -> _Task | None:
        """Wait for a task that is due; None at the end."""
        with self._change:
            self._running, self._cancelled = None, self._closed
            while not self._closed:
                now = time.monotonic()
                due = [task for task in self._tasks if task.due <= now]
                if due:
                    self._running = due[0]
                    self._tasks.remove(due[0])
                    return due[0]
                self._change.wait(min((t.due - now for t in self._tasks), default=None))
            return None

    def _run(self, task: _Task) -> None:
        """Do one task; whatever goes wrong is told, and can be tried again."""
        lang = task.lang
        try:
            with of_document("translation"):
                if not self.bills:
                    self._ask(task)
                elif task.agreed is not None:
                    self._buy(task)
                else:
                    self._tell_cost(task)
        except AmtsError as error:
            self._held.add(lang)
            is_cancelled = isinstance(error, CancelledError)
            if not is_cancelled:
                self._drop_book()  # a translator that has died is started again
            phase, text = ("cancelled", "") if is_cancelled else ("failed", str(error))
            self._tell_progress(lang, phase, 0, 0, text)
            self._tell_cost(task)  # with what is left, it can be tried again

    def _tell_cost(self, task: _Task) -> None:
        cost = attempt(lambda: self.cost(task.lang, task.sources))
        if not isinstance(cost, AmtsError):
            self._tell(task.lang, "" if task.asked else task.sources[0].name, "cost", cost)

    def _ask(self, task: _Task) -> None:
        """Translate with a translator that costs nothing; answers are stored as they come."""
        lang, book, number = task.lang, self._own_book(), 0
        book.learn(lang)
        for source in task.sources:
            found, _ = book.pipeline(lang).missing([source])
            missing = {k: m for k, m in found.items() if (lang, k) not in self._hopeless}
            if missing:
                self._translate(book, lang, missing)
            number += len(missing)
        if number or task.asked:
            self._tell_progress(lang, "done", number, number)

    def _translate(self, book: Book, lang: str, missing: Missing) -> None:
        pipeline, translator = book.pipeline(lang), book.translator
        target, source = pipeline.pair[1], pipeline.pair[0]
        waiting = set(missing)

        def progress(stage: str, done: int, total: int, **facts: object) -> None:
            self._check()
            if stage != "translate":
                self._tell_progress(lang, stage, done, total)

        self._tell_progress(lang, "translate", 0, len(missing))
        with session(translator, book.memory, source, progress):
            for some in slices(merged({target: missing})):
                for answers in translator.translate(some, source, progress):
                    pipeline.take(answers, missing)
                    waiting -= {answer.key for answer in answers if answer.parts or answer.lasting}
                    known = len(missing) - len(waiting)
                    self._tell_progress(lang, "translate", known, len(missing))
                    self._stored(lang)
                    self._check()
        self._hopeless |= {(lang, key) for key in waiting}

    def _buy(self, task: _Task) -> None:
        """Translate with a translator that bills, for not more than was agreed to."""
        allowed = [c for c in (self._config.max_cost, task.agreed) if c is not None]
        limit = min(allowed) if self._config.price is not None else self._config.max_cost

        def progress(stage: str, done: int, total: int, **facts: object) -> None:
            self._check()
            self._tell_progress(task.lang, stage, done, total, str(facts.get("state", "")))

        config = dataclasses.replace(self._config, max_cost=limit)
        with self._opened(config) as book:
            bill = book.fetch(task.sources, [task.lang], progress)
        self._stored(task.lang)
        self._tell_progress(task.lang, "done", 1, 1, str(bill or ""))

    def _check(self) -> None:
        if self._cancelled:
            raise CancelledError("the translation was stopped")

    def _tell_progress(self, lang: str, phase: str, done: int, total: int, text: str = "") -> None:
        data = {"phase": phase, "done": done, "total": total, "text": text}
        self._tell(lang, "", "progress", data)

    def _own_book(self) -> Book:
        if self._book is None:
            self._book = self._opened(self._config)
        return self._book

    def _drop_book(self) -> None:
        if self._book is not None:
            self._book.close()
        self._book = None
