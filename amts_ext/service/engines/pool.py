"""A pool of engine processes, one for each core at most.

The workers are plain subprocesses, not children of ``multiprocessing``. The service runs in
threads, so forking is not safe. Spawning would run the user's main script again, which breaks every
script without ``if __name__ == "__main__"``. Workers start one by one as work arrives, so a single
sentence costs a single process.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict

from amts_ext.errors import TranslatorError
from amts_ext.service.engines.base import Draft, EngineDiedError, EngineOptions, NoEngineError

CHUNK = 4000
"""Characters in one request to a worker: about a second of work for a neural engine."""

# The program of a worker. Its argument holds this process's import path, so that the worker finds
# the same packages.
_BOOT = """
import json, sys
path, name, options = json.loads(sys.argv[1])
sys.path[:] = path
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.engines.worker import main
main(name, EngineOptions(**options))
"""


class Pool:
    """Worker processes that translate by one engine; safe to use from many threads.

    >>> pool = Pool("upper", EngineOptions(), workers=1)
    >>> pool.translate("en", "pt", ["A small network."])
    ['A SMALL NETWORK.']
    >>> pool.close()
    """

    def __init__(self, engine: str, options: EngineOptions, workers: int | None = None) -> None:
        self.size = max(1, workers or _cores())
        self._boot = json.dumps([sys.path, engine, asdict(options)])
        self._idle: queue.LifoQueue[subprocess.Popen[str] | None] = queue.LifoQueue()
        for _ in range(self.size):
            self._idle.put(None)  # a place where a worker may be started
        self._started: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="amts-engine")
        self._closed = False

    def translate(self, source: str, target: str, sentences: Sequence[str]) -> list[str]:
        """Translate sentences; return one string for each, in their order.

        Raises what :meth:`drafts` raises.
        """
        return [draft.text for draft in self.drafts(source, target, sentences)]

    def drafts(self, source: str, target: str, sentences: Sequence[str]) -> list[Draft]:
        """Translate sentences, and tell what the engine doubts about each.

        Several workers share what is longer than :data:`CHUNK`.

        Raises :class:`amts_ext.errors.TranslatorError` if the engine fails, and
        :class:`NoEngineError` if the pair's model does not load.
        """
        chunks = list(_chunks(sentences))
        if len(chunks) == 1:
            return self._send(source, target, chunks[0])
        futures = [self._threads.submit(self._send, source, target, c) for c in chunks]
        return [draft for future in futures for draft in future.result()]

    def close(self) -> None:
        """End all workers."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            workers = list(self._started)
        for worker in workers:
            self._end(worker)

    def _send(self, source: str, target: str, sentences: list[str]) -> list[Draft]:
        """Send sentences to a worker; if it dies during the request, send them to another.

        Raises :class:`EngineDiedError` if that dies too.
        """
        message = json.dumps([source, target, sentences]) + "\n"
        for _ in range(2):
            with self._worker() as worker:
                answer = _ask(worker, message)
                if answer is None:
                    worker.kill()
                    worker.wait()
            if answer is not None:
                break
        else:
            raise EngineDiedError(f"the engine process for {source}-{target} died twice")
        return _checked(answer, len(sentences))

    @contextmanager
    def _worker(self) -> Iterator[subprocess.Popen[str]]:
        """Lend an idle worker, started now if need be; wait while all are busy."""
        worker = self._idle.get()
        try:
            if worker is None or worker.poll() is not None:
                worker = self._start()
            yield worker
        finally:
            if worker is not None and worker.poll() is not None:
                self._end(worker)
                worker = None
            self._idle.put(worker)

    def _start(self) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "-c", _BOOT, self._boot],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        with self._lock:
            if self._closed:
                worker.kill()
            self._started.add(worker)
        return worker

    def _end(self, worker: subprocess.Popen[str]) -> None:
        """Kill a worker and close its pipes."""
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe is not None:
                with suppress(OSError):  # the pipe of a killed worker may hold unsent text
                    pipe.close()
        with self._lock:
            self._started.discard(worker)


def _cores() -> int:
    """Return the number of cores that this process may use; a container may limit it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _chunks(sentences: Sequence[str]) -> Iterator[list[str]]:
    """Yield lists of up to :data:`CHUNK` characters; a longer sentence has a list of its own.

    >>> [len(chunk) for chunk in _chunks(["short", "short", "long" * 1000, "short"])]
    [2, 1, 1]

    Without sentences there is one empty list.
    """
    chunk: list[str] = []
    size = 0
    for sentence in sentences:
        if chunk and size + len(sentence) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(sentence)
        size += len(sentence)
    yield chunk


def _ask(worker: subprocess.Popen[str], message: str) -> str | None:
    """Send one request and return its answer; None if the worker is gone."""
    assert worker.stdin is not None and worker.stdout is not None
    try:
        worker.stdin.write(message)
        worker.stdin.flush()
        return worker.stdout.readline() or None
    except (OSError, ValueError):
        return None


def _checked(answer: str, count: int) -> list[Draft]:
    """Return the drafts of a worker's answer; raises the error that the answer tells."""
    reply = json.loads(answer)
    if "unserved" in reply:
        raise NoEngineError(reply["unserved"])
    if "error" in reply:
        raise TranslatorError(f"the engine failed: {reply['error']}")
    drafts = [Draft(text, tuple(doubts)) for text, doubts in reply["ok"]]
    if len(drafts) != count:
        raise TranslatorError(f"the engine gave {len(drafts)} sentences back for {count}")
    return drafts
