"""What a synchronization writes: translations, their bases, the lock file and the open items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_ext.errors import InputError
from amts_ext.human import lock, open_items
from amts_ext.human.git import Repository
from amts_ext.human.open_items import FileState
from amts_ext.sync.base import Bases
from amts_ext.sync.document import FileSync
from amts_ext.sync.plain import digest

Contents = dict[str, bytes | None]
"""New contents of files by their paths in the translation; None deletes one."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The writing of one translation, whose bases and open items before the run are given."""

    bases: Bases
    known: Mapping[str, FileState]

    def contents(self, files: Sequence[FileSync]) -> Contents:
        """Return the contents of all files that belong to a synchronization."""
        writes: Contents = {}
        locked = dict(self.bases.lock)
        for file in files:
            pair = file.pair
            if pair.is_moved:
                writes[pair.before] = None
                locked.pop(pair.before, None)
            writes[pair.path] = _encoded(file.written)
            if not pair.is_gone:
                self._keep_base(file, writes, locked)
        states = self._states(files)
        if any(state.items for state in states.values()) or self._has_list:
            writes[open_items.NAME] = _encoded(open_items.dump(states))
        writes[lock.NAME] = _encoded(lock.dump(locked)) if locked else None
        return writes

    @property
    def _has_list(self) -> bool:
        return (self.bases.target / open_items.NAME).exists()

    def _states(self, files: Sequence[FileSync]) -> dict[str, FileState]:
        """Return the open items afterwards; those of files that are not synchronized stay."""
        done = {file.pair.before for file in files}
        alive = {n for n in self.known if (self.bases.target / n).is_file()} - done
        states = {name: known for name, known in self.known.items() if name in alive}
        return states | {file.pair.path: file.state for file in files}

    def _keep_base(self, file: FileSync, writes: Contents, locked: lock.Lock) -> None:
        """Keep the base of a file: as a line of the lock file, or as the original beside it."""
        path, before = file.pair.path, file.pair.before
        if self._is_locked(file):
            hashed = digest(file.source.text)
            if path not in locked or locked[path].digest != hashed:
                assert self.bases.repository
                locked[path] = lock.Locked(hashed, self.bases.repository.head)
            locked[path] = locked[path]._replace(kept=len(file.state.lags))
            return
        if file.pair.is_moved:
            writes[self._inside(self.bases.origin(before))] = None
        writes[self._inside(self.bases.origin(path))] = _encoded(file.written_base)

    def _is_locked(self, file: FileSync) -> bool:
        """Return True if the base of a file is a revision of the source."""
        beside = self.bases.origin(file.pair.before or file.pair.path).is_file()
        if not file.pair.before:
            beside = self.bases.keeps_originals
        return not beside and self.bases.repository is not None

    def _inside(self, path: Path) -> str:
        return path.relative_to(self.bases.target).as_posix()

    # --- what is refused -------------------------------------------------------------------------

    def refuse_without_revision(self, file: FileSync, source: Path) -> None:
        """Refuse a file whose new base is in no revision that a lock file could name."""
        repository, path = self.bases.repository, file.pair.path
        if repository is None or file.pair.is_gone or not self._is_locked(file):
            return
        known = self.bases.lock.get(path)
        if known and known.digest == digest(file.source.text):
            return
        if path in repository.uncommitted or path not in repository.files(repository.head):
            message = f"has changes that no revision holds, so {lock.NAME} cannot name them; commit"
            raise InputError(message, file=str(source / path))

    def refuse_uncommitted(self, paths: Iterable[str]) -> None:
        """Refuse to write files with changes that are in no revision of the translation."""
        repository = Repository.around(self.bases.target)
        if repository is None:
            return
        own = {lock.NAME, open_items.NAME}
        changed = sorted(repository.uncommitted.intersection(paths) - own)
        if changed:
            others = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
            message = f"has uncommitted changes{others}; commit them first, or use --force"
            raise InputError(message, file=str(self.bases.target / changed[0]))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
