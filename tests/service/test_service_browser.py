"""The embedded service and real pages of other addresses, in a browser on the same machine."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any

import pytest
from support.guarded import PAGE, SECRET, direct, of_a_build, state
from support.places import FIXTURES

from amts_ext.service import guard, wire
from amts_ext.translators.amazon.connection import make_clients

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-features=HttpsUpgrades",  # a name that is not an address is tried by TLS first
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
]
PATIENCE = 300
"""Seconds; a browser is slow to start on a busy machine."""

REACHED = {
    *(("POST", "/moto-api/reset"), ("POST", "/moto-api/recorder/start-recording")),
    *(("GET", "/books"), ("POST", "/books"), ("GET", "/books/chapter.txt")),
    *(("POST", "/_amts/faults"), ("GET", "/_amts/ledger"), ("GET", "/books/script.js")),
    *(("OPTIONS", "/"), ("OPTIONS", "/books/chapter.txt")),
}
"""What the attempts of ``other.html`` are on the wire; for two of them a browser asks first."""


class Attacker(ThreadingHTTPServer):
    """A web server of somebody else: it has one page, and is told what the page found."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.page = ""
        self.waits = threading.Event()
        self.go = threading.Event()
        self.reports: queue.Queue[dict[str, str]] = queue.Queue()


class Asked(BaseHTTPRequestHandler):
    """One request to it. Whoever asks may read the answer."""

    server: Attacker

    def do_GET(self) -> None:
        if self.path == "/go":
            self.server.waits.set()
            self.server.go.wait(PATIENCE)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def do_POST(self) -> None:
        self.server.reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def attacker() -> Iterator[Attacker]:
    with Attacker() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def page(name: str, port: int, **places: str) -> str:
    """A page of the attacker's, who has got hold of links to the book."""
    folder = FIXTURES / "foreign_pages"
    text = (folder / "common.html").read_text("utf-8") + (folder / name).read_text("utf-8")
    links = {key: link(port, f"{key}.{end}") for key, end in (("chapter", "txt"), ("script", "js"))}
    return Template(text).substitute(places, target=wire.TARGET, **links)


def link(port: int, key: str) -> str:
    """The path by which moto gives out an object to who sends no header."""
    url = f"http://127.0.0.1:{port}"
    s3 = make_clients(region="us-east-1", endpoint=url, dummy=True).s3
    wanted = {"Bucket": "books", "Key": key}
    return s3.generate_presigned_url("get_object", Params=wanted).removeprefix(url)


@contextmanager
def browsing(folder: Path, address: str) -> Iterator[None]:
    """A browser of its own that shows a page."""
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'browser'}", address]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            yield
        finally:
            process.terminate()


def shown(folder: Path, address: str) -> str:
    """A page as the browser shows it."""
    profile = f"--user-data-dir={folder / 'browser'}"
    command = [str(BROWSER), *FLAGS, profile, "--dump-dom", address]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE).stdout


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the service was asked and did not serve: the browser did send it."""
    found: list[tuple[str, str]] = []
    objection = guard.objection

    def noted(environ: dict[str, Any], port: int) -> str:
        why = objection(environ, port)
        if why:
            found.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return why

    monkeypatch.setattr(guard, "objection", noted)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("start", [direct, of_a_build])
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.example"])
def test_a_page_of_another_address(
    start: Any, name: str, tmp_path: Path, refused: list[tuple[str, str]]
) -> None:
    with attacker() as evil, start() as service:
        home = f"http://{name}:{evil.server_port}"
        evil.page = page("other.html", service.port, at=service.url, home=home)
        before = state(service)
        with browsing(tmp_path, home):
            found = evil.reports.get(timeout=PATIENCE)
        assert state(service) == before
        assert len(found) == 12 and set(found.values()) == {"blocked"}, found
        assert set(refused) == REACHED


@pytest.mark.slow
def test_a_page_whose_name_is_made_to_lead_here(
    tmp_path: Path, refused: list[tuple[str, str]]
) -> None:
    """DNS rebinding (V6): first the page's own server has the port, then the service."""
    with attacker() as evil, ExitStack() as browser:
        with attacker() as first:
            port, home = first.server_port, f"http://127.0.0.1:{evil.server_port}"
            first.page = page("rebound.html", port, at="", home=home)
            browser.enter_context(browsing(tmp_path, f"http://evil.example:{port}"))
            assert evil.waits.wait(PATIENCE), "the browser did not show the page"
        with direct(port) as service:
            before = state(service)
            evil.go.set()
            found = evil.reports.get(timeout=PATIENCE)
            assert state(service) == before
            assert [answer[:4] for answer in found.values()] == ["403 "] * 5, found
            assert SECRET not in str(found) and len(refused) == 5


@pytest.mark.slow
def test_the_service_by_a_name_that_is_made_to_lead_here(tmp_path: Path) -> None:
    with direct() as service:
        before = state(service)
        address = f"http://evil.example:{service.port}{link(service.port, 'chapter.txt')}"
        seen = shown(tmp_path, address)
        assert SECRET not in seen and "Host is not this service" in seen
        assert state(service) == before


def test_an_object_that_is_html_runs_no_script(tmp_path: Path) -> None:
    with direct() as service:
        seen = shown(tmp_path, service.url + link(service.port, "page.html"))
        assert PAGE.partition("<script>")[0] in seen and "<body>a script ran" not in seen
