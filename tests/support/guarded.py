"""A service with something to lose, what it holds, and requests as they are on the wire."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from amts_ext.service import wire
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import make_clients
from amts_ext.translators.embedded import embedded

TARGET = f"X-Amz-Target: {wire.TARGET}"
QUERY = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=any%2F20261127%2Fus-east-1%2F"
SECRET = "the text of a book that is not published"
PAGE = "<p>no script ran</p><script>document.body.textContent = 'a script ran'</script>"
OBJECTS = {
    "chapter.txt": (SECRET, "text/plain"),
    "page.html": (PAGE, "text/html"),
    "script.js": (f"window.stolen = '{SECRET}'", "text/javascript"),
}


@contextmanager
def direct(port: int = 0) -> Iterator[Service]:
    """``Service``, as a test or ``amts service`` starts it."""
    with Service(port, engine="upper", workers=1, texts=True) as service:
        fill(service)
        yield service


@contextmanager
def of_a_build() -> Iterator[Service]:
    """The one that a build starts by itself."""
    translator = embedded(engine="upper", workers=1)
    translator._loopback.clients()
    assert translator.service is not None
    try:
        fill(translator.service)
        yield translator.service
    finally:
        translator._loopback.close()


def fill(service: Service) -> None:
    clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True, timeout=300)
    clients.s3.create_bucket(Bucket="books")
    for key, (text, kind) in OBJECTS.items():
        clients.s3.put_object(Bucket="books", Key=key, Body=text.encode(), ContentType=kind)
    data: Any = {"File": b"en,pt\nmean,m\n", "Format": "CSV"}
    clients.translate.import_terminology(
        Name="words", MergeStrategy="OVERWRITE", TerminologyData=data
    )


def state(service: Service) -> dict[str, Any]:
    """Everything that a request could change, or be noted in."""
    storage = service._storage
    return {
        "objects": {
            bucket: {key: storage.read(bucket, key) for key in storage.keys(bucket)}
            for bucket in storage.buckets()
        },
        "resources": [*service.state.terms, *service.state.parallel, *service.state.jobs],
        "log": [entry.operation for entry in service.log],
        "ledger": service.ledger.plain(),
        "faults": service.faults.plain(),
    }


SIGNED = "Authorization: AWS4-HMAC-SHA256 Credential=any/20261127/us-east-1/"
DEFAULTS = ("Host: {here}", SIGNED + "s3/aws4_request, SignedHeaders=host, Signature=1")


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: str


def ask(service: Service, line: str, *headers: str, body: bytes = b"") -> Answer:
    """Send a request as it stands; ``{here}`` is the service's host and port, ``{port}`` its port.

    ``Host`` and ``Authorization`` are right unless given; a name alone leaves that header out.
    """
    with socket.create_connection(("127.0.0.1", service.port), timeout=300) as connection:
        return ask_on(connection, service, line, *headers, body=body)


def ask_on(
    connection: socket.socket, service: Service, line: str, *headers: str, body: bytes = b""
) -> Answer:
    """The same, on a connection that stays open."""
    lines = [line if " HTTP/" in line else f"{line} HTTP/1.1"]
    given = {header.partition(":")[0] for header in headers}
    lines += [default for default in DEFAULTS if default.partition(":")[0] not in given]
    lines += [header for header in headers if ":" in header]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    here = service.url.removeprefix("http://")
    head = "".join(f"{text}\r\n" for text in [*lines, ""])
    head = head.replace("{here}", here).replace("{port}", str(service.port))
    connection.sendall(head.encode("latin-1") + body)
    with closing(http.client.HTTPResponse(connection, method=line.partition(" ")[0])) as answer:
        answer.begin()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read().decode())


def check_refused(service: Service, line: str, *headers: str, body: bytes = b"") -> None:
    """The request is refused with its reason, tells no secret, and changes nothing."""
    before = state(service)
    answer = ask(service, line, *headers, body=body)
    assert answer.status == 403, answer
    assert SECRET not in answer.body
    assert (
        "served here" in answer.body or "allowed" in answer.body or "name a bucket" in answer.body
    )
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert state(service) == before
