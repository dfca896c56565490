"""Places of sentences: a file, a line, and the text that stands there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from amts_ext import files
from amts_ext.errors import InputError

BEGINNING = 12
"""The fewest characters by which a sentence is recognised whose end is written otherwise."""

_QUOTE = re.compile(r"^[\s>]+")


FormatOf = Callable[[Path], str]
"""Gives the name of the format of a file."""


class Place(NamedTuple):
    """The place of one side of a segment."""

    file: str
    line: int
    text: str
    """The text as it is written there, in one line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class HumanFiles:
    """A book's human translation, in which sentences are looked for.

    >>> _ = Path("um.md").write_text("# Um\\n\\nA média é\\npequena. Ela cresce.\\n")
    >>> print(HumanFiles(Path(), Path()).place("um.md", "Ela cresce.", share=1.0))
    um.md:4
    """

    def __init__(self, root: Path, folder: Path | None) -> None:
        self._root = root
        self._folder = folder
        self._texts: dict[str, _Flat] = {}

    def place(self, name: str, text: str, share: float) -> Place | None:
        """Return the place where a text begins in the document ``name``; None if not found.

        ``share`` tells where in the source it stands, from 0 to 1: of several places with the same
        text the one nearest to it counts.
        """
        if self._folder is None:
            return None
        path = self._folder / name
        if name not in self._texts:
            self._texts[name] = _Flat(_read(path))
        line = self._texts[name].line(text, share)
        shown = path.relative_to(self._root) if path.is_relative_to(self._root) else path
        return Place(str(shown), line, text) if line else None


def _read(path: Path) -> str:
    """Return a file's text; nothing if it cannot be read, which learning has logged already."""
    try:
        return files.read_text(path) if path.is_file() else ""
    except InputError:
        return ""


class _Flat:
    """A text without its blanks: a sentence is found in it however its lines are wrapped."""

    def __init__(self, text: str) -> None:
        lines = ["".join(_QUOTE.sub("", line).split()) for line in text.splitlines()]
        self._text = "".join(lines)
        self._starts = list(accumulate(map(len, lines), initial=0))

    def line(self, text: str, share: float) -> int:
        """Return the number of the line on which a text begins, from 1; 0 if it is not here."""
        wanted = "".join(text.split())
        while wanted:
            places = [m.start() for m in re.finditer(re.escape(wanted), self._text)]
            if places:
                expected = share * len(self._text)
                nearest = min(places, key=lambda place: abs(place - expected))
                return bisect_right(self._starts, nearest)
            if len(wanted) <= BEGINNING:
                return 0
            wanted = wanted[: max(BEGINNING, len(wanted) // 2)]
        return 0
