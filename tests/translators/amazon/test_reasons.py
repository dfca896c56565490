"""What ``amts`` tells of the service's reasons where it did not take all that was sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from support.aws import BUCKET, ROLE, serving
from support.waiting import DEADLINE

from amts_ext.cli import main
from amts_ext.service.server import Service
from amts_ext.translators.amazon import downloads
from amts_ext.translators.amazon.connection import make_clients

CONFIG = f"""[project]
name = tiny
lang = en

[build]
notebooks = *.md

[translation]
translator = aws

[amts]
langs = pt
bucket = {BUCKET}
role_arn = {ROLE}
region = us-east-1
endpoint = """
NAME = "amts-tiny-en-pt"


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with serving() as running:
        yield running


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """A service that takes less than AWS: segments of 3 bytes, terms of 2."""
    before = running.state.limits.segment_bytes, running.state.limits.term_bytes
    limit(running, 3, 2)
    yield running
    limit(running, *before)
    running.faults.clear()
    running.state.parallel.clear()
    running.state.terms.clear()


def limit(service: Service, segment: int, term: int) -> None:
    object.__setattr__(service.state.limits, "segment_bytes", segment)
    object.__setattr__(service.state.limits, "term_bytes", term)


@pytest.fixture
def book(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.ini").write_text(CONFIG + service.url)
    (tmp_path / "p.csv").write_text("en,pt\na,b\nlong,d\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    code = main([*arguments])
    return code, capsys.readouterr().out.splitlines()


def test_push_and_status_name_the_services_reasons(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = "  the service: unit 2: skipped: the source has 4 bytes; 3 are allowed: long"
    for _ in range(2):  # the second finds it there
        code, lines = told(capsys, "parallel-data", "push", "p.csv")
        assert (code, lines[1:]) == (1, [reason])
        assert lines[0].endswith("1 imported, 1 skipped, 0 failed of 2 sent")
    code, lines = told(capsys, "parallel-data", "status")
    assert (code, lines[1:]) == (0, [reason])
    code, lines = told(capsys, "parallel-data", "status", "--json")
    [state] = json.loads(lines[0])
    assert state["reasons"] == [reason.removeprefix("  the service: ")]
    assert "X-Amz" not in lines[0], "an address is a key"


def test_nothing_more_is_asked_for_where_all_was_taken(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "p.csv").write_text("en,pt\na,b\n")
    code, lines = told(capsys, "parallel-data", "push", "p.csv")
    assert (code, len(lines)) == (0, 1)
    asked = len(service.log)
    code, lines = told(capsys, "parallel-data", "status")
    assert (code, len(lines)) == (0, 1)
    operations = [entry.operation for entry in service.log[asked:]]
    assert operations == ["ListParallelData", "GetParallelData"]


def test_of_many_reasons_the_first_are_told(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"long {i},d\n" for i in range(9))
    (book / "p.csv").write_text(f"en,pt\na,b\n{rows}")
    _, lines = told(capsys, "parallel-data", "push", "p.csv")
    assert len(lines) == 7 and lines[-1] == "  4 more lines (--json lists them)"
    _, [line] = told(capsys, "parallel-data", "push", "p.csv", "--json")
    assert len(json.loads(line)["reasons"]) == 9


@pytest.mark.slow
def test_the_reasons_are_those_of_the_latest_attempt(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "parallel-data", "push", "p.csv")
    (book / "p.csv").write_text("en,pt\na,b\nother,d\n")
    _, lines = told(capsys, "parallel-data", "push", "p.csv")
    assert [line.rpartition(" ")[2] for line in lines[1:]] == ["other"]
    limit(service, 0, 2)
    (book / "p.csv").write_text("en,pt\nc,b\n")
    assert main(["parallel-data", "push", "p.csv"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "is FAILED: the file holds no usable record (unit 1: skipped: the source has 1" in line
    code, lines = told(capsys, "parallel-data", "status")
    assert code == 1 and "FAILED, en to pt" in lines[0]
    assert lines[1:] == [
        "  the service: error: the file holds no usable record",
        "  the service: unit 1: skipped: the source has 1 bytes; 0 are allowed: c",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "drop", "operation": "S3:GET"},
        {"fault": "status", "operation": "S3:GET"},
        {"fault": "error", "operation": "S3:GET", "code": "AccessDenied"},
        {"fault": "error", "operation": "GetParallelData", "skip": 1, "code": "AccessDenied"},
    ],
)
def test_status_does_without_reasons_that_cannot_be_fetched(
    rule: dict[str, Any], book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "parallel-data", "push", "p.csv")
    service.faults.add([rule])
    code, lines = told(capsys, "parallel-data", "status")
    assert code == 0 and len(lines) == 1 and "1 imported, 1 skipped" in lines[0]
    assert service.faults.plain()[0]["fired"] > 0


def test_terminology_tells_reasons_too(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / "t.csv").write_text("en,pt\na,b\nabc,d\n")
    reason = "  the service: line 3: skipped: the source has 3 bytes; 2 are allowed: abc"
    code, lines = told(capsys, "terminology", "push", "t.csv")
    assert (code, lines[1:]) == (1, [reason])
    code, lines = told(capsys, "terminology", "list")
    assert (code, lines[1:]) == (0, [reason]) and "1 terms, 1 skipped, revision" in lines[0]


def test_pull_of_what_holds_nothing_is_one_line(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    limit(service, 0, 2)
    assert main(["parallel-data", "push", "p.csv"]) == 1
    capsys.readouterr()
    assert main(["parallel-data", "pull", NAME]) == 1
    assert capsys.readouterr().err == (
        f"amts: parallel data {NAME} holds no pairs yet: it is FAILED\n"
    )


def test_files_are_fetched_by_the_clients_way_not_by_the_environments_proxy(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    _, lines = told(capsys, "parallel-data", "push", "p.csv")
    assert len(lines) == 2
    assert main(["parallel-data", "pull", NAME, "-o", "back.tmx"]) == 0


def test_delete_waits_until_the_service_has_done_it(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "parallel-data", "push", "p.csv")
    rule = {"fault": "linger", "operation": "ParallelData", "state": "DELETING", "seconds": 0.5}
    service.faults.add([rule])
    assert main(["parallel-data", "delete", NAME]) == 0
    assert service.faults.plain()[0]["fired"] == 1 and not service.state.parallel


# Addresses and files of other kinds ---------------------------------------------------------------


@contextmanager
def web(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server on loopback that answers every GET in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x?X-Amz-Signature=secret"
    finally:
        server.shutdown()
        server.server_close()


def body(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


@pytest.fixture(scope="module")
def client() -> Any:
    return make_clients(region="us-east-1", endpoint="http://127.0.0.1:9", dummy=True).translate


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"\xef\xbb\xbfone\r\n\n two \n", ("one", "two")),
        (b'{"errors": ["line 1"]}', ('{"errors": ["line 1"]}',)),
        (b"\x1b[2Jcl\x07eared\n", ("[2Jcl eared",)),
        (b"\xff is no UTF-8", ("\ufffd is no UTF-8",)),
        (b"PK\x03\x04\x00\x00", ()),
        (b"x" * 301, ("x" * 300 + "…",)),
        (b"line\n" * 20_000, (*["line"] * (downloads.MOST // 5), "l", "…")),
    ],
)
def test_whatever_the_file_is_it_is_lines_for_a_person(
    data: bytes, expected: tuple[str, ...], client: Any
) -> None:
    with web(body(data)) as address:
        assert downloads.lines(client, address) == expected


def test_only_the_web_is_read(tmp_path: Path, client: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", secret.as_uri())
        handler.end_headers()

    for address in (secret.as_uri(), str(secret), "ftp://127.0.0.1/x", "http://", "http://a b/"):
        assert downloads.lines(client, address) == ()
    with web(elsewhere) as address:
        assert downloads.lines(client, address) == ()
    with web(body(secret.read_bytes())) as address:
        assert downloads.lines(client, address) == ("secret",), "this is how it would be read"


def test_a_file_that_trickles_is_given_up(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second passes with each piece that comes; ten are the longest that it may take."""
    monkeypatch.setattr(downloads, "time", SimpleNamespace(monotonic=count().__next__))
    left = Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while True:
                handler.wfile.write(b"x\n" * 50)
                time.sleep(0.02)
        left.set()

    with web(trickle) as address:
        assert downloads.lines(client, address) == ()
        assert left.wait(DEADLINE)


def test_a_file_that_breaks_off_is_no_whole_file(client: Any) -> None:
    def broken(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"en,pt\n")

    with web(broken) as address, pytest.raises(Exception, match=r"fetched: IncompleteRead$"):
        downloads.fetch(client, address)
    with web(body(b"all")) as address:
        assert downloads.fetch(client, address) == b"all"
