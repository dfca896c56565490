"""The ledger of the service: what was billed, how many jobs ran at once, how fast requests came.

Tests read it to see that nothing was billed twice and no rate was exceeded. A service with a folder
writes the ledger there as well: a charge before the request is answered, or in one transaction with
the document that it pays for. So the ledger also tells what happened before a kill.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from amts_ext.service.state.store import StateStore
from amts_ext.service.wire import Json


@dataclass(frozen=True, slots=True)
class Charge:
    """The charge for one text or document that was translated."""

    operation: str
    source: str
    target: str
    segments: int
    """Runs of text with letters."""
    characters: int
    job: str = ""
    """The id of the batch job; empty for a request that was answered at once."""
    document: str = ""
    """The document of the job."""


class Ledger:
    """The charges, requests and errors of a service; safe to use from many threads.

    >>> ledger = Ledger(texts=True)
    >>> ledger.charge(Charge("TranslateText", "en", "pt", 1, 5), ["Hello"])
    >>> ledger.charge(Charge("TranslateText", "en", "pt", 1, 5), ["Hello"])
    >>> ledger.characters()
    10
    >>> ledger.billed_twice()
    {('en', 'pt', 'Hello'): 2}

    With ``texts``, the translated texts are kept as well; :meth:`billed_twice` needs them.
    """

    def __init__(self, texts: bool = False, store: StateStore | None = None) -> None:
        self.store = store or StateStore()
        self.with_texts = texts
        self.charges: list[Charge] = []
        self.texts: Counter[tuple[str, str, str]] = Counter()
        """The number of translations by source language, target language and text."""
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        """Times of requests by operation, in seconds since the epoch."""
        self.refused: Counter[str] = Counter()
        """The number of answers that were errors, by code."""
        self.peak_running = 0
        """The largest number of jobs that were IN_PROGRESS at one time."""
        self._running = 0
        self._lock = threading.Lock()

    def request(self, operation: str, when: float) -> None:
        """Note a request before anything is done for it; ``when`` is in seconds since the epoch."""
        self.store.run("INSERT INTO requests VALUES (?, ?)", operation, when)
        with self._lock:
            self.times[operation].append(when)

    def refuse(self, code: str) -> None:
        """Note an answer that was an error, by its code."""
        self.store.run(
            "INSERT INTO refused VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", code
        )
        with self._lock:
            self.refused[code] += 1

    def charge(self, charge: Charge, texts: Iterable[str]) -> None:
        """Note a charge, and the texts that it is for if texts are kept."""
        kept = list(texts) if self.with_texts else []
        self.store.run(
            "INSERT INTO charges VALUES (?, ?)", json.dumps(asdict(charge)), json.dumps(kept)
        )
        self._add(charge, kept)

    def keep_texts(self, wanted: bool) -> None:
        """Keep the texts of later charges, or stop keeping them."""
        self._set("texts", int(wanted))
        self.with_texts = wanted

    def restore(self) -> None:
        """Read the ledger back from the store."""
        facts = {name: int(value) for name, value in self.store.run("SELECT * FROM facts")}
        self.with_texts = self.with_texts or bool(facts.get("texts"))
        self.peak_running = facts.get("peak_running", 0)
        for operation, when in self.store.run("SELECT * FROM requests ORDER BY rowid"):
            self.times[operation].append(when)
        self.refused.update(dict(self.store.run("SELECT * FROM refused")))
        for charge, texts in self.store.run("SELECT * FROM charges ORDER BY rowid"):
            self._add(Charge(**json.loads(charge)), json.loads(texts))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count one more job as running until the context ends."""
        with self._lock:
            self._running += 1
            higher = self._running > self.peak_running
            self.peak_running = max(self.peak_running, self._running)
        if higher:
            self._set("peak_running", self.peak_running)
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1

    def _add(self, charge: Charge, texts: Iterable[str]) -> None:
        with self._lock:
            self.charges.append(charge)
            self.texts.update((charge.source, charge.target, text) for text in texts)

    def _set(self, name: str, value: int) -> None:
        self.store.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def characters(self, operation: str = "", job: str = "", target: str = "") -> int:
        """Return the characters that were billed: all, or those of the operation, job, target."""
        with self._lock:
            return sum(
                c.characters
                for c in self.charges
                if operation in ("", c.operation)
                and job in ("", c.job)
                and target in ("", c.target)
            )

    def billed_twice(self) -> dict[tuple[str, str, str], int]:
        """Return the texts that were translated more than once, and how often each was.

        A text's key is its source language, target language and text.
        """
        with self._lock:
            return {text: count for text, count in self.texts.items() if count > 1}

    def peak_rate(self, operation: str, seconds: float = 1.0) -> int:
        """Return the largest number of requests of an operation within so many seconds.

        >>> ledger = Ledger()
        >>> for when in 0.0, 0.4, 0.9, 3.0:
        ...     ledger.request("TranslateText", when)
        >>> ledger.peak_rate("TranslateText")
        3
        """
        with self._lock:
            times = sorted(self.times.get(operation, ()))
        peak = start = 0
        for end, when in enumerate(times):
            while when - times[start] >= seconds:
                start += 1
            peak = max(peak, end - start + 1)
        return peak

    def plain(self) -> Json:
        """Return the whole ledger as JSON, as ``GET /_amts/ledger`` answers it."""
        with self._lock:
            operations = list(self.times)
            charges = [asdict(c) for c in self.charges]
            texts: list[Json] = [
                {"source": s, "target": t, "text": text, "count": count}
                for (s, t, text), count in self.texts.items()
            ]
            times = {name: list(when) for name, when in self.times.items()}
            refused = dict(self.refused)
        by_operation: Counter[str] = Counter()
        by_job: Counter[str] = Counter()
        for charge in charges:
            by_operation[str(charge["operation"])] += int(charge["characters"])
            if charge["job"]:
                by_job[str(charge["job"])] += int(charge["characters"])
        return {
            "characters": {"total": by_operation.total(), **by_operation},
            "jobs": dict(by_job),
            "charges": charges,
            "texts": texts if self.with_texts else None,
            "billed_twice": [t for t in texts if t["count"] > 1] if self.with_texts else None,
            "peak_running": self.peak_running,
            "peak_rates": {name: self.peak_rate(name) for name in operations},
            "times": times,
            "errors": refused,
        }
