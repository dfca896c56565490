"""What a synchronization is told: the folders, the languages, and how far it goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from amts_ext.config import Config


class Mode(Enum):
    """How far a synchronization goes."""

    WRITE = "write"
    CHECK = "check"
    """Nothing is written and no translator is asked; the result says what there is to do."""
    TRIAL = "trial"
    """Nothing is written; a translator is asked if it is free."""


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """The settings of a synchronization."""

    source: Path
    target: Path
    lang: str
    """The language of the translation."""
    source_lang: str = "en"
    base: str = ""
    """A folder, or a revision of the source: the base of all files. Empty: as each file says."""
    format: str = ""
    """The format of all files; empty: by suffix and project."""
    config: Config | None = None
    """The configuration of the source's book."""
    localized: tuple[str, ...] = ()
    """Patterns of files, paths and names that stay as they are in the translation."""
    is_inline: bool = False
    """True if open items are to stand as comments in the files too."""
    is_forced: bool = False
    """True if files with uncommitted changes are to be written too."""
