"""The second process of a training: it does half of the work that can be divided in two.

Threads would not help, because Thot holds the interpreter's lock while it works. The process is
spawned, not forked, so that it works alike on every system. It ends when its parent ends.
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
    """Return the second process, as a pool of one; it is a context manager."""
    return ProcessPoolExecutor(1, get_context("spawn"), _end_with_parent)


class Decoders:
    """The model of a folder, loaded in this process and in the second one."""

    def __init__(self, folder: Path, other: ProcessPoolExecutor) -> None:
        self._folder = folder
        self._other = other

    def several(
        self, weights: Sequence[float], sentences: Sequence[Words], number: int
    ) -> list[list[Hypothesis]]:
        """Return up to ``number`` translations of each sentence, the most likely first.

        The second process translates every other sentence while this one translates the rest.
        """
        rest = self._other.submit(_several, self._folder, weights, sentences[1::2], number)
        found: list[list[Hypothesis]] = [[] for _ in sentences]
        found[::2] = _several(self._folder, weights, sentences[::2], number)
        found[1::2] = rest.result()
        return found

    def close(self) -> None:
        """Free the model's memory in both processes."""
        self._other.submit(_forget, self._folder).result()
        _forget(self._folder)


def _several(
    folder: Path, weights: Sequence[float], sentences: Sequence[Words], number: int
) -> list[list[Hypothesis]]:
    decoder = _loaded(folder)
    decoder.weigh(weights)
    return [decoder.several(words, number) for words in sentences]


def _forget(folder: Path) -> None:
    """Free the memory of the model that this process has loaded, if any."""
    if _loaded.cache_info().currsize:
        _loaded(folder).close()
        _loaded.cache_clear()


@cache
def _loaded(folder: Path) -> Decoder:
    """Load the model of a folder once in a process."""
    return Decoder(folder / TRANSLATION, folder / LANGUAGE, START)


def _end_with_parent() -> None:
    """Make this process end when its parent does, also if the parent is killed."""
    parent = parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
