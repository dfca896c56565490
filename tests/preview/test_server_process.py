"""`amts preview` as a program: how it begins and ends, ports, browsers, kinds of books, errors."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.preview import PATIENCE, Preview, make_book, preview, rows, translated
from support.program import amts, environment, one_line, write
from support.waiting import until


@pytest.mark.parametrize("ignored", [False, True], ids=["as usual", "SIGINT ignored"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_end(tmp_path: Path, number: int, code: int, ignored: bool) -> None:
    """Also while pages listen, and where the shell that started it ignores Ctrl-C (`nohup … &`)."""

    def before() -> None:
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    with preview(make_book(tmp_path / "book"), before=before) as server:
        translated(server)
        with server.events() as one, server.events("part/two.md") as two:
            assert server.end(number) == code
            assert one.ended.wait(PATIENCE) and two.ended.wait(PATIENCE)
    told = [line for line in server.said if not line.startswith("Preview at")]
    stopped = ["amts: interrupted; what was translated is in the memory\n"]
    assert told == (stopped if number == signal.SIGINT else [])


def test_the_end_in_the_middle_of_a_translation(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    (root / "slow").touch()
    with preview(root) as server, server.events() as events:
        rows(server)
        events.wait("progress")
        began = time.monotonic()
        assert server.end() == 0 and time.monotonic() - began < PATIENCE / 2


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with preview(root, "--port", str(port)) as server:
            assert server.port != port
            assert f"amts: port {port} is taken, so this is {server.port}\n" in server.said
            assert server.get("/api/session")["documents"]


def test_two_previews_of_one_book(server: Preview) -> None:
    """They share the memory: what one stores, the other shows."""
    with preview(server.root) as other, other.events() as events:
        translated(server)
        events.wait("change")
        assert rows(other)["A heron waits."][0] == "machine"
        assert other.ask("GET /api/session", f"X-AMTS-Token: {server.token}").status == 403


def test_the_browser_gets_a_token_for_one_visit(tmp_path: Path) -> None:
    """Other users of the machine can read the command line of a browser."""
    root, given = make_book(tmp_path / "book"), tmp_path / "given"
    browser = write(tmp_path, {"browser": f'#!/bin/sh\necho "$1" > {shlex.quote(str(given))}\n'})
    (browser / "browser").chmod(0o755)
    command = [sys.executable, "-m", "amts_ext", "preview", "--port", "0"]
    own = environment(tmp_path) | {"BROWSER": str(browser / "browser")}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env=own, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            url = until(lambda: given.exists() and given.read_text().strip())
            port = int(url.partition(":")[2].partition(":")[2].partition("/")[0])
            token = said.partition("token=")[2].split()[0]
            here = Preview(process, port, token, root, [])
            visit = (
                "/" + url.partition(":")[2].partition("/")[2].partition("/")[2].partition("/")[2]
            )
            assert visit.startswith("/?token=") and token not in visit
            assert here.ask(f"GET {visit}", known=False).status == 303
            again = here.ask(f"GET {visit}", known=False)
            assert again.status == 200 and "set-cookie" not in again.headers  # the empty page
        finally:
            process.kill()


def test_a_frame_of_an_editor_needs_the_option(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    with preview(root, "--in-editor") as server:
        answer = server.ask("GET /?token={token}", known=False)
        assert "SameSite=None; Secure; Partitioned" in answer.headers["set-cookie"]
        policy = server.ask("GET /").headers["content-security-policy"]
        assert "frame-ancestors vscode-webview: vscode-file:" in policy
        frame = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")
        assert server.ask("GET /?token={token}", *frame, known=False).status == 303
        assert server.ask("GET /api/session", *frame, known=False).status == 403


def test_a_memory_that_cannot_be_written(tmp_path: Path) -> None:
    """Its folder is none; one without the right to write is the same to a user who is not root."""
    root = make_book(tmp_path / "book")
    (root / "config.ini").write_text("[amts]\nlangs = pt\nmemory = notes.txt/memory.sqlite\n")
    with preview(root) as server:
        told = "memory.sqlite cannot be written: you can look, but not edit\n"
        assert server.said[0].endswith(told)
        assert server.get("/api/session")["read_only"]
        with server.events() as events:
            assert rows(server)["It eats a fish."] == ("untranslated", "")
            (root / "index.md").write_text("# Herons\n\nIt flies.\n")
            assert events.wait("change")["rows"][0]["source"] == "It flies."
            assert not events.of("progress")  # what could not be kept is not asked for


def test_a_file_outside_any_book(tmp_path: Path) -> None:
    write(tmp_path, {"alone/heron.md": "# Heron\n\nIt waits.\n", "alone/other.md": "# Other\n"})
    with preview(tmp_path, "--lang", "pt", where="alone/heron.md") as server:
        assert server.get("/api/session")["documents"] == ["heron.md"]
        translated(server, "heron.md")
        assert rows(server, "heron.md")["It waits."] == ("machine", "IT WAITS.")
        assert (tmp_path / "alone/.amts/memory.sqlite").is_file()
        with server.events("heron.md") as events:
            (tmp_path / "alone/heron.md").write_text("# Heron\n\nIt flies.\n")
            assert events.wait("change")["rows"][0]["source"] == "It flies."


def test_a_file_of_a_book_is_shown_first(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    with preview(root, where="part/two.md") as server:
        assert "path=part%2Ftwo.md" in server.said[0]
        assert len(server.get("/api/session")["documents"]) == 3


def test_a_jupyter_book(tmp_path: Path) -> None:
    """Its settings stand in _config.yml, and no config.ini is needed."""
    config = "title: Birds\nsphinx:\n  config:\n    amts_langs: [pt]\n    amts_human: {pt: pt}\n"
    texts = {"_config.yml": config, "_toc.yml": "format: jb-book\nroot: intro\n",
             "intro.md": "# Intro\n\nA heron waits.\n",
             "pt/intro.md": "# Introdução\n\nUma garça espera.\n"}  # fmt: skip
    root = write(tmp_path / "book", dict(texts))
    with preview(root) as server:
        session = server.get("/api/session")
        assert session["langs"] == ["pt"] and session["book"] == "Birds"
        assert rows(server, "intro.md")["A heron waits."] == ("human", "Uma garça espera.")
        with server.events("intro.md") as events:  # a translator who works in the file
            (root / "pt/intro.md").write_text("# Introdução\n\nUma garça aguarda.\n")
            (row,) = events.wait("change")["rows"]
            assert row["target"] == "Uma garça aguarda."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.md"], "nothing.md: no such file or folder; check the path"),
        (["--lang", "xx"], "xx"),
        (["plain"], "plain: no book here: no config.ini, conf.py, _config.yml or myst.yml"),
        (["plain/a.md"], "no language given; name one with --lang"),
        (["plain/a.txt", "--lang", "pt"], "a.txt"),
        (["--config", "no.ini"], "no.ini: no such file"),
    ],
)
def test_wrong_use_is_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    root = tmp_path / "book"
    write(tmp_path, {"plain/a.md": "# A\n", "plain/a.txt": "A"})
    write(root, {"config.ini": "[amts]\n"})
    where = root if arguments[0].startswith("--config") else tmp_path
    if arguments[0] == "--lang":
        where = root
    done = amts(where, "preview", "--no-browser", *arguments)
    assert done.code == 2 and said in one_line(done), done


def test_without_the_extra(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book")
    code = (
        "import importlib.util as u, sys\n"
        "real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name in ('uvicorn', 'nh3') else real(name, *a)\n"
        "from amts_ext.cli import main\n"
        "sys.exit(main(['preview']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment(tmp_path), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "amts: the preview needs nh3, uvicorn; install it: pip install 'amts-ext[preview]'\n"
    )
