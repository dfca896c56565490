"""The service's books: what was billed, how many jobs ran at once, how fast requests came.

Tests read them to see that nothing was billed twice and no rate was exceeded. With a folder they
are written through like everything else, a charge before it is answered or in one transaction with
the document that it pays for; so they also tell of what was before a kill.
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
    """One text or document that was translated, and so is paid for."""

    operation: str
    source: str
    target: str
    segments: int
    characters: int
    job: str = ""
    document: str = ""


class Ledger:
    """Counts; safe to use from many threads.

    With ``texts``, every text that was translated is kept too, with how often it was.
    """

    def __init__(self, texts: bool = False, store: StateStore | None = None) -> None:
        self.store = store or StateStore()
        self.with_texts = texts
        self.charges: list[Charge] = []
        self.texts: Counter[tuple[str, str, str]] = Counter()
        """By source language, target language and text."""
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        """When requests came, in seconds since the epoch, by operation."""
        self.refused: Counter[str] = Counter()
        """Answers that were errors, by code."""
        self.peak_running = 0
        """Most jobs IN_PROGRESS at one time."""
        self._running = 0
        self._lock = threading.Lock()

    def request(self, operation: str, when: float) -> None:
        """Note that a request came, before anything is done for it."""
        self.store.run("INSERT INTO requests VALUES (?, ?)", operation, when)
        with self._lock:
            self.times[operation].append(when)

    def refuse(self, code: str) -> None:
        """Note that the answer was an error."""
        self.store.run(
            "INSERT INTO refused VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", code
        )
        with self._lock:
            self.refused[code] += 1

    def charge(self, charge: Charge, texts: Iterable[str]) -> None:
        """Book a translation, with its texts if they are kept."""
        kept = list(texts) if self.with_texts else []
        self.store.run(
            "INSERT INTO charges VALUES (?, ?)", json.dumps(asdict(charge)), json.dumps(kept)
        )
        self._add(charge, kept)

    def keep_texts(self, wanted: bool) -> None:
        """Keep the texts of charges from now on, or no longer."""
        self._set("texts", int(wanted))
        self.with_texts = wanted

    def restore(self) -> None:
        """Read back what the store holds."""
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
        """A job runs while this is open."""
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
        """Characters billed, of one operation, job or target language, or of all."""
        with self._lock:
            return sum(
                c.characters
                for c in self.charges
                if operation in ("", c.operation)
                and job in ("", c.job)
                and target in ("", c.target)
            )

    def billed_twice(self) -> dict[tuple[str, str, str], int]:
        """Texts that were translated more than once into one language, and how often."""
        with self._lock:
            return {text: count for text, count in self.texts.items() if count > 1}

    def peak_rate(self, operation: str, seconds: float = 1.0) -> int:
        """Most requests in any stretch of so many seconds."""
        with self._lock:
            times = sorted(self.times.get(operation, ()))
        peak = start = 0
        for end, when in enumerate(times):
            while when - times[start] >= seconds:
                start += 1
            peak = max(peak, end - start + 1)
        return peak

    def plain(self) -> Json:
        """Everything, as ``GET /_amts/ledger`` answers it."""
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
