"""Remarks on an imported file: the text that ``AuxiliaryDataLocation`` points to.

The API promises errors and warnings about the input file, but no format for them
(https://docs.aws.amazon.com/translate/latest/APIReference/API_GetParallelData.html). Here it is
plain text, one remark a line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LISTED = 1000
"""Remarks on one file that are kept; further ones are only counted."""
_SHOWN = 40
"""Characters of a text that are shown, so that a person can find it."""


@dataclass(slots=True)
class Remarks:
    """The remarks on the records of one file that were left out, wholly or in part.

    >>> remarks = Remarks()
    >>> remarks.skip(7, "the source is empty")
    >>> remarks.text()
    'line 7: skipped: the source is empty\\n'
    """

    unit: str = "line"
    """``line`` in a table, ``unit`` in a TMX file; places are numbers of these, from 1."""
    skipped: int = 0
    failed: int = 0
    _listed: list[tuple[int, str]] = field(default_factory=list)
    """Place and remark, in the order of reading."""
    _more: int = 0
    """Remarks that were not kept."""

    def skip(self, place: int, reason: str, text: str = "") -> None:
        """Note a record that is left out because it holds nothing to learn from."""
        self.skipped += 1
        self._add(place, f"skipped: {reason}", text)

    def fail(self, place: int, reason: str, text: str = "") -> None:
        """Note a record that cannot be read."""
        self.failed += 1
        self._add(place, f"failed: {reason}", text)

    def warn(self, place: int, reason: str, text: str = "") -> None:
        """Note a record that is imported without a part of it."""
        self._add(place, f"warning: {reason}", text)

    def text(self, error: str = "") -> str:
        """Return the file of remarks, in the order of places; empty if there are none.

        ``error``, the reason for which the whole import failed, stands first.
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
