"""HTTP/1.1 with persistent connections (RFC 9112) for the service's WSGI application.

A client of S3 sends thousands of requests, and a new connection costs it more than a small
request. werkzeug's own handler closes the connection after every answer, because it does not know
where the next request begins. Here the body of a request is read to its end, and every answer
tells its length, so a connection can be kept.

Import this module only where a service starts: moto is slow to import.
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
"""Bytes read at a time when the rest of a body is skipped."""


class Server(ThreadedWSGIServer):
    """A server that listens on ``host``, with one thread for all requests of a connection.

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
        """Stop listening. Idle connections close at once, busy ones after their present answer."""
        self.shutdown()
        self.server_close()
        with self._lock:
            self.closed = True
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)  # its thread reads an end and leaves

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer all requests of one connection."""
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
    """The handler of one connection. It logs nothing, because the service keeps its own log."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # with it, small writes wait up to 40 ms
    wbufsize = -1  # buffered: head and body of an answer leave together

    def handle_expect_100(self) -> bool:
        """Send ``100 Continue`` at once: the client waits for it before it sends the body."""
        wanted = super().handle_expect_100()
        self.wfile.flush()
        return wanted

    def log_request(self, *_: object) -> None:
        """Say nothing."""

    def run_wsgi(self) -> None:
        """Answer one request, and leave the connection ready for the next one or closed."""
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
        """Call the application (PEP 3333); return status, headers and body of its answer."""
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
        """Send an answer whose end the client can find: with its length, or without a body."""
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
    """Return the request's body as a stream that ends with the body.

    Raises OSError if its length is not known.
    """
    stream: IO[bytes] = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):  # sent in chunks, and werkzeug finds the last one
        return stream
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise OSError(f"Content-Length: {length}")
    return LimitedStream(stream, int(length))
