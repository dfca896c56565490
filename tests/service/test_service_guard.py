"""Who the embedded service serves: programs of this machine, no web page and no other name."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from support.guarded import (
    QUERY,
    SECRET,
    TARGET,
    ask,
    ask_on,
    check_refused,
    direct,
    of_a_build,
    state,
)
from support.places import ROOT

from amts_ext.service import guard
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import make_clients

EVIL = "Origin: http://evil.example"
DELETE = b"<Delete><Object><Key>chapter.txt</Key></Object></Delete>"
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nchapter.txt\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nreplaced\r\n--x--\r\n'
)
IS_FORM = "Content-Type: multipart/form-data; boundary=x"


@pytest.fixture(scope="module", params=[direct, of_a_build])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with request.param() as service:
        yield service


# Pages of other addresses ------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        ("POST /moto-api/reset", ["Content-Type: text/plain"], b"x"),  # V1
        ("GET /books?list-type=2", [], b""),  # V2
        (f"GET /books/chapter.txt{QUERY}s3%2Fd&X-Amz-Signature=1", ["Authorization"], b""),
        ("POST /books", [IS_FORM], FORM),  # V3
        ("POST /books?delete", ["Content-Type: text/plain"], DELETE),
        ("OPTIONS /", ["Access-Control-Request-Method: POST"], b""),  # V4
        ("POST /", [f"{TARGET}.DeleteTerminology"], b'{"Name": "words"}'),
        ("GET /moto-api/recorder/start-recording", [], b""),  # V5
        ("GET /", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"], b""),
        ("PUT /mine", [], b""),
        ("DELETE /books/chapter.txt", [], b""),
        ("POST /_amts/faults", [], b'{"fault": "error"}'),
        ("GET /_amts/ledger", [], b""),
    ],
)
@pytest.mark.parametrize(
    "page", [EVIL, "Origin: null", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"]
)
def test_whatever_a_page_asks_is_refused(
    service: Service, line: str, headers: list[str], body: bytes, page: str
) -> None:
    check_refused(service, line, *headers, page, body=body)


@pytest.mark.parametrize(
    "origin",
    [
        *("", "null", "file://", "http://127.0.0.1", "http://127.0.0.1:1", "https://{here}"),
        *("http://localhost:{port}", "http://books.localhost:{port}", "http://{here}.evil.example"),
        *("http://evil.example@{here}", "http://{here}/", "{here}", "http://{here} http://{here}"),
        *("chrome-extension://{here}", "http://0.0.0.0:{port}"),
    ],
)
def test_origins_that_are_not_the_services_own(service: Service, origin: str) -> None:
    check_refused(service, "GET /books/chapter.txt", f"Origin: {origin}")


def test_a_header_that_comes_twice_does_not_hide_the_other(service: Service) -> None:
    own = "Origin: http://{here}"
    check_refused(service, "GET /books", own, EVIL)
    check_refused(service, "GET /books", EVIL, own)
    check_refused(service, "GET /books", "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site")
    check_refused(service, "GET /books", "Host: {here}", "Host: evil.example")
    check_refused(service, "GET /books", "Host: {here}", "Host: {here}")


def test_what_the_service_itself_shows_may_ask_it(service: Service) -> None:
    for headers in (
        ["Origin: http://{here}", "Sec-Fetch-Site: same-origin"],
        ["Origin: http://localhost:{port}", "Host: LOCALHOST:{port}"],
        ["Sec-Fetch-Site: none"],  # somebody typed the address
    ):
        assert ask(service, "GET /books/chapter.txt", *headers).body == SECRET
    check_refused(service, "GET /_amts/ledger", "Origin: http://{here}")
    assert ask(service, "GET /_amts/ledger", "Sec-Fetch-Site: none").status == 200


def test_a_refused_body_is_not_the_next_request(service: Service) -> None:
    before = state(service)
    hidden = b"DELETE /books/chapter.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2000
    with socket.create_connection(("127.0.0.1", service.port), timeout=300) as connection:
        for _ in range(3):
            refused = ask_on(connection, service, "POST /books", EVIL, body=hidden)
            assert refused.status == 403
        assert state(service) == before
        assert ask_on(connection, service, "GET /books/chapter.txt").body == SECRET
        again = ask_on(connection, service, "GET /books/chapter.txt", EVIL)
        assert again.status == 403, "each request of a connection is looked at"


# Names that lead here (V6) -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:{port}0"),
        *("127.0.0.1:{port}.evil.example", "127.0.0.1.evil.example:{port}", "127.0.0.1:0{port}"),
        *("localhost.evil.example:{port}", "evillocalhost:{port}", ".localhost:{port}"),
        *("a..localhost:{port}", "localhost.:{port}", "a/b.localhost:{port}", "0.0.0.0:{port}"),
        *("127.0.0.2:{port}", "127.1:{port}", "2130706433:{port}", "[::]:{port}", "::1:{port}"),
        *("x@127.0.0.1:{port}", "127.0.0.1:{port}@evil.example", "books.127.0.0.1:{port}"),
        *("{here},evil.example", "{here}\xa0", "", "s3.amazonaws.com", "books.s3.amazonaws.com"),
        *("host.docker.internal:{port}", "localstack:{port}", "1234.s3-control.localhost"),
    ],
)
def test_other_hosts(service: Service, host: str) -> None:
    for line in ("GET /books/chapter.txt", "GET /_amts/ledger", "DELETE /books/chapter.txt"):
        check_refused(service, line, f"Host: {host}")
    body = b'{"Text": "x", "SourceLanguageCode": "en", "TargetLanguageCode": "pt"}'
    check_refused(service, "POST /", f"{TARGET}.TranslateText", f"Host: {host}", body=body)


def test_without_a_host(service: Service) -> None:
    check_refused(service, "GET /books", "Host")
    check_refused(service, "GET /books HTTP/1.0", "Host")
    with socket.create_connection(("127.0.0.1", service.port), timeout=300) as connection:
        connection.sendall(b"GET /books/chapter.txt\r\n\r\n")  # HTTP/0.9
        with connection.makefile("rb") as answer:
            assert b"Host is not this service" in answer.read()


@pytest.mark.parametrize("address", ["http://evil.example", "http://{here}", "https://{here}", ""])
def test_whole_addresses_in_the_request_line(service: Service, address: str) -> None:
    host = "{here}" if "evil" in address else "evil.example"
    for line in (f"GET {address}/books/chapter.txt", f"DELETE {address}/books/chapter.txt"):
        check_refused(service, line, f"Host: {host}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_names_of_this_machine(service: Service, host: str) -> None:
    named = f"Host: {host}:{{port}}"
    assert ask(service, "GET /books/chapter.txt", named).body == SECRET
    assert ask(service, "GET /_amts/ledger", named).status == 200
    assert ask(service, "POST /", f"{TARGET}.ListLanguages", named, body=b"{}").status == 200


@pytest.mark.parametrize(
    ("host", "origin", "served"),
    [
        ("127.0.0.1", "http://127.0.0.1", True),
        ("localhost", "http://localhost", True),
        ("localhost:80", "http://localhost", True),
        ("localhost:4599", "http://localhost:4599", False),
        ("localhost", "http://localhost:4599", False),
        ("localhost", "https://localhost", False),
    ],
)
def test_the_port_that_is_not_written(host: str, origin: str, served: bool) -> None:
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": host, "HTTP_ORIGIN": origin}
    assert (guard.objection(asked, 80) == "") is served


def test_a_bucket_as_part_of_the_host(service: Service) -> None:
    for name in ("books", "in.parts"):
        host = f"Host: {name}.localhost:{{port}}"
        ask(service, "PUT /", host)
        assert ask(service, "PUT /latest/api/a+b%20c//d", host, body=b"1").status == 200
        assert ask(service, "GET /latest/api/a%2Bb%20c//d", host).body == "1"
        assert ask(service, f"GET /{name}/latest/api/a+b%20c//d").body == "1"
        assert "<Key>latest/api/a+b c//d</Key>" in ask(service, "GET /?list-type=2", host).body
        assert ask(service, "POST /?delete", host, body=DELETE.replace(b"chapter.txt", b"x"))
        assert ask(service, "DELETE /latest/api/a+b%20c//d", host).status == 204
        check_refused(service, "POST /moto-api/reset", host)


# What stays --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_links_and_the_services_own_door(service: Service) -> None:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True, timeout=300)
    link = clients.translate.get_terminology(Name="words", TerminologyDataFormat="CSV")
    address = link["TerminologyDataLocation"]["Location"]
    assert urllib.request.urlopen(address).read() == b"en,pt\nmean,m\n"
    for version in ("s3v4", "s3"):
        s3 = boto3.Session("any", "any", region_name="us-east-1").client(
            "s3", endpoint_url=service.url, config=Config(signature_version=version)
        )
        wanted = {"Bucket": "books", "Key": "chapter.txt"}
        address = s3.generate_presigned_url("get_object", Params=wanted)
        assert urllib.request.urlopen(address).read().decode() == SECRET
        assert s3.get_object(**wanted)["Body"].read().decode() == SECRET
    with urllib.request.urlopen(f"{service.url}/_amts/ledger") as ledger:
        assert json.load(ledger)["times"]["ImportTerminology"]
    answer = ask(service, "POST /books", IS_FORM, body=FORM.replace(b"chapter.txt", b"by-a-form"))
    assert answer.status == 204, "a program may send a form"


def test_no_answer_is_a_page_or_lets_a_page_read_it(service: Service) -> None:
    rules = (
        b"<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>"
    )
    rules = b"<CORSConfiguration>" + rules + b"</CORSConfiguration>"
    assert ask(service, "PUT /books?cors", body=rules).status == 200
    for line, *headers in (
        ("GET /books/page.html", "Origin: http://{here}"),
        ("GET /books/page.html", EVIL),
        ("GET /", "Origin: http://{here}"),
        ("HEAD /books/page.html", "A: b"),
        ("GET /books/nothing", "A: b"),
        ("GET /_amts/ledger", "A: b"),
        ("POST /", f"{TARGET}.ListLanguages"),
    ):
        found = ask(service, line, *headers).headers
        assert not [name for name in found if name.startswith("access-control")], line
        assert "sandbox" in found["content-security-policy"], line
        assert found["x-content-type-options"] == "nosniff", line
        assert found["cross-origin-resource-policy"] == "same-origin", line


@pytest.mark.slow
def test_nothing_is_written_to_the_working_folder(tmp_path: Path) -> None:
    """Not even if moto is told to record (V5), which it does to a file in the working folder."""
    env = os.environ | {"MOTO_ENABLE_RECORDING": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "amts_ext", "service", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, text=True, cwd=tmp_path, env=env) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+:(\d+)", process.stdout.readline())
            assert found is not None
            service = Service(int(found[1]))  # not started: it only knows the address
            for name in ("start", "upload", "reset", "download", "replay"):
                for method in ("GET", "POST"):
                    line = f"{method} /moto-api/recorder/{name}-recording"
                    assert ask(service, line).status == 403
            assert ask(service, "PUT /books").status == 200
            assert ask(service, "PUT /books/chapter.txt", body=b"one").status == 200
            assert ask(service, "GET /books/chapter.txt").body == "one"
        finally:
            process.terminate()
    assert list(tmp_path.iterdir()) == []
