"""Learned folders: models and rules on disk, by the content that they were learned from.

The name of a folder holds a hash of the pairs, the languages and the versions of all libraries that
work on them. So equal data is trained once, whoever pushes it. A folder gets its name only when all
its files are whole.
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
"""A number to change when a new version of this project learns something else from equal pairs."""
LIBRARIES = ("sil-thot", "jieba", "numpy")
"""The libraries that a statistical engine is made with; their versions are part of the names."""
ONLINE = 20
"""The most pairs that are learned online, because each worker learns them as it loads the model."""

_PARTIAL = ".partial-"
"""The beginning of the name of a folder that is not whole yet."""
_OURS = re.compile(rf"[a-z]+-.+-[0-9a-f]{{16}}|{re.escape(_PARTIAL)}.+")
"""The names of learned folders, and of folders that a killed training left."""
# The program of a training process. Its first argument is this process's import path.
_BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv.pop(1))
from amts_ext.service.adaptation.training import main
main()
"""

TrainingProgress = Callable[[str, float], None]
"""A function that is told of each step: its name, and the share of the training that is done."""


class TrainingError(TranslatorError):
    """A training failed; the message says how."""


def missing() -> list[str]:
    """Return the libraries that a statistical engine needs and that are not installed."""
    return [name for name in LIBRARIES if not _version(name)]


def name(kind: str, source: str, target: str, pairs: Mapping[str, str], about: str = "") -> str:
    """Return the name of the folder for what is learned from pairs.

    >>> name("corrected", "en", "pt", {"a network": "uma rede"})
    'corrected-en-pt-...'

    ``about`` names anything else that the result depends on, such as an engine's version.
    """
    versions = [f"{library}-{_version(library)}" for library in LIBRARIES]
    whole = json.dumps([REVISION, kind, source, target, about, versions, list(pairs.items())])
    return f"{kind}-{source}-{target}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"


def _version(library: str) -> str:
    """Return the version of an installed library; empty if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


class Learned:
    """The learned folders below one root; safe to use from many threads and processes.

    >>> learned = Learned(Path("learned"))
    >>> learned.keep("corrected-en-pt-0123456789abcdef", {"corrections.json": "[]"}).name
    'corrected-en-pt-0123456789abcdef'
    >>> learned.find("corrected-en-pt-0123456789abcdef").is_dir()
    True
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._running: set[subprocess.Popen[str]] = set()

    def find(self, folder: str) -> Path | None:
        """Return the path of a folder by its name; None if there is no such folder yet."""
        found = self.root / folder
        return found if found.is_dir() else None

    def keep(self, folder: str, files: Mapping[str, str]) -> Path:
        """Write a folder of small files, by their names and contents, and return its path."""
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
        """Train a statistical engine in a process of its own, and return its folder.

        Raises :class:`TrainingError` if the process fails or is ended.
        """
        with self._workspace() as work:
            asked = request(source, target, list(pairs.items()))
            (Path(work) / REQUEST).write_text(asked, encoding="utf-8")
            self._run(Path(work), tell)
            return self._publish(Path(work), folder)

    def learn(self, folder: str, base: Path, pairs: Mapping[str, str]) -> Path | None:
        """Write a folder that adds pairs to the model in the folder ``base``; return its path.

        The pairs are learned online when the model is loaded. The result is None if these pairs and
        those that were added before are more than :data:`ONLINE`.
        """
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
        """Remove all learned folders except these and the folders of the models they are based on.

        Nothing may be learned meanwhile, because its unfinished folder would be removed too.
        """
        kept = {*folders, *(self._base(name) for name in folders)}
        for found in self.root.glob("*"):
            if found.is_dir() and _OURS.fullmatch(found.name) and found.name not in kept:
                shutil.rmtree(found, ignore_errors=True)

    def _base(self, folder: str) -> str:
        """Return the name of the folder with a model's files: ``folder``, or the one it adds to."""
        later = self.root / folder / LEARNED
        if not later.exists():
            return folder
        return str(json.loads(later.read_text(encoding="utf-8"))["base"])

    def close(self) -> None:
        """End all trainings that run."""
        for process in list(self._running):
            process.kill()

    def _workspace(self) -> tempfile.TemporaryDirectory[str]:
        self.root.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(
            prefix=_PARTIAL, dir=self.root, ignore_cleanup_errors=True
        )

    def _publish(self, work: Path, folder: str) -> Path:
        """Move finished files into a folder of its final name, unless another process made it."""
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
        """Run the training process for a folder with a request; raises :class:`TrainingError`."""
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
