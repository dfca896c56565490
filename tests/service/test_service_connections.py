"""Connections of the embedded service: kept open, dropped, and closed with it."""

from __future__ import annotations

import http.client
import io
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from support.waiting import DEADLINE, fired, until

from amts_ext.errors import InputError
from amts_ext.service import wire
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients, make_clients

HEADERS = {"X-Amz-Target": f"{wire.TARGET}.TranslateText"}


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(engine="upper", workers=1) as service:
        yield service


@pytest.fixture
def clients(service: Service) -> Clients:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
    clients.s3.create_bucket(Bucket="books")
    return clients


@pytest.fixture
def accepted(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses of all connections from now on."""
    found: list[Any] = []
    answer = service._server.finish_request  # type: ignore[union-attr]

    def noted(request: Any, address: Any) -> None:
        found.append(address)
        answer(request, address)

    monkeypatch.setattr(service._server, "finish_request", noted)
    return found


def connect(service: Service) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=DEADLINE))


def body(text: str) -> str:
    return json.dumps({"Text": text, "SourceLanguageCode": "en", "TargetLanguageCode": "pt"})


def ask(connection: http.client.HTTPConnection, text: str) -> str:
    connection.request("POST", "/", body(text), HEADERS)
    return str(json.load(connection.getresponse())["TranslatedText"])


def received(client: socket.socket, end: bytes) -> None:
    """Read until what came ends so."""
    found = b""
    while not found.endswith(end):
        piece = client.recv(10_000)
        assert piece, found
        found += piece


@pytest.mark.slow
def test_one_connection_serves_many_requests(
    service: Service, clients: Clients, accepted: list[Any]
) -> None:
    s3 = clients.s3
    before = len(accepted)
    for number in range(20):
        key = f"a/{number}"
        s3.put_object(Bucket="books", Key=key, Body=b"x" * number * 1000)
        assert s3.head_object(Bucket="books", Key=key)["ContentLength"] == number * 1000
        assert s3.get_object(Bucket="books", Key=key)["Body"].read() == b"x" * number * 1000
        with pytest.raises(ClientError):
            s3.head_object(Bucket="books", Key="nothing")
        s3.delete_object(Bucket="books", Key=key)
    assert len(accepted) - before <= 1
    assert clients.translate.translate_text(
        Text="one", SourceLanguageCode="en", TargetLanguageCode="pt"
    )["TranslatedText"] == ("ONE")


def test_what_an_error_leaves_unread_is_not_the_next_request(service: Service) -> None:
    with connect(service) as connection:
        for path in ("/_amts/nothing", "/service/AWSShineFrontendService_20170701/x"):
            connection.request("POST", path, b"GET / HTTP/1.1\r\n\r\n" * 20000)
            answer = connection.getresponse()
            assert answer.read() and answer.status >= 400
        assert ask(connection, "one") == "ONE"


def test_chunks_in_both_requests_of_a_connection(service: Service) -> None:
    with connect(service) as connection:
        for text in ("one", "two" * 1000):
            pieces = iter([body(text)[:9].encode(), body(text)[9:].encode()])
            connection.request("POST", "/", pieces, HEADERS, encode_chunked=True)
            assert json.load(connection.getresponse())["TranslatedText"] == text.upper()


def test_who_asks_whether_to_send_is_told_to(service: Service) -> None:
    host = service.url.removeprefix("http://")
    head = f"POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: {wire.TARGET}.TranslateText\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=DEADLINE) as client:
        for text in ("one", "two"):
            sent = body(text).encode()
            client.sendall(
                f"{head}Content-Length: {len(sent)}\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            received(client, b"HTTP/1.1 100 Continue\r\n\r\n")
            client.sendall(sent)
            received(client, b'"TargetLanguageCode": "pt"}')


def test_boto3_as_it_comes_asks_first(service: Service, accepted: list[Any]) -> None:
    keys: Any = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=service.url, **keys)
    s3.create_bucket(Bucket="asked")
    for content in (b"", b"one", b"two" * 100_000):
        s3.put_object(Bucket="asked", Key="key", Body=io.BytesIO(content))
        assert s3.get_object(Bucket="asked", Key="key")["Body"].read() == content
    assert len(accepted) == 1


@pytest.mark.parametrize(
    ("line", "header", "kept"),
    [
        ("HTTP/1.1", "", True),
        ("HTTP/1.1", "Connection: close\r\n", False),
        ("HTTP/1.0", "", False),
        ("HTTP/1.0", "Connection: keep-alive\r\n", True),
        ("HTTP/1.1", "Content-Length: some\r\n", False),
    ],
)
def test_a_connection_is_kept_as_both_sides_can(
    service: Service, line: str, header: str, kept: bool
) -> None:
    host = service.url.removeprefix("http://")
    with socket.create_connection(("127.0.0.1", service.port), timeout=DEADLINE) as client:
        request = f"GET /_amts/ledger {line}\r\nHost: {host}\r\n{header}\r\n".encode()
        client.sendall(request)
        if not kept:
            while client.recv(1000):
                pass
            return
        for _ in range(2):
            answer = http.client.HTTPResponse(client)
            answer.begin()
            assert json.loads(answer.read())["charges"] == []
            client.sendall(request)


def test_a_dropped_connection_harms_no_other(service: Service, clients: Clients) -> None:
    with connect(service) as other:
        assert ask(other, "one") == "ONE"
        service.faults.add([{"fault": "drop", "operation": "S3:PUT", "first": 1}])
        clients.s3.put_object(Bucket="books", Key="again", Body=b"x")  # boto3 tries again
        assert clients.s3.get_object(Bucket="books", Key="again")["Body"].read() == b"x"
        service.faults.clear()
        assert ask(other, "two") == "TWO"
        with connect(service) as rude:
            rude.request("POST", "/", body("x"), HEADERS | {"Content-Length": "1000"})
            rude.close()
        assert ask(other, "three") == "THREE"


def test_a_service_that_closes_ends_idle_connections() -> None:
    service = Service(engine="upper", workers=1).start()
    with connect(service) as first, connect(service) as second:
        assert (ask(first, "one"), ask(second, "two")) == ("ONE", "TWO")
        service.close()
        for connection in (first, second):
            assert connection.sock.recv(1) == b"", "it is closed, and nothing waits for more"
        with closing(started_at(service.port)) as again, connect(again) as third:
            assert ask(third, "three") == "THREE"


def started_at(port: int) -> Service:
    """A service at a port, which another process may use for a moment as one of its own."""
    made: list[Service] = []

    def has_started() -> bool:
        with suppress(InputError):
            made.append(Service(port, engine="upper", workers=1).start())
        return bool(made)

    until(has_started)
    return made[0]


def test_a_service_that_closes_gives_the_answer_it_is_at(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(engine="upper", workers=1).start()
    service.faults.add([{"fault": "slow", "operation": "ListLanguages", "seconds": 60}])
    server: Any = service._server
    held = SimpleNamespace(time=time.time, sleep=lambda _: until(lambda: server.closed))
    monkeypatch.setattr("amts_ext.service.server.time", held)
    headers = {"X-Amz-Target": f"{wire.TARGET}.ListLanguages"}
    with connect(service) as connection:
        connection.request("POST", "/", "{}", headers)
        until(fired(service))
        service.close()
        answer = connection.getresponse()
        assert json.load(answer)["Languages"]
        assert answer.headers["Connection"] == "close"
