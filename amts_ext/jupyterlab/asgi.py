"""An ASGI application behind a tornado handler.

The handler has settled who asks and whether they may. What the application answers is passed on as
it comes, so that event streams work.

The protocol is ASGI 3 (https://asgi.readthedocs.io/en/latest/specs/www.html).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

Message = MutableMapping[str, Any]
Application = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[Message]],
        Callable[[Message], Awaitable[None]],
    ],
    Awaitable[None],
]
POLICY = "content-security-policy"
"""Each policy holds by itself, so the application's does not replace Jupyter's."""
BY_TORNADO = frozenset({"content-length", "transfer-encoding", "connection"})
"""Headers that belong to the connection; tornado sets them, also where it compresses."""


async def answer(
    application: Application, handler: RequestHandler, path: str, gone: asyncio.Event
) -> None:
    """Let the application answer the request of a handler, as one for ``path``.

    ``gone`` is set when the browser has closed the connection: a stream ends then.
    """
    request = handler.request
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": request.body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            handler.set_status(message["status"])
            _set_headers(handler, message.get("headers", ()))
            return
        if body := message.get("body"):
            handler.write(bytes(body))
        if message.get("more_body"):
            try:
                await handler.flush()
            except StreamClosedError:
                gone.set()

    await application(_scope(request, path), receive, send)


def _set_headers(handler: RequestHandler, headers: Any) -> None:
    handler.clear_header("Content-Type")
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name.lower() == POLICY:
            handler.add_header(name, value)
        elif name.lower() not in BY_TORNADO:
            handler.set_header(name, value)


def _scope(request: HTTPServerRequest, path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.protocol,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": request.query.encode("utf-8", "surrogatepass"),
        "root_path": "",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
            for name, value in request.headers.get_all()
        ],
        "client": None,
        "server": None,
    }
