"""Progress for people: a bar on a terminal, plain lines in CI."""

from __future__ import annotations

import sys
import time
from typing import Any

from tqdm import tqdm

from amts_ext.translators.base import Progress

SECONDS_BETWEEN_LINES = 10.0


def reporter() -> Progress:
    """The callback for long work, as standard error shows it best."""
    return _Bars() if sys.stderr.isatty() else _Lines()


class _Bars:
    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        bar = self._bar
        if bar is None or self._stage != stage:
            self._close()
            bar = self._bar = tqdm(total=total, desc=stage, leave=False, delay=0.5)
            self._stage = stage
        bar.total = total
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

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            print(f"amts: {stage} {done}/{total}", file=sys.stderr, flush=True)
