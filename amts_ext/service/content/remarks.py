"""What is to be said of a file that was imported: the text behind ``AuxiliaryDataLocation``.

https://docs.aws.amazon.com/translate/latest/APIReference/API_GetParallelData.html promises errors
and warnings about the input file there, and documents no format; here it is plain text, one remark
a line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LISTED = 1000
"""So many remarks are kept of one file, whatever its size; the others are counted."""
_SHOWN = 40
"""So many characters of a text help to find it."""


@dataclass(slots=True)
class Remarks:
    """The records of one file that were not taken as they are: counted, and the first ones told."""

    unit: str = "line"
    """What the places count: lines of a table, or units of a TMX file; both from 1."""
    skipped: int = 0
    failed: int = 0
    _listed: list[tuple[int, str]] = field(default_factory=list)
    _more: int = 0

    def skip(self, place: int, reason: str, text: str = "") -> None:
        """A record that is left out because it holds nothing to learn from."""
        self.skipped += 1
        self._add(place, f"skipped: {reason}", text)

    def fail(self, place: int, reason: str, text: str = "") -> None:
        """A record that cannot be read."""
        self.failed += 1
        self._add(place, f"failed: {reason}", text)

    def warn(self, place: int, reason: str, text: str = "") -> None:
        """A record of which a part is left out; it counts as imported."""
        self._add(place, f"warning: {reason}", text)

    def text(self, error: str = "") -> str:
        """The file: ``error`` (why the import failed as a whole), then the remarks by place.

        Empty if there is nothing to tell.
        """
        lines = [f"error: {error}"] if error else []
        lines += [f"{self.unit} {place}: {remark}" for place, remark in sorted(self._listed)]
        lines += [f"{self._more} more, not listed here"] if self._more else []
        return "".join(f"{' '.join(line.split())}\n" for line in lines)

    def _add(self, place: int, remark: str, text: str) -> None:
        if len(self._listed) >= LISTED:
            self._more += 1
            return
        shown = f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text
        self._listed.append((place, f"{remark}: {shown}" if shown.strip() else remark))
