"""The real program in a process of its own, and what the tests of its bad days share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amts_ext.model import Parts
from amts_ext.progress import Progress
from amts_ext.translators.base import Answer, Free, Request
from support.places import ROOT, TESTS
from support.waiting import DEADLINE

COMMAND = """
import runpy
from amts_ext import progress
progress.SECONDS_BETWEEN_LINES = float("inf")
runpy.run_module("amts_ext", run_name="__main__", alter_sys=True)
"""
"""``python -m amts_ext`` that tells no more of its progress where the machine is slow."""


@dataclass(frozen=True)
class Done:
    """One finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(home: Path) -> dict[str, str]:
    """No network and an empty cache: what a run does must not depend on the machine."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)]),
        "PYTHONUTF8": "1",
        "XDG_CACHE_HOME": str(home / "cache"),
        "https_proxy": "http://127.0.0.1:9",
        "no_proxy": "127.0.0.1,localhost",
    }


def start(cwd: Path, *command: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment(cwd),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=DEADLINE)
    return Done(process.returncode, out, err)


def amts(cwd: Path, *arguments: object) -> Done:
    """Run ``amts`` in ``cwd``."""
    return finish(start(cwd, "-c", COMMAND, *arguments))


def write(root: Path, texts: dict[str, str | bytes]) -> Path:
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def files(root: Path) -> set[str]:
    """Everything below ``root`` but the cache."""
    found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
    return {str(path) for path in found if path.parts[0] != "cache"}


def notebook(*cells: tuple[str, str], **more: object) -> str:
    """A notebook of (cell type, source); sources as lists of lines, as Jupyter writes them."""
    made = []
    for kind, source in cells:
        cell: dict[str, object] = {"cell_type": kind, "metadata": {}}
        if kind == "code":
            cell |= {"execution_count": 1, "outputs": [{"output_type": "stream", "text": "out\n"}]}
        made.append(cell | {"source": source.splitlines(keepends=True)})
    whole = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


class Table(Free):
    """A translator that answers from a table, else in capitals, and counts what it was sent."""

    def __init__(self, table: dict[str, Parts | None] | None = None) -> None:
        self.table = table or {}
        self.batches: list[list[str]] = []

    @property
    def sent(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    def signature(self, source: str, target: str) -> str:
        return "table-1"

    def translate(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> Iterator[list[Answer]]:
        self.batches.append([r.key for r in requests])
        yield [self.answer(request, target) for request in requests for target in request.targets]

    def answer(self, request: Request, target: str) -> Answer:
        if request.key in self.table:
            parts = self.table[request.key]
            return Answer(request.key, target, parts, "" if parts else "no idea")
        capitals = tuple(p.upper() if isinstance(p, str) else p for p in request.parts)
        return Answer(request.key, target, capitals)


def one_line(done: Done) -> str:
    """The only line on standard error."""
    lines = done.err.splitlines()
    assert len(lines) == 1 and "Traceback" not in done.err, done.err
    return lines[0]
