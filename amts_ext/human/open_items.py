"""``amts-items.json``: the open items of a translation, until a person accepts them.

The file lies in the translation and is committed with it, also when no item is open any longer: if
git has it and the folder has not, it was lost. It holds only files with open items::

    {"version": 1, "files": {"chapter_mean/index.md": {"items": [{"kind": …}]}}}

An item is found again by its text, so a translation may be edited anywhere else meanwhile. The new
text of an item that a person has edited is a person's: such an item is closed. An item where the
human's text was kept stays open until it is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from amts_ext import files
from amts_ext.errors import InputError
from amts_ext.human.git import Repository
from amts_ext.human.lags import Lag, nearest

NAME = "amts-items.json"
VERSION = 1


class ItemKind(StrEnum):
    """Why a person should look."""

    CHANGED = "changed"
    """The source changed: its new translation stands there, or the human's text was kept."""
    NEW = "new"
    """The source has something new, which is translated."""
    PATCHED = "patched"
    """Formulas, references, marks or numbers were replaced in the human's text; or nothing of it
    had to be, since a translation does not show what changed. A glance is enough."""
    CONFLICT = "conflict"
    """Both sides changed, or what translates the source is not sure. The human's text stays."""
    DELETED = "deleted"
    """The source has it no longer, and it was taken out."""
    MOVED = "moved"
    """It stands elsewhere now. A glance is enough."""
    OWN = "own"
    """The source has it no longer, but the human put something of their own there, so it stays."""


GLANCE = frozenset({ItemKind.PATCHED, ItemKind.MOVED})
"""The kinds that need no more than a glance."""


class ReviewItem(Struct, frozen=True, omit_defaults=True):
    """One place of a translation that a person should look at."""

    kind: ItemKind
    line: int
    """1-based line in the translation."""
    start: int
    old_source: str = ""
    new_source: str = ""
    old_target: str = ""
    new_target: str = ""
    """What stands there now, or, if the human's text was kept, what the translator suggests."""
    kept: bool = False
    """True if the human's text was kept."""
    translated: bool = True
    """False if a translation, or a part of it, is missing: there was no answer."""

    @property
    def end(self) -> int:
        return self.start + len(self.now.strip())

    @property
    def at_a_glance(self) -> bool:
        return self.kind in GLANCE

    @property
    def now(self) -> str:
        """What stands in the translation now."""
        return self.old_target if self.kept else self.new_target


class OpenItem(ReviewItem, frozen=True, omit_defaults=True):
    """An item that stays open until a person accepts it."""

    before: str = ""
    """The end of what stands before a place where nothing is left."""
    behind: tuple[Lag, ...] = ()
    """What the base keeps because of it."""
    is_whole: bool = False
    """True if it is about the file: it is new, has another name, or its source is gone."""

    @property
    def is_machines(self) -> bool:
        """True if a machine's translation stands there that nobody has read."""
        return not (self.kept or self.at_a_glance or self.is_whole) and bool(self.new_target)


class FileState(Struct, frozen=True, omit_defaults=True):
    """The open items of one file, in their order."""

    items: tuple[OpenItem, ...] = ()

    @property
    def is_machines(self) -> bool:
        """True if the whole file is a machine's translation that nobody has read."""
        return any(i.is_whole and i.kind is ItemKind.NEW for i in self.items)

    @property
    def lags(self) -> tuple[Lag, ...]:
        """What the base of the file keeps."""
        return tuple(lag for item in self.items for lag in item.behind)


class OpenItems(Struct, frozen=True):
    """The open items of a translation, by the path of the file in it."""

    files: dict[str, FileState] = field(default_factory=dict)
    version: int = VERSION


def read(folder: Path) -> dict[str, FileState]:
    """Read the open items of a translation; empty if there are none.

    Raises :class:`InputError` for a file that this version cannot read, and for one that is lost.
    """
    path = folder / NAME
    if not path.exists():
        if revision := lost(folder):
            message = (
                "is gone, and nobody knows what is still to be read; put it back with "
                f"git checkout {revision} -- {NAME}, or read the whole translation and run "
                "amts sync --accept-all"
            )
            raise InputError(message, file=str(path))
        return {}
    text = files.read_text(path)
    files.refuse_conflict(text, str(path))
    try:
        state = msgspec.json.decode(text, type=OpenItems)
    except msgspec.MsgspecError as error:
        message = f"not a list of open items ({error}); put it back from git"
        raise InputError(message, file=str(path)) from error
    if state.version != VERSION:
        message = f"version {state.version}, but this AMTS knows version {VERSION}; install its own"
        raise InputError(message, file=str(path))
    return state.files


def lost(folder: Path) -> str:
    """Return the last revision with a list of open items that a folder lacks; empty if it has none.

    A folder in no git repository, and one that was never synchronized, lacks nothing.
    """
    if (folder / NAME).exists():
        return ""
    repository = Repository.around(folder)
    return repository.last_of(NAME) if repository else ""


def dump(states: dict[str, FileState]) -> str:
    """Return the text of the file, with a line for each field, so that git can merge it."""
    listed = {name: state for name, state in sorted(states.items()) if state.items}
    plain: Any = msgspec.to_builtins(OpenItems(listed))
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def carried(items: Iterable[OpenItem], text: str) -> Iterator[OpenItem]:
    """Yield the items whose new text still stands in the translation, each with its place now."""
    for item in items:
        at = _found(item, text)
        if at is not None:
            yield replace(item, start=at, line=text.count("\n", 0, at) + 1)


def unread(state: FileState, text: str) -> list[tuple[int, int]]:
    """Return the places of a file's text that a machine wrote and nobody has read."""
    if state.is_machines:
        return [(0, len(text))]
    items = carried((item for item in state.items if item.is_machines), text)
    return [(item.start, item.end) for item in items]


def _found(item: OpenItem, text: str) -> int | None:
    """Return the place of an item's text that is nearest to where it was."""
    if item.is_whole:
        return 0
    if item.now:
        lead = len(item.now) - len(item.now.lstrip())  # an item's place is where its words begin
        at = nearest(item.now, text, item.start - lead)
        return None if at is None else at + lead
    at = nearest(item.before, text, item.start - len(item.before))
    return None if at is None else at + len(item.before)
