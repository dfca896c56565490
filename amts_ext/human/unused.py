"""A human's sentences that a build cannot use, with the reason, so that they are not lost unseen.

>>> left = Unused("It is.", "Ela é.", "pt/mean.md", 3, "alignment unsure")
>>> print(UnusedTexts([left]).find("It is.", "mean"))
a human translated this at pt/mean.md:3; not used because alignment unsure: Ela é.
>>> print(Unused("It is.", "It is.", "pt/mean.md", 3, UNTRANSLATED))
a human left this in the source's language at pt/mean.md:3: It is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from amts_ext.text.outcome import Problem, Status, TranslatedDocument

NOT_USED = "human text is not used"
"""How such texts are headed in a list of what a person should look at."""
UNTRANSLATED = "not translated"
"""The reason of a text that is still the source's own."""


@dataclass(frozen=True, slots=True)
class Unused:
    """The human's text for a sentence of the original, which gives no unit."""

    source: str
    """The original's sentence or block, with slots as tokens."""
    text: str
    """The human's text."""
    file: str
    """The human's file."""
    line: int | None
    """None if the text was not found again in the file."""
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        if self.reason == UNTRANSLATED:
            return f"a human left this in the source's language at {place}: {self.text}"
        return f"a human translated this at {place}; not used because {self.reason}: {self.text}"


class UnusedTexts:
    """The texts of one human translation that are not used, by their sources."""

    def __init__(self, texts: Iterable[Unused] = ()) -> None:
        self._texts: dict[str, list[Unused]] = {}
        for each in texts:
            self._texts.setdefault(each.source, []).append(each)

    def find(self, source: str, section: str) -> Unused | None:
        """Return the text for a source with slots as tokens; None if there is none.

        One from a file like ``section``, a path without suffix, is preferred to others.
        """
        found = self._texts.get(source, ())
        end = PurePath(section).parts
        for each in found:
            if PurePath(each.file).with_suffix("").parts[-len(end) :] == end:
                return each
        return found[0] if found else None

    def problems(self, done: TranslatedDocument, root: Path) -> Iterator[Problem]:
        """Yield the texts that were not used in a document, with their files as seen from root."""
        section = str(PurePath(done.name).with_suffix(""))
        for outcome in done.segments:
            left = self.find(outcome.segment.tokens, section)
            if left and outcome.status is not Status.HUMAN:
                left = replace(left, file=shown(left.file, root))
                yield Problem(done.name, outcome.segment.line, NOT_USED, str(left))


def shown(file: str, root: Path) -> str:
    """Return a human's file as it is shown: relative to the book if it lies there.

    >>> shown("/book/pt/mean.md", Path("/book")), shown("/pt/mean.md", Path("/book"))
    ('pt/mean.md', '/pt/mean.md')
    """
    path = Path(file)
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
