"""The preview of a book of 200 sections: first paint, edit to event, the book view, memory, CPU.

    .venv/bin/python benchmarks/preview.py [SAVES]

The book is generated: each section has about 25 KB of text with 110 formulas, code and lists, and
the memory has all of its sentences. ``amts preview`` runs as a process of its own; what is measured
is what a page asks for. SAVES (1,000) are the saves in a row at the end.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

from amts_ext.config import load
from amts_ext.model import Origin, Unit
from amts_ext.pipeline.book import open_book

SECTIONS, PARAGRAPHS = 200, 55
WORDS = [
    *(
        "heron",
        "pond",
        "waits",
        "measures",
        "slope",
        "average",
        "field",
        "morning",
        "count",
        "bird",
    ),
    *("table", "error", "line", "water", "reader", "number", "small", "value", "grows", "falls"),
    *("between", "every", "second", "grey"),
]


def section(number: int) -> str:
    """A section: titles, paragraphs with formulas, a list and code."""
    parts = [f"# Section {number}\n"]
    for at in range(PARAGRAPHS):
        word = [WORDS[(number * 7 + at * 3 + i * (at % 5 + 1)) % len(WORDS)] for i in range(48)]
        formula = rf"$\frac{{x_{{{at}}}}}{{n}} + \sigma^2 = {number}$"
        parts.append(
            f"The {' '.join(word[:20])} {number}.{at} has {formula} and "
            f"**{' '.join(word[20:23])}**. "
            f"A {' '.join(word[23:46])} of section {number} is $y_{{{at}}}$ in `code_{at}`.\n"
        )
        if at % 9 == 0:
            parts.append(f"## Part {at} of {number}\n\n* {word[46]} {at}\n* {word[47]} {number}\n")
            parts.append(f"```python\nfor i in range({at}):\n    print(i ** 2)\n```\n")
    return "\n".join(parts)


def make_book(root: Path) -> None:
    """Write the book, and a human's translation of each sentence into its memory."""
    (root / "config.ini").write_text("[amts]\nlangs = pt\n", "utf-8")
    for number in range(SECTIONS):
        path = root / f"part{number // 20:02}" / f"section{number:03}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(section(number), "utf-8")
    with open_book(load(root / "config.ini")) as book:
        missing, _ = book.pipeline("pt").missing(book.project.documents())
        units = [Unit(k, k.replace("the", "o"), ("en", "pt"), Origin.HUMAN) for k in missing]
        book.memory.store(units)
    print(f"{SECTIONS} sections, {len(section(7)):,} characters each, {len(units):,} sentences")


class Server:
    """A running preview and one page of it."""

    def __init__(self, process: subprocess.Popen[str], port: int, token: str) -> None:
        self.process, self.port = process, port
        self.headers = {"X-AMTS-Token": token}
        self.changes: Queue[float] = Queue()

    def get(self, address: str) -> tuple[float, bytes]:
        """Return the seconds that an answer took, and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.perf_counter()
        connection.request("GET", address, headers=self.headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status == 200, body
        return time.perf_counter() - began, body

    def listen(self, path: str) -> None:
        """Note when each change of a document arrives."""
        events = http.client.HTTPConnection("127.0.0.1", self.port)
        events.request("GET", f"/api/events?path={path}&lang=pt", headers=self.headers)
        answer = events.getresponse()

        def read() -> None:
            name = ""
            while line := answer.readline():
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                elif line.startswith(b"data: ") and name == "change":
                    json.loads(line[6:])
                    self.changes.put(time.perf_counter())

        threading.Thread(target=read, daemon=True).start()

    def status(self, key: str) -> float:
        """Return a size in MB from the kernel's account of the process."""
        text = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(re.search(rf"{key}:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]

    def cpu(self) -> float:
        """Return the CPU seconds that the process has used."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    command = [
        sys.executable,
        "-m",
        "amts_ext",
        "preview",
        str(root),
        "--no-browser",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r":(\d+)/\?token=(\w+)", process.stdout.readline())
            assert found is not None
            yield Server(process, int(found[1]), found[2])
        finally:
            process.terminate()


def edit(server: Server, path: Path, number: int) -> float:
    """Save a section with other words in its first sentence; return seconds until the event."""
    text = path.read_text("utf-8")
    changed = re.sub(r"# Section \d+", f"# Section {number % 150}", text, count=1)
    began = time.perf_counter()
    path.write_text(changed, "utf-8")
    return server.changes.get(timeout=60) - began


def row(name: str, *values: Any) -> None:
    print(f"{name:44} " + "  ".join(map(str, values)), flush=True)


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    late = ordered[int(len(ordered) * 0.95)]
    return f"median {statistics.median(times):.3f} s, 95% {late:.3f} s, worst {ordered[-1]:.3f} s"


def main() -> None:
    """Measure and print."""
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_book(root)
        with serving(root) as server:
            paths = json.loads(server.get("/api/session")[1])["documents"]
            row("start: memory of the process", f"{server.status('VmRSS'):.0f} MB")
            first = [server.get(f"/api/page?path={path}&lang=pt") for path in paths[::10]]
            row("a section for the first time", spread([seconds for seconds, _ in first]))
            row("  bytes of its data", f"{len(first[3][1]):,}")
            again = [server.get(f"/api/page?path={path}&lang=pt")[0] for path in paths[::10]]
            row("a section again", spread(again))
            shown = paths[30]
            server.listen(shown)
            server.get(f"/api/page?path={shown}&lang=pt")
            time.sleep(1)
            edits = [edit(server, root / shown, number) for number in range(40)]
            row("an edit saved to its event", spread(edits))
            row("the book view for the first time", f"{server.get('/api/book?lang=pt')[0]:.3f} s")
            row("the book view again", f"{server.get('/api/book?lang=pt')[0]:.3f} s")
            row("memory of the process now", f"{server.status('VmRSS'):.0f} MB")
            time.sleep(3)
            before = server.cpu()
            time.sleep(20)
            row("CPU while nothing happens, 20 s", f"{(server.cpu() - before) / 20:.2%}")
            before_saves = server.status("VmRSS"), server.descriptors(), server.threads()
            began = time.perf_counter()
            many = [edit(server, root / shown, number) for number in range(saves)]
            row(f"{saves:,} saves in a row", f"{time.perf_counter() - began:.0f} s;", spread(many))
            after = server.status("VmRSS"), server.descriptors(), server.threads()
            for name, old, new in zip(
                ("MB", "descriptors", "threads"), before_saves, after, strict=True
            ):
                row(f"  {name} before and after", f"{old:.0f}", f"{new:.0f}")
            row("most memory of the process", f"{server.status('VmHWM'):.0f} MB")


if __name__ == "__main__":
    main()
