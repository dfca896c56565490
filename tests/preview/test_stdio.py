"""``amts preview --stdio`` as a process, spoken to by a small client, as an editor's plug-in is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.places import DOCS
from support.preview import PROGRAM, make_book
from support.program import environment, notebook, write
from support.waiting import DEADLINE


class Client:
    """An editor's plug-in in a few lines."""

    def __init__(self, root: Path, *arguments: str) -> None:
        command = [sys.executable, "-c", PROGRAM, "preview", "--stdio", *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=root, env=environment(root.parent), stdin=pipe, stdout=pipe, stderr=pipe
        )

    def send(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def change(self, **change: Any) -> None:
        self.send(json.dumps(change).encode())

    def line(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def close(self) -> tuple[int, bytes]:
        _, told = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, told


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    found = Client(make_book(tmp_path / "book"), "--lang", "pt")
    yield found
    found.process.kill()


def targets(answer: Any) -> dict[str, str]:
    return {segment["source"]: segment["target"] for segment in answer["segments"]}


def test_a_conversation(client: Client) -> None:
    client.change(path="part/two.md")
    first = client.line()
    assert (first["path"], first["lang"], first["revision"]) == ("part/two.md", "pt", 1)
    assert [s["status"] for s in first["segments"]] == ["untranslated"] * 3
    later = client.line()
    while len(set(targets(later).values()) - {""}) < 3:  # they come as they are translated
        later = client.line()
    assert targets(later)["Set ⟦math1⟧ to 1."] == "SET ⟦math1⟧ TO 1."
    text = "# Two\n\nTwo herons wait. Unsaved words.\n"
    client.change(path="part/two.md", text=text)
    answer = client.line()
    assert targets(answer) == {
        "Two": "TWO",
        "Two herons wait.": "TWO HERONS WAIT.",
        "Unsaved words.": "",
    }
    segment = answer["segments"][1]
    assert (segment["line"], text[segment["start"] : segment["end"]]) == (3, "Two herons wait.")
    assert segment["status"] == "machine" and segment["slots"] == {}
    client.change(path="part/two.md")  # saved, or closed without
    while "Set ⟦math1⟧ to 1." not in targets(answer):
        answer = client.line()
    assert client.close() == (0, b"")


def test_places_in_a_notebook(client: Client) -> None:
    cells = ["# One", "Two herons. Three herons."]
    text = notebook(("markdown", cells[0]), ("code", "1"), ("markdown", cells[1]))
    client.change(path="part/three.ipynb", text=text)
    found = [
        cells[segment["cell"]][segment["start"] : segment["end"]]
        for segment in client.line()["segments"]
    ]
    assert found == ["One", "Two herons.", "Three herons."]


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b'{"path": 1}', b'{"text": ""}', b'{"path": "index.md", "more": 1}', b"\xff",
     b'{"path": "../secret.md"}', b'{"path": "img/there/secret.md"}', b'{"path": "none.md"}',
     b'{"path": "part/three.ipynb", "text": "{"}'],
)  # fmt: skip
def test_a_wrong_line_is_answered_and_the_next_one_too(client: Client, line: bytes) -> None:
    client.send(line)
    assert client.line()["error"]
    client.send(b"")
    client.change(path="index.md", text="Words.")
    assert list(targets(client.line())) == ["Words."]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_end(client: Client, number: int, code: int) -> None:
    client.change(path="index.md")
    client.line()
    client.process.send_signal(number)
    ended, told = client.close()
    assert ended == code and b"Traceback" not in told


def test_the_client_of_the_documentation(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    shim = f"#!{sys.executable}\nimport sys\nexec({PROGRAM!r})\n"
    (write(tmp_path, {"bin/amts": shim}) / "bin/amts").chmod(0o755)
    own = environment(tmp_path)
    own["PATH"] = f"{tmp_path / 'bin'}:{own['PATH']}"
    done = subprocess.run(
        [sys.executable, str(DOCS / "examples/stdio_client.py"), "index.md", "pt"],
        cwd=root, env=own, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[0].split("\t")[:2] == ["1", "untranslated"]


def test_a_file_outside_any_book(tmp_path: Path) -> None:
    (tmp_path / "alone.md").write_text("It waits.\n")
    client = Client(tmp_path, "alone.md", "--lang", "pt,es")
    client.change(path="alone.md")
    assert {client.line()["lang"], client.line()["lang"]} <= {"pt", "es"}
    assert client.close()[0] == 0
