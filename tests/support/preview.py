"""``amts preview`` as a process, small books for it, and clients: of HTTP, of events, of lines.

The translator of these books says everything in capitals, and obeys files in the book's folder:
``slow`` makes it wait before each sentence, ``dead`` lets it fail.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_ext.config import Config
from amts_ext.errors import TranslatorError
from amts_ext.progress import Progress
from amts_ext.translators.base import Answer, Free, Request
from support.program import environment, notebook, write
from support.waiting import DEADLINE, until

PROGRAM = """
import runpy
from amts_ext.translators import embedded
from support.preview import Obedient
embedded.from_config = Obedient
runpy.run_module("amts_ext", run_name="__main__", alter_sys=True)
"""
PNG = bytes.fromhex("89504e470d0a1a0a") + b"picture"
PATIENCE = 60.0
"""Seconds in which every answer comes, also on a busy machine."""
SECRET = "the sentence of another book"
CONFIG = "[amts]\nlangs = pt, es\n"
BOOK: dict[str, str | bytes] = {
    "config.ini": CONFIG,
    "index.md": "# Herons\n\nA heron waits. It eats a fish.\n\n![A bird](img/bird.png)\n",
    "part/two.md": "# Two\n\nTwo herons wait. Set $x$ to 1.\n",
    "part/three.ipynb": notebook(("markdown", "# Three\n\nThree herons fly."), ("code", "1 + 1")),
    "img/bird.png": PNG,
    "img/line.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "img/page.html": "<script>alert(1)</script>",
    ".hidden/key.png": b"a hidden key",
    "notes.txt": "private notes",
}


class Obedient(Free):
    """A translator in capitals that obeys the files in a book's folder."""

    def __init__(self, config: Config) -> None:
        self._root = config.root

    def signature(self, source: str, target: str) -> str:
        return "obedient-1"

    def translate(
        self, requests: Sequence[Request], source: str, progress: Progress
    ) -> Iterator[list[Answer]]:
        for request in requests:
            while (self._root / "slow").exists():
                time.sleep(0.01)
                progress("translate", 0, len(requests))
            if (self._root / "dead").exists():
                raise TranslatorError("the engine has died")
            for target in request.targets:
                parts = tuple(p.upper() if isinstance(p, str) else p for p in request.parts)
                yield [Answer(request.key, target, parts)]


def make_book(root: Path) -> Path:
    """Write the book into a folder; beside it lies a file with a secret, and a link leads there."""
    write(root.parent, {"secret.png": SECRET, "outside/secret.md": SECRET})
    write(root, BOOK)
    (root / "img/link.png").symlink_to(root.parent / "secret.png")
    (root / "img/there").symlink_to(root.parent / "outside")
    return root


@dataclass
class Answered:
    """One answer of the server."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Events:
    """The events of one page, gathered by a thread."""

    connection: http.client.HTTPConnection
    got: list[tuple[str, Any]] = field(default_factory=list)
    last: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def gather(self, answer: http.client.HTTPResponse) -> None:
        kind = ""
        try:
            while line := answer.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    self.last = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    self.got.append((kind, json.loads(value)))
        except (OSError, ValueError, AttributeError):
            pass
        self.ended.set()

    def of(self, kind: str) -> list[Any]:
        return [data for name, data in list(self.got) if name == kind]

    def wait(self, kind: str, number: int = 1) -> Any:
        return until(lambda: self.of(kind)[number - 1 : number], f"no {kind}: {self.got}")[0]

    def close(self) -> None:
        if self.connection.sock is not None:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.connection.close()


@dataclass
class Preview:
    """A running preview."""

    process: subprocess.Popen[str]
    port: int
    token: str
    root: Path
    said: list[str]

    @property
    def here(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, line: str, *headers: str, body: bytes = b"", known: bool = True) -> Answered:
        """Send a request as it stands; ``{here}`` and ``{token}`` are filled in.

        Unless ``known`` is False the token is in the header; ``Host`` is right unless given, and a
        header that is given without a value is left out.
        """
        own = ["Host: {here}", *(["X-AMTS-Token: {token}"] if known else [])]
        if body:
            own += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
        given = {header.partition(":")[0].lower() for header in headers}
        lines = [line if " HTTP/" in line else f"{line} HTTP/1.1", "Connection: close"]
        lines += [each for each in own if each.partition(":")[0].lower() not in given]
        lines += [header for header in headers if header.partition(":")[2]]
        head = "".join(f"{each}\r\n" for each in [*lines, ""])
        head = head.replace("{here}", self.here).replace("{token}", self.token)
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as opened:
            opened.sendall(head.encode("latin-1"))
            with suppress(OSError):  # a refusal may come before all of the body was sent
                opened.sendall(body)
            answer = http.client.HTTPResponse(opened, method=line.partition(" ")[0])
            answer.begin()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, found, answer.read())

    def get(self, address: str, **query: str) -> Any:
        """What a page gets."""
        from urllib.parse import urlencode

        answer = self.ask(f"GET {address}?{urlencode(query)}")
        assert answer.status == 200, answer
        return answer.json

    def post(self, address: str, data: Any, status: int = 200) -> Any:
        """What a page sends."""
        answer = self.ask(
            f"POST {address}", "Origin: http://{here}", body=json.dumps(data).encode()
        )
        assert answer.status == status, answer
        return answer.json

    @contextmanager
    def events(
        self, path: str = "index.md", lang: str = "pt", last: str = "", who: str = ""
    ) -> Iterator[Events]:
        """Listen to a document as a page does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        headers = {"X-AMTS-Token": self.token, **({"Last-Event-ID": last} if last else {})}
        connection.request("GET", f"/api/events?path={path}&lang={lang}&who={who}", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        events = Events(connection)
        threading.Thread(target=events.gather, args=(answer,), daemon=True).start()
        try:
            yield events
        finally:
            events.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


@contextmanager
def preview(root: Path, *arguments: str, where: str = ".", before: Any = None) -> Iterator[Preview]:
    """Start ``amts preview`` in a book's folder; at the end it is killed, if it still runs."""
    command = [sys.executable, "-c", PROGRAM, "preview", where, "--no-browser", *arguments]
    if "--port" not in arguments:
        command += ["--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=root, env=environment(root.parent), stdin=subprocess.DEVNULL, stdout=pipe,
        stderr=subprocess.STDOUT, text=True, encoding="utf-8", preexec_fn=before,
    ) as process:  # fmt: skip
        said: list[str] = []
        assert process.stdout is not None
        try:
            found = None
            while not found and (line := process.stdout.readline()):
                said.append(line)
                found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\w+)", line)
            assert found, said
            reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
            reader.start()
            yield Preview(process, int(found[1]), found[2], root, said)
            if process.poll() is not None:
                reader.join(DEADLINE)
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)


def rows(server: Preview, path: str = "index.md", lang: str = "pt") -> dict[str, tuple[str, str]]:
    page = server.get("/api/page", path=path, lang=lang)
    return {row["source"]: (row["status"], row["target"]) for row in page["rows"]}


def translated(server: Preview, path: str = "index.md", lang: str = "pt") -> None:
    """Wait until nothing is missing."""
    until(lambda: all(s != "untranslated" for s, _ in rows(server, path, lang).values()))
