"""Progress of long work: the one callback that bars, CI logs and web pages share.

Whoever works long takes a :class:`Progress`. :func:`reporter` makes one that shows a bar on a
terminal, plain lines in CI, or JSON lines for a machine; :func:`silent` shows nothing.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10.0


class Progress(Protocol):
    """The one callback that bars, CI logs and web pages share."""

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        """``done`` of ``total`` of a stage, with ``facts`` (a job's ``job state characters …``)."""


def silent(stage: str, done: int, total: int, **facts: object) -> None:
    """Report to nobody."""


def reporter(as_json: bool = False) -> Progress:
    """The callback for long work: JSON lines on standard output, or as standard error shows it."""
    if as_json:
        return _Events()
    return _Bars() if sys.stderr.isatty() else _Lines()


class _Events:
    """One object a line: ``{"event": "translate", "done": 3, "total": 9, …}``."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        event = {"event": stage, "done": done, "total": total}
        told = json.dumps(event | {k: v for k, v in facts.items() if k != "seconds"})
        if told != self._last:
            self._last = told
            print(json.dumps(event | facts, ensure_ascii=False), flush=True)


class _Bars:
    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        from tqdm import tqdm  # for a terminal only

        bar = self._bar
        if bar is None or self._stage != stage:
            self._close()
            bar = self._bar = tqdm(total=total, desc=stage, leave=False, delay=0.5)
            self._stage = stage
        bar.total = total
        bar.set_postfix_str(_told(facts), refresh=False)
        bar.update(done - bar.n)
        if done >= total:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Lines:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        now = time.monotonic()
        if now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            told = _told(facts)
            more = f" ({told})" if told else ""
            print(f"amts: {stage} {done}/{total}{more}", file=sys.stderr, flush=True)


def _told(facts: dict[str, object]) -> str:
    """What a person wants to know of a job."""
    if "job" not in facts:
        return ""
    targets = ",".join(map(str, facts["targets"])) if isinstance(facts["targets"], list) else ""
    count, seconds = facts["characters"], facts["seconds"]
    return f"to {targets}: {facts['state']}, {count:,} characters, {seconds:.0f} s"
