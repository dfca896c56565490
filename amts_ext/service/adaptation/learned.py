"""What was learned, on disk, by the content that it was learned from.

A folder's name is a hash of the pairs, the languages and the versions of everything that works on
them: the same data is trained once, whoever pushes it. Folders appear under their names only when
they are whole.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from amts_ext.errors import TranslatorError
from amts_ext.service.adaptation.files import LEARNED, REQUEST, request

REVISION = "2"
"""Changes when the same pairs would teach something else."""
LIBRARIES = ("sil-thot", "jieba", "numpy")
ONLINE = 20
"""Pairs that are learned online at most; each worker learns them when it loads the model."""

_PARTIAL = ".partial-"
_OURS = re.compile(rf"[a-z]+-.+-[0-9a-f]{{16}}|{re.escape(_PARTIAL)}.+")
"""Folders that are made here, and those of a training that was killed."""
_BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv.pop(1))
from amts_ext.service.adaptation.training import main
main()
"""

TrainingProgress = Callable[[str, float], None]


class TrainingError(TranslatorError):
    """A training failed; the message says how."""


def missing() -> list[str]:
    """The libraries that a statistical engine needs and that are not installed."""
    return [name for name in LIBRARIES if not _version(name)]


def name(kind: str, source: str, target: str, pairs: Mapping[str, str], about: str = "") -> str:
    """The name of the folder for what these pairs teach; ``about``: what else it depends on."""
    versions = [f"{library}-{_version(library)}" for library in LIBRARIES]
    whole = json.dumps([REVISION, kind, source, target, about, versions, list(pairs.items())])
    return f"{kind}-{source}-{target}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


class Learned:
    """The folders below one root; safe to use from many threads and processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._running: set[subprocess.Popen[str]] = set()

    def find(self, folder: str) -> Path | None:
        """The folder, if what it is named after was learned."""
        found = self.root / folder
        return found if found.is_dir() else None

    def keep(self, folder: str, files: Mapping[str, str]) -> Path:
        """Write a folder of small files."""
        with self._workspace() as work:
            for file, content in files.items():
                (Path(work) / file).write_text(content, encoding="utf-8")
            return self._publish(Path(work), folder)

    def train(
        self,
        folder: str,
        source: str,
        target: str,
        pairs: Mapping[str, str],
        tell: TrainingProgress,
    ) -> Path:
        """Train a statistical engine in a process of its own.

        Raises :class:`TrainingError` if the process fails or is ended.
        """
        with self._workspace() as work:
            asked = request(source, target, list(pairs.items()))
            (Path(work) / REQUEST).write_text(asked, encoding="utf-8")
            self._run(Path(work), tell)
            return self._publish(Path(work), folder)

    def learn(self, folder: str, base: Path, pairs: Mapping[str, str]) -> Path | None:
        """A model with pairs learned online, or None if they are too many."""
        known: list[list[str]] = []
        if (base / LEARNED).exists():
            later = json.loads((base / LEARNED).read_text(encoding="utf-8"))
            base, known = base.parent / later["base"], later["pairs"]
        every = [*known, *map(list, pairs.items())]
        if len(every) > ONLINE:
            return None
        content = json.dumps({"base": base.name, "pairs": every}, ensure_ascii=False)
        return self.keep(folder, {LEARNED: content})

    def keep_only(self, folders: Collection[str]) -> None:
        """Remove all that was learned but these folders and those that they are based on.

        Nothing may be learned meanwhile.
        """
        kept = {*folders, *(self._base(name) for name in folders)}
        for found in self.root.glob("*"):
            if found.is_dir() and _OURS.fullmatch(found.name) and found.name not in kept:
                shutil.rmtree(found, ignore_errors=True)

    def _base(self, folder: str) -> str:
        """The folder of the model that learned online; the same for one that was trained whole."""
        later = self.root / folder / LEARNED
        if not later.exists():
            return folder
        return str(json.loads(later.read_text(encoding="utf-8"))["base"])

    def close(self) -> None:
        """End the trainings that run."""
        for process in list(self._running):
            process.kill()

    def _workspace(self) -> tempfile.TemporaryDirectory[str]:
        self.root.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(
            prefix=_PARTIAL, dir=self.root, ignore_cleanup_errors=True
        )

    def _publish(self, work: Path, folder: str) -> Path:
        """Give the finished files their name; another process may have been first."""
        whole = work / "whole"
        whole.mkdir()
        for file in list(work.iterdir()):
            if file.is_file() and file.name != REQUEST:
                file.rename(whole / file.name)
        final = self.root / folder
        try:
            whole.rename(final)
        except OSError:
            if not final.is_dir():
                raise
        return final

    def _run(self, folder: Path, tell: TrainingProgress) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", _BOOT, json.dumps(sys.path), str(folder)],
                stdin=subprocess.PIPE,  # the process ends when this one does
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )
            self._running.add(process)
            try:
                with process:
                    assert process.stdout is not None
                    for line in process.stdout:
                        step = json.loads(line)
                        tell(step["step"], step["done"])
            finally:
                self._running.discard(process)
            if process.returncode:
                errors.seek(0)
                last = (errors.read().strip().splitlines() or [f"status {process.returncode}"])[-1]
                raise TrainingError(f"the training ended: {last}")
