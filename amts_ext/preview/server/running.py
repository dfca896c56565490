"""The preview's server as a program: its port, the browser, and its end.

The server is uvicorn. It listens on 127.0.0.1 only. Ctrl-C and SIGTERM end it at once, also while
pages are open: their event streams are closed first.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from amts_ext.errors import InputError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST = "127.0.0.1"
PORT = 8710
"""The port that is asked for if none is named."""
TRIES = 50
"""Ports after the one asked for that are tried, one after the other."""
PATIENCE = 3
"""Seconds that answers under way have at the end."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens on this machine: on ``port``, or a free one after it.

    >>> with listen(0) as first, listen(first.getsockname()[1]) as second:
    ...     first.getsockname()[1] < second.getsockname()[1]
    True

    0 takes any free port. Raises :class:`~amts_ext.errors.InputError` if none is free.
    """
    for candidate in [port] if port == 0 else range(port, min(port + TRIES, 65536)):
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":  # where it would let two programs have one port
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((HOST, candidate))
            opened.listen(128)
        except OSError:
            opened.close()
            continue
        return opened
    raise InputError(f"no port from {port} on is free; name another with --port, or 0 for any")


class PreviewServer(uvicorn.Server):
    """uvicorn, with the signals of the project's commands: ``interrupted`` tells of Ctrl-C."""

    def __init__(
        self, app: ASGIApp, ready: Callable[[], object], closing: Callable[[], object]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="critical",
                access_log=False,
                lifespan="on",
                ws="none",
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=PATIENCE,
                http="h11",
                loop="asyncio",
            )
        )
        self.interrupted = False
        self._ready = ready
        self._closing = closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, and tell so."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the event streams, then end as uvicorn does."""
        self._closing()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM, also where the program was started with SIGINT ignored."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {s: signal.signal(s, self.handle_exit) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; a second Ctrl-C does not wait for answers under way."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
        self.interrupted = self.interrupted or sig == signal.SIGINT


def serve(
    app: ASGIApp,
    opened: socket.socket,
    *,
    ready: Callable[[], object],
    closing: Callable[[], object],
) -> None:
    """Answer on the socket until SIGTERM or Ctrl-C; for the latter KeyboardInterrupt is raised."""
    server = PreviewServer(app, ready, closing)
    server.run(sockets=[opened])
    if server.interrupted:
        raise KeyboardInterrupt


def open_browser(url: str) -> None:
    """Open the person's browser, in a thread: some take seconds, and one may be missing."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
