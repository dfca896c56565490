"""The base of each file of a translation: the state of the source that it was translated from.

It is looked for in this order:

1. in the original that stands beside the translation, ``X_origin.md`` beside ``X.md``;
2. in the revision of the source that ``amts.lock`` names;
3. where ``--base`` says: in a folder, or in a revision of the source.

A base that cannot be read, or that the translation was not made from, is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from amts_ext import files
from amts_ext.errors import DocumentError, InputError
from amts_ext.formats import SUFFIXES
from amts_ext.human import lock, open_items
from amts_ext.human.git import Repository
from amts_ext.human.human_file import ORIGIN
from amts_ext.human.lags import with_new, with_old
from amts_ext.human.open_items import FileState
from amts_ext.sync.plain import digest
from amts_ext.sync.readable import Readable, read, read_file


@dataclass(frozen=True, slots=True)
class Base:
    """The base of one file."""

    file: Readable
    """The base, as its file or its revision has it."""
    last: str
    """The source at the last synchronization: the base, without what it keeps."""

    @property
    def text(self) -> str:
        return self.file.text


class Bases:
    """The bases of a translation. Paths are those in the translation, with slashes."""

    def __init__(
        self, target: Path, source: Path | None, named: str, states: Mapping[str, FileState]
    ) -> None:
        """``named`` is the value of ``--base``, or empty.

        Raises :class:`InputError` if it is neither a folder nor a revision of the source, or if
        the lock file is damaged.
        """
        self.target, self.source = target, source
        self.states = states
        self.repository = Repository.around(source) if source else None
        self.lock = lock.read(target)
        self.lost = lock.lost(self.lock, states)
        """How many places that keep an older text the open items no longer tell, by the file."""
        self._folder = Path(named) if named and Path(named).is_dir() else None
        self._revision = ""
        if named and self._folder is None:
            self._revision = self.repository.revision(named) if self.repository else ""
            if not self._revision:
                message = f"--base {named}: neither a folder nor a revision of this source"
                raise InputError(message, file=str(source))

    def origin(self, path: str) -> Path:
        """Return the place of the original beside a translation, whether there is one or not."""
        whole = self.target / path
        return whole.with_name(f"{whole.stem}{ORIGIN}{whole.suffix}")

    def has(self, path: str) -> bool:
        """Return True if a file has a base."""
        return self.origin(path).is_file() or path in self.lock or path in self._named

    def candidates(self, path: str, now: Readable | None = None) -> list[Callable[[], Base]]:
        """Return the calls that may give the base of a file, the first choice first."""
        own: Callable[[], Base] = partial(self.of, path, now)
        return [own, partial(self._from_named, path)] if path in self._named else [own]

    @cached_property
    def _named(self) -> frozenset[str]:
        """The files in the folder or the revision that ``--base`` names."""
        if self._folder:
            inside = (p for p in self._folder.rglob("*") if p.is_file())
            return frozenset(p.relative_to(self._folder).as_posix() for p in inside)
        if self._revision and self.repository:
            return self.repository.files(self._revision)
        return frozenset()

    @cached_property
    def keeps_originals(self) -> bool:
        """True if the translation has originals beside its files."""
        found = files.inside(self.target, SUFFIXES)
        return any(path.stem.endswith(ORIGIN) for path in found)

    @cached_property
    def before(self) -> frozenset[str] | None:
        """The files that the source had before; None if that is not known."""
        if self._named:
            return self._named
        revisions = {entry.revision for entry in self.lock.values()}
        if not revisions or self.repository is None:
            return None
        return frozenset().union(*map(self.repository.files, revisions))

    def is_gone(self, path: str) -> bool:
        """Return True if the source surely had a file, which it has no longer."""
        known = self.before
        if known is not None and path in known:
            return True
        return self.repository is not None and self.repository.knew(path)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """Files of the source that git knows to be renamed: the present names by the old ones."""
        if self.repository is None:
            return {}
        revisions = {entry.revision for entry in self.lock.values()}
        found: dict[str, str] = {}
        for revision in sorted({*revisions, self._revision} - {""}):
            found |= self.repository.renamed(revision)
        return found

    def of(self, path: str, now: Readable | None = None) -> Base:
        """Return the base that a file itself names; ``now`` is its source.

        Raises :class:`InputError` if there is none, if its revision cannot be found, or if nobody
        knows any longer where the translation keeps an older text.
        """
        lags = self.states.get(path, FileState()).lags
        origin = self.origin(path)
        if origin.is_file():
            file = read_file(origin)
            try:
                return Base(file, with_new(file.text, lags))
            except ValueError:  # a person has changed it: then it is what it is
                return Base(file, file.text)
        if path not in self.lock:
            message = (
                f"no base: neither {origin.name} beside it nor a line in {lock.NAME} says what it "
                "was translated from; name a revision or a folder with --base"
            )
            raise InputError(message, file=str(self.target / path))
        if now is not None and path in self.lost:
            raise lock.loss(self.target, path, self.lost[path])
        last = self._locked(path, now)
        try:
            return Base(last.with_text(with_old(last.text, lags)), last.text)
        except ValueError as error:
            message = f"does not fit {lock.NAME}; put both back from git, or name --base"
            raise InputError(message, file=str(self.target / open_items.NAME)) from error

    def _from_named(self, path: str) -> Base:
        inside = self._folder
        file = read_file(inside / path) if inside else self._shown(self._revision, path)
        return Base(file, file.text)

    def _locked(self, path: str, now: Readable | None) -> Readable:
        entry = self.lock[path]
        if now is not None and digest(now.text) == entry.digest:
            return now
        found = self._shown(entry.revision, path)
        if digest(found.text) != entry.digest:
            message = f"{path} is another text at {entry.revision[:12]}; name the base with --base"
            raise InputError(message, file=str(self.target / lock.NAME))
        return found

    def _shown(self, revision: str, path: str) -> Readable:
        data = self.repository.show(revision, path) if self.repository else None
        if data is None:
            where = self.source or "the source, which --source names"
            message = (
                f"its base is revision {revision[:12]} of {where}, which is not there (is it a "
                "shallow clone?); fetch it, or name another with --base"
            )
            raise InputError(message, file=str(self.target / path))
        try:
            return read(path, data.decode("utf-8"))
        except UnicodeDecodeError as error:
            message = f"not UTF-8 at revision {revision[:12]}; name another base with --base"
            raise DocumentError(message, file=path) from error
