"""Git, as far as translations need it: revisions of files, renamed files, uncommitted changes.

Git is run as a program. A folder without it, or outside any repository, has no :class:`Repository`.
"""

from __future__ import annotations

import os
import subprocess
from functools import cached_property
from pathlib import Path


class Repository:
    """The git repository that a folder lies in; paths are relative to that folder.

    ::

        repository = Repository.around(Path("../d2l-en"))
        if repository:
            text = repository.show("v1.0", "chapter_preface/index.md")
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, frozenset[str]] = {}

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """Return the repository of a folder; None if there is none, or no git."""
        found = cls(folder)
        return found if found._run("rev-parse", "--is-inside-work-tree") == b"true\n" else None

    @cached_property
    def head(self) -> str:
        """The full name of the revision that is checked out; empty before the first commit."""
        return self.revision("HEAD")

    def revision(self, name: str) -> str:
        """Return the full name of a revision; empty if there is no such revision."""
        return (self._run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or b"").decode(
            "ascii"
        ).strip()  # fmt: skip

    def show(self, revision: str, path: str) -> bytes | None:
        """Return a file as a revision has it; None if the revision lacks it."""
        return self._run("show", f"{revision}:./{path}")

    def knew(self, path: str) -> bool:
        """Return True if the file is in the history of what is checked out."""
        return bool(self._run("log", "-1", "--format=%H", "HEAD", "--", path))

    def last_of(self, path: str) -> str:
        """Return the last revision that changed a file and has it; empty if none does."""
        said = self._run("log", "-1", "--diff-filter=AM", "--format=%h", "HEAD", "--", path)
        return (said or b"").decode("ascii").strip()

    @cached_property
    def uncommitted(self) -> frozenset[str]:
        """The files of the folder with changes that are in no revision; new files too."""
        said = self._run("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames",
                         "--", ".")  # fmt: skip
        top = (self._run("rev-parse", "--show-prefix") or b"").decode().strip()
        names = [entry[3:].decode("utf-8", "surrogateescape") for entry in _listed(said)]
        return frozenset(name.removeprefix(top) for name in names)

    def files(self, revision: str) -> frozenset[str]:
        """Return all files of the folder in a revision."""
        if revision not in self._files:
            self._files[revision] = self._listed(revision)
        return self._files[revision]

    def _listed(self, revision: str) -> frozenset[str]:
        said = self._run("ls-tree", "-r", "-z", "--name-only", revision, ".")
        return frozenset(entry.decode("utf-8", "surrogateescape") for entry in _listed(said))

    def renamed(self, revision: str) -> dict[str, str]:
        """Return the present names of files that were renamed since a revision, by the old ones."""
        said = self._run("diff", "-M", "--diff-filter=R", "--name-status", "-z", "--relative",
                         revision, "--", ".")  # fmt: skip
        words = [entry.decode("utf-8", "surrogateescape") for entry in _listed(said)]
        return dict(zip(words[1::3], words[2::3], strict=True))

    def _run(self, *words: str) -> bytes | None:
        """Return what git prints; None if it fails. The repository is not written to."""
        environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *words],
                capture_output=True, env=environment, check=False,
            )  # fmt: skip
        except OSError:
            return None
        return done.stdout if done.returncode == 0 else None


def _listed(said: bytes | None) -> list[bytes]:
    return [entry for entry in (said or b"").split(b"\0") if entry]
