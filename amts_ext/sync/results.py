"""What came of a synchronization: its files with their open items, and what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff

from amts_ext.errors import AmtsError
from amts_ext.human.open_items import OpenItem
from amts_ext.sync.asking import Fetched


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of a translation after a synchronization."""

    path: str
    before: str
    """The text that it had."""
    after: str
    items: tuple[OpenItem, ...]
    kept: int
    """Sentences that stay, since their source did; of files whose source has changed."""


@dataclass(slots=True)
class ProjectSync:
    """The result of a synchronization."""

    files: list[FileResult] = field(default_factory=list)
    """The files with open items or a new text, in order."""
    problems: list[AmtsError] = field(default_factory=list)
    """Files that could not be synchronized; the others are."""
    untranslated: list[str] = field(default_factory=list)
    """Files of the source that have no translation, and are not known to be new."""
    sourceless: list[str] = field(default_factory=list)
    """Files of the translation whose source is not there, and may never have been."""
    asked: Fetched = field(default_factory=Fetched)
    """What the translator was asked, or would be."""
    written: list[str] = field(default_factory=list)
    """Files that were written, or would be, relative to the translation."""

    @property
    def counts(self) -> Counter[str]:
        """The open items by kind, and three sums: ``must look``, ``glance``, ``kept``."""
        items = [item for file in self.files for item in file.items]
        counts = Counter(str(item.kind) for item in items)
        counts["glance"] = sum(item.at_a_glance for item in items)
        counts["must look"] = len(items) - counts["glance"]
        counts["kept"] = sum(file.kept for file in self.files)
        return counts

    def diff(self) -> Iterator[str]:
        """Yield the lines of a diff of the translation's files."""
        for file in self.files:
            if file.before != file.after:
                old, new = (text.splitlines() for text in (file.before, file.after))
                names = f"a/{file.path}", f"b/{file.path}"
                yield from unified_diff(old, new, *names, lineterm="")
