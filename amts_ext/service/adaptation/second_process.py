"""The second core: a process that does half of what a training can divide in two.

Threads would not do: Thot holds the interpreter's lock while it works. The process is spawned, not
forked, so that it is the same on every system, and ends with the one that it helps.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path

from amts_ext.service.adaptation.corpus import Words
from amts_ext.service.adaptation.decoder import START, Decoder, Hypothesis
from amts_ext.service.adaptation.files import LANGUAGE, TRANSLATION


def process() -> ProcessPoolExecutor:
    """The process, as a pool of one; a context manager."""
    return ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent)


class Decoders:
    """The model of one folder, loaded here and in the other process."""

    def __init__(self, folder: Path, other: ProcessPoolExecutor) -> None:
        self._folder = folder
        self._other = other

    def several(
        self, weights: Sequence[float], sentences: Sequence[Words], number: int
    ) -> list[list[Hypothesis]]:
        """Up to ``number`` translations of each sentence, the most likely first."""
        rest = self._other.submit(_several, self._folder, weights, sentences[1::2], number)
        found: list[list[Hypothesis]] = [[] for _ in sentences]
        found[::2] = _several(self._folder, weights, sentences[::2], number)
        found[1::2] = rest.result()
        return found

    def close(self) -> None:
        """Give the memory back, in both processes."""
        self._other.submit(_forget, self._folder).result()
        _forget(self._folder)


def _several(
    folder: Path, weights: Sequence[float], sentences: Sequence[Words], number: int
) -> list[list[Hypothesis]]:
    decoder = _loaded(folder)
    decoder.weigh(weights)
    return [decoder.several(words, number) for words in sentences]


def _forget(folder: Path) -> None:
    if _loaded.cache_info().currsize:
        _loaded(folder).close()
        _loaded.cache_clear()


@cache
def _loaded(folder: Path) -> Decoder:
    return Decoder(folder / TRANSLATION, folder / LANGUAGE, START)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
