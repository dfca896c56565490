"""Engines for tests and demonstrations: they change text in ways that are easy to see."""

from __future__ import annotations

import re
from collections.abc import Sequence

from amts_ext.service.engines.base import EngineOptions, Model

_TOKEN = re.compile(r"\b[A-Z]{2}\d+[A-Z]?\b")


class Echo:
    """Gives every sentence back as it is, for every pair."""

    name = "echo"

    def __init__(self, options: EngineOptions) -> None:
        self.options = options

    def version(self, source: str, target: str) -> str:
        return f"{self.name}-1/{source}-{target}"

    def check(self, source: str, target: str) -> None:
        """Every pair can be served."""

    def prepare(self, source: str, target: str) -> None:
        """Nothing is needed."""

    def load(self, source: str, target: str) -> Model:
        return self

    def translate(self, sentences: Sequence[str]) -> list[str]:
        return [self.change(s) for s in sentences]

    def change(self, text: str) -> str:
        return text


class Upper(Echo):
    """Upper-cases the text, and so leaves tokens alone."""

    name = "upper"

    def change(self, text: str) -> str:
        return text.upper()


class Reverse(Echo):
    """Reverses the words; tokens stay whole, pairs come back in the wrong order."""

    name = "reverse"

    def change(self, text: str) -> str:
        words = text.split()
        return " ".join(w if _TOKEN.search(w) else w[::-1] for w in reversed(words))
