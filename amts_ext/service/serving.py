"""HTTP/1.1 with persistent connections (RFC 9112) for the service's WSGI application.

A client of S3 sends thousands of requests, and setting up a connection costs it more than a small
request does. werkzeug's own handler closes after every answer, because it does not know where the
next request begins; here a request's body is read to its end, and every answer tells its length.

To be imported where a service starts: moto is slow to import.
"""

from __future__ import annotations

import io
import socket
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import IO, TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wsgi import ClosingIterator, LimitedStream

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = list[tuple[str, str]]

_PIECE = 1 << 16
"""Bytes that are read at a time of what nobody wants."""


class Server(ThreadedWSGIServer):
    """Listens on ``host``; one thread a connection, for all the requests that come on it.

    Raises OSError or SystemExit if the port is taken.
    """

    def __init__(self, host: str, port: int, app: WSGIApplication) -> None:
        super().__init__(host, port, app, Handler)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.closed = False

    def start(self) -> None:
        """Answer, in threads that do not keep the process alive."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening. Idle connections close at once, others after the answer they are at."""
        self.shutdown()
        self.server_close()
        with self._lock:
            self.closed = True
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)  # it reads as if the client had left

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer what comes on one connection."""
        with self._lock:
            if self.closed:
                return
            self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)


class Handler(MotoRequestHandler):
    """One connection. It is quiet: requests are in the service's own log."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # small writes cost 40 ms under Nagle
    wbufsize = -1  # head and body of an answer leave together

    def handle_expect_100(self) -> bool:
        """The client waits for this before it sends the body."""
        wanted = super().handle_expect_100()
        self.wfile.flush()
        return wanted

    def log_request(self, *_: object) -> None:
        """Say nothing."""

    def run_wsgi(self) -> None:
        """Answer one request. Then the connection stands before the next one, or is closed."""
        self.environ = self.make_environ()
        try:
            body = self.environ["wsgi.input"] = _body(self.environ)
            answer = self._ask()
            while body.read(_PIECE):
                pass
            self._send(*answer)
        except (OSError, ClientDisconnected):
            self.close_connection = True
        except Exception:
            traceback.print_exc(file=sys.stderr)
            self.close_connection = True
            self._send("500 Internal Server Error", [], b"")

    def _ask(self) -> tuple[str, Headers, bytes]:
        """Status, headers and body by the application (PEP 3333)."""
        head: tuple[str, Headers] = "", []
        pieces: list[bytes] = []

        def start_response(status: str, headers: Headers, *_: object) -> Any:
            nonlocal head
            head = status, headers
            return pieces.append

        answer: Iterable[bytes] = self.server.app(self.environ, start_response)
        with closing(ClosingIterator(answer)) as rest:
            pieces += rest
        return *head, b"".join(pieces)

    def _send(self, status: str, headers: Headers, body: bytes) -> None:
        """Send an answer whose length the client can know: it is told, or there is no body."""
        code, _, reason = status.partition(" ")
        bare = self.command == "HEAD" or code in ("204", "304")
        self.close_connection = self.close_connection or self.server.closed
        self.send_response(int(code), reason)
        for name, value in headers:
            if bare or name.lower() != "content-length":
                self.send_header(name, value)
        if not bare:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close" if self.close_connection else "keep-alive")
        self.end_headers()
        self.wfile.write(b"" if bare else body)
        self.wfile.flush()


def _body(environ: dict[str, Any]) -> IO[bytes] | io.RawIOBase:
    """The request's body, which ends where it ends. Raises OSError where that cannot be known."""
    stream: IO[bytes] = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):  # chunks
        return stream
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise OSError(f"Content-Length: {length}")
    return LimitedStream(stream, int(length))
