"""Progress of long work: the one callback that bars, CI logs and web pages share.

A long-running function takes a :class:`Progress` and calls it. :func:`reporter` makes one that
shows a bar on a terminal, plain lines in CI, or JSON lines for a machine; :func:`silent` shows
nothing.
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
    """A callback that long work calls after every step: ``progress("translate", 3, 9)``."""

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        """Report that ``done`` of ``total`` steps of a stage are done.

        ``facts`` are details of a batch job: ``job targets state characters seconds``.
        """


def silent(stage: str, done: int, total: int, **facts: object) -> None:
    """Report to nobody."""


def reporter(as_json: bool = False) -> Progress:
    """Make the callback for long work.

    ``as_json`` prints JSON lines on standard output. Otherwise standard error shows a bar if it is
    a terminal, and plain lines if not.
    """
    if as_json:
        return _Events()
    return _Bars() if sys.stderr.isatty() else _Lines()


class _Events:
    """JSON lines on standard output, without repeats.

    >>> progress = _Events()
    >>> progress("translate", 3, 9)
    {"event": "translate", "done": 3, "total": 9}
    >>> progress("translate", 3, 9)
    """

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, stage: str, done: int, total: int, **facts: object) -> None:
        event = {"event": stage, "done": done, "total": total}
        told = json.dumps(event | {k: v for k, v in facts.items() if k != "seconds"})
        if told != self._last:
            self._last = told
            print(json.dumps(event | facts, ensure_ascii=False), flush=True)


class _Bars:
    """A bar on a terminal, one at a time."""

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
    """Plain lines on standard error, at most one every :data:`SECONDS_BETWEEN_LINES`."""

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
    """Describe a batch job for a person; empty if the facts are not about a job."""
    if "job" not in facts:
        return ""
    targets = ",".join(map(str, facts["targets"])) if isinstance(facts["targets"], list) else ""
    count, seconds = facts["characters"], facts["seconds"]
    return f"to {targets}: {facts['state']}, {count:,} characters, {seconds:.0f} s"
