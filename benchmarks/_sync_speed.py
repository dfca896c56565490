"""The CPU time of a synchronization beside the translator and the sentence encoder: sync.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from amts_ext.alignment import meaning
from amts_ext.sync import sync_text
from amts_ext.sync import text as sync_module
from amts_ext.translators.function import Function

ROUNDS = 4
"""The first one asks the encoder and imports what is needed; the fastest of the others counts."""

Three = tuple[str, str, str]


def speed(files: Sequence[Three]) -> str:
    """Synchronize all files several times; say how long a megabyte of translation takes."""
    size = sum(len(human.encode()) for _, _, human in files) / 1e6
    clock = Clock()
    encode, align = meaning.embed, sync_module.align_sides
    known: dict[tuple[str, ...], Any] = {}

    def remembered(sentences: Sequence[str]) -> Any:
        key = tuple(sentences)
        if key not in known:
            known[key] = encode(sentences)
        return known[key]

    meaning.embed = clock.timed("encoder", remembered)
    sync_module.align_sides = clock.timed("alignment", align)
    try:
        rounds = [clock.round(files) for _ in range(ROUNDS)][1:]
    finally:
        meaning.embed, sync_module.align_sides = encode, align
    best = min(rounds, key=lambda times: times["all"] - times["encoder"])
    rest, beads = (best[name] - best["encoder"] for name in ("all", "alignment"))
    return (
        f"speed: {len(files)} files, {size:.2f} MB of translation, CPU beside translator and "
        f"encoder: {rest / size:.2f} s/MB,\nof it {beads / size:.2f} s/MB for the alignment"
    )


class Clock:
    """The CPU seconds of one round, by the names of functions."""

    def __init__(self) -> None:
        self._times: dict[str, float] = {}

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that adds the time of its calls."""

        def run(*arguments: Any) -> Any:
            start = time.process_time()
            try:
                return call(*arguments)
            finally:
                self._times[name] = self._times.get(name, 0) + time.process_time() - start

        return run

    def round(self, files: Sequence[Three]) -> dict[str, float]:
        """Synchronize all files; return the times."""
        self._times = {"encoder": 0.0, "alignment": 0.0}
        sync = self.timed("all", sync_text)
        for three in files:
            sync(*three, "d2l", "en", "zh", Function(list, "same", sure=True))
        return self._times
