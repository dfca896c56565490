"""Engines for tests and demonstrations: they change text in ways that are easy to see."""

from __future__ import annotations

import re
from collections.abc import Sequence

from amts_ext.service.engines.base import EngineOptions, Model

_TOKEN = re.compile(r"\b[A-Z]{2}\d+[A-Z]?\b")
"""A token in the place of a slot, such as ``XM0``."""


class Echo:
    """An engine that gives every sentence back as it is, for every pair of languages.

    >>> Echo(EngineOptions()).translate(["Let XM0 be big."])
    ['Let XM0 be big.']
    """

    name = "echo"

    def __init__(self, options: EngineOptions) -> None:
        self.options = options

    def version(self, source: str, target: str) -> str:
        return f"{self.name}-1/{source}-{target}"

    def check(self, source: str, target: str) -> None:
        """Accept every pair."""

    def prepare(self, source: str, target: str) -> None:
        """Do nothing: this engine has no files."""

    def load(self, source: str, target: str) -> Model:
        return self

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self.change(s) for s in sentences]

    def change(self, text: str) -> str:
        """Return the translation of one sentence; the engines below override this."""
        return text


class Upper(Echo):
    """An engine that writes sentences in capitals; tokens have capitals already.

    >>> Upper(EngineOptions()).translate(["Let XM0 be big."])
    ['LET XM0 BE BIG.']
    """

    name = "upper"

    def change(self, text: str) -> str:
        return text.upper()


class Reverse(Echo):
    """An engine that reverses the order of words and the letters of each word.

    >>> Reverse(EngineOptions()).translate(["Let XM0 be big."])
    ['.gib eb XM0 teL']

    Tokens stay whole, but the two tokens of a formatting pair come back in the wrong order.
    """

    name = "reverse"

    def change(self, text: str) -> str:
        words = text.split()
        return " ".join(w if _TOKEN.search(w) else w[::-1] for w in reversed(words))
